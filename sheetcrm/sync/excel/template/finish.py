"""Turns an openpyxl workbook into the same bytes every time.

openpyxl stamps the moment of saving on every part and into the properties; a committed template must not change
with the clock, and two builds of the same content must be equal.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

from openpyxl import Workbook

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_LEVEL = 6


def packed(book: Workbook, made_on: date) -> bytes:
    """The workbook's bytes, with every date in them ``made_on`` at midnight or the zip's own beginning."""
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as target,
    ):
        for name in _in_reading_order(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _STAMP.sub(rb"\g<1>" + f"{made_on.isoformat()}T00:00:00Z".encode() + rb"\g<2>", data)
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, data)
    return out.getvalue()


def _in_reading_order(names: list[str]) -> list[str]:
    """Content types and relations first, as readers that stream expect; the rest as saved."""
    first = [name for name in ("[Content_Types].xml", "_rels/.rels") if name in names]
    return first + [name for name in names if name not in first]
