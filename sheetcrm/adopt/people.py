"""The team of the new workbook: whoever stands as an owner anywhere. An address that nobody wrote is never made up."""

from __future__ import annotations

import re

from sheetcrm.model import Value
from sheetcrm.words import normalise

Row = dict[str, Value]

_ADDRESS = re.compile(r"[^\s@,;<>()\[\]\"]+@[^\s@,;<>()\[\]\".]+(?:\.[^\s@,;<>()\[\]\".]+)+")
_BRACKETED = re.compile(r"(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*")
_SEVERAL = re.compile(r"[/;,&+\n]")


class Team:
    """Members by address and by name."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._by_address: dict[str, Row] = {}
        self._by_name: dict[str, Row] = {}

    def add(self, row: Row) -> None:
        """A member as the old team tab has them."""
        self.rows.append(row)
        if row.get("email"):
            self._by_address[str(row["email"]).lower()] = row
        if row.get("name"):
            self._by_name.setdefault(normalise(str(row["name"])), row)

    def with_address(self, address: str) -> Row | None:
        """The member with this address."""
        return self._by_address.get(address)

    def meet(self, typed: str, address: str = "") -> None:
        """Somebody who stands as an owner; ``address`` is theirs where the row says it."""
        bracketed = _BRACKETED.fullmatch(typed)
        name = bracketed[1] if bracketed else "" if _ADDRESS.fullmatch(typed) else typed
        address = (bracketed[2] if bracketed else typed if _ADDRESS.fullmatch(typed) else address).lower()
        if not address and (_SEVERAL.search(name) or not any(letter.isalpha() for letter in name)):
            return
        known = self._by_address.get(address) or self._by_name.get(normalise(name or _name_of(address)))
        if known is not None and address and known.get("email") not in (None, address):
            known = None  # two people of one name
        if known is None:
            self.add({"email": address or None, "name": name or _name_of(address)})
        elif address and not known.get("email"):
            known["email"] = address
            self._by_address[address] = known

    def without_address(self) -> list[str]:
        """Names of members whose address people still have to type."""
        return [str(row["name"]) for row in self.rows if not row.get("email")]


def _name_of(address: str) -> str:
    """``ana.garcia@…`` → Ana Garcia: a beginning that people can mend."""
    return " ".join(part.capitalize() for part in re.split(r"[._\-+]+", address.partition("@")[0]) if part)
