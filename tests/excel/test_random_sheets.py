"""Sheets in every dialect, patched at random, against a dictionary as the model and openpyxl as the reader."""

import io
import random
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetcrm.address import letters
from sheetcrm.sync.excel.edits import ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.read import read_bytes
from sheetcrm.sync.excel.scan import scan_bytes
from tests.excel.books import HEAD, MAIN, book

VALUES = [None, 0, -3, 2.5, True, "x", "ñ & <é>", " padded ", "=A1", "00123", 1e21]


TEXTS = {"0": "0", "-3": "-3", "2.5": "2.5", "True": "true", "1e+21": "1" + "0" * 21}


def texts_of(data: bytes) -> dict[tuple[int, int], str]:
    """Every cell that holds something, as the product reads it."""
    sheet = read_bytes(data, Path("book.xlsx")).sheets[0]
    return {
        (row, col): text
        for col, column in enumerate(sheet.columns, sheet.first_col)
        for row, text in enumerate(column.to_pylist(), sheet.first_row)
        if text is not None
    }


def dialect(chance: random.Random) -> dict[str, Any]:
    return {
        "prefix": chance.choice(["", "", "x:", "ns12:", "spreadsheet:"]),
        "quote": chance.choice(['"', '"', "'"]),
        "space": chance.choice(["", "", "\n  "]),
        "numbers": chance.choice(["all", "all", "rows", "cells", "none"]),
        "order": chance.choice(["rst", "rst", "rts", "tsr"]),
        "spans": chance.random() < 0.5,
        "close": chance.choice(["/>", " />", "></c>"]),
        "comments": chance.random() < 0.2,
    }


def sheet_xml(cells: dict[tuple[int, int], Any], style: dict[str, Any], dense: bool) -> str:
    p, q, gap = style["prefix"], style["quote"], style["space"]
    out = []
    bottom = max((r for r, _ in cells), default=0)
    for row in range(1, bottom + 1):
        here = {c: v for (r, c), v in cells.items() if r == row}
        if not here and not dense:
            continue
        number = f" r={q}{row}{q}" if style["numbers"] in ("all", "rows") or not dense else ""
        spans = f" spans={q}1:{max(here)}{q}" if style["spans"] and here else ""
        body = ""
        for col in range(1, max(here, default=0) + 1):
            if col not in here and not dense:
                continue
            body += gap + cell_xml(row, col, here.get(col), style, dense)
            if style["comments"]:
                body += '<!-- <c r="A1"><v>9</v></c> -->'
        out.append(f"{gap}<{p}row{number}{spans}>{body}{gap}</{p}row>" if body else f"{gap}<{p}row{number}/>")
    names = f'xmlns:{p[:-1]}="{MAIN}"' if p else f'xmlns="{MAIN}"'
    return f"{HEAD}<{p}worksheet {names}><{p}sheetData>{''.join(out)}{gap}</{p}sheetData></{p}worksheet>"


def cell_xml(row: int, col: int, value: Any, style: dict[str, Any], dense: bool) -> str:
    p, q = style["prefix"], style["quote"]
    given = {"s": f" s={q}{2 + col % 2}{q}" if col % 3 else "", "t": "", "r": ""}
    if style["numbers"] in ("all", "cells") or not dense:
        given["r"] = f" r={q}{letters(col)}{row}{q}"
    body = ""
    if isinstance(value, bool):
        given["t"], body = f" t={q}b{q}", f"<{p}v>{int(value)}</{p}v>"
    elif isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        given["t"], body = f" t={q}inlineStr{q}", f"<{p}is><{p}t xml:space={q}preserve{q}>{text}</{p}t></{p}is>"
    elif value is not None:
        body = f"<{p}v>{value!r}</{p}v>"
    tag = f"<{p}c" + "".join(given[name] for name in style["order"])
    if not body:
        return tag + (f"></{p}c>" if style["close"] == "></c>" else style["close"])
    return f"{tag}>{body}</{p}c>"


SEEDS = [*range(15), *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(15, 60))]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_dialect_reads_back_as_the_model_says(seed: int) -> None:
    chance = random.Random(seed)
    dense = chance.random() < 0.5
    style = dialect(chance)
    height, width = chance.choice([(0, 0), (1, 1), (6, 5), (30, 40)])
    cells = {
        (chance.randint(1, height), chance.randint(1, width)): chance.choice(VALUES) for _ in range(height * width // 2)
    }
    data = book({"Data": sheet_xml(cells, style, dense)})
    model = dict(cells)
    for _ in range(4):
        columns = {}
        for col in chance.sample(range(1, width + 4), min(3, width + 3)):
            rows = sorted(chance.sample(range(1, height + 6), min(height + 1, 5)))
            values = [chance.choice(VALUES) for _ in rows]
            columns[col] = ColumnEdit(rows, values)
            model.update({(row, col): value for row, value in zip(rows, values, strict=True)})
        result = patch_book(data, {"Data": SheetEdit(columns)})
        assert patch_book(result.data, {"Data": SheetEdit(columns)}).data == result.data
        seen = read_bytes(data, Path("book.xlsx")).scan
        assert patch_book(data, {"Data": SheetEdit(columns)}, seen).data == result.data
        data = result.data
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Data"]
    for (row, col), value in model.items():
        found = sheet.cell(row, col).value
        assert found == value, (seed, row, col, style)
        assert isinstance(found, bool) == isinstance(value, bool)
    assert texts_of(data) == {at: TEXTS.get(repr(value), value) for at, value in model.items() if value is not None}
    held = {at for at, value in model.items() if value is not None}
    found_box = scan_bytes(data, None).sheets[0]  # type: ignore[arg-type]
    assert found_box.last_row == max((r for r, _ in held), default=0)
    assert found_box.last_col == max((c for _, c in held), default=0)
    assert not found_box.unpatchable
