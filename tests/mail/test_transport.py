"""Sending over a real SMTP dialogue: what is delivered, what may have been, what never was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sheetcrm.letter import Receipt
from sheetcrm.mail.embedded import embedded_server
from sheetcrm.mail.files import FilesTransport, file_name
from sheetcrm.mail.server import MailError
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.sending import DATA, deliver, letter
from tests.mail.servers import closed_port, cutting, scripted, server_of


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
        ({"rcpt": {"ana@example.com": "530 5.7.1 Authentication required"}}, "stopped"),
        ({"rcpt": {"ana@example.com": "550 5.1.8 Access denied, bad outbound sender"}}, "stopped"),
        ({"rcpt": {"ana@example.com": "554 5.7.1 Relay access denied"}}, "refused"),
        ({"data": "535 5.7.8 log in first"}, "stopped"),
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
        ("ehlo", "stopped", []),
        ("mail", "stopped", []),
        ("rcpt", "retry", []),
        ("data", "retry", ["k"]),
        ("text", "unknown", ["k"]),
        ("end", "unknown", ["k"]),
    ],
)
@pytest.mark.parametrize("stall", [False, True])
def test_only_a_break_after_data_began_is_in_doubt(at, fate, announced, stall):
    said: list[str] = []
    with cutting(at, stall=stall) as (_, server):
        [outcome] = deliver(replace(server, timeout_seconds=0.2), letter(), announced=said)
    assert (outcome.fate, said) == (fate, announced)


@pytest.mark.parametrize("stall", [False, True])
@pytest.mark.parametrize("at", ["after", "quit"])
def test_who_accepted_and_then_falls_silent_has_the_letter(at, stall):
    with cutting(at, stall=stall) as (handler, server):
        outcomes = deliver(replace(server, timeout_seconds=0.2), letter())
    assert [outcome.fate for outcome in outcomes] == ["sent"]
    assert len(handler.taken) == 1


def test_a_connection_dropped_after_each_letter_costs_nothing():
    with cutting("after") as (handler, server):
        outcomes = deliver(server, letter("1"), letter("2"), letter("3"))
    assert [outcome.fate for outcome in outcomes] == ["sent"] * 3
    assert (len(handler.taken), handler.connections) == (3, 3)


def test_a_server_that_takes_its_time_is_waited_for():
    with cutting("", delay=0.05) as (handler, server):
        [outcome] = deliver(replace(server, timeout_seconds=1.0), letter())
    assert (outcome.fate, len(handler.taken)) == ("sent", 1)


def test_a_letter_that_somebody_else_has_in_hand_is_not_sent():
    with scripted() as (handler, server):
        transport = SmtpTransport(server)
        first = transport.deliver(letter("1"), ("ana@example.com",), lambda: False)
        second = transport.deliver(letter("2"), ("ana@example.com",), lambda: True)
        transport.close()
    assert (first.fate, second.fate, len(handler.taken), len(handler.sessions)) == ("taken", "sent", 1, 1)


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


def test_a_password_never_travels_in_the_clear():
    with pytest.raises(MailError, match="unencrypted"):
        SmtpTransport(server_of(25, host="mail.example.com", user="bot", password="x"))
    SmtpTransport(server_of(25, host="localhost", user="bot", password="x"))
    SmtpTransport(server_of(25, host="::1", user="bot", password="x"))


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
