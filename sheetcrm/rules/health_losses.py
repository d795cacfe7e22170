"""What lowers a client's health as data: the largest losses and the caps that hold, each with its reason (domain 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column, round_half_up
from sheetcrm.rules.evidence import Evidence, Reason, named
from sheetcrm.rules.health import FACTORS, Factors
from sheetcrm.rules.signals import Signals

_TOLD = 3
"""Losses that the sentence names."""


@dataclass(frozen=True)
class Losses:
    """The largest losses of every account: which factors, and how many points each costs, as shown."""

    factors: Sequence[Sequence[int]]
    points: Sequence[Sequence[int]]
    evidence: Sequence[Evidence]

    def at(self, account: int) -> Iterator[tuple[int, Reason]]:
        """The losses of one account of at least a point, with their reasons."""
        for factor, lost in zip(self.factors[account], self.points[account], strict=True):
            if lost:
                yield lost, self.evidence[factor].at(account)

    def told(self, account: int) -> str | None:
        """The losses of one account, for ``explain``; None where there are none."""
        lost = zip(self.factors[account], self.points[account], strict=True)
        return ", ".join(f"{FACTORS[factor]} {points}" for factor, points in lost if points) or None


@column("accounts", show=False, raw=True)
def health_losses(
    factors: Factors,
    evidence_engagement: Evidence,
    evidence_tickets: Evidence,
    evidence_promises: Evidence,
    evidence_perception: Evidence,
    evidence_payment: Evidence,
    evidence_relationship: Evidence,
) -> Losses:
    """For each account the three largest losses of present factors with their reasons.

    Unit: points of the score
    Source: domain 4 (health_why)
    """
    evidence = (
        evidence_engagement,
        evidence_tickets,
        evidence_promises,
        evidence_perception,
        evidence_payment,
        evidence_relationship,
    )
    losses = np.nan_to_num(factors.losses, nan=0.0)
    largest = np.argsort(-losses, axis=1, kind="stable")[:, :_TOLD]
    points = round_half_up(np.take_along_axis(losses, largest, axis=1)).astype(np.int64)
    return Losses(largest.tolist(), points.tolist(), evidence)


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
) -> dict[int, list[tuple[float, Reason]]]:
    """The caps that hold, the lowest first, with their rows, by account (those under a cap only).

    Unit: points, 0 to 100
    Source: domain 4 (health: caps)
    """
    caps, size = cfg.health.caps, ticket_ids.size
    ids = pd.Series(signal_rows.ids, dtype="str")
    notices = named(signal_rows.codes, size, ids, signal_rows.of("cancellation_notice"))
    late = (states.values == "breached") & (priorities.values == "critical")
    tickets = named(ticket_ids.codes, size, ticket_ids.values, late)
    overdue, invoices = days_overdue.tolist(), oldest_invoice.tolist()
    result: dict[int, list[tuple[float, Reason]]] = {}
    for row in np.flatnonzero(health_cap.notna()).tolist():
        held: list[tuple[float, Reason]] = []
        if notices.counts[row]:
            held.append((caps.cancellation_notice, Reason("notice", notices.counts[row], {}, *notices.at(row))))
        if overdue[row] > cfg.health.overdue_cap_days:
            held.append((caps.overdue, Reason("overdue", overdue[row], {}, [invoices[row]], 0)))
        if tickets.counts[row]:
            held.append((caps.critical_ticket, Reason("critical", tickets.counts[row], {}, *tickets.at(row))))
        result[row] = sorted(held, key=lambda cap: cap[0])
    return result
