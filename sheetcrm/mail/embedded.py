"""An SMTP server on a free loopback port that keeps what arrives as files: for the demo and for tests.

Needs aiosmtpd, which only the ``demo`` and ``dev`` extras install.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from sheetcrm.mail.files import write_whole

HOST = "127.0.0.1"


class Loopback(Controller):
    """aiosmtpd on a port that the system chooses."""

    def __init__(self, handler: Any, **options: Any) -> None:
        # Its greeting would look up this machine's name in the DNS, which may take seconds.
        super().__init__(handler, hostname=HOST, port=0, server_hostname="localhost", **options)

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Mailbox:
    """Keeps each arriving letter, to the byte, as ``<number>-<first recipient>.eml``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = threading.Lock()
        self._last = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002
        """Keep the letter, then say so: a letter that was answered for is on the disk."""
        with self._numbers:
            self._last += 1
            number = self._last
        name = "".join(c if c.isalnum() or c in "@._-" else "_" for c in envelope.rcpt_tos[0])[:60]
        write_whole(self.folder / f"{number:04d}-{name}.eml", envelope.content)
        return "250 2.0.0 kept"


@contextmanager
def embedded_server(folder: Path) -> Iterator[Loopback]:
    """A server for the length of the block; its ``hostname`` and ``port`` say where it listens."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Loopback(Mailbox(folder))
    server.start()
    try:
        yield server
    finally:
        server.stop()
