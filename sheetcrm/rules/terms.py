"""The contract terms as the metrics see them: what is due when, what became of it, and its money in base currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats, days
from sheetcrm.rules.succession import Links
from sheetcrm.rules.worth import MONTHS_PER_YEAR

OPEN = ("active", "expiring", "expired", "upcoming")


@dataclass(frozen=True)
class Terms:
    """One entry per visible contract row.

    ``closed``: the day on which it was signed or lost, where that is known. ``due``: the term has an end and can be
    due (an evergreen and a finished project never are). ``signed``: renewed by people's decision; ``auto``: renewed by
    itself, nobody signed; ``lost``; ``open``: undecided. A row whose status is blank is none of the four. Money is in
    base currency, NaN where a cell or a rate is missing: ``annual`` and ``amount`` (the whole next term) of this term,
    ``renewed_annual`` and ``renewed_amount`` of what replaced it.
    """

    end: Days
    closed: Days
    deadline: Days
    due: Bools
    signed: Bools
    auto: Bools
    lost: Bools
    open: Bools
    annual: Floats
    amount: Floats
    renewed_annual: Floats
    renewed_amount: Floats

    def due_in(self, first: np.datetime64, last: np.datetime64) -> Bools:
        """Terms whose last day falls from ``first`` to ``last``, both included."""
        return self.due & (self.end >= first) & (self.end <= last)

    @property
    def decided(self) -> Bools:
        """Renewed by decision, or lost: what a renewal rate is made of."""
        return self.signed | self.lost


def terms(state: Evaluated) -> Terms:
    """The terms of an evaluated workbook."""
    contracts = state.frames["contracts"]
    status = contracts["status"]
    auto = (contracts["renewed_auto"] == 1).to_numpy()
    rate, annual = (contracts[name].to_numpy(dtype=float) for name in ("base_rate", "annual_value_base"))
    value, asked = (contracts[name].to_numpy(dtype=float) * rate for name in ("value", "renewal_value"))
    amount = np.where(np.isnan(asked), value, asked)
    return Terms(
        end=days(contracts["end_date"]),
        closed=days(contracts["closed_on"]),
        deadline=days(contracts["deadline"]),
        due=(contracts["end_date"].notna() & ~(contracts["one_off"] == 1)).to_numpy(),
        signed=(status == "renewed").to_numpy() & ~auto,
        auto=auto,
        lost=(status == "lost").to_numpy(),
        open=status.isin(OPEN).to_numpy(),
        annual=annual,
        amount=amount,
        renewed_annual=_replaced(contracts["successions"], annual, _next_year(contracts, value, asked, annual)),
        renewed_amount=_replaced(contracts["successions"], value, amount),
    )


def _next_year(contracts: Any, value: Floats, asked: Floats, annual: Floats) -> Floats:
    """The annual value of a next term that has no row yet: ``renewal_value`` over the next term's months (unknown: over
    a term as long as this one); without a renewal value what this term is worth a year."""
    months = contracts["period"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        as_long = np.where(value != 0, asked * annual / value, np.nan)
        yearly = np.where(np.isnan(months), as_long, asked * MONTHS_PER_YEAR / months)
    return np.where(np.isnan(asked), annual, yearly)


def _replaced(successions: Links, own: Floats, without_row: Floats) -> Floats:
    """What each term became: its share of its successor rows, else ``without_row``.

    A successor of several terms is shared out by what they were worth, so that their sum is what it is compared with.
    """
    before, after = successions.before, successions.after
    siblings = successions.predecessors()[after]
    whole = np.bincount(after, weights=own[before], minlength=successions.size)[after]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(siblings == 1, 1.0, np.where(whole != 0, own[before] / whole, 1 / np.maximum(siblings, 1)))
    result = without_row.copy()
    result[before] = 0.0
    np.add.at(result, before, own[after] * share)
    return result
