"""What letters tell of what was said before: since when nobody moved, who heard, who is away, what comes late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sheetcrm.alerts.case import News
from sheetcrm.alerts.keys import Key
from sheetcrm.alerts.said import Said
from sheetcrm.alerts.team import Person, Team
from sheetcrm.config import load
from sheetcrm.model import Alert, Memory

TODAY = date(2026, 11, 23)
DEADLINE = TODAY + timedelta(days=10)
ANA, BEN, MIA = "ana@example.com", "ben@example.com", "mia@example.com"


def team(**away: date) -> Team:
    people = [
        Person(ANA, "Ana", "owner", MIA, delegate=BEN, away_until=away.get("ana")),
        Person(BEN, "Ben", "owner", MIA),
        Person(MIA, "Mia", "manager", away_until=away.get("mia")),
    ]
    return Team({person.email: person for person in people}, lambda _: True)


def alert(person: str, on: date, state: str = "sent", acknowledged: date | None = None, **key: Any) -> Alert:
    made = Key("C-1", key.pop("episode", DEADLINE), "renewal", key.pop("stage", "critical"), person, **key)
    return Alert(
        str(made), "renewal", made.stage, "contracts", "C-1", "C-1", "A-1", person, state, "", on,
        acknowledged_by="Ben" if acknowledged else "", acknowledged_on=acknowledged,
    )  # fmt: skip


def facts(news: News, *log: Alert, people: Team | None = None, **memory: Any) -> dict[str, Any]:
    known = Memory(alerts={entry.key: entry for entry in log}, **memory)
    said = Said(known, people or team(), load(), TODAY)
    return said.facts("renewal", "C-1", DEADLINE, news, ANA)


def days(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def test_what_is_new_has_no_past() -> None:
    found = facts(News("critical", ANA, "queued", role="owner"))
    assert found == {"kind": "first", "role": "owner", "due": None, "since": None, "late": False}


def test_a_rung_tells_who_heard_since_when() -> None:
    log = [
        alert(ANA, days(5)),
        alert(MIA, days(5), "superseded"),
        alert(ANA, days(4), kind="repeat", due=days(4)),
        alert(BEN, days(3), kind="rung", due=days(3), role="backup"),
        alert(ANA, days(20), stage="urgent"),
        alert(ANA, days(20), episode=days(30)),
    ]
    found = facts(News("critical", MIA, "queued", "rung", "manager", TODAY), *log)
    assert found["since"] == days(5)
    assert found["heard"] == [
        {"name": "Ana", "role": "owner", "on": days(5)},
        {"name": "Ben", "role": "backup", "on": days(3)},
    ]


def test_a_rung_whose_reader_had_heard_before_is_named_for_it() -> None:
    log = [alert(ANA, days(5)), alert(MIA, days(5)), alert(MIA, days(1), kind="rung", due=days(1), role="manager")]
    found = facts(News("critical", BEN, "queued", "rung", "direction", TODAY), *log)
    assert [(heard["name"], heard["role"], heard["on"]) for heard in found["heard"]] == [
        ("Ana", "owner", days(5)),
        ("Mia", "manager", days(5)),
        ("Mia", "manager", days(1)),
    ]


def test_what_was_said_before_the_deadline_moved_counts() -> None:
    earlier = DEADLINE + timedelta(days=1)
    log = [alert(ANA, days(5), episode=earlier), alert(ANA, days(2), "superseded", kind="carried", due=earlier)]
    assert facts(News("critical", ANA, "queued", "repeat", "owner", TODAY), *log)["since"] == days(5)
    assert facts(News("critical", ANA, "queued", "repeat", "owner", TODAY), log[0])["since"] is None


def test_a_round_that_began_anew_counts_from_then() -> None:
    log = [alert(ANA, days(9)), alert(ANA, days(3), kind="again", due=days(3))]
    assert facts(News("critical", ANA, "queued", "repeat", "owner", TODAY), *log)["since"] == days(3)


def test_what_was_taken_and_left_lying_names_who_took_it() -> None:
    log = [alert(ANA, days(9), "acknowledged", acknowledged=days(8))]
    again = News("critical", ANA, "queued", "again", "owner", days(1), woken="acknowledgement")
    assert facts(again, *log)["acknowledged"] == {"name": "Ben", "role": "", "on": days(8)}
    # What a snooze ended says nothing of it, whether by its date or because fifteen days were left.
    assert "acknowledged" not in facts(replace(again, woken="snooze"), *log)
    assert "acknowledged" not in facts(again, alert(ANA, days(9)))


def test_who_is_away_is_told_to_whoever_stands_in_and_to_themselves() -> None:
    away = team(ana=TODAY)
    assert facts(News("critical", BEN, "queued", role="owner"), people=away)["stands_in_for"] == ("Ana", TODAY)
    assert facts(News("critical", ANA, "queued", role="owner"), people=away)["stand_in"] == "Ben"
    back = facts(News("critical", ANA, "queued", role="owner"), people=team(ana=days(1)))
    assert not {"stands_in_for", "stand_in"} & set(back)
    manager = facts(News("critical", BEN, "queued", "rung", "manager"), people=team(mia=TODAY))
    assert manager["stands_in_for"] == ("Mia", TODAY)


def test_what_was_due_while_the_runner_was_down_is_late() -> None:
    # Critical is reached 15 days before the deadline: 5 days ago.
    first = News("critical", ANA, "queued", role="owner")
    assert facts(first, last_run=days(6))["late"]
    assert not facts(first, last_run=days(5))["late"]
    assert not facts(first)["late"]
    assert facts(News("critical", ANA, "queued", "repeat", "owner", days(1)), last_run=days(6))["late"]
    assert not facts(News("critical", ANA, "queued", "repeat", "owner", TODAY), last_run=days(6))["late"]
