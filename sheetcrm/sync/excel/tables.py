"""Excel tables: where they stand, and what of them is header and totals."""

from __future__ import annotations

from dataclasses import dataclass

from sheetcrm.address import Box


@dataclass(frozen=True)
class TableScan:
    """An Excel table. `ref`: (first row, first column, last row, last column), header and totals included."""

    ref: Box
    header_rows: int
    totals_rows: int
    name: str
    part: str = ""
