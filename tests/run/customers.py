"""What is promised about letters to customers (domain 5 and 6), beside the account of what the team is told.

A term whose present stage is the first contact gets one letter: mailed where its row says so, else a draft in its
owner's digest. Once for the term, whatever crashes; never for the first run's summary, beyond the stage "contacted",
while it is snoozed, or once it is decided. The server may take one and drop the line: then nobody knows, and a person
decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sheetcrm.alerts.keys import parse
from tests.alerts.model.office import Office, Row
from tests.alerts.model.promises import Promises, Thread

FIRST_CONTACT, NEXT_STAGE = 60, 30
EARLY_STAGES = 2
"""Of the stages that a row goes through: planned and contacted."""


def address_of(row: Row) -> str:
    """The customer's address: each contract of the machine has an account of its own."""
    return f"{row.id.lower()}@customer.net"


class CustomerPromises:
    """The account of an office's letters to customers, held against what was logged and what arrived."""

    def __init__(self, office: Office, promises: Promises) -> None:
        self._office, self._promises = office, promises
        self._written: dict[str, Thread] = {}
        self._waiting: dict[str, int] = {}
        self.began: date | None = None
        self.seen: Counter[str] = Counter()

    def run(self, day: date, logged: Mapping[str, str], *, first: bool) -> None:
        """After the passes of a day; ``logged``: key → state of every letter that was ever written."""
        if first:
            self.began = day
        due = {row.id: row for row in self._office.rows.values() if not first and self._is_due(row, day)}
        for text in logged.keys() - self._written.keys():
            self._check_new(text, due, day)
        have = {id(thread) for thread in self._written.values()}
        for row_id, row in due.items():
            # A deadline that moved today is looked at tomorrow.
            waited = self._waiting.get(row_id, 0) if id(self._thread(row)) not in have else 0
            assert waited < 2, f"{day}: no letter to the customer of {row_id}"
        self._waiting = {
            row_id: self._waiting.get(row_id, 0) + 1 for row_id, row in due.items() if id(self._thread(row)) not in have
        }

    def lose_the_state(self) -> None:
        """Nobody knows any more when it began: only what is told from now on is told in time."""
        self.began = None
        self._waiting.clear()

    def check_arrived(self, letters: Mapping[tuple[str, str], list[bytes]], logged: Mapping[str, str]) -> None:
        """No customer got a letter twice, or one that nobody asked for; ``letters`` by recipient and Message-ID."""
        customers = {address_of(row): row for row in self._office.rows.values()}
        arrived: Counter[str] = Counter()
        for (to, message), copies in letters.items():
            if to in customers:
                assert customers[to].asks, f"{to} was never to be mailed"
                assert len(copies) == 1, f"{message} to {to} arrived {len(copies)} times"
                arrived[to] += 1
        written = Counter(key.person for text in logged if (key := parse(text)) is not None)
        sent = Counter(key.person for text, state in logged.items() if state == "sent" and (key := parse(text)))
        for to, row in customers.items():
            assert arrived[to] <= written[to], f"{to} got more letters than were written"
            assert not row.asks or sent[to] <= arrived[to], f"a letter to {to} is lost"

    def _check_new(self, text: str, due: Mapping[str, Row], day: date) -> None:
        key = parse(text)
        assert key is not None
        row = due.get(key.id)
        assert row is not None, f"{day}: a letter to the customer of {key.id} that nothing promises"
        assert key.person == address_of(row), f"{day}: the customer of {key.id} is not {key.person}"
        thread = self._thread(row)
        assert thread is not None
        assert all(thread is not known for known in self._written.values()), f"{day}: a second letter about {key.id}"
        self._written[text] = thread
        self.seen["mails" if row.asks else "drafts"] += 1

    def _thread(self, row: Row) -> Thread | None:
        """The first contact of the term as the team was told of it, whatever its deadline was then."""
        return self._promises.lives[row.id].threads.get((row.day, "first_contact")) if row.day is not None else None

    def _is_due(self, row: Row, day: date) -> bool:
        thread = self._thread(row)
        if thread is None or row.day is None or row.decided or not self._office.works(day):
            return False
        in_time = thread.began > self.began if self.began is not None else thread.began == day
        left = (self._office.before_holiday(row.day) - day).days
        snoozed = row.snooze is not None and row.snooze > day and left > 15
        early = row.stage % 4 < EARLY_STAGES
        return in_time and NEXT_STAGE < left <= FIRST_CONTACT and not snoozed and early
