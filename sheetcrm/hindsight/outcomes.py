"""The decisions that a score can be held against: terms that people renewed or lost, each with the day that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.dates import Days, add_months, days

LEFT_OUT = ("automatic", "project", "no_account", "undated", "older")


@dataclass(frozen=True)
class Outcomes:
    """One entry per term that was decided.

    ``accounts``: its row among the accounts. ``on``: the day that scores are looked at before: the decision's, or the
    term's last one where that came first. ``lost``: lost, else renewed. ``told``: somebody wrote down when it was
    decided; else its last day stands for it. ``left_out``: decided terms that say nothing here, by reason
    (``LEFT_OUT``).
    """

    accounts: Ints
    contracts: Ints
    on: Days
    lost: Bools
    told: Bools
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.on)


def outcomes(state: Evaluated, cfg: Config) -> Outcomes:
    """The terms that were renewed or lost up to the day of the workbook, over ``health.validation.months``.

    A term that renewed itself was decided by nobody, a project was never to be renewed, and a decision without any day
    can't be held against an earlier one: those are counted and left out, the first reason that holds.
    """
    contracts = state.frames["contracts"]
    lost, auto = ((contracts[name] == value).to_numpy() for name, value in (("status", "lost"), ("renewed_auto", 1)))
    accounts = state.codes("contracts", "accounts")
    closed = days(contracts["decided_on"])
    on = np.fmin(closed, days(contracts["end_date"]))
    today = np.datetime64(state.as_of, "D")
    since = add_months(np.array([today]), -cfg.health.validation.months)[0]
    decided = lost | (contracts["status"] == "renewed").to_numpy()
    reasons = np.select(
        [
            auto,
            (contracts["one_off"] == 1).to_numpy(),
            accounts < 0,
            np.isnat(closed) | (closed > today),
            on <= since,
        ],
        LEFT_OUT,
        default="",
    )
    rows = np.flatnonzero(decided & (reasons == "")).astype(np.int64)
    return Outcomes(
        accounts=accounts[rows],
        contracts=rows,
        on=on[rows],
        lost=lost[rows],
        told=contracts["closed_on"].notna().to_numpy()[rows],
        left_out={reason: int((decided & (reasons == reason)).sum()) for reason in LEFT_OUT},
    )
