"""The structure of a workbook: which part is which tab, and what else is attached to a tab."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from sheetcrm.address import Box, parse_box
from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.guard import open_archive
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.tables import TableScan
from sheetcrm.sync.excel.zip import Archive
from sheetcrm.sync.excel.zip_directory import Entry

# What a tab without cells is called, by the last word of its relation.
OTHER_SHEETS = {
    "chartsheet": "a chart sheet",
    "dialogsheet": "a dialog sheet",
    "xlMacrosheet": "a macro sheet",
    "xlIntlMacrosheet": "a macro sheet",
}


@dataclass(frozen=True)
class Relation:
    """One line of a .rels part: its last word (`worksheet`, `table`, …) and the entry it leads to, if it exists."""

    id: str
    kind: str
    entry: Entry | None


@dataclass(frozen=True)
class Tab:
    """One tab as the workbook lists it. `kind` is `worksheet` or a key of OTHER_SHEETS."""

    title: str
    kind: str
    visible: bool
    entry: Entry | None
    sheet_id: str = ""


@dataclass(frozen=True)
class Book:
    """A workbook's skeleton."""

    archive: Archive
    workbook: Entry
    date1904: bool
    tabs: tuple[Tab, ...]
    relations: tuple[Relation, ...]

    @property
    def has_macros(self) -> bool:
        """Whether it carries VBA."""
        return any(entry.key.endswith("vbaproject.bin") for entry in self.archive.entries)

    def part(self, kind: str) -> Entry | None:
        """The workbook's part of a kind: `sharedStrings`, `styles`, `calcChain`."""
        return next((r.entry for r in self.relations if r.kind == kind and r.entry), None)

    def tab(self, title: str) -> Tab:
        """The tab with this title, whatever its case (Excel's titles differ by more). Refused when there is none."""
        found = [tab for tab in self.tabs if tab.title == title]
        found = found or [tab for tab in self.tabs if tab.title.casefold() == title.casefold()]
        if not found:
            names = ", ".join(f"“{tab.title}”" for tab in self.tabs)
            raise Refused(f"The workbook has no tab “{title}”. Its tabs are {names}.")
        return found[0]

    def tables(self, sheet: Entry) -> tuple[TableScan, ...]:
        """The Excel tables of a tab."""
        return tuple(_table(self._tree(entry), entry.name) for entry in self._attached(sheet, "table"))

    def pivots(self, sheet: Entry) -> tuple[Box, ...]:
        """The ranges that pivot tables draw on a tab, page filters above them included."""
        return tuple(box for entry in self._attached(sheet, "pivotTable") for box in _pivot(self._tree(entry)))

    def _attached(self, sheet: Entry, kind: str) -> Iterator[Entry]:
        for relation in relations_of(self.archive, sheet):
            if relation.kind == kind and relation.entry is not None:
                yield relation.entry

    def _tree(self, entry: Entry) -> Element:
        return markup.parse(self.archive.read(entry), entry.name)


def open_book(data: bytes, limits: Limits) -> Book:
    """Read the skeleton of the workbook in `data`. Raises Refused."""
    archive = open_archive(data, limits)
    workbook = _workbook_entry(archive)
    _refuse_binary(archive, workbook)
    relations = tuple(relations_of(archive, workbook))
    tree = markup.parse(archive.read(workbook), workbook.name)
    by_id = {relation.id: relation for relation in relations}
    date1904, tabs = False, []
    for child in tree:
        name = markup.local(child.tag)
        if name == "workbookPr":
            date1904 = child.get("date1904", "0").strip().lower() in ("1", "true", "on")
        elif name == "sheets":
            tabs = [_tab(sheet, by_id) for sheet in child if markup.local(sheet.tag) == "sheet"]
    if not tabs:
        raise Refused("The workbook lists no tabs. Open it in Excel and save it.")
    return Book(archive, workbook, date1904, tuple(tabs), relations)


def relations_of(archive: Archive, entry: Entry | None) -> Iterator[Relation]:
    """The relations of a part; of the whole package for None."""
    rels = relations_entry(archive, entry)
    if rels is None:
        return
    folder = _folder_and_name(entry)[0]
    for child in markup.parse(archive.read(rels), rels.name):
        if child.get("TargetMode") == "External":
            continue
        target = child.get("Target", "").replace("\\", "/")
        path = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found = archive.find(path) or archive.find(unquote(path))
        yield Relation(child.get("Id", ""), child.get("Type", "").rpartition("/")[2], found)


def relations_entry(archive: Archive, entry: Entry | None) -> Entry | None:
    """The .rels part that belongs to a part, or to the whole package for None."""
    folder, name = _folder_and_name(entry)
    return archive.find(posixpath.join(folder, "_rels", f"{name}.rels"))


def _folder_and_name(entry: Entry | None) -> tuple[str, str]:
    return posixpath.split(entry.name.replace("\\", "/").lstrip("/")) if entry else ("", "")


def _workbook_entry(archive: Archive) -> Entry:
    for relation in relations_of(archive, None):
        if relation.kind == "officeDocument" and relation.entry is not None:
            return relation.entry
    found = archive.find("xl/workbook.xml")
    if found is None:
        raise Refused("This zip file holds no Excel workbook. Save the workbook as .xlsx.")
    return found


def _refuse_binary(archive: Archive, workbook: Entry) -> None:
    types = archive.find("[Content_Types].xml")
    if types is None:
        return
    for child in markup.parse(archive.read(types), types.name):
        kind = child.get("ContentType", "")
        if "sheet.binary.macroEnabled.main" in kind:
            raise Refused("This is a binary workbook (.xlsb). Save it as .xlsx or .xlsm.")
        named = child.get("PartName", "").replace("\\", "/").lstrip("/").lower() == workbook.key
        if named and ("wordprocessingml" in kind or "presentationml" in kind):
            raise Refused("This is a Word or PowerPoint file, not a workbook.")


def _tab(sheet: Element, by_id: dict[str, Relation]) -> Tab:
    given = next(
        (value for key, value in sheet.attrib.items() if key.startswith("{") and markup.local(key) == "id"), ""
    )
    relation = by_id.get(given)
    return Tab(
        title=sheet.get("name", ""),
        kind=relation.kind if relation else "worksheet",
        visible=sheet.get("state", "visible") == "visible",
        entry=relation.entry if relation else None,
        sheet_id=sheet.get("sheetId", ""),
    )


def _table(tree: Element, part: str) -> TableScan:
    try:
        ref = parse_box(tree.get("ref", ""))
        header, totals = int(tree.get("headerRowCount", "1")), int(tree.get("totalsRowCount", "0"))
    except ValueError:
        raise Refused(f"{part} inside the workbook is damaged: its range can't be read. Save it in Excel.") from None
    return TableScan(ref, header, totals, tree.get("displayName") or tree.get("name") or "?", part)


def _pivot(tree: Element) -> Iterator[Box]:
    for child in tree:
        if markup.local(child.tag) != "location":
            continue
        try:
            box = parse_box(child.get("ref", ""))
        except ValueError:
            continue
        yield box
        pages = int(child.get("rowPageCount", "0") or 0)
        if pages:
            # Page filters stand above the pivot table, after one blank row, three columns for each column of them.
            width = 3 * max(int(child.get("colPageCount", "1") or 1), 1) - 2
            yield max(box[0] - 1 - pages, 1), box[1], max(box[0] - 2, 1), box[1] + width
