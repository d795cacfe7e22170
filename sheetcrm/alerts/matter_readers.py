"""Who hears of a matter: the people of its row and of its account, resolved once per distinct set of people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from sheetcrm.alerts.policies import slots
from sheetcrm.alerts.team import Roles, Team
from sheetcrm.evaluated import Evaluated

_ACCOUNT_ROLES = ("owner", "backup_owner", "service_owner", "credit_owner")
_Named = tuple[str, str, str, str, str]
"""The row's own owner, and the account's owner, backup, service and credit owner."""
_NOBODY = ("", "", "", "")


class Readers:
    """Finds who hears of each case of a matter."""

    def __init__(self, state: Evaluated, team: Team) -> None:
        accounts = state.frames["accounts"]
        self._team = team
        self._accounts = list(zip(*(texts(accounts[role]) for role in _ACCOUNT_ROLES), strict=True))
        self._found: dict[tuple[Sequence[str], _Named], Roles] = {}
        self._direction = tuple(team.direction())
        self._hears = cache(lambda address: team.hears(address, state.as_of))
        self._manager_of = cache(team.manager_of)

    def of(self, to: Sequence[str], own: str, account: int) -> Roles:
        """The readers by role, ``own`` being the row's owner and ``account`` the row of its account (−1: none)."""
        named = (own, *(self._accounts[account] if account >= 0 else _NOBODY))
        if (to, named) not in self._found:
            self._found[to, named] = self._resolved(to, named)
        return self._found[to, named]

    def _resolved(self, to: Sequence[str], named: _Named) -> Roles:
        _, _, backup, _, _ = named
        first = self._first(to[0], named)
        hear = {
            "backup": self._hears(backup if self._team.reachable(backup) else ""),
            "manager": self._hears(self._manager_of(first)),
            "direction": self._direction,
        }
        for role, slot in zip(to, slots(to), strict=True):
            if slot in ("owner", "holder", "service", "credit"):
                hear[slot] = self._direction if role == "direction" else self._hears(self._first(role, named))
        return Roles(first, hear)

    def _first(self, role: str, named: _Named) -> str:
        """Who answers in a role: the row's own owner, the account's person of the role, its owner, its backup, their
        managers. A matter of managers begins with these."""
        if role == "direction":
            return next(iter(self._direction), self._team.fallback)
        own, owner, backup, service, credit = named
        theirs = {"service": service, "credit": credit}.get(role, "")
        people = [own, theirs, owner, backup]
        managers = [self._manager_of(person) for person in people if person in self._team.people]
        return self._team.first([*managers, *people] if role == "manager" else [*people, *managers])


def texts(series: Any) -> list[str]:
    """A text column as a list, "" where it is blank."""
    return ["" if value is None or value != value else value for value in series.tolist()]


def accounts_of(state: Evaluated, tab: str) -> Any:
    """For each visible row of a tab the row of its account, −1 where there is none."""
    size = state.sizes[tab]
    if tab == "accounts":
        return np.arange(size)
    return np.full(size, -1) if tab == "team" else state.codes(tab, "accounts")
