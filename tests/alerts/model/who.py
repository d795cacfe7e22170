"""Who hears (domain 6, "who" and "recipients"), read from the page and written as plainly as it stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tests.alerts.model.office import Office, Row


class Who:
    """The readers of a row on a day, by role."""

    def __init__(self, office: Office, row: Row, day: date) -> None:
        self._office, self._row, self._day = office, row, day

    def role(self, role: str) -> list[str]:
        """Everybody who hears in this role; an absent person is copied."""
        if role == "direction":
            return [email for email, member in self._office.members.items() if member.role == role and member.listed]
        if role == "backup":
            return self._stand_in(self._row.backup if self._listed(self._row.backup) else "")
        owner = self.owner()
        return self._stand_in(owner if role == "owner" else self._manager(owner))

    def roles(self, roles: Iterable[str]) -> list[str]:
        """One person gets one line, however many roles they have."""
        return list(dict.fromkeys(person for role in roles for person in self.role(role)))

    def owner(self) -> str:
        """Who answers for the row."""
        return next(person for person in self._candidates() if person is not None)

    def _candidates(self) -> Iterator[str | None]:
        named = (self._row.own, self._row.account, self._row.backup)
        yield from (person if self._listed(person) else None for person in named)
        yield from (self._manager(person) or None for person in named if person in self._office.members)
        yield self._first_manager() or None
        yield self._office.fallback

    def _listed(self, person: str) -> bool:
        member = self._office.members.get(person)
        return bool(person) and (person == self._office.fallback or (member is not None and member.listed))

    def _first_manager(self) -> str:
        return next((m.email for m in self._office.members.values() if m.role == "manager" and m.listed), "")

    def _manager(self, person: str) -> str:
        member = self._office.members.get(person)
        return member.manager if member and self._listed(member.manager) else self._first_manager()

    def _away(self, person: str) -> bool:
        member = self._office.members.get(person)
        if member is None or member.away_until is None:
            return False
        return (member.away_from or self._day) <= self._day <= member.away_until

    def _stand_in(self, person: str) -> list[str]:
        if not person or not self._away(person):
            return [person] if person else []
        for other in (self._office.members[person].delegate, self._manager(person)):
            if self._listed(other) and other != person and not self._away(other):
                return [other, person]
        return [person]
