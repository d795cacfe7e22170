"""Sending: what a transport is, and the SMTP one.

The dialogue is spoken here by hand, so that the one moment is known after which a failure means "perhaps delivered".
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sheetcrm.letter import Letter, Receipt
from sheetcrm.mail.oauth import SignInError, Token
from sheetcrm.mail.replies import about_us, over_quota, permanent, readable
from sheetcrm.mail.server import Server, checked, connect

Fate = Literal["sent", "retry", "refused", "unknown", "quota", "stopped", "taken"]


@dataclass(frozen=True)
class Outcome:
    """What became of one letter, and of it at each recipient who was tried (``receipts``).

    ``sent``: taken (``error`` names recipients refused for good). ``retry``: not delivered to all, later it may be.
    ``refused``: never. ``unknown``: the connection broke after DATA began. ``quota``: nothing more gets through for a
    while. ``stopped``: the server can't be used at all, which says nothing about the letter. ``taken``: somebody else
    has it in hand, and it was not sent.
    """

    fate: Fate
    error: str = ""
    receipts: Mapping[str, Receipt] = field(default_factory=dict)

    @property
    def delivered(self) -> tuple[str, ...]:
        """The recipients whom it reached."""
        return tuple(address for address, receipt in self.receipts.items() if receipt.fate == "delivered")


class Transport(Protocol):
    """Something that delivers letters, one after the other."""

    def deliver(self, letter: Letter, recipients: Sequence[str], about_to_send: Callable[[], bool]) -> Outcome:
        """Deliver the letter's bytes.

        ``about_to_send`` is asked right before it becomes irrevocable; False: the letter must not be sent.
        """
        ...

    def close(self) -> None:
        """End the batch."""
        ...


# A host name that can't be encoded is a UnicodeError, from deep inside the socket.
_TROUBLE = (OSError, smtplib.SMTPException, UnicodeError, SignInError)


class SmtpTransport:
    """One connection per batch, opened with the first letter; opened anew when the server closed it in between."""

    def __init__(self, server: Server) -> None:
        """Raises MailError when the settings can't work."""
        self._server = checked(server)
        self._token = None if server.grant is None else Token(server.grant, server.timeout_seconds)
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, letter: Letter, recipients: Sequence[str], about_to_send: Callable[[], bool]) -> Outcome:
        """Offer the letter, then its bytes.

        1. Connect, if need be, and MAIL: a failure here says nothing about the letter.
        2. RCPT: who is refused, who is accepted. A connection that had been closed meanwhile is opened anew, once.
        3. ``about_to_send``, then DATA. From the first byte of the text on, silence means "perhaps delivered".
        """
        reused = self._smtp is not None
        fate: Fate = "stopped"
        try:
            smtp = self._connected()
            unwanted = self._mail(smtp, letter, recipients)
            if unwanted is not None:
                return unwanted
            fate = "retry"
            replies = _rcpt(smtp, recipients)
        except _TROUBLE as error:
            self._drop()
            return self.deliver(letter, recipients, about_to_send) if reused else self._broken(fate, error)
        accepted = [address for address in recipients if address not in replies]
        general = next((reply for reply in replies.values() if reply.general), None)
        if general is not None or not accepted:
            self._reset(smtp)
            return Outcome(general.general or "stopped", general.text) if general else _nobody(replies)
        if not about_to_send():
            self._reset(smtp)
            return Outcome("taken")
        return self._data(smtp, letter.data, accepted, replies)

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
            self._smtp = connect(self._server, self._token)
        return self._smtp

    def _mail(self, smtp: smtplib.SMTP, letter: Letter, recipients: Sequence[str]) -> Outcome | None:
        """MAIL: None, or an outcome when the server wants nothing from us."""
        smtp.ehlo_or_helo_if_needed()
        code, text = smtp.mail(self._server.sender, [f"size={len(letter.data)}"] if smtp.has_extn("size") else [])
        if code == 250:
            return None
        reply = _Reply(code, readable(code, text))
        if code == 421:
            raise smtplib.SMTPServerDisconnected(reply.text)
        self._reset(smtp)
        if over_quota(code, reply.text):
            return Outcome("quota", reply.text)
        if code == 552:
            # Too big is about this letter; any other refusal here is about us (sender, login) and would meet every one.
            return Outcome("refused", reply.text, _same(recipients, Receipt("refused", reply.text)))
        return Outcome("stopped", reply.text)

    def _data(self, smtp: smtplib.SMTP, data: bytes, accepted: Sequence[str], refused: Mapping[str, _Reply]) -> Outcome:
        others = {address: reply.receipt for address, reply in refused.items()}
        try:
            code, text = smtp.docmd("DATA")
        except _TROUBLE as error:
            # Not a byte of the text was sent, so it can't have been delivered.
            self._drop()
            said = _words(error)
            return Outcome("retry", said, others | _same(accepted, Receipt("later", said)))
        if code == 354:
            try:
                smtp.send(_dotted(data))
                code, text = smtp.getreply()
            except _TROUBLE as error:
                self._drop()
                said = f"connection lost while sending: {_words(error)}"
                return Outcome("unknown", said, others | _same(accepted, Receipt("unknown", said)))
        reply = _Reply(code, readable(code, text))
        if code == 250:
            return _taken(accepted, others, reply)
        if code == 421:
            self._drop()
        else:
            self._reset(smtp)
        if reply.general:
            return Outcome(reply.general, reply.text)
        known = others | _same(accepted, reply.receipt)
        later = any(receipt.fate == "later" for receipt in known.values())
        return Outcome("retry" if later else "refused", reply.text, known)

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
    def general(self) -> Literal["quota", "stopped", ""]:
        """What the reply says about us, rather than about the letter or a recipient."""
        if over_quota(self.code, self.text):
            return "quota"
        return "stopped" if about_us(self.code, self.text) else ""

    @property
    def receipt(self) -> Receipt:
        return Receipt("refused" if permanent(self.code, self.text) else "later", self.text)


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


def _taken(accepted: Sequence[str], others: Mapping[str, Receipt], reply: _Reply) -> Outcome:
    notes = "; ".join(f"{address}: {receipt.reply}" for address, receipt in others.items())
    later = any(receipt.fate == "later" for receipt in others.values())
    return Outcome("retry" if later else "sent", notes, _same(accepted, Receipt("delivered", reply.text)) | {**others})


def _nobody(refused: Mapping[str, _Reply]) -> Outcome:
    receipts = {address: reply.receipt for address, reply in refused.items()}
    notes = "; ".join(f"{address}: {receipt.reply}" for address, receipt in receipts.items())
    return Outcome("retry" if any(one.fate == "later" for one in receipts.values()) else "refused", notes, receipts)


def _same(recipients: Iterable[str], receipt: Receipt) -> dict[str, Receipt]:
    return dict.fromkeys(recipients, receipt)


def _dotted(data: bytes) -> bytes:
    """The text as it goes over the wire: leading dots doubled, a lone dot at the end."""
    ended = data if data.endswith(b"\r\n") else data + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return readable(error.smtp_code, error.smtp_error)
    return " ".join(str(error).split())[:300] or type(error).__name__
