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
    missing = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=known.cast(pa.large_string()))))
    at = np.flatnonzero(bools(missing)).tolist()
    _add(read, column, target, dict(zip(at, values.take(pa.array(at, pa.int64())).to_pylist(), strict=True)))


def _report_several(read: Read, column: str, target: str, known: pa.Array) -> None:
    """Columns with several ids: the first of a cell that names no row is reported."""
    texts = read.table.frame[column].dropna()
    ids = set(known.to_pylist()) if len(texts) else set()
    orphans: dict[int, str] = {}
    for at, text in zip(texts.index.tolist(), texts.tolist(), strict=True):
        missing = [part for part in text.split("; ") if part not in ids]
        if missing:
            orphans[at] = missing[0]
    _add(read, column, target, orphans)


def _add(read: Read, column: str, target: str, orphans: Mapping[int, str]) -> None:
    """Report what is missing at each position of a column."""
    if not orphans:
        return
    table, places = read.table, list(orphans)
    own = table.frame[TABS[table.key].id].iloc[places].tolist()
    typed = read.typed[column].take(pa.array(places, pa.int64())).to_pylist()
    for at, name, text, missing in zip(places, own, typed, orphans.values(), strict=True):
        bad = Bad("orphan", {"missing": missing, "target": target})
        read.report.add(bad, int(table.rows[at]), column, text, name if isinstance(name, str) else "")
