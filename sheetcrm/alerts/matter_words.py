"""A case of a matter in words: one sentence, in the language of whoever reads it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sheetcrm.alerts.matter_alerts import MatterCase
from sheetcrm.alerts.matter_readers import texts
from sheetcrm.evaluated import Evaluated
from sheetcrm.text import clip
from sheetcrm.words import Words

_LONGEST = 160
"""Characters of a cell of the sheet in a sentence."""


class MatterWords:
    """Says cases. ``text(column, row, language)`` gives a row's own sentence; ``currency`` is the base currency."""

    def __init__(self, state: Evaluated, text: Callable[[str, int, str], str], currency: str) -> None:
        self._names, self._text, self._currency = texts(state["accounts.name"]), text, currency

    def account(self, case: MatterCase) -> str:
        """The account's name, else its id; where the row has no account its own name, or what it says."""
        name = self._names[case.account] if case.account >= 0 else case.name
        return name or str(case.facts["account_id"]) or case.detail or case.id

    def why(self, case: MatterCase, words: Words) -> str:
        """The sentence that says what is the matter, with the row's id."""
        return words.text(f"matter.{case.matter.name}.why", **self._values(case, words))

    def title(self, case: MatterCase, words: Words) -> str:
        """What is to be done, where the matter makes a task."""
        named = {"account": self.account(case), "id": case.id, "name": case.name or case.id}
        key = f"matter.{case.matter.name}.title"
        return words.text(key, **named) if words.has(key) else ""

    def _values(self, case: MatterCase, words: Words) -> dict[str, str]:
        detail = clip(self._detail(case, words.language), _LONGEST)
        return {
            "account": clip(self.account(case), 80),
            "id": case.id,
            "name": clip(case.name or case.id, 80),
            "date": words.date(case.episode),
            # What a row says follows a colon, what names a row stands in brackets; neither where it is blank.
            "tail": f": {detail}" if detail else "",
            "ref": f" ({detail.rstrip('.')})" if detail else "",
            **{name: _said(name, value, case.facts, words, self._currency) for name, value in case.facts.items()},
        }

    def _detail(self, case: MatterCase, language: str) -> str:
        return self._text(case.matter.says, case.row, language) if case.matter.says else case.detail


def _said(name: str, value: Any, facts: Mapping[str, Any], words: Words, currency: str) -> str:
    """A fact as it is written."""
    if value is None or value != value:
        return "—"
    if name in _MONEY:
        own = facts.get("currency")
        return words.money(value, own if isinstance(own, str) and own else currency)
    if isinstance(value, date):
        return words.date(value)
    return words.number(value, 0) if isinstance(value, int | float) else str(value)


_MONEY = ("amount", "expected", "target")
