"""From the letters to customers that are due to what goes out: a mail of its own, or a draft in its owner's digest.
Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sheetcrm.alerts.customers import CustomerLetter, alert_of, body_of
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Alert, Memory, Message

_HELD = {"changed_address": "the account's address is another one than in the last letter"}


@dataclass(frozen=True)
class Post:
    """The day's letters to customers. ``drafts``: by the address of whoever sends them on."""

    sent: Sequence[CustomerLetter] = ()
    drafts: Mapping[str, Sequence[CustomerLetter]] = field(default_factory=dict)

    @property
    def addresses(self) -> dict[str, str]:
        """account_id → the address that is written to."""
        return {letter.term.account_id: letter.to for letter in self.sent}

    def alerts(self, reasons: Callable[[int], str], as_of: date) -> list[Alert]:
        """The lines of the log; ``reasons`` gives the sentence of a contract row."""
        ours = [*self.sent, *(letter for mine in self.drafts.values() for letter in mine)]
        return [alert_of(letter, reasons(letter.row), as_of) for letter in ours]


def post(letters: Sequence[CustomerLetter], team: Team, memory: Memory, as_of: date) -> Post:
    """Who sends what. A draft of somebody who had today's digest, or whom nobody can reach, waits for another day."""
    drafts: dict[str, list[CustomerLetter]] = defaultdict(list)
    for letter in letters:
        if letter.send:
            continue
        reader = next(iter(team.hears(letter.term.owner, as_of)), "")
        if team.reachable(reader) and memory.digests.get(reader) != as_of:
            drafts[reader].append(letter)
    return Post([letter for letter in letters if letter.send], dict(drafts))


def messages(found: Post, state: Evaluated, team: Team, cfg: Config) -> list[Message]:
    """The mails that go to customers by themselves."""
    return [
        Message(
            key=letter.key,
            kind="customer",
            to=letter.to,
            language=_language(letter, state, cfg),
            subject="",
            body=body_of(letter, state, _owner(letter, team), cfg),
            keys=(letter.key,),
            held=_HELD.get(letter.held, letter.held),
        )
        for letter in found.sent
    ]


def drafts(letters: Sequence[CustomerLetter], state: Evaluated, team: Team, cfg: Config) -> list[dict[str, Any]]:
    """The drafts of one reader, as the digest holds them."""
    return [
        {
            "to": letter.to,
            "language": _language(letter, state, cfg),
            "body": body_of(letter, state, _owner(letter, team), cfg),
        }
        for letter in letters
    ]


def _owner(letter: CustomerLetter, team: Team) -> dict[str, str]:
    """Who signs and gets the answer: whoever answers for the contract, away or not."""
    person = team.people.get(letter.term.owner)
    return {"name": person.name if person else "", "email": letter.term.owner}


def _language(letter: CustomerLetter, state: Evaluated, cfg: Config) -> str:
    """The account's language, else the workbook's."""
    language = state.frames["accounts"]["language"].iloc[letter.account]
    return language if isinstance(language, str) and language else cfg.language or state.snapshot.language
