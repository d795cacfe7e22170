"""What a caller asks the patcher to write: cells by sheet row and column, nothing about what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Formula:
    """A formula of the runner's own tabs, without the leading `=`, and the value to show until it is calculated.

    Only `ReplaceBelow` takes formulas. An equal formula keeps its bytes, whatever value Excel has cached for it.
    """

    text: str
    value: str | int | float | None = None


# None, NaN and "" blank the cell and keep its style. A text that starts with "=" stays text.
Cell = None | bool | int | float | str | date | datetime
OwnedCell = Cell | Formula


@dataclass(frozen=True)
class ColumnEdit:
    """New values of one column. `rows` are 1-based sheet rows, ascending and unique; `values` runs alongside."""

    rows: Sequence[int] | NDArray[np.int64]
    values: Sequence[Cell]

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.values):
            raise ValueError(f"{len(self.rows)} rows but {len(self.values)} values")


@dataclass(frozen=True)
class ReplaceBelow:
    """New content of a tab that the runner owns: everything below `header_row`, from column A.

    Rows may differ in length. Old cells that get no new value are blanked; styles of cells, rows and columns stay.
    """

    header_row: int
    rows: Sequence[Sequence[OwnedCell]]


@dataclass(frozen=True)
class SheetEdit:
    """All that is to change in one tab.

    columns: 1-based column → new values of existing or new cells.
    appended: new rows (column → value), written right below the last row that holds anything.
    replace_below: new content of a runner-owned tab; not together with `columns` or `appended`.
    expect: (row, column) → text that must stand there, checked in the XML before anything is cut (headers).
    expect_ids: (id column, rows, ids): the ids that must stand in those rows.
    """

    columns: Mapping[int, ColumnEdit] = field(default_factory=dict)
    appended: Sequence[Mapping[int, Cell]] = ()
    replace_below: ReplaceBelow | None = None
    expect: Mapping[tuple[int, int], str] = field(default_factory=dict)
    expect_ids: tuple[int, Sequence[int], Sequence[str]] | None = None
