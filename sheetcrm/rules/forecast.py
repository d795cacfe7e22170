"""The forecast of the calendar quarter in three cases, against the team's target (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.columns import round_half_up
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats, days
from sheetcrm.rules.metrics.sales import unclear_deals
from sheetcrm.rules.metrics.sums import ratio, total
from sheetcrm.rules.terms import Terms
from sheetcrm.schema.contracts import STAGES


@dataclass(frozen=True)
class Forecast:
    """Unit: base currency, amounts of whole next terms and of opportunities. ``target`` is NaN where nobody has one."""

    won: float
    commit: float
    expected: float
    best: float
    target: float

    @property
    def share(self) -> float:
        """Expected over target; NaN without a target."""
        return float("nan") if np.isnan(self.target) else ratio(self.expected, self.target)


def quarter(today: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """First and last day of today's calendar quarter."""
    month = today.astype("datetime64[M]")
    first = month - np.timedelta64(int(month.astype(np.int64)) % 3, "M")
    following = (first + np.timedelta64(3, "M")).astype("datetime64[D]")
    return first.astype("datetime64[D]"), following - np.timedelta64(1, "D")


def forecast(state: Evaluated, terms: Terms, cfg: Config) -> Forecast:
    """Won, commit, expected and best case of the quarter, from the terms due in it and the opportunities that are
    expected to close in it (won ones without that date: that closed in it).

    Commit = won + open from stage invoice_needed or p ≥ .9; expected = won + Σ p·v; best = won + all open. Renewal
    opportunities are left out, and those to win back a term that counts itself: their contract counts.

    Source: domain 7; 000 item 32; 004 item 7
    """
    first, last = quarter(np.datetime64(state.as_of, "D"))
    found = _together(_renewals(state, terms, cfg, first, last), _deals(state, terms, first, last))
    # As people see it: a computed 0.89999999 is the 90% of the sheet.
    committed = found.sure | (round_half_up(found.probability, 4) >= cfg.metrics.commit_probability)
    return Forecast(
        won=total(found.amount, found.won),
        commit=total(found.amount, found.won | committed),
        expected=total(np.where(found.won, found.amount, found.amount * found.probability), found.all),
        best=total(found.amount, found.all),
        target=target(state),
    )


def target(state: Evaluated) -> float:
    """A quarter of what the team is to sell in a year; NaN where no target is given.

    Unit: base currency
    Source: domain 7
    """
    targets = state.frames["team"]["sales_target"].to_numpy(dtype=float)
    return float(np.nansum(targets) / 4) if (~np.isnan(targets)).any() else float("nan")


@dataclass(frozen=True)
class Coverage:
    """Whether what is open covers what is missing in the quarter. Unit: base currency; ``share`` of 1.

    ``missing``: target less won, at least 0. ``live``: everything open, ``weighted`` by its probability. ``share``:
    weighted / missing, NaN where nothing is missing. All are NaN without a target.
    """

    missing: float
    live: float
    weighted: float
    share: float

    @property
    def covered(self) -> bool:
        """The target is reached if what is open comes as expected."""
        return self.missing <= self.weighted


def coverage(found: Forecast) -> Coverage:
    """Do live opportunities and renewals cover the target of the quarter?

    Source: domain 7; 004 item 7
    """
    missing = max(found.target - found.won, 0.0) if not np.isnan(found.target) else float("nan")
    weighted = found.expected - found.won
    share = float("nan") if np.isnan(missing) else ratio(weighted, missing)
    return Coverage(missing, found.best - found.won, weighted, share)


@dataclass(frozen=True)
class _Candidates:
    """What could be sold in the quarter: ``sure`` by its stage; ``amount`` in base currency, NaN where unknown."""

    won: Bools
    amount: Floats
    probability: Floats
    sure: Bools

    @property
    def all(self) -> Bools:
        return np.ones(len(self.won), dtype=bool)


def _together(renewals: _Candidates, deals: _Candidates) -> _Candidates:
    return _Candidates(
        *(np.concatenate([getattr(part, name) for part in (renewals, deals)]) for name in _Candidates.__annotations__)
    )


def _renewals(state: Evaluated, terms: Terms, cfg: Config, first: np.datetime64, last: np.datetime64) -> _Candidates:
    contracts = state.frames["contracts"]
    won = terms.signed | terms.auto
    late_stages = STAGES[STAGES.index(cfg.metrics.commit_stage) : STAGES.index("payment_received")]
    chosen = terms.due_in(first, last) & (won | terms.open)
    return _Candidates(
        won=won[chosen],
        amount=np.where(won, terms.renewed_amount, terms.amount)[chosen],
        probability=contracts["chance"].to_numpy(dtype=float)[chosen],
        sure=contracts["renewal_stage"].isin(late_stages).to_numpy()[chosen],
    )


def _deals(state: Evaluated, terms: Terms, first: np.datetime64, last: np.datetime64) -> _Candidates:
    frame = state.frames["opportunities"]
    won = (frame["stage"] == "won").to_numpy()
    when = _closing(frame, won)
    twice = (frame["kind"] == "renewal").to_numpy() | _counted_terms(state, terms, first, last)
    counts = ~twice & ~(frame["stage"] == "lost").to_numpy() & ~unclear_deals(state)
    chosen = (when >= first) & (when <= last) & counts
    return _Candidates(
        won=won[chosen],
        amount=frame["value_base"].to_numpy(dtype=float)[chosen],
        probability=frame["chance"].to_numpy(dtype=float)[chosen],
        sure=np.zeros(int(chosen.sum()), dtype=bool),
    )


def _counted_terms(state: Evaluated, terms: Terms, first: np.datetime64, last: np.datetime64) -> Bools:
    """Opportunities to win back a term that was renewed after all, or of the quarter that nobody has called lost."""
    counted = terms.signed | terms.auto | (terms.open & terms.due_in(first, last))
    codes = state.codes("opportunities", "contracts")
    recovery = (state.frames["opportunities"]["kind"] == "recovery").to_numpy() & (codes >= 0)
    found = np.zeros(len(codes), dtype=bool)
    found[recovery] = counted[codes[recovery]]
    return found


def _closing(frame: Any, won: Bools) -> Days:
    expected = days(frame["expected_close"])
    return np.where(won & np.isnat(expected), days(frame["closed_on"]), expected)
