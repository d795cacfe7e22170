"""The agenda: who must do what in which week (domain 7): contracts in their window, accounts with something due, open
tasks, tickets whose clock runs out. One row each; what is overdue stands in this week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from sheetcrm.columns import Evaluated
from sheetcrm.config import Config
from sheetcrm.model import Bools, NewRow, TabRows, Value
from sheetcrm.rules.dates import days
from sheetcrm.schema import TABS
from sheetcrm.views.links import row_address
from sheetcrm.words import Words

UNSTARTED = (None, "planned")


class Entry(NamedTuple):
    """One line before it is laid out. ``contract`` and ``account`` are rows of the evaluated tabs, −1 for none."""

    kind: str
    id: str
    due: date | None
    status: str | None
    contract: int
    account: int
    owner: str | None = None
    title: str | None = None
    next_action: str | None = None
    next_action_on: date | None = None


def rows(state: Evaluated, cfg: Config, words: Words, new: Sequence[NewRow] = ()) -> TabRows:
    """The agenda's rows by week, day and value; ``new`` are rows that this run appends: its tasks are in it too.

    ``state`` needs every rule, those that follow from the plan included.
    """
    found = [
        *_contracts(state, cfg),
        *_accounts(state, cfg, words),
        *_tasks(state),
        *_new_tasks(state, new),
        *_tickets(state, cfg, words),
    ]
    layout = _Layout(state)
    laid = sorted((layout.row(entry) for entry in found), key=lambda row: _order(row, state.as_of))
    return TabRows("agenda", [column.key for column in TABS["agenda"].columns], laid)


def _order(row: Sequence[Value], today: date) -> tuple[Any, ...]:
    """By week and day, the most valuable first. All that is overdue is due today: how late it is orders nothing, or
    what was forgotten a year ago would stand above what can still be saved."""
    _, due, _, kind, id_, *_ = row
    value = row[_VALUE]
    day = max(due, today) if isinstance(due, date) else date.max
    return (day, -value if isinstance(value, float) else 0.0, kind, id_)


_VALUE = next(place for place, column in enumerate(TABS["agenda"].columns) if column.key == "value")


def _contracts(state: Evaluated, cfg: Config) -> Iterator[Entry]:
    """Undecided terms in a phase or already alerted. What nobody has started yet stays out until its first stage, and
    what was long past when it was first seen stays out for good."""
    contracts = state.frames["contracts"]
    at = np.flatnonzero(_in_window(contracts, cfg))
    codes = state.codes("contracts", "accounts")[at].tolist()
    columns = zip(
        at.tolist(),
        codes,
        *(_texts(contracts[name], at) for name in ("contract_id", "status", "owner", "title", "next_action")),
        *(_dates(contracts[name], at) for name in ("deadline", "next_action_on")),
        strict=True,
    )
    for row, code, id_, status, owner, title, action, deadline, by in columns:
        yield Entry("contract", id_ or "", deadline, status, row, code, owner, title, action, by)


def _in_window(contracts: Any, cfg: Config) -> Bools:
    left = contracts["days_to_deadline"].to_numpy(dtype=float)
    stages = cfg.alerts.stages
    first = max(stage.days for stage in stages.values())
    first_evergreen = max(stages[name].days for name in cfg.alerts.evergreen_stages)
    reached = left <= np.where(contracts["status"] == "evergreen", first_evergreen, first)
    started = ~contracts["renewal_stage"].isin(UNSTARTED).to_numpy() & contracts["renewal_stage"].notna().to_numpy()
    in_phase = contracts["phase"].notna().to_numpy() & (reached | started) & (left >= -cfg.alerts.history_days)
    undecided = contracts["status"].notna() & (contracts["undecided"] == 1) & (contracts["one_off"] != 1)
    return np.asarray(undecided.to_numpy() & (in_phase | contracts["alert_stage"].notna().to_numpy()))


def _accounts(state: Evaluated, cfg: Config, words: Words) -> Iterator[Entry]:
    """One line per account for all that is due on it within the configured days."""
    accounts = state.frames["accounts"]
    due = _due_on_accounts(state, cfg, words)
    codes = np.array(sorted(due), dtype=np.int64)
    ids, owners = _texts(accounts["account_id"], codes), _texts(accounts["owner"], codes)
    for code, id_, owner in zip(codes.tolist(), ids, owners, strict=True):
        things = sorted(due[code])
        first = things[0][0]
        action = "; ".join(text for _, text in things)
        status = _status(first, state.as_of)
        yield Entry("account", id_ or "", first, status, -1, code, owner, None, action, first)


def _due_on_accounts(state: Evaluated, cfg: Config, words: Words) -> dict[int, list[tuple[date, str]]]:
    """Account row → what is due there and when."""
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    accounts = state.frames["accounts"]
    client = (accounts["client_status"] == "client").to_numpy()
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    contact = days(accounts["next_contact_due"])
    at = np.flatnonzero(client & (contact <= until))
    for code, day, last in zip(at.tolist(), contact[at].tolist(), _dates(accounts["last_contact"], at), strict=True):
        text = words.text("agenda.contact", date=words.date(last)) if last else words.text("agenda.contact.never")
        found[code].append((day, text))
    plan = days(accounts["risk_plan_due"])
    at = np.flatnonzero(client & (plan <= until))
    for code, day in zip(at.tolist(), plan[at].tolist(), strict=True):
        found[code].append((day, words.text("agenda.risk_plan")))
    overdue = accounts["days_overdue"].to_numpy(dtype=float)
    for code in np.flatnonzero(overdue > 0).tolist():
        late = int(overdue[code])
        found[code].append((state.as_of - timedelta(days=late), words.plural("agenda.invoices", late)))
    for code, day, step in _commitments(state, until):
        text = words.text("agenda.commitment", step=step) if step else words.text("agenda.commitment.blank")
        found[code].append((day, text))
    return found


def _commitments(state: Evaluated, until: np.datetime64) -> Iterator[tuple[int, date, str | None]]:
    """The earliest open commitment of each account."""
    talks = state.frames["interactions"]
    codes, due = state.codes("interactions", "accounts"), days(talks["next_step_due"])
    open_ = talks["follow_up"].isin(("pending", "overdue")).to_numpy() & (codes >= 0) & (due <= until)
    at = np.flatnonzero(open_)
    at = at[np.lexsort((at, due[at], codes[at]))]
    chosen, first = np.unique(codes[at], return_index=True)
    at = at[first]
    yield from zip(chosen.tolist(), due[at].tolist(), _texts(talks["next_step"], at), strict=True)


def _tasks(state: Evaluated) -> Iterator[Entry]:
    """Every open task. What to do is its title; the row's title is that of its contract."""
    tasks = state.frames["tasks"]
    at = np.flatnonzero(tasks["done_on"].isna().to_numpy())
    contracts, accounts = state.codes("tasks", "contracts")[at], state.codes("tasks", "accounts")[at]
    columns = zip(
        *(_texts(tasks[name], at) for name in ("task_id", "title", "owner")),
        _dates(tasks["due"], at),
        contracts.tolist(),
        accounts.tolist(),
        strict=True,
    )
    for id_, title, owner, due, contract, account in columns:
        status = _status(due, state.as_of)
        yield Entry("task", id_ or "", due, status, contract, account, owner, None, title, due)


def _new_tasks(state: Evaluated, new: Sequence[NewRow]) -> Iterator[Entry]:
    """The tasks that this run appends, as the next run will read them."""
    known = set(state.frames["tasks"]["task_id"])
    contracts = _positions(state, "contracts", [row.values.get("contract_id") for row in new])
    accounts = _positions(state, "accounts", [row.values.get("account_id") for row in new])
    for row, contract, account in zip(new, contracts, accounts, strict=True):
        if row.tab != "tasks" or row.id in known:
            continue
        due = row.values.get("due")
        day = due if isinstance(due, date) else None
        owner, title = (str(row.values.get(name) or "") or None for name in ("owner", "title"))
        yield Entry("task", row.id, day, _status(day, state.as_of), contract, account, owner, None, title, day)


def _positions(state: Evaluated, tab: str, ids: Sequence[Value]) -> list[int]:
    wanted = {str(id_) for id_ in ids if id_}
    own = state.frames[tab][TABS[tab].id]
    at = np.flatnonzero(own.isin(wanted).to_numpy()) if wanted else np.array([], dtype=np.int64)
    places = dict(zip(_texts(own, at), at.tolist(), strict=True))
    return [places.get(str(id_), -1) if id_ else -1 for id_ in ids]


def _tickets(state: Evaluated, cfg: Config, words: Words) -> Iterator[Entry]:
    """Open tickets whose clock is near its end, or past it."""
    tickets = state.frames["tickets"]
    due = days(tickets["due_at"])
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    clock = tickets["sla_status"]
    near = clock.isin(("at_risk", "breached")).to_numpy() | ((clock == "on_track").to_numpy() & (due <= until))
    at = np.flatnonzero(near & tickets["resolved_at"].isna().to_numpy())
    contracts, accounts = state.codes("tickets", "contracts")[at], state.codes("tickets", "accounts")[at]
    columns = zip(
        *(_texts(tickets[name], at) for name in ("ticket_id", "summary", "owner", "sla_status")),
        due[at].tolist(),
        contracts.tolist(),
        accounts.tolist(),
        strict=True,
    )
    action = words.text("agenda.ticket")
    for id_, summary, owner, sla, day, contract, account in columns:
        status = "overdue" if sla == "breached" else _status(day, state.as_of)
        yield Entry("ticket", id_ or "", day, status, contract, account, owner, summary, action, day)


class _Layout:
    """Looks up what a line shows of its account and contract, and puts the cells in the tab's order."""

    def __init__(self, state: Evaluated) -> None:
        accounts, contracts = state.frames["accounts"], state.frames["contracts"]
        self._today = state.as_of
        self._monday = state.as_of - timedelta(days=state.as_of.weekday())
        self._ids, self._names, self._owners, self._bands = (
            _texts(accounts[name]) for name in ("account_id", "name", "owner", "health_band")
        )
        self._annual = accounts["annual_value"].tolist()
        self._titles = _texts(contracts["title"])
        self._values = contracts["annual_value_base"].tolist()
        self._owned = _texts(contracts["owner"])
        self._where = {tab: (state.snapshot[tab], state.kept[tab]) for tab in ("contracts", "accounts")}

    def row(self, entry: Entry) -> list[Value]:
        account, contract = entry.account, entry.contract
        known, under = account >= 0, contract >= 0
        # A task or a ticket puts its contract at stake; without one nothing is known, and it sorts below what is.
        whole = known and entry.kind == "account"
        worth = self._values[contract] if under else self._annual[account] if whole else None
        return [
            max(self._monday, entry.due - timedelta(days=entry.due.weekday())) if entry.due else None,
            entry.due,
            (entry.due - self._today).days if entry.due else None,
            entry.kind,
            entry.id,
            self._ids[account] if known else None,
            self._names[account] if known else None,
            entry.title or (self._titles[contract] if under else None),
            entry.status,
            entry.owner or (self._owned[contract] if under else None) or (self._owners[account] if known else None),
            None if worth is None or worth != worth else round(worth, 2),
            self._bands[account] if known else None,
            entry.next_action,
            entry.next_action_on,
            self._link(entry),
        ]

    def _link(self, entry: Entry) -> str | None:
        """The contract's row, else the account's. Not the task's own: a task that is being appended has none yet."""
        for tab, row in (("contracts", entry.contract), ("accounts", entry.account)):
            if row >= 0:
                table, kept = self._where[tab]
                return row_address(table.title, int(table.rows[kept[row]]))
        return None


def _status(due: date | None, today: date) -> str:
    if due is None or due > today:
        return "open"
    return "due" if due == today else "overdue"


def _texts(values: Any, at: Any = slice(None)) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in values.to_numpy(dtype=object)[at].tolist()]


def _dates(values: Any, at: Any) -> list[date | None]:
    found: list[date | None] = days(values)[at].tolist()
    return found
