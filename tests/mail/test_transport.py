"""Sending over a real SMTP dialogue: what is delivered, what may have been, what never was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from sheetcrm.letter import Letter, Receipt
from sheetcrm.mail.embedded import Loopback, embedded_server
from sheetcrm.mail.files import FilesTransport, file_name
from sheetcrm.mail.replies import over_quota, permanent
from sheetcrm.mail.server import MailError, Server
from sheetcrm.mail.transport import Outcome, SmtpTransport
from tests.mail.servers import Scripted, certificate, closed_port, cutting, scripted, server_of

DATA = b"Subject: x\r\n\r\n.dot\r\n..two\r\nline\r\n.\r\nend\r\n"


def letter(key: str = "k", to: str = "ana@example.com", copies: tuple[str, ...] = (), **changes) -> Letter:
    facts = {"kind": "digest", "subject": "x", "message_id": "<x@y>", "data": DATA, "customer": False, "keys": ()}
    return Letter(key=key, to=to, copies=copies, composed_on=date(2026, 11, 21), **facts | changes)


def deliver(server: Server, *letters: Letter, announced: list[str] | None = None) -> list[Outcome]:
    transport = SmtpTransport(server)
    said = announced if announced is not None else []
    try:
        return [transport.deliver(one, one.recipients, lambda one=one: said.append(one.key) is None) for one in letters]
    finally:
        transport.close()


def test_the_bytes_arrive_as_they_are_over_one_connection():
    with scripted() as (handler, server):
        outcomes = deliver(server, *[letter(str(n), copies=("eva@example.com",)) for n in range(5)])
    assert [outcome.fate for outcome in outcomes] == ["sent"] * 5
    assert outcomes[0].delivered == ("ana@example.com", "eva@example.com")
    assert handler.taken == [("bot@example.com", ["ana@example.com", "eva@example.com"], DATA)] * 5
    assert len(handler.sessions) == 1


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ({"data": "451 4.3.0 try later"}, "retry"),
        ({"data": "552 5.2.2 mailbox full"}, "retry"),
        ({"data": "554 5.7.1 looks like spam"}, "refused"),
        ({"data": "552 5.3.4 message too big"}, "refused"),
        ({"data": "550 5.4.5 Daily user sending quota exceeded"}, "quota"),
        ({"rcpt": {"ana@example.com": "550 5.1.1 no such user"}}, "refused"),
        ({"rcpt": {"ana@example.com": "450 4.2.1 greylisted"}}, "retry"),
        ({"rcpt": {"ana@example.com": "550 5.4.5 Daily sending limit exceeded"}}, "quota"),
        ({"mail": "530 5.7.0 authentication required"}, "stopped"),
        ({"mail": "550 5.7.1 sender not allowed"}, "stopped"),
        ({"mail": "552 5.3.4 too big for us"}, "refused"),
        ({"mail": "454 4.7.0 Throttling failure: Daily message quota exceeded."}, "quota"),
    ],
)
def test_what_the_server_says_decides(answers, fate):
    with scripted(**answers) as (handler, server):
        [outcome] = deliver(server, letter())
    assert outcome.fate == fate
    assert outcome.error
    assert handler.taken == []


def test_a_refused_letter_does_not_stand_in_the_next_ones_way():
    with scripted(data=["554 5.7.1 spam", "250 ok"]) as (handler, server):
        assert [outcome.fate for outcome in deliver(server, letter("1"), letter("2"))] == ["refused", "sent"]
    assert len(handler.taken) == 1


def test_recipients_have_their_own_fates():
    gone, later = {"eva@example.com": "550 5.1.1 gone"}, {"eva@example.com": "451 4.7.1 later"}
    with scripted(rcpt=gone) as (handler, server):
        [outcome] = deliver(server, letter(copies=("eva@example.com",)))
        assert (outcome.fate, outcome.error) == ("sent", "eva@example.com: 550 5.1.1 gone")
        assert outcome.receipts == {
            "ana@example.com": Receipt("delivered", "250 2.0.0 kept"),
            "eva@example.com": Receipt("refused", "550 5.1.1 gone"),
        }
    with scripted(rcpt=later) as (handler, server):
        [outcome] = deliver(server, letter(copies=("eva@example.com",)))
        assert (outcome.fate, outcome.delivered) == ("retry", ("ana@example.com",))
        assert outcome.receipts["eva@example.com"] == Receipt("later", "451 4.7.1 later")
        assert handler.taken[0][1] == ["ana@example.com"]
    with scripted(rcpt=gone | {"ana@example.com": "450 4.2.0 busy"}) as (handler, server):
        [outcome] = deliver(server, letter(copies=("eva@example.com",)))
        assert (outcome.fate, outcome.delivered, handler.taken) == ("retry", (), [])


@pytest.mark.parametrize(
    ("at", "fate", "announced"),
    [
        ("connect", "stopped", []),
        ("mail", "stopped", []),
        ("rcpt", "retry", []),
        ("data", "retry", ["k"]),
        ("text", "unknown", ["k"]),
        ("end", "unknown", ["k"]),
    ],
)
def test_only_a_break_after_data_began_is_in_doubt(at, fate, announced):
    said: list[str] = []
    with cutting(at) as (_, server):
        [outcome] = deliver(server, letter(), announced=said)
    assert (outcome.fate, said) == (fate, announced)


@pytest.mark.parametrize("at", ["mail", "rcpt"])
def test_a_connection_that_the_server_closed_is_opened_anew_once(at):
    with cutting(at, times=0) as (handler, server):
        transport = SmtpTransport(server)
        first = transport.deliver(letter("1"), ("ana@example.com",), lambda: True)
        handler.times = 1
        second = transport.deliver(letter("2"), ("ana@example.com",), lambda: True)
        transport.close()
    assert (first.fate, second.fate) == ("sent", "sent")
    assert (len(handler.taken), handler.connections) == (2, 2)


def test_a_polite_421_between_letters_means_connect_again():
    with scripted(mail=["", "421 4.7.0 too many on this connection"]) as (handler, server):
        assert [outcome.fate for outcome in deliver(server, letter("1"), letter("2"))] == ["sent", "sent"]
    assert len(handler.taken) == 2


def test_nobody_there_is_said_with_the_address():
    port = closed_port()
    [outcome] = deliver(server_of(port), letter())
    assert outcome.fate == "stopped"
    assert f"127.0.0.1:{port}" in outcome.error


def test_a_server_that_does_not_answer_is_given_up():
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        [outcome] = deliver(server_of(silent.getsockname()[1], timeout_seconds=0.2), letter())
    assert outcome.fate == "stopped"


def test_a_host_that_is_no_name_is_said():
    [outcome] = deliver(server_of(25, host="mail..example"), letter())
    assert outcome.fate == "stopped"
    assert "mail..example" in outcome.error


def test_a_password_that_smtp_cannot_carry_is_refused_without_showing_it():
    with pytest.raises(MailError, match="outside ASCII") as caught:
        SmtpTransport(server_of(25, security="ssl", user="bot", password="pässword"))
    assert "pässword" not in str(caught.value)


def test_the_sender_is_an_address_with_or_without_a_name():
    with scripted() as (handler, server):
        deliver(replace(server, sender="Робот <bot@пример.рф>"), letter())
    assert handler.taken[0][0] == "bot@xn--e1afmkfd.xn--p1ai"
    with pytest.raises(MailError, match=r"mail\.sender"):
        SmtpTransport(replace(server, sender="apikey"))


def test_closing_twice_or_unopened_is_fine():
    transport = SmtpTransport(server_of(1))
    transport.close()
    transport.close()


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


def test_a_password_never_travels_in_the_clear():
    with pytest.raises(MailError, match="unencrypted"):
        SmtpTransport(server_of(25, host="mail.example.com", user="bot", password="x"))
    SmtpTransport(server_of(25, host="localhost", user="bot", password="x"))
    SmtpTransport(server_of(25, host="::1", user="bot", password="x"))


@pytest.mark.parametrize(
    ("code", "text", "final"),
    [
        (550, "5.1.1 unknown", True),
        (550, "unknown", True),
        (451, "later", False),
        (450, "4.2.2 full", False),
        (552, "5.2.2 full", False),
        (452, "4.3.4 too big", True),
        (550, "4.7.1 greylisted", False),
        (421, "", False),
    ],
)
def test_the_enhanced_status_outranks_the_code(code, text, final):
    assert permanent(code, text) is final


@pytest.mark.parametrize(
    ("code", "text", "quota"),
    [
        (550, "5.4.5 Daily user sending limit exceeded. For more information", True),
        (550, "Daily sending quota exceeded", True),
        (554, "5.2.0 Exceeded the daily message limit", True),
        (454, "Throttling failure: Maximum sending rate exceeded.", True),
        (552, "5.2.2 The email account that you tried to reach is over quota, limit exceeded daily", False),
        (552, "5.3.4 Message size exceeds fixed limit", False),
        (550, "5.1.1 no such user", False),
    ],
)
def test_our_quota_is_told_from_theirs(code, text, quota):
    assert over_quota(code, text) is quota


def test_files_are_named_by_what_they_are_and_written_once(tmp_path):
    transport = FilesTransport(tmp_path / "outbox")
    said: list[str] = []
    for _ in range(2):
        assert transport.deliver(letter(), ("ana@example.com",), lambda: said.append("k") is None).fate == "sent"
    transport.close()
    [file] = (tmp_path / "outbox").iterdir()
    assert file.name == file_name(letter())
    assert file.name.startswith("2026-11-21-digest-ana@example.com-")
    assert file.name.endswith(".eml")
    assert file.read_bytes() == DATA
    assert said == ["k", "k"]


def test_file_names_stay_in_their_folder():
    name = file_name(letter(key="../../etc", to="../../../etc/passwd\n", kind="a/b\\c"))
    assert "/" not in name
    assert "\\" not in name
    assert "\n" not in name


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "outbox").write_text("a file")
    outcome = FilesTransport(tmp_path / "outbox").deliver(letter(), ("ana@example.com",), lambda: True)
    assert outcome.fate == "retry"


def test_the_embedded_server_keeps_what_arrives(tmp_path):
    with embedded_server(tmp_path / "in") as server:
        deliver(server_of(server.port), letter("1"), letter("2", to="eva@example.com"))
    with embedded_server(tmp_path / "in") as server:
        deliver(server_of(server.port), letter("3"))
    names = sorted(path.name for path in (tmp_path / "in").iterdir())
    assert names == ["0001-ana@example.com.eml", "0002-eva@example.com.eml", "0003-ana@example.com.eml"]
    assert {path.read_bytes() for path in (tmp_path / "in").iterdir()} == {DATA}
