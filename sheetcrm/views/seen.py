"""What the cards and charts look at: the evaluated workbook, its terms, and how to word what they show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sheetcrm.columns import round_half_up
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Problem, Value
from sheetcrm.rules import metrics
from sheetcrm.rules.forecast import Forecast, forecast, quarter
from sheetcrm.rules.metrics import as_day, since
from sheetcrm.rules.terms import Terms, terms
from sheetcrm.words import Words

Day = np.datetime64


@dataclass(frozen=True)
class Seen:
    """The material of all cards and charts."""

    state: Evaluated
    cfg: Config
    words: Words
    problems: Sequence[Problem] = ()

    @cached_property
    def terms(self) -> Terms:
        """The contract terms, made once."""
        return terms(self.state)

    @cached_property
    def forecast(self) -> Forecast:
        """The quarter's forecast, made once: a card and a chart show it."""
        return forecast(self.state, self.terms, self.cfg)

    @cached_property
    def retention(self) -> metrics.Retention:
        """What stays of the clients of a year ago."""
        return metrics.retention(self.state, self.cfg)

    @cached_property
    def cancellations(self) -> metrics.Cancellations:
        """What was lost in the window."""
        return metrics.cancellations(self.state, self.terms, self.cfg)

    @cached_property
    def perception(self) -> metrics.Perception:
        """What customers say in surveys."""
        return metrics.perception(self.state, self.cfg)

    @cached_property
    def sla(self) -> metrics.Sla:
        """Promised times kept and missed."""
        return metrics.sla(self.state, self.cfg)

    @cached_property
    def recurrence(self) -> metrics.Recurrence:
        """How often customers need help."""
        return metrics.recurrence(self.state, self.cfg)

    @cached_property
    def friction(self) -> tuple[metrics.Cause, ...]:
        """What causes tickets."""
        return metrics.friction(self.state, self.cfg)

    @cached_property
    def funnel(self) -> metrics.Funnel:
        """How opportunities go on."""
        return metrics.funnel(self.state, self.cfg)

    @cached_property
    def weeks(self) -> metrics.Weeks:
        """Activity by week."""
        return metrics.weeks(self.state, self.cfg)

    @cached_property
    def _names(self) -> dict[str, str]:
        return names(self.state)

    def person(self, address: object) -> str | None:
        """Who this address of the team is: their name where one person bears it; blank stays blank."""
        return self._names.get(address, address) if isinstance(address, str) else None

    @property
    def today(self) -> Day:
        return as_day(self.state)

    @property
    def window(self) -> tuple[Day, Day]:
        """First and last day of the window that rates and losses look at."""
        return since(self.today, self.cfg.metrics.window_days), self.today

    @property
    def quarter(self) -> str:
        """The quarter's name and the unit of its amounts."""
        first = as_date(quarter(self.today)[0])
        name = self.words.text("card.quarter", quarter=(first.month + 2) // 3, year=first.year)
        return f"{name} · {self.cfg.base_currency}"

    def number(self, x: float, decimals: int = 0) -> Value:
        """A number for a card; the word for "no data" where it is not known."""
        return self.words.text("card.no_data") if np.isnan(x) else shown(x, decimals)

    def money(self, x: float) -> Value:
        return self.number(x, 2)

    def share(self, x: float) -> Value:
        return self.number(x, 4)

    def amount(self, x: float) -> str:
        """Money inside a sentence."""
        return self.words.money(round(x), self.cfg.base_currency)

    @property
    def per_year(self) -> str:
        """The unit of annual values."""
        return self.words.text("card.unit.year", currency=self.cfg.base_currency)


def names(state: Evaluated) -> dict[str, str]:
    """Address → name of the team's members, without names that several bear."""
    team = state.frames["team"]
    pairs = [(str(email), str(name)) for email, name in zip(team["email"], team["name"], strict=True) if name == name]
    bearers = Counter(name for _, name in pairs)
    return {email: name for email, name in pairs if bearers[name] == 1}


def shown(x: float, decimals: int) -> Value:
    """A number as a cell holds it: rounded half up, so that a sum's last bits never change a byte; NaN is blank."""
    if np.isnan(x):
        return None
    return float(round_half_up(x, decimals)) if decimals else int(round_half_up(x))


def as_date(day: Day) -> date:
    """A numpy day as Python's."""
    return date.fromisoformat(str(day.astype("datetime64[D]")))


def months_from(first: Day, count: int) -> list[Day]:
    """The first days of ``count`` months, from the month of ``first`` on."""
    start = first.astype("datetime64[M]")
    return [(start + np.timedelta64(step, "M")).astype("datetime64[D]") for step in range(count)]


def last_of_month(first: Day) -> Day:
    """The last day of the month that begins on ``first``."""
    following = (first.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]")
    return np.datetime64(following - np.timedelta64(1, "D"), "D")


def month_name(first: Day, words: Words, *, year: bool = True) -> str:
    """``nov 2026``, or ``nov``: the date as the language writes it, without its day."""
    return words.date(as_date(first), short=not year).partition(" ")[2]


def axis(months: Sequence[Day], words: Words) -> list[str]:
    """Labels of a chart's months: the year stands with the first and with each January only, so that all fit."""
    return [
        month_name(month, words, year=place == 0 or as_date(month).month == 1) for place, month in enumerate(months)
    ]
