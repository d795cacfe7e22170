"""Every case of the domain is in the rows of the sample company, in each language."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.sample import sample
from sheetcrm.schema import TABS
from sheetcrm.schema.contracts import LOSS_REASONS
from sheetcrm.schema.interactions import SIGNALS

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module", params=LANGUAGES)
def rows(request):
    return sample(7, TODAY, request.param)


def day_of(value):
    return value.date() if isinstance(value, datetime) else value


def ages(rows, tab, column, **cells):
    """Days from a row's date to today, for the rows that have these cells."""
    return [
        (TODAY - day_of(row[column])).days
        for row in rows[tab]
        if isinstance(row[column], date) and all(row[key] == value for key, value in cells.items())
    ]


def test_contract_cases(rows):
    contracts = rows["contracts"]
    assert {row["loss_reason"] for row in contracts if row["renewal_stage"] == "lost"} == {*LOSS_REASONS, None}
    assert {row["renewal_stage"] for row in contracts} >= {*TABS["contracts"].column("renewal_stage").values, None}
    assert any("; " in (row["predecessor_id"] or "") for row in contracts)
    assert {row["contract_type"] for row in contracts} == set(TABS["contracts"].column("contract_type").values)
    assert {row["probability"] for row in contracts} == {None, 0.8, 65}
    assert {row["currency"] for row in contracts} == {None, "USD"}
    assert {row["customer_mail"] for row in contracts} == {row["no_mail"] for row in contracts} == {None, "yes"}
    assert any(row["snooze_until"] and row["snooze_until"] > TODAY for row in contracts)
    assert any(
        row["competitor"] and row["competitor_strengths"] and row["lessons"] and row["second_chance"]
        for row in contracts
    )
    assert any(row["start_date"] > TODAY and row["predecessor_id"] is None for row in contracts)
    assert {30, 60} <= {row["notice_days"] for row in contracts}
    assert any(row["contract_id"].endswith("/2") for row in contracts)


def test_won_with_a_successor_without_one_and_without_a_date(rows):
    followed = {key for row in rows["contracts"] for key in (row["predecessor_id"] or "").split("; ")}
    won = [row for row in rows["contracts"] if row["renewal_stage"] == "payment_received"]
    open_ended = [row for row in won if row["contract_id"] not in followed]
    assert len(open_ended) == 2
    assert any(
        row["renewal_period"] is None and (row["end_date"] - row["start_date"]).days == 499 for row in open_ended
    )
    assert any(row["end_date"] > TODAY and row["contract_id"] in followed for row in won)
    assert any(row["closed_on"] > row["end_date"] for row in won)


def test_month_end_anchors(rows):
    starts = [row["start_date"] for row in rows["contracts"]]
    assert any((day.month, day.day) == (1, 31) for day in starts)
    assert any((day.month, day.day) == (8, 31) for day in starts)
    leaps = [row for row in rows["contracts"] if (row["start_date"].month, row["start_date"].day) == (2, 29)]
    assert {row["end_date"] is None for row in leaps} == {True, False}


def test_account_cases(rows):
    accounts = rows["accounts"]
    tiers = Counter(row["tier"] for row in accounts)
    assert 8 <= tiers["key"] <= 10
    assert tiers["low"] >= 3
    assert tiers[None] == 1
    assert {row["account_id"] for row in accounts} >= {"00123"}
    for column in ("credit_blocked", "difficult", "no_mail", "non_solicit", "payment_plan", "risk_plan", "blocked_on"):
        assert any(row[column] for row in accounts), column
    override = next(row for row in accounts if row["health_override"])
    assert override["health_override_reason"]
    assert TODAY < override["health_override_until"] <= TODAY + timedelta(90)
    keys = [row for row in accounts if row["tier"] == "key"]
    assert any(row["plan"] is None for row in keys)
    assert any(row["plan"] and TODAY - row["plan_reviewed_on"] > timedelta(183) for row in keys)


def test_who_is_in_touch(rows):
    """One key account hangs on one person of theirs; some accounts were never, some long not, spoken to."""
    live = Counter(row["account_id"] for row in rows["contacts"] if row["left_on"] is None)
    keys = [row["account_id"] for row in rows["accounts"] if row["tier"] == "key"]
    assert [live[key] for key in keys].count(1) == 1
    last = {}
    for row in rows["interactions"]:
        last[row["account_id"]] = max(row["date"], last.get(row["account_id"], date.min))
    assert sum(row["account_id"] not in last for row in rows["accounts"]) >= 3
    assert sum(TODAY - day > timedelta(120) for day in last.values()) >= 3
    assert any(row["left_on"] and row["moved_to"] for row in rows["contacts"])


def test_conversations(rows):
    found = rows["interactions"]
    assert {row["channel"] for row in found} == set(TABS["interactions"].column("channel").values)
    assert {row["signal"] for row in found} == {None, *SIGNALS}
    old = [(TODAY - row["date"]).days for row in found if row["signal"] in SIGNALS]
    assert min(old) <= 15
    assert max(old) > 90
    steps = [row for row in found if row["next_step_due"]]
    assert any(row["next_step_done_on"] and row["next_step_done_on"] <= row["next_step_due"] for row in steps)
    assert any(row["next_step_done_on"] and row["next_step_done_on"] > row["next_step_due"] for row in steps)
    assert any(row["next_step_done_on"] is None and row["next_step_due"] < TODAY for row in steps)
    assert any(row["next_step_done_on"] is None and row["next_step_due"] > TODAY for row in steps)


def test_surveys_rise_fall_and_detract(rows):
    scores = defaultdict(lambda: ([], []))
    for row in rows["interactions"]:
        if row["score"] is not None:
            scores[row["account_id"]][(TODAY - row["date"]).days <= 90].append(row["score"])
    change = [sum(new) / len(new) - sum(old) / len(old) for old, new in scores.values() if len(old) >= 2 <= len(new)]
    assert max(change) >= 1.5
    assert min(change) <= -1.5
    assert any(score <= 6 for _, new in scores.values() for score in new)


def test_ticket_clocks(rows):
    tickets = [row for row in rows["tickets"] if row["resolved_at"] is None]
    ahead = [row for row in tickets if isinstance(row["promised_at"], date) and row["promised_at"].date() > TODAY]
    assert any(TODAY - row["opened_at"].date() > timedelta(20) for row in ahead)
    assert any(TODAY - row["opened_at"].date() < timedelta(6) for row in ahead)
    assert any(row["priority"] == "critical" and TODAY - row["opened_at"].date() >= timedelta(4) for row in tickets)
    solved = [row for row in rows["tickets"] if row["resolved_at"] and isinstance(row["promised_at"], datetime)]
    assert any(row["resolved_at"] <= row["promised_at"] for row in solved)
    assert any(row["resolved_at"] > row["promised_at"] for row in solved)
    assert {row["category"] for row in rows["tickets"]} == set(TABS["tickets"].column("category").values)
    assert {row["priority"] for row in rows["tickets"]} == {"critical", "high", "normal", "low", None}
    assert any(not isinstance(row["opened_at"], datetime) for row in rows["tickets"])
    assert {row["customer_confirmed"] for row in rows["tickets"]} == {"yes", "no", None}


def test_faults_come_back(rows):
    recent = [row for row in rows["tickets"] if TODAY - day_of(row["opened_at"]) <= timedelta(90)]
    machines = Counter((row["account_id"], row["asset"]) for row in recent if row["asset"])
    places = Counter((row["account_id"], row["location"], row["category"]) for row in recent if row["asset"] is None)
    assert max(machines.values()) >= 3
    assert max(places.values()) >= 3


def test_invoices(rows):
    unpaid = ages(rows, "invoices", "due_on", paid_on=None)
    for low, high in ((1, 15), (16, 30), (31, 60), (61, 120)):
        assert any(low <= age <= high for age in unpaid), (low, high)
    paid = [(row["paid_on"] - row["due_on"]).days for row in rows["invoices"] if row["paid_on"]]
    assert min(paid) < 0
    assert max(paid) > 30


def test_pipeline(rows):
    found = rows["opportunities"]
    assert {row["kind"] for row in found} == set(TABS["opportunities"].column("kind").values)
    assert {row["stage"] for row in found} == set(TABS["opportunities"].column("stage").values)
    spoken = defaultdict(lambda: date.min)
    for row in rows["interactions"]:
        spoken[row["account_id"]] = max(row["date"], spoken[row["account_id"]])
    moved = [max(filter(None, (row["created_on"], row["proposal_on"], row["negotiation_on"], spoken[row["account_id"]])))
             for row in found if row["closed_on"] is None]  # fmt: skip
    assert any(TODAY - day > timedelta(30) for day in moved)
    assert any(TODAY - day <= timedelta(30) for day in moved)


def test_tasks_and_the_valley(rows):
    todo = [row["due"] for row in rows["tasks"] if row["done_on"] is None]
    assert any(day < TODAY for day in todo)
    assert any(day == date(2026, 11, 20) for day in todo)
    assert not any(TODAY + timedelta(15) <= day <= TODAY + timedelta(27) for day in todo)
    visits = [row["due"] for row in rows["tasks"] if row["kind"] == "visit" and row["done_on"] is None]
    assert {date(2026, 11, 23), date(2026, 11, 24)} <= set(visits)


def test_team(rows):
    team = {row["name"]: row for row in rows["team"]}
    assert Counter(row["role"] for row in team.values()) == {
        "owner": 3,
        "manager": 1,
        "direction": 1,
        "service": 2,
        "credit": 1,
    }
    assert {row["language"] for row in team.values()} == set(LANGUAGES)
    away = next(row for row in team.values() if row["away_from"])
    assert away["away_from"] <= TODAY <= away["away_until"]
    assert team[away["delegate"]]["away_from"] is None
    assert {row["owner"] for row in rows["accounts"]} - set(team)
