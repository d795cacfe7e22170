"""The dashboard: what stands at each address, in three languages; and its layout."""

from __future__ import annotations

import re
from datetime import date

import pytest

from sheetcrm.engine import evaluate
from sheetcrm.evaluated import Evaluated
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory, Problem, Snapshot, Value
from sheetcrm.rules import first
from sheetcrm.views import dashboard
from sheetcrm.views.dashboard import CARDS, CHARTS, TABLES
from sheetcrm.views.layout import LAYOUT
from sheetcrm.words import words_of
from tests.rules.contracts_book import DEFAULTS, health_band
from tests.tables import snapshot

AS_OF = date(2026, 11, 21)
TABS = {
    "accounts": """
        account_id | name  | client_since | notes
        A-1        | Norte | 2020-01-01   | green
        A-2        | Sur   | 2020-01-01   | red
        A-3        | Este  | 2020-01-01   | no_data
    """,
    "contracts": """
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on  | loss_reason | probability
        MONTH       | A-1        | 2025-12-01 | 2026-11-30 | 1200  |                  |            |             | 0.4
        JANUARY     | A-2        | 2026-02-01 | 2027-01-31 | 6000  |                  |            |             | 0.9
        PAID        | A-2        | 2025-09-01 | 2026-08-31 | 1000  | payment_received | 2026-08-15 |             |
        LOST        | A-1        | 2025-08-01 | 2026-07-31 | 1000  | lost             | 2026-07-15 | price       |
        GONE        | A-1        | 2025-08-01 | 2026-07-31 | 3000  | lost             | 2026-07-15 | price       |
        QUIT        | A-1        | 2025-10-01 | 2026-09-30 | 500   | lost             | 2026-09-15 |             |
        EVERGREEN   | A-3        | 2020-01-01 |            | 900   |                  |            |             |
    """,
    "opportunities": """
        opportunity_id | account_id | kind   | stage    | value | expected_close
        O-1            | A-1        | upsell | proposal | 2000  | 2026-12-10
    """,
    "team": """
        email           | name | sales_target
        ana@example.com | Ana  | 10000
    """,
}
EMPTY = {"accounts": "account_id | name", "contracts": "contract_id | account_id | start_date"}


# All rules, but the health band is what stands in the account's notes.
RULES = [health_band.__rule__ if rule.key == "accounts.health_band" else rule for rule in first()]  # type: ignore[attr-defined]


def evaluated(read: Snapshot, as_of: date, language: str = "en") -> Evaluated:
    return evaluate(read, as_of, DEFAULTS, Memory(), words_of(language), RULES)


def filled(
    tabs: dict[str, str] | None = None, language: str = "en", problems: tuple[Problem, ...] = ()
) -> dict[str, Value]:
    state = evaluated(snapshot(TABS if tabs is None else tabs, language="en"), AS_OF)
    return dashboard.cells(state, DEFAULTS, words_of(language), problems=problems)


def card(cells: dict[str, Value], key: str) -> tuple[Value, dict[str, Value]]:
    """The big number of a card and its details by key."""
    place = LAYOUT.card(key)
    return cells[place.value], {detail.key: cells[detail.value] for detail in place.details}


def block(cells: dict[str, Value], key: str) -> dict[str, list[Value]]:
    """A chart's columns by series key."""
    columns: dict[str, list[Value]] = {}
    for name, _, address in LAYOUT.chart(key).cells():
        columns.setdefault(name, []).append(cells[address])
    return columns


# --- cards


def test_the_first_screen() -> None:
    cells = filled()
    assert card(cells, "month") == (1200.0, {"due": 1, "renewed": 0, "open": 1, "lost": 0})
    assert card(cells, "to_renew") == (1200.0, {"in_60": 1200.0, "in_90": 7200.0, "contracts_90": 2})
    assert card(cells, "at_risk") == (1200.0, {"contracts": 1, "past": 0, "share": 0.1319})
    assert card(cells, "rate") == (0.25, {"gross": 0.1818, "net": 0.1818, "open": 0, "auto": 0})
    assert card(cells, "forecast") == (1080.0, {"commit": 0.0, "best": 3200.0, "target": 2500.0, "share": 0.432})
    assert card(cells, "growth") == (2000.0, {"opportunities": 1, "expected": 600.0, "accounts": 1})
    assert card(cells, "clients") == (3, {"new": 0, "lost": 0, "red": 1})
    assert card(cells, "data") == (0, {"rows": 0, "left_out": 0, "no_health": 1})
    assert cells[LAYOUT.last_run] == AS_OF
    assert cells[LAYOUT.health] == "All in order"


def test_notes_give_the_period_and_the_unit() -> None:
    cells = filled(language="es")
    notes = {place.key: cells[place.note] for place in LAYOUT.first_cards}
    assert notes["month"] == "nov 2026 · EUR al año"
    assert notes["forecast"] == "4.º trim. 2026 · EUR"
    assert notes["rate"] == "últimos 12 meses"
    assert notes["data"] is None


def test_what_is_not_known_is_said_and_never_a_number() -> None:
    cells = filled(EMPTY)
    assert card(cells, "rate") == ("no data", {"gross": "no data", "net": "no data", "open": 0, "auto": 0})
    assert card(cells, "at_risk")[1]["share"] == "no data"
    assert card(cells, "forecast") == (0.0, {"commit": 0.0, "best": 0.0, "target": "no target", "share": "no target"})
    assert card(cells, "clients") == (0, {"new": 0, "lost": 0, "red": 0})
    assert set(block(cells, "rate")["rate"]) == {None}
    assert set(block(cells, "forecast")["target"]) == {None}


def test_an_amount_of_which_nothing_is_known_is_no_zero() -> None:
    tabs = {
        **TABS,
        "contracts": "contract_id | account_id | start_date | end_date | value\nC | A-1 | 2025-12-01 | 2026-11-30 |",
    }
    cells = filled(tabs)
    assert card(cells, "month")[0] == "no data"
    assert card(cells, "data")[1]["left_out"] == 1


def test_problems_are_counted_by_cell_and_by_row() -> None:
    problems = (
        Problem("contracts", "date", "F2", 2),
        Problem("contracts", "number", "G2", 2),
        Problem("accounts", "date", "K2", 2),
        Problem("contracts", "about_the_tab"),
    )
    cells = filled(problems=problems)
    assert card(cells, "data")[0] == 4
    assert card(cells, "data")[1]["rows"] == 2
    assert cells[LAYOUT.health] == "4 cells to mend"


def test_mails_that_were_given_up_stand_first_in_the_health_line() -> None:
    words = words_of("en")
    assert dashboard.health_line(words, problems=2, undelivered=1) == "1 mail not delivered · 2 cells to mend"


# --- charts


def test_value_by_month_and_status() -> None:
    found = block(filled(), "expiring")
    assert found["category"][:4] == ["Nov 2026", "Dec", "Jan 2027", "Feb"]
    assert found["expiring"][:3] == [1200.0, None, 6000.0]
    assert set(found["renewed"]) == {None}
    assert len(found["category"]) == 12


def test_rate_by_month_leaves_a_gap_where_nothing_was_decided() -> None:
    found = block(filled(), "rate")
    by_month = dict(zip(found["category"], found["rate"], strict=True))
    assert by_month["Jul"] == 0.0
    assert by_month["Aug"] == 1.0
    assert by_month["Jun"] is None
    assert found["category"][-1] == "Nov"


def test_this_month_counts_up_to_today() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | renewal_stage    | closed_on
        YESTERDAY   | A-1        | 2025-11-21 | 2026-11-20 | 1     | payment_received | 2026-11-01
        TOMORROW    | A-1        | 2025-11-23 | 2026-11-22 | 1     | lost             | 2026-11-01
    """
    assert block(filled({**TABS, "contracts": contracts}), "rate")["rate"][-1] == 1.0


def test_forecast_cases_beside_the_target() -> None:
    found = block(filled(), "forecast")
    assert found["category"] == ["Won", "Commit", "Expected", "Best case"]
    assert found["amount"] == [0.0, 0.0, 1080.0, 3200.0]
    assert found["target"] == [2500.0] * 4


def test_health_distribution() -> None:
    assert block(filled(language="es"), "health") == {
        "category": ["verde", "amarillo", "rojo", "sin datos"],
        "clients": [1, 0, 1, 1],
    }


def test_losses_by_reason() -> None:
    found = block(filled(), "losses")
    assert found["category"][:3] == ["price", "no reason given", None]
    assert found["contracts"][:3] == [2, 1, None]
    assert found["value"][:2] == [4000.0, 500.0]


def test_more_reasons_than_lines_end_in_one_that_sums_up_the_rest() -> None:
    reasons = [
        "price",
        "service",
        "technology",
        "timing",
        "administration",
        "relationship",
        "competitor",
        "budget",
        "unknown",
        "in_house",
    ]
    header = "contract_id | account_id | start_date | end_date | value | renewal_stage | closed_on | loss_reason\n"
    lines = [f"L{n} | A-1 | 2025-08-01 | 2026-07-31 | 100 | lost | 2026-07-15 | {r}" for n, r in enumerate(reasons)]
    found = block(filled({**TABS, "contracts": header + "\n".join(lines)}), "losses")
    capacity = LAYOUT.chart("losses").capacity
    assert found["category"][-1] == f"{len(reasons) - capacity + 1} more reasons"
    assert sum(n for n in found["contracts"] if isinstance(n, int)) == len(reasons)
    assert sum(v for v in found["value"] if isinstance(v, float)) == 100.0 * len(reasons)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("expiring", "The month with most still undecided is Jan 2027: €6,000, 83% of the year"),
        ("rate", "1 of 4 renewed in 12 months; in the last 3 months, 0 of 1"),
        ("forecast", "The expected covers 43% of the target: €1,420 short"),
        ("health", "In red: 1 of 2 clients with data (50%)"),
        ("losses", "First reason: price, 2 of 3 losses in 12 months (€4,000 a year)"),
    ],
)
def test_findings(key: str, sentence: str) -> None:
    assert filled()[LAYOUT.chart(key).finding] == sentence


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("expiring", "No contract expires in the next 12 months"),
        ("rate", "No renewal was decided in the last 12 months"),
        ("forecast", "No target: fill it in on tab Team"),
        ("health", "Not enough data about any client"),
        ("losses", "No contract was lost in 12 months"),
    ],
)
def test_findings_of_an_empty_book(key: str, sentence: str) -> None:
    assert filled(EMPTY)[LAYOUT.chart(key).finding] == sentence


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("100", "What is committed already covers the target"),
        ("8000", "The expected covers the target; the commit, 80% of it"),
        ("0", "No target: fill it in on tab Team"),
    ],
)
def test_findings_of_the_forecast(target: str, sentence: str) -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | probability
        SURE        | A-1        | 2026-01-01 | 2026-12-31 | 1600  | 0.9
        MAYBE       | A-1        | 2026-01-01 | 2026-12-31 | 2000  | 0.5
    """
    team = f"email | name | sales_target\nana@example.com | Ana | {target}"
    cells = filled({"accounts": TABS["accounts"], "contracts": contracts, "team": team})
    assert cells[LAYOUT.chart("forecast").finding] == sentence


def test_reasons_that_tie_are_not_called_first() -> None:
    contracts = """
        contract_id | account_id | start_date | end_date   | value | renewal_stage | closed_on  | loss_reason
        A           | A-1        | 2025-08-01 | 2026-07-31 | 100   | lost          | 2026-07-15 | price
        B           | A-1        | 2025-08-01 | 2026-07-31 | 200   | lost          | 2026-07-15 | service
    """
    finding = filled({**TABS, "contracts": contracts})[LAYOUT.chart("losses").finding]
    assert finding == "2 losses in 12 months (€300 a year); no reason stands out"


# --- the whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tabs", [TABS, EMPTY], ids=["filled", "empty"])
def test_every_address_is_written_and_holds_a_plain_value(language: str, tabs: dict[str, str]) -> None:
    cells = filled(tabs, language)
    assert list(cells) == list(LAYOUT.written())
    for address, value in cells.items():
        assert value is None or type(value) in (str, int, float, date), (address, value)
        assert value == value, address
        assert not (isinstance(value, str) and re.search(r"[{}]|nan", value)), (address, value)


def test_the_same_input_gives_the_same_cells() -> None:
    assert filled() == filled()


def test_every_place_has_its_function_and_every_function_its_place() -> None:
    assert set(CARDS) == {place.key for place in LAYOUT.cards}
    assert set(CHARTS) == {place.key for place in LAYOUT.charts}
    assert set(TABLES) == {place.key for place in LAYOUT.tables}


def test_no_two_things_stand_in_one_cell() -> None:
    everything = [*(address for address, _ in LAYOUT.labels()), *LAYOUT.written()]
    assert len(everything) == len(set(everything))


def test_addresses_never_move() -> None:
    """Workbooks made by earlier versions are filled at these addresses."""
    assert {place.key: place.value for place in LAYOUT.first_cards} == {
        "month": "B5",
        "to_renew": "E5",
        "at_risk": "H5",
        "rate": "K5",
        "forecast": "B12",
        "growth": "E12",
        "clients": "H12",
        "data": "K12",
    }
    assert {place.key: place.categories for place in LAYOUT.first_charts} == {
        "expiring": "N6:N17",
        "rate": "N22:N33",
        "forecast": "N38:N41",
        "health": "N46:N49",
        "losses": "N54:N61",
    }
    assert (LAYOUT.last_run, LAYOUT.health, LAYOUT.book_id) == ("C2", "E2", "O2")


def test_the_cards_fit_the_first_screen() -> None:
    """1366 × 768 at 100 % shows about 1,320 pixels across, and about 400 down."""
    across = sum(LAYOUT.column_widths[letter] for letter in "ABCDEFGHIJKL")
    down = sum(LAYOUT.row_heights.get(row, 20) for row in range(1, 17))
    assert across <= 1300
    assert down <= 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_its_words(language: str) -> None:
    assert all(words_of(language).text(word) for _, word in LAYOUT.labels())


def test_a_workbook_without_any_tab_still_has_a_dashboard() -> None:
    cells = filled({})
    assert cells[LAYOUT.last_run] == AS_OF
    assert card(cells, "month") == (0.0, {"due": 0, "renewed": 0, "open": 0, "lost": 0})
