"""Which tab is which, and which column: by title and header in three languages, never by position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from sheetcrm.languages import LANGUAGES
from sheetcrm.raw import RawSheet
from sheetcrm.reading.options import Options
from sheetcrm.schema import TABS, Tab
from sheetcrm.words import header_keys, normalise, tab_titles, words_of

HEADER_WITHIN = 20
"""Rows at the top of a tab among which its header may stand, below titles and blank lines."""

SURE_SHARE = 0.8
"""Share of a row's filled cells that must be headers of the tab for the search to stop there."""

LEAST_HEADERS = 3
"""Headers that a row of a tab without required columns needs to be its header row."""

ALIAS, WORD, SYNONYM = range(3)


@dataclass(frozen=True)
class FoundTab:
    """A tab of the workbook, recognised.

    ``where`` gives the 1-based sheet column of each key. ``missing`` are required columns that it lacks.
    ``repeated`` are further columns (sheet column, key, header) with the header of one that was already found.
    """

    tab: Tab
    sheet: RawSheet
    header_row: int = 0
    where: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    repeated: tuple[tuple[int, str, str], ...] = ()
    rank: int = WORD


def tab_of(title: str, options: Options) -> tuple[str, int] | None:
    """The tab that a title means and how surely (configured alias, its word, a synonym); None for people's own tabs."""
    folded = normalise(title)
    if folded in options.tab_aliases:
        return options.tab_aliases[folded], ALIAS
    key = tab_titles().get(folded)
    if key not in TABS:
        return None
    return key, WORD if folded in {normalise(words_of(language).tab(key)) for language in LANGUAGES} else SYNONYM


def find_tabs(sheets: Sequence[RawSheet], options: Options) -> tuple[dict[str, FoundTab], list[FoundTab]]:
    """The workbook's tabs by key, and those that look like a tab that was already found.

    Of several candidates the one with all required columns wins, then the surer title, then the first.
    """
    candidates: dict[str, list[FoundTab]] = {}
    for sheet in sheets:
        known = tab_of(sheet.title, options)
        if known is not None and known[0] in TABS:
            candidates.setdefault(known[0], []).append(find_header(TABS[known[0]], sheet, options, known[1]))
    found: dict[str, FoundTab] = {}
    doubles: list[FoundTab] = []
    for key, tabs in candidates.items():
        best = min(tabs, key=lambda tab: (bool(tab.missing), tab.rank))
        found[key] = best
        doubles.extend(tab for tab in tabs if tab is not best and not tab.missing and tab.where)
    return found, doubles


def find_header(tab: Tab, sheet: RawSheet, options: Options, rank: int = WORD) -> FoundTab:
    """The header row of a tab: the row that holds its required headers, else the one that holds most headers."""
    if not tab.columns:
        return FoundTab(tab, sheet, rank=rank)
    required = [column.key for column in tab.columns if column.required]
    least = len(required) or min(LEAST_HEADERS, len(tab.columns))
    best: FoundTab | None = None
    for row, texts in enumerate(_first_rows(sheet), start=sheet.first_row):
        found = _match(tab, sheet, row, texts, options, rank)
        missing = tuple(key for key in required if key not in found.where)
        candidate = FoundTab(tab, sheet, row, found.where, found.headers, missing, found.repeated, rank)
        if best is None or _score(candidate) > _score(best):
            best = candidate
            filled = sum(text is not None for text in texts)
            if not missing and len(found.where) >= max(least, SURE_SHARE * filled):
                break
    if best is None or (not required and len(best.where) < least):
        return FoundTab(tab, sheet, missing=tuple(required), rank=rank)
    return best


def language_of(found: Mapping[str, FoundTab]) -> str:
    """The language of most headers and titles; "" when none is known (a workbook with headers of its own)."""
    votes: Counter[str] = Counter()
    for key, tab in found.items():
        spoken = [(normalise(header), column) for column, header in tab.headers.items()]
        for language in LANGUAGES:
            votes[language] += normalise(tab.sheet.title) == normalise(words_of(language).tab(key))
            votes[language] += sum(_words(key, language).get(column) == header for header, column in spoken)
    best = max(votes, key=lambda language: votes[language], default="")
    return best if votes[best] else ""


def _score(found: FoundTab) -> tuple[bool, int]:
    return not found.missing, len(found.where)


def _first_rows(sheet: RawSheet) -> list[list[str | None]]:
    heads = [column.slice(0, HEADER_WITHIN).to_pylist() for column in sheet.columns]
    return [list(row) for row in zip(*heads, strict=True)]


def _match(tab: Tab, sheet: RawSheet, row: int, texts: Sequence[str | None], options: Options, rank: int) -> FoundTab:
    """The headers of one row. A surer name wins (alias, word, synonym), then the first; the others are repeated."""
    aliases = options.column_aliases.get(tab.key, {})
    known = header_keys(tab.key)
    words = {column.key: {_words(tab.key, language)[column.key] for language in LANGUAGES} for column in tab.columns}
    named: dict[str, list[tuple[int, int, str]]] = {}
    for at, text in enumerate(texts):
        folded = normalise(text) if text else ""
        key = aliases.get(folded) or known.get(folded) if folded else None
        if key is not None and key in words:
            sure = ALIAS if folded in aliases else WORD if folded in words[key] else SYNONYM
            named.setdefault(key, []).append((sure, sheet.first_col + at, text or ""))
    chosen = {key: min(places) for key, places in named.items()}
    repeated = [(place[1], key, place[2]) for key, places in named.items() for place in places if place != chosen[key]]
    return FoundTab(
        tab=tab,
        sheet=sheet,
        header_row=row,
        where={key: place[1] for key, place in chosen.items()},
        headers={key: place[2] for key, place in chosen.items()},
        repeated=tuple(sorted(repeated)),
        rank=rank,
    )


@cache
def _words(tab: str, language: str) -> dict[str, str]:
    """The normalised header of each column in one language."""
    words = words_of(language)
    return {column.key: normalise(words.header(tab, column.key)) for column in TABS[tab].columns}
