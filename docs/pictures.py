"""The pictures of the docs, made from the running product: ``make pictures``. Needs LibreOffice and poppler."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sheetcrm.cli.setup import make
from sheetcrm.schema import LANGUAGES
from sheetcrm.words import words_of

IMAGES = Path(__file__).parent / "images"
DAY = "2026-11-23"
FILLED, EMPTY = ("dashboard", "agenda", "contracts", "accounts"), ("guide", "contracts")
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
            _pages(_made(Path(folder) / f"empty-{language}", language, sample=False), language, EMPTY, "template-")


def _made(folder: Path, language: str, *, sample: bool) -> Path:
    from datetime import date

    book = folder / "crm.xlsx"
    make(book, folder / "config.yaml", language, sample=sample, seed=1, today=date.fromisoformat(DAY))
    if sample:
        places = ["--config", str(folder / "config.yaml"), "--state", str(folder / "state"), "--as-of", DAY]
        subprocess.run([sys.executable, "-m", "sheetcrm", "run", *places], check=False, stdout=subprocess.DEVNULL)
    return book


def _pages(book: Path, language: str, tabs: tuple[str, ...], prefix: str) -> None:
    home = f"-env:UserInstallation=file://{book.parent}/office"
    convert = ["soffice", "--headless", home, "--convert-to", "pdf", "--outdir", str(book.parent), str(book)]
    subprocess.run(convert, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pdf = book.with_suffix(".pdf")
    words = words_of(language)
    pages = {tab: _first_page(pdf, words.text("tab.guide") if tab == "guide" else words.tab(tab)) for tab in tabs}
    if "dashboard" in pages:
        pages |= {name: pages["dashboard"] + after for name, after in FURTHER.items()}
    for name, page in pages.items():
        target = IMAGES / f"{prefix}{name}-{language}"
        draw = ["pdftoppm", "-png", "-r", "90", "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(target)]
        subprocess.run(draw, check=True)
        print(target.with_suffix(".png"))


def _first_page(pdf: Path, title: str) -> int:
    """The first page whose head says this tab's title."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    for number, text in enumerate(done.stdout.split("\f"), start=1):
        if text.strip().startswith(title):
            return number
    raise LookupError(f"{pdf} has no page of {title}")


if __name__ == "__main__":
    main()
