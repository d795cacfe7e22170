"""What ``check`` says of mail: how letters leave, and whether one really does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sheetcrm.cli.context import Place, mail_server
from sheetcrm.cli.lines import Line
from sheetcrm.config import ConfigError
from sheetcrm.mail.oauth import is_loopback
from sheetcrm.mail.recipients import canonical, refusal
from sheetcrm.mail.server import MailError
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.mail.trial import trial
from sheetcrm.model import Snapshot
from sheetcrm.plan import language_of

_REFUSED = {
    "malformed": "it is no mail address",
    "not_in_team": "it is in no row of the team tab",
    "not_allowed": "mail.allowed does not match it",
}


def lines(where: Place) -> Iterator[Line]:
    """By which server letters leave, and whether its settings can work."""
    mail = where.cfg.mail
    if not (mail.enabled and mail.host):
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


def sent_to(where: Place, snapshot: Snapshot, address: str) -> Line:
    """Send a mail that asks for nothing, by the settings' server, to somebody who may get internal mail."""
    mail = where.cfg.mail
    to, team = canonical(address), [str(email) for email in snapshot["team"].frame["email"].tolist()]
    why = "" if to is not None and to == canonical(mail.operator) else refusal(address, team, mail.allowed)
    if to is None or why:
        return Line("bad", f"no test mail was sent to {address}", _REFUSED[why or "malformed"])
    if not (mail.enabled and mail.host):
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
