"""The sample company: its events, their replay, its consistency, and every case of the domain in its rows."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from sheetcrm.sample import events, replay, sample
from sheetcrm.schema import LANGUAGES, PEOPLE_TABS, TABS
from sheetcrm.schema.column import Type
from sheetcrm.schema.contracts import LOSS_REASONS
from sheetcrm.schema.interactions import SIGNALS

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)
EDGES = (TODAY, date(2024, 2, 29), date(2027, 3, 1), date(2026, 1, 1), date(2025, 12, 31), date(2026, 8, 30), date(2026, 1, 31))


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


# --- events and replay


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_of_a_day_is_today_s_with_later_facts_hidden(language):
    """What the schema hides on an earlier day is exactly what had not happened: nothing leaks from the future."""
    story = events(3, TODAY, language)
    today, chance = replay(story, TODAY), Random(5)
    for _ in range(50):
        day = TODAY - timedelta(chance.randrange(500))
        assert replay(story, day) == hidden(today, day)


def hidden(rows, day):
    """Today's rows seen as of a day, by the schema's row dates and ``known_from``."""
    seen = {}
    for tab in PEOPLE_TABS:
        seen[tab.key] = []
        for row in rows[tab.key]:
            if tab.row_date and day_of(row[tab.row_date]) > day:
                continue
            kept = dict(row)
            for column in tab.people:
                since = row.get(column.known_from)
                known = not column.known_values or row[column.key] in column.known_values
                if isinstance(since, date) and known and day_of(since) > day:
                    kept[column.key] = None
            seen[tab.key].append(kept)
    return seen


def test_an_earlier_day_has_less():
    story = events(3, TODAY, "en")
    early, late = replay(story, TODAY - timedelta(200)), replay(story, TODAY)
    for tab in ("interactions", "tickets", "invoices", "opportunities"):
        assert 0 < len(early[tab]) < len(late[tab])
    assert any(a["closed_on"] is None and b["closed_on"] for a, b in zip(early["contracts"], late["contracts"], strict=True))


def test_events_are_dated_and_told_in_order():
    story = events(3, TODAY, "en")
    assert list(story) == sorted(story, key=lambda event: event.day)
    assert max(event.day for event in story) <= TODAY
    verbs = {event.verb for event in story}
    assert {"agree", "talk", "call", "answer", "resolve", "issue", "pay", "offer", "close", "finish", "keep", "leave"} <= verbs


def test_replay_of_nothing_is_an_empty_workbook():
    assert replay([], TODAY) == {tab.key: [] for tab in PEOPLE_TABS}


def test_the_same_seed_in_another_process_gives_the_same_company():
    code = (
        "import hashlib; from datetime import date; from sheetcrm.sample import sample;"
        "print(hashlib.sha256(repr(sample(7, date(2026, 11, 21), 'ru')).encode()).hexdigest())"
    )
    found = set()
    for seed in ("1", "2"):
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        found.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
    assert len(found) == 1


def test_another_seed_gives_another_company():
    assert sample(1, TODAY, "es")["accounts"] != sample(2, TODAY, "es")["accounts"]


def test_an_unknown_language_is_refused():
    with pytest.raises(KeyError):
        sample(1, TODAY, "xx")


# --- rows


def test_sizes(rows):
    sizes = {"accounts": 60, "contracts": 95, "interactions": 500, "tickets": 210, "opportunities": 41, "tasks": 60, "contacts": 95, "invoices": 240}
    for tab, expected in sizes.items():
        assert expected * 0.85 <= len(rows[tab]) <= expected * 1.15, tab
    assert len(rows["team"]) == 8


def test_cells_are_what_the_schema_says_but_for_a_handful(rows):
    wrong = mistakes(rows)
    assert 8 <= len(wrong) <= 12, wrong
    assert len({(tab, column) for tab, column, _ in wrong}) >= 8


def mistakes(rows):
    """Cells that do not fit the schema, and rows that cannot be told apart or belong to nobody."""
    found = []
    accounts = {row["account_id"] for row in rows["accounts"]}
    team = {row["name"] for row in rows["team"]} | {row["email"] for row in rows["team"]}
    for tab in PEOPLE_TABS:
        ids = Counter(row[tab.id] for row in rows[tab.key])
        found += [(tab.key, tab.id, key) for key, count in ids.items() if key is None or count > 1]
        for row in rows[tab.key]:
            assert list(row) == [column.key for column in tab.people]
            if row.get("account_id") not in accounts | {None}:
                found.append((tab.key, "account_id", row["account_id"]))
            for column in tab.people:
                value = row[column.key]
                if value is not None and not fits(column, value, team):
                    found.append((tab.key, column.key, value))
    return found


def fits(column, value, team):
    if column.type is Type.PERSON:
        return value in team
    if column.type in (Type.LIST, Type.YES_NO):
        return value in column.values
    if column.type.is_date:
        return isinstance(value, date)
    if column.type is Type.PERIOD:
        return value.endswith("M")
    if column.type is Type.EMAIL:
        return value.endswith(".example")
    if column.type.is_number:
        return isinstance(value, int | float)
    return isinstance(value, str) and value.strip() != ""


def test_required_cells_are_filled(rows):
    for tab in PEOPLE_TABS:
        for column in tab.people:
            blank = [row for row in rows[tab.key] if column.required and row[column.key] is None]
            assert len(blank) <= (1 if tab.key == "tickets" and column.key == "ticket_id" else 0), (tab.key, column.key)


def test_mistakes_are_the_ones_people_make(rows):
    values = {str(value) for _, _, value in mistakes(rows)}
    assert {"2026-02-30", "12", "None", "A-999"} <= values
    by_place = {(tab, column) for tab, column, _ in mistakes(rows)}
    assert {("contracts", "end_date"), ("contracts", "renewal_stage"), ("contracts", "contract_id"), ("tickets", "ticket_id"),
            ("tickets", "promised_at"), ("accounts", "owner"), ("accounts", "critical"), ("accounts", "sites"),
            ("invoices", "amount"), ("opportunities", "account_id")} <= by_place  # fmt: skip


@pytest.mark.parametrize("day", EDGES)
def test_nothing_is_from_the_future_and_people_rest_at_weekends(day):
    rows = sample(11, day, "en")
    facts = {"interactions": ("date", "next_step_done_on"), "tickets": ("opened_at", "first_response_at", "resolved_at"),
             "invoices": ("issued_on", "paid_on"), "contracts": ("closed_on",), "tasks": ("done_on",),
             "opportunities": ("created_on", "proposal_on", "negotiation_on", "closed_on"), "contacts": ("since", "left_on")}  # fmt: skip
    for tab, columns in facts.items():
        for row in rows[tab]:
            for column in columns:
                if row[column] is not None:
                    assert day_of(row[column]) <= day, (tab, column, row)
                    assert day_of(row[column]).weekday() < 5, (tab, column, row)


@pytest.mark.parametrize("day", EDGES)
def test_steps_follow_each_other(day):
    rows = sample(11, day, "es")
    orders = {"tickets": ("opened_at", "first_response_at", "resolved_at"), "invoices": ("issued_on", "paid_on"),
              "opportunities": ("created_on", "proposal_on", "negotiation_on", "closed_on"),
              "contracts": ("start_date", "closed_on"), "interactions": ("date", "next_step_done_on")}  # fmt: skip
    for tab, columns in orders.items():
        for row in rows[tab]:
            found = [row[column] for column in columns if row[column] is not None]
            assert found == sorted(found), (tab, row)
    for row in rows["contracts"]:
        if isinstance(row["end_date"], date):
            assert row["start_date"] < row["end_date"]


def test_links_hold(rows):
    owners = {row["contract_id"]: row["account_id"] for row in rows["contracts"]}
    twice = {key for key, count in Counter(row["contract_id"] for row in rows["contracts"]).items() if count > 1}
    people = defaultdict(set)
    for row in rows["contacts"]:
        people[row["account_id"]].add(row["name"])
    for tab in ("interactions", "tickets", "opportunities", "tasks", "invoices"):
        for row in rows[tab]:
            if row.get("contract_id"):
                assert owners[row["contract_id"]] == row["account_id"]
                assert row["contract_id"] not in twice
    for row in rows["interactions"]:
        assert row["contact"] in people[row["account_id"]]
    for row in rows["contracts"]:
        for before in filter(None, (row["predecessor_id"] or "").split("; ")):
            assert owners[before] == row["account_id"]


def test_names_are_distinct_and_addresses_fictional(rows):
    names = [row["name"] for row in rows["accounts"]]
    assert len(set(names)) == len(names)
    addresses = [row["email"] for row in (*rows["contacts"], *rows["team"])]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith((".example", "@example.com")) for address in addresses)
    text = " ".join(str(row["summary"]) for row in (*rows["interactions"], *rows["tickets"]))
    assert "{" not in text


def test_texts_are_in_the_language():
    def cyrillic(found):
        text = "".join(str(row["summary"]) for row in found["interactions"])
        return sum("а" <= letter <= "я" for letter in text.lower()) / len(text)

    assert cyrillic(sample(7, TODAY, "ru")) > 0.6
    assert cyrillic(sample(7, TODAY, "es")) == cyrillic(sample(7, TODAY, "en")) == 0


# --- every case of the domain


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
    assert any(row["competitor"] and row["competitor_strengths"] and row["lessons"] and row["second_chance"] for row in contracts)
    assert any(row["start_date"] > TODAY and row["predecessor_id"] is None for row in contracts)
    assert {30, 60} <= {row["notice_days"] for row in contracts}
    assert any(row["contract_id"].endswith("/2") for row in contracts)


def test_won_with_a_successor_without_one_and_without_a_date(rows):
    followed = {key for row in rows["contracts"] for key in (row["predecessor_id"] or "").split("; ")}
    won = [row for row in rows["contracts"] if row["renewal_stage"] == "payment_received"]
    open_ended = [row for row in won if row["contract_id"] not in followed]
    assert len(open_ended) == 2
    assert any(row["renewal_period"] is None and (row["end_date"] - row["start_date"]).days == 499 for row in open_ended)
    assert any(row["end_date"] > TODAY and row["contract_id"] in followed for row in won)
    assert any(row["closed_on"] > row["end_date"] for row in won)


def test_month_end_anchors(rows):
    starts = [row["start_date"] for row in rows["contracts"]]
    assert any((day.month, day.day) == (1, 31) for day in starts)
    assert any((day.month, day.day) == (8, 31) for day in starts)
    leaps = [row for row in rows["contracts"] if (row["start_date"].month, row["start_date"].day) == (2, 29)]
    assert {row["end_date"] is None for row in leaps} == {True, False}


@pytest.mark.parametrize("day", EDGES)
def test_successors_begin_the_day_after(day):
    contracts = {row["contract_id"]: row for row in sample(2, day, "es")["contracts"]}
    for row in contracts.values():
        for before in filter(None, (row["predecessor_id"] or "").split("; ")):
            assert contracts[before]["end_date"] + timedelta(1) == row["start_date"]


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
    assert Counter(row["role"] for row in team.values()) == {"owner": 3, "manager": 1, "direction": 1, "service": 2, "credit": 1}
    assert {row["language"] for row in team.values()} == set(LANGUAGES)
    away = next(row for row in team.values() if row["away_from"])
    assert away["away_from"] <= TODAY <= away["away_until"]
    assert team[away["delegate"]]["away_from"] is None
    assert {row["owner"] for row in rows["accounts"]} - set(team)
