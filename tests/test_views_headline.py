"""The line above the cards: what to do first, or that there is nothing, or that nothing is known."""

from __future__ import annotations

import pandas as pd
import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Value
from sheetcrm.views.headline import headline
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.seen import Seen
from sheetcrm.words import words_of
from tests.rules.contracts_book import DEFAULTS
from tests.tables import snapshot
from tests.test_views import AS_OF, EMPTY, TABS, card, evaluated, filled

HEAD = "contract_id | account_id | start_date | end_date | value | probability | owner\n"
CALM = "SURE | A-1 | 2026-01-01 | 2026-12-31 | 1600 | 0.95 |"


def first(contracts: str | None = None, language: str = "en", **tabs: str) -> Value:
    told = {**TABS, **tabs} | ({} if contracts is None else {"contracts": HEAD + contracts})
    return filled(told, language)[LAYOUT.first]


def test_the_most_valuable_contract_in_danger() -> None:
    rows = """SMALL | A-1 | 2025-12-01 | 2026-11-30 | 1200 | 0.4 |
              LARGE | A-2 | 2025-12-05 | 2026-12-04 | 9000 | 0.4 | Ana"""
    assert first(rows) == "Sur · €9,000 a year · deadline 4 Dec, 13 days left · Ana"


def test_what_to_do_comes_first_and_names_the_client_once() -> None:
    read = snapshot(
        {**TABS, "contracts": f"{HEAD}LARGE | A-2 | 2025-12-05 | 2026-12-04 | 9000 | 0.4 | Ana"}, language="en"
    )
    state = evaluated(read, AS_OF)
    seen = Seen(state, DEFAULTS, words_of("en"))
    for action, said in (("Call Sur (LARGE)", "Call Sur (LARGE) · €9,000"), ("Call them", "Call them · Sur · €9,000")):
        state.frames["contracts"]["next_action"] = pd.Series([action])
        assert headline(seen).startswith(said)


def test_one_that_is_past_its_deadline_and_one_that_ends_today() -> None:
    assert "deadline 20 Nov, 1 day ago" in str(first("LATE | A-1 | 2025-11-21 | 2026-11-20 | 1200 | 0.4 |"))
    assert "deadline 21 Nov, 0 days left" in str(first("LAST | A-1 | 2025-11-22 | 2026-11-21 | 1200 | 0.4 |"))


def test_a_value_that_is_not_known_is_no_zero_and_comes_last() -> None:
    unknown = "BLANK | A-1 | 2025-12-01 | 2026-11-30 | | 0.4 |"
    assert first(unknown) == "Norte · deadline 30 Nov, 9 days left"
    assert "Sur" in str(first(f"{unknown}\nSMALL | A-2 | 2025-12-01 | 2026-11-30 | 1 | 0.4 |"))


def test_without_a_contract_in_danger_the_client_in_the_red() -> None:
    assert first("SURE | A-2 | 2026-01-01 | 2026-12-31 | 1600 | 0.95 |") == "Sur · €1,600 a year · health in the red"


def test_nothing_is_said_to_be_wrong_only_where_something_is_known() -> None:
    accounts = "account_id | name | notes\nA-1 | Norte | green"
    assert first(CALM, accounts=accounts) == "Nothing: no contract at high risk, no client in the red"
    assert filled(EMPTY)[LAYOUT.first] == "Nothing to say yet: no client with a contract running today"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_name_is_cut_to_one_line(language: str) -> None:
    accounts = f"account_id | name | notes\nA-1 | {'Muy larga ' * 20} | green"
    said = first("LATE | A-1 | 2025-11-21 | 2026-11-20 | 1200 | 0.4 |", language, accounts=accounts)
    assert isinstance(said, str)
    assert len(said) <= 130
    assert said.endswith("…")


def test_clients_say_which_way_the_year_went() -> None:
    cells = filled()
    assert cells[LAYOUT.card("clients").note] == "last 12 months"
    accounts = "account_id | name | client_since\nA-1 | Norte | 2026-03-01\nA-2 | Sur | 2026-03-01"
    contracts = HEAD + "NEW | A-1 | 2026-03-01 | 2027-02-28 | 1 | |\nOTHER | A-2 | 2026-03-01 | 2027-02-28 | 1 | |"
    grown = filled({"accounts": accounts, "contracts": contracts})
    assert card(grown, "clients") == (2, {"new": 2, "lost": 0, "red": 0})
    assert grown[LAYOUT.card("clients").note] == "12 months · ▲ 2"
