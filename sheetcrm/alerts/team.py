"""Who hears of what: the people of the team tab, and how an alert finds its reader (domain 6, "who")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """A member of the team, by canonical address."""

    email: str
    name: str
    role: str = ""
    manager: str = ""
    language: str = ""


@dataclass(frozen=True)
class Team:
    """The team in the order of its tab. ``allowed`` says whether internal mail may go to an address."""

    people: Mapping[str, Person]
    allowed: Callable[[str], bool]
    fallback: str = ""

    @classmethod
    def of(cls, frame: Mapping[str, Any], allowed: Callable[[str], bool], fallback: str) -> Team:
        """From the evaluated team tab (columns email, name, role, manager, language)."""
        columns = [_texts(frame[name]) for name in ("email", "name", "role", "manager", "language")]
        people = {row[0].lower(): Person(row[0].lower(), *row[1:]) for row in zip(*columns, strict=True)}
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

    def direction(self) -> list[str]:
        """Everybody in direction."""
        return [p.email for p in self.people.values() if p.role == "direction" and self.reachable(p.email)]

    def refused(self) -> list[Person]:
        """Members of the team tab whose address mail may not go to."""
        return [person for person in self.people.values() if not self.reachable(person.email)]


def _texts(series: Any) -> list[str]:
    return ["" if value is None or value != value else str(value) for value in series.tolist()]
