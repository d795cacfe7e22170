"""Bugs as somebody could make them, at least one in each rule of domain 6 that the pure functions carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.alerts import decide as rules
from sheetcrm.alerts.case import Ladder, News, Policy, Rung
from sheetcrm.alerts.team import Team
from tests.alerts.model import product

Plant = Callable[[pytest.MonkeyPatch], None]
BUGS: dict[str, Plant] = {}
"""What is wrong → how it comes about."""

_decide, _held, _reached, _fresh, _open = (
    rules.decide, rules.held, rules._reached, rules._Today.fresh, rules._Today.open,
)  # fmt: skip
_later, _woken, _moved, _hears, _first = (
    rules._Today.later, rules._Today._woken, rules._Today._moved, Team.hears, Team.first,
)  # fmt: skip
_acknowledged, _ladder, _policy = rules._Today._acknowledged, rules._Today._ladder, product.policy_of


def _plant(name: str, owner: Any, attribute: str, value: Any) -> None:
    BUGS[name] = lambda patch: patch.setattr(owner, attribute, value)


def _case(name: str, change: Callable[[Any], Any]) -> None:
    """The decision is asked about another case."""
    _plant(name, rules, "decide", lambda case, *rest, **how: _decide(change(case), *rest, **how))


def _past(name: str, change: Callable[[Any, Any, Any], Any]) -> None:
    """The decision is told another past (case, past, day)."""

    def decide(case: Any, past: Any, policy: Any, calendar: Any, day: Any, **how: Any) -> Any:
        return _decide(case, change(case, past, day), policy, calendar, day, **how)

    _plant(name, rules, "decide", decide)


def _how(name: str, **how: Any) -> None:
    """The decision is asked in another way."""
    _plant(name, rules, "decide", lambda *given, **asked: _decide(*given, **{**asked, **how}))


def _grouped(name: str, **how: Any) -> None:
    """The decision is held back in another way."""
    _plant(name, rules, "held", lambda decision, **asked: _held(decision, **{**asked, **how}))


def _stages(name: str, change: Callable[[Any], Any]) -> None:
    """The stages speak in another way."""

    def policy(kind: str, ladder: Any) -> Policy:
        known = _policy(kind, ladder)
        return replace(known, stages=tuple(change(stage) for stage in known.stages))

    _plant(name, product, "policy_of", policy)


def _times(name: str, **times: int) -> None:
    """Another number of days."""
    _plant(name, product, "policy_of", lambda kind, ladder: replace(_policy(kind, ladder), **times))


def _repeats(name: str, **how: Any) -> None:
    _stages(name, lambda stage: replace(stage, repeat=stage.repeat and replace(stage.repeat, **how)))


def _ladders(name: str, change: Callable[[Ladder], Ladder]) -> None:
    """Every ladder, also an open one, goes another way."""

    def ladder(self: Any, reached: Any) -> Any:
        stages = [replace(stage, ladder=stage.ladder and change(stage.ladder)) for stage in reached]
        past = replace(self.past, ladders={name: change(known) for name, known in self.past.ladders.items()})
        return _ladder(replace(self, past=past), stages)

    _plant(name, rules._Today, "_ladder", ladder)


# --- trigger, key, late entry, downtime


def _just_passed(stage: Any, case: Any, day: Any) -> bool:
    left = case.days_left(day)
    return bool(_reached(stage, case, day) and (left is None or left >= stage.days - 3))


_plant(
    "trigger: equal to one day, not at most",
    rules,
    "_reached",
    lambda stage, case, day: case.days_left(day) in (None, stage.days),
)
_plant("trigger: a stage that was passed while the runner was down is gone", rules, "_reached", _just_passed)
_plant(
    "trigger: a day late",
    rules,
    "_reached",
    lambda stage, case, day: _reached(stage, case, day - timedelta(days=1)),
)
_plant(
    "key: without the reader (a new owner hears nothing)",
    rules._Today,
    "fresh",
    lambda self, reached, *, baseline: tuple(
        item
        for item in _fresh(self, reached, baseline=baseline)
        if item.stage not in {entry.stage for entry in self.said}
    ),
)
_plant(
    "key: a reader who joins holds back what the others hear",
    rules._Today,
    "joined",
    lambda self, reached, fresh, logged: rules.Decision(logged, reached[-1].name),
)
_past(
    "key: without the deadline",
    lambda case, past, day: replace(past, entries=[replace(entry, episode=case.episode) for entry in past.entries]),
)
_past(
    "key: the log forgets after a month",
    lambda case, past, day: replace(past, entries=[entry for entry in past.entries if (day - entry.on).days < 30]),
)
_plant(
    "key: a repeat without its due date",
    rules._Today,
    "_repeat_due",
    lambda self, repeat, round_: self.case.episode if self.case.episode <= self.as_of else None,
)
_plant(
    "entered late: every stage reached is told",
    rules._Today,
    "fresh",
    lambda self, reached, *, baseline: tuple(
        replace(item, state="queued") for item in _fresh(self, reached, baseline=baseline)
    ),
)
_plant(
    "entered late: what is superseded is not logged",
    rules._Today,
    "fresh",
    lambda self, reached, *, baseline: tuple(
        item for item in _fresh(self, reached, baseline=baseline) if item.state == "queued"
    ),
)
_plant(
    "entered late: the least urgent stage speaks",
    rules._Today,
    "fresh",
    lambda self, reached, *, baseline: _fresh(self, [*reversed(reached)], baseline=baseline),
)

# --- first run, history, dates that move

_how("first run: direction hears, and at once", baseline=False)
_plant(
    "first run: letters leave at once",
    rules._Today,
    "fresh",
    lambda self, reached, *, baseline: tuple(
        replace(item, immediate=item.state == "queued" and reached[-1].immediate)
        for item in _fresh(self, reached, baseline=baseline)
    ),
)
_times("history: speaks", history_days=10**4)
_past("history: a term that was seen in time falls silent", lambda case, past, day: replace(past, seen=None))
_times("date moved: no stage re-arms", rearm_days=10**4)
_times("date moved: a stage re-arms at its threshold", rearm_days=0)
_plant("date moved: all is told again", rules, "carried", lambda *given: ())
_past(
    "date moved: an open escalation goes on",
    lambda case, past, day: replace(
        past,
        entries=[
            *past.entries,
            *(replace(entry, episode=case.episode) for entry in past.entries if entry.episode == past.seen),
        ],
    ),
)
_plant(
    "date moved: what was said of the earlier one is forgotten",
    rules,
    "story",
    lambda entries, episode: [entry for entry in entries if entry.episode == episode],
)
_plant(
    "date moved: the ladder goes on for a later one",
    rules._Today,
    "open",
    lambda self: _open(replace(self, case=replace(self.case, episode=date.min))),
)
_plant(
    "date moved: the ladder ends for an earlier one",
    rules._Today,
    "open",
    lambda self: _open(self) and all(entry.episode == self.case.episode for entry in self.said),
)
_plant(
    "date moved: looked at a run later",
    rules,
    "decide",
    lambda case, past, *rest, **how: _decide(case, past, *rest, **{**how, "quiet": past.seen != case.episode}),
)
_plant(
    "evergreen: every stage of a term",
    product,
    "policy_of",
    lambda kind, ladder: _policy("term" if kind == "evergreen" else kind, ladder),
)
_plant(
    "evergreen: its ladder ends with its day",
    rules,
    "decide",
    lambda *given, **how: replace(_decide(*given, **how), open=False),
)

# --- mute: decided, later stages, snoozes, acknowledgements

_case("mute: a decided term speaks", lambda case: replace(case, mute=""))
_case("snooze: ignored", lambda case: replace(case, snooze_until=None))
_plant("snooze: holds past fifteen days", rules, "_snooze_ends", lambda case, policy: case.snooze_until)
_times("snooze: ends with a month left", snooze_floor_days=30)
_plant(
    "snooze: nothing is said when it ends",
    rules._Today,
    "_woken",
    lambda self, round_: _woken(replace(self, case=replace(self.case, snooze_until=None)), round_),
)
_times("acknowledged: for ever", acknowledged_days=400)
_times("acknowledged: four days", acknowledged_days=4)
_plant("acknowledged: stops nothing", rules._Today, "_acknowledged", lambda self, round_: None)
_plant(
    "acknowledged: stops every stage",
    rules._Today,
    "_acknowledged",
    lambda self, round_: _acknowledged(self, self.said),
)


def _woken_all_the_same(self: Any, round_: Any) -> Any:
    return _woken(replace(self, case=replace(self.case, moved_on=None)), round_)


_plant("acknowledged: fires again although it moved", rules._Today, "_woken", _woken_all_the_same)


def _repeats_of_all(self: Any, reached: Any, logged: Any) -> Any:
    decision = _later(self, reached, logged)
    earlier = [item for stage in reached[:-1] for item in self._repeat(stage, self._round(stage.name))]
    return replace(decision, news=(*decision.news, *earlier))


_plant("mute: a later stage does not end the repeats of earlier ones", rules._Today, "later", _repeats_of_all)

# --- repeats and the ladder

_plant(
    "repeat: a reader who joins moves the owner's days",
    rules._Today,
    "_last_asked",
    lambda self, round_: max(entry.on for entry in round_ if entry.kind in ("first", "again", "repeat")),
)
_repeats("repeat: goes on after a move", until_moved=False)
_repeats("repeat: ends with a move at every stage", until_moved=True)
_repeats("repeat: business days as calendar days", business=False)
_repeats("repeat: a matter without end", most=None)
_stages("repeat: never", lambda stage: replace(stage, repeat=None))
_plant(
    "repeat: a call on the day before counts as an answer",
    rules._Today,
    "_moved",
    lambda self, since: _moved(self, since - timedelta(days=1)),
)
_ladders("ladder: from the top", lambda ladder: replace(ladder, rungs=ladder.rungs[::-1]))
_ladders("ladder: all at the same time", lambda it: replace(it, rungs=tuple(Rung(r.role, 0) for r in it.rungs)))
_ladders("ladder: no last words", lambda ladder: replace(ladder, last_most=0))
_ladders("ladder: last words without end", lambda ladder: replace(ladder, last_most=99))
_stages(
    "ladder: only of the last stage",
    lambda stage: replace(stage, ladder=(stage.name == "final" and stage.ladder) or None),
)
_plant(
    "ladder: climbs although it moved",
    rules._Today,
    "_ladder",
    lambda self, reached: _ladder(replace(self, case=replace(self.case, moved_on=None)), reached),
)
_plant("ladder: a stage without one stops it", rules._Today, "older_ladder", lambda *given: ())
_past("policy edits: an open escalation follows the new ladder", lambda case, past, day: replace(past, ladders={}))
_past(
    "policy edits: a date that moved brings the new ladder",
    lambda case, past, day: replace(
        past, ladders={(on, stage): ladder for (on, stage), ladder in past.ladders.items() if on == case.episode}
    ),
)

# --- who

_plant("who: a delegate hears nothing", Team, "hears", lambda self, address, day: (address,) if address else ())
_plant("who: an absent owner gets no copy", Team, "hears", lambda self, address, day: _hears(self, address, day)[:1])
_plant("who: nobody stands in for the delegate", Team, "hears", lambda self, address, day: (
    found if len(found := _hears(self, address, day)) < 2 or found[0] == self.people[address].delegate else (address,)
))  # fmt: skip
_plant(
    "who: dropped where there is no owner", Team, "first", lambda self, people: next(filter(self.reachable, people), "")
)
_plant("who: the last of those named", Team, "first", lambda self, people: _first(self, people[::-1]))
_plant(
    "recipients: whoever is in the team tab",
    Team,
    "reachable",
    lambda self, who: who in self.people or (who == self.fallback and bool(who)),
)
_plant(
    "several roles: one line each",
    rules._Today,
    "_readers",
    lambda self, stage: [(role, person) for role in stage.to for person in self._people(role)],
)

# --- calendar and grouping

_how("calendar: mail leaves at any hour", quiet=False)
_times("calendar: what is near waits for business hours", near_days=-400)
_times("calendar: near is a week", near_days=5)
_case(
    "calendar: a deadline on a holiday counts to itself",
    lambda case: replace(case, counts_to=case.counts_to and case.episode),
)
_case(
    "calendar: what follows an end follows the business day",
    lambda case: replace(case, episode=case.counts_to or case.episode),
)
_grouped("grouping: a second digest on one day", digested=frozenset())
_grouped("grouping: a second immediate letter on one day", bundled=frozenset())
_grouped("grouping: a digest between digests", digests=True)


def _lost(decision: Any, **how: Any) -> Any:
    """What is held back is logged as if it had been said."""
    kept = _held(decision, **how)
    said = {replace(item, immediate=False) for item in kept.news}
    gone = [item for item in decision.news if replace(item, immediate=False) not in said]
    return replace(kept, news=(*kept.news, *(replace(item, state="superseded") for item in gone)))


_plant("grouping: what is held back is marked as said", rules, "held", _lost)


def _parted(decision: Any, **how: Any) -> Any:
    placed = [rules._placed(item, **{"digests": True, **how}) for item in decision.news]
    return replace(decision, news=tuple(item for item in placed if item is not None))


_plant("grouping: readers of one word are parted", rules, "held", _parted)


def _quiet_is_said(case: Any, past: Any, policy: Any, calendar: Any, day: Any, *, quiet: bool, baseline: bool) -> Any:
    decision = _decide(case, past, policy, calendar, day, quiet=quiet, baseline=baseline)
    if decision.silent != "outside_hours":
        return decision
    loud = _decide(case, past, policy, calendar, day, baseline=baseline)
    return replace(decision, news=tuple(_superseded(item) for item in loud.news))


def _superseded(item: News) -> News:
    return replace(item, state="superseded")


_plant("calendar: what comes at night is marked as said", rules, "decide", _quiet_is_said)
