"""The whole story of a contract's alerts, for ``explain --alerts``: what was said, what is said today, what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sheetcrm.alerts.case import Case, Decision, Entry
from sheetcrm.alerts.decide import decide, next_news
from sheetcrm.alerts.renewals import cases, logged
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Memory
from sheetcrm.rules.hours import calendar_of


@dataclass(frozen=True)
class Story:
    """``entries``: every line of the log of this contract, the oldest first. ``case`` and ``today``: what is decided
    today, None where no stage is near. ``later``: what would be said next if nothing changed, and when."""

    contract_id: str
    entries: Sequence[Entry]
    case: Case | None = None
    today: Decision | None = None
    later: tuple[date, Decision] | None = None


def story(state: Evaluated, team: Team, memory: Memory, cfg: Config, contract_id: str) -> Story:
    """The story of one contract as of the day of ``state``."""
    told = sorted(logged(memory).get(contract_id, ()), key=lambda entry: entry.on)
    calendar = calendar_of(cfg.calendar)
    for _, term, case, past, policy in cases(state, team, memory, cfg):
        if term.contract_id != contract_id:
            continue
        today = decide(case, past, policy, calendar, state.as_of, baseline=memory.first_run)
        later = next_news(case, past, policy, calendar, state.as_of)
        return Story(contract_id, told, case, today, later)
    return Story(contract_id, told)
