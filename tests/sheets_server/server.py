"""The server: sockets, the record of calls, faults on the wire."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import faults as wire
from .app import App, Settings
from .book import Book
from .faults import Faults
from .http_types import Call, Request, Response
from .people import People
from .quota import Quota
from .sheet import Sheet
from .tokens import ACCOUNT
from .values_write import put_raw


class SheetsServer:
    """Google's Sheets, as far as a program can tell, on loopback.

    Use it as a context manager. ``quota`` keeps Google's limits; ``clock`` (seconds) turns their minute by hand.
    """

    def __init__(self, *, port: int = 0, quota: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._http = _Listener(("127.0.0.1", port), _Handler)
        self._http.owner = self
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.app = App(f"{self.url}/token", Quota(clock) if quota else None)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> "SheetsServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if kind is None and self.app.failures:
            raise AssertionError("the test server itself failed:\n" + "\n".join(self.app.failures))

    def close(self) -> None:
        """Ends hanging calls and stops listening."""
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def settings(self) -> Settings:
        """What differs between accounts, or isn't documented."""
        return self.app.settings

    @property
    def findings(self) -> list[str]:
        """What the discovery documents have against requests and replies so far."""
        return self.app.findings

    @property
    def log(self) -> list[str]:
        """The calls so far, a line each."""
        return [str(call) for call in self.calls]

    def between(self, edit: Callable[[], Any], **moment: Any) -> None:
        """Has ``edit()`` run in the gap before a call; ``call``, ``times``, ``method`` and ``path`` choose it."""
        self.faults.between(edit, **moment)

    def create(
        self,
        title: str = "Customers",
        tabs: Mapping[str, list[list[Any]]] | None = None,
        *,
        owner: str = "owner@example.com",
        shared: Mapping[str, str] | None = None,
    ) -> str:
        """A spreadsheet that a person made, with raw values by tab; returns its id.

        ``shared`` maps addresses to ``writer`` or ``reader``; by default anyone may write.
        """
        book = Book(title, owner)
        book.access.update({"anyone": "writer"} if shared is None else shared)
        if tabs:
            book.sheets = []
            for i, (name, rows) in enumerate(tabs.items()):
                width = max((len(row) for row in rows), default=0)
                sheet = Sheet(i and book.new_id(), name, max(1000, len(rows)), max(26, width))
                book.sheets.append(sheet)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        put_raw(book, sheet, r, c, value)
        self.app.add(book)
        return book.id

    def load_xlsx(self, path: str | Path, **options: Any) -> str:
        """A spreadsheet with a workbook's tabs, cells and layout; returns its id. ``options`` as for ``create``."""
        from .load import fill

        file_id = self.create(Path(path).stem, **options)
        fill(self.book(file_id), Path(path))
        return file_id

    def export_xlsx(self, file_id: str, path: str | Path | None = None) -> bytes:
        """The spreadsheet as a workbook, also written to ``path``."""
        from .export import workbook_bytes

        book = self.book(file_id)
        with book.lock:
            content = workbook_bytes(book)
        if path is not None:
            Path(path).write_bytes(content)
        return content

    def book(self, file_id: str) -> Book:
        """A spreadsheet's state."""
        return self.app.books[file_id]

    def people(self, file_id: str) -> People:
        """People's edits of a spreadsheet."""
        return People(self.book(file_id))

    def share(self, file_id: str, email: str, role: str = "writer") -> None:
        """Shares a spreadsheet; an empty role takes it back."""
        book = self.book(file_id)
        if role:
            book.access[email] = role
        else:
            book.access.pop(email, None)

    def service_account(self, email: str = ACCOUNT) -> dict[str, Any]:
        """The content of a service account's key file for this server."""
        return self.app.tokens.service_account(email)

    def authorized_user(self, email: str = "ana@example.com") -> dict[str, Any]:
        """The content of a user's OAuth token file for this server."""
        return self.app.tokens.authorized_user(email)

    def client(self, email: str = ACCOUNT) -> Any:
        """A gspread client that talks to this server through google-auth's service account flow."""
        from .client import connect

        return connect(self.url, self.service_account(email))

    def handle(self, request: Request) -> tuple[Response | None, str | None]:
        """One call with its edits and faults: the answer (``None``: silence) and the fault on the wire."""
        found = self.app.route(request)
        kind = "token" if request.path == "/token" else found[0].kind if found else "unknown"
        with self._lock:
            call = Call(len(self.calls) + 1, request.method, request.path, kind, received=len(request.body))
            self.calls.append(call)
        edits, fault = self.faults.due(call)
        for edit in edits:
            try:
                edit()
            except Exception as error:
                self.app.failures.append(f"an edit before {call}: {error!r}")
        started = time.perf_counter()
        response = self._struck(request, call, fault)
        call.seconds = time.perf_counter() - started
        if response is not None:
            call.status, call.sent = response.status, len(response.body)
        return response, call.fault

    def _struck(self, request: Request, call: Call, fault: tuple[str, float] | None) -> Response | None:
        """The answer under a fault."""
        if fault is None:
            return self.app.answer(request, call)
        call.fault, seconds = fault
        if call.fault == "hang":
            self.closing.wait(seconds)
            return None
        if call.fault in wire.BEFORE:
            return wire.reply(call.fault, call)
        response = self.app.answer(request, call)
        if call.fault == "late":
            self.closing.wait(seconds)
        return None if call.fault == "lost reply" else response


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    owner: SheetsServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # header and body leave together
    server: _Listener

    def _call(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        url = urlsplit(self.path)
        query = parse_qs(url.query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        response, fault = self.server.owner.handle(Request(self.command, url.path, query, headers, body))
        if response is None:
            self._hang_up()
        else:
            self._send(response, cut=fault == "truncated")

    def _send(self, response: Response, *, cut: bool) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body[: len(response.body) // 2] if cut else response.body)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the client was faster

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _call

    def log_message(self, format: str, *arguments: Any) -> None:
        """Calls are in the server's own record."""
