"""Look at a patched sheet with fresh eyes before anyone else does."""

import re
from typing import Any
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import MAX_COL, address
from sheetcrm.sync.excel import vector
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.sheet import SheetIndex, index_sheet
from sheetcrm.sync.excel.splice import Pieces
from sheetcrm.sync.excel.write import Written

_STEP = 1 << 24
_LARGE = 1 << 24
_PIECES = 1 << 15
_WIDE = MAX_COL + 1
_SPAN = re.compile(rb"[0-9]+:[0-9]+")
Places = NDArray[np.int64]


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


def verify_sheet(index: SheetIndex, pieces: Pieces, body: Bytes, written: Written) -> None:
    """Raise BrokenPatchError unless every written cell reads back and nothing else was changed.

    `index` is of the part before, `pieces` is what was put into it, `body` the outcome.

    1. The part parses; of one over 16 MB all but the rows that were copied unseen. 2. Every byte between the pieces is
    the old one. 3. The pieces' cells read back, each in its row and between its neighbours. Where a piece is more than
    cells in the usual form (new rows, tags that other programs write), the whole part is indexed again instead.
    """
    if len(body) <= _LARGE or index.self_closing:
        parses(body, index.part)
    else:
        around = _around(index, pieces, body)
        new = b"".join(cell for column in written.bodies for cell in column)
        parses(around[0] + new + around[1], index.part)
    _same_between(index.raw, pieces, body, index.part)
    if not _usual(index, pieces, written):
        read_again(body, index.part, len(index.cell_start) + written.added, written)


def _around(index: SheetIndex, pieces: Pieces, body: Bytes) -> tuple[bytes, bytes]:
    """What stands before and after the rows of the new part."""
    grown = np.fromiter(map(len, pieces.bodies), np.int64, len(pieces.bodies)) - (pieces.ends - pieces.starts)
    head = index.start + int(grown[pieces.starts < index.start].sum())
    tail = len(index.raw) - index.end + int(grown[pieces.starts > index.end].sum())
    return bytes(body[:head]), bytes(body[len(body) - tail :])


def _same_between(raw: Bytes, pieces: Pieces, body: Bytes, part: str) -> None:
    """The new part is the old one with the pieces in their places, byte by byte."""
    lengths = np.fromiter(map(len, pieces.bodies), np.int64, len(pieces.bodies))
    ends = pieces.ends + np.cumsum(lengths - (pieces.ends - pieces.starts))
    starts = ends - lengths
    kept_old, kept_new = _around_pieces(pieces.starts, pieces.ends, raw), _around_pieces(starts, ends, body)
    # Some thousand pieces at a time: copies of two whole parts would be the most memory that a pass takes.
    for left in range(0, len(starts) + 1, _PIECES):
        chosen = slice(left, left + _PIECES)
        if _slices(body, *kept_new, chosen) != _slices(raw, *kept_old, chosen):
            raise BrokenPatchError(f"the patched {part} differs where nothing was to change")
        there, asked = _slices(body, starts, ends, chosen), pieces.bodies[chosen]
        if there != asked:
            wrong = left + next(n for n, piece in enumerate(asked) if there[n] != piece)
            raise BrokenPatchError(f"the patched {part} does not hold what was written at byte {int(starts[wrong]):,}")


def _around_pieces(starts: Places, ends: Places, body: Bytes) -> tuple[Places, Places]:
    """From where to where stands what is around the pieces: from each one's end to the next one's start."""
    return np.concatenate(([0], ends)), np.concatenate((starts, [len(body)]))


def _slices(body: Bytes, starts: Places, ends: Places, chosen: slice) -> list[Bytes]:
    return [body[start:end] for start, end in zip(starts[chosen].tolist(), ends[chosen].tolist(), strict=True)]


def _usual(index: SheetIndex, pieces: Pieces, written: Written) -> bool:
    """Whether the pieces among the rows are cells in the usual form that read back where they should stand.

    False where they have to be looked at in another way. Only widened `spans` may be there besides.
    """
    # What stands before and after the rows are few pieces, such as the sheet's dimension.
    first, last = np.searchsorted(pieces.starts, index.start), np.searchsorted(pieces.starts, index.end, "right")
    bodies, starts, ends = pieces.bodies[first:last], pieces.starts[first:last], pieces.ends[first:last]
    spans = [n for n, body in enumerate(bodies) if not body.startswith(b"<")]
    if not len(index.rows.number) or not all(map(_SPAN.fullmatch, (bodies[n] for n in spans))):
        return False
    if spans:
        kept = np.setdiff1d(np.arange(len(bodies)), spans)
        bodies, starts, ends = [bodies[n] for n in kept.tolist()], starts[kept], ends[kept]
    cells = b"".join(bodies)
    octets = np.frombuffer(cells, np.uint8)
    at = vector.find_tags(octets, b"<" + index.prefix + b"c", 0, len(cells))
    decoded = vector.decode(vector.words_of(cells), at, index.prefix)
    keys = _keys(decoded.rows, decoded.cols)
    asked = _asked(written)
    if len(decoded.odd) or len(keys) != len(asked[0]) or (keys != asked[0]).any() or cells != b"".join(asked[1]):
        return False
    begins = np.concatenate(([0], np.cumsum(np.fromiter(map(len, bodies), np.int64, len(bodies)))))
    heads = np.searchsorted(at, begins)
    return _between(index, starts, ends, keys[heads[:-1]], keys[heads[1:] - 1])


def _asked(written: Written) -> tuple[Places, list[bytes]]:
    """What was to be written, in the order of the sheet: the cells' keys and their bytes."""
    if not written.rows:
        return np.zeros(0, np.int64), []
    keys = np.concatenate([_keys(rows, col) for col, rows in zip(written.cols, written.rows, strict=True)])
    order = np.argsort(keys, kind="stable")
    bodies = [cell for column in written.bodies for cell in column]
    return keys[order], [bodies[n] for n in order.tolist()]


def _between(index: SheetIndex, starts: Places, ends: Places, first: Places, last: Places) -> bool:
    """Whether pieces with these first and last cells stand in their rows, each cell between its neighbours."""
    if not len(starts):
        return True
    row = np.searchsorted(index.rows.start, starts, "right") - 1
    if row.min() < 0:
        return False
    number = index.rows.number[row].astype(np.int64)
    in_row = (first // _WIDE == number) & (last // _WIDE == number)
    keys = np.concatenate((_keys(index.cells.rows, index.cells.cols), [np.iinfo(np.int64).max]))
    places = np.concatenate((index.cell_start, [len(index.raw)])).astype(np.int64)
    following = np.searchsorted(places, starts)
    replaced = ends > starts
    before = np.where(following > 0, keys[following - 1], -1)
    sorted_in = (before < first) & np.where(replaced, first == keys[following], last < keys[following])
    at_cell = places[following] == starts
    stands = np.where(replaced, at_cell & (first == last), at_cell | (index.rows.close[row] == starts))
    return bool((in_row & sorted_in & stands).all())


def read_again(body: Bytes, part: str, count: int, written: Written) -> None:
    """Raise BrokenPatchError unless the part, indexed anew, has so many cells, in order, and those written."""
    after = index_sheet(body, part)
    if after.fault:
        raise BrokenPatchError(f"the patched {part} is out of order: {after.fault}")
    if len(after.cell_start) != count:
        raise BrokenPatchError(f"the patched {part} has {len(after.cell_start)} cells instead of {count}")
    keys = _keys(after.cells.rows, after.cells.cols)
    for col, rows, bodies in zip(written.cols, written.rows, written.bodies, strict=True):
        place = np.minimum(np.searchsorted(keys, _keys(rows, col)), max(len(keys) - 1, 0))
        starts, ends = after.spans(place)
        found = [body[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        if found != bodies:
            wrong = next(n for n, (there, asked) in enumerate(zip(found, bodies, strict=True)) if there != asked)
            raise BrokenPatchError(f"{part} {address(int(rows[wrong]), col)} reads back as {found[wrong]!r}")


def _keys(rows: NDArray[Any], cols: NDArray[Any] | int) -> Places:
    """One ascending number per cell in the order of the sheet."""
    keys: Places = rows.astype(np.int64) * _WIDE + cols
    return keys
