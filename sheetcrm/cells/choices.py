"""Yes/no and list words in three languages, and the nearest word when one is mistyped."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache

from sheetcrm.cells.bad import Bad
from sheetcrm.words import list_keys, normalise

_YES = ("true", "1", "1.0", "x", "✓", "✔", "☑", "✅", "verdadero", "истина", "y", "s")
_NO = ("false", "0", "0.0", "✗", "✘", "☐", "❌", "falso", "ложь", "n")


def parse_choice(text: str, value_set: str, values: tuple[str, ...]) -> str | Bad:
    """The key of a list's word; case, accents and spaces do not matter."""
    known = _keys(value_set, values)
    folded = normalise(text)
    key = known.get(folded)
    if key is not None and folded:
        return key
    near = nearest(folded, known)
    if near:
        return Bad("list_near", {"value_set": value_set, "near": known[near]})
    return Bad("list_unknown", {"value_set": value_set, "values": values})


def parse_yes_no(text: str) -> str | Bad:
    """``yes`` or ``no``; ticks, true/false and 1/0 count. Any other number does not."""
    typed = text.strip().casefold()
    if typed in _YES:
        return "yes"
    if typed in _NO:
        return "no"
    return _keys("yes_no", ("yes", "no")).get(normalise(text)) or Bad("yes_no")


def nearest(folded: str, known: Iterable[str]) -> str:
    """The known word that a mistyped one is most like; "" when it is like none.

    Only words of about the same length that share a beginning or an end are compared: a column in which somebody
    pasted a hundred thousand other things must not take minutes.
    """
    close = [
        word
        for word in known
        if word and abs(len(word) - len(folded)) <= 3 and (word[:2] == folded[:2] or word[-2:] == folded[-2:])
    ]
    found = difflib.get_close_matches(folded, close, n=1, cutoff=0.75) if folded and close else []
    return found[0] if found else ""


@lru_cache(maxsize=64)
def _keys(value_set: str, values: tuple[str, ...]) -> dict[str, str]:
    """Normalised word → key, for the keys that this list allows (a set may be shared by lists of different length)."""
    known = {word: key for word, key in list_keys(value_set).items() if key in values}
    return {**{normalise(key): key for key in values}, **known}
