"""Look at a patched sheet with fresh eyes before anyone else does."""

from xml.parsers import expat

import numpy as np

from sheetcrm.sync.excel.address import MAX_COL, address
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.sheet import SheetIndex, index_sheet
from sheetcrm.sync.excel.write import Written

_STEP = 1 << 24


class BrokenPatchError(AssertionError):
    """The patched part is not what was asked for: a fault of this program. Nothing has been written."""


def parses(body: Bytes, part: str) -> None:
    """Raise BrokenPatchError unless the part is well-formed XML."""
    parser = expat.ParserCreate()
    view = memoryview(body)
    try:
        for start in range(0, len(view), _STEP):
            parser.Parse(bytes(view[start : start + _STEP]), False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BrokenPatchError(f"the patched {part} is not well-formed: {error}") from None


def verify_sheet(body: bytes, before: SheetIndex, written: Written) -> None:
    """Raise BrokenPatchError unless every written cell reads back and no cell was lost or added by mistake."""
    parses(body, before.part)
    after = index_sheet(body, before.part)
    if after.fault:
        raise BrokenPatchError(f"the patched {before.part} is out of order: {after.fault}")
    if len(after.cell_start) != len(before.cell_start) + written.added:
        raise BrokenPatchError(
            f"the patched {before.part} has {len(after.cell_start)} cells instead of "
            f"{len(before.cell_start)} + {written.added}"
        )
    keys = after.cells.rows.astype(np.int64) * (MAX_COL + 1) + after.cells.cols
    for col, rows, bodies in zip(written.cols, written.rows, written.bodies, strict=True):
        wanted = rows * (MAX_COL + 1) + col
        place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        starts, ends = after.spans(place)
        for row, start, end, asked in zip(rows.tolist(), starts.tolist(), ends.tolist(), bodies, strict=True):
            if body[start:end] != asked:
                raise BrokenPatchError(f"{before.part} {address(row, col)} reads back as {body[start:end]!r}")
