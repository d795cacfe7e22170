"""Requests about looks: conditional formats, banding, borders."""

from dataclasses import replace
from typing import Any

from . import masks
from .errors import invalid
from .grid import Extra
from .ranges import Area
from .requests_cells import grid_area
from .sheet import Sheet
from .shifts import Json


def _stored_rule(batch: Any, rule: Json) -> tuple[Sheet, Json]:
    ranges = rule.get("ranges", [])
    if not ranges:
        raise invalid("A conditional format rule must have at least one range.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise invalid("A conditional format rule must have either a boolean or a gradient rule.")
    if "booleanRule" in rule and not rule["booleanRule"].get("condition", {}).get("type"):
        raise invalid("The condition of a boolean rule must have a type.")
    sheet = batch.book.sheet(ranges[0].get("sheetId", 0))
    return sheet, {**rule, "ranges": [Area.of(r).json() for r in ranges]}


def add_conditional_format_rule(batch: Any, request: Json) -> None:
    """``addConditionalFormatRule``: at its index, or first."""
    sheet, rule = _stored_rule(batch, request.get("rule", {}))
    rules = list(sheet.parts["conditionalFormats"])
    index = request.get("index", 0)
    if not 0 <= index <= len(rules):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    rules.insert(index, rule)
    sheet.parts["conditionalFormats"] = rules


def update_conditional_format_rule(batch: Any, request: Json) -> Json:
    """``updateConditionalFormatRule``: replaces the rule at an index, or moves it."""
    sheet = batch.book.sheet(request.get("sheetId", request.get("rule", {}).get("ranges", [{}])[0].get("sheetId", 0)))
    rules, index = list(sheet.parts["conditionalFormats"]), request.get("index", 0)
    old = _rule_at(sheet, index)
    if "rule" in request:
        _, rules[index] = _stored_rule(batch, request["rule"])
        new_index = index
    else:
        new_index = request.get("newIndex", 0)
        rules.insert(new_index, rules.pop(index))
    sheet.parts["conditionalFormats"] = rules
    out = {"newRule": rules[new_index], "newIndex": new_index}
    return {**out, "oldRule": old} if "rule" in request else {**out, "oldIndex": index}


def delete_conditional_format_rule(batch: Any, request: Json) -> Json:
    """``deleteConditionalFormatRule``: later rules move up."""
    sheet, index = batch.book.sheet(request.get("sheetId", 0)), request.get("index", 0)
    gone = _rule_at(sheet, index)
    sheet.parts["conditionalFormats"] = [r for i, r in enumerate(sheet.parts["conditionalFormats"]) if i != index]
    return {"rule": gone}


def _rule_at(sheet: Sheet, index: int) -> Json:
    rules = sheet.parts["conditionalFormats"]
    if not 0 <= index < len(rules):
        raise invalid(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return rules[index]  # type: ignore[no-any-return]


def add_banding(batch: Any, request: Json) -> Json:
    """``addBanding``."""
    wanted = request.get("bandedRange", {})
    area = Area.of(wanted.get("range", {}))
    sheet = batch.book.sheet(area.sheet_id)
    if any(Area.of(b["range"]).meets(area) for b in sheet.parts["bandedRanges"]):
        raise invalid("You cannot add alternating background colors to a range that already has them.")
    banded = {**wanted, "range": area.json(), "bandedRangeId": wanted.get("bandedRangeId") or batch.book.new_id()}
    sheet.parts["bandedRanges"] = [*sheet.parts["bandedRanges"], banded]
    return {"bandedRange": banded}


def update_banding(batch: Any, request: Json) -> None:
    """``updateBanding``."""
    wanted = request.get("bandedRange", {})
    sheet, old = _banding(batch, wanted.get("bandedRangeId"))
    if "range" in wanted:
        wanted = {**wanted, "range": Area.of(wanted["range"]).json()}
    written = masks.write(old, wanted, masks.twins(masks.parse(request.get("fields", ""))))
    sheet.parts["bandedRanges"] = [written if b is old else b for b in sheet.parts["bandedRanges"]]


def delete_banding(batch: Any, request: Json) -> None:
    """``deleteBanding``."""
    sheet, old = _banding(batch, request.get("bandedRangeId"))
    sheet.parts["bandedRanges"] = [b for b in sheet.parts["bandedRanges"] if b is not old]


def _banding(batch: Any, banded_id: int | None) -> tuple[Sheet, Json]:
    for sheet in batch.book.sheets:
        for banded in sheet.parts["bandedRanges"]:
            if banded["bandedRangeId"] == banded_id:
                return sheet, banded
    raise invalid(f"No banding with id: {banded_id}")


def update_borders(batch: Any, request: Json) -> None:
    """``updateBorders``: the outside and the inside lines of a range; a style of NONE takes a line away."""
    sheet, area = grid_area(batch, request.get("range", {}))
    top, bottom, left, right = area.corners()
    for r in range(top, bottom):
        for c in range(left, right):
            lines = {
                "top": request.get("top" if r == top else "innerHorizontal"),
                "bottom": request.get("bottom" if r == bottom - 1 else "innerHorizontal"),
                "left": request.get("left" if c == left else "innerVertical"),
                "right": request.get("right" if c == right - 1 else "innerVertical"),
            }
            sheet.grid.put_extra(r, c, _bordered(sheet.grid.extra(r, c), lines))


def _bordered(extra: Extra, lines: dict[str, Json | None]) -> Extra:
    look = dict(extra.format or {})
    borders = {**look.get("borders", {}), **{side: line for side, line in lines.items() if line is not None}}
    look["borders"] = {side: line for side, line in borders.items() if line.get("style") != "NONE"}
    return replace(extra, format={k: v for k, v in look.items() if v} or None)


HANDLERS = {
    "addConditionalFormatRule": add_conditional_format_rule,
    "updateConditionalFormatRule": update_conditional_format_rule,
    "deleteConditionalFormatRule": delete_conditional_format_rule,
    "addBanding": add_banding,
    "updateBanding": update_banding,
    "deleteBanding": delete_banding,
    "updateBorders": update_borders,
}
