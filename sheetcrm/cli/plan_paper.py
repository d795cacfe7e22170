"""A plan on the terminal, in the sheet's language: whom it writes to, what it adds, what turns into what, what to mend.

Readable at 80 columns, without colour, and when it is piped into a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sheetcrm.cli.plan_changes import MOST_NAMED, TabChanges, Turn, changes
from sheetcrm.cli.planned import edits
from sheetcrm.model import NewRow, Plan, Problem, Snapshot
from sheetcrm.reasons import describe
from sheetcrm.run import Look
from sheetcrm.schema import RUNNER_TABS, TABS
from sheetcrm.words import Words

WIDEST = 100
"""Columns beyond which a line is hard to read."""
MOST_ROWS = 3
"""New rows of one person that are named."""
MOST_COUNTED = 4
MOST_PROBLEMS = 6
_TABS = tuple(TABS)
_LOUD = ("immediate", "escalation")


class Paper:
    """The sections of a plan, one after the other. ``every``: nothing is left out."""

    def __init__(self, seen: Look, words: Words, console: Console, *, every: bool) -> None:
        self._seen, self._words, self._console, self._every = seen, words, console, every
        self._people = _people(seen.snapshot)
        self._customers = _customers(seen.snapshot)

    def show(self) -> None:
        """Print it."""
        plan = self._seen.plan
        self._line(Text(self._words.text("plan.title", day=self._words.date(plan.as_of)), "bold"))
        self._line(Text(self._summary(plan)), 0)
        if self._seen.letters or plan.rows or plan.blocks:
            filled = self._seen.snapshot.filled
            own = ", ".join(self._words.tab(tab.key) for tab in RUNNER_TABS if tab.key in filled)
            self._line(Text(self._words.text("plan.own", tabs=own) if own else "", "dim"))
        self._letters()
        self._rows(plan.rows)
        self._edits(plan)
        self._problems(plan.problems)
        self._next(plan)

    def _summary(self, plan: Plan) -> str:
        counts = {
            "letters": len(self._seen.letters),
            "rows": len(plan.rows),
            "cells": sum(len(block) for block in plan.blocks),
            "problems": len(plan.problems),
        }
        return " · ".join(self._words.plural(f"plan.{name}", count) for name, count in counts.items())

    def _next(self, plan: Plan) -> None:
        if plan.refusals:
            return
        self._line(Text(""))
        if self._seen.letters or plan.rows or plan.blocks:
            self._line(Text.assemble(self._words.text("plan.do"), "  ", ("sheetcrm run", "bold")))
        else:
            self._line(Text(self._words.text("plan.nothing")))

    # -- letters

    def _letters(self) -> None:
        letters = sorted(self._seen.letters, key=lambda letter: letter.to)
        if not letters:
            return
        people = len({letter.to for letter in letters})
        self._title("plan.head.letters", self._words.plural("plan.people", people))
        for to, theirs in groupby(letters, key=lambda letter: letter.to):
            name = self._people.get(to, "")
            self._line(Text.assemble((name or to, "bold"), (f"  {to}" if name else "", "dim")), 2)
            for letter in theirs:
                kind = self._words.text(f"plan.letter.{'held' if letter.held else letter.kind}")
                tone = "yellow" if letter.held or letter.kind in _LOUD else "dim"
                self._line(Text.assemble((f"{kind}: ", tone), letter.subject), 4, clip=True)

    # -- rows that are added

    def _rows(self, rows: Sequence[NewRow]) -> None:
        if not rows:
            return
        self._title("plan.head.rows", self._words.number(len(rows)))
        by_tab = sorted(rows, key=lambda row: _TABS.index(row.tab))
        for tab, found in groupby(by_tab, key=lambda row: row.tab):
            here = sorted(found, key=lambda row: str(row.values.get("owner") or ""))
            self._line(Text(f"{self._words.tab(tab)} · {len(here)}"), 2)
            for owner, theirs in groupby(here, key=lambda row: str(row.values.get("owner") or "")):
                self._rows_of(owner, sorted(theirs, key=_due))

    def _rows_of(self, owner: str, rows: Sequence[NewRow]) -> None:
        name = self._people.get(owner, owner) or self._words.text("plan.nobody")
        self._line(Text.assemble((name, "bold"), (f" · {len(rows)}", "dim")), 4)
        shown = rows if self._every else rows[:MOST_ROWS]
        for row in shown:
            due = row.values.get("due") or row.values.get("end_date") or row.values.get("expected_close")
            when = self._words.date(due, short=True) if isinstance(due, date) else ""
            self._line(Text.assemble((f"{when:>7}  ", "dim"), self._titled(row)), 6, clip=True)
        self._more(len(rows) - len(shown), 6)

    def _titled(self, row: NewRow) -> str:
        """What a new row is about: a task's own title, else its kind, its customer and its contract."""
        title, of = str(row.values.get("title") or ""), self._customers.get(str(row.values.get("account_id")), "")
        if row.tab == "tasks" and title:
            return title
        kind = self._value(row.tab, "kind", str(row.values["kind"])) if row.values.get("kind") else ""
        what = ", ".join(part for part in (title or kind, of) if part)
        return f"{what} ({row.id if row.tab == 'contracts' else row.values.get('contract_id') or row.id})"

    # -- cells that change

    def _edits(self, plan: Plan) -> None:
        if not plan.blocks:
            return
        self._title("plan.head.cells", self._words.number(sum(len(block) for block in plan.blocks)))
        if self._every:
            self._each_cell(plan)
            return
        for found in changes(plan):
            self._line(Text(self._words.tab(found.tab)), 2)
            for id, turns in found.rows.items():
                self._row(found.tab, id, turns)
            for column, theirs in groupby(found.turns, key=lambda turn: turn.column):
                self._column(found, column, list(theirs))
            self._counted(found)

    def _row(self, tab: str, id: str, turns: Sequence[Turn]) -> None:
        """The row's name and what turns in it: on its line where it fits, else below; no turn is broken in two."""
        label = Text(self._label(tab, id), "bold")
        told = [
            Text.assemble((f"{self._words.header(tab, turn.column)}: ", "dim"), self._turn(tab, turn)) for turn in turns
        ]
        together = Text("  ").join([label, Text(" · ").join(told)])
        if together.cell_len <= self._console.width - 4:
            self._line(together, 4)
            return
        self._line(label, 4)
        line = told[0]
        for turn in told[1:]:
            longer = Text(" · ").join([line, turn])
            if longer.cell_len > self._console.width - 6:
                self._line(line, 6)
                longer = turn
            line = longer
        self._line(line, 6)

    def _column(self, found: TabChanges, column: str, turns: Sequence[Turn]) -> None:
        self._line(Text(self._words.header(found.tab, column), "dim"), 4)
        for turn in turns:
            named = ", ".join(self._label(found.tab, id) for id in turn.ids) + (" …" if turn.count > MOST_NAMED else "")
            told = Text.assemble((f"{self._words.number(turn.count):>6}  ", "bold"), self._turn(found.tab, turn))
            self._line(Text.assemble(told, (f"  {named}", "dim")), 4, clip=True)
        self._more(found.hidden.get(column, 0), 12)

    def _turn(self, tab: str, turn: Turn) -> Text:
        before, after = (self._value(tab, turn.column, key) for key in (turn.before, turn.after))
        return Text.assemble(
            *([before, " "] if before else []), "→ ", (after or self._words.text("plan.blank"), "bold")
        )

    def _value(self, tab: str, column: str, key: str) -> str:
        name = f"value.{TABS[tab].column(column).value_set}.{key}"
        return self._words.text(name) if key and self._words.has(name) else key

    def _counted(self, found: TabChanges) -> None:
        commonest = sorted(found.counted.items(), key=lambda item: -item[1])
        told = [f"{self._words.header(found.tab, key)} {self._words.number(n)}" for key, n in commonest[:MOST_COUNTED]]
        rest = sum(count for _, count in commonest[MOST_COUNTED:])
        if rest:
            told.append(self._words.plural("plan.more", rest))
        if told:
            self._line(Text(f"{self._words.text('plan.also')} {', '.join(told)}", "dim"), 4)

    def _each_cell(self, plan: Plan) -> None:
        for edit in edits(plan.blocks):
            tab, column = edit["tab"], edit["column"]
            before, after = (self._plain(tab, column, edit[side]) for side in ("before", "after"))
            self._line(
                Text.assemble(
                    f"{self._words.tab(tab)}  {edit['id']}  ",
                    (f"{self._words.header(tab, column)}: ", "dim"),
                    _arrow(before, after or self._words.text("plan.blank")),
                ),
                2,
            )

    def _plain(self, tab: str, column: str, value: Any) -> str:
        return "" if value is None else self._value(tab, column, str(value))

    # -- cells to mend

    def _problems(self, problems: Sequence[Problem]) -> None:
        if not problems:
            return
        self._title("plan.head.problems", self._words.number(len(problems)))
        shown = problems if self._every else problems[:MOST_PROBLEMS]
        for problem in shown:
            text, fix = describe(problem, self._words)
            tab = self._words.tab(problem.tab) if problem.tab else ""
            self._line(Text.assemble((f"{tab}!{problem.cell}" if problem.cell else tab, "bold yellow"), f"  {text}"), 2)
            self._line(Text(f"→ {fix}", "dim"), 6)
        self._more(len(problems) - len(shown), 2)

    # -- lines

    def _title(self, key: str, count: str) -> None:
        self._line(Text(""))
        self._line(Text.assemble((self._words.text(key), "bold cyan"), f" · {count}"))

    def _more(self, count: int, indent: int) -> None:
        if count > 0:
            self._line(Text(f"… {self._words.plural('plan.more', count)}", "dim"), indent)

    def _line(self, text: Text, indent: int = 0, *, clip: bool = False) -> None:
        """A line that hangs from its indent; ``clip``: cut off at the width instead of wrapped."""
        if clip and not self._every:
            text.truncate(self._console.width - indent, overflow="ellipsis")
        self._console.print(Padding(text, (0, 0, 0, indent)))

    def _label(self, tab: str, id: str) -> str:
        name = self._customers.get(id if tab == "accounts" else self._account_of(tab, id), "")
        return f"{id} {name}".rstrip()

    def _account_of(self, tab: str, id: str) -> str:
        frame = self._seen.snapshot[tab].frame
        if "account_id" not in frame:
            return ""
        found = frame.loc[frame[TABS[tab].id] == id, "account_id"]
        return str(found.iloc[0]) if len(found) else ""


def show(seen: Look, words: Words, *, every: bool) -> None:
    """Print the plan to standard output."""
    console = Console(highlight=False, markup=False)
    console.width = min(console.width, WIDEST)
    with console.capture() as captured:
        Paper(seen, words, console, every=every).show()
    # Lines are padded to their width: in a file that would be blanks at the end of each.
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _arrow(before: str, after: str) -> Text:
    return Text.assemble(f"{before} → " if before else "→ ", (after, "bold"))


def _due(row: NewRow) -> str:
    return str(row.values.get("due") or "")


def _people(snapshot: Snapshot) -> Mapping[str, str]:
    team = snapshot["team"].frame
    return dict(_pairs(team["email"].tolist(), team["name"].tolist()))


def _customers(snapshot: Snapshot) -> Mapping[str, str]:
    accounts = snapshot["accounts"].frame
    return dict(_pairs(accounts["account_id"].tolist(), accounts["name"].tolist()))


def _pairs(keys: Sequence[Any], names: Sequence[Any]) -> Iterator[tuple[str, str]]:
    return ((str(key), str(name)) for key, name in zip(keys, names, strict=True) if name == name and name)
