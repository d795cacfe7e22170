"""Not faster than the provider lets letters through, and not at all while its quota is used up."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sheetcrm.mail.outbox import DrainReport
from sheetcrm.mail.pace import Pace
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.servers import scripted
from tests.mail.test_outbox import NOW, letter, queue, send, states


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_no_more_leave_in_a_minute_than_the_settings_say(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(7)])
    clock = Clock()
    with scripted() as (handler, server):
        report = send(ledger, SmtpTransport(server), clock=clock, sleep=clock.sleep, per_minute=3, budget_seconds=600.0)
    assert (len(report.sent), clock.slept) == (7, [61.0, 61.0])
    assert len(handler.sessions) == 1
    moments = [(moment - NOW).total_seconds() for moment in ledger.sent_moments(NOW)]
    assert moments == [0, 0, 0, 61, 61, 61, 122]


def test_what_left_before_counts_and_the_budget_is_kept(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(5)])
    clock = Clock()
    with scripted() as (_, server):
        first = send(ledger, SmtpTransport(server), clock=clock, sleep=clock.sleep, per_minute=3, budget_seconds=30.0)
        again = send(
            ledger,
            SmtpTransport(server),
            NOW + timedelta(seconds=40),
            clock=clock,
            sleep=clock.sleep,
            per_minute=3,
            budget_seconds=30.0,
        )
    assert (len(first.sent), first.left, clock.slept) == (3, 2, [21.0])
    assert (again.sent, again.left) == (["k3", "k4"], 0)


def test_without_a_pace_nobody_waits(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(5)])
    clock = Clock()
    with scripted() as (_, server):
        assert len(send(ledger, SmtpTransport(server), clock=clock, sleep=clock.sleep).sent) == 5
    assert clock.slept == []


@given(
    st.integers(1, 10),
    st.lists(st.floats(0, 40), min_size=1, max_size=60),
    st.lists(st.floats(-120, 0), max_size=20).map(sorted),
)
def test_any_minute_holds_no_more_than_the_pace(per_minute, gaps, earlier):
    pace, at, left = Pace(per_minute, earlier), 0.0, []
    for gap in gaps:
        at += gap
        at += pace.pause(at)
        pace.note(at)
        left.append(at)
    for start in left:
        assert sum(start <= moment < start + 60 for moment in left) <= per_minute


def test_a_used_up_quota_costs_no_letter_an_attempt_and_lets_all_wait(ledger):
    queue(ledger, *[letter(f"k{n}") for n in range(3)])
    with scripted(data=["250 ok", "550 5.4.5 Daily user sending quota exceeded"]) as (handler, server):
        report = send(ledger, SmtpTransport(server))
        assert (report.sent, report.retried, report.left) == (["k0"], ["k1"], 1)
        assert send(ledger, SmtpTransport(server), NOW + timedelta(hours=5)) == DrainReport()
        later = send(ledger, SmtpTransport(server), NOW + timedelta(hours=6))
    waiting = NOW + timedelta(hours=6)
    assert sorted(later.sent) == ["k1", "k2"]
    assert len(handler.taken) == 3
    queue(ledger, letter("k3"), letter("k4"))
    with scripted(rcpt={"k3@example.com": "454 Throttling failure: Maximum sending rate exceeded."}) as (_, server):
        send(ledger, SmtpTransport(server), waiting)
    entries = ledger.letters("queued")
    assert [(entry.attempts, entry.next_try_at) for entry in entries] == [(0, waiting + timedelta(minutes=10))] * 2
    assert all("rate exceeded" in entry.error for entry in entries)


def test_a_server_that_wants_a_login_after_data_costs_the_letters_nothing(ledger):
    queue(ledger, letter("k0", customer=True), letter("k1"))
    with scripted(data="530 5.7.0 Authentication required") as (_, server):
        report = send(ledger, SmtpTransport(server))
    assert (report.left, report.failed, report.held) == (2, [], [])
    assert "530" in report.stopped
    assert states(ledger) == {"k0": "queued", "k1": "queued"}
    assert [entry.attempts for entry in ledger.letters("queued")] == [0, 0]
    assert ledger.customers_sent(NOW) == 0
