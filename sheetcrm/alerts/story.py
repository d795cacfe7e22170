"""The story of a row's alerts, for ``explain --alerts``: what was said, what is said today, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sheetcrm.alerts import keys
from sheetcrm.alerts.case import Case, Decision, Entry, Past, Policy
from sheetcrm.alerts.decide import BusinessDays, decide, next_news
from sheetcrm.alerts.matter_alerts import standing
from sheetcrm.alerts.moved import as_entries
from sheetcrm.alerts.renewals import cases, entry_of
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Alert, Memory
from sheetcrm.rules.hours import calendar_of

HORIZON_DAYS = 400
FAR_DAYS = 35
"""How far to look for what comes next: of one row more than a year, of all that one person hears a month."""


@dataclass(frozen=True)
class Line:
    """A line of the log: of which rule and row."""

    rule: str
    id: str
    entry: Entry


@dataclass(frozen=True)
class Outlook:
    """A case as it stands: what is decided today, and what would be said next if nothing changed, and when."""

    case: Case
    today: Decision
    later: tuple[date, Decision] | None


@dataclass(frozen=True)
class Story:
    """``log``: every line about the row (of an account, about all that is its own; of a person, what they were told),
    the oldest first. ``outlook``: the cases that stand, those that speak first."""

    tab: str
    id: str
    log: Sequence[Line]
    outlook: Sequence[Outlook]


def story(state: Evaluated, team: Team, memory: Memory, cfg: Config, tab: str, id: str) -> Story:
    """The story of one row as of the day of ``state``."""
    lines = [Line(alert.rule, alert.id, entry) for alert, entry in _entries(memory, _about(tab, id))]
    calendar, horizon = calendar_of(cfg.calendar), FAR_DAYS if tab == "team" else HORIZON_DAYS
    outlook = [
        _outlook(case, past, policy, calendar, state.as_of, horizon=horizon, baseline=memory.first_run)
        for case, past, policy in _standing(state, team, memory, cfg, tab, id)
    ]
    if tab == "team":
        outlook = [item for item in outlook if _hears(item, id)]
    return Story(tab, id, sorted(lines, key=lambda line: line.entry.on), sorted(outlook, key=_soonest))


def _about(tab: str, id: str) -> Callable[[Alert], bool]:
    """Which lines of the log tell of a row."""
    if tab == "team":
        return lambda alert: alert.person == id or (alert.tab, alert.id) == (tab, id)
    if tab == "accounts":
        return lambda alert: alert.account_id == id
    if tab == "contracts":
        return lambda alert: alert.contract_id == id
    return lambda alert: (alert.tab, alert.id) == (tab, id)


def _entries(memory: Memory, about: Callable[[Alert], bool]) -> Iterator[tuple[Alert, Entry]]:
    for text, alert in memory.alerts.items():
        key = keys.parse(text) if about(alert) else None
        if key is not None:
            yield alert, entry_of(alert, key)


def _standing(
    state: Evaluated, team: Team, memory: Memory, cfg: Config, tab: str, id: str
) -> Iterator[tuple[Case, Past, Policy]]:
    """The cases of today that are about the row, or that a person hears of."""
    for _, term, case, past, policy in cases(state, team, memory, cfg):
        of = {"contracts": term.contract_id, "accounts": term.account_id}.get(tab)
        if id == of or (tab == "team" and _may_hear(case, policy, id)):
            yield case, past, policy
    for told, case, past, policy in standing(state, team, memory, cfg):
        of = {"contracts": told.contract_id, "accounts": told.facts["account_id"]}.get(tab)
        if id in (of, case.id if case.tab == tab else None) or (tab == "team" and _may_hear(case, policy, id)):
            yield case, past, policy


def _may_hear(case: Case, policy: Policy, person: str) -> bool:
    ladders = [rung.role for stage in policy.stages if stage.ladder is not None for rung in stage.ladder.rungs]
    roles = {"owner", *ladders, *(role for stage in policy.stages for role in stage.to)}
    return any(person in case.people.get(role, ()) for role in roles)


def _outlook(
    case: Case, past: Past, policy: Policy, calendar: BusinessDays, as_of: date, *, horizon: int, baseline: bool
) -> Outlook:
    today = decide(case, past, policy, calendar, as_of, baseline=baseline)
    said = replace(past, entries=[*past.entries, *as_entries(today.news, case, as_of)], seen=case.episode)
    return Outlook(case, today, next_news(case, said, policy, calendar, as_of, horizon_days=horizon))


def _hears(item: Outlook, person: str) -> bool:
    decisions = (item.today, *([item.later[1]] if item.later is not None else []))
    return any(news.person == person and news.state == "queued" for each in decisions for news in each.news)


def _soonest(item: Outlook) -> tuple[bool, date, str]:
    return (not item.today.speaks, item.later[0] if item.later is not None else date.max, item.case.id)
