"""What lowered each health factor, with the rows it came from (domain 4: every number says why)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, decay
from sheetcrm.rules.evidence import Evidence, by_row, named
from sheetcrm.rules.signals import Signals


@column("accounts", show=False, raw=True, ages="interactions.contact_age", ids="interactions.interaction_id")
def evidence_engagement(
    silence: pd.Series[Any], cadence: pd.Series[Any], days_since_contact: pd.Series[Any], ages: Linked, ids: Linked
) -> Evidence:
    """The silence against the cadence, and the last contact.

    Source: domain 4 (health: engagement)
    """
    latest = by_row(days_since_contact, ages.codes) == ages.values.to_numpy()
    rows = named(ages.codes, ages.size, ids.values, latest, most=1)
    codes = np.where(days_since_contact.isna(), "never", "silence").tolist()
    return Evidence(codes, silence.tolist(), rows, {"cadence": cadence.tolist()})


@column(
    "accounts",
    show=False,
    raw=True,
    ids="tickets.ticket_id",
    burdens="tickets.burden",
    still="tickets.open_ticket",
    ages="tickets.age",
    faults="tickets.fault",
    carriers="tickets.fault_signal",
    repeats="tickets.repeats",
    assets="tickets.asset",
    places="tickets.location",
)
def evidence_tickets(
    ids: Linked,
    burdens: Linked,
    still: Linked,
    ages: Linked,
    faults: Linked,
    carriers: Linked,
    repeats: Linked,
    assets: Linked,
    places: Linked,
    cfg: Any,
) -> Evidence:
    """The worst recurrent fault with its tickets; without one, the open tickets where they weigh most, else the
    tickets of 180 days.

    Source: domain 4 (health: tickets); 002 item 21
    """
    size, codes, burden = ids.size, ids.codes, burdens.values.fillna(0.0).to_numpy()
    carrier = _worst(carriers, repeats, ages)
    fault, since = _of_carrier(faults, carrier), _of_carrier(ages, carrier)
    age = ages.values.to_numpy()
    passed = age - by_row(since, codes)
    again = (faults.values.to_numpy() == by_row(fault, codes)) & (passed >= 0) & (passed < cfg.signals.recurrent_days)
    opened = (still.values == 1).to_numpy() & (burden > 0)
    repeated = carrier >= 0
    open_weighs = ~repeated & (2 * burdens.sum(opened) >= burdens.sum()) & (burdens.count(opened) > 0)
    told = np.where(by_row(repeated, codes), again, np.where(by_row(open_weighs, codes), opened, burden > 0))
    rows = named(codes, size, ids.values, told, np.where(by_row(repeated, codes), -age, -burden))
    place = assets.values.where(assets.values.notna(), places.values)
    where = np.full(size, "", dtype=object)
    where[repeated] = place.iloc[carrier[repeated]].to_numpy(dtype=object)
    kinds = np.where(repeated, "recurrent", np.where(open_weighs, "open", "recent")).tolist()
    return Evidence(kinds, rows.counts, rows, {"place": where.tolist(), "days": [cfg.health.tickets.days] * size})


@column(
    "accounts",
    show=False,
    raw=True,
    solutions="tickets.solution_kept",
    ticket_ids="tickets.ticket_id",
    solved="tickets.resolution_due",
    commitments="interactions.commitment_kept",
    interaction_ids="interactions.interaction_id",
    steps="interactions.next_step_due",
)
def evidence_promises(
    solutions: Linked,
    ticket_ids: Linked,
    solved: Linked,
    commitments: Linked,
    interaction_ids: Linked,
    steps: Linked,
    promises_due: pd.Series[Any],
    promises_kept: pd.Series[Any],
) -> Evidence:
    """The broken promises, the latest first.

    Source: domain 4 (health: promises)
    """
    codes = np.concatenate([solutions.codes, commitments.codes])
    broken = np.concatenate([solutions.values == 0, commitments.values == 0])
    due = np.concatenate([column.values.to_numpy(dtype="datetime64[s]").astype(np.int64) for column in (solved, steps)])
    ids = pd.concat([ticket_ids.values, interaction_ids.values], ignore_index=True)
    rows = named(codes, solutions.size, ids, broken, -due)
    count = (promises_due - promises_kept).tolist()
    return Evidence(["broken"] * solutions.size, count, rows, {"due": promises_due.tolist()})


@column(
    "accounts",
    show=False,
    raw=True,
    scores="interactions.score",
    weights="interactions.survey_weight",
    ids="interactions.interaction_id",
)
def evidence_perception(scores: Linked, weights: Linked, ids: Linked, factor_perception: pd.Series[Any]) -> Evidence:
    """What surveys say on average, and those that pull it down most.

    Source: domain 4 (health: perception)
    """
    lost = (weights.values * (10.0 - scores.values)).to_numpy()
    rows = named(ids.codes, ids.size, ids.values, lost > 0, -lost)
    return Evidence(["surveys"] * ids.size, rows.counts, rows, {"mean": (factor_perception / 10.0).tolist()})


@column(
    "accounts",
    show=False,
    raw=True,
    overdue="invoices.days_overdue",
    late="invoices.lateness",
    ids="invoices.invoice_id",
)
def evidence_payment(
    overdue: Linked, late: Linked, ids: Linked, days_overdue: pd.Series[Any], past_lateness: pd.Series[Any], cfg: Any
) -> Evidence:
    """The oldest unpaid invoice or, where they cost more, the late payments of the past.

    Source: domain 4 (health: payment)
    """
    rule = cfg.health.payment
    past = (rule.late * past_lateness > rule.overdue * days_overdue.fillna(0.0)).to_numpy()
    unpaid = overdue.values.fillna(0.0).to_numpy()
    lateness = late.values.fillna(0.0).to_numpy()
    oldest = (unpaid > 0) & (unpaid == by_row(days_overdue, ids.codes))
    told = np.where(by_row(past, ids.codes), lateness > 0, oldest)
    rows = named(ids.codes, ids.size, ids.values, told, -lateness)
    number = np.where(past, rows.counts, days_overdue.to_numpy())
    return Evidence(np.where(past, "late", "overdue").tolist(), number.tolist(), rows)


@column("accounts", show=False, raw=True)
def evidence_relationship(signal_rows: Signals, cfg: Any) -> Evidence:
    """The living signals that cost most; each is named by its kind and its row.

    Source: domain 4 (health: relationship)
    """
    signals = signal_rows
    share = np.array([cfg.health.relationship_loss.get(kind, 0.0) for kind in signals.kinds], dtype=float)
    lost: Floats = share * decay(signals.ages, cfg.health.relationship.half_life)
    # An account's own id says nothing beside its own name: a single thread has no row to name.
    ids = np.where(signals.tabs == "accounts", "", signals.ids)
    texts = [f"{kind} {name}" for kind, name in zip(signals.kinds.tolist(), ids.tolist(), strict=True)]
    rows = named(signals.codes, signals.size, pd.Series(texts, dtype="str"), lost > 0, -lost)
    return Evidence(["signals"] * signals.size, rows.counts, rows)


def _worst(carriers: Linked, repeats: Linked, ages: Linked) -> Any:
    """For each account the ticket that carries its most repeated living fault, −1 where there is none."""
    rows = np.flatnonzero((carriers.values == 1).to_numpy() & (carriers.codes >= 0))
    order = rows[np.lexsort((ages.values.to_numpy()[rows], -repeats.values.to_numpy()[rows]))]
    found = np.full(carriers.size, -1, dtype=np.int64)
    found[carriers.codes[order[::-1]]] = order[::-1]
    return found


def _of_carrier(values: Linked, carrier: Any) -> Floats:
    result = np.full(len(carrier), np.nan)
    result[carrier >= 0] = values.values.to_numpy(dtype=float)[carrier[carrier >= 0]]
    return result
