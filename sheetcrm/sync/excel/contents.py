"""What the cells of a tab say, column by column, as text.

Cells in the form that nearly every program writes are read by numpy and Arrow, a column at a time; any other by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sheetcrm.address import Box
from sheetcrm.sync.excel import cell_kinds, markup, texts, vector
from sheetcrm.sync.excel.cell import CellReader
from sheetcrm.sync.excel.date_styles import of_cells
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.texts import SharedStrings

Places = NDArray[np.int64]

UNSHOWN = "#####"
"""What Excel shows for a number with a date format that is no date."""

_CANONICAL = r"^(0|-?[1-9]\d{0,14}(\.\d{0,8}[1-9])?|-?0\.\d{0,8}[1-9])$"
_DECIMALS = 9
_ZERO = np.datetime64("1899-12-30", "ms")
_ZERO_1904 = np.datetime64("1904-01-01", "ms")
_DAY = 86_400_000
_LAST = 2_958_466  # the day after 31 December 9999
_STEP = 1 << 15  # cells at a time, so that their places stay in the processor's cache
_SEPARATOR = b"\x1e"  # no XML holds it
_UNUSUAL = (b"<", b"&", b"\r", b"_x")
_RESAVE = "Open the workbook in Excel or LibreOffice, save it again and retry."


class Contents:
    """Reads columns of one tab. `dates` are the workbook's date styles (see `date_styles`)."""

    def __init__(
        self, index: SheetIndex, title: str, strings: SharedStrings, dates: NDArray[np.bool_], date1904: bool
    ) -> None:
        self._index = index
        self._title = title
        self._strings = strings
        self._dates = dates
        self._zero, self._first_day = (_ZERO_1904, 0) if date1904 else (_ZERO, 0)
        self._date1904 = date1904
        self._reader = CellReader(index, strings, date1904)
        self._words = vector.words_of(index.shadow)
        self._octets = np.frombuffer(index.raw, np.uint8)
        self._plain = index.shadow is index.raw and index.codec == "utf-8"
        p = index.prefix
        self._value, self._value_end = b"<" + p + b"v>", b"</" + p + b"v></" + p + b"c>"
        self._texts = (b"<" + p + b"is><" + p + b"t>", b"<" + p + b"is><" + p + b't xml:space="preserve">')
        self._text_end = b"</" + p + b"t></" + p + b"is></" + p + b"c>"
        self.unshown: list[tuple[int, int, str]] = []
        """(row, column, text) of cells of the columns read so far that show no value though they hold one."""

    def columns(self, box: Box) -> list[pa.Array]:
        """The columns of a box of cells, each from its first row to its last; null where a cell is blank."""
        first_row, first_col, last_row, last_col = box
        if not last_row:
            return []
        cells = self._index.cells
        held = (cells.kinds & cell_kinds.KIND_MASK) != cell_kinds.BLANK
        held &= (cells.kinds & cell_kinds.KIND_MASK) != cell_kinds.ERROR
        order = np.flatnonzero(held)
        order = order[np.argsort(cells.cols[order], kind="stable")]
        cuts = np.searchsorted(cells.cols[order], np.arange(first_col, last_col + 2))
        size = last_row - first_row + 1
        found = []
        for col, (left, right) in enumerate(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True), first_col):
            found.append(self._column(order[left:right], col, first_row, size))
        return found

    def _column(self, cells: Places, col: int, first_row: int, size: int) -> pa.Array:
        if not len(cells):
            return pa.nulls(size, pa.string())
        rows = self._index.cells.rows[cells].astype(np.int64) - first_row
        kinds = self._index.cells.kinds[cells]
        places, parts, count = [], [], 0
        for kind in np.unique(kinds).tolist():
            chosen = np.flatnonzero(kinds == kind) if kind != kinds[0] or (kinds != kind).any() else slice(None)
            values = self._of_kind(cells[chosen], kind, col)
            places.append(rows[chosen])
            parts.append(values)
            count += len(values)
        values = parts[0] if len(parts) == 1 else pa.concat_arrays(parts)
        rows = places[0] if len(places) == 1 else np.concatenate(places)
        if count == size and bool((rows == np.arange(size)).all()):
            return values
        at = np.full(size, -1, np.int64)
        at[rows] = np.arange(count)
        return values.take(pa.array(at, mask=at < 0))

    def _of_kind(self, cells: Places, kind: int, col: int) -> pa.Array:
        """The texts of cells of one kind in one column."""
        if kind == cell_kinds.SHARED:
            return self._shared(cells)
        if kind & cell_kinds.FORMULA:
            found = self._one_by_one(cells)
        elif kind == cell_kinds.INLINE:
            found = self._between(cells, self._texts, self._text_end)
        else:
            found = self._between(cells, (self._value,), self._value_end)
        kind &= cell_kinds.KIND_MASK
        if kind == cell_kinds.BOOLEAN:
            return pc.if_else(pc.is_in(found, pa.array(["0", "false"])), "false", "true")
        return self._numbers(found, cells, col) if kind == cell_kinds.NUMBER else found

    def _shared(self, cells: Places) -> pa.Array:
        starts, ends = self._index.spans(cells)
        numbers, usual = self._index.shared_numbers(cells, starts, ends)
        for place in np.flatnonzero(~usual).tolist():
            text = self._reader.value(self._index.raw[starts[place] : ends[place]]).strip()
            numbers[place] = int(text) if text.isdigit() else -1
        table = self._strings.array
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(table):
            raise Refused(f"The tab “{self._title}” names a text that the workbook does not hold. {_RESAVE}")
        return table.take(pa.array(numbers))

    def _between(self, cells: Places, heads: tuple[bytes, ...], end: bytes) -> pa.Array:
        """What stands between one of the heads and the end; cells in any other form are read one by one."""
        starts, ends = self._index.spans(cells)
        inner = starts + self._index.inner[cells]
        stop = ends - len(end)
        usual = self._plain & (inner > starts) & vector.holds(self._words, np.maximum(stop, 0), end)
        begin = np.zeros(len(cells), np.int64)
        for head in heads:
            begin = np.where(vector.holds(self._words, inner, head), inner + len(head), begin)
        usual &= (begin > 0) & (begin <= stop)
        if not usual.any():
            return self._one_by_one(cells)
        whole = bool(usual.all())
        found = _texts(gathered(self._octets, *((begin, stop) if whole else (begin[usual], stop[usual]))))
        if found is None:
            return self._one_by_one(cells)
        if whole:
            return found
        at = np.where(usual, np.cumsum(usual) - 1, len(found) + np.cumsum(~usual) - 1)
        return pa.concat_arrays([found, self._one_by_one(cells[~usual])]).take(pa.array(at))

    def _one_by_one(self, cells: Places) -> pa.Array:
        raw, kinds = self._index.raw, self._index.cells.kinds[cells].tolist()
        starts, ends = self._index.spans(cells)
        found = [bytes(raw[start:end]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not markup.well_formed(b"".join(found), self._index.codec):
            raise Refused(f"The tab “{self._title}” is damaged (its XML is not well-formed). {_RESAVE}")
        texts_ = [self._reader.text(cell, kind) for cell, kind in zip(found, kinds, strict=True)]
        return pa.array(texts_, pa.string())

    def _numbers(self, found: pa.Array, cells: Places, col: int) -> pa.Array:
        """Numbers as plain decimals, those with a date format as ISO texts."""
        dates = of_cells(self._index.styles[cells], self._dates)
        if not dates.any():
            return plain_numbers(found)
        if dates.all():
            return self._days(found, cells, col)
        at = np.where(dates, np.cumsum(dates) - 1, int(dates.sum()) + np.cumsum(~dates) - 1)
        days = self._days(found.filter(pa.array(dates)), cells[dates], col)
        return pa.concat_arrays([days, plain_numbers(found.filter(pa.array(~dates)))]).take(pa.array(at))

    def _days(self, found: pa.Array, cells: Places, col: int) -> pa.Array:
        """Serial numbers as ISO texts; null, and noted as not shown, where they are no date that Excel knows."""
        serials = _floats(found)
        with np.errstate(invalid="ignore"):
            shown = (serials >= 0) & (serials < (_LAST - 1462 if self._date1904 else _LAST))
        for cell in cells[~shown & np.isfinite(serials)].tolist():
            self.unshown.append((int(self._index.cells.rows[cell]), col, UNSHOWN))
        whole = np.where(shown, serials, 0.0)
        if not self._date1904:
            whole = whole + (whole < 60)  # Excel believes in 29 February 1900
        moments = self._zero + np.round(whole * _DAY).astype("timedelta64[ms]")
        texts_ = _iso(moments)
        kept = np.isfinite(serials)
        if shown.all():
            return texts_
        return pc.if_else(pa.array(shown), texts_, pc.if_else(pa.array(kept), None, found))


def gathered(octets: NDArray[np.uint8], begin: Places, stop: Places) -> pa.Array:
    """The bytes from each beginning to its stop, as one array of binaries."""
    lengths = stop - begin
    offsets = np.zeros(len(begin) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    if offsets[-1] > np.iinfo(np.int32).max:
        raise Refused(f"A column of the workbook holds more text than can be read. {_RESAVE}")
    data = np.empty(int(offsets[-1]), np.uint8)
    for left in range(0, len(begin), _STEP):
        part = slice(left, left + _STEP)
        first = int(offsets[left])
        places = np.repeat((begin[part] - offsets[:-1][part]).astype(np.int32), lengths[part])
        places += np.arange(first, first + len(places), dtype=np.int32)
        np.take(octets, places, out=data[first : first + len(places)])
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(begin), buffers)


def _texts(raw: pa.Array) -> pa.Array | None:
    """Character data as text, references resolved; None where something else than text is in between."""
    data = raw.buffers()[2]
    plain = memoryview(data).tobytes() if data is not None else b""
    if not any(sign in plain for sign in _UNUSUAL):
        try:
            return raw.cast(pa.string())
        except pa.ArrowInvalid:
            return None  # not quite UTF-8
    encoded = raw.dictionary_encode()
    unique = encoded.dictionary.to_pylist()
    joined = _SEPARATOR.join(unique)
    if b"<" in joined or joined.count(_SEPARATOR) != len(unique) - 1:
        return None
    found = texts.plain_all(joined).split(_SEPARATOR.decode())
    if len(found) != len(unique):
        return None
    return pa.array(found, pa.string()).take(encoded.indices)


def plain_numbers(found: pa.Array) -> pa.Array:
    """Numbers without exponent and with at most nine decimals; what is no number stays as it is."""
    canonical = pc.match_substring_regex(found, _CANONICAL)
    if pc.all(canonical).as_py() is not False:
        return found
    strange = np.flatnonzero(~canonical.to_numpy(zero_copy_only=False))
    encoded = found.take(pa.array(strange)).dictionary_encode()
    new = pa.array([_decimal(text) for text in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)
    return pc.replace_with_mask(found, pc.invert(canonical), new)


def _decimal(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if not np.isfinite(value) or text != text.strip():
        return text
    digits = np.format_float_positional(round(value, _DECIMALS), trim="-")
    return "0" if digits == "-0" else digits


def _floats(found: pa.Array) -> NDArray[np.float64]:
    """The numbers as floats; NaN for what is none."""
    try:
        return np.asarray(pc.cast(found, pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    except pa.ArrowInvalid:
        return np.array([_float(text) for text in found.to_pylist()])


def _float(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return float("nan")


def _iso(moments: NDArray[Any]) -> pa.Array:
    """`2026-11-21 14:30:00`, with thousandths where there are any."""
    seconds = moments.astype("datetime64[s]")
    whole = pc.cast(pa.array(seconds), pa.string())
    fraction = moments != seconds
    if not fraction.any():
        return whole
    return pc.if_else(pa.array(fraction), pc.cast(pa.array(moments), pa.string()), whole)
