"""How surely a header means a column: our words in three languages, their synonyms, and what people really write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from sheetcrm.resources import resource
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.words import header_keys, normalise, tab_titles

OWNER_MAIL = "team.email"
"""The target of a column that holds the address of the row's owner."""

EXACT, WRITTEN, DOUBTFUL = 1.0, 0.95, 0.55
"""A header as our own words have it; as people are known to write it; one that has several meanings."""

_PART, _PART_MOST, _NEAR = 0.5, 0.35, 0.62
_ALIKE = 0.88
_LEAST_TOKEN = 4
_DIGITS = re.compile(r"\d+")


@cache
def _written() -> Mapping[str, Any]:
    from ruamel.yaml import YAML

    data: Mapping[str, Any] = YAML(typ="safe", pure=True).load(
        resource("adopt/synonyms.yaml").read_text(encoding="utf-8")
    )
    return data


@cache
def known(tab: str) -> dict[str, dict[str, float]]:
    """Normalised header → people's column → how surely it is meant, in one tab."""
    people = {column.key for column in TABS[tab].people}
    found: dict[str, dict[str, float]] = {}
    for header, key in header_keys(tab).items():
        if key in people:
            found.setdefault(header, {})[key] = EXACT
    columns = _written()["columns"]
    for source in (columns.get(tab, {}), columns["any"]):
        for key, headers in source.items():
            if key not in people:
                continue
            for header in headers:
                doubtful = header.startswith("~")
                place = found.setdefault(normalise(header.lstrip("~")), {})
                place[key] = max(place.get(key, 0.0), DOUBTFUL if doubtful else WRITTEN)
    return found


@cache
def is_known(header: str) -> bool:
    """Whether a normalised header is one of any tab's, the runner's included."""
    return any(header in known(tab.key) or header in header_keys(tab.key) for tab in PEOPLE_TABS)


@cache
def meanings(tab: str, header: str) -> Mapping[str, float]:
    """People's columns of a tab that a normalised header may mean, and how surely: as written, in part, mistyped."""
    index = known(tab)
    found = dict(index.get(header, {}))
    if not header or header in header_keys(tab):
        return found
    tokens = set(header.split())
    for other, keys in index.items():
        if other == header:
            continue
        parts = set(other.split())
        if parts < tokens and any(len(part) >= _LEAST_TOKEN for part in parts):
            sure = _PART + _PART_MOST * len(parts) / len(tokens)
        elif _mistyped(header, other):
            sure = _NEAR
        else:
            continue
        for key, weight in keys.items():
            found[key] = max(found.get(key, 0.0), sure * weight)
    return found


def _mistyped(header: str, other: str) -> bool:
    if len(header) <= _LEAST_TOKEN or abs(len(header) - len(other)) > 2 or header[0] != other[0]:
        return False
    return difflib.SequenceMatcher(None, header, other).ratio() >= _ALIKE


@cache
def is_owner_mail(header: str) -> bool:
    """Whether a normalised header asks for the address of whoever looks after the row."""
    return header in {normalise(written) for written in _written()["owner_mail"]}


@cache
def tab_meanings(title: str) -> Mapping[str, float]:
    """Tabs that a title may mean: as our words have it, or with more words and years around ("Contratos 2026")."""
    index = dict(tab_titles())
    for tab, titles in _written()["tabs"].items():
        index.update({normalise(written): tab for written in titles if normalise(written) not in index})
    folded = normalise(_DIGITS.sub(" ", title))
    if folded in index:
        return {index[folded]: EXACT}
    tokens = set(folded.split())
    return {tab: _PART for written, tab in index.items() if written and set(written.split()) <= tokens}
