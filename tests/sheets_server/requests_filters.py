"""Requests about filters: the one basic filter of a tab, and people's filter views. Filters hide; rows stay in place."""

from typing import Any

from . import masks
from .errors import invalid
from .ranges import Area
from .sheet import Sheet
from .shifts import Json


def set_basic_filter(batch: Any, request: Json) -> None:
    """``setBasicFilter``: replaces the tab's filter; an open range is the whole grid."""
    wanted = request.get("filter", {})
    area = Area.of(wanted.get("range", {}))
    sheet = batch.book.sheet(area.sheet_id)
    sheet.parts["basicFilter"] = {**wanted, "range": sheet.bounded(area).json()}


def clear_basic_filter(batch: Any, request: Json) -> None:
    """``clearBasicFilter``."""
    batch.book.sheet(request.get("sheetId", 0)).parts["basicFilter"] = None


def add_filter_view(batch: Any, request: Json) -> Json:
    """``addFilterView``."""
    wanted = request.get("filter", {})
    area = Area.of(wanted.get("range", {}))
    sheet = batch.book.sheet(area.sheet_id)
    view_id = wanted.get("filterViewId") or batch.book.new_id()
    if any(v["filterViewId"] == view_id for s in batch.book.sheets for v in s.parts["filterViews"]):
        raise invalid(f"Filter view with ID {view_id} already exists.")
    title = wanted.get("title") or f"Filter {len(sheet.parts['filterViews']) + 1}"
    view = {**wanted, "filterViewId": view_id, "title": title, "range": area.json()}
    sheet.parts["filterViews"] = [*sheet.parts["filterViews"], view]
    return {"filter": view}


def update_filter_view(batch: Any, request: Json) -> None:
    """``updateFilterView``."""
    wanted = request.get("filter", {})
    sheet, old = _view(batch, wanted.get("filterViewId"))
    if "range" in wanted:
        wanted = {**wanted, "range": Area.of(wanted["range"]).json()}
    written = masks.write(old, wanted, masks.parse(request.get("fields", "")))
    sheet.parts["filterViews"] = [written if v is old else v for v in sheet.parts["filterViews"]]


def duplicate_filter_view(batch: Any, request: Json) -> Json:
    """``duplicateFilterView``."""
    sheet, old = _view(batch, request.get("filterId"))
    view = {**old, "filterViewId": batch.book.new_id(), "title": f"Copy of {old['title']}"}
    sheet.parts["filterViews"] = [*sheet.parts["filterViews"], view]
    return {"filter": view}


def delete_filter_view(batch: Any, request: Json) -> None:
    """``deleteFilterView``."""
    sheet, old = _view(batch, request.get("filterId"))
    sheet.parts["filterViews"] = [v for v in sheet.parts["filterViews"] if v is not old]


def _view(batch: Any, view_id: int | None) -> tuple[Sheet, Json]:
    for sheet in batch.book.sheets:
        for view in sheet.parts["filterViews"]:
            if view["filterViewId"] == view_id:
                return sheet, view
    raise invalid(f"No filter view with ID {view_id}")


HANDLERS = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "duplicateFilterView": duplicate_filter_view,
    "deleteFilterView": delete_filter_view,
}
