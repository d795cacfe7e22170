"""Scores a while before the decisions: told apart, by band, by factor; nothing from afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.cli.validating import in_words
from sheetcrm.hindsight import Found, Seen
from tests.hindsight.decided import CLOSED, Book, book, customer, found, many
from tests.rules.service_book import memory, settings

GOOD, POOR = [9.0, 10.0] * 10, [2.0, 1.0] * 6


@pytest.fixture(scope="module")
def apart() -> Book:
    return many(GOOD, POOR)


@pytest.fixture(scope="module")
def whole(apart: Book) -> Found:
    """What is found 91 days before those decisions."""
    return found(apart, 91)


@pytest.fixture(scope="module")
def plain(whole: Found) -> Seen:
    return whole.seen[0]


def later(name: str, days: int, **cells: Any) -> Book:
    """An interaction that many days before the decision."""
    day = CLOSED - timedelta(days=days)
    row = {"interaction_id": f"later-{name}-{days}", "account_id": name, "date": day, "channel": "call", **cells}
    return {"interactions": [row]}


def test_scores_that_tell_them_apart_are_said_to(plain: Seen) -> None:
    seen = plain
    assert (seen.score.renewed, seen.score.lost, seen.score.auc) == (20, 12, 1.0)
    assert seen.score.verdict == seen.before_notice.verdict == "separates"
    assert seen.factors["perception"].auc == 1.0
    assert seen.factors["engagement"].auc == 0.5
    assert seen.factors["payment"].verdict == "too_few"
    assert (seen.no_data, seen.not_yet, seen.noticed) == (0, 0, 0)


def test_one_decision_too_few_says_nothing() -> None:
    seen = found(many(GOOD, POOR[:9]), 91).seen[0]
    assert (seen.score.renewed, seen.score.lost, seen.score.verdict) == (20, 9, "too_few")
    assert all(factor.verdict == "too_few" for factor in seen.factors.values())


def test_nothing_of_later_days_goes_in(apart: Book, plain: Seen) -> None:
    """Surveys, complaints and notices after the day that is looked at, late tickets, and the decision itself."""
    afterwards = book(
        apart,
        *(later(f"L-{at}", 90, channel="survey", score=10) for at in range(12)),
        *(later(f"R-{at}", 89, channel="complaint", signal="billing_complaint") for at in range(20)),
        *(later(f"R-{at}", 60, signal="cancellation_notice") for at in range(20)),
        {
            "tickets": [
                {
                    "ticket_id": f"T-{at}",
                    "account_id": f"R-{at}",
                    "opened_at": CLOSED - timedelta(days=90),
                    "priority": "critical",
                }
                for at in range(20)
            ]
        },
    )
    early, late = found(afterwards, 91, 30).seen
    assert early == plain
    assert (late.noticed, late.score.verdict) == (20, "backwards")


def test_a_persons_score_counts_for_nothing(apart: Book, plain: Seen) -> None:
    said = {"health_override": 1.0, "health_override_reason": "trouble", "health_override_until": date(2026, 12, 31)}
    accounts = [{**row, **said} if row["account_id"].startswith("R") else row for row in apart["accounts"]]
    assert found({**apart, "accounts": accounts}, 91).seen[0] == plain


def test_who_had_given_notice_is_left_out_of_the_second_line(apart: Book) -> None:
    """A notice is knowledge, not foresight."""
    tabs = book(apart, *(later(f"L-{at}", 100, signal="cancellation_notice") for at in range(4)))
    seen = found(tabs, 91).seen[0]
    assert (seen.noticed, seen.score.lost, seen.before_notice.lost) == (4, 12, 8)
    assert (seen.score.verdict, seen.before_notice.verdict) == ("separates", "too_few")


def test_the_score_is_seen_on_the_monday_of_that_week(apart: Book) -> None:
    """90 days before a Monday is a Tuesday: what came on it is not known yet on the day before."""
    surveys = [
        later(f"R-{at}", 90, channel="survey", score=0, interaction_id=f"{at}-{n}")
        for at in range(20)
        for n in range(9)
    ]
    (before, after), (plain, _) = (found(tabs, 90, 84).seen for tabs in (book(apart, *surveys), apart))
    assert before.score == plain.score
    assert (before.score.auc, after.score.auc) == (1.0, 0.875)


def test_several_looks_back_come_farthest_first() -> None:
    few = customer("A", "lost", 2)
    assert [seen.days for seen in found(few, 30, 91, 30).seen] == [91, 30]
    assert [seen.days for seen in found(few).seen] == [90, 60, 30]


def test_bands_stand_beside_what_the_forecast_counts_on(plain: Seen) -> None:
    bands = {band.band: band for band in plain.bands}
    assert (bands["green"].renewed, bands["green"].lost, bands["green"].verdict) == (20, 0, "as_expected")
    assert (bands["yellow"].lost, bands["yellow"].verdict) == (12, "fewer")
    assert (bands["red"].share, bands["red"].verdict) == (None, "too_few")


def test_too_little_data_and_no_client_yet_have_no_score(apart: Book) -> None:
    silent = {**customer("S", "lost", 2), "interactions": []}
    fresh = customer("F", "lost", 2, start_date=CLOSED - timedelta(days=90))
    seen = found(book(apart, silent, fresh), 91).seen[0]
    assert (seen.no_data, seen.not_yet, seen.score.lost) == (1, 1, 12)
    assert [(band.renewed, band.lost) for band in seen.bands if band.band == "no_data"] == [(0, 1)]


def test_what_runs_showed_at_the_time_is_compared_too(apart: Book) -> None:
    """Stored scores say what was known then; before the first run there is none."""
    day = CLOSED - timedelta(days=91)
    stored = [(f"R-{at}", day, 30.0, "red") for at in range(20)] + [(f"L-{at}", day, 90.0, "green") for at in range(12)]
    earlier, shown = (seen.shown for seen in found(apart, 92, 91, past=memory(stored)).seen)
    assert (shown.renewed, shown.lost, shown.auc, shown.verdict) == (20, 12, 0.0, "backwards")
    assert (earlier.renewed, earlier.lost, earlier.verdict) == (0, 0, "too_few")


def test_other_weights_give_other_scores(apart: Book) -> None:
    """All weight on what both have alike: nothing is told apart any more."""
    cfg = settings()
    weights = {tier: {**dict.fromkeys(parts, 0.0), "engagement": 100.0} for tier, parts in cfg.health.weights.items()}
    changed = cfg.model_copy(update={"health": cfg.health.model_copy(update={"weights": weights})})
    assert found(apart, 91, cfg=changed).seen[0].score.verdict == "chance"


def test_a_workbook_without_decisions_is_answered_all_the_same() -> None:
    for tabs in ({}, {"accounts": [], "contracts": []}, customer("A", "planned", 9, None)):
        for seen in found(tabs).seen:  # type: ignore[arg-type]
            assert (seen.score.verdict, seen.score.renewed, seen.score.lost) == ("too_few", 0, 0)
            assert [band.verdict for band in seen.bands] == ["too_few"] * 4


def test_the_answer_comes_first_and_says_how_sure_it_is(whole: Found) -> None:
    lines = in_words(whole, settings().health.validation)
    assert lines[0].startswith("Health against 32 decisions of the last 36 months (20 renewed, 12 lost)")
    assert lines[2] == (
        "The score told renewed from lost better than a coin toss: 91 days before, 100% (95% sure: 86% to 100%)."
    )
    assert next(line for line in lines if line.startswith("  yellow")).endswith(
        "0% (95% sure: 0% to 25%): fewer than the 75% that the forecast counts on"
    )
    assert next(line for line in lines if line.startswith("  payment")).endswith("too few to say")


def test_bands_that_do_not_rank_are_named(plain: Seen) -> None:
    assert plain.upside_down == []
    crooked = found(many(POOR, GOOD), 91)
    assert crooked.seen[0].upside_down == [("green", "yellow")]
    lines = in_words(crooked, settings().health.validation)
    assert lines[2].startswith("The score points the wrong way here")
    assert lines[3] == "Mind: yellow renewed at least as often as green; the bands do not rank customers here."
