"""What should stand in the sheet after a run: the runner's columns row by row, new rows, the runner's own tabs."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheetcrm import render
from sheetcrm.address import parse_cell
from sheetcrm.model import Block, NewRow, Table, TabRows, Value
from sheetcrm.schema import TABS, Tab, Type
from sheetcrm.sync.changes import Changes
from sheetcrm.sync.google.cells import Cell, at, same, to_cell
from sheetcrm.sync.google.naming import Name, fold, identity, rows_by_name
from sheetcrm.sync.google.place import sheet_url
from sheetcrm.sync.google.read import Seen
from sheetcrm.sync.google.structure import Sheet

log = logging.getLogger("sheetcrm")

_PLACE = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^!]+))!(?P<cell>[A-Z]+\d+)")


@dataclass
class Rows:
    """A tab whose rows have ids.

    ``names`` are its records, ``read_at`` the rows where they were read; ``columns`` hold what should stand in the
    runner's columns of each (only of columns in which something changes), ``changed`` the positions that do change.
    ``new`` are rows to append, by name. ``newest_first``: sort by that column after appending.
    """

    tab: Tab
    sheet: Sheet
    table: Table
    identity: tuple[str, ...]
    names: Sequence[Name]
    read_at: Sequence[int]
    columns: dict[str, list[Cell]] = field(default_factory=dict)
    changed: dict[str, list[int]] = field(default_factory=dict)
    new: dict[str, dict[str, Cell]] = field(default_factory=dict)
    newest_first: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that are read again: those that name rows, then those that are written."""
        return (*self.identity, *self.columns)

    def __bool__(self) -> bool:
        return bool(self.new) or any(self.changed.values())


@dataclass
class Filled:
    """Cells of a tab that is the runner's own: those that differ from what was read, by row and column."""

    sheet: Sheet
    header_row: int
    cells: dict[tuple[int, int], Cell]

    def __bool__(self) -> bool:
        return bool(self.cells)


@dataclass
class Wanted:
    """All that a run changes."""

    rows: list[Rows]
    filled: list[Filled]

    def __bool__(self) -> bool:
        return any(self.rows) or any(self.filled)


def wanted(changes: Changes, seen: Seen, file_id: str) -> Wanted:
    """What the changes make of the sheet that was read. Columns and tabs that are locked are left out, and logged."""
    blocks: dict[str, list[Block]] = defaultdict(list)
    for block in changes.blocks:
        blocks[block.tab].append(block)
    new: dict[str, list[NewRow]] = defaultdict(list)
    for row in changes.rows:
        new[row.tab].append(row)
    rows = [
        found
        for key in {**blocks, **new}
        if (found := _records(changes, changes.snapshot[key], blocks[key], new[key], seen)) is not None
    ]
    late = late_tabs(changes, changes.tabs, seen, file_id)
    return Wanted([*rows, *late.rows], [*late.filled, *_dashboard(changes, seen)])


def late_tabs(changes: Changes, tabs: Sequence[TabRows], seen: Seen, file_id: str) -> Wanted:
    """The runner's own tabs with these contents: row by row where rows have ids, else the whole tab."""
    found = Wanted([], [])
    for content in tabs:
        table = changes.snapshot.filled.get(content.tab)
        if table is None or not table.header_row or table.title not in seen.structure.sheets:
            continue
        tab = TABS[content.tab]
        if tab.id:
            kept = _keyed(changes, table, content, seen)
            found.rows.extend([kept] if kept is not None else [])
        else:
            found.filled.append(_whole(changes, table, content, seen, file_id))
    return found


def _records(changes: Changes, table: Table, blocks: Sequence[Block], new: Sequence[NewRow], seen: Seen) -> Rows | None:
    tab, sheet = TABS[table.key], seen.structure.sheets.get(table.title)
    if sheet is None or tab.id not in table.where:
        return None
    found = _start(tab, sheet, table, seen)
    place = {row: position for position, row in enumerate(found.read_at)}
    for block in blocks:
        if _locked(sheet, table, block.column):
            continue
        values = [to_cell(value) for value in render.cells(block.after, tab.column(block.column), changes.words)]
        pairs = zip(block.rows.tolist(), values, strict=True)
        _set(found, block.column, seen, {place[row]: value for row, value in pairs if row in place})
    if new and not _locked(sheet, table, tab.id):
        for row in new:
            cells = render.row(row.values, tab.columns, changes.words)
            found.new[fold(tab, row.id)] = {key: to_cell(cell) for key, cell in cells.items() if key in table.where}
    return found


def _start(tab: Tab, sheet: Sheet, table: Table, seen: Seen) -> Rows:
    keys = identity(tab, table.where)
    columns = [seen.column(sheet.title, table.where[key]) for key in keys]
    named = rows_by_name(tab, keys, columns, table.header_row)
    return Rows(tab, sheet, table, keys, list(named), list(named.values()))


def _set(found: Rows, key: str, seen: Seen, values: Mapping[int, Cell]) -> None:
    """Lay these values over what was read of a column, and note where it differs."""
    before = seen.column(found.sheet.title, found.table.where[key])
    column = [at(before, row) for row in found.read_at]
    changed = [position for position, value in values.items() if not same(column[position], value)]
    if not changed:
        return
    for position in changed:
        column[position] = values[position]
    found.columns[key] = column
    found.changed[key] = changed


def _keyed(changes: Changes, table: Table, content: TabRows, seen: Seen) -> Rows | None:
    """A runner's tab whose rows have ids: people may sort it, and what they wrote there stays in its row."""
    tab, sheet = TABS[table.key], seen.structure.sheets[table.title]
    if tab.id not in table.where or _locked(sheet, table, tab.id):
        return None
    found = _start(tab, sheet, table, seen)
    place = {name: position for position, name in enumerate(found.names)}
    standing = {fold(tab, cell) for cell in seen.column(sheet.title, table.where[tab.id])[table.header_row :]}
    columns: dict[str, dict[int, Cell]] = defaultdict(dict)
    for values in content.rows:
        row = dict(zip(content.columns, values, strict=True))
        name = fold(tab, to_cell(row[tab.id]))
        if not name:
            continue
        cells = {key: to_cell(render.cell(value, tab.column(key), changes.words)) for key, value in row.items()}
        if name in place:
            for key in row:
                if tab.column(key).by_runner and key != tab.id and key in table.where:
                    columns[key][place[name]] = cells[key]
        elif name not in standing:
            found.new[name] = {key: cell for key, cell in cells.items() if key in table.where}
    for key, cells_of in columns.items():
        if not _locked(sheet, table, key):
            _set(found, key, seen, cells_of)
    dates = [column.key for column in tab.columns if column.type is Type.DATE and column.key in table.where]
    found.newest_first = dates[0] if dates else ""
    return found


def _whole(changes: Changes, table: Table, content: TabRows, seen: Seen, file_id: str) -> Filled:
    """A runner's tab as a whole: its own columns below the header, blank below the last row."""
    tab, sheet = TABS[table.key], seen.structure.sheets[table.title]
    found = Filled(sheet, table.header_row, {})
    for at_column, key in enumerate(content.columns):
        if key not in table.where or _locked(sheet, table, key):
            continue
        number, column = table.where[key], tab.column(key)
        before = seen.column(sheet.title, number)
        values = [row[at_column] for row in content.rows]
        if column.type is Type.LINK:
            cells: list[Cell] = [_link(value, seen, file_id) for value in values]
        else:
            cells = [to_cell(render.cell(value, column, changes.words)) for value in values]
        last = max(len(before), table.header_row + len(cells))
        for row in range(table.header_row + 1, last + 1):
            cell = at(cells, row - table.header_row)
            if not same(at(before, row), cell):
                found.cells[row, number] = cell
    return found


def _link(value: Value, seen: Seen, file_id: str) -> Cell:
    """The web address of a cell: it opens from the sheet as well as from wherever the line is copied to."""
    match = _PLACE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return to_cell(value)
    title = match["quoted"].replace("''", "'") if match["quoted"] else match["plain"]
    sheet = seen.structure.sheets.get(title)
    return f"{sheet_url(file_id)}#gid={sheet.id}&range={match['cell']}" if sheet is not None else to_cell(value)


def _dashboard(changes: Changes, seen: Seen) -> list[Filled]:
    table = changes.snapshot.filled.get("dashboard")
    sheet = seen.structure.sheets.get(table.title) if table is not None else None
    if sheet is None or not changes.dashboard:
        return []
    cells: dict[tuple[int, int], Cell] = {}
    for place, value in changes.dashboard.items():
        row, column = parse_cell(place)
        cell = to_cell(value)
        if sheet.is_locked(column, row, row):
            continue
        if not same(at(seen.column(sheet.title, column), row), cell):
            cells[row, column] = cell
    return [Filled(sheet, 0, cells)]


def _locked(sheet: Sheet, table: Table, key: str) -> bool:
    """Whether the column is protected from this account: one such column would make Google refuse the whole write."""
    locked = sheet.is_locked(table.where[key], table.header_row + 1)
    if locked:
        log.warning(
            "%s: the column %s is protected from this account and was left as it is. "
            "Open Data > Protected sheets and ranges, and add the account or remove the protection.",
            sheet.title,
            table.headers.get(key, key),
        )
    return locked
