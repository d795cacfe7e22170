"""SMTP servers on loopback that answer what a test tells them to."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sheetcrm.mail.embedded import Loopback
from sheetcrm.mail.server import Server


class Scripted:
    """Answers MAIL, RCPT and DATA from dictionaries; keeps what it took and how often somebody connected."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.sessions: set[int] = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.sessions.add(id(session))
        answer = self.answers.get("mail")
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer:
            return answer
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get("rcpt", {}).get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.get("data")
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is None or answer.startswith("250"):
            self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return answer or "250 2.0.0 kept"


@contextmanager
def scripted(**answers: Any) -> Iterator[tuple[Scripted, Server]]:
    handler = Scripted(**answers)
    server = Loopback(handler)
    server.start()
    try:
        yield handler, server_of(server.port)
    finally:
        server.stop()


def server_of(port: int, **changes: Any) -> Server:
    known: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "timeout_seconds": 5.0}
    return Server(port=port, sender="bot@example.com", **known | changes)


class Cutting:
    """A raw server that hangs up at a chosen moment: at ``connect``, ``ehlo``, ``mail``, ``rcpt``, ``data`` (before 354),
    ``text`` (in the middle of it), ``end`` (after the last dot, before the answer), ``after`` (after the answer) or
    ``quit``. ``times`` bounds how often it does so; with ``stall`` it falls silent instead. Every answer takes ``delay``.
    """

    def __init__(self, at: str, times: int = 10**6, *, stall: bool = False, delay: float = 0.0) -> None:
        self.at, self.times, self.stall, self.delay = at, times, stall, delay
        self.taken: list[bytes] = []
        self.connections = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _cuts(self, moment: str) -> bool:
        await asyncio.sleep(self.delay)
        if moment != self.at or self.times <= 0:
            return False
        self.times -= 1
        if self.stall:
            await asyncio.sleep(3600)
        return True

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await self._cuts("connect"):
            return
        writer.write(b"220 cutting\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            moment = {b"EHLO": "ehlo", b"MAIL": "mail", b"RCPT": "rcpt", b"DATA": "data", b"QUIT": "quit"}.get(verb, "")
            if moment and await self._cuts(moment):
                return
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                if await self._cuts("text"):
                    await reader.read(10)
                    return
                self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
                if await self._cuts("end"):
                    return
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 OK\r\n")
            await writer.drain()
            if verb == b"DATA" and await self._cuts("after"):
                return


@contextmanager
def cutting(at: str, times: int = 10**6, **manners: Any) -> Iterator[tuple[Cutting, Server]]:
    handler = Cutting(at, times, **manners)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(handler, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield handler, server_of(server.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 1) -> tuple[ssl.SSLContext, str]:
    """A server's TLS context for a host, self-signed, and the file that makes it trusted. It ends in ``days`` days."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    def _named(host: str) -> x509.GeneralName:
        return x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=9))
        .not_valid_after(today + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_named(host)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    trusted = folder / "ca.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, str(trusted)
