"""What people added to a workbook is still there, byte for byte, after ten runs."""

from datetime import date, timedelta

from sheetcrm.sync.excel.edits import ColumnEdit, ReplaceBelow, SheetEdit
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.zip import Archive
from tests.excel.books import HEAD, MAIN, RELS, part, parts_of, relations, worksheet, zipped

THREADS = "http://schemas.microsoft.com/office/2017/10/relationships"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
ADDED: dict[str, str | bytes] = {
    "xl/drawings/drawing1.xml": '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>',
    "xl/drawings/_rels/drawing1.xml.rels": relations(
        ("rId1", "chart", "../charts/chart1.xml"), ("rId2", "image", "../media/image1.png")
    ),
    "xl/charts/chart1.xml": '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>',
    "xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "xl/comments1.xml": f'{HEAD}<comments xmlns="{MAIN}"><authors><author>tc={{1}}</author></authors><commentList/></comments>',
    "xl/threadedComments/threadedComment1.xml": '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="A1" id="{1}"><text>¿Seguro?</text></threadedComment></ThreadedComments>',
    "xl/persons/person.xml": '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>',
    "xl/pivotTables/pivotTable1.xml": f'{HEAD}<pivotTableDefinition xmlns="{MAIN}" name="P"><location ref="H3:J9" firstHeaderRow="1"/></pivotTableDefinition>',
    "xl/pivotCache/pivotCacheDefinition1.xml": f'{HEAD}<pivotCacheDefinition xmlns="{MAIN}"/>',
    "xl/vbaProject.bin": b"\xcc\x61\xff\xff" + bytes(1000),
    "xl/slicers/slicer1.xml": f'<slicers xmlns="{X14}"/>',
    "customXml/item1.xml": "<memo/>",
}
AROUND = (
    '<sheetProtection sheet="1" objects="1"/><autoFilter ref="A1:C50"><filterColumn colId="1"><filters><filter val="x"/></filters></filterColumn></autoFilter>'
    '<conditionalFormatting sqref="A2:A50"><cfRule type="cellIs" priority="1" operator="lessThan"><formula>0</formula></cfRule></conditionalFormatting>'
    '<dataValidations count="1"><dataValidation type="list" sqref="B2:B50"><formula1>"a,b"</formula1></dataValidation></dataValidations>'
    '<hyperlinks><hyperlink ref="A2" location="Data!A3"/></hyperlinks><drawing r:id="rId1"/><legacyDrawing r:id="rId5"/>'
    f'<extLst><ext xmlns:x14="{X14}" uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"><x14:sparklineGroups/></ext></extLst>'
)


def workbook() -> bytes:
    rows = "".join(
        f'<row r="{r}" spans="1:3" x14ac:dyDescent="0.25"><c r="A{r}" s="1"><v>{r}</v></c><c r="B{r}" t="s"><v>0</v></c></row>'
        for r in range(1, 51)
    )
    root = f'xmlns="{MAIN}" xmlns:r="{RELS}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    rels = relations(
        ("rId1", "drawing", "../drawings/drawing1.xml"),
        ("rId2", "comments", "../comments1.xml"),
        ("rId3", "pivotTable", "../pivotTables/pivotTable1.xml"),
    ).replace(
        "</Relationships>",
        f'<Relationship Id="rId4" Type="{THREADS}/threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>',
    )
    sheets = {
        "Data": worksheet(
            rows, root=root, before='<sheetPr codeName="Sheet1"/><dimension ref="A1:B50"/>', after=AROUND
        ),
        "alerts": worksheet('<row r="1"><c r="A1" t="inlineStr"><is><t>alert</t></is></c></row>'),
    }
    extra = {**ADDED, "xl/worksheets/_rels/sheet1.xml.rels": rels}
    return zipped(parts_of(sheets, strings=("<t>x</t>",), extra=extra))


def test_ten_runs_keep_everything_that_people_added() -> None:
    first = data = workbook()
    day = date(2026, 11, 21)
    for run in range(10):
        edits = {
            "Data": SheetEdit(
                columns={
                    3: ColumnEdit(list(range(2, 51)), [r - run for r in range(2, 51)]),
                    4: ColumnEdit([2, 40], [f"vence en {run} días", None if run % 2 else day + timedelta(run)]),
                },
                appended=[{1: 1000 + run, 2: "nuevo"}],
                expect={(1, 1): "1", (1, 2): "x"},
            ),
            "alerts": SheetEdit(replace_below=ReplaceBelow(1, [[f"alert {n}"] for n in range(run)])),
        }
        result = patch_book(data, edits)
        assert result.changed
        data = result.data
    before, after = Archive(first, Limits()), Archive(data, Limits())
    assert [e.name for e in after.entries] == [e.name for e in before.entries]
    touched = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
    for old, new in zip(before.entries, after.entries, strict=True):
        if old.name not in touched:
            assert first[old.offset : old.end] == data[new.offset : new.end], old.name
    old_sheet, new_sheet = part(first, "xl/worksheets/sheet1.xml"), part(data, "xl/worksheets/sheet1.xml")
    assert new_sheet.endswith(AROUND.replace('ref="A1:C50"', 'ref="A1:C60"') + "</worksheet>")
    assert new_sheet[: new_sheet.index("<dimension")] == old_sheet[: old_sheet.index("<dimension")]
    assert new_sheet.count('x14ac:dyDescent="0.25"') == 50
    assert '<dimension ref="A1:D60"/>' in new_sheet
    assert "vence en 9 d&#237;as" in new_sheet
