"""The segments tab: who is in which list, why, and who never is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sheetcrm.config import defaults
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory
from sheetcrm.rules import first
from sheetcrm.views import segments
from sheetcrm.words import words_of
from tests.rules.on_demand import on_demand
from tests.tables import snapshot

TODAY = date(2026, 11, 21)
CFG = defaults()
ACCOUNTS = """
    account_id | name  | customer_email    | no_mail
    A-1        | Norte | info@norte.test   |
    A-2        | Sur   |                   |
    A-3        | Este  | info@este.test    |
"""
CONTRACTS = "contract_id | account_id | start_date | end_date | renewal_stage | closed_on | loss_reason | competitor | second_chance | no_mail\n"


def lines(tabs: dict[str, str], segment: str = "", language: str = "en") -> list[dict[str, Any]]:
    words = words_of(language)
    state = on_demand(snapshot({"accounts": ACCOUNTS, **tabs}, CFG), TODAY, CFG, Memory(), words, first())
    found = segments.rows(state, CFG, words)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    return [row for row in rows if not segment or row["segment"] == segment]


def lost(account: str, rest: str, end: str = "2026-06-30", id: str = "") -> str:
    return f"{id or 'C-' + account} | {account} | 2025-07-01 | {end} | lost | 2026-06-15 | {rest}"


def test_win_back_tells_why_and_what_would_bring_them_back() -> None:
    (line,) = lines({"contracts": CONTRACTS + lost("A-1", "price | Copyfast | a cheaper tariff |")}, "win_back")
    assert line == {
        "segment": "win_back",
        "account_id": "A-1",
        "account": "Norte",
        "contact": None,
        "address": "info@norte.test",
        "why": "client until 30 Jun 2026; reason: price; competitor: Copyfast; would come back if: a cheaper tariff",
    }


@pytest.mark.parametrize(("reason", "inside"), [("our_choice", False), ("closed_or_merged", False), ("unknown", True)])
def test_whom_we_left_or_who_is_no_more_is_not_won_back(reason: str, inside: bool) -> None:
    tabs = {"contracts": CONTRACTS + lost("A-1", f"{reason} | | |")}
    assert bool(lines(tabs, "win_back")) is inside
    assert len(lines(tabs, "newsletter")) == 1


def test_the_latest_loss_decides() -> None:
    earlier = lost("A-1", "our_choice | | |", "2025-12-31", "OLD")
    later = lost("A-1", "price | | |", "2026-06-30", "NEW")
    (line,) = lines({"contracts": f"{CONTRACTS}{earlier}\n{later}"}, "win_back")
    assert line["why"] == "client until 30 Jun 2026; reason: price"


def test_a_loss_without_a_reason_says_so() -> None:
    (line,) = lines({"contracts": CONTRACTS + lost("A-1", "| | |")}, "win_back")
    assert line["why"].endswith("no reason noted")


def test_the_latest_losses_stand_first() -> None:
    found = lines(
        {"contracts": f"{CONTRACTS}{lost('A-1', '| | |', '2026-03-31')}\n{lost('A-3', '| | |')}"}, "newsletter"
    )
    assert [line["account_id"] for line in found] == ["A-3", "A-1"]
    assert found[0]["why"] == "client until 30 Jun 2026"


def test_clients_and_prospects_get_no_newsletter() -> None:
    tabs = {"contracts": CONTRACTS + "C-1 | A-1 | 2026-01-01 | 2027-12-31 | | | | | |"}
    assert lines(tabs, "newsletter") == []
    assert lines(tabs, "win_back") == []


def test_a_contact_who_moved_may_speak_for_us() -> None:
    contacts = """
        contact_id | account_id | name  | email           | left_on    | moved_to
        P-1        | A-1        | Eva   | eva@new.test    | 2026-05-01 | Globex
        P-2        | A-1        | Luis  |                 | 2026-05-01 |
        P-3        | A-1        | Marta | marta@norte.test| 2026-12-01 | Initech
        P-4        | A-2        | Pau   | pau@x.test      | 2026-05-01 | Initech
        P-5        | A-3        | Rita  |                 |            | Umbrella
    """
    tabs = {"contracts": CONTRACTS + f"C-1 | A-1 | 2026-01-01 | 2027-12-31 | | | | | |\n{lost('A-3', '| | |')}"}
    found = lines({**tabs, "contacts": contacts}, "ambassador")
    assert [(line["contact"], line["address"], line["why"]) for line in found] == [
        ("Eva", "eva@new.test", "knows us from Norte; now at Globex"),
        ("Rita", None, "knows us from Este; now at Umbrella"),
    ]


def test_the_sample_goes_to_who_decides_and_can_be_written_to() -> None:
    contacts = """
        contact_id | account_id | name   | email           | decision_maker | left_on
        P-1        | A-1        | Gone   | gone@norte.test | yes            | 2026-01-01
        P-2        | A-1        | Clerk  | c@norte.test    |                |
        P-3        | A-1        | Mute   |                 | yes            |
        P-4        | A-1        | Boss   | boss@norte.test | yes            |
    """
    talks = (
        "interaction_id | date | account_id | channel\nI-1 | 2026-02-01 | A-1 | survey\nI-2 | 2026-01-01 | A-1 | survey"
    )
    running = "\n".join(f"C-{n} | A-{n} | 2026-01-01 | 2027-12-31 | | | | | |" for n in (1, 2))
    found = lines({"contracts": CONTRACTS + running, "contacts": contacts, "interactions": talks}, "survey")
    by_account = {line["account_id"]: (line["contact"], line["address"], line["why"]) for line in found}
    assert by_account == {
        "A-1": ("Boss", "boss@norte.test", "this month's sample; last survey: 1 Feb 2026"),
        "A-2": (None, None, "this month's sample; never surveyed"),
    }


@pytest.mark.parametrize("answer", ["yes", "12"])
def test_nobody_who_wants_no_mail_is_in_any(answer: str) -> None:
    accounts = f"account_id | name | customer_email | no_mail\nA-1 | Norte | a@a.test | {answer}\nA-3 | Este | b@b.test | {answer}"
    contacts = "contact_id | account_id | name | moved_to\nP-1 | A-1 | Eva | Globex"
    contracts = CONTRACTS + f"C-1 | A-1 | 2026-01-01 | 2027-12-31 | | | | | |\n{lost('A-3', '| | |')}"
    assert lines({"accounts": accounts, "contacts": contacts, "contracts": contracts}) == []


def test_a_lost_contract_that_asked_for_no_mail_is_not_won_back() -> None:
    assert lines({"contracts": CONTRACTS + lost("A-1", "price | | | yes")}, "win_back") == []


def test_an_address_that_cannot_be_read_is_left_out() -> None:
    accounts = "account_id | name | customer_email\nA-1 | Norte | write to us!"
    (line,) = lines({"accounts": accounts, "contracts": CONTRACTS + lost("A-1", "price | | |")}, "newsletter")
    assert line["address"] is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_list(language: str) -> None:
    assert lines({}, language=language) == []
    assert lines({"accounts": "account_id | name"}, language=language) == []
