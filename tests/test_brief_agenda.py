"""Which checklists the suggested agenda takes up when nothing burns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheetcrm.schema import TABS
from sheetcrm.views.brief.page import Lines
from tests.test_brief import AS_OF, page_of, section

CLIENT = "contract_id | account_id | start_date | end_date\nC-1 | A-1 | 2026-01-01 | 2027-12-31"
DEAL = "opportunity_id | account_id | kind | stage | created_on\nO-1 | A-1 | "


def situations(tier: str = "standard", **tabs: str) -> list[str]:
    """The checklists between those of the visit itself and of what follows it."""
    called = f"interaction_id | date | account_id | channel | owner\nI-1 | {AS_OF} | A-1 | call |"
    book = {"accounts": f"account_id | name | tier\nA-1 | Norte | {tier}", "contracts": CLIENT, "interactions": called}
    parts = section(page_of({**book, **tabs}), "agenda").parts
    found = [part.key for part in parts if isinstance(part, Lines) and part.steps]
    assert (found[0], found[-1]) == ("visit_brief", "after_meeting")
    return found[1:-1]


def test_a_calm_account_needs_the_visit_only() -> None:
    assert situations() == []


@pytest.mark.parametrize(("tier", "key"), [("key", "other_departments"), ("low", "low_account")])
def test_a_tier_brings_its_checklist(tier: str, key: str) -> None:
    assert situations(tier) == [key]


@pytest.mark.parametrize(
    ("deal", "keys"),
    [
        (f"upsell | proposal | {AS_OF}", ["upsell"]),
        (f"cross_sell | contact | {AS_OF}", ["cross_sell"]),
        (f"upsell | won | {AS_OF}", []),
        (f"renewal | proposal | {AS_OF}", []),
        (f"upsell | proposal | {AS_OF + timedelta(days=1)}", []),
    ],
)
def test_an_open_sale_brings_its_checklist(deal: str, keys: list[str]) -> None:
    assert situations(opportunities=DEAL + deal) == keys


@pytest.mark.parametrize(("silent", "keys"), [(89, []), (90, ["relationship"]), (200, ["relationship"])])
def test_a_contact_that_is_due_brings_its_checklist(silent: int, keys: list[str]) -> None:
    talk = f"interaction_id | date | account_id | channel\nI-1 | {AS_OF - timedelta(days=silent)} | A-1 | call"
    assert situations(interactions=talk) == keys


@pytest.mark.parametrize("category", TABS["tickets"].column("category").values)
def test_a_complaint_past_its_time_brings_the_flow_of_its_category(category: str) -> None:
    ticket = (
        "ticket_id | account_id | opened_at | resolved_at | priority | category\nT-1 | A-1 | 2026-10-01 | | critical | "
    )
    assert situations(tickets=ticket + category) == ["no_answer" if category == "communication" else category]
    calm = ticket.replace("2026-10-01", str(AS_OF)).replace("critical", "low")
    assert situations(tickets=calm + category) == []


def test_a_fault_that_came_back_brings_its_own_flow() -> None:
    head = "ticket_id | account_id | opened_at | resolved_at | category | asset"
    rows = [f"T-{n} | A-1 | 2026-11-0{n} | 2026-11-0{n} | repair | HP-17" for n in (2, 3, 4)]
    assert situations(tickets="\n".join([head, *rows])) == ["repeat_fault"]
