"""The charts of the sections below the first screen: one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sheetcrm.model import Value
from sheetcrm.rules import metrics
from sheetcrm.rules.dates import days
from sheetcrm.rules.metrics.sums import by_month, recent_months
from sheetcrm.views.layout import LAYOUT
from sheetcrm.views.seen import Seen, as_date, axis
from sheetcrm.views.seen import shown as rounded
from sheetcrm.views.shown import Chart

MONTHS = 12
RECENT_MONTHS = 6
"""Months of the narrow charts."""


def movement(seen: Seen) -> Chart:
    """Clients won and lost by month. Its finding counts the same twelve months as the card of clients, up to today."""
    accounts = seen.state.frames["accounts"]
    months = list(recent_months(seen.today, MONTHS))
    began = np.fmin(days(accounts["first_start"]), days(accounts["client_since"]))
    here = accounts["client_status"].isin(("client", "ex_client")).to_numpy()
    new, lost = (
        [int(count) for count in by_month(when, here, seen.today, MONTHS)]
        for when in (np.where(began <= seen.today, began, np.datetime64("NaT", "D")), days(accounts["lost_on"]))
    )
    year, words = metrics.clients(seen.state, seen.cfg.metrics), seen.words
    gone, come = year.lost, year.new
    key = "none" if not gone and not come else "shrank" if gone > come else "grew" if come > gone else "even"
    finding = words.text(f"chart.movement.{key}", new=come, lost=gone)
    series = {"new": [n or None for n in new], "lost": [n or None for n in lost]}
    return Chart(finding, axis(months, words), series)


def perception(seen: Seen) -> Chart:
    """The mean of each month's surveys."""
    found, words = seen.perception, seen.words
    series: dict[str, Sequence[Value]] = {
        "score": [rounded(month.score, 1) for month in found.months],
        "surveys": [month.surveys for month in found.months],
    }
    return Chart(_trend(seen), axis([month.first for month in found.months], words), series)


def _trend(seen: Seen) -> str:
    found, words, least = seen.perception, seen.words, seen.cfg.health.trend_points
    if not found.surveys:
        return words.text("chart.perception.none")
    if np.isnan(found.trend):
        return words.plural("chart.perception.few", found.surveys, nps=words.number(found.nps, 0))
    key = "up" if found.trend >= least else "down" if found.trend <= -least else "stable"
    return words.text(
        f"chart.perception.{key}", points=words.number(abs(found.trend), 1), nps=words.number(found.nps, 0)
    )


def sla(seen: Seen) -> Chart:
    """Tickets solved in time, by the month in which they were solved."""
    found, words = seen.sla, seen.words
    months = found.months[-RECENT_MONTHS:]
    series: dict[str, Sequence[Value]] = {
        "share": [rounded(month.share, 4) for month in months],
        "decided": [month.met + month.missed for month in months],
    }
    late = words.plural("chart.sla.breached", found.breached) if found.breached else words.text("chart.sla.none")
    return Chart(late, axis([month.first for month in months], words), series)


def friction(seen: Seen) -> Chart:
    """What causes tickets, most first."""
    words, capacity = seen.words, LAYOUT.chart("friction").capacity
    named = [(_cause(seen, each.cause), each.tickets) for each in seen.friction][:capacity]
    first = next((each for each in seen.friction if each.cause), None)
    finding = (
        words.text("chart.friction.finding", cause=_cause(seen, first.cause), share=words.percent(first.share))
        if first
        else words.text("chart.friction.none")
    )
    return Chart(finding, [name for name, _ in named], {"tickets": [count for _, count in named]})


def _cause(seen: Seen, cause: str) -> str:
    return seen.words.value("category", cause) or seen.words.text("chart.friction.unsaid")


def funnel(seen: Seen) -> Chart:
    """Opportunities that reached each step, and how many went on from the step before."""
    found, words = seen.funnel, seen.words
    steps = [words.value("opportunity_stage", step.key) for step in found.steps]
    series: dict[str, Sequence[Value]] = {
        "entries": [*(step.entries for step in found.steps), found.won, found.lost],
        "conversion": [rounded(step.conversion, 4) for step in found.steps],
    }
    weakest = next((step for step in found.steps if step.key == found.weakest), None)
    if weakest is None:
        finding = words.text("chart.funnel.none")
    else:
        finding = words.text(
            "chart.funnel.finding",
            step=words.value("opportunity_stage", weakest.key),
            share=words.percent(weakest.conversion),
            onward=weakest.onward,
            decided=weakest.onward + weakest.lost,
        )
    ends = [words.value("opportunity_stage", end) for end in ("won", "lost")]
    return Chart(finding, [*steps, *ends], series)


def weeks(seen: Seen) -> Chart:
    """Activity done and planned by week, beside the line under which a week is a valley."""
    found, words, capacity = seen.weeks, seen.words, LAYOUT.chart("weeks").capacity
    chosen = found.weeks[-capacity:]
    low = found.mean * seen.cfg.metrics.valley_share
    series: dict[str, Sequence[Value]] = {
        "done": [week.done or None for week in chosen],
        "planned": [week.planned or None for week in chosen],
        "valley": [rounded(low, 1)] * len(chosen),
    }
    valleys = [week for week in found.weeks[found.now + 1 :] if week.valley]
    if np.isnan(found.mean):
        finding = words.text("chart.weeks.none")
    elif valleys:
        finding = words.plural(
            "chart.weeks.valleys", len(valleys), first=words.date(as_date(valleys[0].monday), short=True)
        )
    else:
        finding = words.text("chart.weeks.full")
    return Chart(finding, [words.date(as_date(week.monday), short=True) for week in chosen], series)


CHARTS: Mapping[str, Callable[[Seen], Chart]] = {
    chart.__name__: chart for chart in (movement, perception, sla, friction, funnel, weeks)
}
