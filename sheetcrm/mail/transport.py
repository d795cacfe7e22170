"""Sending: what a transport is, and the SMTP one.

yagmail makes the connection (TLS, login) and nothing else: its composer and its blind retries are not used. The
dialogue is spoken here by hand, so that the one moment is known after which a failure means "perhaps delivered".
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any, Literal, Protocol

from sheetcrm.letter import Letter
from sheetcrm.mail.recipients import mailbox
from sheetcrm.mail.replies import over_quota, permanent, readable

Fate = Literal["sent", "retry", "refused", "unknown", "quota", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """What became of one letter.

    ``sent``: taken (``error`` names recipients refused for good). ``retry``: not delivered, later it may be.
    ``refused``: never. ``unknown``: the connection broke after DATA began. ``quota``: nothing more gets through today.
    ``stopped``: the server can't be used at all; the letter was not even offered. ``delivered`` are the recipients whom
    it reached although others have to be tried again.
    """

    fate: Fate
    error: str = ""
    delivered: tuple[str, ...] = ()


class Transport(Protocol):
    """Something that delivers letters, one after the other."""

    def deliver(self, letter: Letter, recipients: Sequence[str], about_to_send: Callable[[], None]) -> Outcome:
        """Deliver the letter's bytes; ``about_to_send`` is called right before it can become irrevocable."""
        ...

    def close(self) -> None:
        """End the batch."""
        ...


@dataclass(frozen=True)
class Server:
    """An SMTP server and how to log in to it. ``sender`` is whom bounces go to: an address or ``Name <address>``."""

    host: str
    port: int
    sender: str
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout_seconds: float = 30.0
    ca_file: str = ""


# A host name that can't be encoded is a UnicodeError, from deep inside the socket.
_TROUBLE = (OSError, smtplib.SMTPException, UnicodeError)


class MailError(Exception):
    """The mail settings can't work; the message says why."""


class SmtpTransport:
    """One connection per batch, opened with the first letter; opened anew when the server closed it in between."""

    def __init__(self, server: Server) -> None:
        """Raises MailError when there is no sender, or the password would travel unencrypted or can't travel at all."""
        sender = mailbox(server.sender)
        if sender is None:
            raise MailError(f"mail.sender must be a mail address, and {server.sender!r} is none.")
        if not (server.user + server.password).isascii():
            raise MailError(
                "the mail user or password has a character outside ASCII, which can't be sent when logging in. "
                "Choose a password of plain letters, digits and signs."
            )
        if server.security == "none" and server.user and not _is_loopback(server.host):
            raise MailError(
                f"mail.security is none, so the password would go to {server.host} unencrypted. "
                "Use starttls or ssl, or a relay that needs no login."
            )
        self._server = replace(server, sender=sender[1])
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, letter: Letter, recipients: Sequence[str], about_to_send: Callable[[], None]) -> Outcome:
        """Offer the letter, then its bytes.

        1. Connect, if need be, and MAIL: a failure here says nothing about the letter.
        2. RCPT: who is refused, who is accepted. A connection that had been closed meanwhile is opened anew, once.
        3. ``about_to_send``, then DATA. From the first byte of the text on, silence means "perhaps delivered".
        """
        reused = self._smtp is not None
        fate: Fate = "stopped"
        try:
            smtp = self._connected()
            unwanted = self._mail(smtp, len(letter.data))
            if unwanted is not None:
                return unwanted
            fate = "retry"
            refused = _rcpt(smtp, recipients)
        except _TROUBLE as error:
            self._drop()
            return self.deliver(letter, recipients, about_to_send) if reused else self._broken(fate, error)
        accepted = tuple(address for address in recipients if address not in refused)
        quota = next((reply.text for reply in refused.values() if reply.quota), "")
        if quota or not accepted:
            self._reset(smtp)
            return Outcome("quota", quota) if quota else _nobody(refused)
        about_to_send()
        return self._data(smtp, letter.data, accepted, refused)

    def close(self) -> None:
        """Say goodbye; a server that is gone already is no error."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except _TROUBLE:
                smtp.close()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect(self._server)
        return self._smtp

    def _mail(self, smtp: smtplib.SMTP, size: int) -> Outcome | None:
        """MAIL: None, or an outcome when the server wants nothing from us."""
        smtp.ehlo_or_helo_if_needed()
        code, text = smtp.mail(self._server.sender, [f"size={size}"] if smtp.has_extn("size") else [])
        if code == 250:
            return None
        reply = readable(code, text)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(reply)
        self._reset(smtp)
        if over_quota(code, reply):
            return Outcome("quota", reply)
        # Too big is about this letter; any other refusal here is about us (sender, login) and would meet every letter.
        return Outcome("refused" if code == 552 else "stopped", reply)

    def _data(self, smtp: smtplib.SMTP, data: bytes, accepted: tuple[str, ...], refused: dict[str, _Reply]) -> Outcome:
        try:
            code, text = smtp.docmd("DATA")
        except _TROUBLE as error:
            # Not a byte of the text was sent, so it can't have been delivered.
            self._drop()
            return Outcome("retry", _words(error))
        if code == 354:
            try:
                smtp.send(_dotted(data))
                code, text = smtp.getreply()
            except _TROUBLE as error:
                self._drop()
                return Outcome("unknown", f"connection lost while sending: {_words(error)}")
        reply = readable(code, text)
        if code == 250:
            return _taken(accepted, refused)
        if code == 421:
            self._drop()
        else:
            self._reset(smtp)
        if over_quota(code, reply):
            return Outcome("quota", reply)
        return Outcome("refused" if permanent(code, reply) else "retry", reply)

    def _broken(self, fate: Fate, error: Exception) -> Outcome:
        return Outcome(fate, f"{self._server.host}:{self._server.port}: {_words(error)}")

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except _TROUBLE:
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


@dataclass(frozen=True)
class _Reply:
    code: int
    text: str

    @property
    def quota(self) -> bool:
        return over_quota(self.code, self.text)

    @property
    def permanent(self) -> bool:
        return permanent(self.code, self.text)


def _connect(server: Server) -> smtplib.SMTP:
    # yagmail takes 40 ms to import, and many runs have nothing to send.
    import yagmail

    # Reading the system's certificates takes 20 ms: only where they are used.
    context = None if server.security == "none" else ssl.create_default_context(cafile=server.ca_file or None)
    options: dict[str, Any] = {"timeout": server.timeout_seconds, "local_hostname": server.sender.rpartition("@")[2]}
    if server.security == "ssl":
        options["context"] = context
    connection = yagmail.SMTP(
        server.user or server.sender,
        # Never None: yagmail would ask a keyring, then a person at a terminal.
        password=server.password,
        host=server.host,
        port=server.port,
        smtp_ssl=server.security == "ssl",
        smtp_starttls={"context": context} if server.security == "starttls" else False,
        smtp_skip_login=not server.user,
        soft_email_validation=False,
        **options,
    )
    try:
        connection.login()
    except BaseException:
        if connection.smtp is not None:
            connection.smtp.close()
        raise
    finally:
        # The connection is ours from here on; yagmail would close it when its wrapper is collected.
        connection.is_closed = True
    smtp: smtplib.SMTP = connection.smtp
    return smtp


def _rcpt(smtp: smtplib.SMTP, recipients: Sequence[str]) -> dict[str, _Reply]:
    """RCPT for each recipient: those whom the server refuses."""
    refused: dict[str, _Reply] = {}
    for address in recipients:
        code, text = smtp.rcpt(address)
        if code == 421:
            raise smtplib.SMTPServerDisconnected(readable(code, text))
        if code not in (250, 251):
            refused[address] = _Reply(code, readable(code, text))
    return refused


def _taken(accepted: tuple[str, ...], refused: dict[str, _Reply]) -> Outcome:
    notes = "; ".join(f"{address}: {reply.text}" for address, reply in refused.items())
    later = any(not reply.permanent for reply in refused.values())
    return Outcome("retry", notes, accepted) if later else Outcome("sent", notes, accepted)


def _nobody(refused: dict[str, _Reply]) -> Outcome:
    notes = "; ".join(f"{address}: {reply.text}" for address, reply in refused.items())
    return Outcome("refused" if all(reply.permanent for reply in refused.values()) else "retry", notes)


def _dotted(data: bytes) -> bytes:
    """The text as it goes over the wire: leading dots doubled, a lone dot at the end."""
    ended = data if data.endswith(b"\r\n") else data + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return readable(error.smtp_code, error.smtp_error)
    return " ".join(str(error).split())[:300] or type(error).__name__


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
