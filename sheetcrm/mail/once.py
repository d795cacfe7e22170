"""What a letter would say twice, or in every row, said once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_UNREADABLE = "data_problems"
"""The matter that says that a person's cells can't be read; a letter that lists the cells needs no more."""

_Part = Mapping[str, Any]


def said_once(body: Mapping[str, Any]) -> dict[str, Any]:
    """A digest's body without what it says elsewhere too.

    The reader's unreadable cells are no matter where they are listed. One colleague who stands in for the reader in
    several rows is named once: ``stand_in`` of the whole body.
    """
    matters = _without_listed(body["matters"]) if body.get("matters") and body["problems"] else body.get("matters", ())
    rows = [row for part in (*body["sections"], *matters) for row in part["rows"]]
    names = [row["stand_in"] for row in rows if row.get("stand_in")]
    if len(names) < 2 or len(set(names)) > 1:
        return {**body, "matters": matters}
    sections = [_without_stand_in(part) for part in body["sections"]]
    return {**body, "sections": sections, "matters": [*map(_without_stand_in, matters)], "stand_in": names[0]}


def _without_listed(matters: Sequence[_Part]) -> Sequence[_Part]:
    """A row with an owner is a colleague's, whose cells are not listed."""
    kept = []
    for matter in matters:
        theirs = [row for row in matter["rows"] if row["owner"] or matter["key"] != _UNREADABLE]
        if theirs:
            kept.append({**matter, "rows": theirs})
    return kept


def _without_stand_in(part: _Part) -> dict[str, Any]:
    return {**part, "rows": [{**row, "stand_in": ""} for row in part["rows"]]}
