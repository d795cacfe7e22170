"""Cells whose tags are not in the usual form: no `r`, other attributes, other quotes, comments. Read one by one."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import Box, column, parse_box
from sheetcrm.sync.excel import cell_kinds, markup
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.vector import Decoded, Places

_REF = re.compile(rb"([A-Za-z]{1,3})([0-9]{1,7})")
_KINDS = {
    b"": cell_kinds.NUMBER,
    b"n": cell_kinds.NUMBER,
    b"s": cell_kinds.SHARED,
    b"str": cell_kinds.STRING,
    b"inlineStr": cell_kinds.INLINE,
    b"b": cell_kinds.BOOLEAN,
    b"e": cell_kinds.ERROR,
    b"d": cell_kinds.ISO_DATE,
}


@dataclass(frozen=True)
class FormulaTag:
    """A formula with attributes. `kind`: normal, shared, array or dataTable; `group`: the number shared formulas
    have in common; `cell`: its place in the index."""

    cell: int
    kind: str
    ref: Box | None
    group: str


def formula_tag(shade: Bytes, prefix: bytes, start: int, end: int, cell: int) -> FormulaTag:
    """Read the `<f>` of the cell at start … end."""
    match = re.search(rb"<" + prefix + rb"f(?:\s[^>]*)?>", shade[start:end])
    found = markup.attributes(match[0]) if match else {}
    ref = None
    if b"ref" in found:
        try:
            ref = parse_box(found[b"ref"].decode("ascii", "replace"))
        except ValueError:
            ref = None
    return FormulaTag(cell, found.get(b"t", b"normal").decode("ascii", "replace"), ref, found.get(b"si", b"").decode())


def read_odd_cells(
    shade: Bytes,
    prefix: bytes,
    decoded: Decoded,
    starts: Places,
    bounds: NDArray[np.int64],
    cell_row: NDArray[np.int32],
    numbers: NDArray[np.int32],
) -> None:
    """Fill rows, columns and kinds of `decoded.odd` in place. A cell without `r` follows the cell before it."""
    value = re.compile(rb"<" + prefix + rb"v(?:\s[^>]*)?(?:/>|>([^<]*)<)")
    inline = re.compile(rb"<" + prefix + rb"is[\s>/]")
    formula = re.compile(rb"<" + prefix + rb"f[\s>/]")
    for cell in decoded.odd.tolist():
        start, end = int(starts[cell]), int(bounds[cell])
        tag_end = shade.find(b">", start) + 1
        found = markup.attributes(shade[start:tag_end])
        ref = _REF.fullmatch(found.get(b"r", b"").strip())
        if ref is None and b"r" in found:
            decoded.cols[cell] = 0  # an address that says nothing: the tab is then told to be out of order
        elif ref:
            decoded.cols[cell], decoded.rows[cell] = min(column(ref[1].decode()), 32767), int(ref[2])
        else:
            beside = cell > 0 and cell_row[cell - 1] == cell_row[cell]
            decoded.cols[cell] = decoded.cols[cell - 1] + 1 if beside else 1
            decoded.rows[cell] = numbers[cell_row[cell]]
        body = b"" if shade[tag_end - 2 : tag_end] == b"/>" else shade[tag_end:end]
        kind = _KINDS.get(found.get(b"t", b""), cell_kinds.NUMBER)
        style = found.get(b"s", b"").strip()
        decoded.styles[cell] = min(int(style), 65_535) if style.isdigit() else 0
        given = value.search(body)
        if inline.search(body):
            kind = cell_kinds.INLINE
        elif given is None or (not given[1] and kind != cell_kinds.STRING) or kind == cell_kinds.INLINE:
            kind = cell_kinds.BLANK
        decoded.kinds[cell] = kind | (cell_kinds.FORMULA if formula.search(body) else 0)
