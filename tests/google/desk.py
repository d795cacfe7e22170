"""What tests of the Google backend share: settings that point at the test server, a backend, a small workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sheetcrm.config import Config, defaults
from sheetcrm.mail.files import FilesTransport
from sheetcrm.run import Job
from sheetcrm.sync.google.auth import account
from sheetcrm.sync.google.backend import GoogleBackend
from sheetcrm.sync.google.transport import SheetsTransport
from tests.sheets_server import SheetsServer

DAY = date(2026, 11, 23)

QUICK = {
    "requests_per_minute": 0,
    "backoff_seconds": 0.001,
    "connect_seconds": 2.0,
    "read_seconds": 20.0,
    "deadline_seconds": 60.0,
    "wait_seconds": 0.0,
}

CONTRACTS = [
    ["contract_id", "account_id", "start_date", "end_date", "value", "owner", "days_to_expiry", "status", "notes"],
    ["C-1", "A-1", 45993, 46357, 1200, "ana@example.com", "", "", "=IMPORTXML(1)"],
    ["C-2", "A-1", 45658, 46022, 600, "ana@example.com", "", "", "+1"],
    ["C-3", "A-2", 46000, 46400, 900, "ana@example.com", "", "", "@x"],
]
ACCOUNTS = [
    ["account_id", "name", "owner", "tier", "client_status", "active_contracts"],
    ["A-1", "Uno", "ana@example.com", "key", "", ""],
    ["A-2", "'Dos", "ana@example.com", "standard", "", ""],
]
INTERACTIONS = [
    ["interaction_id", "date", "account_id", "summary", "next_step", "next_step_due", "follow_up"],
    ["", 46300, "A-1", "first", "call", 46310, ""],
    ["", 46301, "A-2", "second", "mail", 46400, ""],
]
TICKETS = [["ticket_id", "account_id", "opened_at", "age_days"], ["T-1", "A-1", 46340, ""]]
TASKS = [["task_id", "account_id", "contract_id", "title", "owner", "due", "done_on", "state"]]
TEAM = [["email", "name", "role", "open_tasks"], ["ana@example.com", "Ana", "owner", ""]]
ALERTS = [
    ["alerted_on", "stage", "contract_id", "account_id", "person", "why", "state", "acknowledged_by", "key"],
]


def small_book() -> dict[str, list[list[Any]]]:
    """Tabs whose titles and headers are keys of the dictionary in English words where those differ."""
    from sheetcrm.words import words_of

    words = words_of("en")
    tabs = {
        "contracts": CONTRACTS,
        "accounts": ACCOUNTS,
        "interactions": INTERACTIONS,
        "tickets": TICKETS,
        "tasks": TASKS,
        "team": TEAM,
        "alerts": ALERTS,
    }
    return {
        words.tab(key): [[words.header(key, column) for column in rows[0]], *[list(row) for row in rows[1:]]]
        for key, rows in tabs.items()
    }


@dataclass
class Desk:
    """A server with one spreadsheet, and a runner's folder."""

    server: SheetsServer
    folder: Path
    file_id: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def cfg(self) -> Config:
        key = self.folder / "key.json"
        # Two runners of one test may ask at the same moment.
        if not key.exists():
            whole = key.with_name(f"{uuid4().hex}.part")
            whole.write_text(json.dumps(self.server.service_account()), encoding="utf-8")
            whole.replace(key)
        cfg = defaults()
        quick = {**QUICK, "base_url": self.server.url, "credentials_file": str(key), **self.settings}
        google = cfg.google.model_copy(update=quick)
        mail = cfg.mail.model_copy(update={"allowed": ("example.com",)})
        return cfg.model_copy(update={"google": google, "mail": mail, "language": "en"})

    def transport(self, **options: Any) -> SheetsTransport:
        cfg = self.cfg
        return SheetsTransport(account(cfg.google), cfg.google, **options)

    def backend(self) -> GoogleBackend:
        return GoogleBackend(self.transport(), self.file_id, self.cfg)

    def job(self, backend: Any = None, *, state: str = "state", as_of: date = DAY) -> Job:
        return Job(
            cfg=self.cfg,
            backend=backend or self.backend(),
            state=self.folder / state,
            as_of=as_of,
            clock=lambda: datetime(2026, 11, 23, 10).astimezone(),
            transport=lambda: FilesTransport(self.folder / state / "outbox"),
            now=datetime(2026, 11, 23, 10),
        )

    def values(self, tab: str) -> list[list[Any]]:
        return self.server.people(self.file_id).rows(tab)

    def column(self, tab: str, header: str) -> list[Any]:
        rows = self.values(tab)
        at = rows[0].index(header)
        return [row[at] if at < len(row) else "" for row in rows[1:]]


Edit = Callable[[], Any]
