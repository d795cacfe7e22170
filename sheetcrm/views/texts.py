"""Columns of texts that views are put together from: objects, with None for a blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sheetcrm.model import Ints

Cells = np.ndarray[Any, np.dtype[np.object_]]
"""Texts, with None for a blank."""


def texts(values: Any, at: Ints) -> Cells:
    """The texts of these rows; None for a blank and for row −1."""
    chosen = values.reindex(at)
    found: Cells = chosen.to_numpy(dtype=object)
    found[chosen.isna().to_numpy()] = None
    return found


def repeated(value: str | None, like: Any) -> Cells:
    """The same text, as often as ``like`` is long."""
    return np.full(len(like), value, dtype=object)


def objects(values: Sequence[Any]) -> Cells:
    """Python values as a column, each as it is."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result
