"""The charts of the first screen: one function each gives the numbers of its block and its finding in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sheetcrm.model import Value
from sheetcrm.rules import metrics
from sheetcrm.rules.dates import Floats
from sheetcrm.rules.metrics import Loss, Rate
from sheetcrm.schema.accounts import BANDS
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.seen import Day, Seen, axis, last_of_month, month_name, months_from, shown
from sheetcrm.views.shown import Chart

MONTHS = 12
RECENT_MONTHS = 3
"""Both are named in the charts' words."""
STATUS_SERIES = {"renewed": "renewed", "active": "active", "upcoming": "active"} | {
    status: status for status in ("expiring", "expired", "lost")
}
"""Contract status → series of the chart by month; a term that is yet to start is active there."""


def expiring(seen: Seen) -> Chart:
    """Annual value of the terms due in each of 12 months, this one first, by status."""
    months = months_from(seen.today, MONTHS)
    terms = seen.terms
    inside = terms.due_in(months[0], last_of_month(months[-1])) & ~np.isnan(terms.annual)
    place = (terms.end[inside].astype("datetime64[M]") - months[0].astype("datetime64[M]")).astype(int)
    amounts, kinds = terms.annual[inside], seen.state.frames["contracts"]["status"][inside].map(STATUS_SERIES)
    sums = {
        name: np.bincount(place[chosen], weights=amounts[chosen], minlength=MONTHS)
        for name in dict.fromkeys(STATUS_SERIES.values())
        for chosen in [(kinds == name).to_numpy()]
    }
    series = {name: [shown(x, 2) if x else None for x in values] for name, values in sums.items()}
    undecided = np.sum([sums[name] for name in ("active", "expiring", "expired")], axis=0, dtype=float)
    return Chart(_busiest(seen, months, undecided), axis(months, seen.words), series)


def _busiest(seen: Seen, months: Sequence[Day], undecided: Floats) -> str:
    if not undecided.any():
        return seen.words.text("chart.expiring.none")
    most = int(undecided.argmax())
    return seen.words.text(
        "chart.expiring.finding",
        month=month_name(months[most], seen.words),
        value=seen.amount(undecided[most]),
        share=seen.words.percent(undecided[most] / undecided.sum()),
    )


def rate(seen: Seen) -> Chart:
    """The renewal rate of the terms due in each of the last 12 months; this month's up to today."""
    months = months_from(seen.today.astype("datetime64[M]") - np.timedelta64(MONTHS - 1, "M"), MONTHS)
    found = [metrics.renewal_rate(seen.terms, first, min(last_of_month(first), seen.today)) for first in months]
    series: dict[str, Sequence[Value]] = {
        "rate": [shown(one.by_count, 4) for one in found],
        "renewed": [one.renewed for one in found],
        "lost": [one.lost for one in found],
    }
    return Chart(_lately(seen, found[-RECENT_MONTHS:]), axis(months, seen.words), series)


def _lately(seen: Seen, recent: Sequence[Rate]) -> str:
    """The window's count, the same as the card's, beside that of the last months: which way it goes."""
    year = metrics.renewal_rate(seen.terms, *seen.window)
    if not year.renewed + year.lost:
        return seen.words.text("chart.rate.none")
    if not year.lost:
        return seen.words.text("chart.rate.all", decided=year.renewed)
    return seen.words.text(
        "chart.rate.finding",
        renewed=year.renewed,
        decided=year.renewed + year.lost,
        recent=sum(one.renewed for one in recent),
        recent_decided=sum(one.renewed + one.lost for one in recent),
    )


def forecast(seen: Seen) -> Chart:
    """The quarter's cases beside the target."""
    found = seen.forecast
    cases = ("won", "commit", "expected", "best")
    series = {
        "amount": [shown(getattr(found, case), 2) for case in cases],
        "target": [shown(found.target, 2)] * len(cases),
    }
    return Chart(_reach(seen), [seen.words.text(f"chart.forecast.{case}") for case in cases], series)


def _reach(seen: Seen) -> str:
    found, words = seen.forecast, seen.words
    if np.isnan(found.target) or not found.target:
        return words.text("chart.forecast.no_target", tab=words.tab("team"))
    if np.isnan(found.expected):
        return words.text("card.no_data")
    if found.commit >= found.target:
        return words.text("chart.forecast.reached")
    if found.expected >= found.target:
        return words.text("chart.forecast.covered", share=words.percent(found.commit / found.target))
    short = seen.amount(found.target - found.expected)
    return words.text("chart.forecast.short", share=words.percent(found.share), value=short)


def health(seen: Seen) -> Chart:
    """How many clients are in each health band."""
    counts = metrics.health_bands(seen.state)
    known = sum(counts.values()) - counts["no_data"]
    words = seen.words
    if known:
        share = words.percent(counts["red"] / known)
        finding = words.text("chart.health.finding", red=counts["red"], known=known, share=share)
    else:
        finding = words.text("chart.health.none")
    return Chart(
        finding,
        [words.value("health_band", band) for band in BANDS],
        {"clients": [counts[band] for band in BANDS]},
    )


def losses(seen: Seen) -> Chart:
    """Why terms were lost in the window; beyond the block's capacity the last line sums up the rest."""
    found = metrics.losses(seen.state, seen.terms, seen.cfg.metrics)
    words, capacity = seen.words, LAYOUT.chart("losses").capacity
    named = [(_reason(seen, loss), loss.contracts, loss.value) for loss in found]
    if len(named) > capacity:
        rest = named[capacity - 1 :]
        more = words.plural("chart.losses.others", len(rest))
        value = metrics.total(np.array([v for *_, v in rest]), np.ones(len(rest), dtype=bool))
        named = [*named[: capacity - 1], (more, sum(n for _, n, _ in rest), value)]
    series: dict[str, Sequence[Value]] = {
        "contracts": [n for _, n, _ in named],
        "value": [shown(v, 2) for *_, v in named],
    }
    return Chart(_first_reason(seen, found), [name for name, *_ in named], series)


def _reason(seen: Seen, loss: Loss) -> str:
    if not loss.reason:
        return seen.words.text("chart.losses.no_reason")
    return seen.words.value("loss_reason", loss.reason)


def _first_reason(seen: Seen, found: Sequence[Loss]) -> str:
    if not found:
        return seen.words.text("chart.losses.none")
    first, count = found[0], sum(loss.contracts for loss in found)
    if len(found) > 1 and found[1].contracts == first.contracts:
        value = metrics.total(np.array([loss.value for loss in found]), np.ones(len(found), dtype=bool))
        return seen.words.text("chart.losses.tie", total=count, value=_known(seen, value))
    return seen.words.text(
        "chart.losses.finding",
        reason=_reason(seen, first),
        n=first.contracts,
        total=count,
        value=_known(seen, first.value),
    )


def _known(seen: Seen, value: float) -> str:
    return seen.words.text("card.no_data") if np.isnan(value) else seen.amount(value)


CHARTS: Mapping[str, Callable[[Seen], Chart]] = {
    chart.__name__: chart for chart in (expiring, rate, forecast, health, losses)
}
