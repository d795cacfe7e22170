"""``check --live``: tries in a scratch tab, on the sheet itself, what the runner relies on and nobody can know offline.

The tab is made for this and removed at the end, whatever happens; no cell of another tab is written or read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sheetcrm.sync.google.errors import GoogleError
from sheetcrm.sync.google.layout.calls import Calls, update
from sheetcrm.sync.google.layout.wire import Json, columns_of, extended, quoted, rows_of, span

NAME = "live"
"""What these calls are counted as."""
_ROWS, _COLUMNS = 20, 8
_KEY = "sheetcrm.live"


@dataclass(frozen=True)
class Tried:
    """One thing that was tried: what the runner relies on, whether it holds, and what was seen instead."""

    what: str
    holds: bool
    seen: str = ""


class Scratch:
    """The scratch tab of one trial."""

    def __init__(self, calls: Calls, book: str) -> None:
        self.calls, self.book = calls, book
        self.title = f"sheetcrm check {uuid4().hex[:8]}"
        self.sheet = uuid4().int % 2**30 + 1

    def make(self) -> None:
        """Adds the tab at the end."""
        size = {"rowCount": _ROWS, "columnCount": _COLUMNS}
        about = {"sheetId": self.sheet, "title": self.title, "gridProperties": size}
        self.update({"addSheet": {"properties": about}})

    def remove(self) -> None:
        """Takes the tab away, and with it all that was tried on it."""
        self.update({"deleteSheet": {"sheetId": self.sheet}})

    def update(self, *requests: Json) -> Json:
        """Some requests in one call."""
        return update(self.calls, self.book, requests, NAME)

    def refused(self, *requests: Json) -> bool:
        """Whether Google refuses these requests as wrong. Any other trouble is raised."""
        try:
            self.update(*requests)
        except GoogleError as error:
            if error.status == 400:
                return True
            raise
        return False

    def write(self, row: int, *cells: Any) -> None:
        """A row of values, from 0."""
        start = {"sheetId": self.sheet, "rowIndex": row, "columnIndex": 0}
        values = [{} if cell is None else {"userEnteredValue": extended(cell)} for cell in cells]
        self.update({"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue"}})

    def read(self, cells: str, render: str = "UNFORMATTED_VALUE") -> list[list[Any]]:
        """The values of some cells."""
        params = {"valueRenderOption": render, "dateTimeRenderOption": "SERIAL_NUMBER"}
        reply = self.calls.call("GET", f"{self.book}/values/{quoted(self.title)}!{cells}", name=NAME, params=params)
        found: list[list[Any]] = reply.get("values", [])
        return found

    def by_filter(self, data_filter: Json, columns: list[list[Any]]) -> None:
        """Writes whole columns where a filter finds them, raw."""
        data = [{"dataFilter": data_filter, "majorDimension": "COLUMNS", "values": columns}]
        body = {"valueInputOption": "RAW", "data": data}
        self.calls.call("POST", f"{self.book}/values:batchUpdateByDataFilter", name=NAME, body=body)

    def tag(self, column: int, value: str) -> int:
        """Puts developer metadata on a column; its id."""
        where = {"dimensionRange": columns_of(self.sheet, column, column + 1)}
        entry = {"metadataKey": _KEY, "metadataValue": value, "location": where, "visibility": "DOCUMENT"}
        reply = self.update({"createDeveloperMetadata": {"developerMetadata": entry}})
        return int(reply["replies"][0]["createDeveloperMetadata"]["developerMetadata"]["metadataId"])


def try_out(calls: Calls, book: str) -> Iterator[Tried]:
    """Tries everything, one after the other; the scratch tab is gone afterwards, or the last line says where it is.

    Raises the transport's errors when the tab cannot even be made: the account may not write to the sheet.
    """
    scratch = Scratch(calls, book)
    scratch.make()
    try:
        for trial in TRIALS:
            yield _tried(trial, scratch)
    finally:
        with suppress(GoogleError):
            scratch.remove()
    yield Tried("the scratch tab is removed", *_gone(scratch))


def _tried(trial: Callable[[Scratch], str], scratch: Scratch) -> Tried:
    """One trial: its docstring says what holds; it returns what was seen instead, or nothing."""
    what = (trial.__doc__ or "").strip().rstrip(".")
    try:
        seen = trial(scratch)
    except GoogleError as error:
        return Tried(what, False, str(error))
    return Tried(what, not seen, seen)


def _gone(scratch: Scratch) -> tuple[bool, str]:
    fields = "sheets(properties(sheetId))"
    told = scratch.calls.call("GET", scratch.book, name=NAME, params={"fields": fields})
    left = any(sheet["properties"].get("sheetId", 0) == scratch.sheet for sheet in told.get("sheets", []))
    return not left, f"delete the tab {scratch.title!r} by hand" if left else ""


def columns_follow_their_tag(scratch: Scratch) -> str:
    """a column's tag goes with it when people insert columns, and writing by the tag finds it."""
    scratch.write(0, "a", "b", "c")
    tag = scratch.tag(1, "moves")
    scratch.update({"insertDimension": {"range": columns_of(scratch.sheet, 0, 1), "inheritFromBefore": False}})
    scratch.by_filter({"developerMetadataLookup": {"metadataId": tag}}, [["b", "written"]])
    return _unless(scratch.read("A1:D2"), [["", "a", "b", "c"], ["", "", "written"]])


def blanks_are_skipped(scratch: Scratch) -> str:
    """a null in a write leaves its cell as it is."""
    scratch.write(2, "keep", "keep")
    tag = scratch.tag(0, "skips")
    scratch.by_filter({"developerMetadataLookup": {"metadataId": tag}}, [[None, None, None, "new"]])
    return _unless(scratch.read("A3:A4"), [["keep"], ["new"]])


def text_stays_text(scratch: Scratch) -> str:
    """text that looks like a formula, a number or a date stays text."""
    texts = ["=1+1", "+1", "@x", "'quoted", "00123", "2026-11-22", "TRUE"]
    body = {"valueInputOption": "RAW", "data": [{"range": f"{quoted(scratch.title)}!A6:G6", "values": [texts]}]}
    scratch.calls.call("POST", f"{scratch.book}/values:batchUpdate", name=NAME, body=body)
    return _unless(scratch.read("A6:G6", "FORMULA"), [texts]) or _unless(scratch.read("A6:G6"), [texts])


def days_come_back(scratch: Scratch) -> str:
    """a day written as a number with a date format comes back as the same number."""
    shown = {"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}}
    cell = {"userEnteredValue": {"numberValue": 46348}, "userEnteredFormat": shown}
    start = {"sheetId": scratch.sheet, "rowIndex": 7, "columnIndex": 0}
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    scratch.update({"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": fields}})
    return _unless(scratch.read("A8"), [[46348]]) or _unless(scratch.read("A8", "FORMATTED_VALUE"), [["22.11.2026"]])


def warnings_let_the_runner_write(scratch: Scratch) -> str:
    """a warning-only protection stops neither this account's writing nor its new rows."""
    area = span(scratch.sheet, 8, 12, 0, 3)
    scratch.update({"addProtectedRange": {"protectedRange": {"range": area, "warningOnly": True}}})
    scratch.write(9, "under the warning")
    scratch.update({"insertDimension": {"range": rows_of(scratch.sheet, 9, 10), "inheritFromBefore": True}})
    return _unless(scratch.read("A10:A11"), [[], ["under the warning"]])


def batches_are_whole_or_nothing(scratch: Scratch) -> str:
    """when one request of a call is refused, none of the call is carried out: no row is half inserted."""
    scratch.write(13, "stays in row 14")
    insert = {"insertDimension": {"range": rows_of(scratch.sheet, 13, 14), "inheritFromBefore": True}}
    wrong = {"deleteEmbeddedObject": {"objectId": uuid4().int % 2**30 + 1}}
    if not scratch.refused(insert, wrong):
        return "a call with a wrong request was accepted"
    return _unless(scratch.read("A14"), [["stays in row 14"]])


def one_runner_holds_the_lock(scratch: Scratch) -> str:
    """a lock entry with a fixed id can be made once only while it stands."""
    entry = {
        "metadataId": uuid4().int % 2**30 + 1,
        "metadataKey": _KEY,
        "metadataValue": "lock",
        "location": {"sheetId": scratch.sheet},
        "visibility": "DOCUMENT",
    }
    make = {"createDeveloperMetadata": {"developerMetadata": entry}}
    scratch.update(make)
    return "" if scratch.refused(make) else "it was made twice: two runners could write at once"


def charts_keep_their_id(scratch: Scratch) -> str:
    """a chart keeps the id that it was made with, and takes a new drawing under it."""
    chart = uuid4().int % 2**30 + 1
    source = {"sourceRange": {"sources": [span(scratch.sheet, 0, 3, 1, 2)]}}
    spec = {"title": "a", "basicChart": {"chartType": "COLUMN", "series": [{"series": source}]}}
    anchor = {"sheetId": scratch.sheet, "rowIndex": 15, "columnIndex": 4}
    place = {"overlayPosition": {"anchorCell": anchor}}
    scratch.update({"addChart": {"chart": {"chartId": chart, "spec": spec, "position": place}}})
    scratch.update({"updateChartSpec": {"chartId": chart, "spec": {**spec, "title": "b"}}})
    fields = "sheets(properties(sheetId),charts(chartId,spec(title)))"
    told = scratch.calls.call("GET", scratch.book, name=NAME, params={"fields": fields})
    own = [sheet for sheet in told["sheets"] if sheet["properties"].get("sheetId", 0) == scratch.sheet]
    drawn = [(each["chartId"], each["spec"].get("title")) for sheet in own for each in sheet.get("charts", [])]
    return _unless(drawn, [(chart, "b")])


TRIALS: tuple[Callable[[Scratch], str], ...] = (
    columns_follow_their_tag,
    blanks_are_skipped,
    text_stays_text,
    days_come_back,
    warnings_let_the_runner_write,
    batches_are_whole_or_nothing,
    one_runner_holds_the_lock,
    charts_keep_their_id,
)


def _unless(seen: object, wanted: object) -> str:
    """What was seen, where it is not what was wanted."""
    return "" if seen == wanted else f"expected {wanted!r}, found {seen!r}"
