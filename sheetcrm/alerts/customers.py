"""Letters to customers: one for each term at its first contact, a draft for its owner or sent (domain 5 and 6). Pure.

Never for a stage that was superseded or is part of the first run's summary, for an auto-renewal, beyond the stage
``contacted``, or with ``no_mail``. It waits while the account is credit-blocked or has a critical ticket open, and
lapses when the next stage is reached.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sheetcrm.alerts import keys
from sheetcrm.alerts.case import Past
from sheetcrm.alerts.moved import story
from sheetcrm.alerts.renewals import Term, Told
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Alert, Memory

RULE = "customer"
FIRST_CONTACT = "first_contact"
_EARLY = ("", "planned", "contacted")
_PLAIN = re.compile(
    r"(?=[^@]{1,64}@.{4,253}$)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])"
)
"""Addresses that every mail server takes; a letter to any other one stays a draft."""


@dataclass(frozen=True)
class CustomerLetter:
    """One letter to write. ``send``: to the customer; else it is a draft for the owner. ``held``: why a person has to
    release it first, "" when nothing speaks against it."""

    term: Term
    row: int
    account: int
    to: str
    send: bool
    held: str = ""

    @property
    def key(self) -> str:
        """The key under which it is logged: once per term and address."""
        return str(keys.Key(self.term.contract_id, self.term.deadline, RULE, self.stage, self.to))

    @property
    def stage(self) -> str:
        """The stage at which it is written."""
        return FIRST_CONTACT


def customer_letters(
    standing: Sequence[tuple[Told, Past]], state: Evaluated, memory: Memory, cfg: Config
) -> list[CustomerLetter]:
    """The letters of today. ``standing``: the terms whose present stage is the first contact, with their past."""
    if memory.first_run or not standing:
        return []
    known = {
        (key.id, key.episode)
        for text, alert in memory.alerts.items()
        if alert.rule == RULE and (key := keys.parse(text)) is not None
    }
    facts = _Facts(state)
    found = []
    for told, past in standing:
        term = told.term
        # A deadline that moved keeps the letter that was written for the earlier one.
        before = {entry.episode for entry in story(past.entries, term.deadline) if entry.stage == FIRST_CONTACT}
        if any((term.contract_id, day) in known for day in {term.deadline, *before}):
            continue
        if not _told_in_time(told, past, memory):
            continue
        account = facts.account(told.row)
        if account < 0 or not facts.wants(told.row, account) or facts.blocked(account):
            continue
        to = facts.address(account)
        send = cfg.mail.customers == "send" and facts.may_send(told.row) and _PLAIN.fullmatch(to) is not None
        held = _changed(term.account_id, to, memory) if send else ""
        found.append(CustomerLetter(term, told.row, account, to, send, held))
    return found


def alert_of(letter: CustomerLetter, why: str, as_of: date) -> Alert:
    """The line of the log."""
    return Alert(
        key=letter.key,
        rule=RULE,
        stage=letter.stage,
        tab="contracts",
        id=letter.term.contract_id,
        contract_id=letter.term.contract_id,
        account_id=letter.term.account_id,
        person=letter.to,
        state="queued",
        why=why,
        alerted_on=as_of,
        deadline=letter.term.deadline,
    )


def _told_in_time(told: Told, past: Past, memory: Memory) -> bool:
    """Whether the first contact was told as such: today, or after the first run."""
    if told.decision.begins and told.decision.told == FIRST_CONTACT:
        return True
    if memory.began is None:
        return False
    said = [entry for entry in story(past.entries, told.term.deadline) if entry.stage == FIRST_CONTACT]
    # What the first run's summary told stays so, whatever repeats it later, and whoever joins.
    began = [entry.on for entry in said if entry.told and entry.kind == "first"]
    return bool(began) and min(began) > memory.began


def _changed(account_id: str, to: str, memory: Memory) -> str:
    """An address that is another than last time is held once: whoever edits the sheet can't redirect the post."""
    known = memory.addresses.get(account_id)
    return "changed_address" if known and known != to else ""


class _Facts:
    """What the sheet says for and against a letter, taken from the columns once."""

    def __init__(self, state: Evaluated) -> None:
        contracts, accounts = state.frames["contracts"], state.frames["accounts"]
        self._codes = state.codes("contracts", "accounts")
        self._stage = contracts["renewal_stage"].fillna("").tolist()
        self._never = _yes(contracts["no_mail"]) | _yes(contracts["auto_renew"])
        self._send = _yes(contracts["customer_mail"])
        self._no_mail = _yes(accounts["no_mail"])
        self._credit = _yes(accounts["credit_blocked"])
        self._critical = _open_critical(state)
        self._address = accounts["customer_email"].fillna("").tolist()

    def account(self, row: int) -> int:
        """The row of a contract's account; −1 where there is none."""
        return int(self._codes[row])

    def wants(self, row: int, account: int) -> bool:
        """Whether a letter is due at all."""
        early = self._stage[row] in _EARLY
        return bool(early and not self._never[row] and not self._no_mail[account] and self._address[account])

    def blocked(self, account: int) -> bool:
        """Whether it has to wait."""
        return bool(self._credit[account] or self._critical[account])

    def may_send(self, row: int) -> bool:
        """Whether the row allows it to leave by itself."""
        return bool(self._send[row])

    def address(self, account: int) -> str:
        """Where to."""
        return str(self._address[account]).lower()


def _yes(series: Any) -> Any:
    return (series == "yes").to_numpy()


def _open_critical(state: Evaluated) -> Any:
    """Which accounts have a critical ticket open."""
    tickets = state.frames["tickets"]
    open_ = ((tickets["priority"] == "critical") & tickets["resolved_at"].isna()).to_numpy()
    codes = state.codes("tickets", "accounts")
    return np.bincount(codes[open_ & (codes >= 0)], minlength=state.sizes["accounts"]) > 0


def body_of(letter: CustomerLetter, state: Evaluated, owner: Mapping[str, str], cfg: Config) -> dict[str, Any]:
    """What the letter says, as data: ``account``, ``contact`` (theirs, or ""), ``contract_id``, ``title``,
    ``end_date``, ``deadline``, ``value`` with ``currency`` (None where the row has none), ``owner`` and ``owner_email``
    (who signs and gets the answer)."""
    contracts, accounts = state.frames["contracts"], state.frames["accounts"]

    def cell(name: str) -> Any:
        value = contracts[name].iloc[letter.row]
        return None if value is None or value != value else value

    end = cell("end_date")
    return {
        "account": accounts["name"].iloc[letter.account],
        "contact": cell("contact") or "",
        "contract_id": letter.term.contract_id,
        "title": cell("title") or "",
        "end_date": end.date() if end is not None else None,
        "deadline": letter.term.deadline,
        "value": cell("renewal_value") if cell("renewal_value") is not None else cell("value"),
        "currency": cell("currency") or cfg.base_currency,
        "owner": owner.get("name", ""),
        "owner_email": owner.get("email", ""),
    }
