"""One worksheet part as bytes with an index: where each row and each cell begins, and what kind it is."""

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import Box
from sheetcrm.sync.excel import cell_kinds, markup, vector
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.odd_cells import FormulaTag, formula_tag, read_odd_cells
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.soundness import Rows, disorder, foreign

_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?([A-Za-z]+)([\s/>][^>]*)?")
_RESAVE = "Open the workbook in Excel or LibreOffice and save it once."


@dataclass(frozen=True)
class SheetIndex:
    """A worksheet part and the places of its rows and cells.

    `shadow` is `raw` with comments and CDATA blanked; all places hold in both. `start` to `end` is the inside of
    sheetData; for `<sheetData/>` both are the place of that tag. `fault` says why the part can't be patched, or "".
    `styles` and `inner` are those of `vector.Decoded`.
    """

    part: str
    raw: Bytes
    shadow: Bytes
    codec: str
    prefix: bytes
    start: int
    end: int
    self_closing: bool
    rows: Rows
    cell_start: NDArray[np.int32]
    cell_row: NDArray[np.int32]
    cells: cell_kinds.Cells
    formulas: tuple[FormulaTag, ...]
    unsaved: NDArray[np.int64]
    fault: str
    styles: NDArray[np.uint16]
    inner: NDArray[np.uint8]

    def without_bytes(self) -> "SheetIndex":
        """What the patcher needs of the index, to be kept: inflating a part again is cheaper than keeping it."""
        return replace(self, raw=b"", shadow=b"", styles=self.styles[:0])

    def over(self, raw: Bytes) -> "SheetIndex":
        """This index over its part's bytes, inflated again."""
        return replace(self, raw=raw, shadow=markup.shadow(raw))

    def spans(self, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and past-the-last place of these cells' elements."""
        starts = self.cell_start[which].astype(np.int64)
        ends = _bounds(self.cell_start, self.cell_row, self.rows.close, which)
        octets = np.frombuffer(self.shadow, np.uint8)
        for place in np.flatnonzero(octets[ends - 1] != ord(">")):
            left, right = int(starts[place]), int(ends[place])
            ends[place] = left + len(bytes(self.shadow[left:right]).rstrip())
        return starts, ends

    def shared_numbers(
        self, which: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """For cells of kind SHARED and their spans: the numbers of their texts, and which cells are in the usual form.

        The number of any other cell has to be read from its own bytes.
        """
        words, value = vector.words_of(self.shadow), b"<" + self.prefix + b"v>"
        end = b"</" + self.prefix + b"v></" + self.prefix + b"c>"
        inner = starts + self.inner[which]
        numbers, after = vector.digits(words, inner + len(value))
        usual = (inner > starts) & (after > inner + len(value)) & (after + len(end) == ends)
        usual &= vector.holds(words, inner, value) & vector.holds(words, after, end)
        return numbers, usual & (self.shadow is self.raw)

    def box(self) -> Box:
        """The rectangle around the cells that hold a value; zeros when none does."""
        held = (self.cells.kinds & cell_kinds.KIND_MASK) != cell_kinds.BLANK
        if not held.any():
            return 0, 0, 0, 0
        rows, cols = self.cells.rows[held], self.cells.cols[held]
        return int(rows.min()), int(cols.min()), int(rows.max()), int(cols.max())

    def last_held_row(self) -> int:
        """The last row with a value or a formula; 0 when there is none."""
        held = self.cells.kinds != cell_kinds.BLANK
        return int(self.cells.rows[held].max()) if held.any() else 0

    def arrays(self) -> tuple[Box, ...]:
        """Ranges fed by one array formula or data table: no cell in them can be set by itself."""
        return tuple(tag.ref for tag in self.formulas if tag.ref is not None and tag.kind in ("array", "dataTable"))


def index_sheet(raw: Bytes, part: str) -> SheetIndex:
    """Index a worksheet part. Refused when it is no worksheet, or not XML that can be cut safely."""
    codec = markup.checked(raw, part)
    shade = markup.shadow(raw)
    prefix = _prefix(shade, part)
    start, end, self_closing = _sheet_data(shade, prefix, part)
    octets, words = np.frombuffer(shade, np.uint8), vector.words_of(shade)
    row_start = vector.find_tags(octets, b"<" + prefix + b"row", start, end)
    closes = vector.find_tags(octets, b"</" + prefix + b"row", start, end)
    cell_start = vector.find_tags(octets, b"<" + prefix + b"c", start, end)
    first = np.append(np.searchsorted(cell_start, row_start), len(cell_start)).astype(np.int64)
    cell_row = np.repeat(np.arange(len(row_start), dtype=np.int32), np.diff(first))
    close, fault = _closes(shade, row_start, closes)
    if not fault and len(cell_row) != len(cell_start):
        fault = "it has cells outside of rows"
    if not fault and not len(row_start) and shade[start:end].strip():
        fault = "its rows can't be made out"
    if fault:
        raise Refused(f"{part} inside the workbook is damaged: {fault}. {_RESAVE}")
    decoded = vector.decode(words, cell_start, prefix)
    numbers, bare = _row_numbers(shade, words, row_start, prefix, first, decoded)
    bounds = _bounds(cell_start, cell_row, close, np.arange(len(cell_start))) if len(decoded.odd) else None
    if bounds is not None:
        read_odd_cells(shade, prefix, decoded, cell_start, bounds, cell_row, numbers)
    formulas = np.union1d(decoded.formulas, decoded.odd[(decoded.kinds[decoded.odd] & cell_kinds.FORMULA) > 0])
    rich = np.union1d(decoded.rich, np.intersect1d(formulas, decoded.odd)).astype(np.int64)
    ends = _bounds(cell_start, cell_row, close, rich)
    tags = tuple(
        formula_tag(shade, prefix, int(cell_start[i]), int(e), int(i)) for i, e in zip(rich, ends, strict=True)
    )
    unsaved = _unsaved(shade, words, prefix, decoded, formulas, cell_start, cell_row, close)
    cells = cell_kinds.Cells(decoded.rows, decoded.cols, decoded.kinds)
    rows = Rows(numbers, row_start, close, first, bare)
    every_bound = _bounds(cell_start, cell_row, close, np.arange(len(cell_start)))
    return SheetIndex(
        part, raw, shade, codec, prefix, start, end, self_closing, rows,
        cell_start, cell_row, cells, tags, unsaved,
        disorder(rows, cells, cell_row) or foreign(shade, prefix, start, end, rows, every_bound),
        decoded.styles, decoded.inner,
    )  # fmt: skip


def holds_formula(raw: Bytes) -> bool:
    """Whether a sheet part may hold a formula; a quick look that says yes when in doubt."""
    root = _ROOT.search(markup.shadow(raw))
    if root is None:
        return True
    prefix = root[1] + b":" if root[1] else b""
    return len(vector.find_tags(np.frombuffer(raw, np.uint8), b"<" + prefix + b"f", 0, len(raw))) > 0


def _prefix(shade: Bytes, part: str) -> bytes:
    root = _ROOT.search(shade)
    if root is None or root[2] != b"worksheet":
        kind = root[2].decode() if root else "no sheet"
        raise Refused(f"{part} inside the workbook is not a sheet of cells ({kind}).")
    prefix = root[1] + b":" if root[1] else b""
    for namespace in markup.MAIN_NAMESPACES:
        for name in re.findall(rb"xmlns(?::([\w.-]+))?\s*=\s*[\"']" + re.escape(namespace) + rb"[\"']", root[0]):
            other = name + b":" if name else b""
            if other != prefix and shade.find(b"<" + other + b"row") >= 0:
                raise Refused(f"{part} inside the workbook uses two names for one namespace. {_RESAVE}")
    return prefix


def _sheet_data(shade: Bytes, prefix: bytes, part: str) -> tuple[int, int, bool]:
    tag = re.compile(rb"<" + re.escape(prefix) + rb"sheetData(?:\s[^>]*?)?(/?)>").search(shade)
    if tag is None:
        raise Refused(f"{part} inside the workbook has no cell data at all. {_RESAVE}")
    if tag[1]:
        return tag.start(), tag.start(), True
    end = shade.rfind(b"</" + prefix + b"sheetData")
    if end < tag.end():
        raise Refused(f"{part} inside the workbook is cut off. {_RESAVE}")
    return tag.end(), end, False


def _closes(shade: Bytes, starts: vector.Places, closes: vector.Places) -> tuple[NDArray[np.int32], str]:
    """Each row's `</row>`, -1 where the row is self-closing; and what is wrong, if anything."""
    found = np.full(len(starts), -1, np.int32)
    owner = np.searchsorted(starts, closes, "right") - 1
    if len(closes) and (owner[0] < 0 or (np.diff(owner) < 1).any()):
        return found, "its rows do not nest"
    found[owner] = closes
    for row in np.flatnonzero(found < 0):
        begin = int(starts[row])
        tag_end = shade.find(b">", begin)
        if tag_end < 0 or shade[tag_end - 1 : tag_end] != b"/":
            return found, "a row never ends"
    return found, ""


def _row_numbers(
    shade: Bytes,
    words: vector.Words,
    starts: vector.Places,
    prefix: bytes,
    first: NDArray[np.int64],
    decoded: vector.Decoded,
) -> tuple[NDArray[np.int32], bool]:
    """Each row's number; a row without one takes its first cell's, else the one after the row before it.

    And whether no row says more of itself than its number.
    """
    at = starts.astype(np.int64) + 4 + len(prefix)
    plain = (vector.load(words, at) & np.uint64(0xFFFFFFFF)) == vector.number_of(b' r="')
    numbers, ends = vector.digits(words, at + 4)
    bare = plain & ((vector.load(words, ends) & np.uint64(0xFFFF)) == vector.number_of(b'">'))
    odd = set(decoded.odd.tolist()) if not plain.all() else set()
    for row in np.flatnonzero(~plain | (numbers == 0)):
        begin = int(starts[row])
        tag = shade[begin : shade.find(b">", begin) + 1]
        given = markup.attributes(tag).get(b"r", b"")
        cell = int(first[row])
        if given.strip().isdigit():
            numbers[row] = int(given)
        elif cell < first[row + 1] and cell not in odd:
            numbers[row] = decoded.rows[cell]
        else:
            numbers[row] = numbers[row - 1] + 1 if row else 1
    return numbers, bool(bare.all())


def _bounds(
    cell_start: vector.Places, cell_row: NDArray[np.int32], close: NDArray[np.int32], which: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where the next cell, or else the row's end tag, begins."""
    following = np.minimum(which + 1, max(len(cell_start) - 1, 0))
    same = (following > which) & (cell_row[following] == cell_row[which])
    return np.where(same, cell_start[following], close[cell_row[which]]).astype(np.int64)


def _unsaved(
    shade: Bytes,
    words: vector.Words,
    prefix: bytes,
    decoded: vector.Decoded,
    formulas: NDArray[np.int64],
    cell_start: vector.Places,
    cell_row: NDArray[np.int32],
    close: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Formula cells without a cached value; their kind becomes blank, as readers see them."""
    if not len(formulas):
        return formulas
    ends = _bounds(cell_start, cell_row, close, formulas)
    tail, before = vector.load(words, ends - 8), vector.load(words, ends - 11)
    empty = (before & np.uint64((1 << 56) - 1)) == vector.number_of(b"<v></v>")
    unsure = (tail != vector.number_of(b"</v></c>")) | empty
    held = re.compile(rb"<" + prefix + rb"v(?:\s[^>]*)?>[^<]|<" + prefix + rb"is[\s>]")
    unsaved = []
    for place in np.flatnonzero(unsure):
        cell = int(formulas[place])
        text = bool(decoded.kinds[cell] & cell_kinds.KIND_MASK == cell_kinds.STRING)
        body = shade[int(cell_start[cell]) : int(ends[place])]
        if not held.search(body) and not (text and b"<" + prefix + b"v" in body):
            unsaved.append(cell)
    where = np.array(unsaved, np.int64)
    decoded.kinds[where] = cell_kinds.FORMULA | cell_kinds.BLANK
    return where
