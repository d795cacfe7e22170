"""The ledger: what is durable when, what is never written twice, what it refuses."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from sheetcrm.ledger import Ledger, LedgerBusy, LedgerError, LedgerMismatch, instance_lock
from sheetcrm.letter import Letter, Receipt
from sheetcrm.model import Alert, NewRow

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALERT = Alert(
    key="C-1|2026-12-06|renewal|15|ana@example.com",
    rule="renewal",
    stage="critical",
    tab="contracts",
    id="C-1",
    contract_id="C-1",
    account_id="A-1",
    person="ana@example.com",
    state="sent",
    why="Vence en 15 días",
    alerted_on=TODAY,
    deadline=date(2026, 12, 6),
    value=48200.0,
)
LETTER = Letter(
    key="digest|ana@example.com|2026-11-21",
    kind="digest",
    to="ana@example.com",
    copies=("eva@example.com",),
    subject="1 contrato",
    message_id="<1@example.com>",
    data=b"Subject: 1 contrato\r\n\r\nHola\r\n",
    customer=False,
    keys=(ALERT.key,),
    composed_on=TODAY,
)
ROW = NewRow(
    tab="tasks",
    id="T-1",
    cause="C-1|15|call",
    values={"title": "Llamar «ya»", "due": TODAY, "at": datetime(2026, 11, 21, 10, 30), "n": 1, "x": 0.5, "none": None},
)
SCORES = pd.DataFrame({"account_id": ["A-1", "A-2"], "score": [62.0, float("nan")], "band": ["yellow", "no_data"]})


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "state") as ledger:
        yield ledger


def commit(ledger: Ledger, **effects) -> int:
    run_id = ledger.begin(TODAY, "hash", now=NOW)
    ledger.commit_effects(run_id, now=NOW, **{"alerts": [], "rows": [], "letters": [], **effects})
    return run_id


def finish(ledger: Ledger, run_id: int, day: date = TODAY, **done) -> None:
    ledger.finish(run_id, **{"now": NOW, "written_causes": [], "history": None, "counts": {}, "last_run": day, **done})


def test_a_new_ledger_knows_nothing_and_says_first_run(ledger):
    memory = ledger.memory(TODAY)
    assert memory.first_run
    assert (dict(memory.alerts), dict(memory.causes), dict(memory.digests), memory.last_run) == ({}, {}, {}, None)
    assert len(memory.health) == 0
    assert dict(memory.health.dtypes.astype(str)) == {
        "account_id": "str",
        "day": "datetime64[s]",
        "score": "float64",
        "band": "str",
    }


def test_everything_committed_is_there_after_reopening(tmp_path):
    with Ledger.open(tmp_path) as ledger:
        run_id = commit(
            ledger, alerts=[ALERT], rows=[ROW], letters=[LETTER], undo=b"u" * 999, digests={"ana@example.com": TODAY}
        )
    with Ledger.open(tmp_path) as ledger:
        memory = ledger.memory(TODAY)
        assert memory.alerts == {ALERT.key: replace(ALERT, state="queued")}
        assert memory.causes == {ROW.cause: "T-1"}
        assert memory.digests == {"ana@example.com": TODAY}
        assert not memory.first_run
        assert ledger.pending() == [ROW]
        assert ledger.undo(run_id) == b"u" * 999
        [entry] = ledger.queued(NOW)
        assert entry.letter == replace(LETTER, copies=["eva@example.com"], keys=[ALERT.key])


def test_effects_are_one_transaction(ledger):
    bad = replace(LETTER, key="other", data=None)  # type: ignore[arg-type]
    with pytest.raises(sqlite3.IntegrityError):
        commit(ledger, alerts=[ALERT], rows=[ROW], letters=[LETTER, bad])
    assert ledger.memory(TODAY).first_run
    assert ledger.pending() == []
    assert ledger.queued(NOW) == []


def test_a_known_key_or_cause_is_left_as_it_is(ledger):
    commit(ledger, alerts=[ALERT], rows=[ROW], letters=[LETTER])
    commit(
        ledger,
        alerts=[replace(ALERT, why="otra cosa")],
        rows=[replace(ROW, id="T-99")],
        letters=[replace(LETTER, data=b"other")],
    )
    assert ledger.alerts()[ALERT.key].why == "Vence en 15 días"
    assert ledger.memory(TODAY).causes == {ROW.cause: "T-1"}
    assert [entry.letter.data for entry in ledger.queued(NOW)] == [LETTER.data]


def test_a_known_letter_with_new_alerts_is_refused_and_nothing_is_kept(ledger):
    commit(ledger, alerts=[ALERT], letters=[LETTER])
    other = replace(ALERT, key="C-2")
    with pytest.raises(LedgerError, match="C-2"):
        commit(ledger, alerts=[other], letters=[replace(LETTER, keys=(ALERT.key, "C-2"))])
    assert "C-2" not in ledger.alerts()


def test_an_alert_follows_its_letter(ledger):
    other = replace(ALERT, key="C-2", state="superseded")
    commit(ledger, alerts=[ALERT, other], letters=[replace(LETTER, keys=(ALERT.key, "C-2"))])
    seen = [ledger.alerts()[ALERT.key].state]
    ledger.mark_sending(LETTER.key, now=NOW, owner="here", until=NOW)
    ledger.mark_failed(LETTER.key, "451", permanent=False, next_try_at=NOW)
    seen.append(ledger.alerts()[ALERT.key].state)
    ledger.mark_failed(LETTER.key, "550", permanent=True)
    seen.append(ledger.alerts()[ALERT.key].state)
    ledger.hold(LETTER.key, "review")
    seen.append(ledger.alerts()[ALERT.key].state)
    ledger.mark_sent(LETTER.key, now=NOW)
    seen.append(ledger.alerts()[ALERT.key].state)
    assert seen == ["queued", "queued", "failed", "held", "sent"]
    assert ledger.alerts()["C-2"].state == "superseded"


def test_a_retry_waits_for_its_time(ledger):
    commit(ledger, letters=[LETTER])
    ledger.mark_failed(
        LETTER.key,
        "451 later",
        permanent=False,
        next_try_at=NOW + timedelta(minutes=5),
        receipts={"eva@example.com": Receipt("delivered", "250 ok")},
    )
    assert ledger.queued(NOW + timedelta(minutes=4)) == []
    [entry] = ledger.queued(NOW + timedelta(minutes=5))
    assert (entry.attempts, entry.error, entry.remaining) == (1, "451 later", ("ana@example.com",))


def test_an_unknown_letter_or_run_is_a_bug(ledger):
    with pytest.raises(KeyError):
        ledger.mark_sent("nobody", now=NOW)
    with pytest.raises(KeyError):
        ledger.postpone(7, "locked", now=NOW)


def test_rows_stay_pending_until_a_run_wrote_them(ledger):
    run_id = commit(ledger, rows=[ROW])
    ledger.postpone(run_id, "open elsewhere", now=NOW)
    assert ledger.pending() == [ROW]
    finish(ledger, commit(ledger), written_causes=[ROW.cause])
    assert ledger.pending() == []
    assert ledger.memory(TODAY).causes == {ROW.cause: "T-1"}


def test_first_run_ends_with_the_first_finished_run(ledger):
    run_id = commit(ledger)
    assert ledger.memory(TODAY).first_run
    ledger.fail(run_id, "boom", now=NOW)
    assert ledger.memory(TODAY).first_run
    finish(ledger, commit(ledger))
    memory = ledger.memory(TODAY)
    assert not memory.first_run
    assert memory.last_run == TODAY


def test_last_run_and_digests_never_go_back(ledger):
    finish(ledger, commit(ledger, digests={"a@example.com": TODAY}))
    finish(ledger, commit(ledger, digests={"a@example.com": date(2026, 1, 1)}), date(2026, 1, 1))
    memory = ledger.memory(TODAY)
    assert memory.last_run == TODAY
    assert memory.digests == {"a@example.com": TODAY}


def test_the_alerts_tab_heals_a_lost_ledger(ledger):
    commit(ledger, alerts=[ALERT])
    lost = replace(ALERT, key="C-2|old", deadline=None, acknowledged_by="Ana", acknowledged_on=TODAY)
    assert ledger.heal([replace(ALERT, why="from the sheet"), lost], TODAY) == 1
    known = ledger.alerts()
    assert known["C-2|old"] == lost
    assert known[ALERT.key].why == ALERT.why
    assert ledger.heal([lost], TODAY) == 0


def test_health_history_keeps_changes_only(ledger):
    days = [TODAY + timedelta(days=n) for n in range(4)]
    finish(ledger, commit(ledger), days[0], history=SCORES)
    finish(ledger, commit(ledger), days[1], history=SCORES)
    finish(ledger, commit(ledger), days[2], history=SCORES.assign(score=[40.0, float("nan")], band=["red", "no_data"]))
    finish(ledger, commit(ledger), days[3], history=SCORES.assign(score=[float("nan")] * 2, band=["no_data"] * 2))
    seen = ledger.memory(days[3]).health
    assert seen["account_id"].tolist() == ["A-1", "A-2", "A-1", "A-1"]
    assert seen["day"].dt.date.tolist() == [days[0], days[0], days[2], days[3]]
    assert seen["score"].fillna(-1).tolist() == [62, -1, 40, -1]
    assert seen["band"].tolist() == ["yellow", "no_data", "red", "no_data"]
    assert len(ledger.memory(days[1]).health) == 2


def test_a_second_run_of_the_day_replaces_the_days_health(ledger):
    tomorrow = TODAY + timedelta(days=1)
    finish(ledger, commit(ledger), TODAY, history=SCORES)
    finish(ledger, commit(ledger), tomorrow, history=SCORES.assign(score=[40.0, 40.0], band=["red", "red"]))
    assert len(ledger.memory(tomorrow).health) == 4
    finish(ledger, commit(ledger), tomorrow, history=SCORES)
    assert len(ledger.memory(tomorrow).health) == 2
    finish(ledger, commit(ledger), tomorrow, history=SCORES.assign(score=[1.0, 2.0], band=["red", "red"]))
    assert ledger.memory(tomorrow).health["score"].tail(2).tolist() == [1, 2]


def test_a_book_is_adopted_once(ledger):
    assert ledger.book_id == ""
    ledger.adopt("book-1")
    ledger.adopt("book-1")
    with pytest.raises(LedgerMismatch, match="another workbook"):
        ledger.adopt("book-2")
    assert ledger.book_id == "book-1"


def test_a_newer_file_is_refused_in_words_and_unchanged(tmp_path):
    Ledger.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (tmp_path / "ledger.db").read_bytes()
    for opening in (Ledger.open, Ledger.look):
        with pytest.raises(LedgerError, match="newer sheetcrm"):
            opening(tmp_path)
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_a_file_that_is_no_ledger_is_refused_in_words(tmp_path):
    (tmp_path / "ledger.db").write_bytes(b"PK\x03\x04 not a database at all" * 50)
    for opening in (Ledger.open, Ledger.look):
        with pytest.raises(LedgerError, match="can't be read as a ledger"):
            opening(tmp_path)


def test_a_folder_that_is_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "state").write_text("x")
    with pytest.raises(LedgerError, match="--state"):
        Ledger.open(tmp_path / "state")


def test_looking_makes_and_changes_nothing(tmp_path):
    with Ledger.look(tmp_path / "state") as ledger:
        assert ledger.memory(TODAY).first_run
    assert not (tmp_path / "state").exists()
    with Ledger.open(tmp_path / "state") as ledger:
        commit(ledger, alerts=[ALERT])
    before = (tmp_path / "state" / "ledger.db").read_bytes()
    with Ledger.look(tmp_path / "state") as ledger:
        assert list(ledger.memory(TODAY).alerts) == [ALERT.key]
        ledger.heal([replace(ALERT, key="only in the copy")], TODAY)
    assert (tmp_path / "state" / "ledger.db").read_bytes() == before


def test_one_runner_per_folder(tmp_path):
    with (
        instance_lock(tmp_path / "state"),
        pytest.raises(LedgerBusy, match="--state"),
        instance_lock(tmp_path / "state"),
    ):
        pytest.fail("two runners in one folder")
    with instance_lock(tmp_path / "state"):
        pass


def test_undo_is_kept_for_the_latest_runs_only(ledger):
    run_ids = [commit(ledger, undo=b"x") for _ in range(35)]
    kept = [run_id for run_id in run_ids if ledger.undo(run_id) is not None]
    assert kept == run_ids[-30:]


def test_old_letters_lose_their_bytes_but_not_their_keys(ledger):
    commit(ledger, alerts=[ALERT], letters=[LETTER])
    ledger.mark_sent(LETTER.key, now=NOW)
    finish(ledger, commit(ledger), now=NOW + timedelta(days=91))
    assert [entry.letter.data for entry in ledger.letters("sent")] == [b""]
    commit(ledger, letters=[LETTER])
    assert ledger.queued(NOW) == []


def test_customers_count_from_when_they_may_have_left(ledger):
    commit(ledger, letters=[replace(LETTER, key=str(n), customer=True, keys=()) for n in range(3)])
    ledger.mark_sending("0", now=NOW, owner="here", until=NOW)
    ledger.mark_sending("1", now=NOW, owner="here", until=NOW)
    ledger.mark_failed("1", "450", permanent=False, next_try_at=NOW)
    assert ledger.customers_sent(NOW - timedelta(hours=1)) == 1
    assert ledger.customers_sent(NOW + timedelta(hours=1)) == 0


def test_moments_need_a_zone(ledger):
    with pytest.raises(ValueError, match="zone"):
        ledger.begin(TODAY, "", now=datetime(2026, 11, 21))


def test_every_migration_is_numbered_and_the_file_says_full_sync(tmp_path):
    Ledger.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "ledger.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA user_version").fetchone()[0] >= 1
    connection.close()
    assert Path(tmp_path / "ledger.db").stat().st_size > 0
