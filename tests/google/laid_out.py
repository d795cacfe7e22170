"""What the tests of laying out share: a transport on the test server, and a look at what stands there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sheetcrm.config import Config, load
from sheetcrm.sync.google.backend import open_sheet
from sheetcrm.sync.google.transport import SheetsTransport
from tests.sheets_server import SheetsServer


def settings(server: SheetsServer, folder: Path, **google: Any) -> Config:
    """Settings for the server, with the key of its service account in the folder."""
    import json

    key = folder / "key.json"
    key.write_text(json.dumps(server.service_account()), encoding="utf-8")
    cfg = load(None)
    told = {"base_url": server.url, "credentials_file": str(key), "requests_per_minute": 0, "backoff_seconds": 0.01}
    return cfg.model_copy(update={"google": cfg.google.model_copy(update=told | google)})


def transport(server: SheetsServer, folder: Path, **google: Any) -> SheetsTransport:
    """The product's own transport, pointed at the server."""
    return open_sheet(settings(server, folder, **google), "x").transport


def sheets(server: SheetsServer, book: str, rows: int = 300) -> dict[str, dict[str, Any]]:
    """Title → everything that ``spreadsheets.get`` tells of a tab, with the cells of its first rows."""
    client = server.client().http_client
    tops = [
        "'" + sheet.title.replace("'", "''") + f"'!1:{min(rows if place < 2 else 2, sheet.rows)}"
        for place, sheet in enumerate(server.book(book).sheets)
    ]
    told = client.fetch_sheet_metadata(book, {"includeGridData": "true", "ranges": tops})
    return {sheet["properties"]["title"]: sheet for sheet in told["sheets"]}


def cells(sheet: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The cells of a tab by row."""
    return [row.get("values", []) for row in sheet["data"][0].get("rowData", [])]


def texts(sheet: dict[str, Any], row: int = 0) -> list[str]:
    """What one row shows."""
    return [cell.get("formattedValue", "") for cell in cells(sheet)[row]]
