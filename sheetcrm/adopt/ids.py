"""Ids for rows that have none: made from what stands in the row, so that the same content gets the same id again."""

from __future__ import annotations

import hashlib
import re

from sheetcrm.words import normalise

PREFIXES = {
    "contracts": "C",
    "accounts": "A",
    "tickets": "T",
    "opportunities": "O",
    "tasks": "TA",
    "contacts": "P",
    "invoices": "F",
}
"""How made ids begin, by tab. Interactions need none, and a member of the team is an address."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not mistaken for each other."""
_LENGTH = 7
_LONGEST_NAME = 11
"""Signs that the column of ids shows."""
_SINGLE = re.compile(r"(?<=\b\w) (?=\w\b)")


def made_id(tab: str, *parts: str) -> str:
    """``C-7K2M9QD``: an id from the texts that tell a row apart."""
    digest = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8], "big")
    code = ""
    for _ in range(_LENGTH):
        digest, rest = divmod(digest, len(_LETTERS))
        code += _LETTERS[rest]
    return f"{PREFIXES[tab]}-{code}"


def account_id_of(name: str) -> str:
    """``OPTICA-SOL``, ``PANADERI-X6``: a customer's id from its name, so that people recognise it.

    It fits the column; the end of a longer name stands there as two signs made from all of it.
    """
    slug = name_key(name).upper().replace(" ", "-")
    if not any(letter.isalpha() for letter in slug):
        slug = f"{PREFIXES['accounts']}-{slug}"
    if len(slug) <= _LONGEST_NAME:
        return slug
    return f"{slug[: _LONGEST_NAME - 3].rstrip('-')}-{made_id('accounts', slug)[-2:]}"


def name_key(name: str) -> str:
    """What a customer's name is compared by: case, accents, punctuation and the dots of "S.L." do not count."""
    return _SINGLE.sub("", normalise(name))


class Taken:
    """The ids of one tab, each given once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: dict[str, int] = {}

    def unique(self, wanted: str) -> str:
        """The wanted id, with ``-2``, ``-3`` … behind it where rows before have it."""
        id, number = wanted, self._last.get(wanted, 1)
        while id in self._taken:
            number += 1
            id = f"{wanted}-{number}"
        self._last[wanted] = number
        self._taken.add(id)
        return id
