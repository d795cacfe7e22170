"""Which rows are records: those with a readable, unique id (domain 2). The others are reported and left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.cells import Bad, bools, clean
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Bools, Ints
from sheetcrm.reading.body import Body, Report, positions
from sheetcrm.schema import Tab
from sheetcrm.words import normalise, words_of

MOST_DIGITS = 15
"""Digits that a number cell keeps; longer ids typed as numbers have lost their end."""

_TOTALS = {"total", "totals", "totales", "suma", "sum", "subtotal", "grand total", "total general", "итого", "всего"}
_SHOWN = 20


@dataclass(frozen=True)
class Identity:
    """``kept`` are the positions of the records, ``ids`` their ids, ``typed`` their ids before any clean-up.

    ``seen`` are all readable ids, also of rows that are left out because two share one: nobody who names such an id
    is an orphan. ``filled`` counts rows in which anything stands, ``last`` is the last of them (−1: none).
    """

    kept: Ints
    ids: pa.Array
    typed: pa.Array
    seen: pa.Array
    filled: int
    last: int


def identify(tab: Tab, body: Body, report: Report) -> Identity:
    """Find the records of a tab; report blank, lost, merged and repeated ids."""
    raw = body.cells(tab.id)
    typed = raw if raw is not None else pa.nulls(body.size, pa.string())
    ids = clean(typed)
    if tab.key == "team":
        ids = pc.utf8_lower(ids)  # an address means the same in any case
    filled = _filled_rows(tab, body, ids)
    lost = lost_ids(tab.id, body, ids)
    valid = bools(pc.is_valid(ids))
    shown = _examples(ids)
    written = filled.copy()
    filled &= ~shown
    valid &= ~shown
    for at in (*body.totals.tolist(), *_typed_totals(tab, body, ids)):
        filled[at] = written[at] = valid[at] = False
    for at, bad in lost.items():
        report.add(bad, body.start + at, tab.id, ids[at].as_py(), ids[at].as_py())
        valid[at] = False
    if tab.id_required:
        _report_blank(tab, body, filled & ~valid & ~_mask(lost, body.size), report)
    seen = ids.filter(pa.array(valid))
    repeated = _repeated(tab, body, ids, valid, report)
    kept = filled & ~repeated & (valid if tab.id_required else ~_mask(lost, body.size))
    at = positions(kept)
    # New rows go below the example too: it is no record, but it is somebody's row.
    rows = positions(written)
    whole = len(at) == body.size
    return Identity(
        kept=at,
        ids=ids if whole else ids.take(pa.array(at)),
        typed=typed if whole else typed.take(pa.array(at)),
        seen=seen,
        filled=int(filled.sum()),
        last=int(rows[-1]) if len(rows) else -1,
    )


def _examples(ids: pa.Array) -> Bools:
    """Rows that only show what to type, as an empty workbook has them."""
    return bools(pc.is_in(pc.utf8_upper(ids), value_set=_said_of_examples()))


@cache
def _said_of_examples() -> pa.Array:
    return pa.array([words_of(language).text("example.id") for language in LANGUAGES])


def lost_ids(key: str, body: Body, ids: pa.Array) -> dict[int, Bad]:
    """Ids that the spreadsheet has already changed: numbers of over 15 digits, and codes turned into dates."""
    if key not in body.found.where:
        return {}
    long = pc.match_substring_regex(ids, rf"^\d{{{MOST_DIGITS + 1},}}$")
    dated = pc.match_substring_regex(ids, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
    suspects = bools(pc.or_(long, dated))
    if not suspects.any():
        return {}
    found = positions(suspects & ~body.text_mask(key))
    return {int(at): Bad("id_date" if dated[int(at)].as_py() else "id_long") for at in found}


def _filled_rows(tab: Tab, body: Body, ids: pa.Array) -> Bools:
    """Rows in which people have written anything at all."""
    filled = bools(pc.is_valid(ids))
    for column in tab.people:
        for at in body.broken.get(column.key, ()):
            filled[at] = True
    open_rows = positions(~filled)
    for column in tab.people:
        if not len(open_rows):
            break
        cells = body.cells(column.key)
        if cells is None or column.key == tab.id:
            continue
        if len(open_rows) < body.size:
            cells = cells.take(pa.array(open_rows))
        has = bools(pc.is_valid(clean(cells)))
        filled[open_rows[has]] = True
        open_rows = open_rows[~has]
    return filled


def _report_blank(tab: Tab, body: Body, blank: Bools, report: Report) -> None:
    """One problem per row without id, at the id's cell, with the reason where there is one."""
    found = positions(blank)
    if not len(found):
        return
    merged = body.merged_into(tab.id)
    broken = body.broken.get(tab.id, {})
    totals = _totals(tab, body, found)
    for at in found.tolist():
        if at in broken:
            report.add(broken[at], body.start + at, tab.id, str(broken[at].params.get("error", "")))
        elif at in merged:
            report.add(Bad("id_merged", {"anchor": merged[at]}), body.start + at, tab.id)
        elif at not in totals:
            report.add(Bad("id_blank"), body.start + at, tab.id)


def _typed_totals(tab: Tab, body: Body, ids: pa.Array) -> list[int]:
    """Rows of sums that people wrote below the records with "Total" where the id should be."""
    heads = pc.match_substring_regex(ids, r"(?i)^(grand )?(sub)?(total|suma|sum$|итого|всего)")
    suspects = positions(bools(heads)).tolist()
    return sorted(_totals(tab, body, np.array(suspects, dtype=np.int64)))


def _totals(tab: Tab, body: Body, rows: Ints) -> set[int]:
    """Those of these rows that only sum up the records: some cell says "Total" and no required cell is filled."""
    for column in tab.people:
        cells = body.cells(column.key) if column.required and column.key != tab.id else None
        if cells is not None and len(rows):
            rows = rows[~bools(pc.is_valid(clean(cells.take(pa.array(rows)))))]
    said: set[int] = set()
    for column in tab.people:
        cells = body.cells(column.key)
        if cells is not None and len(rows):
            texts = cells.take(pa.array(rows)).to_pylist()
            said.update(at for at, text in zip(rows.tolist(), texts, strict=True) if normalise(text or "") in _TOTALS)
    return said


def _repeated(tab: Tab, body: Body, ids: pa.Array, valid: Bools, report: Report) -> Bools:
    """Rows whose id stands in more than one row; each is reported with the others."""
    encoded = ids.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    codes = np.where(valid, codes, -1)
    counts = np.bincount(codes[codes >= 0], minlength=len(encoded.dictionary))
    if not (counts > 1).any():
        return np.zeros(body.size, dtype=bool)
    repeated = np.zeros(body.size, dtype=bool)
    several = np.append(counts > 1, False)
    repeated[several[codes]] = True
    places: dict[int, list[int]] = {}
    for at in positions(repeated).tolist():
        places.setdefault(int(codes[at]), []).append(at)
    for code, ats in places.items():
        shared = encoded.dictionary[code].as_py()
        rows = [body.start + at for at in ats]
        for row in rows:
            others = [other for other in rows[: _SHOWN + 1] if other != row][:_SHOWN]
            report.add(Bad("id_repeated", {"rows": others}), row, tab.id, shared, shared)
    return repeated


def _mask(marks: dict[int, Bad], size: int) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[list(marks)] = True
    return mask
