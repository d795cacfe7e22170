"""Service: promised times, tickets that come back, and what causes them (domain 7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import within
from sheetcrm.rules.metrics.sums import Day, as_day, by_month, in_window, ratio, recent_months

MONTHS = 12


@dataclass(frozen=True)
class SlaMonth:
    """The tickets resolved in a calendar month; ``share`` of 1 that met their times, NaN where none was."""

    first: Day
    share: float
    met: int
    missed: int


@dataclass(frozen=True)
class Sla:
    """SLA compliance. ``share`` of 1; the counts are tickets.

    ``met`` and ``missed`` were resolved in the window; ``breached`` are open now past a clock, ``at_risk`` open now
    with 80% of it used. ``months`` are the last 12, this one last.
    """

    share: float
    met: int
    missed: int
    breached: int
    at_risk: int
    months: tuple[SlaMonth, ...]


def sla(state: Evaluated, cfg: Config) -> Sla:
    """SLA compliance: tickets that met their times, of those whose case is decided: resolved in the window, or open
    with a clock that has run out, which nothing can mend any more.

    Unit: share of 1
    Blank: no ticket is decided
    Source: domain 7; 002 items 18 and 79
    """
    tickets = state.frames["tickets"]
    status, solved = tickets["sla_status"], tickets["resolved_at"]
    met, missed, breached, at_risk = ((status == word).to_numpy() for word in ("met", "missed", "breached", "at_risk"))
    inside = in_window(solved, state, cfg.metrics)
    kept, broken, late = int((met & inside).sum()), int((missed & inside).sum()), int(breached.sum())
    today = as_day(state)
    by = [by_month(solved, mask, today, MONTHS) for mask in (met, missed)]
    months = [
        SlaMonth(first, ratio(ok, ok + bad), ok, bad)
        for first, ok, bad in zip(
            recent_months(today, MONTHS), *(counts.astype(int).tolist() for counts in by), strict=True
        )
    ]
    return Sla(ratio(kept, kept + broken + late), kept, broken, late, int(at_risk.sum()), tuple(months))


@dataclass(frozen=True)
class Recurrence:
    """How often customers need help, and how often for the same thing.

    ``tickets``: opened in the window. ``per_client``: those of today's clients, per client. ``repeated``: share of 1 of
    the tickets whose fault is known that followed another of the same fault within 90 days. ``faults``: recurrent
    faults that are alive now. All but ``tickets`` are NaN where the tab is not in use.
    """

    tickets: int
    per_client: float
    repeated: float
    faults: float


def recurrence(state: Evaluated, cfg: Config) -> Recurrence:
    """Tickets per client account, the share of them that repeats, and the faults that keep coming back.

    Source: domain 7; 002 items 21 and 78
    """
    tickets = state.frames["tickets"]
    inside = within(tickets["age"], cfg.metrics.window_days)
    client = (state["accounts.client_status"] == "client").to_numpy()
    holder = state.codes("tickets", "accounts")
    of_clients = inside & np.append(client, False)[holder]
    repeats = tickets["repeats"].to_numpy(dtype=float)
    known = inside & ~np.isnan(repeats)
    used = bool(len(inside))
    return Recurrence(
        tickets=int(inside.sum()),
        per_client=ratio(int(of_clients.sum()), int(client.sum())) if used else float("nan"),
        repeated=ratio(int((known & (repeats > 1)).sum()), int(known.sum())),
        faults=float((tickets["fault_signal"] == 1).sum()) if used else float("nan"),
    )


@dataclass(frozen=True)
class Cause:
    """A root cause ("" where nobody gave one yet): tickets, and their share of 1 of all with a cause (NaN for "")."""

    cause: str
    tickets: int
    share: float


def friction(state: Evaluated, cfg: Config) -> tuple[Cause, ...]:
    """What causes the tickets opened in the window, most tickets first; those without a cause stand last.

    Source: domain 7; 002 items 28 and 39
    """
    tickets = state.frames["tickets"]
    counts = tickets["root_cause"][within(tickets["age"], cfg.metrics.window_days)].value_counts(dropna=False)
    unsaid = int(counts[counts.index.isna()].sum())
    said = {str(cause): int(count) for cause, count in counts[counts.index.notna()].items()}
    ordered = sorted(said.items(), key=lambda item: (-item[1], item[0]))
    causes = [Cause(cause, count, ratio(count, sum(said.values()))) for cause, count in ordered]
    return (*causes, Cause("", unsaid, float("nan"))) if unsaid else tuple(causes)
