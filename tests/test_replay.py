"""A span of days played again: who would have been written to, and how healthy the clients would have seemed."""

from __future__ import annotations

from datetime import date

import pytest

from sheetcrm.cli.replaying import in_words
from sheetcrm.config import Config, defaults
from sheetcrm.replay import Client, Replayed, month_of, replay, week_of
from tests.settings import without_matters
from tests.tables import snapshot

FRIDAY, WEDNESDAY = date(2026, 11, 6), date(2026, 11, 11)

BOOK = {
    "team": """
        email           | name | role
        ana@example.com | Ana  | owner
    """,
    "accounts": """
        account_id | name  | owner           | tier
        A-1        | Norte | ana@example.com | standard
        A-2        | Sur   | ana@example.com | standard
    """,
    "contracts": """
        contract_id | account_id | start_date | end_date   | value | owner
        C-1         | A-1        | 2025-12-01 | 2026-12-10 | 1200  | ana@example.com
        C-2         | A-2        | 2025-12-01 | 2027-11-30 | 900   | ana@example.com
    """,
    "interactions": """
        interaction_id | account_id | date       | channel | score
        I-1            | A-1        | 2026-10-28 | survey  | 3
        I-2            | A-1        | 2026-10-28 | visit   |
        I-3            | A-2        | 2026-06-01 | survey  | 9
        I-4            | A-2        | 2026-10-01 | visit   |
    """,
}


def settings(**weights: float) -> Config:
    """Only the renewal stages; ``weights`` of a standard account's health."""
    cfg = without_matters(defaults())
    if not weights:
        return cfg
    parts = {tier: {**dict.fromkeys(old, 0.0), **weights} for tier, old in cfg.health.weights.items()}
    return cfg.model_copy(update={"health": cfg.health.model_copy(update={"weights": parts})})


def played(cfg: Config) -> Replayed:
    return replay(snapshot(BOOK, cfg), cfg, FRIDAY, WEDNESDAY, allowed=lambda _: True)


@pytest.fixture(scope="module")
def plain() -> Replayed:
    return played(settings())


def test_each_letter_is_told_with_its_day_and_reader(plain: Replayed) -> None:
    """34 days left is a summary on the first day; 30 left on Tuesday the 10th is news; the weekend brings nothing."""
    told = [(letter.day.isoformat(), letter.person, letter.kind) for letter in plain.letters]
    assert ("2026-11-06", "ana@example.com", "digest") in told
    assert ("2026-11-10", "ana@example.com", "digest") in told
    assert {day for day, _, _ in told} <= {"2026-11-06", "2026-11-09", "2026-11-10", "2026-11-11"}
    assert plain.kinds() == {"digest": len(told)}


def test_letters_add_up_by_week_and_month(plain: Replayed) -> None:
    assert (week_of(WEDNESDAY), month_of(WEDNESDAY)) == (date(2026, 11, 9), date(2026, 11, 1))
    weeks = plain.by(week_of)["ana@example.com"]
    assert list(weeks) == [date(2026, 11, 2), date(2026, 11, 9)]
    assert sum(letters for letters, _ in weeks.values()) == len(plain.letters)
    assert plain.by(month_of)["ana@example.com"][date(2026, 11, 1)][0] == len(plain.letters)


def test_the_clients_stand_in_their_bands(plain: Replayed) -> None:
    assert [(client.account_id, client.name) for client in plain.clients] == [("A-1", "Norte"), ("A-2", "Sur")]
    assert sum(plain.bands().values()) == 2
    assert sum(plain.days_in.values()) == 2 * 4  # Friday, Monday, Tuesday, Wednesday


@pytest.fixture(scope="module")
def other() -> Replayed:
    """All weight on perception: the client who gave a 3 stands at 30, the one with a 9 at 90."""
    return played(settings(perception=100.0))


def test_other_weights_move_scores_and_bands(plain: Replayed, other: Replayed) -> None:
    assert [(client.score, client.band) for client in other.clients] == [(30, "red"), (90, "green")]
    moved = plain.moved(other)
    assert [pair.one.account_id for pair in moved] == ["A-1", "A-2"]
    assert moved[0].points == 30 - (plain.clients[0].score or 0) < 0
    assert plain.moved(plain) == []


def test_the_comparison_in_words(plain: Replayed, other: Replayed) -> None:
    lines = in_words([plain, other])
    assert f"Difference: {len(other.letters) - len(plain.letters):+d} letters." in lines
    assert "clients change their band" in next(line for line in lines if " of 2 clients" in line)
    assert next(line for line in lines if "A-1 Norte" in line).endswith("→ 30 red")
    assert "No client's health is another one under the other settings." in in_words([plain, plain])


def test_who_changes_the_band_comes_first_and_a_missing_score_moves_no_points() -> None:
    def client(name: str, score: int | None, band: str) -> Client:
        return Client(name, name, score, band)

    one, other = Replayed(FRIDAY, FRIDAY), Replayed(FRIDAY, FRIDAY)
    one.clients = [client("far", 60, "yellow"), client("none", None, "no_data"), client("cross", 51, "yellow")]
    other.clients = [client("far", 75, "yellow"), client("none", 40, "red"), client("cross", 50, "red")]
    assert [pair.one.name for pair in one.moved(other)] == ["cross", "none", "far"]
    assert [pair.points for pair in one.moved(other)] == [-1, 0, 15]


def test_an_empty_workbook_writes_to_nobody() -> None:
    cfg = settings()
    found = replay(
        snapshot({"contracts": "contract_id | account_id | start_date"}, cfg), cfg, FRIDAY, FRIDAY, allowed=bool
    )
    assert (found.letters, list(found.clients), dict(found.days_in)) == ([], [], {})
