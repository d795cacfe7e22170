"""Start tags of cells that are written again: everything but type and metadata stays as it was."""

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import letters
from sheetcrm.sync.excel import markup, vector
from sheetcrm.sync.excel.sheet import SheetIndex
from sheetcrm.sync.excel.tails import as_bytes, framed


def heads_of(index: SheetIndex, col: int, rows: NDArray[np.int64], cells: NDArray[np.int64]) -> list[bytes]:
    """`<c r="AE12" s="3"` for each of these cells of one column: `t`, `cm` and `vm` are dropped, the end is open."""
    if not len(cells):
        return []
    starts = index.cell_start[cells].astype(np.int64)
    styles = vector.plain_styles(vector.words_of(index.shadow), starts, index.prefix)
    usual = np.unique(styles)
    heads = new_heads(index.prefix, col, rows, "" if usual[-1] < 0 else f' s="{usual[-1]}"')
    if len(usual) == 1 and usual[0] != vector.ODD_TAG:
        return heads
    numbers = rows.tolist()
    for n in np.flatnonzero(styles != usual[-1]).tolist():
        style = int(styles[n])
        if style == vector.ODD_TAG:
            heads[n] = _head(index, int(starts[n]))
        else:
            attribute = b"" if style == vector.NO_STYLE else b' s="%d"' % style
            heads[n] = b'<%bc r="%b%d"%b' % (index.prefix, letters(col).encode(), numbers[n], attribute)
    if usual[-1] == vector.ODD_TAG:
        heads = [_head(index, start) for start in starts.tolist()]
    return heads


def new_heads(prefix: bytes, col: int, rows: NDArray[np.int64], style: str) -> list[bytes]:
    """The same for cells that do not exist yet and have one style attribute (such as ` s="3"`) in common."""
    if not len(rows):
        return []
    return framed(f'<{prefix.decode()}c r="{letters(col)}', map(str, rows.tolist()), f'"{style}')


def mixed_heads(prefix: bytes, col: int, rows: NDArray[np.int64], styles: list[str]) -> list[bytes]:
    """The same for cells that do not exist yet, each with its own style attribute."""
    opening = f'<{prefix.decode()}c r="{letters(col)}'
    return as_bytes([f'{opening}{row}"{style}' for row, style in zip(rows.tolist(), styles, strict=True)])


def _head(index: SheetIndex, start: int) -> bytes:
    tag = bytes(index.raw[start : index.shadow.find(b">", start)])
    if tag.endswith(b"/"):
        tag = tag[:-1]
    return markup.without_attributes(tag, b"t", b"cm", b"vm").rstrip()
