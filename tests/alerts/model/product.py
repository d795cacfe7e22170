"""The product's side of a year: the pure alert functions, with a log kept as the ledger keeps it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from sheetcrm.alerts import decide as rules
from sheetcrm.alerts.case import Case, Decision, Entry, Ladder, Past, Policy, Repeat, StagePolicy
from sheetcrm.alerts.keys import Key
from sheetcrm.alerts.policies import ladder_of, renewal_policy
from sheetcrm.alerts.team import Person, Team
from sheetcrm.config import Config, defaults
from sheetcrm.rules.hours import calendar_of
from tests.alerts.model.office import Office, Row, Rungs, Word

MATTER = Policy(stages=(StagePolicy("", ("owner",), repeat=Repeat(7, most=3)),))


@cache
def settings(ladder: Rungs) -> Config:
    """The packaged settings with another ladder, and no public holidays."""
    cfg = defaults()
    rungs = [type(cfg.alerts.ladder[0])(to=role, after=after) for role, after in ladder]
    return cfg.model_copy(
        update={
            "alerts": cfg.alerts.model_copy(update={"ladder": rungs}),
            "calendar": cfg.calendar.model_copy(update={"holiday_country": ""}),
        }
    )


@cache
def policy_of(kind: str, ladder: Rungs) -> Policy:
    """How the rows of a kind speak under a ladder."""
    if kind == "matter":
        return MATTER
    return renewal_policy(settings(ladder).alerts, evergreen=kind == "evergreen")


@cache
def calendar(holidays: frozenset[date]) -> rules.BusinessDays:
    """Business days with these days off."""
    cfg = settings(()).calendar.model_copy(update={"extra_holidays": tuple(sorted(holidays))})
    return calendar_of(cfg)


class Repeated(AssertionError):
    """A key of the log was told a second time."""


class Product:
    """Decides, holds back and logs, run by run."""

    def __init__(self) -> None:
        self.log: dict[str, dict[str, Entry]] = defaultdict(dict)
        self.seen: dict[str, date] = {}
        self.moves: dict[str, tuple[int, date | None]] = {}
        self.ladders: dict[tuple[str, date, str], Rungs] = {}
        self.digests: dict[str, date] = {}
        self.bundles: dict[str, date] = {}

    def run(self, office: Office, day: date, *, business: bool, digests: bool, first: bool) -> set[Word]:
        """Everything that is told in a run."""
        self._acknowledge(office, day)
        team = team_of(office)
        full, bundled = ({p for p, on in heard.items() if on == day} for heard in (self.digests, self.bundles))
        told: set[Word] = set()
        for row in office.rows.values():
            case = self._case(office, team, row, day)
            if case is None:
                continue
            past, policy = self._past(case, office.ladder), policy_of(row.kind, office.ladder)
            days = calendar(office.holidays)
            whole = rules.decide(case, past, policy, days, day, quiet=not business, baseline=first)
            decision = rules.held(whole, digested=full, bundled=bundled, digests=digests)
            unfinished = decision is not whole or whole.silent == "outside_hours" or whole.speaks or whole.open
            waits = case.next_year and unfinished
            self._see(row, day, waits=waits)
            told |= self._keep(case, decision, day)
        for word in told:
            (self.bundles if word.at_once else self.digests)[word.person] = day
        return told

    def _case(self, office: Office, team: Team, row: Row, day: date) -> Case | None:
        deadline = row.deadline(day)
        if deadline is None:
            return None
        seen = self.seen.get(row.id)
        if row.kind == "evergreen" and seen is not None and day - timedelta(60) <= seen < day:
            deadline = seen
        return Case(
            rule="untouched" if row.kind == "matter" else "renewal",
            tab="contracts",
            id=row.id,
            episode=deadline,
            counts_to=None if row.kind == "matter" else office.before_holiday(deadline),
            mute="decided" if row.decided else "",
            snooze_until=row.snooze,
            moved_on=max((on for on in (row.talked, self._moved(row, day)) if on is not None), default=None),
            people=team.roles(row.own, row.account, row.backup, day).hear,
            next_year=row.kind == "evergreen" and seen is not None and seen < day,
        )

    def _moved(self, row: Row, day: date) -> date | None:
        known = self.moves.get(row.id)
        if row.decided:
            return None
        if known is None:
            self.moves[row.id] = (row.stage, None)
        elif known[0] != row.stage:
            spoken = any(entry.on == day for entry in self.log[row.id].values())
            self.moves[row.id] = (row.stage, day - timedelta(days=0 if spoken else 1))
        return self.moves[row.id][1]

    def _past(self, case: Case, ladder: Rungs) -> Past:
        like = ladder_of(settings(ladder).alerts)
        rung = type(like.rungs[0])
        ladders: Mapping[tuple[date, str], Ladder] = {
            (episode, stage): replace(like, rungs=tuple(rung(role, after) for role, after in rungs))
            for (id, episode, stage), rungs in self.ladders.items()
            if id == case.id
        }
        return Past(tuple(self.log[case.id].values()), self.seen.get(case.id), ladders)

    def _see(self, row: Row, day: date, *, waits: bool = False) -> None:
        deadline = row.deadline(day)
        note = not row.decided if row.id in self.seen else deadline is not None and deadline >= day - timedelta(60)
        if deadline is not None and note and not waits:
            self.seen[row.id] = deadline

    def _keep(self, case: Case, decision: Decision, day: date) -> set[Word]:
        told = set()
        for item in decision.news:
            key = str(Key(case.id, case.episode, case.rule, item.stage, item.person, item.kind, item.due, item.role))
            if item.state == "queued":
                if key in self.log[case.id]:
                    raise Repeated(f"told twice: {key}")
                role = item.role if item.kind == "rung" else ""
                told.add(
                    Word(case.id, case.episode, item.stage, item.person, item.kind, item.due, item.immediate, role)
                )
            state = "sent" if item.state == "queued" else item.state
            entry = Entry(case.episode, item.stage, item.person, state, day, item.kind, item.role, item.due)
            self.log[case.id].setdefault(key, entry)
        if decision.opens is not None:
            rungs = tuple((rung.role, rung.after) for rung in decision.opens.rungs)
            self.ladders.setdefault((case.id, case.episode, decision.told), rungs)
        return told

    def _acknowledge(self, office: Office, day: date) -> None:
        for row, episode, stage in office.acknowledged:
            for key, entry in reversed(self.log[row].items()):
                if entry.told and (entry.episode, entry.stage) == (episode, stage):
                    self.log[row][key] = replace(entry, acknowledged_on=day)
                    break


def team_of(office: Office) -> Team:
    """The team tab as the product reads it."""
    people = {
        member.email: Person(
            member.email,
            member.email,
            member.role,
            member.manager,
            "",
            member.delegate,
            member.away_from,
            member.away_until,
        )
        for member in office.members.values()
    }
    listed = {member.email for member in office.members.values() if member.listed}
    return Team(people, listed.__contains__, office.fallback)
