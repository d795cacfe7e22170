"""The managers' week as data: the numbers now and a week ago, what changed, who has what (domain 5 and 7). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from sheetcrm.alerts.matter_alerts import Spoken
from sheetcrm.alerts.matter_words import MatterWords
from sheetcrm.alerts.renewals import Told
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints
from sheetcrm.rules import metrics
from sheetcrm.rules.dates import days
from sheetcrm.rules.metrics.sums import between, total
from sheetcrm.sentences import Sentences
from sheetcrm.views.seen import Seen
from sheetcrm.words import Words

AHEAD_DAYS = 90
"""Days ahead of the sum to renew: its words name them."""
MOST_ROWS = 10
MOST_OWNERS = 15


def week_before(as_of: date) -> tuple[date, date]:
    """Monday and Sunday of the last whole week."""
    monday = as_of - timedelta(days=as_of.weekday() + 7)
    return monday, monday + timedelta(days=6)


@dataclass(frozen=True)
class Week:
    """What the report is made from. ``now`` and ``then`` are the workbook as of today and seven days before;
    ``exhausted`` the terms whose ladder has nobody left, ``unanswered`` the other cases; ``say`` gives a row's
    sentence."""

    now: Evaluated
    then: Evaluated
    cfg: Config
    exhausted: Sequence[Told]
    say: Sentences
    unanswered: Sequence[Spoken] = ()

    def body(self, words: Words) -> dict[str, Any]:
        """Everything but whom it goes to, in the reader's language (``mail.bodies.WeeklyBody``)."""
        first, last = week_before(self.now.as_of)
        owners = metrics.portfolios(self.now, self.cfg)
        bands, before = metrics.health_bands(self.now), metrics.health_bands(self.then)
        return {
            "as_of": self.now.as_of,
            "first": first,
            "last": last,
            "currency": self.cfg.base_currency,
            "figures": self._figures,
            "health": [(band, count, before[band]) for band, count in bands.items()],
            "changes": [self._renewed(), self._lost(words), self._red(words), self._exhausted(words)],
            "owners": [self._owner(owner) for owner in owners[:MOST_OWNERS]],
            "owners_more": max(0, len(owners) - MOST_OWNERS),
        }

    @cached_property
    def _seen(self) -> tuple[Seen, Seen]:
        """Today and a week ago; what they say has no language."""
        return tuple(Seen(state, self.cfg, state.ambient["words"]) for state in (self.now, self.then))  # type: ignore[return-value]

    @cached_property
    def _figures(self) -> list[dict[str, Any]]:
        now, then = self._seen
        kinds = {
            "to_renew": (_to_renew, "money", ""),
            "at_risk": (_at_risk, "money", "down"),
            "rate": (_rate, "share", "up"),
            "clients": (_clients, "count", "up"),
            "red": (_red, "count", "down"),
            "overdue": (_overdue, "count", "down"),
            "contacts": (_contacts, "count", "up"),
        }
        return [
            {"key": key, "now": _known(count(now)), "before": _known(count(then)), "unit": unit, "good": good}
            for key, (count, unit, good) in kinds.items()
        ]

    # --- what changed

    def _renewed(self) -> dict[str, Any]:
        """Signed in the week, or renewed by themselves: the day after their deadline lies in it."""
        terms, (first, last) = self._seen[0].terms, map(np.datetime64, week_before(self.now.as_of))
        by_itself = terms.auto & between(terms.deadline, first - 1, last - 1)
        signed = terms.signed & between(terms.closed, first, last)
        when = np.where(by_itself, terms.deadline + 1, terms.closed)
        return self._terms("renewed", signed | by_itself, when, lambda _: "")

    def _lost(self, words: Words) -> dict[str, Any]:
        terms, (first, last) = self._seen[0].terms, map(np.datetime64, week_before(self.now.as_of))
        reasons = self.now["contracts.loss_reason"].fillna("").tolist()
        lost = terms.lost & between(terms.closed, first, last)
        return self._terms("lost", lost, terms.closed, lambda row: words.value("loss_reason", reasons[row]))

    def _exhausted(self, words: Words) -> dict[str, Any]:
        rows = np.array(sorted({told.row for told in self.exhausted}), dtype=np.int64)
        mask = np.zeros(self.now.sizes["contracts"], dtype=bool)
        mask[rows] = True
        never = np.full(len(mask), np.datetime64("NaT", "D"))
        terms = self._terms("exhausted", mask, never, lambda row: self.say("contracts.why", row, words.language))
        return self._with_matters(terms, set(self.now.codes("contracts", "accounts")[rows].tolist()), words)

    def _with_matters(self, change: dict[str, Any], counted: set[int], words: Words) -> dict[str, Any]:
        """The terms of a change and what else has nobody left; each account's year is summed once."""
        say = MatterWords(self.now, self.say, self.cfg.base_currency)
        cases = sorted((spoken.case for spoken in self.unanswered), key=lambda case: (-case.value, case.id))
        worth = {case.account: case.value for case in cases if case.account not in counted}
        more = [self._row(say.account(c), c.id, c.value, c.owner, None, say.why(c, words)) for c in cases]
        value = (change["value"] or 0.0) + sum(worth.values()) if worth else change["value"]
        rows = [*change["rows"], *more][:MOST_ROWS]
        return {**change, "count": change["count"] + len(cases), "value": value, "rows": rows}

    def _terms(self, key: str, mask: Bools, when: Any, note: Any) -> dict[str, Any]:
        annual = self._seen[0].terms.annual
        rows = _largest(mask, annual)
        contracts, accounts = self.now.frames["contracts"], self.now.frames["accounts"]
        codes = self.now.codes("contracts", "accounts")
        names, owners = accounts["name"].tolist(), accounts["owner"].tolist()
        ids, own = contracts["contract_id"].tolist(), contracts["owner"].tolist()
        found = []
        for row in rows.tolist():
            code = codes[row]
            owner = own[row] if isinstance(own[row], str) else owners[code] if code >= 0 else ""
            name = names[code] if code >= 0 and isinstance(names[code], str) else ids[row]
            found.append(self._row(name, ids[row], annual[row], owner, when[row], note(row)))
        return {"key": key, "count": int(mask.sum()), "value": _known(total(annual, mask)), "rows": found}

    def _red(self, words: Words) -> dict[str, Any]:
        """Clients who are red now and were not a week ago."""
        accounts = self.now.frames["accounts"]
        was = dict(zip(self.then["accounts.account_id"], self.then["accounts.health_band"], strict=True))
        red = ((accounts["health_band"] == "red") & (accounts["client_status"] == "client")).to_numpy()
        fresh = red & np.array([was.get(id) != "red" for id in accounts["account_id"].tolist()], dtype=bool)
        value = accounts["annual_value"].to_numpy(dtype=float)
        ids, names, owners = (accounts[name].fillna("").tolist() for name in ("account_id", "name", "owner"))
        found = []
        for row in _largest(fresh, value).tolist():
            why = self.say("accounts.health_why", row, words.language)
            found.append(self._row(names[row] or ids[row], ids[row], value[row], owners[row], None, why))
        return {"key": "red", "count": int(fresh.sum()), "value": _known(total(value, fresh)), "rows": found}

    def _row(self, account: str, id: str, value: float, owner: Any, on: Any, note: str) -> dict[str, Any]:
        day = None if on is None or np.isnat(on) else np.datetime64(on, "D").item()
        who = self._seen[0].person(owner) or ""
        return {"account": account, "id": id, "value": _known(float(value)), "owner": who, "on": day, "note": note}

    def _owner(self, owner: metrics.Portfolio) -> dict[str, Any]:
        tasks = self.now.frames["tasks"]
        late = ((tasks["owner"] == owner.owner) & (tasks["state"] == "overdue")).sum() if owner.owner else 0
        return {
            "name": self._seen[0].person(owner.owner) or "",
            "accounts": owner.accounts,
            "value": _known(owner.value),
            "at_risk": _known(owner.at_risk),
            "overdue": int(late),
        }


def _largest(mask: Bools, value: Any) -> Ints:
    """The rows of most value."""
    rows = np.flatnonzero(mask)
    order = np.argsort(-np.nan_to_num(value[rows]), kind="stable")
    chosen: Ints = rows[order][:MOST_ROWS]
    return chosen


def _to_renew(seen: Seen) -> float:
    return metrics.to_renew(seen.terms, seen.today, AHEAD_DAYS)[1]


def _at_risk(seen: Seen) -> float:
    return metrics.at_risk(seen.state, seen.terms).value


def _rate(seen: Seen) -> float:
    return metrics.renewal_rate(seen.terms, *seen.window).by_count


def _clients(seen: Seen) -> float:
    return metrics.clients(seen.state, seen.cfg.metrics).now


def _red(seen: Seen) -> float:
    return metrics.clients(seen.state, seen.cfg.metrics).red


def _overdue(seen: Seen) -> float:
    """NaN without a tab of tasks."""
    if not seen.state.snapshot.tabs["tasks"].present:
        return float("nan")
    return int((seen.state["tasks.state"] == "overdue").sum())


def _contacts(seen: Seen) -> float:
    """In the last whole week; NaN where nobody notes interactions."""
    interactions = seen.state.frames["interactions"]
    if not seen.state.sizes["interactions"]:
        return float("nan")
    first, last = map(np.datetime64, week_before(seen.state.as_of))
    contact = interactions["contact_age"].notna().to_numpy()
    return int((contact & between(days(interactions["date"]), first, last)).sum())


def _known(x: float) -> float | None:
    """The number; None where it is not known."""
    return None if np.isnan(x) else x
