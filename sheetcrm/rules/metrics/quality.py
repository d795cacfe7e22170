"""How far the numbers can be trusted: what the sums lack, and the money that data problems touch (domain 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Problem
from sheetcrm.rules.metrics.sales import unclear_deals
from sheetcrm.rules.metrics.sums import as_day, since, total
from sheetcrm.rules.terms import Terms


def left_out(state: Evaluated, terms: Terms, cfg: Config) -> int:
    """Amounts that the sums had to do without: terms due in the window or later, and open opportunities, whose value or
    rate is missing; and terms whose status, opportunities whose stage or kind could not be read.

    Unit: rows
    Source: domain 7 (money in a currency without a rate is a problem, never 1:1)
    """
    unclear = state.frames["contracts"]["status"].isna().to_numpy()
    asked = terms.due & (terms.end >= since(as_day(state), cfg.metrics.window_days))
    without = (asked & np.isnan(terms.annual)) | unclear
    frame = state.frames["opportunities"]
    pending = (frame["closed"] == 0).to_numpy() & ~(frame["kind"] == "renewal").to_numpy()
    lacking = unclear_deals(state) | (pending & frame["value_base"].isna().to_numpy())
    return int(without.sum() + lacking.sum())


@dataclass(frozen=True)
class Touched:
    """The money that data problems touch. Units: base currency (contracts per year; NaN: no amount is known); rows.

    ``unknown``: rows of them whose own amount is missing, and rows that stay out of everything (a blank or duplicate
    id).
    """

    value: float
    contracts: int
    opportunities_value: float
    opportunities: int
    unknown: int


def touched_money(state: Evaluated, terms: Terms, problems: Sequence[Problem]) -> Touched:
    """What is at stake where cells must be mended: the contracts that are not over with a problem in their row, or in
    the row of their account, and the open opportunities with one.

    Source: domain 7
    """
    contracts, accounts, deals = (
        _with_problem(state, tab, problems) for tab in ("contracts", "accounts", "opportunities")
    )
    holder = state.codes("contracts", "accounts")
    theirs = np.append(accounts.rows, False)[holder]
    alive = (state["contracts.running"] != 0).to_numpy() | (state["contracts.undecided"] == 1).to_numpy()
    touched = (contracts.rows | theirs) & alive
    pending = deals.rows & ~(state["opportunities.closed"] == 1).to_numpy()
    amount = state["opportunities.value_base"].to_numpy(dtype=float)
    without = (touched & np.isnan(terms.annual)).sum() + (pending & np.isnan(amount)).sum()
    return Touched(
        value=total(terms.annual, touched),
        contracts=int(touched.sum()),
        opportunities_value=total(amount, pending),
        opportunities=int(pending.sum()),
        unknown=int(without) + contracts.outside + deals.outside,
    )


@dataclass(frozen=True)
class _Marked:
    """Visible rows with a problem, and how many rows with one are in no sum at all."""

    rows: Bools
    outside: int


def _with_problem(state: Evaluated, tab: str, problems: Sequence[Problem]) -> _Marked:
    wrong = np.array(
        sorted({problem.row for problem in problems if problem.tab == tab and problem.row}), dtype=np.int64
    )
    rows = state.snapshot[tab].rows
    return _Marked(np.isin(rows[state.kept[tab]], wrong), int((~np.isin(wrong, rows)).sum()))
