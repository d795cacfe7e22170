"""A workbook in which people have added what only their program can draw, put into the file part by part.

On the contracts tab: a chart and a picture, a threaded comment, sparklines, a conditional format of Excel 2010 and a
slicer; on a tab of their own: a pivot table and formulas over the runner's cells; and a macro in the workbook.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
EXCEL = "http://schemas.microsoft.com/office/excel/2006/main"
THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
VENDOR = "http://schemas.microsoft.com/office"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PERSON = "{11111111-2222-3333-4444-555555555555}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
MACRO = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 6
CHART = (
    f'{HEAD}<c:chartSpace xmlns:c="{DRAWING}/chart" xmlns:a="{DRAWING}/main"><c:chart><c:plotArea><c:layout/><c:barChart>'
    '<c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/><c:order val="0"/>'
    "<c:val><c:numRef><c:f>Contracts!$G$2:$G$9</c:f></c:numRef></c:val></c:ser>"
    '<c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/>'
    '</c:scaling><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling>'
    '<c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
    "</c:plotArea></c:chart></c:chartSpace>"
)


def _anchor(at: int, inside: str) -> str:
    def corner(name: str, col: int, row: int) -> str:
        return (
            f"<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row>"
            f"<xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        )

    ends = corner("from", 2, at) + corner("to", 6, at + 9)
    return f"<xdr:twoCellAnchor>{ends}{inside}<xdr:clientData/></xdr:twoCellAnchor>"


DRAWN = (
    f'{HEAD}<xdr:wsDr xmlns:xdr="{DRAWING}/spreadsheetDrawing" xmlns:a="{DRAWING}/main" xmlns:r="{RELS}">'
    + _anchor(
        12,
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Ours"/><xdr:cNvGraphicFramePr/>'
        '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{DRAWING}/chart"><c:chart xmlns:c="{DRAWING}/chart" r:id="rId1"/></a:graphicData>'
        "</a:graphic></xdr:graphicFrame>",
    )
    + _anchor(
        24,
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="Logo"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="9525" cy="9525"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>',
    )
    + "</xdr:wsDr>"
)
EXTENSIONS = (
    '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="' + X14 + '"><x14:conditionalFormattings>'
    f'<x14:conditionalFormatting xmlns:xm="{EXCEL}"><x14:cfRule type="dataBar" id="{PERSON}"><x14:dataBar>'
    '<x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/><x14:negativeFillColor rgb="FFFF0000"/>'
    '<x14:axisColor rgb="FF000000"/></x14:dataBar></x14:cfRule><xm:sqref>G2:G9</xm:sqref></x14:conditionalFormatting>'
    "</x14:conditionalFormattings></ext>"
    '<ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}" xmlns:x14="' + X14 + '">'
    f'<x14:sparklineGroups xmlns:xm="{EXCEL}"><x14:sparklineGroup><x14:colorSeries rgb="FF376092"/><x14:sparklines>'
    "<x14:sparkline><xm:f>Contracts!G2:G9</xm:f><xm:sqref>AC12</xm:sqref></x14:sparkline></x14:sparklines>"
    "</x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)
MINE = (
    f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{RELS}"><sheetData>'
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Days</t></is></c><c r="B1"><f>SUM(Contracts!AE2:AE9)</f><v>0</v></c></row>'
    '<row r="2"><c r="A2"><f>COUNTIF(Contracts!AH:AH,"expiring")</f><v>0</v></c></row>'
    '<row r="5"><c r="D5" t="inlineStr"><is><t>Owner</t></is></c></row><row r="6"><c r="D6"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)
CACHE = (
    f'{HEAD}<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" r:id="rId1" recordCount="1"><cacheSource type="worksheet">'
    '<worksheetSource ref="A1:A2" sheet="Mine"/></cacheSource><cacheFields count="1"><cacheField name="Owner" numFmtId="0">'
    '<sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="1" maxValue="1"/></cacheField>'
    "</cacheFields></pivotCacheDefinition>"
)
RECORDS = f'{HEAD}<pivotCacheRecords xmlns="{MAIN}" count="1"><r><n v="1"/></r></pivotCacheRecords>'
PIVOT = (
    f'{HEAD}<pivotTableDefinition xmlns="{MAIN}" name="Ours" cacheId="77" dataCaption="Values">'
    '<location ref="D5:D6" firstHeaderRow="1" firstDataRow="1" firstDataCol="0"/><pivotFields count="1">'
    '<pivotField dataField="1" showAll="0"/></pivotFields><dataFields count="1"><dataField name="Owner" fld="0"/></dataFields>'
    "</pivotTableDefinition>"
)
SLICERS = f'{HEAD}<slicers xmlns="{X14}"><slicer name="Owner" cache="Slicer_Owner" caption="Owner" rowHeight="241300"/></slicers>'
TALK = (
    f'{HEAD}<ThreadedComments xmlns="{THREADED}"><threadedComment ref="C3" dT="2026-11-20T09:00:00.00" personId="{PERSON}" '
    'id="{99999999-2222-3333-4444-555555555555}"><text>Who calls? 😀</text></threadedComment></ThreadedComments>'
)
PEOPLE = f'{HEAD}<personList xmlns="{THREADED}"><person displayName="Ana" id="{PERSON}" userId="ana" providerId="None"/></personList>'


def _rels(*lines: tuple[str, str, str]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in lines)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{body}</Relationships>'


def _add(xml: str, before: str, what: str) -> str:
    assert before in xml, before
    return xml.replace(before, what + before, 1)


def decorate(book: Path, macro: bytes = MACRO) -> Path:
    """Write the decorated workbook beside the plain one, as .xlsm, and return it."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    texts = {name: parts[name].decode() for name in parts if name.endswith((".xml", ".rels"))}
    at = re.findall(r'<sheet [^>]*name="([^"]*)"', texts["xl/workbook.xml"]).index("Contracts") + 1
    sheet, rels = f"xl/worksheets/sheet{at}.xml", f"xl/worksheets/_rels/sheet{at}.xml.rels"
    office = f"{VENDOR}/2017/10/relationships"
    new: dict[str, str | bytes] = {
        "xl/drawings/ours.xml": DRAWN,
        "xl/drawings/_rels/ours.xml.rels": _rels(
            ("rId1", f"{RELS}/chart", "../charts/ours.xml"), ("rId2", f"{RELS}/image", "../media/ours.png")
        ),
        "xl/charts/ours.xml": CHART,
        "xl/media/ours.png": PIXEL,
        "xl/threadedComments/ours.xml": TALK,
        "xl/persons/person.xml": PEOPLE,
        "xl/slicers/slicer1.xml": SLICERS,
        "xl/vbaProject.bin": macro,
        "xl/worksheets/mine.xml": MINE,
        "xl/worksheets/_rels/mine.xml.rels": _rels(("rId1", f"{RELS}/pivotTable", "../pivotTables/ours.xml")),
        "xl/pivotTables/ours.xml": PIVOT,
        "xl/pivotTables/_rels/ours.xml.rels": _rels(("rId1", f"{RELS}/pivotCacheDefinition", "../pivotCache/ours.xml")),
        "xl/pivotCache/ours.xml": CACHE,
        "xl/pivotCache/_rels/ours.xml.rels": _rels(("rId1", f"{RELS}/pivotCacheRecords", "records.xml")),
        "xl/pivotCache/records.xml": RECORDS,
    }
    texts[sheet] = _add(texts[sheet], "<legacyDrawing", f'<drawing xmlns:r="{RELS}" r:id="rIdDrawn"/>')
    texts[sheet] = _add(texts[sheet], "</worksheet>", EXTENSIONS)
    lines = (
        f'<Relationship Id="rIdDrawn" Type="{RELS}/drawing" Target="../drawings/ours.xml"/>'
        f'<Relationship Id="rIdTalk" Type="{office}/threadedComment" Target="../threadedComments/ours.xml"/>'
        f'<Relationship Id="rIdSlicer" Type="{VENDOR}/2007/relationships/slicer" Target="../slicers/slicer1.xml"/>'
    )
    texts[rels] = _add(texts[rels], "</Relationships>", lines)
    lines = (
        f'<Relationship Id="rIdMine" Type="{RELS}/worksheet" Target="worksheets/mine.xml"/>'
        f'<Relationship Id="rIdPersons" Type="{office}/person" Target="persons/person.xml"/>'
        f'<Relationship Id="rIdMacro" Type="{VENDOR}/2006/relationships/vbaProject" Target="vbaProject.bin"/>'
        f'<Relationship Id="rIdCache" Type="{RELS}/pivotCacheDefinition" Target="pivotCache/ours.xml"/>'
    )
    texts["xl/_rels/workbook.xml.rels"] = _add(texts["xl/_rels/workbook.xml.rels"], "</Relationships>", lines)
    mine = f'<sheet xmlns:r="{RELS}" name="Mine" sheetId="99" r:id="rIdMine"/>'
    texts["xl/workbook.xml"] = _add(texts["xl/workbook.xml"], "</sheets>", mine)
    cache = f'<pivotCaches><pivotCache xmlns:r="{RELS}" cacheId="77" r:id="rIdCache"/></pivotCaches>'
    texts["xl/workbook.xml"] = _add(texts["xl/workbook.xml"], "</workbook>", cache)
    types = texts["[Content_Types].xml"]
    types = types.replace("spreadsheetml.sheet.main+xml", "x").replace(
        "application/vnd.openxmlformats-officedocument.x", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    )
    texts["[Content_Types].xml"] = _add(types, "</Types>", _types())
    whole = {**parts, **{name: text.encode() for name, text in texts.items()}}
    target = book.with_suffix(".xlsm")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*whole.items(), *new.items()]:
            archive.writestr(name, data)
    return target


def _types() -> str:
    document, vendor = "application/vnd.openxmlformats-officedocument", "application/vnd.ms-excel"
    kinds = {
        "drawings/ours.xml": f"{document}.drawing+xml",
        "charts/ours.xml": f"{document}.drawingml.chart+xml",
        "threadedComments/ours.xml": f"{vendor}.threadedcomments+xml",
        "persons/person.xml": f"{vendor}.person+xml",
        "slicers/slicer1.xml": f"{vendor}.slicer+xml",
        "vbaProject.bin": f"{vendor.replace('excel', 'office')}.vbaProject",
        "worksheets/mine.xml": f"{document}.spreadsheetml.worksheet+xml",
        "pivotTables/ours.xml": f"{document}.spreadsheetml.pivotTable+xml",
        "pivotCache/ours.xml": f"{document}.spreadsheetml.pivotCacheDefinition+xml",
        "pivotCache/records.xml": f"{document}.spreadsheetml.pivotCacheRecords+xml",
    }
    listed = "".join(f'<Override PartName="/xl/{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    return f'<Default Extension="png" ContentType="image/png"/>{listed}'
