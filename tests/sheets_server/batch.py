"""``spreadsheets.batchUpdate``: the requests of one call, applied in order, all or none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import (
    requests_cells,
    requests_charts,
    requests_dimensions,
    requests_filters,
    requests_looks,
    requests_metadata,
    requests_names,
    requests_paste,
    requests_sheets,
    view,
)
from .book import Book
from .errors import ApiError, invalid

Json = dict[str, Any]


@dataclass(frozen=True)
class Batch:
    """What every request knows: the book, who asks, and two things Google leaves undocumented.

    ``copies_metadata``: whether a duplicated tab takes its developer metadata along (under new ids).
    """

    book: Book
    who: str | None
    copies_metadata: bool
    where: str = ""


Handler = Callable[[Any, Json], Json | None]
HANDLERS: Mapping[str, Handler] = {
    **requests_sheets.HANDLERS,
    **requests_dimensions.HANDLERS,
    **requests_cells.HANDLERS,
    **requests_paste.HANDLERS,
    **requests_names.HANDLERS,
    **requests_looks.HANDLERS,
    **requests_filters.HANDLERS,
    **requests_charts.HANDLERS,
    **requests_metadata.HANDLERS,
}


def run(batch: Batch, body: Json) -> Json:
    """Applies the body's requests and returns their replies. The first refused one takes all of them back."""
    requests = body.get("requests", [])
    if not requests:
        raise invalid("Must specify at least one request.")
    replies: list[Json] = []
    with batch.book.transaction():
        for i, request in enumerate(requests):
            if len(request) != 1:
                raise invalid(
                    f"Invalid requests[{i}]: No request set." if not request else f"Invalid requests[{i}]: oneof."
                )
            (kind, arguments), *_ = request.items()
            handler = HANDLERS.get(kind)
            if handler is None:
                raise ApiError(501, f"requests[{i}].{kind} is not simulated by the test server")
            where = f"requests[{i}].{kind}"
            try:
                reply = handler(Batch(batch.book, batch.who, batch.copies_metadata, where), arguments)
            except ApiError as error:
                if error.code == 400 and not error.message.startswith("Invalid "):
                    raise invalid(f"Invalid {where}: {error.message}") from error
                raise
            replies.append({kind: reply} if reply is not None else {})
    out: Json = {"spreadsheetId": batch.book.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        areas = [batch.book.area(text) for text in body.get("responseRanges", [])]
        data = bool(body.get("responseIncludeGridData"))
        out["updatedSpreadsheet"] = view.spreadsheet(batch.book, batch.who, areas, data=data, mask=None)
    return out
