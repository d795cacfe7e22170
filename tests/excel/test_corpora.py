"""Real workbooks: a hundred cells patched, or refused in words."""

import io
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import python_calamine

from sheetcrm.sync.excel.edits import ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import PatchResult, patch_book
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.scan import scan
from tests.excel.corpora import hundred_cells, workbooks


def edits_from(cells: dict[str, dict[tuple[int, int], object]]) -> dict[str, SheetEdit]:
    edits = {}
    for title, by_cell in cells.items():
        columns: dict[int, dict[int, object]] = {}
        for (row, col), value in sorted(by_cell.items()):
            columns.setdefault(col, {})[row] = value
        edits[title] = SheetEdit({c: ColumnEdit(list(rows), list(rows.values())) for c, rows in columns.items()})
    return edits


def raw_parts(data: bytes) -> dict[str, bytes]:
    """Compressed bytes of every entry."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {}
        for info in archive.infolist():
            local = data[info.header_offset : info.header_offset + 30]
            start = (
                info.header_offset
                + 30
                + int.from_bytes(local[26:28], "little")
                + int.from_bytes(local[28:30], "little")
            )
            parts[info.orig_filename] = data[start : start + info.compress_size]
        return parts


def same(found: object, asked: object, *, date1904: bool) -> bool:
    if asked is None or asked == "":
        return found is None or found == ""
    if isinstance(asked, date):
        epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
        if isinstance(found, (int, float)):
            return found == (asked - epoch).days
        return (found.date() if isinstance(found, datetime) else found) == asked
    if isinstance(found, (date, datetime, time, timedelta)) and isinstance(asked, (int, float)):
        return not isinstance(asked, bool)  # a date format shows the number as a date or a time
    if isinstance(asked, str):
        return str(found).replace("x005F_", "").replace("\r\n", "\n") == asked
    if isinstance(asked, bool) or isinstance(found, bool):
        return found is asked
    return isinstance(found, (int, float)) and abs(found - asked) <= 1e-12 * max(1, abs(asked))


def openpyxl_agrees(result: PatchResult, cells: dict, date1904: bool) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(result.data), keep_links=False)
    wrong = []
    for title, by_cell in cells.items():
        if title not in book.sheetnames:  # openpyxl does not follow backslashes in part names
            continue
        for (row, col), asked in by_cell.items():
            cell = book[title].cell(row, col)
            if asked is None and cell.hyperlink is not None:
                continue  # openpyxl shows the address of a link in place of a blank
            if not same(cell.value, asked, date1904=date1904) or (isinstance(asked, str) and cell.data_type == "f"):
                wrong.append(f"openpyxl {title} {cell.coordinate}: {cell.value!r} instead of {asked!r}")
    return wrong


def calamine_agrees(result: PatchResult, cells: dict, date1904: bool) -> list[str]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(result.data))
    wrong = []
    for title, by_cell in cells.items():
        sheet = book.get_sheet_by_name(title)
        rows = sheet.to_python(skip_empty_area=False) if sheet.height * sheet.width < 10_000_000 else None
        if rows is None:
            continue
        for (row, col), asked in by_cell.items():
            found = rows[row - 1][col - 1] if row <= len(rows) and col <= len(rows[0]) else None
            if not same(found, asked, date1904=date1904):
                wrong.append(f"calamine {title} R{row}C{col}: {found!r} instead of {asked!r}")
    return wrong


def opens(path: Path) -> tuple[bool, bool]:
    """Whether openpyxl and calamine open the workbook at all."""
    answers = []
    for load in (
        lambda: openpyxl.load_workbook(path, keep_links=False),
        lambda: python_calamine.CalamineWorkbook.from_path(str(path)),
    ):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                load()
            answers.append(True)
        except Exception:
            answers.append(False)
    return answers[0], answers[1]


def patch_hundred(path: Path, far: bool) -> tuple[str, list[str]]:
    """(what happened, what is wrong) for one workbook."""
    try:
        look = scan(path)
        cells = hundred_cells(look)
        if not far:  # readers that make dense tables can't be asked about cells in the last row
            cells = {t: {rc: v for rc, v in c.items() if rc[0] < 60_000 and rc[1] < 200} for t, c in cells.items()}
        result = patch_book(path, edits_from(cells))
    except Refused as reason:
        told = str(reason)
        return f"refused: {told}", [] if len(told) > 30 else ["refused without a reason"]
    source = path.read_bytes()
    before, after = raw_parts(source), raw_parts(result.data)
    wrong = [
        f"{name} changed" for name in before if before[name] != after.get(name) and name not in result.report.parts
    ]
    wrong += [f"{name} appeared" for name in after if name not in before]
    again = patch_book(result.data, edits_from(cells))
    if again.data != result.data:
        wrong.append(f"a second patch changed {again.report.parts}")
    by_openpyxl, by_calamine = opens(path)
    if by_openpyxl:
        wrong += openpyxl_agrees(result, cells, look.date1904)
    if by_calamine and not far:
        wrong += calamine_agrees(result, cells, look.date1904)
    readers = "+".join(name for name, yes in (("openpyxl", by_openpyxl), ("calamine", by_calamine)) if yes)
    return f"patched {sum(map(len, cells.values()))} cells, read back by {readers or 'no other reader'}", wrong


@pytest.mark.proof
@pytest.mark.parametrize("far", [False, True], ids=["near", "far"])
def test_every_real_workbook_is_patched_or_refused(far: bool, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, told = [], []
    for path in workbooks():
        outcome, faults = patch_hundred(path, far)
        told.append(f"{path.name}: {outcome}")
        wrong += [f"{path.name}: {fault}" for fault in faults]
    patched = sum(": patched" in line for line in told)
    with capsys.disabled():
        print(f"\n{patched} workbooks patched, {len(told) - patched} refused:")
        print("\n".join(line for line in told if ": refused" in line or "openpyxl+calamine" not in line))
    assert not wrong, "\n".join(wrong)
    assert patched >= 0.9 * len(told)
