"""What ``check`` says of mail: how letters leave, and whether one really does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sheetcrm.cli.context import Place, mail_server
from sheetcrm.cli.counting import counted
from sheetcrm.cli.letters import to_colleagues
from sheetcrm.cli.lines import Line
from sheetcrm.config import ConfigError
from sheetcrm.ledger import Ledger
from sheetcrm.mail.oauth import is_loopback
from sheetcrm.mail.recipients import canonical, refusal
from sheetcrm.mail.server import MailError
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.mail.trial import trial
from sheetcrm.model import Snapshot
from sheetcrm.plan import language_of

_SAY_FILED = timedelta(days=14)
_REFUSED = {
    "malformed": "it is no mail address",
    "not_in_team": "it is in no row of the team tab",
    "not_allowed": "mail.allowed does not match it",
}


def lines(where: Place, ledger: Ledger) -> Iterator[Line]:
    """By which server letters leave, and whether its settings can work."""
    mail = where.cfg.mail
    if not mail.has_server:
        yield Line(
            "note",
            f"no mail server: letters become files in {where.state / 'outbox'}",
            "set mail.enabled and mail.host (docs/mail.md)",
        )
        return
    try:
        SmtpTransport(mail_server(where))
    except (MailError, ConfigError) as error:
        yield Line("bad", "mail can't leave", " ".join(str(error).split()))
        return
    yield Line("ok", f"mail leaves by {mail.host}:{mail.port} ({mail.security})")
    if mail.security == "none" and not is_loopback(mail.host):
        yield Line("warn", f"mail travels to {mail.host} unencrypted", "set mail.security to starttls or ssl")
    yield from _filed(ledger)


def _filed(ledger: Ledger) -> Iterator[Line]:
    """The letters of the last days that became files, as long as there was no server."""
    recent = datetime.now(UTC) - _SAY_FILED
    entries = [entry for entry in to_colleagues(ledger) if entry.sent_at is None or entry.sent_at >= recent]
    if entries:
        yield Line(
            "note",
            f"{counted(len(entries), 'letter')} became files before there was a mail server: nobody got them",
            "to send them: sheetcrm outbox retry --files; else what they say counts as told",
        )


def sent_to(where: Place, snapshot: Snapshot, address: str) -> Line:
    """Send a mail that asks for nothing, by the settings' server, to somebody who may get internal mail."""
    mail = where.cfg.mail
    to, team = canonical(address), [str(email) for email in snapshot["team"].frame["email"].tolist()]
    why = "" if to is not None and to == canonical(mail.operator) else refusal(address, team, mail.allowed)
    if to is None or why:
        return Line("bad", f"no test mail was sent to {address}", _REFUSED[why or "malformed"])
    if not mail.has_server:
        return Line("bad", "no test mail was sent: there is no mail server", "set mail.enabled: true and mail.host")
    try:
        server = mail_server(where)
        transport = SmtpTransport(server)
    except (MailError, ConfigError) as error:
        return Line("bad", "no test mail was sent", " ".join(str(error).split()))
    letter = trial(
        to, sender=server.sender, language=language_of(where.cfg, snapshot), now=datetime.now(where.cfg.zone)
    )
    try:
        outcome = transport.deliver(letter, letter.recipients, lambda: True)
    finally:
        transport.close()
    if outcome.fate == "sent":
        said = outcome.receipts[to].reply
        return Line("ok", f"a test mail left for {to} ({said}): look whether it arrives, and not among the spam")
    return Line("bad", f"the test mail to {to} did not leave", outcome.error)
