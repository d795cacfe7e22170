"""The cards of the sections below the first screen: one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sheetcrm.model import Value
from sheetcrm.rules import metrics
from sheetcrm.rules.ages import marked
from sheetcrm.rules.forecast import coverage as live_coverage
from sheetcrm.views.seen import Seen
from sheetcrm.views.shown import Card

TOP = 10
"""Clients whose share of the portfolio shows how much hangs on few: the card's words name the number."""


def kept(seen: Seen) -> Card:
    """GRR of the clients of a year ago, with NRR and the money behind both."""
    found = seen.retention
    details = {
        "net": seen.share(found.net),
        "before": seen.money(found.before),
        "now": seen.money(found.now),
        "left_out": found.left_out,
    }
    return Card(seen.share(found.gross), seen.words.text("card.note.year_ago"), details)


def churn(seen: Seen) -> Card:
    """Clients lost in the window, of those at its start."""
    found, lost = seen.retention, seen.cancellations
    details = {"start": found.clients_before, "lost": found.lost, "value": seen.money(lost.value)}
    return Card(seen.share(found.churn), seen.words.text("card.window"), details)


def on_time(seen: Seen) -> Card:
    """Renewals signed by their last day, of all that fell due in the window."""
    found = metrics.on_time(seen.terms, *seen.window)
    details = {"due": found.due, "signed": found.on_time, "late": found.late, "undated": found.undated}
    return Card(seen.share(found.share), seen.words.text("card.window"), details)


def pace(seen: Seen) -> Card:
    """How long a renewal takes, and what a renewed contract is worth on average."""
    found = metrics.days_to_renew(seen.terms, *seen.window, seen.cfg)
    mean = metrics.mean_renewal_value(seen.terms, *seen.window)
    details = {"contracts": found.contracts, "mean": seen.money(mean)}
    return Card(seen.number(found.days), seen.words.text("card.note.median_days"), details)


def sla(seen: Seen) -> Card:
    """Tickets solved in time, and those that run out of it now."""
    found = seen.sla
    counts = {"met": found.met, "missed": found.missed, "breached": found.breached, "at_risk": found.at_risk}
    details = {key: _of_tickets(seen, count) for key, count in counts.items()}
    return Card(seen.share(found.share), seen.words.text("card.window"), details)


def tickets(seen: Seen) -> Card:
    """Tickets per client, how many are open, and what causes most."""
    found, causes = seen.recurrence, [each for each in seen.friction if each.cause]
    open_now = seen.state.frames["accounts"]["open_tickets"].to_numpy(dtype=float)
    unsolved = metrics.total(open_now, np.ones(len(open_now), dtype=bool))
    cause = seen.words.value("category", causes[0].cause) if causes else seen.words.text("card.no_data")
    details = {
        "tickets": _of_tickets(seen, found.tickets),
        "open": _of_tickets(seen, unsolved),
        "cause": cause,
    }
    return Card(seen.number(found.per_client, 1), seen.words.text("card.window"), details)


def _of_tickets(seen: Seen, count: float) -> Value:
    """A count of tickets; of a workbook that keeps none it is no zero."""
    return seen.number(count if seen.state.sizes["tickets"] else float("nan"))


def recurrence(seen: Seen) -> Card:
    """Tickets that repeat an earlier one, and the faults that keep coming back now."""
    found = seen.recurrence
    accounts = seen.state.frames["accounts"]["recurrent_faults"].to_numpy(dtype=float) > 0
    details = {"faults": seen.number(found.faults), "accounts": _of_tickets(seen, int(accounts.sum()))}
    return Card(seen.share(found.repeated), seen.words.text("card.window"), details)


def perception(seen: Seen) -> Card:
    """What customers say in surveys, and where it goes."""
    found = seen.perception
    details = {
        "nps": seen.number(found.nps),
        "surveys": found.surveys,
        "detractors": found.detractors,
        "trend": seen.number(found.trend, 1),
    }
    return Card(seen.number(found.score, 1), seen.words.text("card.note.of_100"), details)


def expansion(seen: Seen) -> Card:
    """What was sold on top to clients in the window."""
    found = metrics.expansion(seen.state, seen.cfg)
    parts = np.array([found.upsell, found.cross_sell])
    details = {
        "upsell": seen.money(found.upsell),
        "cross_sell": seen.money(found.cross_sell),
        "deals": found.deals,
        "mean": seen.money(found.mean),
    }
    value = metrics.total(parts, np.ones(2, dtype=bool)) if found.deals else 0.0
    return Card(seen.money(value), seen.words.text("card.note.window", currency=seen.cfg.base_currency), details)


def coverage(seen: Seen) -> Card:
    """Whether what is open covers what the quarter's target still lacks."""
    found, target = live_coverage(seen.forecast), seen.forecast.target
    without = seen.words.text("card.no_target") if np.isnan(target) else None
    reached = seen.words.text("card.coverage.reached") if found.missing == 0 else None
    details = {
        "target": without or seen.money(target),
        "missing": without or seen.money(found.missing),
        "live": seen.money(found.live),
        "weighted": seen.money(found.weighted),
    }
    return Card(without or reached or seen.share(found.share), seen.quarter, details)


def deals(seen: Seen) -> Card:
    """Opportunities won, of those decided, and the step at which most are lost."""
    found = seen.funnel
    weakest = seen.words.value("opportunity_stage", found.weakest) or seen.words.text("card.no_data")
    details: dict[str, Value] = {"won": found.won, "lost": found.lost, "weakest": weakest}
    return Card(
        seen.share(metrics.ratio(found.won, found.won + found.lost)), seen.words.text("card.note.begun"), details
    )


def stalled(seen: Seen) -> Card:
    """Open opportunities on which nothing has moved for 30 days."""
    pace = seen.state.frames["opportunities"]["pace"]
    stuck = marked(pace, "stalled")
    value = metrics.total(seen.state["opportunities.value_base"].to_numpy(dtype=float), stuck)
    details = {"value": seen.money(value), "moving": int(marked(pace, "moving").sum())}
    return Card(int(stuck.sum()), seen.words.text("card.note.stalled", n=seen.cfg.opportunities.stalled_days), details)


def base(seen: Seen) -> Card:
    """Prospects who could replace clients, and what else the accounts are."""
    found = metrics.base(seen.state, seen.cfg)
    details = {
        "pursued": found.pursued,
        "clients": found.clients,
        "ex_clients": found.ex_clients,
        "unclear": found.unclear,
    }
    return Card(found.prospects, "", details)


def key_accounts(seen: Seen) -> Card:
    """How many accounts the team calls key, what they are worth, and what keeps them from being safe."""
    accounts = seen.state.frames["accounts"]
    key = marked(accounts["tier"], "key")
    value = accounts["annual_value"].to_numpy(dtype=float)
    whole = metrics.total(value, np.ones(len(value), dtype=bool))
    without = int((accounts["plan"].isna().to_numpy() & key).sum())
    where = seen.state.snapshot["accounts"].where
    kept = not where or "plan" in where  # a tab without the column tells nothing of plans
    details = {
        "share": seen.share(metrics.ratio(metrics.total(value, key), whole)),
        "single": int(((accounts["single_threaded"] == 1).to_numpy() & key).sum()),
        "without_plan": seen.number(without if kept else float("nan")),
    }
    return Card(int(key.sum()), seen.words.text("card.note.at_most_10"), details)


def prices(seen: Seen) -> Card:
    """How prices moved with the renewals of a year: the median of the accounts, and which way they went."""
    change = seen.state.frames["accounts"]["rate_change"].to_numpy(dtype=float)
    known = change[~np.isnan(change)]
    details = {
        "raised": int((known > 0).sum()),
        "lowered": int((known < 0).sum()),
        "unchanged": int((known == 0).sum()),
    }
    median = float(np.median(known)) if len(known) else float("nan")
    return Card(seen.share(median), seen.words.text("card.note.median_year"), details)


def lifetime(seen: Seen) -> Card:
    """What a client brings over the years and in one, and how much of the portfolio hangs on the ten largest."""
    accounts = seen.state.frames["accounts"]
    client = marked(accounts["client_status"], "client")
    lifelong, yearly = (accounts[key].to_numpy(dtype=float) for key in ("lifetime_value", "annual_value"))
    known = np.sort(yearly[client & ~np.isnan(yearly)])
    details = {
        "annual": seen.money(metrics.mean(yearly, client)),
        "top_share": seen.share(metrics.ratio(float(known[-TOP:].sum()), float(known.sum()))),
    }
    return Card(seen.money(metrics.mean(lifelong, client)), seen.words.text("card.note.per_client"), details)


def planned(seen: Seen) -> Card:
    """Tasks done by their day, of those that fell due."""
    found = metrics.planned(seen.state, seen.cfg)
    details = {"due": found.due, "late": found.late, "not_done": found.not_done}
    return Card(seen.share(found.share), seen.words.text("card.window"), details)


def initiative(seen: Seen) -> Card:
    """How much of what we talk with customers we started ourselves."""
    found = metrics.initiative(seen.state, seen.cfg)
    details = {"proactive": found.first, "reactive": found.second, "unknown": found.unsaid}
    return Card(seen.share(found.share), seen.words.text("card.window"), details)


def nature(seen: Seen) -> Card:
    """How much of the activity is commercial."""
    found = metrics.nature(seen.state, seen.cfg)
    details = {"commercial": found.first, "admin": found.second, "unknown": found.unsaid}
    return Card(seen.share(found.share), seen.words.text("card.window"), details)


def balance(seen: Seen) -> Card:
    """This week's activity beside the usual, and the empty weeks ahead."""
    found = seen.weeks
    this, ahead = found.weeks[found.now], found.weeks[found.now + 1 :]
    details = {
        "mean": seen.number(found.mean, 1),
        "next_week": ahead[0].planned if ahead else 0,
        "valleys": sum(week.valley for week in ahead),
    }
    return Card(this.done + this.planned, seen.words.text("card.note.this_week"), details)


def touched(seen: Seen) -> Card:
    """The money that data problems touch."""
    found = metrics.touched_money(seen.state, seen.terms, seen.problems)
    details = {
        "contracts": found.contracts,
        "deals_value": seen.money(found.opportunities_value),
        "deals": found.opportunities,
        "unknown": found.unknown,
    }
    return Card(seen.money(found.value), seen.per_year, details)


CARDS: Mapping[str, Callable[[Seen], Card]] = {
    card.__name__: card
    for card in (
        *(kept, churn, on_time, pace),
        *(sla, tickets, recurrence, perception),
        *(expansion, coverage, deals, stalled),
        *(base, key_accounts, prices, lifetime),
        *(planned, initiative, nature, balance),
        touched,
    )
}
