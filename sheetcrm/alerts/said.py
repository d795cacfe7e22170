"""What was said of a case before, as its letters tell it: since when nobody moved, who heard, who is away. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sheetcrm.alerts import keys
from sheetcrm.alerts.case import TOLD, News
from sheetcrm.alerts.moved import deadlines
from sheetcrm.alerts.team import Person, Team
from sheetcrm.config import Config
from sheetcrm.model import Alert, Memory


@dataclass(frozen=True)
class Said:
    """The log of all cases, asked case by case."""

    memory: Memory
    team: Team
    cfg: Config
    as_of: date

    def facts(self, rule: str, id: str, episode: date, news: News, owner: str) -> dict[str, Any]:
        """Why this reader hears of the case today, as a mail's row holds it (``mail.bodies.News``); ``owner`` answers
        for the case."""
        round_ = self._round(rule, id, episode, news.stage)
        facts: dict[str, Any] = {
            "kind": news.kind,
            "role": news.role,
            "due": news.due,
            "since": min((alert.alerted_on for _, alert in round_), default=None),
        }
        if news.kind in ("rung", "last"):
            facts["heard"] = self._heard(round_, owner)
        taken = [alert for _, alert in round_ if alert.acknowledged_on is not None]
        if news.woken == "acknowledgement" and taken:
            last = max(taken, key=lambda alert: alert.acknowledged_on or date.min)
            facts["acknowledged"] = {"name": last.acknowledged_by, "role": "", "on": last.acknowledged_on}
        return facts | self._absence(news, owner) | {"late": self._late(rule, episode, news)}

    @cached_property
    def _log(self) -> dict[tuple[str, str], list[tuple[keys.Key, Alert]]]:
        found: dict[tuple[str, str], list[tuple[keys.Key, Alert]]] = defaultdict(list)
        for text, alert in self.memory.alerts.items():
            key = keys.parse(text)
            if key is not None:
                found[key.rule, key.id].append((key, alert))
        return found

    def _round(self, rule: str, id: str, episode: date, stage: str) -> list[tuple[keys.Key, Alert]]:
        """What was told of this stage since it last began anew, also of a deadline that moved."""
        log = [(key, alert) for key, alert in self._log.get((rule, id), ()) if key.stage == stage]
        reach = deadlines([(key.episode, key.due) for key, _ in log if key.kind == "carried" and key.due], episode)
        told = [(key, alert) for key, alert in log if key.episode in reach and _is_told(alert)]
        began = max((alert.alerted_on for key, alert in told if key.kind == "again"), default=None)
        return [(key, alert) for key, alert in told if began is None or alert.alerted_on >= began]

    def _heard(self, round_: list[tuple[keys.Key, Alert]], owner: str) -> list[dict[str, Any]]:
        """Everybody who was told, each once, in that order; who was asked as a step of the ladder, for that too."""
        first: dict[tuple[str, str], tuple[str, date]] = {}
        for key, alert in sorted(round_, key=lambda entry: entry[1].alerted_on):
            rung = key.role if key.kind == "rung" else ""
            first.setdefault((key.person, rung), (rung or self._role(key.person, owner), alert.alerted_on))
        return [{"name": self._name(person), "role": role, "on": on} for (person, _), (role, on) in first.items()]

    def _absence(self, news: News, owner: str) -> dict[str, Any]:
        """For whom the reader stands in, or who stands in for the reader."""
        principal = owner if news.role == "owner" else self.team.manager_of(owner) if news.role == "manager" else ""
        person = self.team.people.get(principal)
        if person is None or not person.away(self.as_of):
            return {}
        if news.person != principal:
            return {"stands_in_for": (_shown(person), person.away_until)}
        stand_in = self.team.hears(principal, self.as_of)[0]
        return {"stand_in": self._name(stand_in)} if stand_in != principal else {}

    def _late(self, rule: str, episode: date, news: News) -> bool:
        """Whether it was due on a day on which the runner was down."""
        due = news.due
        if news.kind == "first" and rule == "renewal" and news.stage in self.cfg.alerts.stages:
            due = episode - timedelta(days=self.cfg.alerts.stages[news.stage].days)
        runs = [day for day in (self.memory.last_run, *self.memory.digests.values()) if day is not None]
        return bool(runs and due is not None and max(runs) < due < self.as_of)

    def _role(self, person: str, owner: str) -> str:
        known = self.team.people.get(person)
        return known.role if person != owner and known and known.role in ("manager", "direction") else "owner"

    def _name(self, address: str) -> str:
        person = self.team.people.get(address)
        return _shown(person) if person is not None else address


def _is_told(alert: Alert) -> bool:
    return alert.state in TOLD or alert.state == "acknowledged"


def _shown(person: Person) -> str:
    return person.name or person.email
