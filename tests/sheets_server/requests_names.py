"""Requests about named ranges and protected ranges."""

import re
from typing import Any

from . import masks, view
from .errors import ApiError, invalid
from .ranges import Area, parse_cells
from .shifts import Json


def _stored_range(batch: Any, grid_range: Json) -> Json:
    batch.book.sheet(grid_range.get("sheetId", 0))
    return Area.of(grid_range).json()


def add_named_range(batch: Any, request: Json) -> Json:
    """``addNamedRange``."""
    wanted = request.get("namedRange", {})
    _check_name(batch, wanted.get("name", ""), None)
    named_id = wanted.get("namedRangeId") or str(batch.book.new_id())
    named = {"namedRangeId": named_id, "name": wanted["name"], "range": _stored_range(batch, wanted.get("range", {}))}
    batch.book.named = [*batch.book.named, named]
    return {"namedRange": named}


def _check_name(batch: Any, name: str, own_id: str | None) -> None:
    if not re.fullmatch(r"[^\W\d]\w{0,249}", name) or parse_cells(name, 0) is not None:
        raise invalid(f"The named range name '{name}' is invalid.")
    for named in batch.book.named:
        if named["name"].casefold() == name.casefold() and named["namedRangeId"] != own_id:
            raise invalid(f"A named range with the name '{name}' already exists.")


def update_named_range(batch: Any, request: Json) -> None:
    """``updateNamedRange``."""
    wanted = request.get("namedRange", {})
    tree = masks.parse(request.get("fields", ""))
    _find_named(batch, wanted.get("namedRangeId", ""))
    if "name" in tree:
        _check_name(batch, wanted.get("name", ""), wanted["namedRangeId"])
    if "range" in wanted:
        wanted = {**wanted, "range": _stored_range(batch, wanted["range"])}
    batch.book.named = [
        masks.write(n, wanted, tree) if n["namedRangeId"] == wanted["namedRangeId"] else n for n in batch.book.named
    ]


def delete_named_range(batch: Any, request: Json) -> None:
    """``deleteNamedRange``."""
    gone = _find_named(batch, request.get("namedRangeId", ""))
    batch.book.named = [n for n in batch.book.named if n is not gone]


def _find_named(batch: Any, named_id: str) -> Json:
    for named in batch.book.named:
        if named["namedRangeId"] == named_id:
            return named  # type: ignore[no-any-return]
    raise invalid(f"No named range with ID {named_id}")


def add_protected_range(batch: Any, request: Json) -> Json:
    """``addProtectedRange``: whoever protects a range may edit it, as may the owner."""
    wanted = request.get("protectedRange", {})
    sheet = batch.book.sheet(wanted.get("range", {}).get("sheetId", 0))
    taken = {p["protectedRangeId"] for s in batch.book.sheets for p in s.parts["protectedRanges"]}
    if wanted.get("protectedRangeId") in taken:
        raise invalid(f"Protected range with ID {wanted['protectedRangeId']} already exists.")
    protected = {k: v for k, v in wanted.items() if k not in ("requestingUserCanEdit", "editors")}
    protected["protectedRangeId"] = wanted.get("protectedRangeId") or batch.book.new_id()
    if "range" in wanted:
        protected["range"] = _stored_range(batch, wanted["range"])
    if "unprotectedRanges" in wanted:
        protected["unprotectedRanges"] = [_stored_range(batch, r) for r in wanted["unprotectedRanges"]]
    asked = wanted.get("editors", {}).get("users", [])
    creator = [batch.who] if batch.who and batch.who not in asked else []
    protected["editors"] = {**wanted.get("editors", {}), "users": [*asked, *creator]}
    protected["editors"] = {k: v for k, v in protected["editors"].items() if v}
    sheet.parts["protectedRanges"] = [*sheet.parts["protectedRanges"], protected]
    asked_editors = {k: v for k, v in wanted.get("editors", {}).items() if v}
    shown = {**view.protection(batch.book, batch.who, protected), "editors": asked_editors}
    return {"protectedRange": shown}


def update_protected_range(batch: Any, request: Json) -> None:
    """``updateProtectedRange``."""
    wanted = request.get("protectedRange", {})
    tree = masks.parse(request.get("fields", ""))
    sheet, old = _find_protected(batch, wanted.get("protectedRangeId"))
    if "range" in wanted:
        wanted = {**wanted, "range": _stored_range(batch, wanted["range"])}
    written = {**masks.write(old, wanted, tree), "protectedRangeId": old["protectedRangeId"]}
    sheet.parts["protectedRanges"] = [written if p is old else p for p in sheet.parts["protectedRanges"]]


def delete_protected_range(batch: Any, request: Json) -> None:
    """``deleteProtectedRange``."""
    sheet, old = _find_protected(batch, request.get("protectedRangeId"))
    sheet.parts["protectedRanges"] = [p for p in sheet.parts["protectedRanges"] if p is not old]


def _find_protected(batch: Any, protected_id: int | None) -> tuple[Any, Json]:
    for sheet in batch.book.sheets:
        for protected in sheet.parts["protectedRanges"]:
            if protected["protectedRangeId"] == protected_id:
                if not batch.book.may_edit(batch.who, protected):
                    raise ApiError(403, f"You do not have permission to change protected range {protected_id}")
                return sheet, protected
    raise invalid(f"No protected range with ID {protected_id}")


HANDLERS = {
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
}
