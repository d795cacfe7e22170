"""Where positions go when rows or columns are inserted, deleted or moved."""

from dataclasses import dataclass
from typing import Any, Protocol

Json = dict[str, Any]
Span = tuple[int | None, int | None]


class Shift(Protocol):
    """A change along one dimension."""

    def point(self, i: int) -> int | None:
        """Where the row or column ``i`` goes; ``None`` when it is deleted."""

    def span(self, span: Span) -> Span | None:
        """Where the half-open ``span`` goes; ``None`` when nothing of it is left."""


@dataclass(frozen=True)
class Insert:
    """``count`` new rows or columns before ``at``."""

    at: int
    count: int

    def point(self, i: int) -> int | None:
        return i + self.count if i >= self.at else i

    def span(self, span: Span) -> Span | None:
        start, end = span
        if start is not None and start >= self.at:
            start += self.count
        if end is not None and end > self.at:
            end += self.count
        return start, end


@dataclass(frozen=True)
class Delete:
    """Rows or columns from ``start`` up to ``end`` go."""

    start: int
    end: int

    def point(self, i: int) -> int | None:
        if self.start <= i < self.end:
            return None
        return i - (self.end - self.start) if i >= self.end else i

    def span(self, span: Span) -> Span | None:
        start, end = (None if i is None else self._edge(i) for i in span)
        if span[1] is not None and end is not None and end <= (start or 0):
            return None
        return start, end

    def _edge(self, i: int) -> int:
        return i - max(0, min(i, self.end) - self.start)


@dataclass(frozen=True)
class Move:
    """The block from ``start`` to ``end`` goes before ``before`` (counted while the block still stands)."""

    start: int
    end: int
    before: int

    def point(self, i: int) -> int | None:
        count = self.end - self.start
        if self.start <= i < self.end:
            landed = self.before if self.before <= self.start else self.before - count
            return landed + i - self.start
        if self.before <= i < self.start:
            return i + count
        if self.end <= i < self.before:
            return i - count
        return i

    def span(self, span: Span) -> Span | None:
        start, end = span
        if start is None and end is None:
            return span
        first = None if start is None else self.point(start)
        last = None if end is None else self.point(end - 1)
        if first is not None and last is not None and first > last:
            first, last = last, first
        return first, None if last is None else last + 1


_SIDES = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}


def shift_range(grid_range: Json, sheet_id: int, dimension: str, shift: Shift) -> Json | None:
    """A GridRange after the change; itself when it lies on another sheet."""
    if grid_range.get("sheetId", 0) != sheet_id:
        return grid_range
    first, last = _SIDES[dimension]
    moved = shift.span((grid_range.get(first), grid_range.get(last)))
    if moved is None:
        return None
    out = {k: v for k, v in grid_range.items() if k not in (first, last)}
    return {**out, **{name: i for name, i in ((first, moved[0]), (last, moved[1])) if i is not None}}


def shift_within(node: Any, sheet_id: int, dimension: str, shift: Shift) -> Any:
    """Any JSON with each GridRange in it shifted; a range that is gone is left out of its list."""
    if isinstance(node, list):
        moved = [shift_within(item, sheet_id, dimension, shift) for item in node]
        return [item for item in moved if item is not None]
    if not isinstance(node, dict):
        return node
    if any(name in node for sides in _SIDES.values() for name in sides):
        return shift_range(node, sheet_id, dimension, shift)
    if "rowIndex" in node or "columnIndex" in node:
        return _shift_anchor(node, sheet_id, dimension, shift)
    out = {k: shift_within(v, sheet_id, dimension, shift) for k, v in node.items()}
    return {k: v for k, v in out.items() if v is not None}


def _shift_anchor(anchor: Json, sheet_id: int, dimension: str, shift: Shift) -> Json:
    name = "rowIndex" if dimension == "ROWS" else "columnIndex"
    if anchor.get("sheetId", 0) != sheet_id or name not in anchor:
        return anchor
    moved = shift.point(anchor[name])
    return {**anchor, name: anchor[name] if moved is None else moved}
