"""From a run's changes to edits of sheets: which cells of which tab, each behind a check of what must stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from sheetcrm import render
from sheetcrm.address import parse_cell
from sheetcrm.model import Block, NewRow, Snapshot, Table, TabRows, Value
from sheetcrm.schema import TABS, Type
from sheetcrm.sync.changes import Changes
from sheetcrm.sync.excel.edits import Cell, ColumnEdit, Formula, OwnedCell, ReplaceBelow, SheetEdit
from sheetcrm.words import Words


class Edits(Mapping[str, SheetEdit]):
    """The edits by tab title, each put together when it is asked for: those of all large tabs at once take much memory.

    Tabs that the workbook lacks are left out.
    """

    def __init__(self, changes: Changes) -> None:
        self._makers: dict[str, Callable[[], SheetEdit]] = {}
        by_tab: dict[str, list[Block]] = defaultdict(list)
        for block in changes.blocks:
            by_tab[block.tab].append(block)
        new: dict[str, list[NewRow]] = defaultdict(list)
        for row in changes.rows:
            new[row.tab].append(row)
        for key in {**by_tab, **new}:
            table = changes.snapshot[key]
            self._makers[table.title] = partial(_people_tab, table, by_tab[key], new[key], changes.words)
        for content in changes.tabs:
            filled = changes.snapshot.filled.get(content.tab)
            if filled is not None and filled.header_row:
                self._makers[filled.title] = partial(_owned_tab, filled, content, changes.words)
        dashboard = changes.snapshot.filled.get("dashboard")
        if dashboard is not None and changes.dashboard:
            self._makers[dashboard.title] = partial(_dashboard, changes.dashboard)

    def __getitem__(self, title: str) -> SheetEdit:
        return self._makers[title]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def owned(snapshot: Snapshot, tabs: Sequence[TabRows], words: Words) -> dict[str, SheetEdit]:
    """The edits that give the runner's own tabs these contents."""
    found = {}
    for content in tabs:
        table = snapshot.filled.get(content.tab)
        if table is not None and table.header_row:
            found[table.title] = _owned_tab(table, content, words)
    return found


def _people_tab(table: Table, blocks: Sequence[Block], rows: Sequence[NewRow], words: Words) -> SheetEdit:
    tab = TABS[table.key]
    columns = {
        table.where[block.column]: ColumnEdit(block.rows, render.cells(block.after, tab.column(block.column), words))
        for block in blocks
    }
    appended: list[Mapping[int, Cell]] = [
        {
            table.where[key]: value
            for key, value in render.row(row.values, tab.columns, words).items()
            if key in table.where
        }
        for row in rows
    ]
    keys = [tab.id, *(block.column for block in blocks)]
    expect = {(table.header_row, table.where[key]): table.headers[key] for key in keys if key in table.headers}
    return SheetEdit(columns=columns, appended=appended, expect=expect, expect_ids=_ids(table, blocks))


def _ids(table: Table, blocks: Sequence[Block]) -> tuple[int, Sequence[int], Sequence[str]] | None:
    """The ids that must stand in the rows of the block that touches most rows."""
    key = TABS[table.key].id
    if not blocks or key not in table.where or table.typed_ids is None:
        return None
    rows = max(blocks, key=len).rows
    order = np.argsort(table.rows, kind="stable")
    typed = table.typed_ids.iloc[order[np.searchsorted(table.rows, rows, sorter=order)]]
    known = typed.notna().to_numpy() & (typed != "").to_numpy()
    return table.where[key], rows[known].tolist(), typed[known].tolist()


def _owned_tab(table: Table, content: TabRows, words: Words) -> SheetEdit:
    tab = TABS[table.key]
    width = max(table.where.values())
    places = [(table.where.get(key), tab.column(key)) for key in content.columns]
    rows: list[Sequence[OwnedCell]] = []
    for values in content.rows:
        cells: list[OwnedCell] = [None] * width
        for (where, column), value in zip(places, values, strict=True):
            if where is not None:
                linked = column.type is Type.LINK and isinstance(value, str)
                cells[where - 1] = _link(value) if linked else render.cell(value, column, words)  # type: ignore[arg-type]
        rows.append(cells)
    expect = {(table.header_row, table.where[key]): text for key, text in table.headers.items()}
    return SheetEdit(replace_below=ReplaceBelow(table.header_row, rows), expect=expect)


def _link(place: str) -> Formula:
    """A cell that leads to another one when it is clicked; its text is the address itself."""
    quoted = place.replace('"', '""')
    return Formula(f'HYPERLINK("#{quoted}","{quoted}")', place)


def _dashboard(values: Mapping[str, Value]) -> SheetEdit:
    by_column: dict[int, list[tuple[int, Value]]] = defaultdict(list)
    for place, value in values.items():
        row, column = parse_cell(place)
        by_column[column].append((row, value))
    columns = {}
    for column, found in by_column.items():
        ordered = sorted(found, key=lambda item: item[0])
        columns[column] = ColumnEdit([row for row, _ in ordered], [value for _, value in ordered])
    return SheetEdit(columns=columns)
