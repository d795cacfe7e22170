"""Two runners, one sheet: one writes, the other waits and then says who it waited for."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetcrm.run import Job, run
from sheetcrm.sync.google.lock import LOCK_ID, LOCK_KEY, LockedElsewhere, held
from tests.google.desk import Desk, small_book
from tests.sheets_server import SheetsServer


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        yield Desk(server, tmp_path, server.create(tabs=small_book()))
        assert server.findings == []


def locks(desk: Desk) -> list[str]:
    return [entry["metadataValue"] for entry in desk.server.book(desk.file_id).metadata.values()
            if entry["metadataKey"] == LOCK_KEY]  # fmt: skip


def put_lock(desk: Desk, who: str, until: datetime) -> None:
    value = json.dumps({"who": who, "until": until.isoformat(timespec="seconds"), "token": "other"})
    entry = {"metadataId": LOCK_ID, "metadataKey": LOCK_KEY, "metadataValue": value, "visibility": "DOCUMENT"}
    entry["location"] = {"spreadsheet": True}
    request = {"createDeveloperMetadata": {"developerMetadata": entry}}
    desk.transport().call("post", f"{desk.file_id}:batchUpdate", name="lock", body={"requests": [request]})


def test_the_second_waits_and_says_who_holds_it(desk: Desk) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        time.sleep(seconds)

    with held(desk.transport(), desk.file_id, seconds=60, wait=0, who="ana on laptop"):
        with (
            pytest.raises(LockedElsewhere, match="ana on laptop is writing"),
            held(desk.transport(), desk.file_id, seconds=60, wait=1.0, who="b", sleep=sleep),
        ):
            raise AssertionError("two runners hold the sheet")
        assert len(locks(desk)) == 1
    assert pauses
    assert locks(desk) == []


def test_a_run_that_waited_in_vain_is_postponed_and_the_next_one_writes(desk: Desk) -> None:
    put_lock(desk, "server A", datetime.now(UTC) + timedelta(minutes=5))
    report = run(desk.job())
    assert report.state == "postponed"
    assert "server A is writing to the sheet" in report.why
    assert set(desk.column("Contracts", "Days to expiry")) == {""}
    assert locks(desk) != []  # the other's lock is not ours to take away
    desk.server.book(desk.file_id).metadata.clear()
    assert run(desk.job()).state == "done"
    assert desk.column("Contracts", "Days to expiry") == [8, -327, 51]


def test_a_lock_that_expired_is_taken_over(desk: Desk) -> None:
    put_lock(desk, "a runner that died", datetime.now(UTC) - timedelta(seconds=1))
    with held(desk.transport(), desk.file_id, seconds=60, wait=0, who="b"):
        assert [json.loads(value)["who"] for value in locks(desk)] == ["b"]
    assert locks(desk) == []


def test_a_lock_that_nobody_can_read_is_taken_over(desk: Desk) -> None:
    put_lock(desk, "x", datetime.now(UTC))
    next(iter(desk.server.book(desk.file_id).metadata.values()))["metadataValue"] = "{"
    with held(desk.transport(), desk.file_id, seconds=60, wait=0, who="b"):
        assert len(locks(desk)) == 1


@pytest.mark.parametrize("fault", ["lost reply", "500", "429", "truncated", "html502"])
def test_a_lost_answer_does_not_lock_us_out(desk: Desk, fault: str) -> None:
    desk.server.faults.add(fault, path=":batchUpdate")
    with held(desk.transport(), desk.file_id, seconds=60, wait=0, who="b"):
        assert [json.loads(value)["who"] for value in locks(desk)] == ["b"]
    assert locks(desk) == []


def test_letting_go_never_fails_a_run(desk: Desk) -> None:
    desk.settings |= {"retries": 0}
    with held(desk.transport(), desk.file_id, seconds=60, wait=0):
        desk.server.faults.add("500", path=":batchUpdate", times=None)
    assert len(locks(desk)) == 1  # it expires by itself


def test_two_runners_at_once_append_no_row_twice(desk: Desk) -> None:
    desk.settings |= {"wait_seconds": 30.0}
    done: list[str] = []

    def work(job: Job) -> None:
        done.append(run(job).state)

    jobs = [desk.job(state=state) for state in ("one", "two")]
    runners = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert len(done) == 2
    assert set(done) <= {"done", "unchanged"}
    for tab, column in (("Tasks", "Task ID"), ("Alerts", "Key")):
        ids = Counter(value for value in desk.column(tab, column) if value)
        assert ids
        assert max(ids.values()) == 1
    assert locks(desk) == []


def test_a_lock_that_ran_out_while_writing_appends_nothing(desk: Desk) -> None:
    desk.settings |= {"lock_seconds": 0.0001}
    assert run(desk.job()).state == "postponed"
    assert set(desk.column("Tasks", "Task ID")) == set()
    desk.settings |= {"lock_seconds": 60.0}
    assert run(desk.job()).state == "done"
    tasks = [name for name in desk.column("Tasks", "Task ID") if name]
    assert len(tasks) == len(set(tasks)) == 7  # two of renewals, five of the accounts' matters
