"""Why the health is what it is, in one sentence: losses with their rows, caps, data, and what would change it.

62 ▼9 · 3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11 · 74 días sin contacto (cadencia 30) −8 ·
datos 80 %. Con una visita hoy: 70.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column, round_half_up
from sheetcrm.rules.evidence import Evidence, Reason, named
from sheetcrm.rules.health import FACTORS, Factors
from sheetcrm.rules.signals import Signals

_TOLD = 3
"""Losses that the sentence names."""
_LONGEST = 60
"""Characters of people's own text that a sentence quotes."""


@column("accounts", show=False, raw=True)
def health_losses(
    health_computed: pd.Series[Any],
    factors: Factors,
    evidence_engagement: Evidence,
    evidence_tickets: Evidence,
    evidence_promises: Evidence,
    evidence_perception: Evidence,
    evidence_payment: Evidence,
    evidence_relationship: Evidence,
) -> list[list[tuple[int, Reason]]]:
    """For each client the three largest losses of present factors, of at least one point, with their reasons.

    Unit: points of the score
    Source: domain 4 (health_why)
    """
    told = (
        evidence_engagement,
        evidence_tickets,
        evidence_promises,
        evidence_perception,
        evidence_payment,
        evidence_relationship,
    )
    losses = np.nan_to_num(factors.losses, nan=0.0)
    largest = np.argsort(-losses, axis=1, kind="stable")[:, :_TOLD]
    points = round_half_up(np.take_along_axis(losses, largest, axis=1)).astype(np.int64).tolist()
    return [
        [(lost, told[factor].at(row)) for factor, lost in zip(order, amounts, strict=True) if lost] if known else []
        for row, (known, order, amounts) in enumerate(
            zip(health_computed.notna().tolist(), largest.tolist(), points, strict=True)
        )
    ]


@column(
    "accounts",
    show=False,
    raw=True,
    ticket_ids="tickets.ticket_id",
    states="tickets.sla_status",
    priorities="tickets.priority",
)
def caps_held(
    health_cap: pd.Series[Any],
    days_overdue: pd.Series[Any],
    oldest_invoice: pd.Series[Any],
    signal_rows: Signals,
    ticket_ids: Linked,
    states: Linked,
    priorities: Linked,
    cfg: Any,
) -> list[list[tuple[float, Reason]]]:
    """For each account the caps that hold, the lowest first, with their rows.

    Unit: points, 0 to 100
    Source: domain 4 (health: caps)
    """
    caps, size = cfg.health.caps, ticket_ids.size
    ids = pd.Series(signal_rows.ids, dtype="str")
    notices = named(signal_rows.codes, size, ids, signal_rows.of("cancellation_notice"))
    late = (states.values == "breached") & (priorities.values == "critical")
    tickets = named(ticket_ids.codes, size, ticket_ids.values, late)
    overdue, invoices = days_overdue.tolist(), oldest_invoice.tolist()
    result: list[list[tuple[float, Reason]]] = [[] for _ in range(size)]
    for row in np.flatnonzero(health_cap.notna()).tolist():
        if notices.counts[row]:
            reason = Reason("notice", notices.counts[row], {}, *notices.at(row))
            result[row].append((caps.cancellation_notice, reason))
        if overdue[row] > cfg.health.overdue_cap_days:
            reason = Reason("overdue", overdue[row], {}, [invoices[row]], 0)
            result[row].append((caps.overdue, reason))
        if tickets.counts[row]:
            reason = Reason("critical", tickets.counts[row], {}, *tickets.at(row))
            result[row].append((caps.critical_ticket, reason))
        result[row].sort(key=lambda held: held[0])
    return result


@column("accounts", copes=("health_override", "health_override_reason", "health_override_until"))
def health_why(
    health_score: pd.Series[Any],
    health_coverage: pd.Series[Any],
    health_computed: pd.Series[Any],
    score_a_month_ago: pd.Series[Any],
    override_holds: pd.Series[Any],
    health_override_reason: pd.Series[Any],
    health_override_until: pd.Series[Any],
    factors: Factors,
    health_losses: list[list[tuple[int, Reason]]],
    caps_held: list[list[tuple[float, Reason]]],
    best_act: pd.Series[Any],
    score_after_act: pd.Series[Any],
    oldest_ticket: pd.Series[Any],
    oldest_invoice: pd.Series[Any],
    words: Any,
) -> list[str | None]:
    """Why: the score and its change in four weeks, the caps that hold, the three largest losses with their rows, how
    much of the data is there, and the one act that would gain most.

    Blank: not a client
    Source: domain 4 (health_why)
    """
    say = Sayer(words)
    change = round_half_up(health_score - score_a_month_ago)
    computed = round_half_up(health_computed)
    fixed = override_holds.to_numpy() == 1
    until = health_override_until.to_numpy(dtype="datetime64[D]").tolist()
    reasons = health_override_reason.tolist()
    acts = {"contact": pd.Series([""] * len(best_act), dtype="str"), "ticket": oldest_ticket, "invoice": oldest_invoice}
    act_ids = {act: ids.tolist() for act, ids in acts.items()}
    missing = np.isnan(factors.points) & (factors.weights > 0)
    rows = zip(
        health_score.tolist(),
        health_coverage.tolist(),
        computed.tolist(),
        change.tolist(),
        fixed.tolist(),
        health_losses,
        caps_held,
        best_act.tolist(),
        score_after_act.tolist(),
        strict=True,
    )
    result: list[str | None] = []
    for row, (score, coverage, model, moved, is_fixed, losses, caps, act, after) in enumerate(rows):
        if coverage != coverage:
            result.append(None)
            continue
        parts = [say.score(score, moved)]
        if is_fixed:
            parts.append(say.fixed(reasons[row], until[row], model))
        parts += [say.cap(points, reason) for points, reason in caps]
        parts += [say.loss(points, reason) for points, reason in losses]
        parts.append(say.data(coverage))
        if score != score:
            parts.append(say.missing(missing[row]))
        ending = "." if is_fixed or not isinstance(act, str) else ". " + say.act(act, act_ids[act][row], after)
        result.append(" · ".join(parts) + ending)
    return result


class Sayer:
    """Says the parts of the sentence in one language."""

    def __init__(self, words: Any) -> None:
        self._words = words
        self._signals: dict[str, str] = {}

    def score(self, score: float, change: float) -> str:
        """``62 ▼9``; in words where there is no score."""
        if score != score:
            return str(self._words.text("health.no_data"))
        if not change or change != change:
            return f"{score:.0f}"
        return f"{score:.0f} {'▲' if change > 0 else '▼'}{abs(change):.0f}"

    def fixed(self, reason: str, until: Any, computed: float) -> str:
        """Until when and why a person set the score, and what the model says."""
        model = self._words.text("health.no_data") if computed != computed else f"{computed:.0f}"
        return str(
            self._words.text("health.fixed", date=self._words.date(until), reason=_short(reason), computed=model)
        )

    def cap(self, points: float, reason: Reason) -> str:
        """``tope 20: aviso de cancelación (I-7)``."""
        what = self._words.plural(f"health.cap.{reason.code}", reason.number, rows=self._rows(reason))
        return str(self._words.text("health.cap", points=f"{points:g}", what=what))

    def loss(self, points: int, reason: Reason) -> str:
        """``3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11``."""
        values = dict(reason.values)
        code = reason.code
        if code == "signals":
            said = self._words.text("health.signals", names=", ".join(self._signal_names(reason)))
        elif code == "surveys":
            said = self._words.text(
                "health.surveys", mean=self._words.number(values["mean"], 1), rows=self._rows(reason)
            )
        elif code == "silence" and reason.ids:
            said = self._plural("silence_since", reason.number, cadence=f"{values['cadence']:g}", id=reason.ids[0])
        elif code in ("silence", "never"):
            said = self._plural(code, reason.number, cadence=f"{values['cadence']:g}")
        else:
            values = {name: _short(value) if isinstance(value, str) else f"{value:g}" for name, value in values.items()}
            said = self._plural(code, reason.number, rows=self._rows(reason), **values)
        return f"{said} −{points}"

    def data(self, coverage: float) -> str:
        """``datos 80 %``."""
        return str(self._words.text("health.data", share=self._words.percent(coverage)))

    def missing(self, missing: Sequence[bool]) -> str:
        """Which factors lack data, where there are too few for a score."""
        names = [
            self._words.text(f"health.factor.{name}") for name, lacks in zip(FACTORS, missing, strict=True) if lacks
        ]
        return str(self._words.text("health.missing", names=", ".join(names)))

    def act(self, act: str, row_id: str, score: float) -> str:
        """``Con una visita hoy: 70.``"""
        return str(self._words.text(f"health.act.{act}", id=row_id, score=f"{score:.0f}"))

    def _plural(self, code: str, count: float, **values: Any) -> str:
        return str(self._words.plural(f"health.{code}", count, **values))

    def _rows(self, reason: Reason) -> str:
        """`` (T-101, T-107 y 2 más)``; nothing where the rows have no ids."""
        if not reason.ids:
            return ""
        more = self._words.plural("health.more", reason.more) if reason.more else ""
        return f" ({', '.join(reason.ids)}{more})"

    def _signal_names(self, reason: Reason) -> Iterator[str]:
        for mark in reason.ids:
            kind, _, row = mark.partition(" ")
            name = self._words.text(f"signal.{kind}")
            yield f"{name} ({row})" if row else name


def _short(text: str) -> str:
    """People's own text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"
