"""The sample company: its events, their replay, and its consistency."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.sample import events, replay, sample
from sheetcrm.schema import PEOPLE_TABS
from sheetcrm.schema.column import Type

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 21)
EDGES = (
    TODAY,
    date(2024, 2, 29),
    date(2027, 3, 1),
    date(2026, 1, 1),
    date(2025, 12, 31),
    date(2026, 8, 30),
    date(2026, 1, 31),
)


@pytest.fixture(scope="module", params=LANGUAGES)
def rows(request):
    return sample(7, TODAY, request.param)


told = cache(events)


def day_of(value):
    return value.date() if isinstance(value, datetime) else value


# --- events and replay


def test_the_workbook_of_a_day_is_today_s_with_later_facts_hidden():
    """What the schema hides on an earlier day is exactly what had not happened: nothing leaks from the future."""
    chance = Random(5)
    for turn in range(51):
        story = told(3, TODAY, LANGUAGES[turn % 3])
        day = TODAY - timedelta(chance.randrange(500))
        assert replay(story, day) == hidden(replay(story, TODAY), day)


def hidden(rows, day):
    """Today's rows seen as of a day, by the schema's row dates and ``known_from``; a successor follows from the day on
    which its predecessor was closed."""
    seen = {}
    for tab in PEOPLE_TABS:
        seen[tab.key] = []
        for row in rows[tab.key]:
            is_record = row[tab.id] is not None or not tab.id_required
            if tab.row_date and is_record and day_of(row[tab.row_date]) > day:
                continue
            kept = dict(row)
            for column in tab.people:
                since = row.get(column.known_from)
                known = not column.known_values or row[column.key] in column.known_values
                if isinstance(since, date) and known and day_of(since) > day:
                    kept[column.key] = None
            seen[tab.key].append(kept)
    closed = {row["contract_id"]: row["closed_on"] for row in rows["contracts"]}
    for row in seen["contracts"]:
        named = row["predecessor_id"].split("; ") if row["predecessor_id"] else []
        row["predecessor_id"] = "; ".join(id for id in named if (closed[id] or day) <= day) or None
    return seen


def test_an_earlier_day_has_less():
    story = told(3, TODAY, "en")
    early, late = replay(story, TODAY - timedelta(200)), replay(story, TODAY)
    for tab in ("interactions", "tickets", "invoices", "opportunities"):
        assert 0 < len(early[tab]) < len(late[tab])
    assert any(
        a["closed_on"] is None and b["closed_on"] for a, b in zip(early["contracts"], late["contracts"], strict=True)
    )


def test_events_are_dated_and_told_in_order():
    story = told(3, TODAY, "en")
    assert list(story) == sorted(story, key=lambda event: event.day)
    assert max(event.day for event in story) <= TODAY
    verbs = {event.verb for event in story}
    assert {
        "agree",
        "talk",
        "call",
        "answer",
        "resolve",
        "issue",
        "pay",
        "offer",
        "close",
        "finish",
        "keep",
        "leave",
        "follow",
    } <= verbs


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
    assert told(3, TODAY, "en") != told(11, TODAY, "en")


def test_an_unknown_language_is_refused():
    with pytest.raises(KeyError):
        sample(1, TODAY, "xx")


# --- rows


def test_sizes(rows):
    sizes = {
        "accounts": 60,
        "contracts": 95,
        "interactions": 500,
        "tickets": 210,
        "opportunities": 41,
        "tasks": 60,
        "contacts": 95,
        "invoices": 240,
    }
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
    rows = replay(told(11, day, "en"), day)
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
    rows = replay(told(11, day, "en"), day)
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

    share = {language: cyrillic(replay(told(3, TODAY, language), TODAY)) for language in LANGUAGES}
    assert share["ru"] > 0.6
    assert share["es"] == share["en"] == 0


@pytest.mark.parametrize("day", EDGES)
def test_successors_begin_the_day_after(day):
    contracts = {row["contract_id"]: row for row in replay(told(11, day, "en"), day)["contracts"]}
    for row in contracts.values():
        for before in filter(None, (row["predecessor_id"] or "").split("; ")):
            assert contracts[before]["end_date"] + timedelta(1) == row["start_date"]
