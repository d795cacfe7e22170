"""The runner's own tabs as they stand: where they are, what is in them, and what people acknowledged there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.cells import Habits, bools, clean, series
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Bools, Table
from sheetcrm.raw import RawSheet
from sheetcrm.reading.body import Body, Report, positions
from sheetcrm.reading.headers import FoundTab
from sheetcrm.reading.people import People
from sheetcrm.reading.records import absent
from sheetcrm.reading.stored import stored_columns
from sheetcrm.schema import TABS, Tab
from sheetcrm.words import Words, normalise, words_of


def read_filled(tab: Tab, found: FoundTab, habits: Habits, words: Words) -> Table:
    """A runner's tab: every row below its header, blank ones inside too.

    ``stored`` is typed, list words of any language as keys. ``raw`` holds the texts: one column per key, indexed by
    sheet row; of the dashboard, which has no header, all cells by sheet row and sheet column.
    """
    if not tab.columns:
        return _whole(tab, found.sheet)
    if not found.header_row:
        return replace(absent(tab, found.sheet.title), raw=pd.DataFrame())
    body = Body.of(found)
    raw = {key: body.at(col) for key, col in found.where.items()}
    filled = positions(np.logical_or.reduce([_has_text(cells) for cells in raw.values()]))
    size = int(filled[-1]) + 1 if len(filled) else 0
    rows = np.arange(size, dtype=np.int64)
    stored, garbled = stored_columns(tab, body, rows, habits, words, any_language=True)
    texts = {key: series(cells.slice(0, size)) for key, cells in raw.items()}
    return Table(
        key=tab.key,
        title=found.sheet.title,
        frame=pd.DataFrame(index=pd.RangeIndex(size)),
        rows=rows + body.start,
        stored=stored,
        where=found.where,
        headers=found.headers,
        garbled=garbled,
        header_row=found.header_row,
        last_row=body.start + size - 1,
        rows_read=len(filled),
        raw=pd.DataFrame(texts, index=pd.RangeIndex(size)).set_axis(rows + body.start),
    )


def read_alerts(filled: Table, found: FoundTab, people: People, report: Report) -> Table:
    """The alerts tab as a table of its keys with what people acknowledged; rows without key are notes of people."""
    tab = TABS["alerts"]
    keys = _column(filled, "key").str.strip()
    keep = (keys.notna() & (keys != "") & ~keys.duplicated()).to_numpy()
    rows = positions(keep)
    typed = clean(
        pa.array(_column(filled, "acknowledged_by")[keep].to_numpy(dtype=object), pa.large_string(), from_pandas=True)
    )
    cast = people.cast(typed)
    for at, bad in sorted(cast.doubts.items()):
        report.add(bad, int(filled.rows[rows[at]]), "acknowledged_by", typed[at].as_py(), str(keys.iat[rows[at]]))
    frame = pd.DataFrame({"acknowledged_by": cast.values, "key": keys[keep].reset_index(drop=True)})
    return Table(
        key=tab.key,
        title=filled.title,
        frame=frame,
        rows=filled.rows[rows],
        stored=filled.stored[keep].reset_index(drop=True),
        where=found.where,
        headers=found.headers,
        garbled={key: marks[keep] for key, marks in filled.garbled.items()},
        header_row=filled.header_row,
        last_row=filled.last_row,
        rows_read=filled.rows_read,
    )


def no_alerts() -> Table:
    """The alerts tab of a workbook that has none."""
    table = absent(TABS["alerts"])
    return replace(table, frame=table.frame.assign(key=series(pa.nulls(0, pa.string()))))


def book_id_of(sheet: RawSheet) -> str:
    """What stands right of the dashboard's cell that is labelled as the workbook's id; "" where there is none."""
    labels = {normalise(words_of(language).text("card.book_id")) for language in LANGUAGES}
    for at, cells in enumerate(sheet.columns[:-1]):
        for row, text in enumerate(cells.to_pylist()):
            if text and normalise(text) in labels:
                return (sheet.columns[at + 1][row].as_py() or "").strip()
    return ""


def _whole(tab: Tab, sheet: RawSheet) -> Table:
    rows = np.arange(sheet.first_row, sheet.first_row + sheet.rows, dtype=np.int64)
    texts = {sheet.first_col + at: series(cells).to_numpy() for at, cells in enumerate(sheet.columns)}
    return Table(
        key=tab.key,
        title=sheet.title,
        frame=pd.DataFrame(index=pd.RangeIndex(sheet.rows)),
        rows=rows,
        stored=pd.DataFrame(index=pd.RangeIndex(sheet.rows)),
        header_row=0,
        last_row=int(rows[-1]) if len(rows) else 0,
        raw=pd.DataFrame(texts, index=rows, dtype="str"),
    )


def _column(table: Table, key: str) -> pd.Series[str]:
    if table.raw is not None and key in table.raw:
        return table.raw[key].reset_index(drop=True)
    return series(pa.nulls(len(table.rows), pa.string()))


def _has_text(cells: pa.Array) -> Bools:
    return bools(pc.greater(pc.binary_length(cells), 0))
