"""The mail server of the settings, and the way to a connection: encrypted and verified, or not at all.

yagmail makes the connection (TLS, login) and nothing else: its composer and its blind retries are not used, nor its
OAuth2, which knows one token endpoint, waits for it without end, and asks a person at a terminal.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sheetcrm.mail.oauth import Grant, Token, is_loopback, sign_in
from sheetcrm.mail.recipients import mailbox


class MailError(Exception):
    """The mail settings can't work; the message says why."""


@dataclass(frozen=True)
class Server:
    """An SMTP server and how to log in to it. ``sender`` is whom bounces go to: an address or ``Name <address>``.

    With a ``grant`` the login is by OAuth2, else by password; without a ``user`` there is none (a relay).
    """

    host: str
    port: int
    sender: str
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    grant: Grant | None = None
    timeout_seconds: float = 30.0
    ca_file: str = ""


def checked(server: Server) -> Server:
    """The server with its sender as a bare address.

    Raises MailError for a sender who is none, a secret that would travel unencrypted or can't travel at all, or a
    missing file of certificates.
    """
    sender = mailbox(server.sender)
    if sender is None:
        raise MailError(f"mail.sender must be a mail address, and {server.sender!r} is none.")
    if not (server.user + server.password).isascii():
        raise MailError(
            "the mail user or password has a character outside ASCII, which can't be sent when logging in. "
            "Choose a password of plain letters, digits and signs."
        )
    if server.security == "none" and server.user and not is_loopback(server.host):
        raise MailError(
            f"mail.security is none, so the password would go to {server.host} unencrypted. "
            "Use starttls or ssl, or a relay that needs no login."
        )
    if server.user and not server.password and server.grant is None:
        raise MailError(
            f"mail.user is {server.user}, but there is no password: put it into SHEETCRM_MAIL_PASSWORD, or the name of "
            "a file that holds it into SHEETCRM_MAIL_PASSWORD_FILE. For a relay without login leave mail.user blank."
        )
    if server.grant is not None:
        _check(server.grant, server.user)
    if server.ca_file and not Path(server.ca_file).is_file():
        raise MailError(f"mail.ca_file: there is no file {server.ca_file}.")
    return replace(server, sender=sender[1])


def connect(server: Server, token: Token | None) -> smtplib.SMTP:
    """A connection that is logged in. Raises OSError, SMTPException, UnicodeError or SignInError."""
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
        smtp_skip_login=not server.user or token is not None,
        soft_email_validation=False,
        **options,
    )
    try:
        connection.login()
        if token is not None:
            sign_in(connection.smtp, server.user, token)
    except BaseException:
        if connection.smtp is not None:
            connection.smtp.close()
        raise
    finally:
        # The connection is ours from here on; yagmail would close it when its wrapper is collected.
        connection.is_closed = True
    smtp: smtplib.SMTP = connection.smtp
    return smtp


def _check(grant: Grant, user: str) -> None:
    scheme, _, rest = grant.token_url.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise MailError(f"mail.oauth_token_url must begin with https://, and {grant.token_url!r} does not.")
    missing = [
        name
        for name, value in (
            ("mail.user", user),
            ("mail.oauth_client_id", grant.client_id),
            ("the client secret (SHEETCRM_MAIL_CLIENT_SECRET)", grant.client_secret),
            ("the refresh token (SHEETCRM_MAIL_REFRESH_TOKEN)", grant.refresh_token),
        )
        if not value
    ]
    if missing:
        raise MailError(f"mail.login is oauth, which also needs {', '.join(missing)}. docs/mail.md shows how.")
