"""What a letter costs on its way out: composed, stored for good, sent over loopback in one connection.

Alone:  ``python -m benchmarks.outbox [LETTERS]``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sheetcrm.ledger import Ledger
from sheetcrm.mail.compose import compose
from sheetcrm.mail.embedded import Loopback
from sheetcrm.mail.outbox import drain
from sheetcrm.mail.server import Server
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.model import Message

NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
LETTERS = 1000


class _Sink:
    """Takes every letter and counts them, and the connections that brought them."""

    def __init__(self) -> None:
        self.letters = 0
        self.sessions: set[Any] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        self.letters += 1
        self.sessions.add(session)
        return "250 2.0.0 kept"


def per_letter(folder: Path, letters: int) -> dict[str, tuple[float, float]]:
    """Milliseconds (processor of this process, wall) for each letter, by step; the server is a process of its own."""
    messages = [
        Message(f"digest|{at}", "digest", f"persona{at}@example.com", "es", "", _body()) for at in range(letters)
    ]
    with _server(letters) as port, Ledger.open(folder / "state") as ledger:
        moments = [_now()]
        composed = [compose(one, sender="bot@example.com", domain="example.com", now=NOW) for one in messages]
        moments.append(_now())
        run_id = ledger.begin(date(2026, 11, 19), "", now=NOW)
        ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=composed)
        moments.append(_now())
        transport = SmtpTransport(Server(host="127.0.0.1", port=port, sender="bot@example.com", security="none"))
        report = drain(ledger, transport, now=NOW, budget_seconds=600, clock=time.monotonic)
        moments.append(_now())
    if len(report.sent) != letters:
        raise RuntimeError(f"{len(report.sent)} of {letters} letters were sent")
    spans = zip(("compose", "enqueue", "send"), moments, moments[1:], strict=False)
    return {
        name: (1000 * (after[0] - before[0]) / letters, 1000 * (after[1] - before[1]) / letters)
        for name, before, after in spans
    }


@contextmanager
def _server(letters: int) -> Iterator[int]:
    """An SMTP server in a process of its own, by its port. RuntimeError unless all came over one connection."""
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.outbox", "--serve"],
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        yield int(child.stdout.readline())
        said = child.communicate(input="", timeout=60)[0].split()
        if said != [str(letters), "1"]:
            raise RuntimeError(f"{letters} letters were sent; letters and connections that arrived: {said}")
    finally:
        child.kill()
        child.wait()


def _serve() -> None:
    """Say the port, take letters until standard input ends, then say how many came over how many connections."""
    sink = _Sink()
    server = Loopback(sink)
    server.start()
    print(server.port, flush=True)
    sys.stdin.read()
    server.stop()
    print(sink.letters, len(sink.sessions))


def main() -> None:
    """Measure, and say it; or be the server."""
    if sys.argv[1:] == ["--serve"]:
        _serve()
        return
    letters = int(sys.argv[1]) if sys.argv[1:] else LETTERS
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        for step, (processor, wall) in per_letter(Path(name), letters).items():
            print(f"{step:8} {wall:6.2f} ms, {processor:.2f} ms of processor time, each of {letters}")


def _now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def _body() -> dict[str, Any]:
    row = {
        "stage": "urgent", "id": "C-1042", "place": "Contratos!A7", "account": "Clínica Monteverde",
        "title": "Mantenimiento anual", "days": 28, "deadline": date(2026, 12, 17), "value": 4800.0,
        "value_base": 4800.0, "currency": "EUR", "reason": "Vence el 17 dic 2026 y no hay propuesta.",
        "health_score": 62, "health_band": "yellow", "health_why": "74 días sin contacto", "next_action": "Llamar",
        "next_action_on": date(2026, 11, 20), "owner": "", "link": None, "steps": ["Llamar", "Visitar"], "new": True,
    }  # fmt: skip
    section = {"key": "urgent", "title": "Quedan 30 días o menos", "rows": [row] * 15, "more": 4}
    return {
        "name": "Lucía", "as_of": date(2026, 11, 19), "baseline": False, "late_days": 0, "sheet_follows": False,
        "workbook": "", "workbook_url": None, "headline": {"count": 15, "value": 72_000.0, "currency": "EUR"},
        "sections": [section], "tasks": [], "problems": [], "problems_more": 0,
    }  # fmt: skip


if __name__ == "__main__":
    main()
