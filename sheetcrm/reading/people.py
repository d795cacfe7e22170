"""Who an owner cell means: a team member's address or full name (domain 3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from sheetcrm.cells import Bad, Cast
from sheetcrm.cells.cast import by_unique_text, series
from sheetcrm.cells.choices import nearest
from sheetcrm.words import normalise

_BRACKETED = re.compile(r".*<([^<>\s]+@[^<>\s]+)>\s*")


@dataclass(frozen=True)
class People:
    """The team's addresses (lower case), and the addresses of everybody who bears a name."""

    addresses: frozenset[str] = frozenset()
    by_name: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, team: pd.DataFrame) -> People:
        """The people of a team tab as read."""
        by_name: dict[str, set[str]] = {}
        names: dict[str, str] = {}
        for address, name in zip(team["email"].tolist(), team["name"].tolist(), strict=True):
            if isinstance(name, str):
                by_name.setdefault(normalise(name), set()).add(address)
                names.setdefault(normalise(name), name)
        return cls(frozenset(team["email"].tolist()), by_name, names)

    def find(self, typed: str) -> str | Bad:
        """The address of a member; Bad for a name that several bear, or that nobody does."""
        bracketed = _BRACKETED.fullmatch(typed)
        address = (bracketed[1] if bracketed is not None else typed).strip().lower()
        if address in self.addresses:
            return address
        folded = normalise(typed)
        bearers = self.by_name.get(folded, set())
        if len(bearers) == 1:
            return next(iter(bearers))
        if bearers:
            return Bad("person_ambiguous", {"addresses": sorted(bearers)})
        near = nearest(folded, self.by_name) or self._sharing_words(folded)
        return Bad("person_near", {"near": self.names[near]}) if near else Bad("person_unknown")

    def _sharing_words(self, folded: str) -> str:
        """The only name that has all words of the typed one, or all of whose words were typed; "" otherwise."""
        typed = set(folded.split())
        near = [name for name in self.by_name if typed and (typed <= set(name.split()) or typed >= set(name.split()))]
        return near[0] if len(near) == 1 else ""

    def cast(self, cells: pa.Array) -> Cast:
        """A column of people as addresses. A name nobody bears stays as typed, an ambiguous one is blank."""
        if not self.addresses:
            return Cast(series(cells))
        doubts: dict[str, Bad] = {}

        def meant(typed: str) -> str | None:
            found = self.find(typed)
            if not isinstance(found, Bad):
                return found
            doubts[typed] = found
            return None if found.code == "person_ambiguous" else typed

        result = by_unique_text(cells, meant)
        if doubts:
            for at, typed in enumerate(cells.to_pylist()):
                if typed in doubts:
                    result.doubts[at] = doubts[typed]
        return result
