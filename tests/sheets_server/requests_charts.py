"""Requests about charts."""

from typing import Any

from . import masks
from .errors import invalid
from .sheet import Sheet
from .shifts import Json

_SIZE = {"widthPixels": 600, "heightPixels": 371}


def add_chart(batch: Any, request: Json) -> Json:
    """``addChart``: over the grid, under a given or a new id. A fixed id that exists is refused."""
    chart = request.get("chart", {})
    spec = chart.get("spec")
    if not spec or not any(name.endswith("Chart") for name in spec):
        raise invalid("No chart specification.")
    position = _position(batch, chart.get("position", {}))
    chart_id = chart.get("chartId") or batch.book.new_id()
    if _find(batch, chart_id) is not None:
        raise invalid(f"Chart with id {chart_id} already exists.")
    sheet = batch.book.sheet(position["overlayPosition"]["anchorCell"]["sheetId"])
    placed = {**chart, "chartId": chart_id, "position": position}
    sheet.parts["charts"] = [*sheet.parts["charts"], placed]
    return {"chart": placed}


def _position(batch: Any, position: Json) -> Json:
    """An overlay with every size in it. Charts on a sheet of their own are not simulated."""
    if "overlayPosition" not in position:
        raise invalid("A chart must have an overlayPosition.")
    overlay = position["overlayPosition"]
    anchor = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0, **overlay.get("anchorCell", {})}
    batch.book.sheet(anchor["sheetId"])
    return {"overlayPosition": {**_SIZE, **overlay, "anchorCell": anchor}}


def update_chart_spec(batch: Any, request: Json) -> None:
    """``updateChartSpec``: the whole spec is replaced."""
    sheet, old = _one(batch, request.get("chartId"))
    if not request.get("spec"):
        raise invalid("No chart specification.")
    _put(sheet, old, {**old, "spec": request["spec"]})


def update_embedded_object_position(batch: Any, request: Json) -> Json:
    """``updateEmbeddedObjectPosition``."""
    sheet, old = _one(batch, request.get("objectId"))
    tree = masks.parse(request.get("fields") or "*")
    wanted = request.get("newPosition", {})
    overlay = wanted.get("overlayPosition", {})
    if "*" not in tree:
        overlay = masks.write(old["position"]["overlayPosition"], overlay, tree)
    position = _position(batch, {"overlayPosition": overlay})
    _put(sheet, old, {**old, "position": position})
    return {"position": position}


def delete_embedded_object(batch: Any, request: Json) -> None:
    """``deleteEmbeddedObject``."""
    sheet, old = _one(batch, request.get("objectId"))
    sheet.parts["charts"] = [c for c in sheet.parts["charts"] if c is not old]


def _find(batch: Any, chart_id: int | None) -> tuple[Sheet, Json] | None:
    for sheet in batch.book.sheets:
        for chart in sheet.parts["charts"]:
            if chart["chartId"] == chart_id:
                return sheet, chart
    return None


def _one(batch: Any, chart_id: int | None) -> tuple[Sheet, Json]:
    found = _find(batch, chart_id)
    if found is None:
        raise invalid(f"No embedded object with id: {chart_id}")
    return found


def _put(sheet: Sheet, old: Json, new: Json) -> None:
    sheet.parts["charts"] = [new if c is old else c for c in sheet.parts["charts"]]


HANDLERS = {
    "addChart": add_chart,
    "updateChartSpec": update_chart_spec,
    "updateEmbeddedObjectPosition": update_embedded_object_position,
    "deleteEmbeddedObject": delete_embedded_object,
}
