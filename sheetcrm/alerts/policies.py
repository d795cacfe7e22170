"""The policies of the alert rules, from the configuration: which stages, to whom, how often, and the ladder."""

from __future__ import annotations

from sheetcrm.alerts.case import Ladder, Policy, Repeat, Rung, StagePolicy
from sheetcrm.config import Alerts, Stage

RENEWAL = "renewal"
"""The rule of a contract's renewal stages."""


def renewal_policy(cfg: Alerts, *, evergreen: bool = False) -> Policy:
    """The renewal stages, the least urgent first; of a contract without an end only those that it has."""
    names = sorted(cfg.stages, key=lambda name: -cfg.stages[name].days)
    chosen = [name for name in names if name in cfg.evergreen_stages] if evergreen else names
    return Policy(
        stages=tuple(_stage(name, cfg.stages[name], cfg) for name in chosen),
        rearm_days=cfg.rearm_days,
        history_days=cfg.history_days,
        snooze_floor_days=cfg.snooze_floor_days,
        acknowledged_days=cfg.acknowledged_days,
        near_days=cfg.near_days,
    )


def ladder_of(cfg: Alerts) -> Ladder:
    """The ladder as configured today."""
    rungs = tuple(Rung(rung.to, rung.after) for rung in cfg.ladder)
    return Ladder(rungs, cfg.exhausted.every, cfg.exhausted.most)


def _stage(name: str, stage: Stage, cfg: Alerts) -> StagePolicy:
    repeat = stage.repeat
    return StagePolicy(
        name=name,
        to=tuple(stage.to),
        days=stage.days,
        immediate=stage.immediate,
        repeat=Repeat(repeat.every, repeat.business, repeat.until_moved, repeat.most) if repeat else None,
        ladder=ladder_of(cfg) if stage.ladder else None,
    )
