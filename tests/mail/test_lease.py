"""Two drains never send one letter, and a lease outlives a crash by minutes only."""

from __future__ import annotations

import threading
from datetime import timedelta

from sheetcrm.ledger import Ledger
from sheetcrm.letter import Receipt
from sheetcrm.mail.outbox import LEASE, DrainReport
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.servers import cutting, scripted
from tests.mail.test_outbox import NOW, cut_off, letter, queue, send, states

SOON, LATER = NOW + timedelta(minutes=1), NOW + LEASE


def test_what_another_drain_has_in_hand_is_left_alone_until_its_lease_ends(ledger):
    queue(ledger, letter("ours"), letter("theirs", customer=True), letter("free"))
    cut_off(ledger, "ours", "theirs", owner="another machine")
    with scripted() as (handler, server):
        early = send(ledger, SmtpTransport(server), SOON)
        assert states(ledger) == {"ours": "sending", "theirs": "sending", "free": "sent"}
        late = send(ledger, SmtpTransport(server), LATER)
    assert (early.sent, early.elsewhere, early.held) == (["free"], ["ours", "theirs"], [])
    assert (late.sent, late.held) == (["ours"], ["theirs"])
    assert [to for _, [to], _ in handler.taken] == ["free@example.com", "ours@example.com"]
    [held] = ledger.letters("held")
    assert held.receipts["theirs@example.com"].fate == "unknown"


def test_a_drain_that_begins_again_on_this_machine_need_not_wait(ledger):
    queue(ledger, letter("ours"))
    cut_off(ledger, "ours")
    with scripted() as (_, server):
        assert send(ledger, SmtpTransport(server), SOON).sent == ["ours"]


def test_of_two_that_offer_one_letter_only_one_sends_it(ledger):
    """Both have read the queue; the second asks when the first has the letter in hand."""
    queue(ledger, letter("k0"), letter("k1"))

    class Late(SmtpTransport):
        def deliver(self, one, recipients, about_to_send):
            if one.key == "k0":
                cut_off(ledger, "k0", owner="another machine")
            return super().deliver(one, recipients, about_to_send)

    with scripted() as (handler, server):
        report = send(ledger, Late(server))
    assert (report.sent, report.elsewhere, report.errors) == (["k1"], ["k0"], {})
    assert [to for _, [to], _ in handler.taken] == ["k1@example.com"]
    assert (len(handler.sessions), states(ledger)["k0"]) == (1, "sending")


def test_many_drains_at_once_send_each_letter_once(tmp_path):
    with Ledger.open(tmp_path / "state") as first:
        queue(first, *[letter(f"k{n}", customer=n % 2 == 0) for n in range(40)])
    reports: list[DrainReport] = []

    def one(owner: str, server) -> None:
        with Ledger.open(tmp_path / "state") as ledger:
            reports.append(send(ledger, SmtpTransport(server), owner=owner))

    with scripted() as (handler, server):
        threads = [threading.Thread(target=one, args=(f"machine {n}", server)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(to for _, [to], _ in handler.taken) == sorted(f"k{n}@example.com" for n in range(40))
    assert sorted(key for report in reports for key in report.sent) == sorted(f"k{n}" for n in range(40))
    with Ledger.open(tmp_path / "state") as ledger:
        assert ledger.letter_counts() == {"sent": 40}


def test_a_lease_ends_with_the_letter_s_fate(ledger):
    queue(ledger, letter("k0"), letter("k1"), letter("k2", customer=True))
    with scripted(data=["250 ok", "451 4.3.0 later"]) as (_, server):
        send(ledger, SmtpTransport(server), customer_cap=0)
    with cutting("end") as (_, server):
        send(ledger, SmtpTransport(server))
    entries = ledger.letters("sent", "queued", "held")
    assert [entry.state for entry in entries] == ["sent", "queued", "held"]
    assert [(entry.owner, entry.leased_until) for entry in entries] == [("", None)] * 3


def test_the_truth_about_a_letter_outlives_what_was_thought_of_it(ledger):
    """A drain hung until its lease ran out, the next one held the letter, then the server's answer came after all."""
    queue(ledger, letter("theirs", customer=True), letter("ours"))
    cut_off(ledger, "theirs", "ours", owner="another machine")
    with scripted() as (_, server):
        send(ledger, SmtpTransport(server), LATER)
    assert states(ledger) == {"theirs": "held", "ours": "sent"}
    ledger.mark_sent("theirs", now=LATER, receipts={"theirs@example.com": Receipt("delivered", "250 ok")})
    ledger.mark_failed("ours", "451 4.3.0", permanent=False, next_try_at=None)
    ledger.hold("ours", "in doubt")
    assert states(ledger) == {"theirs": "sent", "ours": "sent"}
