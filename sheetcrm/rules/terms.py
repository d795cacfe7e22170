"""The contract terms as the metrics see them: what is due when, what became of it, and its money in base currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import Days, Floats, days
from sheetcrm.rules.succession import Links

OPEN = ("active", "expiring", "expired", "upcoming")


@dataclass(frozen=True)
class Terms:
    """One entry per visible contract row.

    ``due``: the term has an end and can be due (an evergreen and a finished project never are). ``signed``: renewed
    by people's decision; ``auto``: renewed by itself, nobody signed; ``lost``; ``open``: undecided. A row whose status
    is blank is none of the four. Money is in base currency, NaN where a cell or a rate is missing: ``annual`` and
    ``amount`` (the whole next term) of this term, ``renewed_annual`` and ``renewed_amount`` of what replaced it.
    """

    end: Days
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
    renewed, lost = (status == "renewed").to_numpy(), (status == "lost").to_numpy()
    auto = renewed & _by_itself(contracts)
    rate = contracts["base_rate"].to_numpy(dtype=float)
    value, asked = (contracts[name].to_numpy(dtype=float) * rate for name in ("value", "renewal_value"))
    annual = contracts["annual_value"].to_numpy(dtype=float) * rate
    amount = np.where(np.isnan(asked), value, asked)
    return Terms(
        end=days(contracts["end_date"]),
        due=(contracts["end_date"].notna() & ~(contracts["never_due"] == 1)).to_numpy(),
        signed=renewed & ~auto,
        auto=auto,
        lost=lost,
        open=status.isin(OPEN).to_numpy(),
        annual=annual,
        amount=amount,
        renewed_annual=_replaced(contracts["successions"], annual, _a_year(contracts, asked, annual)),
        renewed_amount=_replaced(contracts["successions"], value, amount),
    )


def _by_itself(contracts: Any) -> Bools:
    """An automatic renewal that nobody signed. The runner appends its successor row as it does for any other, so a
    successor is no sign of a decision here."""
    return np.asarray(
        (contracts["auto_renew"] == "yes")
        & contracts["cancellation_notice_on"].isna()
        & contracts["closed_on"].isna()
        & ~(contracts["renewal_stage"] == "payment_received")
    )


def _a_year(contracts: Any, asked: Floats, annual: Floats) -> Floats:
    """The annual value of a next term that has no row yet: of ``renewal_value`` over the renewal period (blank: over
    as long as this term), else what this term is worth a year."""
    value = contracts["value"].to_numpy(dtype=float) * contracts["base_rate"].to_numpy(dtype=float)
    months = contracts["renewal_period"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        same_length = np.where(value != 0, asked * annual / value, asked)
        stated = np.where(months > 0, asked * 12 / months, same_length)
    return np.where(np.isnan(asked), annual, stated)


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
