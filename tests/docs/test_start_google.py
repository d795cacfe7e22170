"""docs/google.md from step 6 on, line by line, on the Sheets server of the tests instead of Google."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from sheetcrm.address import address
from sheetcrm.words import words_of
from tests.cli.conftest import DAY, call
from tests.docs.pages import blocks
from tests.docs.typed import to_type
from tests.sheets_server import SheetsServer

MORNING = datetime.datetime.fromisoformat(f"{DAY}T10:00:00+00:00")
PAGE = "docs/google.md"


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started
        assert started.findings == []


def type_rows(server: SheetsServer, book: str) -> None:
    """What a person types in the browser, below the example of each tab."""
    people, words = server.people(book), words_of("en")
    for tab, (columns, rows) in to_type("en", MORNING.date()).items():
        title = words.tab(tab)
        there = people.rows(title)
        at = [there[0].index(words.header(tab, column)) + 1 for column in columns]
        for number, values in enumerate(rows, start=len(there) + 1):
            for place, value in zip(at, values, strict=True):
                if value is not None:
                    shown = value.isoformat() if isinstance(value, datetime.date) else value
                    people.type(title, address(number, place), shown)


@pytest.mark.proof
def test_the_google_page_line_by_line(server: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the server's address stands in the settings beforehand, and the loop-back has no quota to wait for."""
    monkeypatch.chdir(tmp_path)
    Path("key.json").write_text(json.dumps(server.service_account()), encoding="utf-8")
    Path("key.json").chmod(0o600)
    book = server.create("Customers", {"Sheet1": []})
    url = f"https://docs.google.com/spreadsheets/d/{book}/edit"
    google = f"google:\n  base_url: {server.url}\n  credentials_file: key.json\n  requests_per_minute: 0\n"
    settings = f'workbook: "{url}"\n{google}mail:\n  allowed: [example.com]\n'
    Path("config.yaml").write_text(settings, encoding="utf-8")
    lines = [line for block in blocks(PAGE, "sh") for line in block.lines if line.startswith("sheetcrm ")]
    assert len(lines) >= 5
    with time_machine.travel(MORNING):
        for line in [*lines, "sheetcrm run"]:
            words = line.replace('"', "").split()[1:]
            answer = call(*[url if word.startswith("https://docs.google.com/") else word for word in words])
            assert answer.code in (0, 3), f"{line}\n{answer.out}{answer.err}"
            if words[0] == "init":
                type_rows(server, book)
    assert "Nothing to do" in answer.out
    (digest,) = Path("state/outbox").glob("*digest-ana@example.com*.eml")
    assert url in digest.read_text(encoding="utf-8").replace("=\n", "").replace("=3D", "=")
    there = server.people(book).rows("Contracts")
    at = there[0].index("Days to deadline")
    assert {row[0]: row[at] for row in there[1:] if row[0] == "C-1"} == {"C-1": 25}
