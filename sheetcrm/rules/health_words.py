"""Says the parts of a health sentence in one language. Reasons come as data; here is only how they are put."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sheetcrm.rules.evidence import Reason
from sheetcrm.rules.health import FACTORS

_LONGEST = 60
"""Characters of people's own text that a sentence quotes."""
_MARK = "\x00"
"""Stands for the rows while a phrase is filled and remembered: thousands of customers share a few hundred phrases."""


class Sayer:
    """Says scores, caps, losses, coverage and acts by the words of one language."""

    def __init__(self, words: Any) -> None:
        self._words = words
        self._phrases: dict[tuple[Any, ...], str] = {}

    def score(self, score: float, change: float) -> str:
        """``62 ▼9``; in words where there is no score."""
        if score != score:
            return self._text("health.no_data")
        if not change or change != change:
            return f"{score:.0f}"
        return f"{score:.0f} {'▲' if change > 0 else '▼'}{abs(change):.0f}"

    def fixed(self, reason: str, until: Any, computed: float) -> str:
        """Until when and why a person set the score, and what the model says."""
        model = self._text("health.no_data") if computed != computed else f"{computed:.0f}"
        said = self._words.text("health.fixed", date=self._words.date(until), reason=short(reason), computed=model)
        return str(said)

    def cap(self, points: float, reason: Reason) -> str:
        """``tope 20: 1 aviso de baja (I-7)``."""
        what = self._plural(f"cap.{reason.code}", reason.number, self._rows(reason))
        return self._text("health.cap", what, points=f"{points:g}")

    def loss(self, points: int, reason: Reason) -> str:
        """``3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11``."""
        code, values = reason.code, reason.values
        if code == "signals":
            said = self._text("health.signals", ", ".join(self._signal_names(reason)))
        elif code == "surveys":
            said = self._text("health.surveys", self._rows(reason), mean=self._words.number(values["mean"], 1))
        elif code == "silence" and reason.ids:
            said = self._plural("silence_since", reason.number, reason.ids[0], **values)
        else:
            said = self._plural(code, reason.number, self._rows(reason), **values)
        return f"{said} −{points}"

    def data(self, coverage: float) -> str:
        """``datos 80 %``."""
        phrase = self._phrases.get((coverage,))
        if phrase is None:
            phrase = self._text("health.data", share=self._words.percent(coverage))
            self._phrases[(coverage,)] = phrase
        return phrase

    def missing(self, missing: Sequence[bool]) -> str:
        """Which factors lack data, where there are too few for a score."""
        names = [self._text(f"health.factor.{name}") for name, lacks in zip(FACTORS, missing, strict=True) if lacks]
        return self._text("health.missing", ", ".join(names))

    def act(self, act: str, row_id: str, score: float) -> str:
        """``Con una visita hoy: 70.``"""
        return self._text(f"health.act.{act}", row_id, score=f"{score:.0f}")

    def _rows(self, reason: Reason) -> str:
        """`` (T-101, T-107 y 2 más)``; nothing where the rows have no ids."""
        if not reason.ids:
            return ""
        more = self._plural("more", reason.more, "") if reason.more else ""
        return f" ({', '.join(reason.ids)}{more})"

    def _signal_names(self, reason: Reason) -> Iterator[str]:
        for mark in reason.ids:
            kind, _, row = mark.partition(" ")
            name = self._text(f"signal.{kind}")
            yield f"{name} ({row})" if row else name

    def _plural(self, code: str, number: float, rows: str, **values: Any) -> str:
        known = (code, number, *values.values())
        phrase = self._phrases.get(known)
        if phrase is None:
            said = {name: short(value) if isinstance(value, str) else f"{value:g}" for name, value in values.items()}
            phrase = self._words.plural(f"health.{code}", number, rows=_MARK, id=_MARK, **said)
            self._phrases[known] = phrase
        return phrase.replace(_MARK, rows)

    def _text(self, key: str, rows: str = "", **values: str) -> str:
        known = (key, *values.values())
        phrase = self._phrases.get(known)
        if phrase is None:
            marks = dict.fromkeys(("rows", "names", "what", "id"), _MARK)
            phrase = self._phrases[known] = self._words.text(key, **marks, **values)
        return phrase.replace(_MARK, rows)


def short(text: str) -> str:
    """People's own text on one line, cut where it is long."""
    line = " ".join(text.replace(_MARK, " ").split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
