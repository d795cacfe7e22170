"""What one existing cell holds, read from its own bytes."""

import re
from datetime import date, datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel import cell_kinds, texts
from sheetcrm.sync.excel.edits import Formula
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.texts import SharedStrings
from sheetcrm.sync.excel.values import serial


class CellReader:
    """Reads cells of one sheet; `kind` is the index's kind of that cell."""

    def __init__(self, index: SheetIndex, strings: SharedStrings, date1904: bool) -> None:
        p = re.escape(index.prefix)
        self._index = index
        self._codec = index.codec
        self._strings = strings
        self._date1904 = date1904
        self._value = re.compile(rb"<" + p + rb"v(?:\s[^>]*)?>(.*?)</" + p + rb"v\s*>", re.DOTALL)
        self._inline = re.compile(rb"<" + p + rb"is(?:\s[^>]*)?>(.*)</" + p + rb"is\s*>", re.DOTALL)
        # How nearly every program writes them: what comes before and after the content of the whole cell.
        self._usual = (b"><" + index.prefix + b"v>", b"</" + index.prefix + b"v></" + index.prefix + b"c>")
        self._usual_text = (
            b"><" + index.prefix + b"is><" + index.prefix + b"t>",
            b"</" + index.prefix + b"t></" + index.prefix + b"is></" + index.prefix + b"c>",
        )
        self._formula = re.compile(rb"<" + p + rb"f>(.*?)</" + p + rb"f\s*>", re.DOTALL)

    def text(self, raw: Bytes, kind: int) -> str | None:
        """The value as text: shared and inline strings resolved, numbers as they are written; None when blank."""
        kind &= cell_kinds.KIND_MASK
        if kind == cell_kinds.BLANK:
            return None
        if kind == cell_kinds.INLINE:
            usual = _between(raw, self._usual_text)
            if usual is not None:
                return texts.plain(usual, self._codec)
            found = self._inline.search(raw)
            return texts.rich(found[1], self._codec) if found else ""
        value = self.value(raw)
        if kind == cell_kinds.SHARED:
            return self._strings[int(value)] if value.strip().isdigit() else ""
        return value

    def value(self, raw: Bytes) -> str:
        """What stands in the cell's `<v>`."""
        usual = _between(raw, self._usual)
        if usual is None:
            found = self._value.search(raw)
            usual = found[1] if found else b""
        return texts.plain(usual, self._codec)

    def column(self, cells: NDArray[np.int64]) -> list[str | None]:
        """`text` of many cells, by their places in the index; in one go where all are shared strings."""
        index = self._index
        starts, ends = index.spans(cells)
        if len(cells) and (index.cells.kinds[cells] == cell_kinds.SHARED).all():
            numbers, usual = index.shared_numbers(cells, starts, ends)
            if usual.all():
                return list(self._strings.many(numbers.tolist()))
        spans = zip(starts.tolist(), ends.tolist(), index.cells.kinds[cells].tolist(), strict=True)
        return [self.text(bytes(index.raw[start:end]), kind) for start, end, kind in spans]

    def holds(self, raw: Bytes, kind: int, value: Any) -> bool:
        """Whether the cell's value already equals a cleaned value."""
        if kind & cell_kinds.FORMULA:
            found = self._formula.search(raw) if isinstance(value, Formula) else None
            return found is not None and texts.plain(found[1], self._codec) == texts.normal(value.text)
        if kind == cell_kinds.BLANK:
            return value is None
        if kind == cell_kinds.NUMBER and type(value) in (int, float) and raw.endswith(self._usual[1]):
            try:
                return bool(float(raw[raw.rindex(b">", 0, -len(self._usual[1])) + 1 : -len(self._usual[1])]) == value)
            except ValueError:
                return False
        if value is None:
            return False
        if isinstance(value, str):
            return kind in cell_kinds.TEXT_KINDS and self.text(raw, kind) == texts.normal(value)
        if isinstance(value, bool):
            return kind == cell_kinds.BOOLEAN and (self.text(raw, kind) or "").strip() in (
                "01"[value],
                str(value).lower(),
            )
        if isinstance(value, Formula):
            return False
        return self._holds_number(raw, kind, value)

    def _holds_number(self, raw: Bytes, kind: int, value: int | float | date) -> bool:
        text = (self.text(raw, kind) or "").strip()
        if kind == cell_kinds.ISO_DATE and isinstance(value, date):
            whole = value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())
            return _iso(text) == whole
        if kind != cell_kinds.NUMBER:
            return False
        try:
            there = float(text)
        except ValueError:
            return False
        if isinstance(value, date):
            # Programs save times with 15 digits; the rest is below a microsecond.
            asked = serial(value, self._date1904)
            return there == asked or f"{there:.15g}" == f"{asked:.15g}"
        return there == value


def _between(raw: Bytes, around: tuple[bytes, bytes]) -> Bytes | None:
    """The content of a cell that has one child and nothing unusual; None for any other."""
    start, end = raw.find(around[0]), len(raw) - len(around[1])
    if start < 0 or not raw.endswith(around[1]):
        return None
    body = raw[start + len(around[0]) : end]
    return body if raw.find(b">") == start and b"<" not in body else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
