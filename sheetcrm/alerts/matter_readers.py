"""Who hears of a matter: the people of its row and of its account, resolved once per distinct set of people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sheetcrm.alerts.policies import slots
from sheetcrm.alerts.team import Roles, Team
from sheetcrm.columns import Evaluated

_ACCOUNT_ROLES = ("owner", "backup_owner", "service_owner", "credit_owner")
_Named = tuple[str, str, str, str, str]
"""The row's own owner, and the account's owner, backup, service and credit owner."""


class Readers:
    """Finds who hears of each case of a matter."""

    def __init__(self, state: Evaluated, team: Team) -> None:
        accounts = state.frames["accounts"]
        self._team, self._day = team, state.as_of
        self._accounts = list(zip(*(texts(accounts[role]) for role in _ACCOUNT_ROLES), strict=True))
        self._found: dict[tuple[Sequence[str], _Named], Roles] = {}

    def of(self, to: Sequence[str], own: str, account: int) -> Roles:
        """The readers by role, ``own`` being the row's owner and ``account`` the row of its account (−1: none)."""
        named = (own, *(self._accounts[account] if account >= 0 else ("", "", "", "")))
        if (to, named) not in self._found:
            self._found[to, named] = _resolved(to, named, self._team, self._day)
        return self._found[to, named]


def _resolved(to: Sequence[str], named: _Named, team: Team, day: date) -> Roles:
    _, _, backup, _, _ = named
    first = _first(to[0], named, team)
    hear = {
        "backup": team.hears(backup if team.reachable(backup) else "", day),
        "manager": team.hears(team.manager_of(first), day),
        "direction": tuple(team.direction()),
    }
    for role, slot in zip(to, slots(to), strict=True):
        if slot in ("owner", "holder", "service", "credit"):
            hear[slot] = hear["direction"] if role == "direction" else team.hears(_first(role, named, team), day)
    return Roles(first, hear)


def _first(role: str, named: _Named, team: Team) -> str:
    """Who answers in a role: the row's own owner, the account's person of the role, its owner, its backup, their
    managers. A matter of managers begins with these."""
    own, owner, backup, service, credit = named
    theirs = {"service": service, "credit": credit}.get(role, "")
    people = [own, theirs, owner, backup]
    managers = [team.manager_of(person) for person in people if person in team.people]
    if role == "direction":
        return next(iter(team.direction()), team.fallback)
    return team.first([*managers, *people] if role == "manager" else [*people, *managers])


def texts(series: Any) -> list[str]:
    """A text column as a list, "" where it is blank."""
    return ["" if value is None or value != value else value for value in series.tolist()]
