"""Whether a case speaks today, to whom, and why not (domain 5 and 6). One pure function.

The steps of ``decide``, in the order of precedence:

1. a decided case is mute; a deadline long past when first seen is history; outside business hours only what is due at
   once speaks;
2. a deadline that moved carries what was said to the new one, except for the stages that re-arm (``alerts.moved``);
3. a snooze holds everything until its date, or until few days are left; then the most urgent stage speaks once;
4. of the stages reached and unsaid to a reader the most urgent is news; the rest is superseded. A reader who joins a
   stage that others know changes nothing for these;
5. an acknowledgement stops the repeats and the ladder of its stage, for some business days without a move;
6. the stage repeats to its owner; 7. the ladder climbs; exhausted, it speaks a few times more and then turns red.

The trigger is "days left ≤ threshold and not yet said", never equality with a day: downtime and late rows lose nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, Protocol

from sheetcrm.alerts.case import Case, Decision, Entry, Ladder, News, Past, Policy, Reason, Repeat, StagePolicy
from sheetcrm.alerts.moved import as_entries, carried, story


class BusinessDays(Protocol):
    """The calendar that repeats, ladders and mail count by."""

    def is_business_day(self, day: date) -> bool: ...
    def add_business_days(self, day: date, days: int) -> date: ...


def decide(
    case: Case,
    past: Past,
    policy: Policy,
    calendar: BusinessDays,
    as_of: date,
    *,
    quiet: bool = False,
    baseline: bool = False,
) -> Decision:
    """What one case has to say today.

    ``quiet``: no mail leaves now (a night, a weekend, a holiday), except for a deadline that is near. ``baseline``: the
    first run on a full sheet, of which direction does not hear and which makes no letter of its own.
    """
    taken_over = carried(case, past, policy, as_of)
    said = story([*past.entries, *as_entries(taken_over, case, as_of)], case.episode)
    today = _Today(case, said, past, policy, calendar, as_of)
    decision = _decide(today, taken_over, quiet=quiet, baseline=baseline)
    if any(item.kind == "last" for item in decision.news) or today.exhausted():
        silent: Reason = "exhausted" if decision.silent == "said" else decision.silent
        decision = replace(decision, exhausted=True, silent=silent)
    return replace(decision, open=True) if case.next_year and today.open() else decision


def _decide(today: _Today, taken_over: tuple[News, ...], *, quiet: bool, baseline: bool) -> Decision:
    case, policy, as_of = today.case, today.policy, today.as_of
    if case.mute:
        return Decision(silent="decided")
    if _history(case, today.past, policy, as_of) and not taken_over:
        return Decision(silent="history")
    if quiet and not _near(case, policy, today.calendar, as_of):
        return Decision(news=taken_over, silent="outside_hours")
    if _snoozed(case, policy, as_of):
        return Decision(news=taken_over, silent="snoozed")
    reached = today.reached
    if not reached:
        return Decision(news=taken_over, silent="not_yet")
    fresh = today.fresh(reached, baseline=baseline)
    logged = (*taken_over, *fresh)
    if not any(item.state == "queued" for item in fresh):
        return today.later(reached, logged)
    if today.begun(reached[-1]):
        return today.joined(reached, fresh, logged)
    told = reached[-1]
    folded = tuple(stage.name for stage in reached[:-1] if not any(entry.stage == stage.name for entry in today.said))
    return Decision((*logged, *today.older_ladder(reached, fresh)), told.name, True, folded, opens=told.ladder)


def present_stage(case: Case, policy: Policy, as_of: date) -> str:
    """The most urgent stage that the case has reached; "" before the first, and for a case that is mute or snoozed."""
    if case.mute or _snoozed(case, policy, as_of):
        return ""
    reached = [stage.name for stage in policy.stages if _reached(stage, case, as_of)]
    return reached[-1] if reached else ""


def next_news(
    case: Case, past: Past, policy: Policy, calendar: BusinessDays, as_of: date, *, horizon_days: int = 400
) -> tuple[date, Decision] | None:
    """What the case would say next if nothing changed, and on which business day; None within the horizon."""
    for ahead in range(1, horizon_days + 1):
        day = as_of + timedelta(days=ahead)
        decision = decide(case, past, policy, calendar, day, quiet=not calendar.is_business_day(day))
        if decision.speaks:
            return day, decision
    return None


@dataclass(frozen=True)
class _Today:
    """One case on one day, with what was said of its episode and of those that it took over from."""

    case: Case
    said: Sequence[Entry]
    past: Past
    policy: Policy
    calendar: BusinessDays
    as_of: date

    @cached_property
    def reached(self) -> list[StagePolicy]:
        """The stages that it has reached, the least urgent first."""
        return [stage for stage in self.policy.stages if _reached(stage, self.case, self.as_of)]

    def fresh(self, reached: Sequence[StagePolicy], *, baseline: bool) -> tuple[News, ...]:
        """The stages reached that a reader has not been told: the most urgent as news, the others for the log."""
        known = {(entry.stage, entry.person) for entry in self.said}
        hushed = set(self._people("direction")) - set(self._people("owner"))
        found = []
        for stage in reached:
            for role, person in self._readers(stage):
                if (stage.name, person) in known:
                    continue
                tell = stage is reached[-1] and not (baseline and person in hushed)
                at_once = stage.immediate and tell and not baseline
                state = "queued" if tell else "superseded"
                found.append(News(stage.name, person, state, role=role, immediate=at_once))
        return tuple(found)

    def begun(self, stage: StagePolicy) -> bool:
        """Whether somebody was told of the stage before."""
        return bool(self._round(stage.name))

    def joined(self, reached: Sequence[StagePolicy], fresh: Sequence[News], logged: tuple[News, ...]) -> Decision:
        """Somebody hears for the first time of what others know; to these it goes on as it would have."""
        hearing = {item.person for item in fresh if item.state == "queued"}
        others = tuple(item for item in self.later(reached, ()).news if item.person not in hearing)
        return Decision((*logged, *others), reached[-1].name)

    def later(self, reached: Sequence[StagePolicy], logged: tuple[News, ...]) -> Decision:
        """What follows once everybody has been told of the stage: again, repeat, ladder."""
        stage = reached[-1]
        round_ = self._round(stage.name)
        again = self._again(stage, round_)
        if again:
            return Decision((*logged, *again))
        acknowledged = self._acknowledged(round_)
        repeated = () if acknowledged else self._repeat(stage, round_)
        climbed = self._ladder(reached)
        if repeated or climbed:
            heard = {item.person for item in climbed}
            return Decision((*logged, *(item for item in repeated if item.person not in heard), *climbed))
        return Decision(logged, silent=self._why(stage, round_, acknowledged))

    def older_ladder(self, reached: Sequence[StagePolicy], fresh: Sequence[News]) -> tuple[News, ...]:
        """A ladder of an earlier stage goes on while a stage without one speaks."""
        if reached[-1].ladder is not None:
            return ()
        hearing = {item.person for item in fresh if item.state == "queued"}
        return tuple(item for item in self._ladder(reached) if item.person not in hearing)

    # --- rounds: from a stage's first word, or from the last time it began again

    def _round(self, stage: str) -> list[Entry]:
        told = [entry for entry in self.said if entry.stage == stage and entry.told]
        starts = [entry.on for entry in told if entry.kind in ("first", "again")]
        return [entry for entry in told if starts and entry.on >= _round_start(told)]

    def _moved(self, since: date) -> bool:
        # An interaction is dated by its day; on the day of the alert it is taken as the answer to it.
        return self.case.moved_on is not None and self.case.moved_on >= since

    def _acknowledged(self, round_: Sequence[Entry]) -> date | None:
        days = [entry.acknowledged_on for entry in round_ if entry.acknowledged_on is not None]
        return max(days, default=None)

    def _again(self, stage: StagePolicy, round_: Sequence[Entry]) -> tuple[News, ...]:
        """A snooze that ran out since the stage last spoke, or an acknowledgement that nothing came of."""
        if not round_:
            return ()
        woken = self._woken(round_)
        if woken is None:
            return ()
        due, what = woken
        people = self._people("owner")
        return tuple(News(stage.name, person, "queued", "again", "owner", due, woken=what) for person in people)

    def _woken(self, round_: Sequence[Entry]) -> tuple[date, Literal["snooze", "acknowledgement"]] | None:
        ends = _snooze_ends(self.case, self.policy)
        if ends is not None and max(entry.on for entry in round_) < ends <= self.as_of:
            return ends, "snooze"
        acknowledged = self._acknowledged(round_)
        if acknowledged is None or self._moved(acknowledged):
            return None
        runs_out = self.calendar.add_business_days(acknowledged, self.policy.acknowledged_days)
        return (runs_out, "acknowledgement") if runs_out <= self.as_of else None

    # --- repeats

    def _repeat(self, stage: StagePolicy, round_: Sequence[Entry]) -> tuple[News, ...]:
        repeat = stage.repeat
        if repeat is None or not round_:
            return ()
        if repeat.until_moved and self._moved(_round_start(round_)):
            return ()
        due = self._repeat_due(repeat, round_)
        if due is None or due > self.as_of:
            return ()
        return tuple(News(stage.name, person, "queued", "repeat", "owner", due) for person in self._people("owner"))

    def _repeat_due(self, repeat: Repeat, round_: Sequence[Entry]) -> date | None:
        days = {entry.on for entry in round_ if entry.kind == "repeat"}
        if repeat.most is not None and len(days) >= repeat.most:
            return None
        last = self._last_asked(round_)
        if repeat.business:
            return self.calendar.add_business_days(last, repeat.every)
        return last + timedelta(days=repeat.every)

    def _last_asked(self, round_: Sequence[Entry]) -> date:
        """When the owner heard last. A reader who joined later (a delegate) does not change the owner's days; where
        all of them joined (a new owner), it counts from that."""
        began = _round_start(round_)
        asked = [entry for entry in round_ if entry.kind in ("again", "repeat") or _is_first_on(entry, began)]
        owners = set(self._people("owner"))
        in_step = [entry.on for entry in asked if entry.person in owners]
        joined = [entry.on for entry in round_ if entry.kind == "first" and entry.person in owners]
        return max(in_step or joined or [entry.on for entry in asked])

    # --- the ladder

    def open(self) -> bool:
        """Whether the ladder has begun and nobody moved; one that was acknowledged may go on yet. It ends when the
        deadline moves to after the one for which it began."""
        stage = _climbing(self.reached)
        round_ = self._round(stage.name) if stage is not None else []
        if not round_ or self.case.mute or _snoozed(self.case, self.policy, self.as_of):
            return False
        began = _round_start(round_)
        began_for = min(entry.episode for entry in round_ if entry.on == began)
        return not self._moved(began) and self.case.episode <= began_for

    def standing(self) -> list[Entry]:
        """What was said since the open ladder began: of the most urgent stage reached that has one; [] where none is
        open, or it is acknowledged."""
        stage = _climbing(self.reached)
        round_ = self._round(stage.name) if stage is not None and self.open() else []
        return [] if self._acknowledged(round_) is not None else round_

    def exhausted(self) -> bool:
        """Whether the last of the open ladder has heard that nobody is left."""
        return any(entry.kind == "last" for entry in self.said) and any(e.kind == "last" for e in self.standing())

    def _ladder(self, reached: Sequence[StagePolicy]) -> tuple[News, ...]:
        """The rung that is due, or a last word."""
        stage, round_ = _climbing(reached), self.standing()
        if stage is None or stage.ladder is None or not round_:
            return ()
        ladder = self._begun_with(stage.name, stage.ladder)
        climbed = [entry for entry in round_ if entry.kind == "rung"]
        since = max((entry.on for entry in climbed), default=_round_start(round_))
        rung = self._next_rung(ladder, {entry.role for entry in climbed}, self._climbers(climbed))
        if rung is None:
            return self._last(stage, ladder, round_, since)
        role, people, after = rung
        due = self.calendar.add_business_days(since, after)
        if due > self.as_of:
            return ()
        return tuple(News(stage.name, person, "queued", "rung", role, due, immediate=True) for person in people)

    def _begun_with(self, stage: str, today: Ladder) -> Ladder:
        """The ladder with which the stage began, whatever the settings say by now."""
        known = (self.past.ladders.get((entry.episode, stage)) for entry in self.said if entry.stage == stage)
        return next((ladder for ladder in known if ladder is not None), today)

    def _climbers(self, climbed: Sequence[Entry]) -> set[str]:
        return {*self._people("owner"), *(entry.person for entry in climbed)}

    def _next_rung(self, ladder: Ladder, done: set[str], heard: set[str]) -> tuple[str, tuple[str, ...], int] | None:
        """The first rung with somebody who is not on the ladder yet; one without anybody costs no time, nor does one
        whose person is away while whoever stands in has heard."""
        for rung in ladder.rungs:
            everybody = self._people(rung.role)
            people = tuple(person for person in everybody if person not in heard)
            acts = rung.role == "direction" or everybody[:1] == people[:1]
            if rung.role not in done and people and acts:
                return rung.role, people, rung.after
        return None

    def _last(self, stage: StagePolicy, ladder: Ladder, round_: Sequence[Entry], since: date) -> tuple[News, ...]:
        """Exhausted: whoever stands last on the ladder hears it a few times more, and is asked for another owner."""
        spoken = {entry.on for entry in round_ if entry.kind == "last"}
        due = max({*spoken, since}) + timedelta(days=ladder.last_every)
        if len(spoken) >= ladder.last_most or due > self.as_of:
            return ()
        return tuple(News(stage.name, person, "queued", "last", role, due) for role, person in self._top(ladder))

    def _top(self, ladder: Ladder) -> list[tuple[str, str]]:
        for role in (*reversed([rung.role for rung in ladder.rungs]), "owner"):
            people = self._people(role)
            if people:
                return [(role, person) for person in people]
        return []

    # --- who

    def _people(self, role: str) -> tuple[str, ...]:
        return tuple(self.case.people.get(role, ()))

    def _readers(self, stage: StagePolicy) -> list[tuple[str, str]]:
        """Who hears of the stage, each once, in the first role that names them."""
        readers: dict[str, str] = {}
        for role in stage.to:
            for person in self._people(role):
                readers.setdefault(person, role)
        return [(role, person) for person, role in readers.items()]

    def _why(self, stage: StagePolicy, round_: Sequence[Entry], acknowledged: date | None) -> Reason:
        if acknowledged is not None:
            return "acknowledged"
        if stage.repeat is not None and round_ and self._moved(_round_start(round_)):
            return "moved"
        return "said"


def _climbing(reached: Sequence[StagePolicy]) -> StagePolicy | None:
    """The most urgent stage reached that has a ladder: later ones without one don't end it."""
    return next((stage for stage in reversed(reached) if stage.ladder is not None), None)


def _is_first_on(entry: Entry, day: date) -> bool:
    return entry.kind == "first" and entry.on == day


def _round_start(told: Sequence[Entry]) -> date:
    """When the present round began: the last time that the stage spoke anew, else its first word."""
    again = [entry.on for entry in told if entry.kind == "again"]
    return max(again) if again else min(entry.on for entry in told if entry.kind == "first")


def _reached(stage: StagePolicy, case: Case, as_of: date) -> bool:
    left = case.days_left(as_of)
    if stage.days is None or left is None:
        return stage.days is None
    if stage.days < 0:
        # What follows an end follows the end itself: a term that ends on a Sunday has not expired on Saturday.
        left = (case.episode - as_of).days
    return left <= stage.days


def _history(case: Case, past: Past, policy: Policy, as_of: date) -> bool:
    """A deadline that was long past when it was first seen. By the deadline itself, as it is noted for seen."""
    past_days = (as_of - case.episode).days
    return case.counts_to is not None and past_days > policy.history_days and past.seen is None


def _near(case: Case, policy: Policy, calendar: BusinessDays, as_of: date) -> bool:
    if case.counts_to is None:
        return False
    return as_of <= case.episode and case.counts_to <= calendar.add_business_days(as_of, policy.near_days)


def _snoozed(case: Case, policy: Policy, as_of: date) -> bool:
    ends = _snooze_ends(case, policy)
    return ends is not None and as_of < ends


def _snooze_ends(case: Case, policy: Policy) -> date | None:
    """The first day on which a snooze no longer holds: its date, or when few days are left. After the earlier of the
    two the stage speaks once, and the later one means nothing."""
    if case.snooze_until is None or case.counts_to is None:
        return case.snooze_until
    return min(case.snooze_until, case.counts_to - timedelta(days=policy.snooze_floor_days))


def held(decision: Decision, *, digested: set[str], bundled: set[str], digests: bool = True) -> Decision:
    """The decision without what can't be said any more today: that stays unsaid, and comes another day.

    ``digested`` have had today's digest, ``bundled`` today's immediate letter; what is immediate goes into the digest
    of whoever had the letter but not the digest. ``digests=False``: no digest leaves now.
    """
    placed = [_placed(item, digested=digested, bundled=bundled, digests=digests) for item in decision.news]
    # A repeat or a rung counts as said once one of its readers heard it: they hear it together, or another day.
    waiting = {
        (item.stage, item.kind)
        for item, place in zip(decision.news, placed, strict=True)
        if place is None and item.kind != "first"
    }
    kept = tuple(item for item in placed if item is not None and (item.stage, item.kind) not in waiting)
    if kept == decision.news:
        return decision
    news = replace(decision, news=kept)
    return news if news.speaks else Decision(kept, silent="said", exhausted=decision.exhausted)


def _placed(item: News, *, digested: set[str], bundled: set[str], digests: bool) -> News | None:
    if item.state != "queued" or (item.immediate and item.person not in bundled):
        return item
    if not digests or item.person in digested:
        return None
    return replace(item, immediate=False)
