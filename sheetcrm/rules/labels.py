"""Columns of list words, made from conditions: the fast way for long tabs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def labelled(*branches: tuple[Any, str | None], default: str | None = None) -> pd.Series[Any]:
    """The word of the first branch whose condition holds in each row, else ``default``; None is blank."""
    words = pd.array([*(word for _, word in branches), default], dtype="str")
    conditions = [np.asarray(condition, dtype=bool) for condition, _ in branches]
    codes = np.select(conditions, range(len(branches)), default=len(branches))
    return pd.Series(words.take(codes))
