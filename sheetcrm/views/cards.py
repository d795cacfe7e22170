"""The cards of the first screen: one function each. A new card also needs its words (``card.*``) and its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from sheetcrm.rules import metrics
from sheetcrm.views.seen import Seen, last_of_month, month_name, months_from
from sheetcrm.views.shown import Card

TO_RENEW_DAYS = (30, 60, 90)
"""Days ahead of the three sums to renew: the card's words name them."""


def month(seen: Seen) -> Card:
    """What falls due in this calendar month."""
    first = months_from(seen.today, 1)[0]
    found = metrics.due(seen.terms, first, last_of_month(first))
    details = {"due": found.contracts, "renewed": found.renewed, "open": found.open, "lost": found.lost}
    return Card(seen.money(found.value), f"{month_name(first, seen.words)} · {seen.per_year}", details)


def to_renew(seen: Seen) -> Card:
    """What is still to be renewed in the next 30, 60 and 90 days, each including the former."""
    (_, soon), (_, later), (contracts, latest) = (
        metrics.to_renew(seen.terms, seen.today, ahead) for ahead in TO_RENEW_DAYS
    )
    details = {"in_60": seen.money(later), "in_90": seen.money(latest), "contracts_90": contracts}
    return Card(seen.money(soon), seen.per_year, details)


def at_risk(seen: Seen) -> Card:
    """The annual value of high-risk terms around their deadline."""
    found = metrics.at_risk(seen.state, seen.terms)
    details = {"contracts": found.contracts, "past": found.past, "share": seen.share(found.share)}
    return Card(seen.money(found.value), seen.per_year, details)


def rate(seen: Seen) -> Card:
    """The renewal rate of the window by count, gross and net, with what it leaves out beside it."""
    found = metrics.renewal_rate(seen.terms, *seen.window)
    details = {"gross": seen.share(found.gross), "net": seen.share(found.net), "open": found.open, "auto": found.auto}
    return Card(seen.share(found.by_count), seen.words.text("card.window"), details)


def forecast(seen: Seen) -> Card:
    """The quarter's forecast in three cases against the target."""
    found = seen.forecast
    no_target = seen.words.text("card.no_target")
    details = {
        "commit": seen.money(found.commit),
        "best": seen.money(found.best),
        "target": no_target if np.isnan(found.target) else seen.money(found.target),
        "share": no_target if np.isnan(found.target) else seen.share(found.share),
    }
    return Card(seen.money(found.expected), seen.quarter, details)


def growth(seen: Seen) -> Card:
    """Open upsell and cross-sell opportunities."""
    found = metrics.growth(seen.state)
    details = {
        "opportunities": found.opportunities,
        "expected": seen.money(found.expected),
        "accounts": found.accounts,
    }
    return Card(seen.money(found.value), seen.cfg.base_currency, details)


def clients(seen: Seen) -> Card:
    """Clients now, new and lost, and what that makes of a year."""
    found = metrics.clients(seen.state, seen.cfg.metrics)
    details = {"new": found.new, "lost": found.lost, "red": found.red}
    return Card(found.now, _trend(seen, found.new - found.lost), details)


def _trend(seen: Seen, change: int) -> str:
    """The window, and which way it went by a sign and a number."""
    if not change:
        return seen.words.text("card.window")
    return seen.words.text("card.trend", arrow="▲" if change > 0 else "▼", n=abs(change))


def data(seen: Seen) -> Card:
    """How far the numbers can be trusted: cells to mend, and what the sums had to do without."""
    rows = {(problem.tab, problem.row) for problem in seen.problems if problem.row}
    details = {
        "rows": len(rows),
        "left_out": metrics.left_out(seen.state, seen.terms, seen.cfg),
        "no_health": metrics.clients(seen.state, seen.cfg.metrics).no_data,
    }
    return Card(len(seen.problems), "", details)


CARDS: Mapping[str, Callable[[Seen], Card]] = {
    card.__name__: card for card in (month, to_renew, at_risk, rate, forecast, growth, clients, data)
}
