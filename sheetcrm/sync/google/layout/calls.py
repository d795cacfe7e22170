"""The calls that laying out makes, on any transport that signs and repeats them as it should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sheetcrm.sync.google.layout.wire import Json, quoted

NAME = "layout"
"""What these calls are counted as."""


class Calls(Protocol):
    """One call of the Sheets API; ``path`` follows ``/v4/spreadsheets/``. Raises the transport's errors, in words."""

    def call(
        self,
        method: str,
        path: str,
        *,
        name: str,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...


def get(calls: Calls, book: str, fields: str, name: str = NAME) -> Json:
    """The spreadsheet's own data, without cells."""
    return calls.call("GET", book, name=name, params={"fields": fields})


def values(calls: Calls, book: str, ranges: Sequence[str], render: str, name: str = NAME) -> list[list[list[Any]]]:
    """The cells of some ranges by row, without trailing blanks; ``render`` is Google's ValueRenderOption."""
    params = {"ranges": list(ranges), "valueRenderOption": render, "majorDimension": "ROWS"}
    reply = calls.call("GET", f"{book}/values:batchGet", name=name, params=params)
    return [found.get("values", []) for found in reply.get("valueRanges", [])]


def update(calls: Calls, book: str, requests: Sequence[Json], name: str = NAME) -> Json:
    """All the requests in one call: Google carries out all of them or none."""
    return calls.call("POST", f"{book}:batchUpdate", name=name, body={"requests": list(requests)})


def whole(title: str) -> str:
    """The address of a tab's cells; quoted, since a tab may be called A1."""
    return quoted(title)
