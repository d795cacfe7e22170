"""Draining the outbox: a real ledger, a real SMTP server, and what is left when something goes wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from sheetcrm.ledger import Ledger
from sheetcrm.letter import Letter, Receipt
from sheetcrm.mail.files import FilesTransport
from sheetcrm.mail.outbox import HERE, LEASE, MAX_ATTEMPTS, DrainReport, drain, wait
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.servers import closed_port, cutting, scripted, server_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def letter(key: str, *, customer: bool = False, **changes) -> Letter:
    data = f"Subject: {key}\r\n\r\nHola\r\n".encode()
    facts = {"kind": "digest", "to": f"{key}@example.com", "copies": (), "subject": key, "message_id": f"<{key}@x>"}
    return Letter(key=key, data=data, customer=customer, keys=(), composed_on=date(2026, 11, 21), **facts | changes)


def queue(ledger: Ledger, *letters: Letter) -> None:
    run_id = ledger.begin(date(2026, 11, 21), "", now=NOW)
    ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=letters)


def send(ledger: Ledger, transport, now: datetime = NOW, **changes) -> DrainReport:
    return drain(ledger, transport, now=now, **{"budget_seconds": 60.0, "clock": lambda: 0.0, **changes})


def cut_off(ledger: Ledger, *keys: str, owner: str = HERE) -> None:
    """A drain by ``owner`` that died between its commit and the server's answer."""
    for key in keys:
        assert ledger.mark_sending(key, now=NOW, owner=owner, until=NOW + LEASE)


def states(ledger: Ledger) -> dict[str, str]:
    return {e.letter.key: e.state for e in ledger.letters("queued", "sending", "sent", "failed", "held")}


def test_everything_leaves_in_order_and_once(ledger):
    queue(ledger, *[letter(f"k{n}", customer=n == 1) for n in range(3)])
    with scripted() as (handler, server):
        report = send(ledger, SmtpTransport(server))
        again = send(ledger, SmtpTransport(server))
    assert report == DrainReport(sent=["k0", "k1", "k2"])
    assert again == DrainReport()
    assert [data for _, _, data in handler.taken] == [letter(f"k{n}").data for n in range(3)]
    assert set(states(ledger).values()) == {"sent"}


def test_an_empty_outbox_connects_to_nobody(ledger):
    assert send(ledger, SmtpTransport(server_of(closed_port()))) == DrainReport()


def test_files_work_the_same(ledger, tmp_path):
    queue(ledger, letter("k0"), letter("k1"))
    assert send(ledger, FilesTransport(tmp_path / "outbox")).sent == ["k0", "k1"]
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2


def test_a_server_that_is_down_costs_the_letters_nothing(ledger):
    queue(ledger, letter("k0"), letter("k1"))
    report = send(ledger, SmtpTransport(server_of(closed_port())))
    assert (report.left, report.sent, report.failed) == (2, [], [])
    assert report.stopped
    assert [(e.state, e.attempts) for e in ledger.letters("queued")] == [("queued", 0)] * 2


def test_what_was_cut_off_is_sent_again_or_held(ledger):
    queue(ledger, letter("ours"), letter("theirs", customer=True))
    cut_off(ledger, "ours", "theirs")
    with scripted() as (handler, server):
        report = send(ledger, SmtpTransport(server))
    assert (report.sent, report.held) == (["ours"], ["theirs"])
    assert [data for _, _, data in handler.taken] == [letter("ours").data]
    assert states(ledger) == {"ours": "sent", "theirs": "held"}


def test_what_was_cut_off_stays_so_while_the_server_is_down(ledger):
    queue(ledger, letter("ours"))
    cut_off(ledger, "ours")
    send(ledger, SmtpTransport(server_of(closed_port())))
    assert states(ledger) == {"ours": "sending"}
    with scripted() as (handler, server):
        send(ledger, SmtpTransport(server))
    assert len(handler.taken) == 1


def test_a_break_after_data_repeats_ours_and_holds_theirs(ledger):
    queue(ledger, letter("ours"), letter("theirs", customer=True))
    with cutting("end") as (handler, server):
        report = send(ledger, SmtpTransport(server))
        assert (report.retried, report.held) == (["ours"], ["theirs"])
        handler.at = ""
        later = send(ledger, SmtpTransport(server), NOW + timedelta(hours=1))
    assert later.sent == ["ours"]
    bodies = [text.removesuffix(b".\r\n") for text in handler.taken]
    assert bodies == [letter("ours").data, letter("theirs").data, letter("ours").data]
    assert states(ledger) == {"ours": "sent", "theirs": "held"}


def test_connections_that_keep_breaking_end_the_batch(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(10)])
    with cutting("end") as (handler, server):
        report = send(ledger, SmtpTransport(server))
    assert (len(report.retried), report.left, handler.connections) == (3, 7, 3)
    assert report.stopped


def test_a_dead_letter_is_never_tried_again(ledger):
    queue(ledger, letter("k0"), letter("k1"))
    with scripted(rcpt={"k0@example.com": "550 5.1.1 no such user"}) as (_, server):
        report = send(ledger, SmtpTransport(server))
        later = send(ledger, SmtpTransport(server), NOW + timedelta(days=30))
    assert (report.failed, report.sent, later) == (["k0"], ["k1"], DrainReport())
    assert report.errors == {"k0": "k0@example.com: 550 5.1.1 no such user"}
    [dead] = ledger.letters("failed")
    assert dead.error == report.errors["k0"]


def test_only_who_did_not_get_it_gets_it_later(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com", "gone@example.com")))
    refusals = {"eva@example.com": "451 4.7.1 later", "gone@example.com": "451 4.7.1 later"}
    with scripted(rcpt=refusals) as (handler, server):
        assert send(ledger, SmtpTransport(server)).retried == ["k0"]
        del refusals["eva@example.com"]
        refusals["gone@example.com"] = "550 5.1.1 gone"
        report = send(ledger, SmtpTransport(server), NOW + timedelta(hours=1))
    assert [to for _, to, _ in handler.taken] == [["k0@example.com"], ["eva@example.com"]]
    assert report.sent == ["k0"]
    assert "gone@example.com: 550" in report.errors["k0"]


def test_who_is_refused_after_others_got_it_does_not_make_a_dead_letter(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com",)))
    refusals = {"eva@example.com": "451 4.7.1 later"}
    with scripted(rcpt=refusals) as (_, server):
        send(ledger, SmtpTransport(server))
        refusals["eva@example.com"] = "550 5.1.1 gone"
        report = send(ledger, SmtpTransport(server), NOW + timedelta(hours=1))
    assert (report.sent, report.failed) == (["k0"], [])
    assert states(ledger) == {"k0": "sent"}


def test_an_addressee_who_is_refused_makes_a_dead_letter_whoever_got_a_copy(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com",)))
    with scripted(rcpt={"k0@example.com": "550 5.1.1 gone"}) as (handler, server):
        report = send(ledger, SmtpTransport(server))
    assert (report.sent, report.failed) == ([], ["k0"])
    assert handler.taken[0][1] == ["eva@example.com"]
    assert {to: one.fate for to, one in ledger.letters("failed")[0].receipts.items()} == {
        "k0@example.com": "refused",
        "eva@example.com": "delivered",
    }


def test_a_used_up_quota_defers_everything(ledger):
    queue(ledger, letter("k0"), letter("k1"))
    with scripted(data=["550 5.4.5 Daily user sending quota exceeded"]) as (handler, server):
        report = send(ledger, SmtpTransport(server))
        soon = send(ledger, SmtpTransport(server), NOW + timedelta(hours=13))
    assert (report.retried, report.left, report.failed) == (["k0"], 1, [])
    assert "quota" in report.stopped
    assert sorted(soon.sent) == ["k0", "k1"]
    assert len(handler.taken) == 2


def test_retries_end_some_day(ledger):
    queue(ledger, letter("k0"))
    now = NOW
    with scripted(data="451 4.3.0 always later") as (_, server):
        for _ in range(MAX_ATTEMPTS):
            report = send(ledger, SmtpTransport(server), now)
            now += timedelta(days=1)
    assert report.failed == ["k0"]
    assert states(ledger) == {"k0": "failed"}


def test_the_time_budget_leaves_the_rest_queued(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(5)])
    ticks = count(step=10)
    with scripted() as (handler, server):
        report = send(ledger, SmtpTransport(server), clock=lambda: float(next(ticks)), budget_seconds=25)
    assert (len(report.sent), report.left) == (2, 3)
    assert len(handler.taken) == 2


def test_customers_get_no_more_than_the_days_cap(ledger):
    queue(ledger, letter("ours"), *[letter(f"c{n}", customer=True) for n in range(4)], letter("ours2"))
    with scripted() as (_, server):
        first = send(ledger, SmtpTransport(server), customer_cap=3)
        second = send(ledger, SmtpTransport(server), NOW + timedelta(hours=2), customer_cap=3)
        tomorrow = send(ledger, SmtpTransport(server), NOW + timedelta(days=1), customer_cap=3)
    assert (first.sent, first.left) == (["ours", "c0", "c1", "c2", "ours2"], 1)
    assert (second.sent, second.left) == ([], 1)
    assert tomorrow.sent == ["c3"]


def test_a_cap_of_zero_sends_no_customer_anything(ledger):
    queue(ledger, letter("c0", customer=True))
    assert send(ledger, SmtpTransport(server_of(closed_port())), customer_cap=0) == DrainReport(left=1)


def test_a_ledger_that_fails_before_data_stops_the_letter(ledger):
    class Broken:
        def __getattr__(self, name):
            return getattr(ledger, name)

        def mark_sending(self, key, **facts):
            raise OSError("disk full")

    queue(ledger, letter("k0"))
    with scripted() as (handler, server), pytest.raises(OSError, match="disk full"):
        send(Broken(), SmtpTransport(server))
    assert handler.taken == []
    assert states(ledger) == {"k0": "queued"}


def test_waits_double_with_a_spread_that_does_not_change():
    waits = [wait("k", n) for n in range(1, 12)]
    assert waits == [wait("k", n) for n in range(1, 12)]
    for n, pause in enumerate(waits[:8]):
        assert timedelta(minutes=0.75 * 2**n) <= pause <= timedelta(minutes=1.25 * 2**n)
    assert max(waits) <= timedelta(hours=7.5)
    assert wait("k", 3) != wait("other", 3)
    assert wait("k", 10_000) <= timedelta(hours=7.5)


def test_letters_to_several_people_are_listed_once():
    assert replace(letter("a"), copies=("a@example.com", "b@example.com")).recipients == (
        "a@example.com",
        "b@example.com",
    )


def test_what_became_of_each_recipient_is_kept(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com", "gone@example.com")))
    refusals = {"eva@example.com": "451 4.7.1 later", "gone@example.com": "550 5.1.1 gone"}
    with scripted(rcpt=refusals) as (handler, server):
        send(ledger, SmtpTransport(server))
        [waiting] = ledger.letters("queued")
        del refusals["eva@example.com"]
        send(ledger, SmtpTransport(server), NOW + timedelta(hours=1))
    assert waiting.receipts == {
        "k0@example.com": Receipt("delivered", "250 2.0.0 kept"),
        "eva@example.com": Receipt("later", "451 4.7.1 later"),
        "gone@example.com": Receipt("refused", "550 5.1.1 gone"),
    }
    assert waiting.remaining == ("eva@example.com",)
    [sent] = ledger.letters("sent")
    assert sent.receipts == waiting.receipts | {"eva@example.com": Receipt("delivered", "250 2.0.0 kept")}
    assert [to for _, to, _ in handler.taken] == [["k0@example.com"], ["eva@example.com"]]


def test_who_was_refused_in_an_earlier_attempt_stays_in_the_note(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com",)), letter("k1", copies=("eva@example.com",)))
    refusals = {
        "eva@example.com": "451 4.7.1 later",
        "k0@example.com": "550 5.1.1 gone",
    }
    with scripted(rcpt=refusals) as (handler, server):
        send(ledger, SmtpTransport(server))
        del refusals["eva@example.com"]
        report = send(ledger, SmtpTransport(server), NOW + timedelta(hours=1))
    assert (report.failed, report.sent) == (["k0"], ["k1"])
    assert [entry.error for entry in ledger.letters("failed", "sent")] == ["k0@example.com: 550 5.1.1 gone", ""]
    assert [to for _, to, _ in handler.taken] == [["k1@example.com"], ["eva@example.com"], ["eva@example.com"]]


def test_a_letter_that_is_tried_again_by_a_person_goes_to_those_without_it(ledger):
    queue(ledger, letter("k0", copies=("eva@example.com",)))
    refusals = {"k0@example.com": "550 5.1.1 gone"}
    with scripted(rcpt=refusals) as (handler, server):
        send(ledger, SmtpTransport(server))
        [dead] = ledger.letters("failed")
        refusals.clear()
        assert ledger.requeue(dead.number)
        report = send(ledger, SmtpTransport(server))
    assert report.sent == ["k0"]
    assert [to for _, to, _ in handler.taken] == [["eva@example.com"], ["k0@example.com"]]
    assert not ledger.requeue(dead.number)
    assert not ledger.drop(dead.number, "why")


def test_a_dropped_letter_never_leaves_and_its_bytes_go(ledger):
    queue(ledger, letter("k0"))
    [entry] = ledger.letters("queued")
    assert ledger.drop(entry.number, "dropped by a person")
    with scripted() as (handler, server):
        assert send(ledger, SmtpTransport(server), NOW + timedelta(days=1)) == DrainReport()
    assert handler.taken == []
    queue(ledger, letter("k0"))
    assert ledger.letter_counts() == {"dropped": 1}
