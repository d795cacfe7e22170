"""Which stage is news, row by row of domain 6."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetcrm.alerts.stages import Decision, Term, alert_key, decide
from sheetcrm.config import defaults

CFG = defaults().alerts
TODAY = date(2026, 11, 23)
OWNER, MANAGER, DIRECTION = "ana@example.com", "inés@example.com", "luis@example.com"


def term(days_left: int, **changes: object) -> Term:
    base = Term(
        contract_id="C-1",
        account_id="A-1",
        deadline=TODAY + timedelta(days=days_left),
        days_left=days_left,
        status="expiring",
        evergreen=False,
        snooze_until=None,
        owner=OWNER,
        manager=MANAGER,
        direction=(DIRECTION,),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def ask(
    subject: Term, said: dict[str, str] | None = None, seen: date | None = None, baseline: bool = False
) -> Decision:
    return decide(subject, said or {}, seen or subject.deadline, TODAY, CFG, baseline=baseline)


def told(decision: Decision) -> dict[str, str]:
    return {item.person: item.stage for item in decision.news if item.state == "queued"}


def logged(decision: Decision) -> set[tuple[str, str]]:
    return {(item.stage, item.person) for item in decision.news if item.state == "superseded"}


def said_of(decision: Decision) -> dict[str, str]:
    return {item.key: "sent" if item.state == "queued" else item.state for item in decision.news}


@pytest.mark.parametrize(
    ("days_left", "stage", "readers"),
    [
        (90, "preparation", {OWNER}),
        (61, "preparation", {OWNER}),
        (60, "first_contact", {OWNER}),
        (30, "urgent", {OWNER, MANAGER}),
        (15, "critical", {OWNER, MANAGER, DIRECTION}),
        (0, "final", {OWNER, MANAGER}),
        (-1, "follow_up", {OWNER}),
        (-7, "recovery", {OWNER}),
        (-30, "loss_analysis", {OWNER}),
    ],
)
def test_each_stage_reaches_its_readers(days_left: int, stage: str, readers: set[str]) -> None:
    decision = ask(term(days_left))
    assert told(decision) == dict.fromkeys(readers, stage)
    assert decision.told == stage


def test_a_day_before_the_first_stage_says_nothing() -> None:
    assert ask(term(91)) == Decision(silent="not yet")


def test_what_was_said_is_not_said_again() -> None:
    first = ask(term(30))
    again = ask(term(30), said_of(first))
    assert not again.news
    assert again.silent == "said"


def test_the_trigger_is_never_equality_with_a_day() -> None:
    """The runner slept through day 30 and comes back at 27."""
    known = said_of(ask(term(58)))
    later = decide(replace(term(27), deadline=term(58).deadline), known, term(58).deadline, TODAY, CFG, baseline=False)
    assert told(later) == {OWNER: "urgent", MANAGER: "urgent"}


def test_a_row_entered_late_makes_one_mail_and_logs_the_rest() -> None:
    decision = ask(term(20))
    assert told(decision) == {OWNER: "urgent", MANAGER: "urgent"}
    assert logged(decision) == {("preparation", OWNER), ("first_contact", OWNER)}
    assert decision.folded == ("preparation", "first_contact")


def test_the_first_run_leaves_direction_in_peace_for_good() -> None:
    decision = ask(term(10), baseline=True)
    assert told(decision) == {OWNER: "critical", MANAGER: "critical"}
    assert ("critical", DIRECTION) in logged(decision)
    assert not ask(term(10), said_of(decision)).news


def test_history_pasted_long_after_its_deadline_is_silent() -> None:
    unseen = decide(term(-61), {}, None, TODAY, CFG, baseline=False)
    assert unseen == Decision(silent="history")
    at_the_boundary = decide(term(-60), {}, None, TODAY, CFG, baseline=False)
    assert told(at_the_boundary) == {OWNER: "loss_analysis"}


def test_a_term_seen_in_time_is_no_history_even_after_long_downtime() -> None:
    assert told(ask(term(-70))) == {OWNER: "loss_analysis"}


def test_a_date_moved_far_ahead_arms_its_stages_again() -> None:
    early = ask(term(28))
    moved = decide(term(40), said_of(early), early_deadline := term(28).deadline, TODAY, CFG, baseline=False)
    assert early_deadline != term(40).deadline
    # 30 is armed again (40 > 30 + 7); 60 and 90 were said and are not far off again.
    assert not told(moved)
    carried = {item.stage for item in moved.news}
    assert carried == {"preparation", "first_contact"}
    later = replace(term(40), days_left=30)
    known = {**said_of(early), **said_of(moved)}
    assert told(decide(later, known, later.deadline, TODAY, CFG, baseline=False)) == {
        OWNER: "urgent",
        MANAGER: "urgent",
    }


def test_a_date_moved_a_little_says_nothing_again() -> None:
    early = ask(term(28))
    moved = decide(term(35), said_of(early), term(28).deadline, TODAY, CFG, baseline=False)
    assert not told(moved)
    later = replace(term(35), days_left=30)
    known = {**said_of(early), **said_of(moved)}
    assert not told(decide(later, known, later.deadline, TODAY, CFG, baseline=False))


def test_a_date_moved_earlier_is_evaluated_at_once() -> None:
    early = ask(term(58))
    moved = decide(term(12), said_of(early), term(58).deadline, TODAY, CFG, baseline=False)
    assert told(moved) == {OWNER: "critical", MANAGER: "critical", DIRECTION: "critical"}
    assert moved.folded == ("urgent",)


@pytest.mark.parametrize("status", ["renewed", "lost", "upcoming", ""])
def test_a_term_that_is_not_open_is_mute(status: str) -> None:
    assert not ask(term(5, status=status)).news


def test_a_project_that_is_never_due_is_mute() -> None:
    assert not ask(term(5, never_due=True)).news


def test_a_snooze_holds_until_its_date() -> None:
    assert not ask(term(29, snooze_until=TODAY + timedelta(days=1))).news
    assert told(ask(term(29, snooze_until=TODAY))) == {OWNER: "urgent", MANAGER: "urgent"}


def test_a_snooze_holds_until_fifteen_days_are_left() -> None:
    far = TODAY + timedelta(days=90)
    assert not ask(term(16, snooze_until=far)).news
    assert told(ask(term(15, snooze_until=far)))[OWNER] == "critical"


def test_an_evergreen_has_two_stages_and_its_key_carries_the_year() -> None:
    assert not ask(term(60, evergreen=True, status="evergreen")).news
    decision = ask(term(20, evergreen=True, status="evergreen"))
    assert told(decision) == {OWNER: "urgent", MANAGER: "urgent"}
    assert not logged(decision)
    assert str((TODAY + timedelta(days=20)).year) in decision.news[0].key


def test_one_person_in_several_roles_hears_once() -> None:
    decision = ask(term(10, manager=OWNER, direction=(OWNER,)))
    assert [item.person for item in decision.news if item.state == "queued"] == [OWNER]


def test_a_new_owner_hears_what_the_old_one_heard() -> None:
    known = said_of(ask(term(28)))
    decision = ask(term(28, owner="nueva@example.com"), known)
    assert told(decision) == {"nueva@example.com": "urgent"}
    assert decision.folded == ()


def test_the_key_names_contract_deadline_rule_stage_and_reader() -> None:
    assert alert_key("C-1", date(2026, 12, 31), "urgent", OWNER) == f"C-1|2026-12-31|renewal|urgent|{OWNER}"
