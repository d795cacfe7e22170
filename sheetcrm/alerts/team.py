"""Who hears of what: the people of the team tab, and how an alert finds its reader (domain 6, "who")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Person:
    """A member of the team, by canonical address."""

    email: str
    name: str
    role: str = ""
    manager: str = ""
    language: str = ""
    delegate: str = ""
    away_from: date | None = None
    away_until: date | None = None

    def away(self, day: date) -> bool:
        """Whether they are away that day; a blank end is no absence, a blank beginning one that has begun."""
        return self.away_until is not None and day <= self.away_until and (self.away_from or day) <= day


@dataclass(frozen=True)
class Roles:
    """``answers``: who answers for a row, away or not; "" for nobody. ``hear``: who hears of it by role."""

    answers: str
    hear: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Team:
    """The team in the order of its tab. ``allowed`` says whether internal mail may go to an address."""

    people: Mapping[str, Person]
    allowed: Callable[[str], bool]
    fallback: str = ""

    @classmethod
    def of(cls, frame: Mapping[str, Any], allowed: Callable[[str], bool], fallback: str) -> Team:
        """From the evaluated team tab (columns email, name, role, manager, language, delegate, away_from/until)."""
        texts = [_texts(frame[name]) for name in ("email", "name", "role", "manager", "language", "delegate")]
        absences = [_days(frame[name]) for name in ("away_from", "away_until")]
        rows = zip(*texts, *absences, strict=True)
        people = {email.lower(): Person(email.lower(), *rest) for email, *rest in rows}
        return cls(people, allowed, fallback)

    def reachable(self, address: str) -> bool:
        """True for an address of the team that mail may go to, and for the configured fallback."""
        return bool(address) and ((address in self.people and self.allowed(address)) or address == self.fallback)

    def first(self, candidates: Sequence[str]) -> str:
        """The first reachable of the candidates, else the first manager, else the fallback; "" when there is none."""
        for candidate in candidates:
            if self.reachable(candidate):
                return candidate
        for person in self.people.values():
            if person.role == "manager" and self.reachable(person.email):
                return person.email
        return self.fallback

    def manager_of(self, address: str) -> str:
        """The person's manager, else the first manager of the team; "" when there is none."""
        person = self.people.get(address)
        if person and self.reachable(person.manager):
            return person.manager
        return next((p.email for p in self.people.values() if p.role == "manager" and self.reachable(p.email)), "")

    def hears(self, address: str, day: date) -> tuple[str, ...]:
        """Who hears what is meant for somebody on a day: they themselves; while they are away their delegate, or where
        that one is missing or away too their manager, and they themselves a copy. () for a blank address."""
        person = self.people.get(address)
        if not address or person is None or not person.away(day):
            return (address,) if address else ()
        for stand_in in (person.delegate, self.manager_of(address)):
            other = self.people.get(stand_in)
            if self.reachable(stand_in) and stand_in != address and not (other and other.away(day)):
                return (stand_in, address)
        return (address,)

    def roles(self, own: str, account: str, backup: str, day: date) -> Roles:
        """Who hears of a row by role: its own owner, else the account's, else the backup, else their managers."""
        named = [own, account, backup]
        owner = self.first([*named, *(self.manager_of(person) for person in named if person in self.people)])
        hear = {
            "owner": self.hears(owner, day),
            "backup": self.hears(backup if self.reachable(backup) else "", day),
            "manager": self.hears(self.manager_of(owner), day),
            "direction": tuple(self.direction()),
        }
        return Roles(owner, hear)

    def direction(self) -> list[str]:
        """Everybody in direction."""
        return [p.email for p in self.people.values() if p.role == "direction" and self.reachable(p.email)]

    def refused(self) -> list[Person]:
        """Members of the team tab whose address mail may not go to."""
        return [person for person in self.people.values() if not self.reachable(person.email)]


def _texts(series: Any) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in series.tolist()]


def _days(series: Any) -> list[date | None]:
    days = series.to_numpy().astype("datetime64[D]").tolist()
    return [day.date() if isinstance(day, datetime) else day for day in days]
