"""What people added with their own program is still there, to the byte, after ten runs on ten days."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.run import decorated
from tests.run.conftest import DAY, Office

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
CORPORA = Path(os.environ.get("SHEETCRM_CORPORA", "../shared/corpora")) / "workbooks"
FILLED = ("Dashboard", "Agenda", "Contracts", "Accounts", "Interactions", "Tickets", "Opportunities", "Tasks")
FILLED += ("Contacts", "Invoices", "Team", "Alerts", "Problems", "Segments")
"""The tabs in which the runner has columns or rows."""


def _decorate(office: Office, macro: bytes = decorated.MACRO) -> Path:
    book = decorated.decorate(office.book, macro)
    office.book.unlink()
    settings = office.folder / "config.yaml"
    settings.write_text(settings.read_text().replace("crm.xlsx", book.name))
    return book


def _parts(book: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def _filled_parts(parts: dict[str, bytes]) -> set[str]:
    """The sheet parts of the tabs that the runner may write to."""
    listed = dict(re.findall(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"', parts["xl/workbook.xml"].decode()))
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    targets = {}
    for line in re.findall(r"<Relationship [^>]*>", rels):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', line))
        targets[facts["Id"]] = "xl/" + facts["Target"].removeprefix("/xl/")
    return {targets[listed[title]] for title in FILLED}


def _check_kept(before: dict[str, bytes], book: Path, contracts: str) -> None:
    after = _parts(book)
    assert list(after) == list(before)
    changed = {name for name, data in before.items() if after[name] != data}
    if "xl/workbook.xml" in changed:
        assert _without_filters(after["xl/workbook.xml"]) == _without_filters(before["xl/workbook.xml"])
        changed.remove("xl/workbook.xml")
    assert changed <= _filled_parts(before), changed - _filled_parts(before)
    assert contracts in changed
    # Around its cells, the contracts tab is as people left it.
    for piece in (decorated.EXTENSIONS, '<drawing xmlns:r="', "<legacyDrawing "):
        assert piece in after[contracts].decode()
    old, new = (part[contracts].decode().partition("</sheetData>")[2] for part in (before, after))
    assert new == old


def _without_filters(workbook: bytes) -> bytes:
    """The hidden names of the filters follow the rows that the runner appends to the tasks."""
    return re.sub(rb"<definedName[^>]*_FilterDatabase[^>]*>[^<]*</definedName>", b"", workbook)


def _live(office: Office, book: Path, days: int) -> None:
    before = _parts(book)
    contracts = "xl/worksheets/" + re.findall(r"sheet\d+\.xml", _part_of(before, "Contracts"))[0]
    written = 0
    for day in (DAY + timedelta(days=n) for n in range(days)):
        answer = office.run(day=day)
        assert answer.code in (0, 3), answer.err
        written += answer.json["state"] == "done"
        _check_kept(before, book, contracts)
    assert written == days
    assert openpyxl.load_workbook(book, keep_vba=True)["Mine"]["B1"].value == "=SUM(Contracts!AE2:AE9)"


def _part_of(parts: dict[str, bytes], title: str) -> str:
    found = re.search(rf'<sheet [^>]*?name="{title}"[^>]*?r:id="([^"]*)"', parts["xl/workbook.xml"].decode())
    assert found is not None
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    return next(line for line in re.findall(r"<Relationship [^>]*>", rels) if f'Id="{found[1]}"' in line)


def test_what_people_added_is_kept(office: Office) -> None:
    _live(office, _decorate(office), 1)


@pytest.mark.proof
def test_what_people_added_is_kept_for_ten_days_and_libreoffice_opens_it(office: Office) -> None:
    real = CORPORA / "openpyxl__vba-test.xlsm"
    macro = decorated.MACRO
    if real.is_file():
        with zipfile.ZipFile(real) as archive:
            macro = archive.read("xl/vbaProject.bin")
    book = _decorate(office, macro)
    _live(office, book, 10)
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("kept; no LibreOffice (soffice) on this machine to open it with")
    profile = f"-env:UserInstallation=file://{(office.folder / 'profile').absolute()}"
    command = [
        soffice,
        "--headless",
        profile,
        "--convert-to",
        "ods",
        "--outdir",
        str(office.folder / "opened"),
        str(book),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(office.folder / "opened" / "crm.ods") as archive:
        content = archive.read("content.xml").decode()
        assert any(name.endswith(".png") for name in archive.namelist())
    assert 'table:name="Mine"' in content
    assert "expiring" in content
