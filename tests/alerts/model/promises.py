"""What must be said on a day, and nothing else: domain 5 and 6 as a running account of every row.

Unlike the product, which judges each day from its log, this keeps for every stage of a deadline one open matter of its
own (``Thread``): when it began, who was asked, what was promised next. Times and stages are those of the page, not of
the settings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.alerts.model.office import Office, Row, Rungs, Word
from tests.alerts.model.who import Who


@dataclass(frozen=True)
class Stage:
    """A line of the table of stages. ``again_after``: days (business days where ``business``) between two words to the
    owner; ``until_moved``: they end with a move; ``most``: of them."""

    name: str
    days: int | None
    hear: tuple[str, ...]
    at_once: bool = False
    again_after: int = 0
    business: bool = False
    until_moved: bool = False
    most: int = 10**6
    climbs: bool = False


TERM = (
    Stage("preparation", 90, ("owner",)),
    Stage("first_contact", 60, ("owner",), again_after=7, until_moved=True),
    Stage("urgent", 30, ("owner", "manager"), again_after=3, business=True, until_moved=True),
    Stage(
        "critical", 15, ("owner", "manager", "direction"), at_once=True, again_after=1, business=True, climbs=True
    ),
    Stage("final", 0, ("owner", "manager"), at_once=True, climbs=True),
    Stage("follow_up", -1, ("owner",)),
    Stage("recovery", -7, ("owner",)),
    Stage("loss_analysis", -30, ("owner",)),
)  # fmt: skip
STAGES = {
    "term": TERM,
    "evergreen": tuple(stage for stage in TERM if stage.name in ("urgent", "final")),
    "matter": (Stage("", None, ("owner",), again_after=7, most=3),),
}
REARM, HISTORY, SNOOZE_FLOOR, ACKNOWLEDGED, NEAR, LAST_EVERY, LAST_MOST = 7, 60, 15, 5, 2, 7, 3


@dataclass
class Thread:
    """A stage that has been told: since when, for which deadline, and what followed. ``asked``: when each reader last
    heard together with the others; ``joined``: who heard of it later, and when."""

    began: date
    deadline: date
    ladder: Rungs
    heard: date
    asked: dict[str, date] = field(default_factory=dict)
    joined: dict[str, date] = field(default_factory=dict)
    repeated: list[date] = field(default_factory=list)
    rungs: dict[str, date] = field(default_factory=dict)
    climbed: set[str] = field(default_factory=set)
    last_words: list[date] = field(default_factory=list)
    signed: date | None = None


@dataclass
class Life:
    """What is remembered of a row: the deadline it had, who knows of which stage of which deadline, and its moves."""

    deadline: date | None = None
    stage: int | None = None
    moved: date | None = None
    said: set[tuple[date, str, str]] = field(default_factory=set)
    threads: dict[tuple[date, str], Thread] = field(default_factory=dict)


@dataclass(frozen=True)
class _Talk:
    """One row on one day: its deadline, the business day it counts to, its stages reached, its readers."""

    row: Row
    life: Life
    deadline: date
    counts_to: date | None
    day: date
    who: Who
    reached: tuple[Stage, ...] = ()


class Promises:
    """The account of an office; ``run`` tells what a run of a day must say."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = defaultdict(Life)
        self.digests: dict[str, date] = {}
        self.bundles: dict[str, date] = {}

    def run(self, office: Office, day: date, *, business: bool, digests: bool, first: bool) -> set[Word]:
        """Everything that is told; the account goes on as if it had left."""
        for id, deadline, stage in office.acknowledged:
            thread = self.lives[id].threads.get((deadline, stage))
            if thread is not None:
                thread.signed = day
        told: set[Word] = set()
        full, bundled = ({p for p, on in heard.items() if on == day} for heard in (self.digests, self.bundles))
        for row in office.rows.values():
            words = self._words(office, row, day, business=business, first=first)
            kept = _placed(words, full, bundled, digests=digests)
            self._pass_year(row, day, done=business and not words)
            told |= kept
            # A stage that speaks anew begins anew; whoever hears of it on that day hears of the new beginning.
            for word in sorted(kept, key=lambda word: word.kind != "again"):
                _note(self.lives[row.id], word, day, office.ladder)
        for word in told:
            (self.bundles if word.at_once else self.digests)[word.person] = day
        return told

    # --- what a row has to say

    def _words(self, office: Office, row: Row, day: date, *, business: bool, first: bool) -> list[Word]:
        life, deadline = self.lives[row.id], row.deadline(day)
        if deadline is None:
            return []
        if row.kind == "evergreen" and life.deadline and life.deadline < day <= life.deadline + timedelta(HISTORY):
            deadline = life.deadline
        counts_to = None if row.kind == "matter" else office.before_holiday(deadline)
        talk = _Talk(row, life, deadline, counts_to, day, Who(office, row, day))
        if row.decided:
            # Nobody looks at it; what is new about it is found when it is open again.
            if life.deadline is None and (counts_to is None or (day - deadline).days <= HISTORY):
                life.deadline = deadline
            return []
        _notice_move(talk)
        if counts_to is not None and life.deadline is None and (day - deadline).days > HISTORY:
            return []
        _see(talk)
        near = counts_to is not None and day <= deadline and counts_to <= office.after(day, NEAR)
        if (not business and not near) or _snoozed_until(talk) > day:
            return []
        reached = tuple(stage for stage in STAGES[row.kind] if _reached(stage, talk))
        if not reached:
            return []
        return list(_news(_Talk(row, life, deadline, counts_to, day, talk.who, reached), office, first=first))

    def _pass_year(self, row: Row, day: date, *, done: bool) -> None:
        """An evergreen's anniversary is left behind once its last word was said: by a day on which it could speak and
        had nothing to say, with nobody left to ask."""
        life = self.lives[row.id]
        if row.kind != "evergreen" or row.decided:
            return
        passed = life.deadline is not None and life.deadline < day <= life.deadline + timedelta(HISTORY)
        climbing = life.deadline and life.threads.get((life.deadline, "final"))
        if passed and (not done or (climbing and not _moved_since(row, life, climbing.began))):
            return
        life.deadline = row.deadline(day)


def _see(talk: _Talk) -> None:
    """A deadline that moved keeps what was said, but for the stages that are far off again."""
    life, old = talk.life, talk.life.deadline
    if talk.row.kind == "evergreen":
        life.deadline = life.deadline or talk.deadline
        return
    if old is not None and old != talk.deadline and talk.counts_to is not None:
        left = (talk.counts_to - talk.day).days
        near = {stage.name for stage in STAGES[talk.row.kind] if stage.days is not None and left <= stage.days + REARM}
        life.said |= {(talk.deadline, stage, person) for on, stage, person in life.said if on == old and stage in near}
        threads = {stage: life.threads.get((old, stage)) for stage in near}
        life.threads |= {(talk.deadline, stage): thread for stage, thread in threads.items() if thread is not None}
    life.deadline = talk.deadline


def _notice_move(talk: _Talk) -> None:
    life = talk.life
    if life.stage is not None and life.stage != talk.row.stage:
        life.moved = talk.day
    life.stage = talk.row.stage


def _snoozed_until(talk: _Talk) -> date:
    if talk.row.snooze is None:
        return date.min
    return min(talk.row.snooze, (talk.counts_to or date.max) - timedelta(SNOOZE_FLOOR))


def _reached(stage: Stage, talk: _Talk) -> bool:
    if stage.days is None or talk.counts_to is None:
        return True
    end = talk.deadline if stage.days < 0 else talk.counts_to
    return end - timedelta(stage.days) <= talk.day


def _news(talk: _Talk, office: Office, *, first: bool) -> Iterator[Word]:
    """The most urgent stage to whoever does not know of it; if all do, what follows from it."""
    life, top = talk.life, talk.reached[-1]
    for stage in talk.reached[:-1]:
        life.said |= {(talk.deadline, stage.name, person) for person in talk.who.roles(stage.hear)}
    if first:
        spared = set(talk.who.role("direction")) - set(talk.who.role("owner"))
        life.said |= {(talk.deadline, top.name, person) for person in talk.who.roles(top.hear) if person in spared}
    unaware = [p for p in talk.who.roles(top.hear) if (talk.deadline, top.name, p) not in life.said]
    yield from (_word(talk, top.name, p, "first", None, top.at_once and not first) for p in unaware)
    thread = life.threads.get((talk.deadline, top.name))
    if thread is not None or not unaware:
        yield from (word for word in _further(talk, top, thread, office) if word.person not in unaware)
    elif not top.climbs:
        yield from (word for word in _climb(talk, office) if word.person not in unaware)


def _further(talk: _Talk, top: Stage, thread: Thread | None, office: Office) -> Iterator[Word]:
    """What follows a first word, whoever else hears of it by now."""
    woken = _woken(talk, thread, office) if thread is not None else None
    if woken is not None:
        yield from (_word(talk, top.name, person, "again", woken) for person in talk.who.role("owner"))
        return
    climbing = list(_climb(talk, office))
    yield from climbing
    if thread is not None and thread.signed is None:
        hearing = {word.person for word in climbing}
        yield from (word for word in _repeat(talk, top, thread, office) if word.person not in hearing)


def _word(talk: _Talk, stage: str, person: str, kind: str, due: date | None, at_once: bool = False) -> Word:
    return Word(talk.row.id, talk.deadline, stage, person, kind, due, at_once)


def _moved_since(row: Row, life: Life, since: date) -> bool:
    """A call on the day itself is an answer; a stage seen changed on a later day was changed after it."""
    called = row.talked is not None and row.talked >= since
    return called or (life.moved is not None and life.moved > since)


def _woken(talk: _Talk, thread: Thread, office: Office) -> date | None:
    snooze = _snoozed_until(talk)
    if thread.heard < snooze <= talk.day:
        return snooze
    if thread.signed is None or _moved_since(talk.row, talk.life, thread.signed):
        return None
    over = office.after(thread.signed, ACKNOWLEDGED)
    return over if over <= talk.day else None


def _repeat(talk: _Talk, stage: Stage, thread: Thread, office: Office) -> Iterator[Word]:
    if not stage.again_after or len(thread.repeated) >= stage.most:
        return
    if stage.until_moved and _moved_since(talk.row, talk.life, thread.began):
        return
    owners, wait = talk.who.role("owner"), stage.again_after
    days = [asked[one] for asked in (thread.asked, thread.joined) for one in owners if one in asked]
    in_step = [thread.asked[one] for one in owners if one in thread.asked]
    last = max(in_step or days or thread.asked.values())
    due = office.after(last, wait) if stage.business else last + timedelta(wait)
    if due <= talk.day:
        yield from (_word(talk, stage.name, person, "repeat", due) for person in owners)


def _climb(talk: _Talk, office: Office) -> Iterator[Word]:
    """Owner → backup → manager → direction, then a few last words; of the latest stage that climbs. A deadline that
    comes later closes it."""
    stage = next((stage.name for stage in reversed(talk.reached) if stage.climbs), "")
    thread = talk.life.threads.get((talk.deadline, stage))
    if not stage or thread is None or thread.signed is not None or _moved_since(talk.row, talk.life, thread.began):
        return
    if talk.deadline > thread.deadline:
        return
    since = max(thread.rungs.values(), default=thread.began)
    heard = {*talk.who.role("owner"), *thread.climbed}
    for role, wait in thread.ladder:
        everybody = talk.who.role(role)
        people = [person for person in everybody if person not in heard]
        if role != "direction" and everybody and everybody[0] in heard:
            people = []  # whoever acts has heard: the copy to somebody who is away is no step
        if role not in thread.rungs and people:
            due = office.after(since, wait)
            if due <= talk.day:
                yield from (Word(talk.row.id, talk.deadline, stage, each, "rung", due, True, role) for each in people)
            return
    due = max([since, *thread.last_words]) + timedelta(LAST_EVERY)
    if len(thread.last_words) < LAST_MOST and due <= talk.day:
        highest = [role for role, _ in reversed(thread.ladder)] + ["owner"]
        people = next((found for role in highest if (found := talk.who.role(role))), [])
        yield from (_word(talk, stage, person, "last", due) for person in people)


# --- when it is said


def _placed(words: list[Word], full: set[str], bundled: set[str], *, digests: bool) -> set[Word]:
    """One digest and one immediate letter a day and person; what has no place waits, with whatever belongs to it."""
    placed: dict[Word, Word | None] = {}
    for word in words:
        if word.at_once and word.person not in bundled:
            placed[word] = word
        else:
            placed[word] = word._replace(at_once=False) if digests and word.person not in full else None
    waiting = {(word.stage, word.kind) for word, place in placed.items() if place is None and word.kind != "first"}
    return {place for word, place in placed.items() if place is not None and (word.stage, word.kind) not in waiting}


def _note(life: Life, word: Word, day: date, ladder: Rungs) -> None:
    name = word.deadline, word.stage
    thread = life.threads.get(name)
    if thread is None:
        thread = life.threads[name] = Thread(day, word.deadline, ladder, day)
    life.said.add((*name, word.person))
    if word.kind == "again" and thread.began != day:
        thread = life.threads[name] = Thread(day, word.deadline, thread.ladder, day)
    if word.kind == "first" and thread.began != day:
        thread.joined[word.person] = day
    elif word.kind in ("first", "again", "repeat"):
        thread.asked[word.person] = day
    if word.kind == "repeat" and day not in thread.repeated:
        thread.repeated.append(day)
    if word.kind == "rung":
        thread.climbed.add(word.person)
        thread.rungs[word.role] = day
    if word.kind == "last" and day not in thread.last_words:
        thread.last_words.append(day)
    thread.heard = day
