"""Whom to look at first: the tables that answer an account manager's questions, the most valuable line first.

Why is this account red, what renews this quarter and how sure, whom have I neglected, whom may I lose, what should I
grow. Each function gives the lines that fit and how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from sheetcrm.model import Bools, Ints, Value
from sheetcrm.rules import metrics
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import Floats, days
from sheetcrm.rules.forecast import quarter
from sheetcrm.rules.signals import SEVERITY
from sheetcrm.views.seen import Seen
from sheetcrm.views.seen import shown as rounded
from sheetcrm.views.shown import Table
from sheetcrm.views.texts import texts

_LONGEST_AGE = 10_000
_SILENT = "untouched"
"""The signal that has a table of its own."""


def red(seen: Seen, most: int) -> Table:
    """Clients in the red band, and why."""
    accounts = seen.state.frames["accounts"]
    mask = marked(accounts["client_status"], "client") & marked(accounts["health_band"], "red")
    at = _worthiest(seen, mask)
    why = texts(accounts["health_why"], at[:most])
    rows = [{**line, "why": text} for line, text in zip(_accounts(seen, at[:most]), why, strict=True)]
    return Table(_finding(seen, "red", mask), rows, len(at))


def renewals(seen: Seen, most: int) -> Table:
    """The undecided terms due this quarter, with how likely each is renewed."""
    contracts, terms, words = seen.state.frames["contracts"], seen.terms, seen.words
    first, last = quarter(seen.today)
    mask = terms.due_in(first, last) & terms.open
    chance = contracts["renewal_probability"].to_numpy(dtype=float)
    expected = terms.annual * chance
    at = _ordered(mask, terms.annual)
    columns = {
        "title": _first_of(texts(contracts["title"], at[:most]), texts(contracts["contract_id"], at[:most])),
        "deadline": days(contracts["deadline"])[at[:most]].tolist(),
        "stage": [words.value("renewal_stage", key) or None for key in texts(contracts["renewal_stage"], at[:most])],
        "probability": [rounded(x, 4) for x in chance[at[:most]]],
        "expected": [rounded(x, 2) for x in expected[at[:most]]],
    }
    rows = [
        {**line, **dict(zip(columns, cells, strict=True))}
        for line, *cells in zip(_contracts(seen, at[:most]), *columns.values(), strict=True)
    ]
    if not len(at):
        return Table(words.text("table.renewals.none"), rows)
    value, sure = metrics.total(terms.annual, mask), metrics.total(expected, mask)
    share = words.percent(sure / value) if value else words.text("card.no_data")
    finding = words.plural(
        "table.renewals.finding", len(at), value=_money(seen, value), expected=_money(seen, sure), share=share
    )
    return Table(finding, rows, len(at))


def neglected(seen: Seen, most: int) -> Table:
    """Clients whose next contact is overdue."""
    accounts = seen.state.frames["accounts"]
    mask = marked(accounts["client_status"], "client") & (days(accounts["next_contact_due"]) < seen.today)
    at = _worthiest(seen, mask)
    silence = accounts["silence"].to_numpy(dtype=float)[at[:most]]
    lines = zip(_accounts(seen, at[:most]), silence, strict=True)
    rows = [{**line, "silence": rounded(x, 0)} for line, x in lines]
    return Table(_finding(seen, "neglected", mask), rows, len(at))


def losing(seen: Seen, most: int) -> Table:
    """The contracts that count as value at risk: whom we may lose."""
    contracts, annual = seen.state.frames["contracts"], seen.terms.annual
    mask = (contracts["at_risk"] == 1).to_numpy()
    at = _ordered(mask, annual)
    deadlines = days(contracts["deadline"])[at[:most]].tolist()
    rows = [{**line, "deadline": day} for line, day in zip(_contracts(seen, at[:most]), deadlines, strict=True)]
    if not len(at):
        return Table(seen.words.text("table.losing.none"), rows)
    value = metrics.total(annual, mask)
    return Table(seen.words.plural("table.losing.finding", len(at), value=_money(seen, value)), rows, len(at))


def growing(seen: Seen, most: int) -> Table:
    """Clients to grow with: those with an open upsell or cross-sell, a need they spoke of, or room by strategy. Not
    those in the red: first their trouble."""
    accounts, words = seen.state.frames["accounts"], seen.words
    open_value = accounts["expansion_value"].to_numpy(dtype=float)
    openings = seen.state.frames["accounts"]["opening_rows"]
    needs = openings.count("expansion_need", "trigger_event") > 0
    develop = marked(accounts["strategy"], "develop")
    sound = marked(accounts["client_status"], "client") & ~marked(accounts["health_band"], "red")
    mask = sound & ((open_value > 0) | needs | develop)
    value = accounts["annual_value"].to_numpy(dtype=float)
    # What is open and spoken of comes before what only might be.
    ready = (open_value > 0).astype(int) + needs
    at = np.flatnonzero(mask)
    at = at[np.lexsort((-np.nan_to_num(value[at]), -np.nan_to_num(open_value[at]), -ready[at]))]
    rows = []
    for row, line in zip(at[:most].tolist(), _accounts(seen, at[:most]), strict=True):
        reasons = {"open": open_value[row] > 0, "need": needs[row], "develop": develop[row]}
        why = ", ".join(words.text(f"table.growing.{key}") for key, holds in reasons.items() if holds)
        rows.append({**line, "why": why, "value": rounded(open_value[row], 2) if open_value[row] > 0 else None})
    if not len(at):
        return Table(words.text("table.growing.none"), rows)
    whole = metrics.total(open_value, mask & (open_value > 0))
    return Table(words.plural("table.growing.finding", len(at), value=_money(seen, whole)), rows, len(at))


def signals(seen: Seen, most: int) -> Table:
    """The living risk signals of clients, the gravest kind first, then the most valuable client; silence has its own
    table."""
    accounts, living = seen.state.frames["accounts"], seen.state.frames["accounts"]["signal_rows"]
    client = marked(accounts["client_status"], "client")
    value = np.nan_to_num(accounts["annual_value"].to_numpy(dtype=float))
    grave = living.looked_up({kind: float(place) for place, kind in enumerate(SEVERITY)})
    at = np.flatnonzero(client[living.codes] & ~living.of(_SILENT))
    order = np.lexsort((living.ages[at], -value[living.codes[at]], grave[at]))
    at = at[order]
    # One line for each client and kind: the freshest row of it.
    pairs = living.codes[at] * len(SEVERITY) + grave[at].astype(np.int64)
    _, first = np.unique(pairs, return_index=True)
    at = at[np.sort(first)]
    holders = living.codes[at[:most]]
    rows = [
        {
            **line,
            "signal": seen.words.text(f"signal.{living.kinds[row]}"),
            "age": min(int(living.ages[row]), _LONGEST_AGE),
        }
        for row, line in zip(at[:most].tolist(), _accounts(seen, holders), strict=True)
    ]
    if not len(at):
        return Table(seen.words.text("table.signals.none"), rows)
    known = len(np.unique(living.codes[at]))
    return Table(seen.words.plural("table.signals.finding", known, signals=seen.words.number(len(at))), rows, len(at))


def _worthiest(seen: Seen, mask: Bools) -> Ints:
    return _ordered(mask, seen.state.frames["accounts"]["annual_value"].to_numpy(dtype=float))


def _ordered(mask: Bools, value: Floats) -> Ints:
    """The rows of the mask, the most valuable first; unknown values last."""
    at = np.flatnonzero(mask)
    return np.asarray(at[np.argsort(-np.nan_to_num(value[at], nan=-np.inf), kind="stable")], dtype=np.int64)


def _accounts(seen: Seen, at: Ints) -> list[dict[str, Value]]:
    """Name, owner and annual value of accounts."""
    accounts = seen.state.frames["accounts"]
    value = accounts["annual_value"].to_numpy(dtype=float)[at]
    return _lines(seen, at, value)


def _contracts(seen: Seen, at: Ints) -> list[dict[str, Value]]:
    """The account's name, the contract's owner (else the account's) and the annual value of contracts."""
    holder = seen.state.codes("contracts", "accounts")[at]
    own = texts(seen.state.frames["contracts"]["owner"], at)
    lines = _lines(seen, holder, seen.terms.annual[at])
    return [{**line, "owner": seen.person(owner) or line["owner"]} for line, owner in zip(lines, own, strict=True)]


def _lines(seen: Seen, holder: Ints, value: Floats) -> list[dict[str, Value]]:
    accounts = seen.state.frames["accounts"]
    names = _first_of(texts(accounts["name"], holder), texts(accounts["account_id"], holder))
    owners = texts(accounts["owner"], holder)
    return [
        {"account": name, "owner": seen.person(owner), "value": rounded(worth, 2)}
        for name, owner, worth in zip(names, owners, value.tolist(), strict=True)
    ]


def _first_of(cells: Iterable[Value], others: Iterable[Value]) -> list[Value]:
    return [one or other for one, other in zip(cells, others, strict=True)]


def _finding(seen: Seen, table: str, mask: Bools) -> str:
    """How many clients these are, and what they are worth."""
    count = int(mask.sum())
    if not count:
        return seen.words.text(f"table.{table}.none")
    value = metrics.total(seen.state.frames["accounts"]["annual_value"].to_numpy(dtype=float), mask)
    return seen.words.plural(f"table.{table}.finding", count, value=_money(seen, value))


def _money(seen: Seen, value: float) -> str:
    return seen.words.text("card.no_data") if np.isnan(value) else seen.amount(value)


TABLES: Mapping[str, Callable[[Seen, int], Table]] = {
    table.__name__: table for table in (red, renewals, neglected, losing, growing, signals)
}
