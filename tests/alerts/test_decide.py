"""Whether a case speaks, row by row of domain 6."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetcrm.alerts.case import Case, Decision, Entry, Ladder, Past, Policy, Repeat, Rung, StagePolicy
from sheetcrm.alerts.decide import decide, held, next_news
from sheetcrm.alerts.keys import Key, parse
from sheetcrm.config import defaults
from sheetcrm.rules.hours import calendar_of

OWNER, BACKUP, MANAGER, BOSS = "ana@x.es", "bea@x.es", "ines@x.es", "luis@x.es"
PEOPLE = {"owner": (OWNER,), "backup": (BACKUP,), "manager": (MANAGER,), "direction": (BOSS,)}
LADDER = Ladder((Rung("backup", 2), Rung("manager", 2), Rung("direction", 1)))
CALENDAR = calendar_of(defaults().calendar.model_copy(update={"holiday_country": ""}))
POLICY = Policy(
    stages=(
        StagePolicy("preparation", ("owner",), 90),
        StagePolicy("first_contact", ("owner",), 60, repeat=Repeat(7, until_moved=True)),
        StagePolicy("urgent", ("owner", "manager"), 30, repeat=Repeat(3, business=True, until_moved=True)),
        StagePolicy(
            "critical",
            ("owner", "manager", "direction"),
            15,
            immediate=True,
            repeat=Repeat(1, business=True),
            ladder=LADDER,
        ),
        StagePolicy("final", ("owner", "manager"), 0, immediate=True, ladder=LADDER),
        StagePolicy("follow_up", ("owner",), -1),
    )
)
MATTER = Policy(stages=(StagePolicy("", ("owner",), repeat=Repeat(7, most=3)),))
MONDAY = date(2026, 11, 23)


def day(offset: int) -> date:
    return MONDAY + timedelta(days=offset)


def case(days_left: int, **changes: object) -> Case:
    deadline = day(days_left)
    return replace(  # type: ignore[arg-type]
        Case("renewal", "contracts", "C-1", deadline, counts_to=deadline, people=PEOPLE), **changes
    )


class Log:
    """A case's life: each day's decision joins the log as if its mails had left."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.entries: list[Entry] = []
        self.seen: date | None = None
        self.ladders: dict[tuple[date, str], Ladder] = {}

    def live(self, subject: Case, on: date, *, quiet: bool = False, baseline: bool = False) -> Decision:
        past = Past(tuple(self.entries), self.seen, self.ladders)
        decision = decide(subject, past, self.policy, CALENDAR, on, quiet=quiet, baseline=baseline)
        for item in decision.news:
            state = "sent" if item.state == "queued" else item.state
            self.entries.append(
                Entry(subject.episode, item.stage, item.person, state, on, item.kind, item.role, item.due)
            )
        if decision.opens is not None:
            self.ladders.setdefault((subject.episode, decision.told), decision.opens)
        self.seen = subject.episode
        return decision

    def acknowledge(self, stage: str, on: date) -> None:
        self.entries = [replace(entry, acknowledged_on=on) if entry.stage == stage else entry for entry in self.entries]

    def days(self, subject: Case, first: date, count: int) -> list[tuple[int, str, str, str]]:
        """(day, stage, kind, person) of everything told on the business days from ``first`` on."""
        heard = []
        for ahead in range(count):
            on = first + timedelta(days=ahead)
            decision = self.live(subject, on, quiet=not CALENDAR.is_business_day(on))
            heard += [
                ((on - MONDAY).days, item.stage, item.kind, item.person)
                for item in decision.news
                if item.state == "queued"
            ]
        return heard


def told(decision: Decision) -> set[tuple[str, str, str]]:
    return {(item.stage, item.kind, item.person) for item in decision.news if item.state == "queued"}


def only(heard: Sequence[tuple[int, str, str, str]], kind: str) -> list[int]:
    return [on for on, _, what, _ in heard if what == kind]


def test_a_decided_case_is_mute_whatever_else_is_true() -> None:
    log = Log()
    assert log.live(case(0, mute="renewed", snooze_until=day(9)), MONDAY).silent == "decided"
    assert log.entries == []


def test_late_news_comes_once_at_the_most_urgent_stage() -> None:
    log = Log()
    decision = log.live(case(20), MONDAY)
    assert told(decision) == {("urgent", "first", OWNER), ("urgent", "first", MANAGER)}
    assert decision.folded == ("preparation", "first_contact")
    assert {item.stage for item in decision.news if item.state == "superseded"} == {"preparation", "first_contact"}
    assert log.live(case(20), MONDAY).silent == "said"


def test_the_sixty_days_repeat_weekly_until_it_moves() -> None:
    log = Log()
    heard = log.days(case(60), MONDAY, 23)
    assert heard == [
        (0, "first_contact", "first", OWNER),
        (7, "first_contact", "repeat", OWNER),
        (14, "first_contact", "repeat", OWNER),
        (21, "first_contact", "repeat", OWNER),
    ]
    moved = Log()
    moved.live(case(60), MONDAY)
    assert moved.live(case(60, moved_on=MONDAY), day(7)).silent == "moved"


def test_a_move_before_the_alert_is_no_answer_to_it() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    assert told(log.live(case(60, moved_on=day(-1)), day(7))) == {("first_contact", "repeat", OWNER)}


def test_the_urgent_stage_repeats_every_three_business_days() -> None:
    heard = Log().days(case(30), MONDAY, 12)
    assert only(heard, "repeat") == [3, 8, 11]


def test_a_runner_that_was_down_repeats_once() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    assert [item.due for item in log.live(case(60), day(25)).news if item.kind == "repeat"] == [day(7)]
    assert log.live(case(60), day(28)).silent == "said"


def test_the_critical_stage_is_immediate_once_then_daily_and_climbs_its_ladder() -> None:
    log = Log()
    first = log.live(case(15), MONDAY)
    assert {(item.person, item.immediate) for item in first.news if item.state == "queued"} == {
        (OWNER, True),
        (MANAGER, True),
        (BOSS, True),
    }
    heard = log.days(case(15), day(1), 14)
    assert [entry for entry in heard if entry[2] == "rung"] == [
        (2, "critical", "rung", BACKUP),
        (4, "critical", "rung", MANAGER),
        (7, "critical", "rung", BOSS),
    ]
    assert only(heard, "repeat") == [1, 2, 3, 4, 7, 8, 9, 10, 11, 14]
    assert only(heard, "last") == [14]


def test_an_exhausted_ladder_speaks_three_times_and_turns_red() -> None:
    log = Log()
    log.live(case(0), MONDAY)
    subject = case(0)
    heard = log.days(subject, day(1), 60)
    assert only(heard, "last") == [14, 21, 28]
    assert {person for _, _, kind, person in heard if kind == "last"} == {BOSS}
    decision = log.live(subject, day(61))
    assert decision.exhausted
    assert decision.silent == "exhausted"


def test_a_move_ends_the_ladder() -> None:
    log = Log()
    log.live(case(15), MONDAY)
    heard = log.days(case(15, moved_on=day(1)), day(1), 8)
    assert [entry for entry in heard if entry[2] == "rung"] == []


def test_the_ladder_skips_whoever_is_missing_or_has_climbed() -> None:
    log = Log()
    subject = case(15, people={"owner": (OWNER,), "manager": (OWNER,), "direction": (BOSS,)})
    log.live(subject, MONDAY)
    heard = log.days(subject, day(1), 5)
    assert [entry for entry in heard if entry[2] == "rung"] == [(1, "critical", "rung", BOSS)]


def test_an_open_escalation_keeps_the_ladder_it_started_with() -> None:
    log = Log()
    log.live(case(15), MONDAY)
    slower = replace(POLICY.stage("critical"), ladder=Ladder((Rung("direction", 9),)))
    log.policy = replace(POLICY, stages=tuple(slower if s.name == "critical" else s for s in POLICY.stages))
    assert only(log.days(case(15), day(1), 3), "rung") == [2]


def test_an_acknowledgement_stops_its_stage_for_five_business_days() -> None:
    log = Log()
    log.live(case(15), MONDAY)
    log.acknowledge("critical", MONDAY)
    assert log.live(case(15), day(4)).silent == "acknowledged"
    heard = log.days(case(15), day(5), 8)
    assert heard[0] == (7, "critical", "again", OWNER)
    assert only(heard, "repeat") == [8, 9, 10, 11]
    assert only(heard, "rung") == [9, 11]


def test_an_acknowledged_case_that_moved_stays_silent() -> None:
    log = Log()
    log.live(case(15), MONDAY)
    log.acknowledge("critical", MONDAY)
    assert log.live(case(15, moved_on=day(2)), day(8)).silent == "acknowledged"


def test_an_acknowledgement_of_an_earlier_stage_does_not_hold_a_later_one() -> None:
    log = Log()
    log.live(case(16), MONDAY)
    log.acknowledge("urgent", MONDAY)
    assert ("critical", "first", OWNER) in told(log.live(case(16), day(1)))


def test_a_snooze_holds_all_and_then_the_stage_speaks_once() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    subject = case(60, snooze_until=day(9))
    assert log.live(subject, day(7)).silent == "snoozed"
    assert told(log.live(subject, day(9))) == {("first_contact", "again", OWNER)}
    assert log.live(subject, day(10)).silent == "said"


def test_a_snooze_ends_when_fifteen_days_are_left() -> None:
    log = Log()
    subject = case(17, snooze_until=day(40))
    assert log.live(subject, day(1)).silent == "snoozed"
    assert ("critical", "first", OWNER) in told(log.live(subject, day(2)))


def test_a_snooze_that_ended_early_does_not_end_again() -> None:
    log = Log()
    log.live(case(15), MONDAY)
    subject = case(15, snooze_until=day(3))
    assert told(log.live(subject, day(3))) == {("critical", "repeat", OWNER), ("critical", "rung", BACKUP)}


def test_a_snoozed_stage_speaks_once_when_fifteen_days_are_left() -> None:
    log = Log(replace(POLICY, stages=tuple(s for s in POLICY.stages if s.name in ("urgent", "final"))))
    log.live(case(20), MONDAY)
    subject = case(20, snooze_until=day(40), moved_on=MONDAY)
    assert log.live(subject, day(4)).silent == "snoozed"
    assert told(log.live(subject, day(7))) == {("urgent", "again", OWNER)}
    assert log.live(subject, day(8)).silent == "said"


def test_who_hears_a_repeat_together_waits_together() -> None:
    log = Log()
    subject = case(60, people={"owner": (BACKUP, OWNER)})
    log.live(subject, MONDAY)
    decision = decide(subject, Past(tuple(log.entries), log.seen), POLICY, CALENDAR, day(7))
    assert told(decision) == {("first_contact", "repeat", OWNER), ("first_contact", "repeat", BACKUP)}
    assert not held(decision, digested={BACKUP}, bundled=set()).speaks
    first = decide(subject, Past(), POLICY, CALENDAR, MONDAY)
    assert told(held(first, digested={BACKUP}, bundled=set())) == {("first_contact", "first", OWNER)}


def test_outside_business_hours_only_what_is_near_speaks() -> None:
    log, saturday = Log(), day(5)
    assert log.live(case(30), saturday, quiet=True).silent == "outside_hours"
    assert Log().live(case(7), saturday, quiet=True).speaks
    assert Log().live(case(9), saturday, quiet=True).silent == "outside_hours"
    assert Log().live(case(4), saturday, quiet=True).silent == "outside_hours"
    assert told(log.live(case(30), day(7))) == {("urgent", "first", OWNER), ("urgent", "first", MANAGER)}


def test_a_deadline_on_a_sunday_counts_to_the_friday_before() -> None:
    sunday, friday = day(6), day(4)
    subject = case(6, counts_to=friday)
    assert subject.episode == sunday
    log = Log()
    log.live(subject, MONDAY)
    assert ("final", "first", OWNER) in told(log.live(subject, friday))
    assert not any(item.stage == "follow_up" for item in log.live(subject, sunday).news)
    assert ("follow_up", "first", OWNER) in told(log.live(subject, day(7)))


def test_history_is_silent_unless_the_deadline_was_seen() -> None:
    assert Log().live(case(-61), MONDAY).silent == "history"
    assert Log().live(case(-60), MONDAY).speaks
    # The Friday before it is 61 days past, the deadline itself is not.
    assert Log().live(case(-59, counts_to=day(-61)), MONDAY).speaks


def test_a_deadline_that_moved_later_rearms_only_what_is_far_off() -> None:
    log = Log()
    log.live(case(10), MONDAY)
    assert log.live(case(80), day(1)).silent == "said"
    assert told(log.live(case(80), day(20))) == {("first_contact", "first", OWNER)}
    near = Log()
    near.live(case(10), MONDAY)
    moved = near.live(case(22), day(1))
    assert {item.stage for item in moved.news if item.state == "superseded"} >= {"critical"}
    assert [item for item in moved.news if item.kind == "rung"] == []
    assert near.days(case(22), day(2), 5) == []


def test_a_deadline_that_moved_earlier_speaks_at_once() -> None:
    log = Log()
    log.live(case(80), MONDAY)
    assert ("critical", "first", OWNER) in told(log.live(case(12), day(1)))


def test_a_deadline_that_moves_by_a_day_keeps_the_repeats_and_the_ladder_of_its_stage() -> None:
    log = Log()
    log.live(case(14), MONDAY)
    moved = log.live(case(13), day(1))
    assert told(moved) == {("critical", "repeat", OWNER)}
    assert {item.kind for item in moved.news if item.state == "superseded"} == {"carried"}
    heard = log.days(case(13), day(2), 3)
    assert heard == [
        (2, "critical", "repeat", OWNER),
        (2, "critical", "rung", BACKUP),
        (3, "critical", "repeat", OWNER),
        (4, "critical", "repeat", OWNER),
        (4, "critical", "rung", MANAGER),
    ]


def test_a_deadline_that_moves_later_within_its_stage_keeps_the_repeats_and_closes_the_ladder() -> None:
    log = Log()
    log.live(case(12), MONDAY)
    log.live(case(14), day(1))
    assert only(log.days(case(14), day(2), 9), "rung") == []
    assert told(log.live(case(14), day(11))) == {("critical", "repeat", OWNER)}


def test_a_deadline_that_is_put_right_again_is_one_story() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    assert told(log.live(case(58), day(7))) == {("first_contact", "repeat", OWNER)}
    assert log.live(case(60), day(8)).silent == "said"
    assert log.live(case(58), day(13)).silent == "said"
    assert told(log.live(case(58), day(14))) == {("first_contact", "repeat", OWNER)}


def test_a_ladder_that_closed_goes_on_when_the_deadline_is_put_right() -> None:
    log = Log()
    log.live(case(12), MONDAY)
    log.live(case(20), day(1))
    assert ("critical", "rung", BACKUP) in told(log.live(case(12), day(2)))


def test_an_acknowledgement_holds_for_a_deadline_that_moved() -> None:
    log = Log()
    log.live(case(14), MONDAY)
    log.acknowledge("critical", MONDAY)
    assert log.live(case(13), day(1)).silent == "acknowledged"
    assert told(log.live(case(13), day(7))) == {("critical", "again", OWNER)}


def test_the_first_run_spares_direction_and_bundles_nothing() -> None:
    log = Log()
    decision = log.live(case(12), MONDAY, baseline=True)
    assert told(decision) == {("critical", "first", OWNER), ("critical", "first", MANAGER)}
    assert not any(item.immediate for item in decision.news)
    assert (BOSS, "superseded") in {(item.person, item.state) for item in decision.news if item.stage == "critical"}


def test_an_absent_backup_for_whom_the_owner_stands_in_costs_the_ladder_no_time() -> None:
    log = Log()
    subject = case(12, people={**PEOPLE, "backup": (OWNER, BACKUP)})
    log.live(subject, MONDAY)
    climbed = told(log.live(subject, day(2)))
    assert ("critical", "rung", MANAGER) in climbed
    assert ("critical", "rung", BACKUP) not in climbed


def test_one_person_in_several_roles_hears_once() -> None:
    subject = case(12, people={"owner": (MANAGER,), "manager": (MANAGER,), "direction": (MANAGER,)})
    assert told(Log().live(subject, MONDAY)) == {("critical", "first", MANAGER)}


def test_a_new_owner_hears_of_the_present_stage() -> None:
    log = Log()
    log.live(case(30), MONDAY)
    subject = case(30, people={**PEOPLE, "owner": (BACKUP,)})
    assert told(log.live(subject, day(1))) == {("urgent", "first", BACKUP)}


def test_a_reader_who_joins_changes_nothing_for_the_others() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    away = case(60, people={"owner": (BACKUP, OWNER)})
    assert told(log.live(away, day(3))) == {("first_contact", "first", BACKUP)}
    assert told(log.live(away, day(7))) == {("first_contact", "repeat", OWNER), ("first_contact", "repeat", BACKUP)}
    same_day = Log()
    same_day.live(case(60), MONDAY)
    assert told(same_day.live(away, day(7))) == {("first_contact", "first", BACKUP), ("first_contact", "repeat", OWNER)}


def test_a_new_manager_does_not_hold_back_a_rung_that_is_due() -> None:
    log = Log()
    log.live(case(14), MONDAY)
    joined = log.live(case(14, people={**PEOPLE, "manager": ("mia@x.es",)}), day(2))
    assert told(joined) == {
        ("critical", "first", "mia@x.es"),
        ("critical", "repeat", OWNER),
        ("critical", "rung", BACKUP),
    }
    assert not joined.begins
    assert joined.opens is None


def test_a_new_owner_is_asked_again_by_their_own_days() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    log.live(case(60), day(7))
    subject = case(60, people={**PEOPLE, "owner": (BACKUP,)})
    assert told(log.live(subject, day(9))) == {("first_contact", "first", BACKUP)}
    assert log.live(subject, day(14)).silent == "said"
    assert told(log.live(subject, day(16))) == {("first_contact", "repeat", BACKUP)}


def test_the_ladder_of_an_anniversary_that_passed_stays_open_until_it_moves() -> None:
    log = Log(replace(POLICY, stages=tuple(s for s in POLICY.stages if s.name in ("urgent", "final"))))
    log.live(case(0), MONDAY)
    passed = case(0, next_year=True)
    assert log.live(passed, day(1)).open
    assert told(log.live(passed, day(2))) == {("final", "rung", BACKUP)}
    assert not log.live(replace(passed, moved_on=day(2)), day(3)).open
    assert not log.live(case(0), day(3)).open


def test_a_matter_repeats_weekly_three_times() -> None:
    log = Log(MATTER)
    subject = Case("untouched", "accounts", "A-1", MONDAY, people=PEOPLE)
    heard = log.days(subject, MONDAY, 60)
    assert heard == [(0, "", "first", OWNER), *((on, "", "repeat", OWNER) for on in (7, 14, 21))]


def test_what_comes_next_is_told_with_its_day() -> None:
    log = Log()
    log.live(case(60), MONDAY)
    found = next_news(case(60), Past(tuple(log.entries), log.seen), POLICY, CALENDAR, MONDAY)
    assert found is not None
    on, decision = found
    assert on == day(7)
    assert told(decision) == {("first_contact", "repeat", OWNER)}
    assert next_news(case(60, mute="lost"), Past(), POLICY, CALENDAR, MONDAY) is None


@pytest.mark.parametrize(
    "key",
    [
        Key("C-1", MONDAY, "renewal", "urgent", OWNER),
        Key("a|b", MONDAY, "renewal", "urgent", OWNER, "repeat", day(3)),
        Key("C-1", MONDAY, "renewal", "critical", BOSS, "rung", day(3), "direction"),
        Key("C-1", MONDAY, "untouched", "", OWNER, "again", day(3)),
        Key("C-1", MONDAY, "renewal", "urgent", OWNER, "carried", day(-3)),
        Key("a|2026-11-23|renewal|urgent", MONDAY, "renewal", "final", OWNER, "last", day(9)),
    ],
)
def test_a_key_is_read_as_it_was_written(key: Key) -> None:
    assert parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "C-1", "a|b|c|d|e", "|2026-11-23|renewal|urgent|x"])
def test_a_text_that_is_no_key_is_none(text: str) -> None:
    assert parse(text) is None
