"""Putting a new workbook in the old one's place: wholly, with its attributes, and never over someone's save."""

import errno
import hashlib
import itertools
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sheetcrm.sync.excel import exchange as exchange_module
from sheetcrm.sync.excel import replace as replace_module
from sheetcrm.sync.excel.edits import ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.replace import Outcome, recover_interrupted, replace_atomically
from sheetcrm.sync.excel.scan import scan
from tests.excel.books import one

OLD, NEW, THEIRS, LATER = b"old version", b"the new version", b"saved by Ana", b"saved by Ana again"
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="files can only be exchanged on Linux")


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = folder / "crm [1].xlsx"
    path.write_bytes(OLD)
    return path


def replace(path: Path, data: bytes = NEW, expected: bytes = OLD, keep: int = 3) -> Outcome:
    return replace_atomically(
        path, data, expected_sha256=sha(expected), backups=path.parent.parent / "backups", keep=keep
    )


def others(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir() if p != path)


@contextmanager
def exchanging(instead: Callable[[Path, Path], bool]) -> Iterator[None]:
    """Another `exchange`, as the file system might behave or a person might act in that moment."""
    original = replace_module.exchange
    replace_module.exchange = instead  # type: ignore[attr-defined]
    try:
        yield
    finally:
        replace_module.exchange = original  # type: ignore[attr-defined]


def unsupported(one: Path, other: Path) -> bool:
    return False


def test_the_new_version_stands_and_nothing_is_left_beside_it(book: Path) -> None:
    done = replace(book)
    assert (done.state, book.read_bytes(), others(book)) == ("replaced", NEW, [])
    assert done.backup is not None
    assert done.backup.read_bytes() == OLD


def test_the_fallback_does_the_same(book: Path) -> None:
    with exchanging(unsupported):
        assert replace(book).state == "replaced"
        assert (book.read_bytes(), others(book)) == (NEW, [])
        done = replace(book, b"more", expected=OLD)
    assert done.state == "changed_meanwhile"
    assert book.read_bytes() == NEW


@linux
def test_exchange_is_used_here(book: Path) -> None:
    other = book.with_name("other")
    other.write_bytes(NEW)
    if not exchange_module.exchange(book, other):
        pytest.skip("this file system can't exchange files")
    assert (book.read_bytes(), other.read_bytes()) == (NEW, OLD)
    with pytest.raises(FileNotFoundError):
        exchange_module.exchange(book, book.with_name("none"))


def test_a_save_before_the_start_is_left_alone(book: Path) -> None:
    book.write_bytes(THEIRS)
    done = replace(book)
    assert (done.state, book.read_bytes(), others(book)) == ("changed_meanwhile", THEIRS, [])
    assert "crm [1].xlsx was saved by someone" in done.why


@linux
@pytest.mark.parametrize("in_place", [True, False])
def test_a_save_in_the_last_moment_is_put_back(book: Path, in_place: bool) -> None:
    real = replace_module.exchange

    def save_first(one: Path, other: Path) -> bool:
        if other.read_bytes() == OLD:
            if in_place:
                other.write_bytes(THEIRS)
            else:
                fresh = other.with_name("fresh")
                fresh.write_bytes(THEIRS)
                fresh.replace(other)
        return real(one, other)

    with exchanging(save_first):
        done = replace(book)
    assert (done.state, book.read_bytes(), others(book)) == ("changed_meanwhile", THEIRS, [])


@linux
def test_of_two_saves_in_the_last_moments_the_later_one_stands(book: Path) -> None:
    real = replace_module.exchange
    saves = [THEIRS, LATER]

    def save_first(one: Path, other: Path) -> bool:
        if saves:
            other.write_bytes(saves.pop(0))
        return real(one, other)

    with exchanging(save_first):
        done = replace(book)
    assert (done.state, book.read_bytes(), others(book)) == ("changed_meanwhile", LATER, [])


@linux
def test_mode_owner_and_attributes_stay(book: Path) -> None:
    book.chmod(0o640)
    try:
        os.setxattr(book, "user.department", b"sales")
    except OSError:
        pytest.skip("this file system keeps no extended attributes")
    if os.getuid() == 0:
        os.chown(book, 1234, 4321)
    before = book.stat()
    assert replace(book).state == "replaced"
    after = book.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.getxattr(book, "user.department") == b"sales"


@linux
def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    link = tmp_path / "desk" / "crm.xlsx"
    link.symlink_to(book)
    done = replace_atomically(link, NEW, expected_sha256=sha(OLD), backups=tmp_path / "backups", keep=1)
    assert done.state == "replaced"
    assert link.is_symlink()
    assert book.read_bytes() == NEW
    assert list((tmp_path / "desk").iterdir()) == [link]


def test_backups_are_pruned_and_never_anyone_elses(book: Path) -> None:
    backups = book.parent.parent / "backups"
    backups.mkdir()
    other = backups / "crm [1].old.20260101T000000.000000Z.aaaaaaaa.xlsx"
    other.write_bytes(b"of another workbook")
    versions = [OLD, *(f"version {n}".encode() for n in range(6))]
    for before, after in itertools.pairwise(versions):
        assert replace(book, after, before, keep=3).state == "replaced"
    kept = sorted(path for path in backups.iterdir() if path != other)
    assert [path.read_bytes() for path in kept] == versions[-4:-1]
    assert other.exists()
    assert replace(book, NEW, versions[-1], keep=0).backup is None


def test_the_same_old_version_is_kept_once(book: Path) -> None:
    backups = book.parent.parent / "backups"
    replace(book)
    book.write_bytes(OLD)
    replace(book)
    assert len(list(backups.iterdir())) == 1


def test_a_missing_workbook_is_told(book: Path) -> None:
    book.unlink()
    done = replace(book)
    assert done.state == "failed"
    assert others(book) == []


@linux
def test_no_room_and_no_right_are_told(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    done = replace(book)
    assert (done.state, book.read_bytes(), others(book)) == ("failed", OLD, [])
    assert "space" in done.why


SHORT = f".crm [1].xlsx.{sha(OLD)[:16]}-{sha(NEW)[:16]}.sheetcrm"


@pytest.mark.parametrize(("left", "stands"), [(NEW, OLD), (OLD, NEW)])
def test_what_a_killed_run_left_is_removed(book: Path, left: bytes, stands: bytes, tmp_path: Path) -> None:
    book.write_bytes(stands)
    book.with_name(SHORT).write_bytes(left)
    book.with_name(".crm [1].xlsx.partial.sheetcrm-").write_bytes(b"half")
    assert recover_interrupted(book, tmp_path / "backups") == ""
    assert (book.read_bytes(), others(book)) == (stands, [])


@linux
def test_a_save_that_a_killed_run_exchanged_away_comes_back(book: Path, tmp_path: Path) -> None:
    book.write_bytes(NEW)
    book.with_name(SHORT).write_bytes(THEIRS)
    assert "their version is back" in recover_interrupted(book, tmp_path / "backups")
    assert (book.read_bytes(), others(book)) == (THEIRS, [])
    book.write_bytes(LATER)
    book.with_name(SHORT).write_bytes(THEIRS)
    assert "is kept as" in recover_interrupted(book, tmp_path / "backups")
    assert (book.read_bytes(), others(book)) == (LATER, [])
    assert [path.read_bytes() for path in (tmp_path / "backups").iterdir()] == [THEIRS]


def test_files_of_other_workbooks_are_not_touched(book: Path, tmp_path: Path) -> None:
    near = book.with_name(f".other.xlsx.{sha(OLD)[:16]}-{sha(NEW)[:16]}.sheetcrm")
    near.write_bytes(b"x")
    assert recover_interrupted(book, tmp_path / "backups") == ""
    assert near.exists()


# kill -9: a child replaces a real workbook over and over and is killed at every call that touches the disk, then at
# random moments. Afterwards the workbook opens and is wholly one version or the other.


def version(number: int) -> bytes:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>{r}</v></c></row>' for r in range(1, 400))
    return patch_book(one(rows), {"Data": SheetEdit({2: ColumnEdit([1], [number])})}).data


def dying_child(path: Path, old: bytes, new: bytes, deadline: int, after: bool) -> int:
    """Fork; the child replaces `old` by `new` and kills itself at its n-th disk call. Returns the wait status."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    calls = 0

    def deadly(function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == deadline and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **more)
            if calls == deadline and after:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped

    os.fsync = deadly(os.fsync)  # type: ignore[assignment]
    for name in ("replace", "unlink", "mkdir"):
        setattr(Path, name, deadly(getattr(Path, name)))
    replace_module.exchange = deadly(replace_module.exchange)  # type: ignore[attr-defined, assignment]
    os.fdopen = deadly(os.fdopen)  # type: ignore[assignment]
    replace(path, new, old)
    os._exit(0)


def whole(path: Path, versions: tuple[bytes, ...]) -> None:
    data = path.read_bytes()
    assert data in versions
    assert scan(path).sheets[0].last_row == 399


@linux
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_disk_call_the_workbook_is_wholly_one_version(book: Path, after: bool) -> None:
    old, new = version(1), version(2)
    finished = False
    for deadline in range(1, 60):
        book.write_bytes(old)
        status = dying_child(book, old, new, deadline, after)
        whole(book, (old, new))
        # The next run goes on from whatever was left, and leaves nothing behind.
        now = book.read_bytes()
        assert replace(book, version(3), now).state == "replaced"
        assert others(book) == []
        if os.WIFEXITED(status):
            finished = True
            break
    assert finished
    assert deadline > 10


@linux
@pytest.mark.proof
def test_killed_at_random_moments_the_workbook_is_wholly_one_version(book: Path) -> None:
    versions = (version(1), version(2))
    book.write_bytes(versions[0])
    chance = random.Random(7)
    for _ in range(200):
        child = os.fork()
        if not child:
            turn = versions.index(book.read_bytes())
            while True:
                turn = 1 - turn
                replace(book, versions[turn], versions[1 - turn])
        time.sleep(chance.uniform(0.0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        whole(book, versions)
        recover_interrupted(book, book.parent.parent / "backups")
        assert others(book) == []
