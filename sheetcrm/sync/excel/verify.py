"""Look at a patched sheet with fresh eyes before anyone else does."""

from xml.parsers import expat

import numpy as np

from sheetcrm.address import MAX_COL, address
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.sheet import index_sheet
from sheetcrm.sync.excel.write import Written

_STEP = 1 << 24
_LARGE = 1 << 24


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


def verify_sheet(body: Bytes, part: str, cells_before: int, written: Written) -> None:
    """Raise BrokenPatchError unless every written cell reads back and no cell was lost or added by mistake.

    1. The part parses; of one over 16 MB all but the rows that were copied unseen. 2. Its rows and cells are in order
    and as many as they must be. 3. Every written cell stands at its address with the bytes that were asked for.
    """
    after = index_sheet(body, part)
    if len(body) <= _LARGE:
        parses(body, part)
    else:
        new = b"".join(cell for column in written.bodies for cell in column)
        parses(bytes(body[: after.start]) + new + bytes(body[after.end :]), part)
    if after.fault:
        raise BrokenPatchError(f"the patched {part} is out of order: {after.fault}")
    if len(after.cell_start) != cells_before + written.added:
        raise BrokenPatchError(
            f"the patched {part} has {len(after.cell_start)} cells instead of {cells_before} + {written.added}"
        )
    keys = after.cells.rows.astype(np.int64) * (MAX_COL + 1) + after.cells.cols
    for col, rows, bodies in zip(written.cols, written.rows, written.bodies, strict=True):
        place = np.minimum(np.searchsorted(keys, rows * (MAX_COL + 1) + col), max(len(keys) - 1, 0))
        starts, ends = after.spans(place)
        found = [body[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if found != bodies:
            wrong = next(n for n, (there, asked) in enumerate(zip(found, bodies, strict=True)) if there != asked)
            raise BrokenPatchError(f"{part} {address(int(rows[wrong]), col)} reads back as {found[wrong]!r}")
