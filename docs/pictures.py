"""The pictures of the docs, made from the running product: ``make pictures``. Needs LibreOffice and poppler."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from sheetcrm.cli.setup import make
from sheetcrm.languages import LANGUAGES
from sheetcrm.words import words_of

IMAGES = Path(__file__).parent / "images"
DAY = "2026-11-23"
FILLED, EMPTY = ("dashboard", "agenda"), ("guide", "contracts")
FOLDED = {"contracts": "next_action", "accounts": "health_band"}
"""Tabs that are shown with their columns folded, by a column of the page that is shown: the runner's part."""
_PLAIN, _FINE = 90, 130
"""Dots per inch: of most pages, and of those in small type."""
FURTHER = {"attention": 1, "retention": 2}
"""Pictures of the dashboard's further pages: how many pages after its first."""


def main() -> None:
    """Make every picture of workbooks, in three languages."""
    missing = [tool for tool in ("soffice", "pdftoppm", "pdftotext") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"needs {', '.join(missing)}: apt-get install libreoffice-calc poppler-utils")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for language in LANGUAGES:
            filled = _made(Path(folder) / f"filled-{language}", language, sample=True)
            _pages(filled, language, FILLED, "")
            _fold(filled, language)
            _pages(_made(Path(folder) / f"empty-{language}", language, sample=False), language, EMPTY, "template-")


def _made(folder: Path, language: str, *, sample: bool) -> Path:
    from datetime import date

    book = folder / "crm.xlsx"
    make(book, folder / "config.yaml", language, sample=sample, seed=1, today=date.fromisoformat(DAY))
    if sample:
        places = ["--config", str(folder / "config.yaml"), "--state", str(folder / "state"), "--as-of", DAY]
        subprocess.run([sys.executable, "-m", "sheetcrm", "run", *places], check=False, stdout=subprocess.DEVNULL)
    return book


def _fold(book: Path, language: str) -> None:
    """The big tabs as they are with all folded: two pages wide, of which the second is shown."""
    folded, words = book.with_name("folded.xlsx"), words_of(language)
    copy = openpyxl.load_workbook(book)
    titles = {tab: words.tab(tab) for tab in FOLDED}
    for sheet in copy:
        sheet.sheet_state = "visible" if sheet.title in titles.values() else "hidden"
        for column in sheet.column_dimensions.values():
            column.hidden = column.hidden or bool(column.outlineLevel)
        sheet.page_setup.fitToWidth = 2
    copy.active = copy.index(copy[titles["contracts"]])
    copy.save(folded)
    pdf = _converted(folded)
    for tab, column in FOLDED.items():
        _draw(pdf, _first_page(pdf, titles[tab], words.header(tab, column)), f"{tab}-{language}", _FINE)


def _converted(book: Path) -> Path:
    home = f"-env:UserInstallation=file://{book.parent}/office"
    convert = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(book.parent), str(book)]
    subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return book.with_suffix(".pdf")


def _pages(book: Path, language: str, tabs: tuple[str, ...], prefix: str) -> None:
    pdf = _converted(book)
    words = words_of(language)
    pages = {tab: _first_page(pdf, words.text("tab.guide") if tab == "guide" else words.tab(tab)) for tab in tabs}
    if "dashboard" in pages:
        pages |= {name: pages["dashboard"] + after for name, after in FURTHER.items()}
    for name, page in pages.items():
        _draw(pdf, page, f"{prefix}{name}-{language}")


def _draw(pdf: Path, page: int, name: str, dpi: int = _PLAIN) -> None:
    target = IMAGES / name
    draw = ["pdftoppm", "-png", "-r", str(dpi), "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(target)]
    subprocess.run(draw, check=True)
    print(target.with_suffix(".png"))


def _first_page(pdf: Path, title: str, header: str = "") -> int:
    """The first page whose head says this tab's title, and on which this header stands."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    for number, text in enumerate(done.stdout.split("\f"), start=1):
        if text.strip().startswith(title) and all(word in text for word in header.split()):
            return number
    raise LookupError(f"{pdf} has no page of {title}")


if __name__ == "__main__":
    main()
