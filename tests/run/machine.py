"""A real office in a folder: an Excel workbook, a ledger, an SMTP server that misbehaves, and runs that are killed.

Each run is a forked process. What people do is done to the workbook by another program, and to the model's office.
"""

from __future__ import annotations

import faulthandler
import os
import random
import shutil
import signal
import sqlite3
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import fastexcel  # noqa: F401  (imported before the forks, so that no child does it again)
import openpyxl
import pandas as pd  # noqa: F401
import python_calamine
import yagmail  # noqa: F401
from openpyxl.worksheet.worksheet import Worksheet

from sheetcrm.alerts.keys import Key, parse
from sheetcrm.config import Config, defaults
from sheetcrm.ledger.store import LedgerBusy
from sheetcrm.mail.embedded import Loopback
from sheetcrm.mail.server import Server
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.run import Job, run
from sheetcrm.sync.excel import read  # noqa: F401
from sheetcrm.sync.excel.backend import ExcelBackend
from sheetcrm.sync.excel.template import make_template
from sheetcrm.words import words_of
from tests.alerts.model.office import Member, Office, Row, Word
from tests.run.kill_runner import HOOKED

STAGES = ("planned", "contacted", "proposal", "negotiation")
WORDS = words_of("en")
LONGEST_RUN = 300
"""Seconds: many times what a run takes where others work on the machine too."""


class Post:
    """An SMTP server that refuses for now, or drops the line after it took a letter; it keeps what it took."""

    def __init__(self) -> None:
        self.mood = ""
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.mood == "refuses":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood == "full":
            return "452 4.2.2 mailbox full"
        self.taken += [(to, envelope.content) for to in envelope.rcpt_tos]
        if self.mood == "drops":
            server.transport.abort()
        return "250 2.0.0 kept"


@contextmanager
def post() -> Iterator[tuple[Post, Server]]:
    """The server, and where it is."""
    handler = Post()
    loopback = Loopback(handler)
    loopback.start()
    try:
        place = Server("127.0.0.1", loopback.port, "bot@example.com", security="none", timeout_seconds=5.0)
        yield handler, place
    finally:
        loopback.stop()


def settings() -> Config:
    """Renewal alerts alone: the model knows no others; no public holidays."""
    cfg = defaults()
    matters = {
        name: each.model_copy(update={"task": "none", "alert": "none"}) for name, each in cfg.alerts.matters.items()
    }
    return cfg.model_copy(
        update={
            "language": "en",
            "timezone": "Etc/UTC",
            "alerts": cfg.alerts.model_copy(update={"matters": matters}),
            "calendar": cfg.calendar.model_copy(update={"holiday_country": ""}),
            "mail": cfg.mail.model_copy(
                update={"allowed": ("example.com",), "sender": "bot@example.com", "customers": "send"}
            ),
            "excel": cfg.excel.model_copy(update={"wait_seconds": 0}),
        }
    )


class Desk:
    """The folder, and what is done in it."""

    def __init__(self, folder: Path, server: Server, office: Office, day: date) -> None:
        self.folder, self.server, self.office = folder, server, office
        self.book, self.state = folder / "crm.xlsx", folder / "state"
        folder.mkdir(parents=True)
        make_template(self.book, "en", _rows(office, day), day)

    # --- runs

    def run(self, day: date, *, kill_at: int = 0, runners: int = 1, minute: int = 0) -> list[str]:
        """A pass of a day by so many runners at once; how each ended: done, unchanged, postponed, busy or killed."""
        children = [self._fork(day, kill_at if not n else 0, minute) for n in range(runners)]
        return [self._ended(child, n) for n, child in enumerate(children)]

    def _fork(self, day: date, kill_at: int, minute: int) -> int:
        child = os.fork()
        if not child:
            self._work(day, kill_at, minute)
        return child

    def _work(self, day: date, kill_at: int, minute: int) -> None:
        said = self.folder / f"said-{os.getpid()}"
        # A run that hangs says where, and fails.
        faulthandler.dump_traceback_later(LONGEST_RUN, exit=True)
        try:
            if kill_at:
                sys.setprofile(_killer(kill_at))
            said.write_text(run(self._job(day, datetime.combine(day, time(10, minute)))).state)
        except LedgerBusy:
            said.write_text("busy")
        except BaseException:
            said.write_text(traceback.format_exc())
        finally:
            os._exit(0)  # faulthandler ends a run that hangs with another code

    def _job(self, day: date, moment: datetime) -> Job:
        cfg = settings()
        return Job(
            cfg=cfg,
            backend=ExcelBackend(self.book, cfg.excel, self.state / "backups"),
            state=self.state,
            as_of=day,
            clock=lambda: moment.replace(tzinfo=UTC),
            transport=lambda: SmtpTransport(self.server),
            now=moment,
        )

    def _ended(self, child: int, number: int) -> str:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return "killed"
        assert os.WEXITSTATUS(status) == 0, f"runner {number} hung"
        said = self.folder / f"said-{child}"
        text = said.read_text()
        said.unlink()
        assert "Traceback" not in text, f"runner {number}: {text}"
        return text

    # --- what the ledger says

    def told(self) -> dict[str, str]:
        """Key → state of every renewal alert that was told."""
        if not (self.state / "ledger.db").exists():
            return {}
        with closing(sqlite3.connect(self.state / "ledger.db")) as ledger:
            rows = ledger.execute("SELECT key, state FROM alerts WHERE rule = 'renewal' AND state <> 'superseded'")
            return dict(rows.fetchall())

    def written(self) -> dict[str, str]:
        """Key → state of every letter to a customer, drafts too."""
        if not (self.state / "ledger.db").exists():
            return {}
        with closing(sqlite3.connect(self.state / "ledger.db")) as ledger:
            return dict(ledger.execute("SELECT key, state FROM alerts WHERE rule = 'customer'").fetchall())

    def letters(self) -> Counter[str]:
        """How many letters stand in each state of the outbox; one to a customer that is held waits for a person."""
        with closing(sqlite3.connect(self.state / "ledger.db")) as ledger:
            ours = ledger.execute("SELECT state FROM outbox WHERE NOT (customer = 1 AND state = 'held')")
            return Counter(state for (state,) in ours)

    # --- what people do

    def change(self, edit: Callable[[Any], None]) -> None:
        """Somebody opens the workbook, changes something, and saves it."""
        book = openpyxl.load_workbook(self.book)
        edit(book)
        book.save(self.book)

    def put(self, tab: str, id_: str, **cells: Any) -> None:
        """Type into the row with an id, or into a new one."""
        self.change(lambda book: put(book, tab, id_, **cells))

    def cells(self, keys: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, tuple[Any, ...]]]:
        """People's cells of these tabs and columns, by the id of their row (the first column)."""
        book = python_calamine.CalamineWorkbook.from_path(str(self.book))
        return {tab: _cells(book.get_sheet_by_name(WORDS.tab(tab)).to_python(), tab, keys[tab]) for tab in keys}

    def sort(self, chance: random.Random) -> None:
        """Somebody sorts the contracts."""

        def shuffle(book: Any) -> None:
            sheet = book[WORDS.tab("contracts")]
            rows = [row for row in sheet.iter_rows(min_row=2) if row[0].value is not None]
            values = [[cell.value for cell in row] for row in rows]
            chance.shuffle(values)
            for row, new in zip(rows, values, strict=True):
                for cell, value in zip(row, new, strict=True):
                    cell.value = value

        self.change(shuffle)

    def delete(self, tab: str, id_: str) -> None:
        """Somebody deletes a row."""

        def edit(book: Any) -> None:
            sheet = book[WORDS.tab(tab)]
            sheet.delete_rows(_place(sheet, id_))

        self.change(edit)

    def vanish(self) -> None:
        """The server's disk is lost."""
        shutil.rmtree(self.state)


def _cells(rows: list[list[Any]], tab: str, keys: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    places = [rows[0].index(WORDS.header(tab, key)) for key in keys]
    return {str(row[places[0]]): tuple(row[at] for at in places) for row in rows[1:] if row[places[0]]}


def put(book: Any, tab: str, id_: str, **cells: Any) -> None:
    """Type into the row with an id of an open workbook, or into the first free one."""
    sheet = book[WORDS.tab(tab)]
    headers = {cell.value: cell.column for cell in sheet[1]}
    row = _place(sheet, id_)
    for key, value in cells.items():
        sheet.cell(row, headers[WORDS.header(tab, key)]).value = value


def _place(sheet: Worksheet, id_: str) -> int:
    column = [cell.value for cell in sheet["A"]]
    return (
        column.index(id_) + 1
        if id_ in column
        else next((at for at, value in enumerate(column, 1) if value is None), len(column) + 1)
    )


def word_of(text: str) -> Word:
    """A key of the log as the model says it, by whichever letter it came."""
    key = parse(text)
    assert key is not None
    role = key.role if key.kind == "rung" else ""
    return Word(key.id, key.episode, key.stage, key.person, key.kind, key.due, False, role)


def key_of(word: Word) -> str:
    """The key under which the product logs a word."""
    return str(
        Key(word.row, word.deadline, "renewal", word.stage, word.person, word.kind, word.due, word.role)  # type: ignore[arg-type]
    )


def _killer(kill_at: int) -> Callable[[Any, str, Any], None]:
    seen = 0

    def watch(frame: Any, event: str, function: Any) -> None:
        nonlocal seen
        if event in ("c_call", "c_return") and getattr(function, "__qualname__", "") in HOOKED:
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def _rows(office: Office, day: date) -> dict[str, list[dict[str, Any]]]:
    return {
        "team": [_member(member) for member in office.members.values()],
        "accounts": [account_of(row) for row in office.rows.values()],
        "contracts": [contract_of(row) for row in office.rows.values()],
        "interactions": [
            {"interaction_id": "I-0", "date": day - timedelta(days=300), "account_id": "A-none", "channel": "call"}
        ],
    }


def _member(member: Member) -> dict[str, Any]:
    return {
        "email": member.email, "name": member.email.partition("@")[0].title(), "role": member.role,
        "manager": member.manager, "delegate": member.delegate,
    }  # fmt: skip


def account_of(row: Row) -> dict[str, Any]:
    """The account of a contract: each has its own."""
    return {
        "account_id": row.id.replace("C", "A"), "name": f"Customer {row.id} 😀", "tier": "standard",
        "owner": row.account, "backup_owner": row.backup, "customer_email": f"{row.id.lower()}@customer.net",
    }  # fmt: skip


def contract_of(row: Row) -> dict[str, Any]:
    """A term of one year that ends on its deadline; an evergreen since its start."""
    assert row.day is not None
    begins = row.day if row.kind == "evergreen" else row.day - timedelta(days=364)
    return {
        "contract_id": row.id, "account_id": row.id.replace("C", "A"), "title": "Maintenance", "start_date": begins,
        "end_date": None if row.kind == "evergreen" else row.day, "value": 1200, "owner": row.own,
        "renewal_stage": STAGES[row.stage % len(STAGES)], "customer_mail": "yes" if row.asks else None,
    }  # fmt: skip


def copies(taken: list[tuple[str, bytes]]) -> dict[tuple[str, str], list[bytes]]:
    """(recipient, Message-ID) → the letters that arrived under it."""
    found: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    for to, data in taken:
        head = data.partition(b"\r\n\r\n")[0].decode("ascii")
        message = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        found[to, message].append(data)
    return found


def plain(words: set[Word]) -> set[Word]:
    """Words whatever letter brings them."""
    return {word._replace(at_once=False) for word in words}
