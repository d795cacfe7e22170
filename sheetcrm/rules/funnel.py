"""The renewal funnel: which renewed terms still lack the row of their next term, and which rows deny a renewal.

A term is renewed because people were paid (*won*) or because it renewed by itself (*auto*). Either way its successor's
row is wanted, unless it has no end, is a one-off project, or some row names it as its predecessor already.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column, label
from sheetcrm.config import Config
from sheetcrm.model import Bools, Ints
from sheetcrm.rules.ages import filled, marked
from sheetcrm.rules.dates import DAY, days, days_between
from sheetcrm.rules.succession import Links
from sheetcrm.schema import Type

DECIDE_THE_NEXT_TERM = (
    "account_id",
    "start_date",
    "end_date",
    "contract_type",
    "renewal_period",
    "auto_renew",
    "notice_days",
    "value",
    "renewal_value",
    "closed_on",
)
"""Cells that the next term's days and money are made from: one that can't be read holds it up."""
_DAYS_PER_MONTH = 365.25 / 12
NEAR_DAYS = 31
"""Days from the successor's first day within which a row with the same title may be that successor."""


@column("contracts", show=False, type=Type.TEXT, copes=("cancellation_notice_on", "notice_until", "renews_itself"))
def renewal_basis(
    renewal_stage: pd.Series[Any],
    renews_itself: pd.Series[Any],
    cancellation_notice_on: pd.Series[Any],
    notice_until: pd.Series[Any],
    today: np.datetime64,
    unreadable: Unreadable,
) -> Partial:
    """Why the row's own cells count the term as renewed, whatever its successors: ``won`` (payment received) or
    ``auto`` (the last day to stop it has passed without a notice).

    Blank: neither
    Source: domain 4, 5; 003 item 5
    """
    own = (renews_itself == 1).to_numpy() & ~filled(cancellation_notice_on)
    auto = own & (days(notice_until) < today.astype("datetime64[D]")) & ~marked(renewal_stage, "lost")
    unsure = (
        unreadable["renews_itself"]
        | ((renews_itself == 1).to_numpy() & unreadable["notice_until"])
        | (own & unreadable["cancellation_notice_on"])
    )
    won = marked(renewal_stage, "payment_received")
    return Partial(label((won, "won"), (auto, "auto")), unknown=unsure & ~won)


@column("contracts", show=False)
def followers(links: Links) -> Any:
    """How many rows name this term as their predecessor, also those that are not filled in yet.

    Unit: rows
    Source: domain 3
    """
    return np.bincount(links.before, minlength=links.size)


@column(
    "contracts",
    show=False,
    type=Type.TEXT,
    copes=(*DECIDE_THE_NEXT_TERM, "renewal_basis", "next_renewal_date", "evergreen", "one_off", "period"),
)
def successor_due(
    renewal_basis: pd.Series[Any],
    followers: pd.Series[Any],
    evergreen: pd.Series[Any],
    one_off: pd.Series[Any],
    next_renewal_date: pd.Series[Any],
    end_date: pd.Series[Any],
    period: pd.Series[Any],
    auto_renew: pd.Series[Any],
    today: np.datetime64,
    cfg: Config,
    unreadable: Unreadable,
) -> Any:
    """Whether the row of the next term is still wanting: ``ready`` where it can be made, ``held`` where nothing tells
    when the next term ends or a needed cell can't be read, ``far`` where the term renews itself and is so many terms
    behind that its dates must be wrong.

    Blank: not renewed, somebody's row follows already, without an end, or a project that is never due
    Source: domain 5 (renewed); 003 items 4, 9
    """
    wanted = filled(renewal_basis) & (followers == 0).to_numpy()
    wanted &= ~((evergreen == 1) | (one_off == 1)).to_numpy()
    unread = np.logical_or.reduce([unreadable[name] for name in DECIDE_THE_NEXT_TERM])
    ready = wanted & filled(next_renewal_date) & ~unread
    behind = days_between(days(end_date), today.astype("datetime64[D]")) / (
        _DAYS_PER_MONTH * period.to_numpy(dtype=float)
    )
    far = marked(auto_renew, "yes") & (behind > cfg.contracts.most_successors)
    return label((ready & far, "far"), (ready, "ready"), (wanted, "held"))


@column("contracts", show=False, type=Type.ID, copes=("predecessor_id", "title", "contract_type"))
def successor_like(
    contract_id: pd.Series[Any],
    account_id: pd.Series[Any],
    title: pd.Series[Any],
    contract_type: pd.Series[Any],
    start_date: pd.Series[Any],
    end_date: pd.Series[Any],
    predecessor_id: pd.Series[Any],
    successor_due: pd.Series[Any],
) -> Any:
    """The row that looks like the next term although nobody linked the two: of the same account, title and type, naming
    no predecessor, begun within 31 days of the day after this term's end (without a title: on that very day). A row of
    the runner beside it would count the same contract twice.

    Blank: none
    Source: domain 5 (renewed)
    """
    rows = np.flatnonzero(marked(successor_due, "ready"))
    found = np.full(len(contract_id), -1, dtype=np.int64)
    if len(rows):
        wanted = days(end_date)[rows] + DAY
        open_ = np.flatnonzero(~filled(predecessor_id) & filled(start_date) & account_id.isin(account_id.iloc[rows]))
        sort = pd.DataFrame({"account": account_id, "title": _folded(title), "type": contract_type.fillna("")})
        pairs = (
            sort.iloc[rows]
            .assign(row=rows, wanted=wanted)
            .merge(sort.iloc[open_].assign(other=open_, start=days(start_date)[open_]), on=["account", "title", "type"])
        )
        apart = np.abs(days_between(pairs["wanted"], pairs["start"]))
        near = (apart <= np.where(pairs["title"] == "", 0, NEAR_DAYS)) & (pairs["row"] != pairs["other"]).to_numpy()
        chosen = pairs[near].assign(apart=apart[near]).sort_values(["row", "apart", "other"]).drop_duplicates("row")
        found[chosen["row"].to_numpy()] = chosen["other"].to_numpy()
    return contract_id.reindex(found)


def _folded(title: pd.Series[Any]) -> pd.Series[Any]:
    return title.fillna("").str.strip().str.casefold()


def ready_rows(due: pd.Series[Any], like: pd.Series[Any]) -> Ints:
    """The rows whose successor can be made now: ``successor_due`` is ready and no row looks like it."""
    ready: Bools = marked(due, "ready") & ~filled(like)
    return np.flatnonzero(ready).astype(np.int64)
