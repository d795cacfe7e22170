"""Cells of a sheet: rows that are copied when written, so that a batch can be taken back whole."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Scalar = str | float | int | bool | None
_STAMPS = itertools.count(1)


class CellError(str):
    """A formula's error value; reads as its text (``#REF!``)."""

    __slots__ = ()

    @property
    def type(self) -> str:
        """The API's ErrorType."""
        return {"#DIV/0!": "DIVIDE_BY_ZERO", "#NAME?": "NAME", "#N/A": "N_A"}.get(self, self.strip("#!"))


@dataclass(frozen=True, slots=True)
class Extra:
    """What a cell has besides its value. The JSON parts are never changed in place: they are shared between cells."""

    formula: str | None = None
    format: Mapping[str, Any] | None = None
    note: str | None = None
    validation: Mapping[str, Any] | None = None
    runs: tuple[Mapping[str, Any], ...] | None = None


PLAIN = Extra()
_NO_EXTRAS: Mapping[int, Extra] = {}


class Row:
    """One row: its values by column, and the extras of some columns.

    ``extras`` is replaced, never changed: thousands of rows of one format share it.
    """

    __slots__ = ("extras", "stamp", "values")

    def __init__(self, values: list[Scalar], extras: Mapping[int, Extra], stamp: int) -> None:
        self.values = values
        self.extras = extras
        self.stamp = stamp

    def empty(self) -> bool:
        """Whether nothing at all is in the row."""
        return not self.extras and not any(v is not None for v in self.values)


class Grid:
    """The cells of one sheet; rows that nobody touched are ``None``."""

    def __init__(self) -> None:
        self.rows: list[Row | None] = []
        self._stamp = next(_STAMPS)

    def copy(self) -> "Grid":
        """A second grid over the same rows; each of the two copies a row before writing it."""
        twin = Grid()
        twin.rows = self.rows[:]
        self._stamp = next(_STAMPS)
        return twin

    def row(self, r: int) -> Row | None:
        """The row for reading."""
        return self.rows[r] if r < len(self.rows) else None

    def to_write(self, r: int) -> Row:
        """The row for writing."""
        if r >= len(self.rows):
            self.rows.extend([None] * (r + 1 - len(self.rows)))
        row = self.rows[r]
        if row is None:
            row = self.rows[r] = Row([], _NO_EXTRAS, self._stamp)
        elif row.stamp != self._stamp:
            row = self.rows[r] = Row(row.values[:], row.extras, self._stamp)
        return row

    def value(self, r: int, c: int) -> Scalar:
        """A cell's value; ``None`` where nothing is."""
        row = self.row(r)
        return row.values[c] if row is not None and c < len(row.values) else None

    def extra(self, r: int, c: int) -> Extra:
        """A cell's extras."""
        row = self.row(r)
        return row.extras.get(c, PLAIN) if row is not None else PLAIN

    def put(self, r: int, c: int, value: Scalar) -> None:
        """Sets a value; a formula or rich text that stood there goes."""
        row = self.rows[r] if r < len(self.rows) else None
        if row is None or row.stamp != self._stamp:
            if row is None and value is None:
                return
            row = self.to_write(r)
        values = row.values
        if c >= len(values):
            if value is None and c not in row.extras:
                return
            values.extend([None] * (c + 1 - len(values)))
        values[c] = value
        if row.extras:
            extra = row.extras.get(c)
            if extra is not None and (extra.formula is not None or extra.runs is not None):
                self.put_extra(r, c, replace(extra, formula=None, runs=None))

    def put_extra(self, r: int, c: int, extra: Extra) -> None:
        """Sets a cell's extras."""
        row = self.to_write(r)
        if extra == PLAIN:
            if c in row.extras:
                row.extras = {k: v for k, v in row.extras.items() if k != c}
        else:
            row.extras = {**row.extras, c: extra}

    def block(self, top: int, bottom: int, left: int, right: int) -> list[list[Scalar]]:
        """Values of an area as ragged rows: no trailing blanks in a row, no trailing blank rows."""
        out: list[list[Scalar]] = []
        filled = 0
        for row in self.rows[top:bottom]:
            cells = row.values[left:right] if row is not None else []
            while cells and (cells[-1] is None or cells[-1] == ""):
                cells.pop()
            out.append(cells)
            if cells:
                filled = len(out)
        del out[filled:]
        return out

    def used(self) -> tuple[int, int]:
        """How many rows and columns hold a value."""
        rows = columns = 0
        for i, row in enumerate(self.rows):
            if row is None:
                continue
            width = len(row.values)
            while width and row.values[width - 1] in (None, ""):
                width -= 1
            if width:
                rows, columns = i + 1, max(columns, width)
        return rows, columns

    def cells(self, top: int, bottom: int, left: int, right: int) -> Iterator[tuple[int, int]]:
        """The addresses of an area that hold a value or an extra."""
        for r in range(top, min(bottom, len(self.rows))):
            row = self.rows[r]
            if row is None:
                continue
            for c in range(left, min(right, len(row.values))):
                if row.values[c] is not None or c in row.extras:
                    yield r, c
            yield from ((r, c) for c in sorted(row.extras) if max(left, len(row.values)) <= c < right)

    def formulas(self) -> list[tuple[int, int, str]]:
        """All formulas; rows that share their extras are looked through once."""
        seen: dict[int, list[tuple[int, str]]] = {}
        out = []
        for r, row in enumerate(self.rows):
            if row is None or not row.extras:
                continue
            found = seen.get(id(row.extras))
            if found is None:
                found = [(c, e.formula) for c, e in row.extras.items() if e.formula is not None]
                seen[id(row.extras)] = found
            out += [(r, c, formula) for c, formula in found]
        return out

    def map_extras(self, top: int, bottom: int, left: int, right: int, change: Any) -> None:
        """Applies ``change(extra) -> extra`` to every cell of an area; rows alike stay shared."""
        # The old one is kept (its id is the key), and whether the new one differs.
        done: dict[int, tuple[Mapping[int, Extra], Mapping[int, Extra], bool]] = {}
        changed: dict[int, Extra] = {}
        for r in range(top, bottom):
            old_row = self.row(r)
            old = old_row.extras if old_row is not None else _NO_EXTRAS
            if id(old) not in done:
                new = dict(old)
                for c in range(left, right):
                    before = old.get(c, PLAIN)
                    after = changed.get(id(before))
                    if after is None:
                        after = changed[id(before)] = change(before)
                    if after == PLAIN:
                        new.pop(c, None)
                    else:
                        new[c] = after
                done[id(old)] = (old, new, new != old)
            _, new, differs = done[id(old)]
            if differs:
                self.to_write(r).extras = new
