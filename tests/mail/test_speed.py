"""A thousand digests, composed, stored and sent: what each step costs."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest

from sheetcrm.ledger import Ledger
from sheetcrm.mail.compose import compose
from sheetcrm.mail.outbox import drain
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.bodies import message, rich
from tests.mail.servers import scripted

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LETTERS = 1000


@pytest.mark.proof
def test_a_thousand_digests(tmp_path):
    said = rich("es")
    messages = [message(said, key=f"k{n}", to=f"p{n}@example.com", keys=(f"a{n}",)) for n in range(LETTERS)]

    def clock() -> tuple[float, float]:
        # The processor's time stands beside the wall's, which says little on a busy machine.
        return time.perf_counter(), time.process_time()

    with Ledger.open(tmp_path / "state") as ledger, scripted() as (handler, server):
        began = clock()
        letters = [compose(one, sender="bot@example.com", domain="example.com", now=NOW) for one in messages]
        composed = clock()
        run_id = ledger.begin(date(2026, 11, 21), "", now=NOW)
        ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=letters)
        stored = clock()
        transport = SmtpTransport(server)
        report = drain(ledger, transport, now=NOW, budget_seconds=600, clock=time.monotonic)
        sent = clock()
    assert len(report.sent) == LETTERS
    assert [data for _, _, data in handler.taken] == [letter.data for letter in letters]
    assert len(handler.sessions) == 1
    moments = [began, composed, stored, sent]
    for name, before, after in zip(("compose", "durable enqueue", "send"), moments, moments[1:], strict=False):
        wall, processor = (1000 * (end - start) / LETTERS for start, end in zip(before, after, strict=True))
        print(f"\n{name}: {wall:.2f} ms each, {processor:.2f} ms of processor time (server included)", end="")
