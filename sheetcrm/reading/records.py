"""One tab that people edit, typed: its records, and a problem for every cell that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sheetcrm.cells import Bad, Cast, Habits, cast, clean, series
from sheetcrm.cells.cast import cast_addresses
from sheetcrm.model import Bools, Ints, Table
from sheetcrm.reading.body import Body, Report, positions
from sheetcrm.reading.headers import FoundTab
from sheetcrm.reading.identity import Identity, identify, lost_ids
from sheetcrm.reading.people import People
from sheetcrm.reading.stored import stored_columns
from sheetcrm.schema import Column, Tab, Type
from sheetcrm.words import Words

_REFERENCES = ("account_id", "contract_id")


@dataclass
class Read:
    """A tab as read, with what is needed to check it against the others.

    ``seen`` are all readable ids (see Identity). ``typed`` gives the texts behind the frame, for problems.
    """

    table: Table
    report: Report
    seen: pa.Array
    typed: Mapping[str, pa.Array]


def read_records(tab: Tab, found: FoundTab, habits: Habits, words: Words, people: People, base_currency: str) -> Read:
    """The records of a tab with their people's columns typed and the runner's columns as they stand."""
    body = Body.of(found)
    report = Report(tab.key, found.where)
    identity = identify(tab, body, report)
    typed = {column.key: _kept(body, identity, column.key) for column in tab.people if column.key in found.where}
    casts = {
        column.key: _cast(column, typed, body, identity, habits, people)
        for column in tab.people
        if column.key != tab.id and column.key in found.where
    }
    _currencies(casts, base_currency)
    unreadable = {key: _marks(tab.column(key), one, body, identity, report, typed) for key, one in casts.items()}
    if tab.key == "team":
        _report_addresses(tab, body, identity, report)
    columns = {tab.id: series(identity.ids)}
    columns.update({key: one.values for key, one in casts.items()})
    stored, garbled = stored_columns(tab, body, identity.kept, habits, words)
    blocked = {column.key: _blocked(column, body, identity, report) for column in tab.runner}
    table = Table(
        key=tab.key,
        title=found.sheet.title,
        frame=_frame(tab, columns, len(identity.kept)),
        rows=identity.kept + body.start,
        stored=stored,
        where=found.where,
        headers=found.headers,
        unreadable={key: marks for key, marks in unreadable.items() if marks.any()},
        garbled=garbled,
        blocked={key: marks for key, marks in blocked.items() if marks.any()},
        append_blocked=found.sheet.append_blocked,
        header_row=found.header_row,
        last_row=body.start + identity.last if identity.last >= 0 else found.header_row,
        rows_read=identity.filled,
        empty_columns=_empty(tab, typed),
        typed_ids=series(identity.typed),
    )
    return Read(table, report, identity.seen, typed)


@cache
def absent(tab: Tab, title: str = "") -> Table:
    """A tab that the workbook lacks: no rows, all columns; nobody changes it."""
    frame = _frame(tab, {}, 0)
    return Table(
        key=tab.key,
        title=title,
        frame=frame,
        rows=np.zeros(0, dtype=np.int64),
        stored=pd.DataFrame(index=pd.RangeIndex(0)),
        present=False,
        empty_columns=frozenset(column.key for column in tab.people),
    )


def blank_column(column: Column, size: int) -> pd.Series[Any]:
    """A column in which nothing stands."""
    if column.type.is_date:
        return pd.Series(np.full(size, np.datetime64("NaT", "s")))
    if column.type.is_number:
        return pd.Series(np.full(size, np.nan))
    return series(pa.nulls(size, pa.string()))


def _frame(tab: Tab, columns: Mapping[str, pd.Series[Any]], size: int) -> pd.DataFrame:
    data = {
        column.key: columns[column.key] if column.key in columns else blank_column(column, size)
        for column in tab.people
    }
    return pd.DataFrame(data, copy=False)  # an index given here would make pandas align every column anew


def _kept(body: Body, identity: Identity, key: str) -> pa.Array:
    cells = body.cells(key)
    assert cells is not None
    return cells if len(identity.kept) == body.size else cells.take(pa.array(identity.kept))


def _cast(
    column: Column, typed: Mapping[str, pa.Array], body: Body, identity: Identity, habits: Habits, people: People
) -> Cast:
    cells = typed[column.key]
    if column.type is Type.PERSON:
        return people.cast(clean(cells))
    result = cast(column, cells, habits, lambda: body.text_mask(column.key)[identity.kept])
    if column.key in _REFERENCES:
        lost = lost_ids(column.key, body, clean(body.at(body.found.where[column.key])))
        result.bad.update(_among_kept(lost, identity.kept))
    return result


def _currencies(casts: Mapping[str, Cast], base: str) -> None:
    """An amount typed with the sign of another currency than its row's is unreadable: never taken 1:1."""
    for found in casts.values():
        if not found.currencies:
            continue
        own = casts["currency"].values if "currency" in casts else None
        for at, codes in found.currencies.items():
            stated = own.iat[at] if own is not None else None
            currency = stated if isinstance(stated, str) else base
            if currency not in codes:
                found.bad[at] = Bad("currency_other", {"currency": currency})


def _marks(
    column: Column, found: Cast, body: Body, identity: Identity, report: Report, typed: Mapping[str, pa.Array]
) -> Bools:
    """Report a column's bad cells; blank and mark those that could not be read."""
    bad = dict(found.bad)
    if column.required or column.type not in (Type.TEXT, Type.LINK):
        bad.update(_among_kept(body.broken.get(column.key, {}), identity.kept))
    if column.required:
        _missing(column, found, body, identity, bad)
    marks = np.zeros(len(identity.kept), dtype=bool)
    marks[list(bad)] = True
    if bad:
        found.values = found.values.mask(marks)
    cells = typed[column.key]
    for at, reason in sorted({**found.doubts, **bad}.items()):
        value = cells[at].as_py() or str(reason.params.get("error", ""))
        report.add(reason, int(identity.kept[at]) + body.start, column.key, value, identity.ids[at].as_py())
    return marks


def _blocked(column: Column, body: Body, identity: Identity, report: Report) -> Bools:
    """Which of the runner's cells can't be written; each is a problem at its address."""
    marks = np.zeros(len(identity.kept), dtype=bool)
    if column.key not in body.found.where:
        return marks
    rows = body.found.sheet.blocked_rows(body.found.where[column.key])
    marks[np.isin(identity.kept + body.start, rows)] = len(rows) > 0
    for at in positions(marks):
        report.add(Bad("cell_blocked"), int(identity.kept[at]) + body.start, column.key, "", identity.ids[at].as_py())
    return marks


def _missing(column: Column, found: Cast, body: Body, identity: Identity, bad: dict[int, Bad]) -> None:
    blank = [at for at in np.flatnonzero(found.values.isna().to_numpy()).tolist() if at not in bad]
    if not blank:
        return
    merged = body.merged_into(column.key)
    for at in blank:
        anchor = merged.get(int(identity.kept[at]))
        bad[at] = Bad("cell_merged", {"anchor": anchor}) if anchor else Bad("missing")


def _report_addresses(tab: Tab, body: Body, identity: Identity, report: Report) -> None:
    """A member whose address is none keeps the row: the name is still needed wherever it stands as an owner."""
    for at, bad in cast_addresses(identity.ids).bad.items():
        row = int(identity.kept[at]) + body.start
        report.add(bad, row, tab.id, identity.typed[at].as_py(), identity.ids[at].as_py())


def _among_kept(marks: Mapping[int, Bad], kept: Ints) -> dict[int, Bad]:
    """From positions in the body to positions among the records."""
    if not marks:
        return {}
    wanted = np.array(sorted(marks), dtype=np.int64)
    places = np.searchsorted(kept, wanted)
    return {
        int(place): marks[int(at)]
        for place, at in zip(places, wanted, strict=True)
        if place < len(kept) and kept[place] == at
    }


def _empty(tab: Tab, typed: Mapping[str, pa.Array]) -> frozenset[str]:
    return frozenset(
        column.key
        for column in tab.people
        if column.key not in typed or typed[column.key].null_count == len(typed[column.key])
    )
