"""A run that meets trouble around the workbook says so in a sentence, loses nothing, and the next run catches up."""

from __future__ import annotations

import hashlib
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from sheetcrm.sync.excel.template import make_template
from tests.run import small_book
from tests.run.conftest import DAY, NO_WAIT, Office

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[2]


def _process(office: Office, **options: object) -> subprocess.CompletedProcess[str]:
    """A run in a process of its own."""
    places = ["--config", str(office.folder / "config.yaml"), "--state", str(office.state), "--as-of", DAY.isoformat()]
    command = [sys.executable, "-m", "sheetcrm", "run", "--json", *places]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def _tasks(office: Office) -> list[str]:
    return [row[0] for row in office.grid("tasks")[1:] if row[0]]


@pytest.mark.parametrize(
    ("name", "content", "who"),
    [
        ("~$crm.xlsx", b"\x05Maria" + b" " * 49 + b"\x05\0" + "Maria".encode("utf-16-le") + b" \0" * 49, "Maria"),
        pytest.param(
            ".~lock.crm.xlsx#",
            b",pedro,host,23.11.2026 09:00,file:///home/pedro/.config;",
            "pedro",
            marks=pytest.mark.proof,
        ),
    ],
)
def test_a_workbook_that_is_open_elsewhere_is_written_later_and_mail_does_not_wait(
    office: Office, name: str, content: bytes, who: str
) -> None:
    before = office.sha()
    (office.folder / name).write_bytes(content)
    answer = office.run()
    assert answer.code == 75
    assert who in answer.json["why"]
    assert office.sha() == before
    letters = office.letters()
    assert len(letters) == answer.json["letters"]["sent"] > 0
    for letter in letters.values():
        text = message_from_bytes(letter, policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert who in text
    again = office.run()
    assert again.code == 75
    assert again.json["letters"]["sent"] == 0
    (office.folder / name).unlink()
    done = office.run()
    assert done.code == 0
    assert done.json["letters"]["sent"] == 0
    assert office.letters() == letters
    tasks = _tasks(office)
    deals = office.column("opportunities", "kind")
    assert len(tasks) == len(set(tasks)) == 1 + done.json["rows"] - len(deals) > 1
    office.rest()


def test_ignore_lock_writes_all_the_same(office: Office) -> None:
    (office.folder / ".~lock.crm.xlsx#").write_text(",pedro,host,23.11.2026 09:00,x;")
    assert office.run("--ignore-lock").code == 0
    office.rest()


def _limited(bytes_: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))


@pytest.mark.parametrize(
    "room", [pytest.param(2_000, marks=pytest.mark.proof), 60_000, pytest.param(150_000, marks=pytest.mark.proof)]
)
def test_a_full_disk_is_said_and_made_up_for(office: Office, room: int) -> None:
    before = office.sha()
    answer = _process(office, preexec_fn=lambda: _limited(room))
    assert "Traceback" not in answer.stderr, answer.stderr
    assert answer.returncode in (1, 75), answer.stderr + answer.stdout
    said = answer.stderr + answer.stdout
    assert any(word in said for word in ("too large", "disk", "full", "space", "can't be written")), said
    assert office.sha() == before
    done = office.run()
    assert done.code == 0, done.err
    assert len(office.letters()) == 3
    assert len(_tasks(office)) == len(set(_tasks(office))) > 5
    office.rest()


def test_a_workbook_that_may_not_be_written_postpones(office: Office) -> None:
    """The folder of the workbook takes no new file; made by its name's length, which binds the administrator too."""
    long = office.folder / ("b" * 240 + ".xlsx")
    shutil.move(office.book, long)
    settings = office.folder / "config.yaml"
    settings.write_text(settings.read_text().replace("crm.xlsx", long.name))
    before = long.read_bytes()
    answer = office.run()
    assert answer.code == 75, answer.err
    assert "can't be written" in answer.json["why"]
    assert long.read_bytes() == before
    letters = office.letters()
    assert len(letters) == 3
    shutil.move(long, office.book)
    settings.write_text(settings.read_text().replace(long.name, "crm.xlsx"))
    done = office.run()
    assert done.code == 0
    assert done.json["letters"]["sent"] == 0
    office.rest()


def test_what_a_killed_run_left_beside_the_workbook_is_cleared_up(small: Path, office_after: Office) -> None:
    """Killed between exchange and clean-up: the old version lies beside the new one, and nothing is left to write."""
    office, old = office_after, (small / "crm.xlsx").read_bytes()
    names = [hashlib.sha256(data).hexdigest()[:16] for data in (old, office.book.read_bytes())]
    left = office.folder / f".crm.xlsx.{names[0]}-{names[1]}.sheetcrm"
    left.write_bytes(old)
    office.rest()
    assert not left.exists()


def test_a_save_that_a_killed_run_took_out_comes_back(small: Path, office_after: Office) -> None:
    """Killed right after the exchange brought out what a person had just saved: their version is put back and used."""
    office, old = office_after, (small / "crm.xlsx").read_bytes()
    ours = office.book.read_bytes()
    office.book.write_bytes(old)
    office.change(lambda book: book["Contracts"].cell(2, 3, "typed just then"))
    theirs = office.book.read_bytes()
    office.book.write_bytes(ours)
    names = [hashlib.sha256(data).hexdigest()[:16] for data in (old, ours)]
    (office.folder / f".crm.xlsx.{names[0]}-{names[1]}.sheetcrm").write_bytes(theirs)
    assert office.run().json["state"] == "done"
    assert office.column("contracts", "title")["C-1"] == "typed just then"
    assert office.column("contracts", "status")["C-1"] == "expiring"
    office.rest()


def test_the_state_of_another_workbook_is_refused(office_after: Office, tmp_path: Path) -> None:
    other = Office(tmp_path / "other")
    small_book.make(other.folder, DAY, settings=NO_WAIT)
    small_book.write_settings(other.folder, more=NO_WAIT)
    assert other.run().code == 0
    shutil.rmtree(other.state)
    shutil.copytree(office_after.state, other.state)
    before = other.sha()
    answer = other.run()
    assert answer.code == 1
    assert "belongs to another workbook" in answer.err
    assert "--state" in answer.err
    assert other.sha() == before


def test_a_corrupt_ledger_is_said_with_the_way_out(office_after: Office) -> None:
    office = office_after
    letters = office.letters()
    for path in office.state.glob("ledger.db*"):
        path.unlink()
    (office.state / "ledger.db").write_bytes(b"no ledger at all" * 300)
    answer = office.run()
    assert answer.code == 1
    assert "Move it away" in answer.err
    (office.state / "ledger.db").unlink()
    tasks = _tasks(office)
    healed = office.run()
    assert healed.code == 0
    assert healed.json["letters"]["sent"] == 0, "the alerts tab knows what was said"
    assert office.letters() == letters
    assert _tasks(office) == tasks
    office.rest()


def test_a_ledger_of_a_newer_version_is_left_alone(office_after: Office) -> None:
    office = office_after
    with sqlite3.connect(office.state / "ledger.db") as ledger:
        ledger.execute("PRAGMA user_version = 999")
    ledger.close()
    before = office.sha()
    answer = office.run()
    assert answer.code == 1
    assert "newer sheetcrm" in answer.err
    assert office.sha() == before


def test_of_two_runners_at_once_each_thing_is_done_once(office: Office) -> None:
    places = ["--config", str(office.folder / "config.yaml"), "--state", str(office.state), "--as-of", DAY.isoformat()]
    command = [sys.executable, "-m", "sheetcrm", "run", "--json", *places]
    runners = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [runner.communicate(timeout=180) for runner in runners]
    assert {runner.returncode for runner in runners} <= {0, 75}
    assert 0 in {runner.returncode for runner in runners}
    assert not [err for _, err in said if "Traceback" in err]
    assert len(_tasks(office)) == len(set(_tasks(office))) > 5
    assert len(office.letters()) == 3
    office.rest()


def test_a_file_that_is_no_workbook_is_refused_in_words(office: Office) -> None:
    whole = office.book.read_bytes()
    for data, word in (
        (b"", "empty"),
        (whole[: len(whole) // 2], ""),
        (b"id,name\n1,2\n", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
    ):
        office.book.write_bytes(data)
        answer = office.run()
        assert answer.code == 1
        assert word in answer.err
        assert answer.err.strip()
        assert office.book.read_bytes() == data
        assert office.letters() == {}


def test_the_template_is_never_written_over(office: Office) -> None:
    with pytest.raises(FileExistsError):
        make_template(office.book, "en")
