"""Runs that are killed: each case is a process of its own that gets SIGKILL at its n-th write, send, sync or rename.

The profiler hook of the interpreter sees every call into C, so the product needs no seam for this. Usage:
``python -m tests.mail.crash_runner FOLDER PORT smtp|files STRIDE``; prints one JSON object per case.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yagmail  # noqa: F401  (imported before the forks, like everything else)

from sheetcrm.ledger import Ledger, instance_lock
from sheetcrm.mail.compose import compose
from sheetcrm.mail.files import FilesTransport
from sheetcrm.mail.outbox import drain
from sheetcrm.mail.server import Server
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.model import Alert, NewRow
from tests.mail.bodies import body, message, row, section

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
DANGEROUS = frozenset(
    {"Connection.execute", "Connection.executemany", "socket.send", "socket.sendall", "BufferedWriter.write"}
    | {"fsync", "replace", "rename"}
)
"""By qualified name: ``replace`` is the one of ``os``, that of texts is ``str.replace``."""


def letters_of(case: int) -> list[Any]:
    """Two of ours and two to customers."""
    made = []
    for number in range(4):
        said = body(name=f"Persona {number}", sections=[section(row(id=f"C-{number}"))])
        key, to = f"case{case}|{number}", f"case{case}-{number}@example.com"
        letter = compose(
            message(said, key=key, to=to, keys=(f"a{number}",)), sender="bot@example.com", domain="example.com", now=NOW
        )
        made.append(letter if number < 2 else _as_customer(letter))
    return made


def _as_customer(letter: Any) -> Any:
    from dataclasses import replace

    return replace(letter, customer=True)


def a_run(folder: Path, port: int, kind: str, case: int, now: datetime, owner: str = "here") -> None:
    """The effects of a run in their order: drain the old, commit the new, send, finish."""
    with instance_lock(folder), Ledger.open(folder) as ledger:
        ledger.adopt("book")
        _drain(ledger, folder, port, kind, now, owner)
        run_id = ledger.begin(TODAY, "base", now=now)
        if "a0" not in ledger.memory(TODAY).alerts:
            ledger.commit_effects(
                run_id,
                now=now,
                alerts=[_alert(n) for n in range(4)],
                rows=[_ROW],
                letters=letters_of(case),
                undo=b"x" * 500,
            )
        _drain(ledger, folder, port, kind, now, owner)
        written = [pending.cause for pending in ledger.pending()]
        ledger.finish(run_id, now=now, written_causes=written, history=None, counts={}, last_run=TODAY)


_ROW = NewRow(tab="tasks", id="T-1", cause="cause", values={"due": TODAY})


def _alert(number: int) -> Alert:
    facts = {
        "rule": "renewal",
        "stage": "final",
        "tab": "contracts",
        "id": "C-1",
        "contract_id": "C-1",
        "account_id": "A",
    }
    return Alert(key=f"a{number}", person="ana", state="sent", why="", alerted_on=TODAY, **facts)


def _drain(ledger: Ledger, folder: Path, port: int, kind: str, now: datetime, owner: str) -> None:
    if kind == "smtp":
        server = Server(host="127.0.0.1", port=port, sender="bot@example.com", security="none", timeout_seconds=5.0)
        transport: Any = SmtpTransport(server)
    else:
        transport = FilesTransport(folder / "outbox")
    drain(ledger, transport, now=now, budget_seconds=60, clock=time.monotonic, owner=owner)


def forked(work: Any, kill_at: int = 0) -> bool:
    """Do the work in a child; True when it was killed. ``kill_at`` counts dangerous calls, before and after each."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the run failed by itself"
        return os.WIFSIGNALED(status)
    try:
        if kill_at:
            sys.setprofile(_killer(kill_at))
        work()
        sys.setprofile(None)
        os._exit(0)
    except BaseException:
        sys.setprofile(None)
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _killer(kill_at: int) -> Any:
    seen = 0

    def watch(frame: Any, event: str, function: Any) -> None:
        nonlocal seen
        if event in ("c_call", "c_return") and function.__qualname__ in DANGEROUS:
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def main(folder: Path, port: int, kind: str, stride: int) -> None:
    letters_of(0)  # fills the caches that the forks share
    case, killed = 1, True
    while killed:
        state = folder / str(case)
        killed = forked(lambda: a_run(state, port, kind, case, NOW), kill_at=case)  # noqa: B023
        leased: list[list[str]] = []
        if killed:
            # Another machine takes over at once, and must not touch what the dead one had in hand.
            leased = [_in_hand(state)]
            forked(lambda: a_run(state, port, kind, case, NOW + timedelta(minutes=1), "there"))  # noqa: B023
            leased.append(_in_hand(state))
            # A later run, when every wait is over; then one more, which must find nothing to do.
            forked(lambda: a_run(state, port, kind, case, NOW + timedelta(days=1), "there"))  # noqa: B023
            forked(lambda: a_run(state, port, kind, case, NOW + timedelta(days=2)))  # noqa: B023
        print(json.dumps(_result(state, case, killed) | {"leased": leased}), flush=True)
        case += stride


def _in_hand(state: Path) -> list[str]:
    """Whose letters are being sent, as the file says."""
    if not (state / "ledger.db").is_file():
        return []
    connection = sqlite3.connect(state / "ledger.db")
    try:
        return [to for (to,) in connection.execute("SELECT recipient FROM outbox WHERE state = 'sending' ORDER BY seq")]
    except sqlite3.OperationalError:
        return []  # it was killed before there was an outbox
    finally:
        connection.close()


def _result(state: Path, case: int, killed: bool) -> dict[str, Any]:
    connection = sqlite3.connect(state / "ledger.db")
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    outbox = dict(connection.execute("SELECT recipient, state FROM outbox"))
    data = {to: bytes(data).hex() for to, data in connection.execute("SELECT recipient, data FROM outbox")}
    alerts = dict(connection.execute("SELECT key, state FROM alerts"))
    intents = dict(connection.execute("SELECT cause, state FROM intents"))
    connection.close()
    return {
        "case": case, "killed": killed, "integrity": integrity, "outbox": outbox, "data": data,
        "alerts": alerts, "intents": intents,
    }  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
