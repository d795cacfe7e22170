"""The dashboard below the first screen: its sections, what their tables list, and workbooks that lack them."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from sheetcrm.address import parse_cell
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Problem, Value
from sheetcrm.views import dashboard
from sheetcrm.views.layout import LATER_ROW, LAYOUT
from sheetcrm.words import words_of
from tests.rules.contracts_book import DEFAULTS
from tests.tables import snapshot
from tests.test_views import EMPTY, block, card, evaluated

AS_OF = date(2026, 11, 21)
"""A Saturday."""
TEAM = (
    "email | name | role\nana@example.com | Ana | owner\nluis@example.com | Luis | owner\npau@example.com | Ana | owner"
)
ACCOUNTS = """
    account_id | name   | owner            | tier     | volume | margin | potential | notes
    A-1        | Norte  | luis@example.com | key      | 9000   | 900    | high      | red
    A-2        | Sur    | ana@example.com  | standard | 5000   | 2500   | high      | green
    A-3        | Este   | luis@example.com | standard | 100    | 80     | medium    | green
    A-4        | Oeste  |                  | low      | 50     | 1      | low       | yellow
"""
CONTRACTS = """
    contract_id | account_id | start_date | end_date   | value | renewal_stage | probability | title   | owner
    C-1         | A-1        | 2026-01-01 | 2026-12-31 | 9000  |               | 0.2         | Copiers |
    C-2         | A-2        | 2026-01-01 | 2026-12-15 | 5000  | proposal      | 0.9         |         | luis@example.com
    C-3         | A-3        | 2026-01-01 | 2027-03-31 | 100   |               |             |         |
    C-4         | A-4        | 2026-01-01 | 2027-12-31 |       |               |             |         |
"""


def cells(language: str = "en", problems: tuple[Problem, ...] = (), **tabs: str) -> dict[str, Value]:
    book = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "team": TEAM, **tabs}
    state = evaluated(snapshot(book, language="en"), AS_OF, language)
    return dashboard.cells(state, DEFAULTS, words_of(language), problems=problems)


def table(found: dict[str, Value], key: str) -> tuple[Value, list[dict[str, Value]]]:
    """A table's finding and its lines that hold something."""
    place = LAYOUT.table(key)
    rows: list[dict[str, Value]] = [{} for _ in place.rows]
    for column, position, address in place.cells():
        rows[position][column] = found[address]
    return found[place.finding], [row for row in rows if any(value is not None for value in row.values())]


# --- what needs attention


def test_red_clients_tell_why() -> None:
    late = "invoice_id | account_id | due_on | amount | paid_on\nF-1 | A-1 | 2026-08-01 | 100 |"
    finding, (line,) = table(cells(invoices=late), "red")
    assert finding == "1 client in the red: €9,000 a year"
    assert (line["account"], line["owner"], line["value"]) == ("Norte", "Luis", 9000.0)
    assert "112 days overdue (F-1)" in str(line["why"])


def test_what_renews_this_quarter_and_how_sure() -> None:
    finding, lines = table(cells(), "renewals")
    assert lines == [
        {
            "account": "Norte",
            "owner": "Luis",
            "title": "Copiers",
            "deadline": date(2026, 12, 31),
            "stage": None,
            "value": 9000.0,
            "probability": 0.2,
            "expected": 1800.0,
        },
        {
            "account": "Sur",
            "owner": "Luis",
            "title": "C-2",
            "deadline": date(2026, 12, 15),
            "stage": "proposal",
            "value": 5232.81,
            "probability": 0.9,
            "expected": 4709.53,
        },
    ]
    assert finding == "2 contracts undecided, €14,233 a year; €6,510 expected (46%)"


def test_whom_we_neglect_stands_by_what_they_are_worth() -> None:
    talks = """
        interaction_id | date       | account_id | channel
        I-1            | 2026-10-21 | A-1        | call
        I-2            | 2026-08-23 | A-2        | call
        I-3            | 2026-08-22 | A-3        | visit
        I-4            | 2025-01-01 | A-4        | visit
    """
    finding, lines = table(cells(interactions=talks), "neglected")
    assert [(line["account"], line["silence"]) for line in lines] == [("Norte", 31), ("Este", 91)]
    assert str(finding).startswith("2 clients past their cadence")


def test_whom_we_may_lose_is_what_counts_as_value_at_risk() -> None:
    found = cells()
    finding, (line,) = table(found, "losing")
    assert (line["account"], line["deadline"], line["value"]) == ("Norte", date(2026, 12, 31), 9000.0)
    assert card(found, "at_risk")[0] == line["value"]
    assert finding == "1 contract at high risk: €9,000 a year"


def test_whom_to_grow_leaves_out_the_red() -> None:
    deals = """
        opportunity_id | account_id | kind       | stage    | value | created_on
        O-1            | A-1        | upsell     | proposal | 9999  | 2026-11-01
        O-2            | A-3        | cross_sell | contact  | 300   | 2026-11-01
        O-3            | A-2        | new        | contact  | 700   | 2026-11-01
    """
    needs = "interaction_id | date | account_id | channel | signal\nI-1 | 2026-11-01 | A-2 | call | expansion_need"
    finding, lines = table(cells(opportunities=deals, interactions=needs), "growing")
    assert [(line["account"], line["value"]) for line in lines] == [("Este", 300.0), ("Sur", None)]
    assert str(lines[0]["why"]).startswith("open deal")
    assert str(lines[1]["why"]).startswith("need noted")
    assert finding == "2 clients with room to grow; open: €300"


def test_signals_stand_by_gravity_once_for_each_client_and_kind() -> None:
    talks = """
        interaction_id | date       | account_id | channel | signal
        I-1            | 2026-11-01 | A-2        | call    | quote_request
        I-2            | 2026-11-11 | A-2        | call    | quote_request
        I-3            | 2026-11-11 | A-3        | call    | obsolescence
        I-4            | 2026-08-20 | A-3        | call    | billing_complaint
    """
    accounts = ACCOUNTS.replace("| key ", "| low ")
    _, lines = table(cells(accounts=accounts, interactions=talks), "signals")
    assert [(line["account"], line["signal"], line["age"]) for line in lines] == [
        ("Sur", words_of("en").text("signal.quote_request"), 10),
        ("Este", words_of("en").text("signal.obsolescence"), 10),
    ]


def test_more_lines_than_fit_end_in_how_many_more() -> None:
    place = LAYOUT.table("neglected")
    count = place.capacity + 3
    accounts = "account_id | name | tier\n" + "\n".join(f"A-{n} | Client {n} | standard" for n in range(count))
    contracts = "contract_id | account_id | start_date | end_date | value\n" + "\n".join(
        f"C-{n} | A-{n} | 2025-01-01 | 2027-12-31 | {1000 - n}" for n in range(count)
    )
    talks = "interaction_id | date | account_id | channel\nI-1 | 2026-01-01 | A-0 | call"
    _, lines = table(cells(accounts=accounts, contracts=contracts, interactions=talks), "neglected")
    assert len(lines) == place.capacity
    assert lines[-1] == {"account": "and 4 more", "owner": None, "silence": None, "value": None}


# --- what sums up


def test_names_stand_for_addresses_unless_two_share_one() -> None:
    _, lines = table(cells(), "owners")
    assert [line["owner"] for line in lines] == ["Luis", "ana@example.com", "no owner"]
    assert [line["accounts"] for line in lines] == [2, 1, 1]


def test_the_largest_by_volume_and_margin() -> None:
    found = cells()
    finding, lines = table(found, "volume")
    assert [line["account"] for line in lines] == ["Norte", "Sur", "Este", "Oeste"]
    assert finding == "4 accounts make 100% of the volume"
    assert table(found, "margin")[1][0]["account"] == "Sur"


def test_quadrants_hold_every_client_once() -> None:
    _, lines = table(cells(), "quadrants")
    assert sum(line["accounts"] for line in lines if isinstance(line["accounts"], int)) == 4
    assert lines[-1]["strategy"] == "data missing"


def test_data_to_mend_stands_by_tab_and_column() -> None:
    problems = (
        Problem("contracts", "date", "F2", 2, column="end_date"),
        Problem("contracts", "date", "F3", 3, column="end_date"),
        Problem("accounts", "about", "K2", 2),
    )
    finding, lines = table(cells(problems=problems), "mend")
    assert finding == "3 cells to mend; all are on tab Problems"
    assert [(line["tab"], line["column"], line["cells"]) for line in lines] == [
        ("Contracts", "End date", 2),
        ("Accounts", None, 1),
    ]


def test_cards_and_charts_agree_with_each_other() -> None:
    tickets = """
        ticket_id | account_id | opened_at  | category | priority | resolved_at | root_cause | asset
        T-1       | A-2        | 2026-11-02 | repair   | normal   | 2026-11-02  | equipment  | P-1
        T-2       | A-2        | 2026-11-03 | repair   | normal   | 2026-11-03  | equipment  | P-1
        T-3       | A-3        | 2026-11-03 | supply   | normal   |             |            |
    """
    found = cells(tickets=tickets)
    assert card(found, "tickets") == (0.8, {"tickets": 3, "open": 1, "cause": "equipment"})
    assert block(found, "friction")["tickets"][:3] == [2, 1, None]
    assert found[LAYOUT.chart("friction").finding] == "Most friction: equipment (100%)"
    value, details = card(found, "sla")
    assert (value, details["met"], details["breached"]) == (0.6667, 2, 1)
    assert found[LAYOUT.chart("sla").finding] == "1 open ticket is already late"


def test_weeks_name_the_valley() -> None:
    talks = (
        "interaction_id | date | account_id | channel | next_step | next_step_due | next_step_done_on\n"
        + "\n".join(
            f"I-{n} | 2026-{month:02}-{day:02} | A-1 | call | | |"
            for n, (month, day) in enumerate(
                [(9, 21), (9, 28), (10, 5), (10, 12), (10, 19), (10, 26), (11, 2), (11, 9)] * 2
            )
        )
    )
    planned = "task_id | account_id | title | due | done_on\n" + "\n".join(
        f"T-{n} | A-1 | x | 2026-11-2{n} |" for n in (4, 5)
    )
    found = cells(interactions=talks, tasks=planned)
    assert found[LAYOUT.chart("weeks").finding] == "3 slack weeks ahead; the first is that of 30 Nov"
    weeks = block(found, "weeks")
    assert weeks["done"][:8] == [2] * 8
    assert weeks["planned"][9] == 2
    assert set(weeks["valley"]) == {1.0}


# --- nothing to say


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_workbook_is_told_so_and_has_no_number_that_flatters(language: str) -> None:
    state = evaluated(snapshot(EMPTY, language="en"), AS_OF, language)
    found = dashboard.cells(state, DEFAULTS, words_of(language))
    none = words_of(language).text("card.no_data")
    for key in ("kept", "churn", "on_time", "pace", "sla", "tickets", "recurrence", "perception", "deals", "prices"):
        assert card(found, key)[0] == none, key
    for place in LAYOUT.tables:
        assert found[place.finding], place.key
    for key in ("red", "renewals", "neglected", "losing", "growing", "signals", "stalled", "volume", "margin", "mend"):
        assert table(found, key)[1] == [], key


def test_what_a_team_does_not_keep_is_no_zero() -> None:
    found = cells()
    assert card(found, "sla")[1] == dict.fromkeys(("met", "missed", "breached", "at_risk"), "no data")
    assert card(found, "tickets")[1]["open"] == "no data"
    assert card(found, "key_accounts")[1]["without_plan"] == "no data"
    with_plans = ACCOUNTS.replace("| notes", "| notes | plan").replace("| red\n", "| red |\n")
    assert card(cells(accounts=with_plans), "key_accounts")[1]["without_plan"] == 1


# --- workbooks that lack sections


def with_board(*labels: tuple[str, str]) -> dict[str, Value]:
    """What is written on a dashboard that holds these (address, text)."""
    rows = [["" for _ in range(20)] for _ in range(LATER_ROW)]
    for address, text in (("B1", "Renewals and portfolio"), *labels):
        row, column = parse_cell(address)
        rows[row - 1][column - 1] = text
    board = "\n".join(" | ".join(row) for row in rows)
    lines = [line if line.strip(" |") else "' " + line for line in board.splitlines()]
    return cells(dashboard="\n".join(lines))


def keys_of(found: dict[str, Value]) -> set[str]:
    return {section.key for section in LAYOUT.sections if set(section.written()) & found.keys()}


def test_a_workbook_made_before_the_sections_keeps_what_people_wrote_there() -> None:
    found = with_board(("B50", "our own notes"), ("N70", "mine"))
    assert keys_of(found) == set()
    assert list(found) == list(LAYOUT.first_written())


def test_a_section_is_filled_where_any_of_its_labels_stands_in_any_language() -> None:
    service = next(section for section in LAYOUT.sections if section.key == "service")
    label = LAYOUT.card("sla").label
    assert keys_of(with_board((service.heading, "Servicio"))) == {"service"}
    assert keys_of(with_board((service.heading, "Our help desk"), (label, "Tickets in time (SLA)"))) == {"service"}
    assert keys_of(with_board((label, "Retention"))) == set()


def test_sections_never_move() -> None:
    """Workbooks made by earlier versions are filled at these addresses."""
    assert {section.key: section.heading for section in LAYOUT.sections} == {
        "attention": "B48",
        "retention": "B104",
        "service": "B130",
        "sales": "B154",
        "portfolio": "B178",
        "activity": "B226",
        "data": "B250",
    }
    assert {place.key: place.title for place in LAYOUT.tables} == {
        "red": "B50",
        "renewals": "B60",
        "neglected": "B76",
        "losing": "H76",
        "growing": "B90",
        "signals": "H90",
        "cancellations": "B113",
        "stalled": "H163",
        "owners": "B187",
        "volume": "B201",
        "margin": "H201",
        "quadrants": "B215",
        "effort": "H215",
        "mend": "E252",
    }
    assert {place.key: place.categories for place in LAYOUT.charts[5:]} == {
        "movement": "N66:N77",
        "perception": "N82:N93",
        "sla": "N98:N103",
        "friction": "N108:N115",
        "funnel": "N120:N124",
        "weeks": "N129:N141",
    }
    assert {place.key: place.value for place in LAYOUT.cards[8:]} == {
        **dict(zip(("kept", "churn", "on_time", "pace"), ("B107", "E107", "H107", "K107"), strict=True)),
        **dict(zip(("sla", "tickets", "recurrence", "perception"), ("B133", "E133", "H133", "K133"), strict=True)),
        **dict(zip(("expansion", "coverage", "deals", "stalled"), ("B157", "E157", "H157", "K157"), strict=True)),
        **dict(zip(("base", "key_accounts", "prices", "lifetime"), ("B181", "E181", "H181", "K181"), strict=True)),
        **dict(zip(("planned", "initiative", "nature", "balance"), ("B229", "E229", "H229", "K229"), strict=True)),
        "touched": "B253",
    }


def test_everything_stands_above_the_row_for_later_and_on_a_page() -> None:
    rows: list[int] = [parse_cell(address)[0] for address in LAYOUT.written()]
    assert max(rows) < LATER_ROW
    ends = [0, *LAYOUT.page_breaks, LATER_ROW - 1]
    for first, last in pairwise(ends):
        # What an A4 sheet on its side holds at the template's scale.
        assert sum(LAYOUT.row_heights.get(row, 20) for row in range(first + 1, last + 1)) <= 1028


def test_no_place_overlaps_another() -> None:
    taken: dict[tuple[int, int], str] = {}

    def take(box: str, key: str) -> None:
        first, _, last = box.partition(":")
        (top, left), (bottom, right) = parse_cell(first), parse_cell(last or first)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                assert taken.setdefault((row, column), key) == key, (key, taken[row, column])

    for each in LAYOUT.sections:
        take(each.span, each.key)
    for place in LAYOUT.cards:
        take(place.box, f"card {place.key}")
    for place in LAYOUT.tables:
        last = place.columns[-1].span(place.rows[-1]).split(":")[-1]
        take(f"{place.title}:{last}", f"table {place.key}")
    for place in LAYOUT.charts:
        right = place.series[-1].values.split(":")[1]
        take(f"{place.heading}:{right}", f"block {place.key}")
        take(place.finding_span, f"finding {place.key}")


def test_the_chart_of_clients_that_come_and_go_counts_as_their_card_does() -> None:
    """Also a client who came a year ago this month, before the first month of the chart."""
    accounts = (
        f"{ACCOUNTS.rstrip()}\n    A-5        | Nuevo  |                  |          |        |        |           |"
    )
    contracts = f"{CONTRACTS.rstrip()}\n    C-5         | A-5        | 2025-11-25 | 2027-11-24 | 100   |               |             |         |"
    found = cells(accounts=accounts, contracts=contracts)
    _, lines = card(found, "clients")
    assert lines["new"] == 5
    assert found[LAYOUT.chart("movement").finding] == "The base grows: 5 new, 0 lost in 12 months"
    assert sum(int(str(n)) for n in block(found, "movement")["new"] if n is not None) == 4
