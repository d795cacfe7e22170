"""The picture of a Google Sheet's dashboard: ``PYTHONPATH=. python docs/pictures_google.py``.

The sheet is laid out and filled through the test server, exported as .xlsx and drawn by LibreOffice: the charts are the
same, the way they are painted is not Google's. Needs LibreOffice and poppler.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.properties import PageSetupProperties

from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of
from tests.sheets_server import SheetsServer

IMAGES = Path(__file__).parent / "images"
DAY, LANGUAGE = "2026-11-23", "en"


def main() -> None:
    """Make ``images/google-dashboard-en.png``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "google.xlsx"
        _filled(folder, book)
        _only_dashboard(book)
        convert = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "pdf"]
        subprocess.run([*convert, "--outdir", name, str(book)], check=True, stdout=subprocess.DEVNULL)
        target = IMAGES / f"google-dashboard-{LANGUAGE}"
        draw = ["pdftoppm", "-png", "-r", "90", "-f", "1", "-l", "1", "-singlefile", str(book.with_suffix(".pdf"))]
        subprocess.run([*draw, str(target)], check=True)
        print(target.with_suffix(".png"))


def _filled(folder: Path, target: Path) -> None:
    """A sheet as ``init --google --sample`` and ``run`` leave it, exported."""
    with SheetsServer() as server:
        book = server.create("CRM", {"Sheet1": []})
        (folder / "key.json").write_text(json.dumps(server.service_account()), encoding="utf-8")
        google = f"google: {{base_url: '{server.url}', credentials_file: key.json}}\n"
        settings = f"workbook: {book}\nrates: {{USD: 0.9}}\nmail: {{allowed: [example.com]}}\n{google}"
        (folder / "config.yaml").write_text(settings, encoding="utf-8")
        _sheetcrm("init", "--google", book, "--lang", LANGUAGE, "--sample", "--as-of", DAY, folder=folder)
        _sheetcrm("run", "--state", str(folder / "state"), "--as-of", DAY, folder=folder)
        server.export_xlsx(book, target)


def _sheetcrm(command: str, *words: str, folder: Path) -> None:
    places = ["--config", str(folder / "config.yaml")]
    # Exit code 3 only says that the sample has cells to mend.
    done = subprocess.run([sys.executable, "-m", "sheetcrm", command, *words, *places], stdout=subprocess.DEVNULL)
    if done.returncode not in (0, 3):
        sys.exit(done.returncode)


def _only_dashboard(path: Path) -> None:
    """The dashboard's first screen on one page: a spreadsheet of Google's has no print set-up of its own."""
    book = openpyxl.load_workbook(path)
    title = words_of(LANGUAGE).tab("dashboard")
    for sheet in book:
        sheet.sheet_state = "visible" if sheet.title == title else "hidden"
    board = book[title]
    book.active = book.index(board)
    board.print_area = f"A1:L{LAYOUT.page_breaks[0]}"
    board.page_setup.orientation, board.page_setup.paperSize = "landscape", 9
    board.page_setup.fitToWidth = board.page_setup.fitToHeight = 1
    board.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side in ("left", "right", "top", "bottom"):
        setattr(board.page_margins, side, 0.3)
    book.save(path)


if __name__ == "__main__":
    main()
