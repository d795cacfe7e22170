"""The kinds of cells, and every cell of a tab with its kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK, NUMBER, SHARED, INLINE, STRING, BOOLEAN, ERROR, ISO_DATE = range(8)  # kinds of cell, by what `t` says
KIND_MASK = 15
FORMULA = 16  # flag: the cell holds a formula, or is fed by one
TEXT_KINDS = (SHARED, INLINE, STRING)


@dataclass(frozen=True)
class Cells:
    """Every cell element of a tab, in the order of the file; three arrays of one length.

    `kinds` holds one of the kinds above, with the FORMULA flag where it applies.
    """

    rows: NDArray[np.int32]
    cols: NDArray[np.int16]
    kinds: NDArray[np.uint8]
