"""Encrypted and verified, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from sheetcrm.mail.embedded import Loopback
from sheetcrm.mail.server import MailError
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.sending import DATA, deliver, letter
from tests.mail.servers import Scripted, certificate, scripted, server_of


@pytest.fixture
def tls_server(tmp_path):
    """STARTTLS and a login are required; the certificate is trusted only through its file."""
    context, ca_file = certificate(tmp_path)
    handler = Scripted()

    def check(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            b"bot@example.com",
            b"p@ssword:1",
        )
        return AuthResult(success=good, handled=False)

    server = Loopback(handler, tls_context=context, require_starttls=True, auth_required=True, authenticator=check)
    server.start()
    yield (
        handler,
        server_of(server.port, security="starttls", user="bot@example.com", password="p@ssword:1", ca_file=ca_file),
    )
    server.stop()


def test_starttls_with_a_login(tls_server):
    handler, server = tls_server
    assert [outcome.fate for outcome in deliver(server, letter())] == ["sent"]
    assert handler.taken[0][2] == DATA


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_server):
    _, server = tls_server
    [outcome] = deliver(replace(server, ca_file=""), letter())
    assert outcome.fate == "stopped"
    assert "certificate" in outcome.error.lower()


def test_a_wrong_password_stops_the_batch_and_is_not_shown(tls_server):
    _, server = tls_server
    wrong = replace(server, password="s3cret")
    [outcome] = deliver(wrong, letter())
    assert outcome.fate == "stopped"
    assert "535" in outcome.error
    assert "s3cret" not in outcome.error + repr(wrong)


def test_starttls_is_never_skipped_when_the_server_has_none():
    with scripted() as (handler, server):
        [outcome] = deliver(server_of(server.port, security="starttls"), letter())
    assert outcome.fate == "stopped"
    assert "STARTTLS" in outcome.error
    assert handler.taken == []


def test_tls_from_the_first_byte(tmp_path):
    context, ca_file = certificate(tmp_path)
    handler = Scripted()
    server = Loopback(handler, ssl_context=context)
    server.start()
    try:
        [outcome] = deliver(server_of(server.port, security="ssl", ca_file=ca_file), letter())
    finally:
        server.stop()
    assert (outcome.fate, len(handler.taken)) == ("sent", 1)


@pytest.mark.parametrize("security", ["starttls", "ssl"])
@pytest.mark.parametrize(
    ("flaw", "said"), [({"host": "mail.example.com"}, "not valid for"), ({"days": -1}, "expired"), ({}, "self-signed")]
)
def test_a_certificate_with_a_flaw_is_refused_before_anything_is_said(tmp_path, security, flaw, said):
    context, ca_file = certificate(tmp_path, **flaw)
    handler = Scripted()
    options = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    server = Loopback(handler, **options)
    server.start()
    try:
        trusted = ca_file if flaw else ""
        settings = server_of(server.port, security=security, ca_file=trusted, user="bot", password="s3cret")
        [outcome] = deliver(settings, letter())
    finally:
        server.stop()
    assert outcome.fate == "stopped"
    assert said in outcome.error.replace("self signed", "self-signed").replace("mismatch", "not valid for")
    assert (handler.taken, handler.sessions) == ([], set())


def test_a_file_of_certificates_that_is_missing_or_none_is_said(tmp_path):
    with pytest.raises(MailError, match=r"mail\.ca_file: there is no file"):
        SmtpTransport(server_of(25, security="ssl", ca_file=str(tmp_path / "gone.pem")))
    (tmp_path / "empty.pem").write_text("no certificate")
    [outcome] = deliver(server_of(25, security="ssl", ca_file=str(tmp_path / "empty.pem")), letter())
    assert outcome.fate == "stopped"


def test_a_login_without_a_password_is_said_before_anything_is_sent():
    with pytest.raises(MailError, match="SHEETCRM_MAIL_PASSWORD"):
        SmtpTransport(server_of(25, security="ssl", user="bot@example.com"))
