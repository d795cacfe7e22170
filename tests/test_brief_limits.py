"""The brief where much is missing, unreadable or too much, in every language, and of any workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

import pandas as pd
import pytest

from sheetcrm.engine import evaluate, fill
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory
from sheetcrm.plan import Found as Decided
from sheetcrm.reading import snapshot as read
from sheetcrm.rules import afterwards, first
from sheetcrm.sentences import sentences
from sheetcrm.sync.memory import MemoryBackend
from sheetcrm.views.brief import Brief, Table, brief
from sheetcrm.words import words_of
from tests.brief_pages import AS_OF, CFG, WHOLE, everything, keys, lines, page_of, section, state_of, table
from tests.oracle.random_whole import workbook


def test_tabs_that_are_absent_leave_their_part_out() -> None:
    page = page_of({"accounts": "account_id | name\nA-1 | Norte"})
    assert keys(page) == ["who", "contracts", "commitments", "health", "changes", "agenda"]
    figures = {fact.key: fact.cell.text for fact in page.figures}
    assert figures == {
        "health_score": "no data",
        "annual_value": "€0",
        "next_deadline": "none ahead",
        "last_contact": "no data",
        "open_tickets": "no data",
        "days_overdue": "no data",
    }


def test_empty_tabs_say_so() -> None:
    empty = {
        "accounts": "account_id | name\nA-1 | Norte",
        "contracts": "contract_id | account_id | start_date",
        "interactions": "date | account_id",
        "tickets": "ticket_id | account_id | opened_at",
        "opportunities": "opportunity_id | account_id",
    }
    page = page_of(empty)
    notes = {each.key: each.note for each in page.sections}
    assert notes["talks"] == "No conversation on record."
    assert notes["service"] == "No ticket on record."
    assert notes["contracts"] == "no data"
    assert notes["opportunities"] == "No open opportunity."


def test_an_end_that_cant_be_read_is_not_evergreen() -> None:
    page = page_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": "contract_id | account_id | start_date | end_date | value\nC-1 | A-1 | 2026-01-01 | soon | 100",
        }
    )
    (row,) = table(page, "contracts", "contracts")
    assert row["period"].text == "1 Jan 2026 – (can't be read)"
    assert row["deadline"].text == "(can't be read)"
    assert page.footer.endswith("1 cell of its rows can't be read.")


def test_what_is_known_later_is_not_on_the_page() -> None:
    assert "From the future" not in everything(page_of(WHOLE))
    earlier = page_of(WHOLE, as_of=date(2026, 10, 2))
    assert "T-1" not in everything(earlier)
    assert "A second branch" not in everything(earlier)


def test_a_long_account_stays_one_page() -> None:
    def days(count: int) -> list[date]:
        return [AS_OF - timedelta(days=place % 300) for place in range(count)]

    tabs = {
        "accounts": "account_id | name\nA-1 | Norte",
        "contracts": "\n".join(
            ["contract_id | account_id | start_date | end_date | value | predecessor_id"]
            + [
                f"C-{n} | A-1 | {1990 + n}-01-01 | {1990 + n}-12-31 | 100 | {f'C-{n - 1}' if n else ''}"
                for n in range(40)
            ]
        ),
        "interactions": "\n".join(
            ["date | account_id | contact | channel | summary | next_step | next_step_due | next_step_done_on"]
            + [
                f"{day} | A-1 | Person {n % 40} | call | {'word ' * 200} | Step {n} | {day} |"
                for n, day in enumerate(days(500))
            ]
        ),
        "tickets": "\n".join(
            ["ticket_id | account_id | opened_at | priority | summary | promised_at | resolved_at"]
            + [f"T-{n} | A-1 | {day} | high | {'x' * 500} | {day} |" for n, day in enumerate(days(200))]
        ),
    }
    page = page_of(tabs)
    most = CFG.brief.rows + 1
    for each in page.sections:
        for part in each.parts:
            most_here = 2 * CFG.brief.rows if part.key == "points" else most
            assert len(part.rows if isinstance(part, Table) else part.lines) <= most_here
    (talks,) = section(page, "talks").parts
    assert talks.more == "and 494 more"
    # Two hundred late tickets do not bury the late promises and the renewal.
    assert [point.split(":")[0] for point in lines(page, "agenda", "points")][3:6] == [
        "Promised and not done, with a new date"
    ] * 3
    (ours, *_) = section(page, "commitments").parts
    assert ours.more == "and 694 more"
    assert len(everything(page)) < 20_000


def test_one_row_more_than_fits_is_shown_and_not_counted() -> None:
    def talks(count: int) -> Table:
        rows = "\n".join(f"2026-11-{n + 1:02d} | A-1 | call" for n in range(count))
        page = page_of(
            {"accounts": "account_id | name\nA-1 | Norte", "interactions": f"date | account_id | channel\n{rows}"}
        )
        (found,) = section(page, "talks").parts
        assert isinstance(found, Table)
        return found

    most = CFG.brief.rows
    assert [(len(talks(n).rows), talks(n).more) for n in (most, most + 1, most + 2)] == [
        (most, ""),
        (most + 1, ""),
        (most, "and 2 more"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_page(language: str) -> None:
    def shape(page: Brief) -> list[object]:
        return [
            (each.key, [fact.key for fact in each.facts], [part.key for part in each.parts]) for each in page.sections
        ]

    state = state_of(WHOLE)
    page = page_of(WHOLE, language=language, state=state)
    assert shape(page) == shape(page_of(WHOLE, state=state))
    assert page.language == language
    own = words_of(language)
    assert page.title == own.text("brief.title.visit", name="Norte")
    # A sentence that was made in English is worded anew.
    why = lines(page, "contracts", "why")[0]
    assert why.startswith(f"C-1/2: {own.plural('why.ends', 12, date=own.date(date(2026, 11, 30)))}")


def test_the_workbook_stays_as_it_is() -> None:
    state = state_of(WHOLE)
    before = {
        tab: {name: col.copy() for name, col in frame.items() if isinstance(col, pd.Series)}
        for tab, frame in state.frames.items()
    }
    assert page_of(WHOLE, state=state) == page_of(WHOLE, state=state)
    for tab, columns in before.items():
        for name, column in columns.items():
            pd.testing.assert_series_equal(state.frames[tab][name], column)


def every_page(seeds: Iterable[int]) -> int:
    """Makes the page of each account of random workbooks, in a language that is not always the workbook's."""
    count = 0
    for seed in seeds:
        book = workbook(seed)
        state = evaluate(
            read(MemoryBackend(book.typed()).read(), CFG, "es"),
            book.today,
            CFG,
            Memory(),
            words_of("es"),
            first(),
            book.now,
        )
        fill(state, afterwards(), {"found": Decided()})
        say = sentences(state)
        for row in range(state.sizes["accounts"]):
            page = brief(state, row, CFG, words_of(LANGUAGES[(seed + row) % 3]), say)
            assert not re.search(r"\bnan\b|NaT|None|<NA>|datetime", everything(page))
            assert "agenda" in keys(page)
            count += 1
    return count


def test_any_workbook_has_its_pages() -> None:
    assert every_page(range(3, 6)) > 5


@pytest.mark.proof
def test_two_hundred_random_workbooks_have_their_pages() -> None:
    print(f"{every_page(range(100, 300))} pages")
