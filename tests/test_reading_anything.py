"""Whatever stands in the cells, reading ends in a Snapshot: no crash, no row invented, every address real."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sheetcrm.address import letters
from sheetcrm.reading import snapshot
from sheetcrm.reasons import describe
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.sync.memory import raw_book
from sheetcrm.words import words_of

cells = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        ["A-1", "C-1", "2026-11-21", "21/11/2026", "12M", "sí", "1.500 €", "#N/A", "=1+1", "\u00a0", "a\nb", "😀"]
    ),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2400, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2400, 1, 1)),
)


@st.composite
def workbooks(draw):
    """Some tabs with all or some of their headers, in any order, and anything below them."""
    tabs = {}
    for tab in draw(st.lists(st.sampled_from(PEOPLE_TABS), unique_by=lambda tab: tab.key, max_size=4)):
        required = [column.key for column in tab.people if column.required]
        others = draw(
            st.lists(st.sampled_from([column.key for column in tab.columns if not column.required]), max_size=6)
        )
        header = draw(st.permutations([*required, *others, *draw(st.lists(st.text(max_size=5), max_size=2))]))
        above = draw(st.lists(st.lists(cells, max_size=4), max_size=2))
        rows = draw(st.lists(st.lists(cells, max_size=len(header) + 1), max_size=6))
        tabs[draw(st.sampled_from([tab.key, words_of("es").tab(tab.key)]))] = [*above, list(header), *rows]
    return tabs


@settings(max_examples=25, deadline=None)
@given(workbooks(), st.sampled_from([None, "es", "en", "ru"]))
def test_anything_can_be_read(tabs, language):
    found = snapshot(raw_book(tabs), None, language)
    for tab in PEOPLE_TABS:
        table = found[tab.key]
        ids = table.frame[tab.id].dropna()
        assert ids.is_unique
        assert (ids == ids.str.strip()).all()
        assert np.all(np.diff(table.rows) > 0)
        assert len(table.frame) == len(table.rows) == len(table.stored)
        for key, marks in table.unreadable.items():
            assert table.frame[key][marks].isna().all()
    places = [(one.tab, one.cell) for one in found.problems if one.cell]
    assert len(places) == len(set(places))
    for one in found.problems:
        assert all(describe(one, words_of("ru")))
        if one.cell and one.code != "header_repeated":
            assert one.cell == f"{letters(found[one.tab].where[one.column])}{one.row}"
            assert one.column in {column.key for column in TABS[one.tab].columns}
