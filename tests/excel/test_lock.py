"""Lock files of Excel and LibreOffice, byte for byte as those programs write them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from sheetcrm.sync.excel.lock import who_has_it_open


def owner_file(name: str) -> bytes:
    """Excel's 165 bytes: the name in ANSI and again in UTF-16, each padded with blanks."""
    ansi = name.encode("cp1252", "replace")
    wide = name.encode("utf-16-le")
    return bytes([len(ansi)]) + ansi.ljust(54) + len(name).to_bytes(2, "little") + wide.ljust(108, b" ")[:108]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "Клиенты [1].xlsx"
    path.write_bytes(b"x")
    return path


def test_nobody_has_it_open(book: Path) -> None:
    assert who_has_it_open(book) is None
    assert who_has_it_open(book.with_name("none.xlsx")) is None


@pytest.mark.parametrize("name", ["Ana Gómez", "Анна Ёлкина", "", "x" * 54])
def test_excel_names_who_has_it_open(book: Path, name: str) -> None:
    assert len(owner_file(name)) == 165
    book.with_name(f"~${book.name}").write_bytes(owner_file(name))
    found = who_has_it_open(book, now=9e12)
    assert found is not None
    assert (found.program, found.user) == ("Excel", name)
    assert (name or "someone") in str(found)


@pytest.mark.parametrize("data", [b"", b"\x05", b"\x03Ana", b"\x03Ana".ljust(60)])
def test_a_damaged_owner_file_still_means_open(book: Path, data: bytes) -> None:
    book.with_name(f"~${book.name}").write_bytes(data)
    found = who_has_it_open(book)
    assert found is not None
    assert found.user in ("", "Ana")


LIBRE = "Gómez\\, Ana,ana,office-pc,21.11.2026 09:15,file:///home/ana/.config/libreoffice/4;"


def test_libreoffice_names_who_and_goes_stale(book: Path) -> None:
    lock = book.with_name(f".~lock.{book.name}#")
    lock.write_text(LIBRE, encoding="utf-8")
    found = who_has_it_open(book)
    assert found is not None
    assert (found.program, found.user) == ("LibreOffice", "Gómez, Ana")
    old = lock.stat().st_mtime + 3600 * 25
    assert who_has_it_open(book, now=old) is None
    assert who_has_it_open(book, None, now=old) is not None
    assert who_has_it_open(book, timedelta(hours=30), now=old) is not None
    lock.write_text(",ana,office-pc,,;", encoding="utf-8")
    found = who_has_it_open(book)
    assert found is not None
    assert found.user == "ana"


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_lock_beside_the_real_file_counts_for_its_link(book: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "crm.xlsx"
    link.symlink_to(book)
    book.with_name(f"~${book.name}").write_bytes(owner_file("Ana"))
    assert who_has_it_open(link) is not None
