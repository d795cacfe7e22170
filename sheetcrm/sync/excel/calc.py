"""What formulas make necessary outside of the sheets: calculation on load, and the calculation chain."""

import re
from collections.abc import Collection

from sheetcrm.address import address
from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.markup import Bytes
from sheetcrm.sync.excel.splice import Splice

_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s>/]")
# Elements of a workbook part before which calcPr must not stand.
_BEFORE_CALC = (b"definedNames", b"externalReferences", b"functionGroups", b"sheets")


def has_formula(cell: Bytes) -> bool:
    """Whether a cell holds a formula, wherever in it."""
    return _FORMULA.search(cell) is not None


def recalculated_on_load(raw: Bytes) -> Bytes:
    """The workbook part with `fullCalcOnLoad` set, so that formulas over changed cells show true values."""
    shade = markup.shadow(raw)
    splice = Splice(raw)
    found = re.search(rb"<(?:[\w.-]+:)?calcPr(?:\s[^>]*)?>", shade)
    if found is not None:
        tag = bytes(raw[found.start() : found.end()])
        if markup.attributes(tag).get(b"fullCalcOnLoad") in (b"1", b"true"):
            return raw
        splice.put(found.start(), found.end(), markup.with_attribute(tag, b"fullCalcOnLoad", b"1"))
        return splice.join()
    for name in _BEFORE_CALC:
        close = re.search(rb"</((?:[\w.-]+:)?)" + name + rb"\s*>|<((?:[\w.-]+:)?)" + name + rb"(?:\s[^>]*)?/>", shade)
        if close is not None:
            prefix = close[1] if close[1] is not None else close[2]
            splice.put(close.end(), close.end(), b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')
            break
    return splice.join()


def shortened_chain(raw: Bytes, gone: Collection[tuple[str, int, int]]) -> Bytes | None:
    """The calculation chain without the cells (sheet id, row, column) that lost their formula; None if none is left.

    An entry without `i` belongs to the sheet of the entry before it, so the first one kept after a cut names it.
    """
    cells = {(sheet, address(row, col)) for sheet, row, col in gone}
    shade = markup.shadow(raw)
    splice = Splice(raw)
    sheet = written = ""
    kept = 0
    for match in re.finditer(rb"<(?:[\w.-]+:)?c(?:\s[^>]*)?>(?:</(?:[\w.-]+:)?c\s*>)?", shade):
        entry = markup.attributes(match[0])
        sheet = entry[b"i"].decode() if b"i" in entry else sheet
        if (sheet, entry.get(b"r", b"").decode()) in cells:
            splice.put(match.start(), match.end(), b"")
            continue
        kept += 1
        if b"i" not in entry and written != sheet:
            tag = markup.with_attribute(match[0], b"i", sheet.encode())
            splice.put(match.start(), match.end(), tag)
        written = sheet
    return splice.join() if kept else None


def without_override(types: Bytes, part: str) -> Bytes:
    """The content types without the line for a removed part."""
    return _without(types, rb"Override", b"PartName", part)


def without_relation(rels: Bytes, kind: str) -> Bytes:
    """The relations without those of one kind, such as `calcChain`."""
    return _without(rels, rb"Relationship", b"Type", kind)


def _without(raw: Bytes, element: bytes, name: bytes, ending: str) -> Bytes:
    splice = Splice(raw)
    tag = rb"<((?:[\w.-]+:)?)" + element + rb"\s[^>]*?(?:/>|>\s*</(?:[\w.-]+:)?" + element + rb"\s*>)"
    for match in re.finditer(tag, markup.shadow(raw)):
        value = markup.attributes(match[0]).get(name, b"").decode("utf-8", "replace").replace("\\", "/")
        if value.lower().rpartition("/")[2] == ending.lower().replace("\\", "/").rpartition("/")[2]:
            splice.put(match.start(), match.end(), b"")
    return splice.join()
