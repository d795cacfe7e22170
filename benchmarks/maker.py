"""Makes big workbooks fast: the product's own template, with rows put into its sheets as raw XML.

Texts are shared strings, as in any workbook that Excel saved. openpyxl would need minutes and gigabytes for this.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.company import company
from sheetcrm.address import letters
from sheetcrm.schema import TABS, Column
from sheetcrm.sync.excel.book import open_book
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.template import template_bytes
from sheetcrm.words import Words, words_of

STEP = 50_000
"""Rows that are turned into XML at a time."""
_EPOCH = np.datetime64("1899-12-30", "s")
_STRINGS = "xl/sharedStrings.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def make(path: Path, scale: float, seed: int, today: date, language: str = "es") -> int:
    """Write a workbook of this size (1 is 100,000 contracts); the number of cells that people filled."""
    words = words_of(language)
    pool = Pool()
    source = template_bytes(language, {}, today)
    parts = {tab.title: tab.entry.name for tab in open_book(source, Limits()).tabs if tab.entry}
    frames = {parts[words.tab(tab)]: (tab, frame) for tab, frame in company(scale, seed, today).items()}
    cells = 0
    with (
        zipfile.ZipFile(BytesIO(source)) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            body = old.read(name)
            if name in frames:
                tab, frame = frames[name]
                cells += int(frame.notna().sum().sum())
                with new.open(name, "w", force_zip64=True) as part:
                    for piece in _sheet(body, tab, frame, words, pool):
                        part.write(piece)
            else:
                new.writestr(name, _with_strings_part(name, body))
        with new.open(_STRINGS, "w", force_zip64=True) as part:
            for piece in pool.xml():
                part.write(piece)
    return cells


class Pool:
    """The shared strings of a workbook: each text once, by number."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._uses = 0

    def numbers(self, texts: pd.Series[Any], word: Callable[[str], str]) -> pa.Array:
        """The number of each cell's text (null where blank); ``word`` says what stands in the sheet for a key."""
        codes, unique = pd.factorize(texts)
        known = np.array([self._texts.setdefault(word(text), len(self._texts)) for text in unique], np.int64)
        self._uses += int((codes >= 0).sum())
        if not len(known):
            return pa.nulls(len(texts), pa.int64())
        return pa.array(known[codes], mask=codes < 0)

    def xml(self) -> Iterator[bytes]:
        yield f'<sst xmlns="{_MAIN}" count="{self._uses}" uniqueCount="{len(self._texts)}">'.encode()
        texts = list(self._texts)
        for start in range(0, len(texts), STEP):
            yield "".join(f"<si><t>{escape(text)}</t></si>" for text in texts[start : start + STEP]).encode()
        yield b"</sst>"


def _sheet(body: bytes, tab: str, frame: pd.DataFrame, words: Words, pool: Pool) -> Iterator[bytes]:
    """The template's sheet with these rows below its header, cells in their columns' styles."""
    count = len(frame)
    head, tail = body.split(b"</sheetData>")
    styles = {int(at): style.decode() for style, at in re.findall(rb'<col [^>]*?style="(\d+)" min="(\d+)"', head)}
    filled = [(place, column) for place, column in enumerate(TABS[tab].columns, 1) if column.key in frame]
    head = re.sub(rb'(<dimension ref="A1:[A-Z]+)\d+"', rb'\g<1>%d"' % (count + 1), head)
    yield head
    for start in range(0, count, STEP):
        part = frame.iloc[start : start + STEP]
        rows = pc.cast(pa.array(np.arange(start + 2, start + 2 + len(part))), pa.string())
        cells = [_cells(part[column.key], place, column, styles, rows, words, pool) for place, column in filled]
        lines = pc.binary_join_element_wise('<row r="', rows, '">', *cells, "</row>", "", null_handling="replace")
        yield "".join(lines.to_pylist()).encode()
    yield b"</sheetData>" + re.sub(rb'(<autoFilter ref="A1:[A-Z]+)\d+"', rb'\g<1>%d"' % (count + 1), tail)


def _cells(
    values: pd.Series[Any],
    place: int,
    column: Column,
    styles: dict[int, str],
    rows: pa.Array,
    words: Words,
    pool: Pool,
) -> pa.Array:
    """One column's cells as XML, null where blank."""

    def word(key: str) -> str:
        return words.value(column.value_set, key) if key in column.values else key

    kind, of = "", f'" s="{styles[place]}"'
    if values.dtype.kind == "M":
        seconds = (values.to_numpy().astype("datetime64[s]") - _EPOCH).astype(np.int64)
        held = _numbers(seconds / 86400, values.isna().to_numpy())
    elif values.dtype.kind in "fi":
        held = _numbers(values.to_numpy(float), values.isna().to_numpy())
    else:
        held, kind = pc.cast(pool.numbers(values.replace("", None), word), pa.string()), ' t="s"'
    return pc.binary_join_element_wise(f'<c r="{letters(place)}', rows, f"{of}{kind}><v>", held, "</v></c>", "")


def _numbers(values: np.ndarray[Any, Any], blank: np.ndarray[Any, Any]) -> pa.Array:
    whole = np.where(blank, 0, values)
    if (whole == np.floor(whole)).all():
        return pc.cast(pa.array(whole.astype(np.int64), mask=blank), pa.string())
    return pa.array([None if empty else repr(x) for x, empty in zip(whole.tolist(), blank.tolist(), strict=True)])


def _with_strings_part(name: str, body: bytes) -> bytes:
    if name == "[Content_Types].xml":
        return body.replace(
            b"</Types>", f'<Override PartName="/{_STRINGS}" ContentType="{_CONTENT}"/></Types>'.encode()
        )
    if name == "xl/_rels/workbook.xml.rels":
        entry = f'<Relationship Id="rIdStrings" Type="{_KIND}" Target="/{_STRINGS}"/></Relationships>'
        return body.replace(b"</Relationships>", entry.encode())
    return body
