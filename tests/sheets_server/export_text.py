"""The first tab as CSV or TSV."""

import csv
import io

from .book import Book
from .ranges import Area
from .values_read import read


def table(book: Book, separator: str) -> str:
    """The first tab's cells as they are shown, lines ending in CRLF as Drive writes them."""
    sheet = book.sheets[0]
    rows = read(book, sheet, sheet.bounded(Area(sheet.id)), {})
    width = max((len(row) for row in rows), default=0)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue().removesuffix("\r\n")
