"""Patch cells inside a workbook and leave every other byte as it was.

`python -m sheetcrm.sync.excel.patch IN.xlsx OUT.xlsx EDITS.json` does it from the command line.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sheetcrm.sync.excel import calc, grow
from sheetcrm.sync.excel.book import OTHER_SHEETS, Book, Tab, open_book, relations_entry
from sheetcrm.sync.excel.edits import Cell, ColumnEdit, Formula, ReplaceBelow, SheetEdit
from sheetcrm.sync.excel.facts import BookScan
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.memory import give_back
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.sheet import holds_formula
from sheetcrm.sync.excel.sheet_patch import PatchedSheet, patch_sheet
from sheetcrm.sync.excel.texts import SharedStrings
from sheetcrm.sync.excel.verify import parses
from sheetcrm.sync.excel.zip import pack
from sheetcrm.sync.excel.zip_directory import Packed

__all__ = [
    "Cell",
    "ColumnEdit",
    "Formula",
    "PatchReport",
    "PatchResult",
    "Refused",
    "ReplaceBelow",
    "SheetEdit",
    "patch_book",
]


_LARGE = 16 << 20


@dataclass(frozen=True)
class PatchReport:
    """What a patch did.

    parts: every part that differs, with the reason in words. written: title → cells whose value changed.
    unchanged: title → cells that held the asked value already. appended: title → the rows of the appended rows.
    """

    parts: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    appended: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """All cells written."""
        return sum(self.written.values())


@dataclass(frozen=True)
class PatchResult:
    """The patched workbook. `data` is the very same bytes as the source's when nothing had to change."""

    data: bytes
    report: PatchReport

    @property
    def changed(self) -> bool:
        """Whether any byte differs."""
        return bool(self.report.parts)


def patch_book(
    source: Path | bytes,
    edits: Mapping[str, SheetEdit],
    scan: BookScan | None = None,
    limits: Limits = Limits(),
) -> PatchResult:
    """Write the edits (tab title → what changes there) into a copy of the workbook's bytes.

    `scan` is an earlier scan of the same bytes, which saves looking at them again. Raises Refused, in words and
    before anything is built, when a tab, a cell or the whole workbook can't be patched safely.

    1. Patch each sheet part by itself. 2. Let tables and filters follow appended rows. 3. Where the workbook has
    formulas, have them calculated on load; take overwritten ones out of the calculation chain. 4. Rebuild the zip,
    copying everything else verbatim. Every changed part has been parsed and read back before it goes in.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    if scan is not None and scan.sha256 != hashlib.sha256(data).hexdigest():
        raise Refused("The workbook was saved by someone else after it was read. Run again.")
    book = open_book(data, limits)
    strings = (scan.strings if scan is not None else None) or SharedStrings.of(book)
    report, changes = PatchReport(), _Changes(book)
    for title, edit in edits.items():
        tab = _cell_tab(book, title)
        patched = patch_sheet(book, tab, edit, strings, scan.sheet(tab.title).index if scan is not None else None)
        report.written[title] = patched.written.count
        report.unchanged[title] = patched.written.unchanged
        if patched.appended:
            report.appended[title] = patched.appended
        if patched.packed is not None:
            _collect(changes, book, tab, patched)
        large = patched.packed is not None and patched.packed.size > _LARGE
        del patched  # with all that was written: of a large tab that is much, and the next one needs the room
        if large:
            give_back()
    if changes.sheets:
        _follow_formulas(changes, book, scan)
        report.parts.update(changes.reasons)
        others = {name: None if body is None else pack(body) for name, body in changes.bodies.items()}
        data = book.archive.rebuild({**changes.sheets, **others})
    return PatchResult(data, report)


class _Changes:
    """New sheets, and new bodies of other parts (None: removed), by entry name; and why they changed."""

    def __init__(self, book: Book) -> None:
        self._archive = book.archive
        self.sheets: dict[str, Packed] = {}
        self.bodies: dict[str, Bytes | None] = {}
        self.reasons: dict[str, str] = {}
        self.formulas_gone: list[tuple[str, int, int]] = []
        self.formulas_seen = False

    def now(self, name: str) -> Bytes:
        body = self.bodies.get(name)
        if body is not None:
            return body
        entry = self._archive.find(name)
        if entry is None:
            raise Refused(f"The workbook lacks its part {name}. Open it in Excel and save it.")
        return self._archive.read(entry)

    def put(self, name: str, body: Bytes, reason: str) -> None:
        if body == self.now(name):
            return
        parses(body, name)
        self.bodies[name] = body
        self.reasons[name] = f"{self.reasons[name]}; {reason}" if name in self.reasons else reason


def _cell_tab(book: Book, title: str) -> Tab:
    tab = book.tab(title)
    if tab.kind != "worksheet":
        raise Refused(f"The tab “{title}” is {OTHER_SHEETS.get(tab.kind, 'not a sheet of cells')}: it has no cells.")
    if tab.entry is None:
        raise Refused(f"The workbook lists a tab “{title}” that it does not hold. Open it in Excel and save it.")
    return tab


def _collect(changes: _Changes, book: Book, tab: Tab, patched: PatchedSheet) -> None:
    if tab.entry is None or patched.packed is None:
        return
    name = tab.entry.name
    if name in changes.sheets:
        raise Refused(f"Two edits name the same tab “{tab.title}”.")
    changes.sheets[name] = patched.packed
    count = patched.written.count
    changes.reasons[name] = f"{count} cell{'' if count == 1 else 's'} of “{tab.title}”"
    changes.formulas_gone += [(tab.sheet_id, row, col) for row, col in patched.written.formulas_gone]
    changes.formulas_seen = changes.formulas_seen or patched.has_formulas
    for table in patched.tables:
        resized = grow.resized_table(changes.now(table.part), table.ref, patched.grown[table.part])
        changes.put(table.part, resized, f"the table {table.name} grew")
    if patched.filtered:
        number = book.tabs.index(tab)
        workbook = book.workbook.name
        body = grow.grow_filter_name(changes.now(workbook), number, *patched.filtered)
        changes.put(workbook, body, f"the filter of “{tab.title}” grew")


def _follow_formulas(changes: _Changes, book: Book, scan: BookScan | None) -> None:
    chain = book.part("calcChain")
    if changes.formulas_gone and chain is not None:
        shorter = calc.shortened_chain(changes.now(chain.name), changes.formulas_gone)
        if shorter is None:
            changes.bodies[chain.name] = None
            changes.reasons[chain.name] = "removed: its last formula is gone"
            types = book.archive.find("[Content_Types].xml")
            rels = relations_entry(book.archive, book.workbook)
            if types is not None and rels is not None:
                changes.put(types.name, calc.without_override(changes.now(types.name), chain.name), "calcChain removed")
                changes.put(rels.name, calc.without_relation(changes.now(rels.name), "calcChain"), "calcChain removed")
        else:
            changes.put(chain.name, shorter, "overwritten formulas of the runner's tab taken out")
    name = book.workbook.name
    before = changes.now(name)
    after = calc.recalculated_on_load(before)
    if after is before:
        return
    if changes.formulas_seen or chain is not None or _formulas_elsewhere(changes, book, scan):
        changes.put(name, after, "formulas are calculated when it is opened")


def _formulas_elsewhere(changes: _Changes, book: Book, scan: BookScan | None) -> bool:
    if scan is not None:
        return scan.has_formulas
    return any(
        holds_formula(book.archive.read(tab.entry))
        for tab in book.tabs
        if tab.kind == "worksheet" and tab.entry is not None and tab.entry.name not in changes.sheets
    )


if __name__ == "__main__":
    import sys

    from sheetcrm.sync.excel.command import main

    sys.exit(main(sys.argv[1:]))
