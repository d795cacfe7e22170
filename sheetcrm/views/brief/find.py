"""Which account is meant: by id or name, by a beginning or a part of either that only one account has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sheetcrm.evaluated import Evaluated
from sheetcrm.words import normalise

MOST = 8
"""Candidates that are named."""


@dataclass(frozen=True)
class Found:
    """The account's row; or −1 with those that it could be (``candidates``, (id, name)) or that are written alike.

    ``several`` is the number of all that match; 0 where none does.
    """

    row: int
    candidates: Sequence[tuple[str, str]] = ()
    several: int = 0


def find_account(state: Evaluated, asked: str) -> Found:
    """The one account that ``asked`` names. Case, accents and punctuation do not count; an id wins over a name, the
    whole over a beginning, a beginning over a part."""
    ids = state["accounts.account_id"].tolist()
    names = [name if isinstance(name, str) else "" for name in state["accounts.name"].tolist()]
    if asked in ids:
        return Found(ids.index(asked))
    wanted = normalise(asked)
    if not wanted:
        return Found(-1)
    plain_ids, plain_names = ([normalise(text) for text in texts] for texts in (ids, names))
    ways: tuple[Callable[[str], bool], ...] = (
        lambda text: text == wanted,
        lambda text: text.startswith(wanted),
        lambda text: wanted in text,
    )
    for meant in ways:
        for texts in (plain_ids, plain_names):
            rows = [row for row, text in enumerate(texts) if meant(text)]
            if len(rows) == 1:
                return Found(rows[0])
            if rows:
                return Found(-1, [(ids[row], names[row]) for row in rows[:MOST]], len(rows))
    return Found(-1, _alike(wanted, plain_ids, plain_names, list(zip(ids, names, strict=True))))


def _alike(
    wanted: str, ids: Sequence[str], names: Sequence[str], accounts: Sequence[tuple[str, str]]
) -> Sequence[tuple[str, str]]:
    """The accounts whose name, a word of it, or id is written most alike."""
    places: dict[str, list[int]] = {}
    for row, (id, name) in enumerate(zip(ids, names, strict=True)):
        for text in {id, name, *name.split()} - {""}:
            places.setdefault(text, []).append(row)
    near = get_close_matches(wanted, places, n=MOST, cutoff=0.7)
    rows = dict.fromkeys(row for text in near for row in places[text])
    return [accounts[row] for row in list(rows)[:MOST]]
