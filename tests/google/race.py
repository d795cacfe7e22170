"""A small pass for races: reads, computes a few columns from people's cells, writes. And what people do meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.address import letters
from sheetcrm.model import Block, NewRow
from sheetcrm.reading import snapshot, wanted_titles
from sheetcrm.sync.changes import Changes, Outcome
from sheetcrm.sync.google.backend import GoogleBackend
from sheetcrm.words import words_of
from tests.google.desk import Desk

TAB = "Contracts"
BOT = ("Days to expiry", "Why", "Renewal probability")
PEOPLE = ("Contract ID", "Account ID", "Start date", "End date", "Value", "Notes")
HEADER = ["Contract ID", "Account ID", *BOT[:1], "Start date", "End date", "Value", *BOT[1:], "Notes"]
KEYS = {"Days to expiry": "days_to_expiry", "Why": "why", "Renewal probability": "renewal_probability"}


def rows(count: int) -> list[list[Any]]:
    """People's rows with blank cells for the runner."""
    return [
        HEADER,
        *(
            [f"C-{n:03}", f"A-{n % 4}", "", 45900 + n, 46300 + 7 * n, 100 * n, "", "", f"note {n}"]
            for n in range(count)
        ),
    ]


def expected(day: int, row: dict[str, Any]) -> dict[str, Any]:
    """What the runner should have written into a row on a day."""
    return {
        "Days to expiry": row["End date"] - day,
        "Why": f"{row['Contract ID']} is worth {row['Value']} on {day % 7}",
        "Renewal probability": round((row["Value"] + day) % 100 / 100, 2),
    }


def changes_of(backend: GoogleBackend, day: int, task: bool) -> Changes:
    """One reading and what follows from it."""
    cfg = backend.cfg
    seen = snapshot(backend.read(wanted_titles(cfg)), cfg, "en")
    table = seen["contracts"]
    frame = table.frame
    end = (frame["end_date"].to_numpy(dtype="datetime64[D]") - np.datetime64("1899-12-30")).astype(int)
    values = frame["value"].fillna(0).astype(int).tolist()
    ids = frame["contract_id"].tolist()
    wanted: dict[str, pd.Series[Any]] = {
        "days_to_expiry": pd.Series(end - day, dtype=float),
        "why": pd.Series([f"{id} is worth {value} on {day % 7}" for id, value in zip(ids, values, strict=True)]),
        "renewal_probability": pd.Series([round((value + day) % 100 / 100, 2) for value in values], dtype=float),
    }
    blocks = [
        Block("contracts", key, table.rows, ids, table.stored[key], after)
        for key, after in wanted.items()
        if key in table.stored
    ]
    new = [NewRow("tasks", f"S-{day}", f"day {day}", {"task_id": f"S-{day}", "title": f"=day {day}"})] if task else []
    return Changes(seen, words_of("en"), blocks, new)


def pass_(backend: GoogleBackend, day: int, *, task: bool = False) -> Outcome:
    """One pass, with as many readings as ``run`` allows itself."""
    outcome = Outcome("changed")
    for _ in range(3):
        outcome = backend.prepare(changes_of(backend, day, task)).write([])
        if outcome.state != "changed":
            break
    return outcome


@dataclass
class Crowd:
    """People at the sheet. ``theirs`` is what they left there, to be compared after the pass."""

    desk: Desk
    dice: random.Random
    numbers: Iterator[int]
    theirs: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    added: set[str] = field(default_factory=set)
    edits: Counter[str] = field(default_factory=Counter)

    def remember(self) -> None:
        self.theirs = self.view()

    def grid(self) -> tuple[int, list[list[Any]]]:
        """The header's position and all rows."""
        values = self.desk.values(TAB)
        top = next(at for at, row in enumerate(values) if "Contract ID" in row)
        return top, values

    def records(self) -> list[dict[str, Any]]:
        """The rows below the header, by header."""
        top, values = self.grid()
        header = values[top]
        full = [[*row, *[""] * (len(header) - len(row))] for row in values[top + 1 :]]
        return [dict(zip(header, row, strict=True)) for row in full]

    def view(self) -> Counter[tuple[Any, ...]]:
        """All cells that are people's: headers, titles and rows without the runner's cells, in any order of rows.

        The runner's columns are known by their tags as well: a header may be overwritten until it is put right.
        """
        top, values = self.grid()
        header = values[top]
        tagged = self._tagged()
        known = ("", *PEOPLE, "Our notes")
        mine = [at for at, text in enumerate(header) if text in known or (text not in BOT and at not in tagged)]
        rows = [(at <= top, *(row[c] if c < len(row) else "" for c in mine)) for at, row in enumerate(values)]
        return Counter([("header", *(header[c] for c in mine)), *(row for row in rows if any(row[1:]))])

    def headers(self) -> Counter[str]:
        """The runner's headers as they stand."""
        top, values = self.grid()
        return Counter(text for text in values[top] if text in BOT)

    def _tagged(self) -> set[int]:
        book = self.desk.server.book(self.desk.file_id)
        ours = {f"contracts.{key}" for key in KEYS.values()}
        entries = [entry for entry in book.metadata.values() if entry.get("metadataValue") in ours]
        return {entry["location"]["dimensionRange"]["startIndex"] for entry in entries}

    def edit(self) -> None:
        """One thing that people do, at random."""
        acts: list[Callable[[], None]] = [
            self.insert, self.delete, self.sort, self.move, self.move_column, self.insert_column, self.rename,
            self.type_over, self.above, self.own_cell,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        self.edits[act.__name__] += 1
        act()
        self.remember()

    def _row(self) -> int:
        top, values = self.grid()
        return self.dice.randint(top + 2, max(top + 2, len(values)))

    def insert(self) -> None:
        top, values = self.grid()
        number = next(self.numbers)
        new = {"Contract ID": f"N-{number}", "Account ID": "A-1", "Start date": 46000, "End date": 46390}
        new |= {"Value": number, "Notes": "new"}
        self.added.add(new["Contract ID"])
        self.desk.server.people(self.desk.file_id).insert_row(
            TAB, self._row(), [new.get(text, "") for text in values[top]]
        )

    def delete(self) -> None:
        if len(self.records()) > 6:
            self.desk.server.people(self.desk.file_id).delete_row(TAB, self._row())

    def sort(self) -> None:
        top, values = self.grid()
        by = self.dice.choice([text for text in values[top] if text in PEOPLE])
        self.desk.server.people(self.desk.file_id).sort(
            TAB, self._letters(by), descending=self.dice.random() < 0.5, header_rows=top + 1
        )

    def move(self) -> None:
        self.desk.server.people(self.desk.file_id).move_row(TAB, self._row(), self._row())

    def _letters(self, text: str) -> str:
        top, values = self.grid()
        return letters(values[top].index(text) + 1)

    def move_column(self) -> None:
        top, values = self.grid()
        one, other = self.dice.sample([text for text in values[top] if isinstance(text, str) and text], 2)
        self.desk.server.people(self.desk.file_id).move_column(TAB, self._letters(one), self._letters(other))

    def insert_column(self) -> None:
        top, values = self.grid()
        if len(values[top]) > 22:
            return
        before = self.dice.choice([text for text in values[top] if isinstance(text, str) and text])
        self.desk.server.people(self.desk.file_id).insert_column(TAB, self._letters(before))

    def rename(self) -> None:
        """People's own column gets another header, and back."""
        top, _ = self.grid()
        old, new = self.dice.choice([("Notes", "Our notes"), ("Our notes", "Notes")])
        if old in self.grid()[1][top]:
            place = f"{self._letters(old)}{top + 1}"
            self.desk.server.people(self.desk.file_id).type(TAB, place, new)

    def type_over(self) -> None:
        column = self.dice.choice([text for text in BOT if text in self.grid()[1][self.grid()[0]]])
        self.desk.server.people(self.desk.file_id).type(TAB, f"{self._letters(column)}{self._row()}", "mine")

    def above(self) -> None:
        """A row above the header: everything moves down."""
        top, _ = self.grid()
        people = self.desk.server.people(self.desk.file_id)
        if top < 3:
            people.insert_row(TAB, 1)
        else:
            people.delete_row(TAB, 1)

    def own_cell(self) -> None:
        if "Notes" in self.grid()[1][self.grid()[0]]:
            self.desk.server.people(self.desk.file_id).type(
                TAB, f"{self._letters('Notes')}{self._row()}", f"n {next(self.numbers)}"
            )

    def stale(self, day: int) -> tuple[int, int]:
        """How many of the runner's cells are wrong, and of how many; rows added in this pass wait for the next."""
        wrong = total = 0
        for row in self.records():
            if not row["Contract ID"]:
                wrong += sum(row.get(header) not in ("", "mine") for header in BOT)
            elif row["Contract ID"] not in self.added:
                values = expected(day, row)
                total += len(values)
                wrong += sum(row.get(header) != value for header, value in values.items())
        return wrong, total
