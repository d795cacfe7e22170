"""Workbooks out of the server, and into it."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from tests.google.test_server_batches import span
from tests.google.test_server_metadata import batch
from tests.sheets_server import SheetsServer


def lay_out(server: SheetsServer, file_id: str) -> Any:
    """Formats, a note, a width, a freeze, a filter, a list, a rule, a merge and a chart on the first tab."""
    data = {"sourceRange": {"sources": [span(0, 3, 2, 3)]}}
    names = {"sourceRange": {"sources": [span(0, 3, 0, 1)]}}
    basic = {"chartType": "COLUMN", "headerCount": 1, "series": [{"series": data}], "domains": [{"domain": names}]}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 5, "columnIndex": 4}}}
    header = {"textFormat": {"bold": True}, "backgroundColor": {"green": 1}, "wrapStrategy": "WRAP"}
    days = {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}
    red = {"condition": {"type": "NUMBER_LESS", "values": [{"userEnteredValue": "2"}]}, "format": header}
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": v} for v in "xy"]}}
    column = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    frozen = {
        "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}},
        "fields": "gridProperties.frozenRowCount",
    }
    return batch(
        server,
        file_id,
        {
            "repeatCell": {
                "range": span(0, 1, 0, 3),
                "cell": {"userEnteredFormat": header},
                "fields": "userEnteredFormat",
            }
        },
        {
            "repeatCell": {
                "range": span(1, 3, 1, 2),
                "cell": {"userEnteredFormat": days},
                "fields": "userEnteredFormat",
            }
        },
        {"updateCells": {"range": span(0, 1, 0, 1), "rows": [{"values": [{"note": "nota"}]}], "fields": "note"}},
        {"updateDimensionProperties": {"range": column, "properties": {"pixelSize": 145}, "fields": "pixelSize"}},
        {"updateSheetProperties": frozen},
        {"setBasicFilter": {"filter": {"range": span(0, 3, 0, 3)}}},
        {"setDataValidation": {"range": span(1, 100, 2, 3), "rule": rule}},
        {"addConditionalFormatRule": {"rule": {"ranges": [span(1, 3, 2, 3)], "booleanRule": red}, "index": 0}},
        {"mergeCells": {"range": span(9, 10, 0, 2), "mergeType": "MERGE_ALL"}},
        {"addChart": {"chart": {"spec": {"title": "n", "basicChart": basic}, "position": place}}},
    )


def test_export_shows_what_was_laid_out(tmp_path: Path) -> None:
    with SheetsServer() as server:
        file_id = server.create(
            tabs={"Contratos": [["id", "día", "n"], ["=not a formula", 46000, 1.5], ["C-2", "", 2]]}
        )
        reply = lay_out(server, file_id)
        assert reply.status_code == 200
        content = server.export_xlsx(file_id, tmp_path / "out.xlsx")
        assert server.findings == []
    assert (tmp_path / "out.xlsx").read_bytes() == content
    sheet: Any = load_workbook(io.BytesIO(content))["Contratos"]
    assert sheet["A2"].value == "=not a formula"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == datetime(2025, 12, 9)
    assert sheet["A1"].font.b
    assert sheet["A1"].fill.fgColor.rgb == "0000FF00"
    assert sheet["A1"].comment.text == "nota"
    assert sheet.column_dimensions["A"].width == 20
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:C3"
    assert str(sheet.data_validations.dataValidation[0].sqref) == "C2:C100"
    assert [str(r.sqref) for r in sheet.conditional_formatting] == ["C2:C3"]
    assert [str(m) for m in sheet.merged_cells.ranges] == ["A10:B10"]
    assert len(sheet._charts) == 1


def test_load_takes_a_workbook_over(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "contracts"
    sheet.append(["id", "end_date", "value", "ok", "sum"])
    sheet.append(["00123", date(2026, 11, 21), 12.5, True, "=C2*2"])
    sheet["A1"].font = Font(bold=True)
    sheet["A1"].fill = PatternFill("solid", fgColor="FF0000FF")
    sheet["A1"].comment = Comment("key", "x")
    sheet.freeze_panes = "B2"
    rule: Any = DataValidation
    stages = rule("list", formula1='"planned,lost"')
    stages.add("D2:D50")
    sheet.add_data_validation(stages)
    workbook.create_sheet("empty").sheet_state = "hidden"
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    with SheetsServer() as server:
        file_id = server.load_xlsx(path)
        assert server.people(file_id).rows("contracts") == [
            ["id", "end_date", "value", "ok", "sum"],
            ["00123", 46347, 12.5, True, 25],
        ]
        book = server.client().open_by_key(file_id)
        assert book.title == "book"
        tab = book.worksheet("contracts")
        assert tab.frozen_row_count == tab.frozen_col_count == 1
        assert tab.get_note("A1") == "key"
        assert tab.acell("B2").value == "2026-11-21"
        assert book.worksheet("empty").isSheetHidden
        again = load_workbook(io.BytesIO(server.export_xlsx(file_id)))["contracts"]
        assert again["B2"].value == datetime(2026, 11, 21)
        assert again["E2"].value == "=C2*2"
        assert server.findings == []
