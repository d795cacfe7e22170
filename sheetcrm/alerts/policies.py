"""The policies of the alert rules, from the configuration: which stages, to whom, how often, and the ladder."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.alerts.case import Ladder, Policy, Repeat, Rung, StagePolicy
from sheetcrm.config import Alerts, MatterOf, Stage

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


def matter_policy(cfg: Alerts, name: str) -> Policy:
    """The one stage of a matter: said once, then again a few times while it is true."""
    settings = cfg.matters[name]
    again = cfg.matters_repeat
    stage = StagePolicy(
        name=name,
        to=slots(settings.to),
        immediate=settings.alert == "immediate",
        repeat=Repeat(again.every, again.business, again.until_moved, again.most),
        ladder=_ladder_of_matter(settings, cfg),
    )
    return Policy(stages=(stage,), acknowledged_days=cfg.acknowledged_days, near_days=cfg.near_days)


def slots(to: Sequence[str]) -> tuple[str, ...]:
    """The roles of a matter's readers as a case names them: the first stands where owners stand, for repeats and
    ladders begin with it; the owner of the row's account beside it is its ``holder``."""
    return ("owner", *("holder" if role == "owner" else role for role in to[1:]))


def ladder_of(cfg: Alerts) -> Ladder:
    """The ladder as configured today."""
    rungs = tuple(Rung(rung.to, rung.after) for rung in cfg.ladder)
    return Ladder(rungs, cfg.exhausted.every, cfg.exhausted.most)


def _ladder_of_matter(settings: MatterOf, cfg: Alerts) -> Ladder | None:
    if isinstance(settings.ladder, bool):
        return ladder_of(cfg) if settings.ladder else None
    rungs = tuple(Rung(rung.to, rung.after) for rung in settings.ladder)
    return Ladder(rungs, cfg.exhausted.every, cfg.exhausted.most) if rungs else None


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
