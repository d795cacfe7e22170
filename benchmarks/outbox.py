"""What a letter costs on its way out: composed, stored for good, sent over loopback in one connection."""

from __future__ import annotations

import time
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


class _Sink:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        return "250 2.0.0 kept"


def per_letter(folder: Path, letters: int) -> dict[str, tuple[float, float]]:
    """Milliseconds (processor, wall) for each letter, by step; the server runs in this process, so its work counts."""
    messages = [
        Message(f"digest|{at}", "digest", f"persona{at}@example.com", "es", "", _body()) for at in range(letters)
    ]
    server = Loopback(_Sink())
    server.start()
    try:
        with Ledger.open(folder / "state") as ledger:
            moments = [_now()]
            composed = [compose(one, sender="bot@example.com", domain="example.com", now=NOW) for one in messages]
            moments.append(_now())
            run_id = ledger.begin(date(2026, 11, 19), "", now=NOW)
            ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=composed)
            moments.append(_now())
            transport = SmtpTransport(
                Server(host=server.hostname, port=server.port, sender="bot@example.com", security="none")
            )
            report = drain(ledger, transport, now=NOW, budget_seconds=600, clock=time.monotonic)
            transport.close()
            moments.append(_now())
    finally:
        server.stop()
    if len(report.sent) != letters:
        raise RuntimeError(f"{len(report.sent)} of {letters} letters were sent")
    spans = zip(("compose", "enqueue", "send"), moments, moments[1:], strict=False)
    return {
        name: (1000 * (after[0] - before[0]) / letters, 1000 * (after[1] - before[1]) / letters)
        for name, before, after in spans
    }


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
