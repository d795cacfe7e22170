"""``preview``: any kind of mail, from the workbook where it has one, and nothing is sent or written."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, call

Run = Callable[..., Answer]


def test_a_digest_of_the_workbook_is_shown_and_nothing_changes(sheetcrm: Run, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    answer = sheetcrm("preview", "digest")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("From: ")
    assert "Subject: " in answer.out
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_persons_mail_in_another_language(sheetcrm: Run) -> None:
    to = next(line for line in sheetcrm("preview", "weekly").out.splitlines() if line.startswith("To: "))[4:]
    answer = sheetcrm("preview", "weekly", "--person", to.upper(), "--language", "ru")
    assert f"To: {to}" in answer.out
    assert "Subject: Неделя с " in answer.out
    assert answer.err == ""


@pytest.mark.parametrize("kind", ["quiet", "failure"])
def test_a_kind_that_nobody_gets_today_is_shown_by_an_example(sheetcrm: Run, kind: str) -> None:
    answer = sheetcrm("preview", kind, "--language", "en")
    assert answer.code == 0
    assert f"({kind})" in answer.err
    assert "example" in answer.err
    assert "Subject: " in answer.out


def test_it_is_written_by_the_files_ending(sheetcrm: Run, tmp_path: Path) -> None:
    for ending, begins in ((".html", "<!DOCTYPE html>"), (".eml", "From: "), (".txt", "sheetcrm ")):
        path = tmp_path / f"mail{ending}"
        assert sheetcrm("preview", "failure", "--out", str(path)).out == f"Made {path}.\n"
        assert path.read_text(encoding="utf-8").startswith(begins)
    whole = email.message_from_bytes((tmp_path / "mail.eml").read_bytes(), policy=email.policy.default)
    assert whole["Subject"]


def test_no_file_is_overwritten_without_asking(sheetcrm: Run, tmp_path: Path) -> None:
    path = tmp_path / "mail.html"
    path.write_text("mine")
    answer = sheetcrm("preview", "failure", "--out", str(path))
    assert (answer.code, path.read_text()) == (2, "mine")
    assert sheetcrm("preview", "failure", "--out", str(path), "--yes").code == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_mistakes_are_said_in_words(sheetcrm: Run, tmp_path: Path) -> None:
    answer = sheetcrm("preview", "digest", "--out", str(tmp_path / "mail.pdf"))
    assert (answer.code, "ends in .html, .eml, .txt" in answer.err) == (2, True)
    assert call("preview", "nonsense").code == 2
