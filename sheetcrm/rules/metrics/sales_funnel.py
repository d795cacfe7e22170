"""The activity funnel: how opportunities go on from contact to proposal, negotiation and a sale (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.dates import Days, days
from sheetcrm.rules.metrics.sums import as_day, between, ratio, since

STEPS = ("contact", "proposal", "negotiation")


@dataclass(frozen=True)
class Step:
    """One step of the funnel. Unit: opportunities.

    ``entries`` reached it; of them ``onward`` reached the next one (after negotiation: were won), ``lost`` ended here
    and ``open`` are still here. ``conversion``: onward / (onward + lost), share of 1, NaN while none is decided.
    """

    key: str
    entries: int
    onward: int
    lost: int
    open: int
    conversion: float


@dataclass(frozen=True)
class Funnel:
    """What became of the opportunities that began in the window; ``weakest`` is the key of a step, "" where no step has
    decided enough to be compared."""

    steps: tuple[Step, ...]
    won: int
    lost: int
    weakest: str


def funnel(state: Evaluated, cfg: Config) -> Funnel:
    """The opportunities that began in the window, by how far they came. Renewals stay out: the runner opens one for
    each contract in its window. A step that was skipped, or has no date, counts as taken once a later one is.

    The weakest step is the one with the lowest conversion among those with at least 5 decided entries.

    Source: domain 7; 004 items 5, 6 and 8
    """
    frame = state.frames["opportunities"]
    today = as_day(state)
    reached, began = _reached(frame, today)
    chosen = (
        between(began, since(today, cfg.metrics.window_days), today)
        & ~(frame["kind"] == "renewal").to_numpy()
        & ~state.unreadable["opportunities"].get("kind", False)
    )
    won, lost = (chosen & (frame["stage"] == stage).to_numpy() for stage in ("won", "lost"))
    steps = tuple(_step(key, place, reached, chosen, lost) for place, key in enumerate(STEPS))
    told = [step for step in steps if step.onward + step.lost >= cfg.metrics.least_entries]
    return Funnel(
        steps=steps,
        won=int(won.sum()),
        lost=int(lost.sum()),
        weakest=min(told, key=lambda step: step.conversion).key if told else "",
    )


def _step(key: str, place: int, reached: Ints, chosen: Bools, lost: Bools) -> Step:
    entries = chosen & (reached >= place)
    onward, ended = int((entries & (reached > place)).sum()), int((entries & (reached == place) & lost).sum())
    count = int(entries.sum())
    return Step(key, count, onward, ended, count - onward - ended, ratio(onward, onward + ended))


def _reached(frame: Any, today: np.datetime64) -> tuple[Ints, Days]:
    """How far each opportunity came (the place of its step; one more when it was won), and the day on which it began:
    created, else its first dated step. A step planned for a later day is not taken yet."""
    dated = [days(frame[name]) for name in ("created_on", "proposal_on", "negotiation_on", "closed_on")]
    dated = [np.where(day <= today, day, np.datetime64("NaT", "D")) for day in dated]
    stage = frame["stage"]
    reached = np.zeros(len(stage), dtype=np.int64)
    for place, key in enumerate(STEPS[1:], 1):
        reached[(stage == key).to_numpy() | ~np.isnat(dated[place])] = place
    reached[(stage == "won").to_numpy()] = len(STEPS)
    began = dated[0]
    for later in dated[1:]:
        began = np.where(np.isnat(began), later, began)
    return reached, began
