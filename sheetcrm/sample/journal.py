"""The book of dated events and its replay: the workbook of any day is what had happened by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sheetcrm.schema import PEOPLE_TABS, TABS

if TYPE_CHECKING:
    from sheetcrm.model import Value

BEGINNING = date.min
"""The day of what the sheet does not date: a team, an account, a contract row are there on every day."""

_PEOPLE = {tab.key: {column.key: column for column in tab.people} for tab in PEOPLE_TABS}
_FIRST_VERB = {
    "contracts": "agree",
    "accounts": "open",
    "interactions": "talk",
    "tickets": "call",
    "opportunities": "offer",
    "tasks": "plan",
    "contacts": "meet",
    "invoices": "issue",
    "team": "join",
}
_LATER_VERB = {
    "closed_on": "close",
    "next_step_done_on": "keep",
    "first_response_at": "answer",
    "resolved_at": "resolve",
    "done_on": "finish",
    "left_on": "leave",
    "paid_on": "pay",
}

_FOLLOWS = "predecessor_id"


@dataclass(frozen=True)
class Event:
    """Something that happened on a day to one row: the cells that it fills.

    ``row`` numbers the rows of a tab in the order of the workbook of the last day; ids do not, since people
    leave them blank or give one twice.
    """

    day: date
    verb: str
    tab: str
    row: int
    cells: tuple[tuple[str, Value], ...]


@dataclass
class Journal:
    """Collects what happened, row by row, while the story is told."""

    rows: list[tuple[str, dict[str, Value]]]

    def write(self, tab: str, **cells: Any) -> dict[str, Value]:
        """Note a row with all that became of it; its dated cells say when. KeyError for a column people don't fill."""
        for key in cells:
            if key not in _PEOPLE[tab]:
                raise KeyError(f"{tab} has no people's column {key}")
        row: dict[str, Value] = {key: value for key, value in cells.items() if value is not None}
        self.rows.append((tab, row))
        return row

    def of(self, tab: str) -> list[dict[str, Value]]:
        """The rows of a tab so far, in the order in which they were noted."""
        return [row for key, row in self.rows if key == tab]

    def events(self) -> tuple[Event, ...]:
        """Every event, by day; on one day in the order of tabs and rows."""
        found = [
            event
            for tab in PEOPLE_TABS
            for number, row in enumerate(self.of(tab.key))
            for event in _life(tab.key, number, row)
        ]
        closed = {row.get("contract_id"): _day(row.get("closed_on")) for row in self.of("contracts")}
        for number, row in enumerate(self.of("contracts")):
            found += _following(number, row, closed)
        return tuple(sorted(found, key=lambda event: event.day))


def _following(number: int, row: dict[str, Value], closed: dict[Value, date | None]) -> list[Event]:
    """From when a contract follows others: a successor counts from the day on which its predecessor was closed."""
    named = row.get(_FOLLOWS)
    if not isinstance(named, str):
        return []
    since = {id: closed.get(id) or BEGINNING for id in named.split("; ")}
    return [
        Event(day, "follow", "contracts", number, ((_FOLLOWS, "; ".join(id for id in since if since[id] <= day)),))
        for day in sorted(set(since.values()))
    ]


def _life(tab: str, number: int, row: dict[str, Value]) -> list[Event]:
    """A row's events: its appearance with all undated cells, then each fact on the day from which it is known."""
    # A row without id is no record: nothing tells from when it is there.
    dated = not TABS[tab].id_required or row.get(TABS[tab].id) is not None
    first = (dated and _day(row.get(TABS[tab].row_date))) or BEGINNING
    facts: dict[tuple[date, str], list[tuple[str, Value]]] = {(first, _FIRST_VERB[tab]): []}
    for key, value in row.items():
        if (tab, key) == ("contracts", _FOLLOWS):
            continue
        column = _PEOPLE[tab][key]
        since = _day(row.get(column.known_from)) if column.known_from else None
        later = since is not None and (not column.known_values or value in column.known_values)
        when = (max(since, first), _LATER_VERB[column.known_from]) if since and later else (first, _FIRST_VERB[tab])
        facts.setdefault(when, []).append((key, value))
    return [Event(day, verb, tab, number, tuple(cells)) for (day, verb), cells in facts.items()]


def _day(value: Value) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def replay(events: Iterable[Event], day: date) -> dict[str, list[dict[str, Value]]]:
    """The workbook of a day: tab key → rows, each with every people's column of its tab (None where blank)."""
    blank = {tab.key: dict.fromkeys((column.key for column in tab.people), None) for tab in PEOPLE_TABS}
    rows: dict[str, dict[int, dict[str, Value]]] = {tab: {} for tab in blank}
    for event in events:
        if event.day <= day:
            row = rows[event.tab].setdefault(event.row, dict(blank[event.tab]))
            row.update(event.cells)
    return {tab: [found[number] for number in sorted(found)] for tab, found in rows.items()}


def arrange(journal: Journal, numbering: dict[str, tuple[str, str, int]]) -> None:
    """Put rows in the order in which people would have entered them, and give ids to those that have none.

    ``numbering``: tab → the column that orders it ("" as written), the id's pattern, its first number.
    """
    for tab, (by, pattern, first) in numbering.items():
        rows = journal.of(tab)
        if by:
            rows.sort(key=lambda row: str(row.get(by, "")))
        others = [(key, row) for key, row in journal.rows if key != tab]
        journal.rows = others + [(tab, row) for row in rows]
        for number, row in enumerate(rows):
            row.setdefault(TABS[tab].id, pattern.format(first + number))
