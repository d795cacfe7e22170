"""What keeps a sheet from being patched: rows and cells out of order, and content that belongs to no cell."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcrm.address import MAX_COL, MAX_ROW, address
from sheetcrm.sync.excel import cell_kinds
from sheetcrm.sync.excel.markup import Bytes


@dataclass(frozen=True)
class Rows:
    """Row elements in order. `close` is where `</row>` begins, -1 for `<row/>`; `first` indexes the row's first cell
    and has one element more than there are rows. `bare`: every start tag is `<row r="N">`, without `spans` or style."""

    number: NDArray[np.int32]
    start: NDArray[np.int32]
    close: NDArray[np.int32]
    first: NDArray[np.int64]
    bare: bool = False


def foreign(shade: Bytes, prefix: bytes, start: int, end: int, rows: Rows, bounds: NDArray[np.int64]) -> str:
    """Content among the rows that belongs to no cell, and would be cut off with one."""
    octets = np.frombuffer(shade, np.uint8)
    before = np.concatenate((bounds, rows.start[1:], rows.close[rows.close >= 0]))
    third, second = octets[before - 3], octets[before - 2]
    known = (second == ord("/")) | ((second == ord("c")) & ((third == ord("/")) | (third == ord(":"))))
    known |= (second == ord("w")) & (third == ord("o"))
    if (known & (octets[before - 1] == ord(">"))).all():
        return ""  # whatever stands before a cell, a row or a row's end is the end of a cell or of a row
    if shade.find(b"AlternateContent", start, end) >= 0:
        return "its rows come in alternatives for different programs"
    if shade.find(b"extLst", start, end) >= 0:
        extended = re.compile(rb"(?:</" + prefix + rb"extLst\s*>|<" + prefix + rb"extLst\s*/>)\s*</" + prefix + rb"row")
        if extended.search(shade, start, end):
            return "its rows carry extensions of a newer program"
    return ""


def disorder(rows: Rows, cells: cell_kinds.Cells, cell_row: NDArray[np.int32]) -> str:
    """What keeps the part from being patched by position, in words; "" when nothing does."""
    numbers = rows.number
    if len(numbers) and (numbers.min() < 1 or numbers.max() > MAX_ROW):
        return "it has a row number that no sheet has"
    wrong = np.flatnonzero(np.diff(numbers) < 1)
    if len(wrong):
        return f"row {numbers[wrong[0] + 1]} comes after row {numbers[wrong[0]]} in the file"
    if len(cells.cols) and (cells.cols.min() < 1 or cells.cols.max() > MAX_COL):
        return "it has a cell with an address that no sheet has"
    stray = np.flatnonzero(cells.rows != numbers[cell_row])
    if len(stray):
        cell = stray[0]
        return f"cell {address(int(cells.rows[cell]), int(cells.cols[cell]))} stands in row {numbers[cell_row[cell]]}"
    wrong = np.flatnonzero((np.diff(cells.cols) < 1) & (np.diff(cell_row) == 0))
    if len(wrong):
        cell = wrong[0] + 1
        return f"cell {address(int(cells.rows[cell]), int(cells.cols[cell]))} is out of order or twice in the file"
    return ""
