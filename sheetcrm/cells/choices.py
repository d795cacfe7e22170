"""Yes/no and list words in three languages, and the nearest word when one is mistyped."""

from __future__ import annotations

import difflib
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
    near = difflib.get_close_matches(folded, [word for word in known if word], n=1, cutoff=0.75) if folded else []
    if near:
        return Bad("list_near", {"value_set": value_set, "near": known[near[0]]})
    return Bad("list_unknown", {"value_set": value_set, "values": values})


def parse_yes_no(text: str) -> str | Bad:
    """``yes`` or ``no``; ticks, true/false and 1/0 count. Any other number does not."""
    typed = text.strip().casefold()
    if typed in _YES:
        return "yes"
    if typed in _NO:
        return "no"
    return _keys("yes_no", ("yes", "no")).get(normalise(text)) or Bad("yes_no")


@lru_cache(maxsize=64)
def _keys(value_set: str, values: tuple[str, ...]) -> dict[str, str]:
    """Normalised word → key, for the keys that this list allows (a set may be shared by lists of different length)."""
    known = {word: key for word, key in list_keys(value_set).items() if key in values}
    return {**{normalise(key): key for key in values}, **known}
