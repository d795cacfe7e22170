"""Where texts without a place go: the notes of their row, else the list of findings; and what is told of each cell."""

from __future__ import annotations

from collections.abc import Sequence

from sheetcrm.address import address
from sheetcrm.adopt.cells import Typed, typed_strictly
from sheetcrm.adopt.clients import Row
from sheetcrm.adopt.findings import Finding, Kind
from sheetcrm.adopt.mapping import Part
from sheetcrm.model import Problem
from sheetcrm.reasons import describe
from sheetcrm.schema import TABS
from sheetcrm.words import Words

Texts = Sequence[tuple[str, str]]
"""(header, text) of cells."""

KEPT_IN = {
    "contracts": "notes",
    "accounts": "notes",
    "contacts": "notes",
    "interactions": "summary",
    "tickets": "summary",
    "opportunities": "plan",
    "tasks": "checklist",
}
"""The column of each tab that takes the texts without a place of their own; invoices and the team have none."""

BETWEEN = " · "
LONGEST = 32_000
"""Characters of a cell; Excel's holds 32,767."""


class Noting:
    """The findings so far. ``words`` are those in which it is said why a cell could not be read."""

    def __init__(self, words: Words) -> None:
        self.findings: list[Finding] = []
        self._words = words

    def row(self, kind: Kind, part: Part, at: int, value: str = "", why: str = "", tab: str = "", id: str = "") -> None:
        """Something about a whole record."""
        sheet, row = part.old.sheet.title, str(part.old.rows[at])
        self.findings.append(Finding(kind, sheet, row, "", value, why, tab or part.tab, id))

    def no_place(self, part: Part, at: int, id: str, texts: Texts) -> None:
        """Texts that only the list of findings has."""
        sheet, row = part.old.sheet.title, str(part.old.rows[at])
        for header, text in texts:
            self.findings.append(Finding("no_place", sheet, row, header, text, "no column takes it", part.tab, id))

    def keep(self, part: Part, at: int, tab: str, row: Row, texts: Texts) -> None:
        """Texts go into the row's notes, each with its header; the list has those that find no room."""
        place, id = KEPT_IN.get(tab), str(row.get(TABS[tab].id) or "")
        if place is None:
            self.no_place(part, at, id, texts)
            return
        said = [str(row[place])] if row.get(place) else []
        room = LONGEST - sum(len(text) for text in said)
        for header, text in texts:
            line = f"{header}: {text}"
            room -= len(line) + len(BETWEEN)
            if room < 0:
                self.no_place(part, at, id, [(header, text)])
            else:
                said.append(line)
        row[place] = BETWEEN.join(said) or None

    def unread(self, part: Part, typed: Typed, at: int, id: str) -> None:
        """A cell that could not be read as what its column means."""
        bad, text, target = typed.bad[at], typed.texts[at] or "", typed.choice.target
        tab = "accounts" if target.startswith("accounts.") else part.tab
        why = " ".join(
            describe(Problem(tab, bad.code, column=typed.column.key, value=text, params=bad.params), self._words)
        )
        cell = part.old.address(at, typed.choice.col)
        kept = target if typed.stands(at) else KEPT_IN.get(part.tab, "")
        self.findings.append(
            Finding("unreadable", part.old.sheet.title, cell, typed.choice.header, text, why, part.tab, id, kept)
        )

    def table(self, part: Part) -> None:
        """Rows that are no records, and cells of columns of text with nothing to take over: errors, formulas that no
        program has calculated. Those of other columns are told as unreadable."""
        sheet = part.old.sheet
        for row in part.old.skipped:
            self.findings.append(Finding("row_left", sheet.title, str(row.row), value=row.text, why=row.why))
        read = {choice.col for choice in part.columns if typed_strictly(part.tab, choice.target)}
        rows = set(part.old.rows.tolist())
        headers = {old.col: old.shown for old in part.old.columns if old.col not in read}
        unsaved = [(row, col, "") for row, col in sheet.unsaved]
        for at, col, text in (*sheet.errors, *unsaved):
            if at in rows and col in headers:
                why = "the cell shows an error" if text else "never calculated: open the workbook, save it, adopt again"
                self.findings.append(
                    Finding("broken", sheet.title, address(at, col), headers[col], text, why, part.tab)
                )
