"""Whole months through the whole pipeline, as a state machine: a real workbook, ledger and SMTP server, runs as
processes that are killed, and the model of the promises that says what must have been told.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.alerts.model.office import Member, Office, Row, Word
from tests.alerts.model.promises import HISTORY, Promises
from tests.run.customers import CustomerPromises, address_of
from tests.run.machine import STAGES, WORDS, Desk, Post, account_of, contract_of, copies, key_of, plain, post, word_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
JUMPS = (1, 1, 1, 2, 3, 4, 7, 9)
PEOPLES = {
    "contracts": ("contract_id", "account_id", "title", "start_date", "end_date", "value", "owner", "renewal_stage"),
    "accounts": ("account_id", "name", "owner", "backup_owner"),
    "team": ("email", "name", "role", "manager", "delegate", "away_until"),
    "interactions": ("interaction_id", "date", "account_id", "channel"),
}
_YES = WORDS.value("yes_no", "yes")
PEOPLE = ("ana@example.com", "ben@example.com", "bea@example.com")


class Machine:
    """One stretch of days, told by its number alone."""

    def __init__(self, folder: Path, handler: Post, desk_of: object, number: int) -> None:
        self.chance, self.post, self.number = random.Random(number), handler, number
        self.day = date(2027, 3, 1) + timedelta(days=self.chance.randrange(600))
        self.office = Office(_team())
        for days in self.chance.sample((92, 64, 62, 61, 33, 31, 17, 15, 2, 0, -1, -8), 5):
            self._born(days)
        self.desk = Desk(folder / "office", desk_of, self.office, self.day)  # type: ignore[arg-type]
        self.promises, self.first = Promises(), True
        self.customers = CustomerPromises(self.office, self.promises)
        self.expected: set[Word] = set()
        self.forgotten: set[str] = set()
        self.seen: Counter[str] = Counter()
        self.born_from: dict[str, date] = {}

    def play(self, steps: int) -> Counter[str]:
        """Day after day; AssertionError at the first promise that is not kept."""
        for _ in range(steps):
            for _ in range(self.chance.choice((0, 1, 1, 2))):
                self._event()
            if self.chance.random() < 0.85:
                self._pass()
            self.day += timedelta(days=self.chance.choice(JUMPS))
        self.post.mood = ""
        self._end()
        return self.seen + self.customers.seen

    # --- a day's passes

    def _pass(self) -> None:
        self.post.mood = self.chance.choice(("", "", "", "refuses", "full", "drops"))
        lock = self.desk.folder / "~$crm.xlsx"
        if self.chance.random() < 0.1:
            lock.write_bytes(b"\x05Maria" + b" " * 49 + b"\x05\0" + "Maria".encode("utf-16-le") + b" \0" * 49)
            self.seen["open elsewhere"] += 1
        before = self.desk.cells(PEOPLES)
        how = self.chance.random()
        if how < 0.35:
            ended = self.desk.run(self.day, kill_at=self.chance.randint(1, 260))
        elif how < 0.5:
            ended = self.desk.run(self.day, runners=2)
        else:
            ended = []
        ended += self.desk.run(self.day, minute=5)
        self.seen.update(ended)
        self.seen["server " + (self.post.mood or "well")] += 1
        lock.unlink(missing_ok=True)
        self._hold_against_the_model()
        self._people_kept_their_cells(before)
        self._nobody_else_was_written_to()
        if self.chance.random() < 0.2:
            self._rest()
        if self.chance.random() < 0.12:
            self._vanish()
        self._successors()

    def _hold_against_the_model(self) -> None:
        for row in self.office.rows.values():
            begun = self.born_from.get(row.id)
            row.decided = row.decided if begun is None else self.day < begun
        business = self.office.works(self.day)
        promised = self.promises.run(self.office, self.day, business=business, digests=True, first=self.first)
        self.customers.run(self.day, self.desk.written(), first=self.first)
        self.first = self.first and not business
        self.office.acknowledged.clear()
        self.expected |= plain(promised)
        told = {word_of(key) for key in self.desk.told()}
        lost, extra = self.expected - told, told - self.expected
        assert not lost, f"machine {self.number}, {self.day}: lost {sorted(map(str, lost))}"
        assert not extra, f"machine {self.number}, {self.day}: not promised {sorted(map(str, extra))}"
        self.seen["told"] += len(promised)

    def _people_kept_their_cells(self, before: dict[str, dict[str, tuple[object, ...]]]) -> None:
        after = self.desk.cells(PEOPLES)
        for tab, rows in before.items():
            assert {id_: after[tab].get(id_) for id_ in rows} == rows, f"machine {self.number}, {self.day}"

    def _nobody_else_was_written_to(self) -> None:
        letters = copies(self.post.taken)
        listed = {member.email for member in _team().values() if member.listed}
        customers = {address_of(row) for row in self.office.rows.values() if row.asks}
        assert {to for to, _ in letters} <= listed | customers
        self.customers.check_arrived(letters, self.desk.written())
        for (to, message), same in letters.items():
            assert len(set(same)) == 1, f"machine {self.number}, {self.day}: {message} to {to} differs"
        self.seen["resent"] = sum(len(same) - 1 for same in letters.values())

    def _rest(self) -> None:
        """Another run of the day: where nothing waits, it writes no byte and sends nothing."""
        self.post.mood = ""
        self.desk.run(self.day, minute=40)
        book, taken = self.desk.book.read_bytes(), len(self.post.taken)
        if self.desk.letters().keys() <= {"sent", "failed"}:
            assert self.desk.run(self.day, minute=45) == ["unchanged"]
            assert (self.desk.book.read_bytes(), len(self.post.taken)) == (book, taken)
            self.seen["rested"] += 1

    def _end(self) -> None:
        """With a server that is well again every letter leaves, and everything that was told has arrived."""
        for _ in range(8):
            self.day += timedelta(days=1)
            self.desk.run(self.day)
            self._hold_against_the_model()
            if set(self.desk.letters()) <= {"sent"} >= set(self.desk.told().values()):
                break
        states = self.desk.told()
        assert set(self.desk.letters()) <= {"sent"} >= set(states.values()), (self.desk.letters(), states)
        text = b"".join(data for _, data in self.post.taken)
        assert self.post.taken or not states
        assert bool(text) == bool(states)
        self._nobody_else_was_written_to()

    # --- what happens

    def _event(self) -> None:
        event = self.chance.choice(_EVENTS)
        self.seen[event.__name__.strip("_")] += 1
        event(self)

    def _born(self, days: int) -> Row:
        id_ = f"C-{len(self.office.rows) + 1}"
        own, account = self.chance.choice(PEOPLE[:2]), self.chance.choice((*PEOPLE[:2], ""))
        row = Row(id_, "term", self.day + timedelta(days=days), own, account, self.chance.choice(("", PEOPLE[2])))
        row.asks = self.chance.random() < 0.6
        self.office.rows[id_] = row
        return row

    def _row(self) -> Row | None:
        rows = [row for row in self.office.rows.values() if not row.decided and row.id not in self.forgotten]
        return self.chance.choice(rows) if rows else None

    def _late(self) -> None:
        if len(self.office.rows) < 9:
            row = self._born(self.chance.choice((100, 62, 45, 20, 12, 0, -5, -90)))
            self.desk.put("accounts", account_of(row)["account_id"], **account_of(row))
            words = {"renewal_stage": _stage("planned"), "customer_mail": _YES if row.asks else None}
            self.desk.put("contracts", row.id, **{**contract_of(row), **words})

    def _date_moves(self) -> None:
        row = self._row()
        if row is not None and row.day is not None and row.id not in self.born_from:
            row.day += timedelta(days=self.chance.choice((-30, -9, -2, 5, 25, 60)))
            self.desk.put("contracts", row.id, end_date=row.day)

    def _moves(self) -> None:
        row = self._row()
        if row is not None:
            row.stage += 1
            self.desk.put("contracts", row.id, renewal_stage=_stage(STAGES[row.stage % len(STAGES)]))

    def _call(self) -> None:
        row = self._row()
        if row is not None:
            row.talked = self.day
            how = {"date": self.day, "account_id": row.id.partition("/")[0].replace("C", "A"), "channel": "call"}
            self.seen["calls"] += 1
            id_ = f"I-{self.seen['calls']}"
            self.desk.put("interactions", id_, interaction_id=id_, **how)

    def _renew(self) -> None:
        row = self._row()
        if row is not None:
            row.decided = True
            self.desk.put("contracts", row.id, renewal_stage=_stage("payment_received"))

    def _lose(self) -> None:
        row = self._row()
        if row is not None:
            row.decided = True
            self.desk.put("contracts", row.id, renewal_stage=_stage("lost"))

    def _snooze(self) -> None:
        row = self._row()
        if row is not None:
            row.snooze = self.day + timedelta(days=self.chance.choice((2, 6, 15)))
            self.desk.put("contracts", row.id, snooze_until=row.snooze)

    def _acknowledge(self) -> None:
        """Somebody signs a row of the alerts tab."""
        row = self._row()
        words = [word for word in sorted(self.expected, key=str) if row is not None and word.row == row.id]
        if words:
            word = self.chance.choice(words)
            self.desk.change(lambda book: _sign(book, key_of(word), self.office.acknowledged, word))

    def _away(self) -> None:
        member = self.chance.choice(list(self.office.members.values()))
        member.away_until, member.delegate = self.day + timedelta(days=6), self.chance.choice(("", *PEOPLE))
        self.desk.put("team", member.email, away_until=member.away_until, delegate=member.delegate or None)

    def _leaves(self) -> None:
        if PEOPLE[1] in self.office.members:
            del self.office.members[PEOPLE[1]]
            self.desk.delete("team", PEOPLE[1])

    def _owner(self) -> None:
        row = self._row()
        if row is not None:
            row.own = self.chance.choice((*PEOPLE, "Nobody", "spy@other.org"))
            self.desk.put("contracts", row.id, owner=row.own)

    def _sort(self) -> None:
        self.desk.sort(self.chance)

    def _deleted(self) -> None:
        row = self._row()
        if row is not None and row.id not in self.born_from:
            self.forgotten.add(row.id)
            row.decided = True
            self.desk.delete("contracts", row.id)

    def _successors(self) -> None:
        """Rows of next terms that the runner appended join the office."""
        keys = {"contracts": ("contract_id", "start_date", "end_date", "owner")}
        for id_, (_, begun, end, owner) in self.desk.cells(keys)["contracts"].items():
            if id_ not in self.office.rows:
                before = self.office.rows[id_.partition("/")[0]]
                own = next((m.email for m in _team().values() if owner in (m.email, _name(m.email))), owner or "")
                row = Row(id_, "term", end, own, before.account, before.backup, self.day < begun)
                row.talked, self.born_from[id_] = before.talked, begun
                self.office.rows[id_] = row
                self.promises.lives[id_].deadline, self.promises.lives[id_].stage = row.day, 0
                self.seen["successors"] += 1

    def _vanish(self) -> None:
        """The state is lost: what the alerts tab shows is all that is known."""
        self.post.mood = ""
        for minute in (50, 55):
            self.desk.run(self.day, minute=minute)
        if set(self.desk.letters()) - {"sent"} or not self.expected:
            return
        self.desk.vanish()
        self.seen["state vanished"] += 1
        self.customers.lose_the_state()
        self.promises.digests.clear()
        self.promises.bundles.clear()
        for id_, life in self.promises.lives.items():
            row = self.office.rows[id_]
            episodes = {deadline for deadline, _, _ in life.said}
            known = {deadline for deadline in episodes if (self.day - deadline).days <= HISTORY}
            life.deadline = row.day if row.day in episodes else max(known, default=None)
            life.stage = life.moved = None


def _team() -> dict[str, Member]:
    people = (
        Member(PEOPLE[0], "owner", "ines@example.com"),
        Member(PEOPLE[1], "owner", "ines@example.com"),
        Member(PEOPLE[2], "owner", "ines@example.com"),
        Member("ines@example.com", "manager", "luis@example.com"),
        Member("luis@example.com", "direction"),
        Member("spy@other.org", "manager", listed=False),
    )
    return {member.email: member for member in people}


def _name(email: str) -> str:
    return email.partition("@")[0].title()


def _stage(key: str) -> str:
    return WORDS.value("renewal_stage", key)


def _sign(book: object, key: str, acknowledged: list[tuple[str, date, str]], word: Word) -> None:
    """Sign the alert with this key where it stands and is not signed."""
    sheet = book[WORDS.tab("alerts")]  # type: ignore[index]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, headers[WORDS.header("alerts", "acknowledged_by")])
        if sheet.cell(row, headers[WORDS.header("alerts", "key")]).value == key and not cell.value:
            cell.value = "Ana"
            acknowledged.append(word[:3])


_EVENTS = (
    Machine._late, Machine._date_moves, Machine._date_moves, Machine._moves, Machine._moves, Machine._call,
    Machine._renew, Machine._lose, Machine._snooze, Machine._acknowledge, Machine._acknowledge, Machine._away,
    Machine._leaves, Machine._owner, Machine._owner, Machine._sort, Machine._deleted,
)  # fmt: skip


def _machines(folder: Path, numbers: range, steps: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for number in numbers:
        with post() as (handler, server):
            seen += Machine(folder / str(number), handler, server, number).play(steps)
    return seen


@pytest.mark.proof
def test_some_days_through_the_whole_pipeline(tmp_path: Path) -> None:
    assert _machines(tmp_path, range(1, 2), 2)["told"] > 0


@pytest.mark.proof
def test_years_through_the_whole_pipeline(tmp_path: Path) -> None:
    start = time.monotonic()
    seen = _machines(tmp_path, range(100, 120), 15)
    print(f"\n20 stretches of 15 steps, {time.monotonic() - start:.0f} s: {dict(sorted(seen.items()))}")
    assert all(
        seen[what] > 0
        for what in ("killed", "busy", "resent", "state vanished", "postponed", "successors", "mails", "drafts")
    )
