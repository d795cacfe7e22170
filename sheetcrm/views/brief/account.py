"""The evaluated workbook seen from one account: its rows in each tab, and its cells as the reader reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Ints
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Column, Type
from sheetcrm.sentences import Sentences
from sheetcrm.text import clip, href
from sheetcrm.views.brief.page import Cell, Fact, Lines, Table
from sheetcrm.words import Words

Item = TypeVar("Item")
Row = Sequence[Cell]

LONGEST = 160
"""Characters of a cell that the page repeats."""


@dataclass(frozen=True)
class Account:
    """One visible account. ``row`` is its place in the evaluated accounts tab; ``say`` words its sentences."""

    state: Evaluated
    row: int
    cfg: Config
    words: Words
    say: Sentences
    _rows: dict[str, Ints] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def today(self) -> date:
        return self.state.as_of

    def used(self, tab: str) -> bool:
        """Whether the workbook has this tab at all."""
        return self.state.snapshot[tab].present

    def has(self, tab: str, column: str) -> bool:
        """Whether people could have filled this column: the tab has it, or it is the runner's."""
        return TABS[tab].column(column).by_runner or column in self.state.snapshot[tab].where

    def rows(self, tab: str) -> Ints:
        """The tab's visible rows that belong to the account."""
        if tab not in self._rows:  # each section asks again
            self._rows[tab] = np.flatnonzero(self.state.codes(tab, "accounts") == self.row)
        return self._rows[tab]

    def where(self, tab: str, column: str, *values: str) -> Ints:
        """Those of the account's rows whose cell is one of these."""
        rows = self.rows(tab)
        found: Ints = rows[self.state.frames[tab][column].iloc[rows].isin(values).to_numpy()]
        return found

    def value(self, tab: str, column: str, row: int) -> Any:
        """A cell in keys and Python types; None for blank, for unreadable, and for a column that nothing fills."""
        values = self.state.frames[tab].get(column)
        if values is None:
            return None
        value: Any = values.iat[row] if isinstance(values, pd.Series) else values[row]
        if value is None or value is pd.NaT or value != value:
            return None
        if isinstance(value, pd.Timestamp):
            moment = value.to_pydatetime()
            return moment if moment.time() != time.min else moment.date()
        return value.item() if isinstance(value, np.generic) else value

    def day(self, tab: str, column: str, row: int) -> date | None:
        """A date or moment as its day."""
        value: Any = self.state.frames[tab][column].iat[row]
        return None if value is pd.NaT or value is None else value.date()

    def own(self, column: str) -> Any:
        """A cell of the account's own row."""
        return self.value("accounts", column, self.row)

    def unreadable(self, tab: str, column: str, row: int) -> bool:
        """Whether something stands in the cell that could not be read, or that it depends on."""
        marks = self.state.unreadable[tab].get(column)
        return marks is not None and bool(marks[row])

    def text(self, tab: str, column: str, row: int, short: bool = False) -> str:
        """A cell as the reader reads it; "" for blank, and said so where it can't be read."""
        if self.unreadable(tab, column, row):
            return self.words.text("brief.unreadable")
        value = self.value(tab, column, row)
        return "" if value is None else self._shown(TABS[tab].column(column), tab, row, value, short)

    def _shown(self, column: Column, tab: str, row: int, value: Any, short: bool) -> str:
        words = self.words
        if column.values:
            return words.value(column.value_set, value) if value in column.values else clip(value, LONGEST)
        if column.type.is_date:
            return words.date(value, short)
        if column.type is Type.MONEY:
            return self.money(value, self.currency(tab, row) if "row currency" in column.unit else "")
        if column.type is Type.PERCENT:
            return words.percent(value)
        if column.type.is_number:
            return words.number(value)
        if column.type is Type.PERSON:
            return self.person(value)
        return clip(str(value), LONGEST)

    def currency(self, tab: str, row: int) -> str:
        """The currency of a row's amounts, as typed; "" for base currency."""
        return clip(self.value(tab, "currency", row) or "", 12).upper()

    def money(self, amount: float, currency: str = "") -> str:
        """An amount in its currency, blank being the base currency."""
        return self.words.money(amount, currency or self.cfg.base_currency)

    def monies(self, tab: str, column: str, rows: Iterable[int]) -> str:
        """Amounts of rows added up per currency: ``1.200 € + 300 USD``; "" where none is known."""
        sums: dict[str, float] = {}
        for row in rows:
            amount = self.value(tab, column, row)
            if amount is not None:
                currency = self.currency(tab, row) or self.cfg.base_currency.upper()
                sums[currency] = sums.get(currency, 0.0) + amount
        return " + ".join(self.money(amount, currency) for currency, amount in sums.items())

    def person(self, address: str | None) -> str:
        """A member of the team by name; an address that the team lacks as it is."""
        return clip(self._names.get(address, address), 60) if address else ""

    @cached_property
    def _names(self) -> dict[str, str]:
        team = self.state.frames["team"]
        pairs = zip(team["email"].tolist(), team["name"].tolist(), strict=True)
        return {email: name for email, name in pairs if isinstance(name, str)}

    def sentence(self, tab: str, column: str, row: int) -> str:
        """A sentence that a rule made, in the reader's language."""
        return self.say(f"{tab}.{column}", row, self.words.language) if column in self.state.frames[tab] else ""

    def link(self, tab: str, column: str, row: int) -> str:
        """The address in a cell where it is one that a page may link to."""
        return href(self.value(tab, column, row))

    def fact(self, column: str, text: str = "", tone: str = "") -> Fact:
        """A fact under its column's own header; its cell as it stands unless ``text`` says more."""
        shown = text or self.text("accounts", column, self.row)
        return Fact(column, self.words.header("accounts", column), Cell(shown, tone))

    def facts(self, *columns: str) -> list[Fact]:
        """The account's cells under their headers, those that hold something."""
        return [fact for fact in map(self.fact, columns) if fact.cell.text]

    def away(self, day: date) -> str:
        """How far off a day is: "in 12 days", "today", "3 days ago"."""
        days = (day - self.today).days
        if days == 0:
            return self.words.text("brief.today")
        return self.words.plural("brief.ahead" if days > 0 else "brief.ago", abs(days))

    def dated(self, day: date, short: bool = False) -> str:
        """A day and how far off it is."""
        return f"{self.words.date(day, short)} ({self.away(day)})"

    def urgency(self, deadline: date) -> str:
        """The tone of a renewal deadline: red from the critical stage on, amber from the first."""
        stages = self.cfg.alerts.stages
        left = (deadline - self.today).days
        if left <= stages["critical"].days:
            return "red"
        return "amber" if left <= max(stage.days for stage in stages.values()) else ""

    def since(self) -> date:
        """The first day of the period that service figures and changes look at."""
        return (np.datetime64(self.today) - np.timedelta64(self.cfg.brief.period_days - 1, "D")).item()

    def within(self, talk: int, days: int) -> bool:
        """Whether an interaction lies in the last ``days`` days, today included."""
        age = self.value("interactions", "age", talk)
        return age is not None and age < days

    def in_period(self, day: date | datetime | None) -> bool:
        """Whether a day lies in that period, today included."""
        if isinstance(day, datetime):
            day = day.date()
        return day is not None and self.since() <= day <= self.today

    def table(
        self,
        key: str,
        title: str,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Item],
        made: Callable[[Item], Row],
    ) -> list[Table]:
        """A table of the first rows, each as ``made``, the others counted; nothing for no rows.

        Columns that no row fills are left out.
        """
        first, more = self.first(rows)
        cells = [made(row) for row in first]
        filled = [place for place in range(len(columns)) if any(row[place].text for row in cells)]
        kept = [[row[place] for place in filled] for row in cells]
        return [Table(key, title, [columns[place] for place in filled], kept, more)] if filled else []

    def lines(self, key: str, title: str, lines: Sequence[Cell]) -> list[Lines]:
        """A list of the first lines, the others counted; nothing for no lines."""
        first, more = self.first(lines)
        return [Lines(key, title, first, more)] if first else []

    def first(self, all: Sequence[Item], most: int = 0) -> tuple[Sequence[Item], str]:
        """The first of many, and how many are left out. One more is shown too: to say so would take as much room."""
        most = most or self.cfg.brief.rows
        if len(all) <= most + 1:
            return all, ""
        return all[:most], self.words.plural("brief.more", len(all) - most)


def joined(*parts: str, by: str = " · ") -> str:
    """The parts that say something, as one text."""
    return by.join(part for part in parts if part)
