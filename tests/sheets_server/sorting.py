"""Sorting rows of an area: cells go with their formats, notes and formulas; blanks stay last."""

from dataclasses import replace
from typing import Any

from .formula_refs import copied
from .formula_values import rank
from .grid import PLAIN, Scalar
from .ranges import Area
from .sheet import Sheet

Spec = tuple[int, bool]
"""A column and whether it descends."""


def sort_rows(sheet: Sheet, area: Area, specs: list[Spec]) -> None:
    """Sorts the rows of ``area`` by the given columns, the first one first; equal rows keep their order."""
    top, bottom, left, right = sheet.bounded(area).corners()
    bottom = min(bottom, len(sheet.grid.rows))
    order = list(range(top, bottom))
    for column, descending in reversed(specs):
        filled = [r for r in order if not _blank(sheet.grid.value(r, column))]
        blank = [r for r in order if _blank(sheet.grid.value(r, column))]
        filled.sort(key=lambda r: rank(sheet.grid.value(r, column)), reverse=descending)
        order = filled + blank
    if order == list(range(top, bottom)):
        return
    if left == 0 and right == sheet.columns:
        _sort_whole(sheet, top, order)
        return
    taken = [_take(sheet, r, left, right) for r in order]
    for place, (came_from, values, extras) in enumerate(taken, start=top):
        _give(sheet, place, place - came_from, left, right, values, extras)


def _sort_whole(sheet: Sheet, top: int, order: list[int]) -> None:
    """Rows sorted over all their columns go as they are; only their formulas follow."""
    rows = sheet.grid.rows
    rows[top : top + len(order)] = [rows[r] for r in order]
    for place, c, formula in sheet.grid.formulas():
        if top <= place < top + len(order) and order[place - top] != place:
            extra = sheet.grid.extra(place, c)
            moved = copied(formula, place - order[place - top], 0)
            sheet.grid.put_extra(place, c, replace(extra, formula=moved))


def _blank(value: Scalar) -> bool:
    return value is None or value == ""


def _take(sheet: Sheet, r: int, left: int, right: int) -> tuple[int, list[Scalar], dict[int, Any]]:
    row = sheet.grid.row(r)
    if row is None:
        return r, [], {}
    return r, row.values[left:right], {c: e for c, e in row.extras.items() if left <= c < right}


def _give(sheet: Sheet, r: int, down: int, left: int, right: int, values: list[Scalar], extras: dict[int, Any]) -> None:
    row = sheet.grid.to_write(r)
    padded = row.values[:left] + [None] * (left - len(row.values))
    tail = row.values[right:]
    row.values = padded + values + ([None] * (right - left - len(values)) + tail if tail else [])
    kept = {c: e for c, e in row.extras.items() if not left <= c < right}
    for c, extra in extras.items():
        if extra.formula is not None and down:
            extra = replace(extra, formula=copied(extra.formula, down, 0))
        if extra != PLAIN:
            kept[c] = extra
    if kept or row.extras:
        row.extras = kept
