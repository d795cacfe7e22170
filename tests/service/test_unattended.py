"""A run without anybody at the terminal, as cron begins one: the operator hears of a failure once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import Answer, call
from tests.run import small_book
from tests.run.conftest import DAY, NO_WAIT


@pytest.fixture
def calls() -> Iterator[tuple[str, list[str]]]:
    """The address of a watcher, and the paths that were called there."""
    heard: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Watcher) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ping", heard
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path, calls: tuple[str, list[str]]) -> Path:
    small_book.make(tmp_path, DAY)
    more = f"{NO_WAIT}schedule:\n  heartbeat_url: {calls[0]}\n"
    small_book.write_settings(tmp_path, mail={"operator": "ops@example.com"}, more=more)
    return tmp_path


def run(folder: Path, *arguments: str) -> Answer:
    return call("run", *arguments, "--config", str(folder / "config.yaml"), "--state", str(folder / "state"))


def failures(folder: Path) -> list[str]:
    return [path.name for path in (folder / "state" / "outbox").glob("*-failure-ops@example.com-*.eml")]


def test_the_operator_hears_of_a_failure_once_until_it_is_over(folder: Path, calls: tuple[str, list[str]]) -> None:
    book = folder / "crm.xlsx"
    sound = book.read_bytes()
    book.write_bytes(b"no workbook")
    for _ in range(2):
        assert run(folder).code == 1
        assert len(failures(folder)) == 1
    assert calls[1] == ["/ping/start", "/ping/fail"] * 2
    book.write_bytes(sound)
    assert run(folder).code in (0, 3)
    assert calls[1][4:] == ["/ping/start", "/ping"]
    book.write_bytes(b"no workbook")
    assert run(folder).code == 1
    assert len(failures(folder)) == 2


def test_what_the_guard_stops_is_a_failure(folder: Path) -> None:
    assert run(folder).code in (0, 3)
    book = openpyxl.load_workbook(folder / "crm.xlsx")
    book["Contracts"].delete_rows(2, 50)
    book.save(folder / "crm.xlsx")
    answer = run(folder)
    assert answer.code == 1
    assert "Stopped before anything was written" in answer.out + answer.err
    assert len(failures(folder)) == 1


def test_a_workbook_that_is_always_open_is_a_failure(folder: Path, calls: tuple[str, list[str]]) -> None:
    (folder / "~$crm.xlsx").write_bytes(
        b"\x05Maria" + b" " * 49 + b"\x05\0" + "Maria".encode("utf-16-le") + b" \0" * 49
    )
    for told in (0, 0, 1):
        assert run(folder).code == 75
        assert len(failures(folder)) == told
    assert calls[1] == ["/ping/start"] * 3 + ["/ping/fail"]


def test_whoever_reads_its_answer_tells_of_it_themselves(folder: Path, calls: tuple[str, list[str]]) -> None:
    (folder / "crm.xlsx").write_bytes(b"no workbook")
    assert run(folder, "--json").code == 1
    assert failures(folder) == calls[1] == []


def test_a_wait_is_no_trouble_until_it_lasts(folder: Path) -> None:
    assert run(folder).code in (0, 3)
    (folder / "~$crm.xlsx").write_bytes(
        b"\x05Maria" + b" " * 49 + b"\x05\0" + "Maria".encode("utf-16-le") + b" \0" * 49
    )
    book = openpyxl.load_workbook(folder / "crm.xlsx")
    book["Contracts"]["D2"].value = DAY
    book.save(folder / "crm.xlsx")
    for wrong in (0, 0, 1):
        assert run(folder).code == 75
        status = call("status", "--config", str(folder / "config.yaml"), "--state", str(folder / "state"))
        assert (status.code, status.out.count("Maria")) == (wrong, wrong)
