"""References that name no row: an account_id that no account has (domain 2)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.cells import Bad, bools
from sheetcrm.reading.records import Read
from sheetcrm.schema import TABS, Type


def report_orphans(reads: Mapping[str, Read]) -> None:
    """Report each reference to a missing row at its cell. Where the other tab is absent nothing can be missed."""
    for key, read in reads.items():
        for column, target in TABS[key].links:
            if target in reads and column in read.typed:
                _report(read, column, target, reads[target].seen)
        for declared in TABS[key].people:
            if declared.type is Type.IDS and declared.key in read.typed:
                _report_several(read, declared.key, key, read.seen)


def _report(read: Read, column: str, target: str, known: pa.Array) -> None:
    values = pa.array(read.table.frame[column], type=pa.large_string(), from_pandas=True)
    orphans = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known.cast(pa.large_string()))))
    for at in np.flatnonzero(bools(orphans)).tolist():
        _add(read, at, column, target, values[at].as_py())


def _report_several(read: Read, column: str, target: str, known: pa.Array) -> None:
    """Columns with several ids: the first of a cell that names no row is reported."""
    ids: set[str] | None = None
    texts = read.table.frame[column]
    for at in np.flatnonzero(texts.notna().to_numpy()).tolist():
        ids = set(known.to_pylist()) if ids is None else ids
        missing = [part for part in str(texts.iat[at]).split("; ") if part not in ids]
        if missing:
            _add(read, at, column, target, missing[0])


def _add(read: Read, at: int, column: str, target: str, missing: str) -> None:
    table = read.table
    bad = Bad("orphan", {"missing": missing, "target": target})
    own = table.frame[TABS[table.key].id].iat[at]
    typed = read.typed[column][at].as_py()
    read.report.add(bad, int(table.rows[at]), column, typed, own if isinstance(own, str) else "")
