"""Whole runs that are killed: each case is a process of its own that gets SIGKILL at one chosen system call.

A server process imports everything once and forks a child per run, which calls the command line. How it dies:

``calls``   strace injects the signal at the n-th call of one kind (write, fsync, rename …), before it takes effect;
``hooks``   the interpreter's profiler kills before or after the n-th call into C that writes, where strace is absent;
``moments`` the parent kills it after a random time.

After each kill a normal run recovers and one more must find nothing to do. Usage:
``python -m tests.run.kill_runner FOLDER SCENARIO PORT METHOD SHARE OF EVERY``; prints one JSON object per case.
``FOLDER/base`` holds the workbook, its settings and, if there is one, the state of an earlier run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import python_calamine

from sheetcrm.cli import app
from sheetcrm.cli.exits import in_words
from tests.run import small_book

DURABLE = ("fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat", "ftruncate", "mkdir", "chmod")
WRITES = ("write", "pwrite64", "writev", "sendto", "sendmsg")
HOOKED = frozenset(
    {"Connection.execute", "Connection.executemany", "socket.send", "socket.sendall", "BufferedWriter.write"}
    | {"fsync", "replace", "rename", "unlink", "exchange"}
)
HOOK_SAMPLE = (110, 235)
"""Of about 250 such calls in a run with three letters: while the letters leave, and around the workbook's exchange."""
REMEMBERED = ("digests", "bundles", "seen", "moves", "ladders", "matters")
"""What the ledger knows besides alerts, letters and rows: it must be the same however often a run was killed."""
RANDOM_CASES = 200
LONGEST_RUN = 600.0
"""Seconds: many times what a run under strace takes where others work on the machine too."""
Point = tuple[str, float]
"""How to die: a system call and its number, ``hook`` and the number, ``moment`` and seconds, or ``never``."""


def run_once(folder: Path, point: Point = ("never", 0)) -> tuple[int, bool]:
    """One run in a child; its exit code and whether it was killed."""
    how, at = point
    ready_in, ready_out = os.pipe()
    child = os.fork()
    if not child:
        os.close(ready_out)
        _child(folder, ready_in, int(at) if how == "hook" else 0)
    os.close(ready_in)
    tracer = _trace(child, how, int(at), folder) if how not in ("never", "hook", "moment") else None
    os.write(ready_out, b"!")
    os.close(ready_out)
    if how == "moment":
        time.sleep(at)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    status = _wait(child)
    if tracer is not None:
        tracer.wait(10)
    return (-1, True) if os.WIFSIGNALED(status) else (os.WEXITSTATUS(status), False)


def _wait(child: int) -> int:
    until = time.monotonic() + LONGEST_RUN
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.003)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError("a run did not end")


def _child(folder: Path, ready: int, hook_at: int) -> None:
    """The run itself: never returns."""
    code = 70
    try:
        os.read(ready, 1)
        os.close(ready)
        log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if hook_at:
            sys.setprofile(_killer(hook_at))
        try:
            with in_words():
                app(["run", "--json", "--config", str(folder / "config.yaml")], standalone_mode=True)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        sys.setprofile(None)
    except BaseException:
        sys.setprofile(None)
        sys.excepthook(*sys.exc_info())
        code = 70
    finally:
        sys.stdout.flush()
        os._exit(code)


def _killer(kill_at: int) -> Any:
    """Counts calls that write, before and after each; dies at the given one."""
    counted = 0

    def watch(frame: Any, event: str, function: Any) -> None:
        nonlocal counted
        if event in ("c_call", "c_return") and getattr(function, "__qualname__", "") in HOOKED:
            counted += 1
            if counted == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    return watch


def _trace(child: int, call: str, number: int, folder: Path) -> subprocess.Popen[str]:
    """Attach strace to the child; ``count`` only writes down which calls it makes."""
    watched = ",".join(DURABLE + WRITES) if call == "count" else call
    options = [] if call == "count" else ["-e", f"inject={call}:signal=KILL:when={number}"]
    command = ["strace", "-f", "-p", str(child), "-o", str(folder / "trace"), "-e", f"trace={watched}", *options]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said, _, _ = select.select([tracer.stderr], [], [], 20)
    line = tracer.stderr.readline() if said else ""
    if "attached" not in line:
        raise RuntimeError(f"strace does not attach: {line}")
    return tracer


def calls_made(folder: Path) -> Counter[str]:
    """How often the main thread of a counted run made each call."""
    counts: Counter[str] = Counter()
    lines = (folder / "trace").read_text(errors="replace").splitlines()
    main = lines[0].split()[0]
    for line in lines:
        thread, _, rest = line.partition(" ")
        call = re.match(r"\s*(\w+)\(", rest)
        if call and thread == main:
            counts[call[1]] += 1
    return counts


def points_of(base: Path, work: Path, method: str, every: int, again: Callable[[Path], Path]) -> list[Point]:
    """All points of a method; of the plain writes only each ``every``-th."""
    if method == "hooks":
        return [("hook", n) for n in HOOK_SAMPLE]
    folder = again(work / "counted")
    if method == "moments":
        start = time.perf_counter()
        run_once(folder)
        length = time.perf_counter() - start
        chance = random.Random(2026)
        return [("moment", chance.uniform(0, 1.05 * length)) for _ in range(RANDOM_CASES)]
    run_once(folder, ("count", 0))
    points: list[Point] = []
    for call, count in calls_made(folder).items():
        step = every if call in WRITES else 1
        points += [(call, n) for n in range(1, count + 1, step)]
    return points


def content(book: Path) -> dict[str, list[list[Any]]]:
    """Every value of every tab, except the id that a first run makes up for the workbook."""
    opened = python_calamine.CalamineWorkbook.from_path(str(book))
    tabs = {name: opened.get_sheet_by_name(name).to_python() for name in opened.sheet_names}
    return {name: [[_steady(value) for value in row] for row in grid] for name, grid in tabs.items()}


def _steady(value: Any) -> Any:
    return "<book id>" if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{12}", value) else str(value)


def digest(book: Path) -> str:
    """A short name for all that a workbook holds; it must open for that."""
    return hashlib.sha256(json.dumps(content(book)).encode()).hexdigest()[:16]


def ledger_of(folder: Path) -> dict[str, Any]:
    """What the ledger says after all is done."""
    with contextlib.closing(sqlite3.connect(folder / "state" / "ledger.db")) as ledger:
        return {
            "integrity": ledger.execute("PRAGMA integrity_check").fetchone()[0],
            "alerts": dict(ledger.execute("SELECT key, state FROM alerts")),
            "outbox": Counter(state for (state,) in ledger.execute("SELECT state FROM outbox")),
            "intents": Counter(state for (state,) in ledger.execute("SELECT state FROM intents")),
            "remembered": {table: sorted(map(list, ledger.execute(f"SELECT * FROM {table}"))) for table in REMEMBERED},
        }


def _result(folder: Path, point: Point) -> dict[str, Any]:
    """One case: kill, look, recover, look, and a run that has nothing to do."""
    book = folder / "crm.xlsx"
    _, killed = run_once(folder, point)
    torn = digest(book)
    shutil.copy(book, folder / "killed.xlsx")
    recovered, _ = run_once(folder)
    after, sha, moment = digest(book), _sha(book), book.stat().st_mtime_ns
    files = _letters(folder)
    last, _ = run_once(folder)
    left = [
        path.name
        for path in (*folder.iterdir(), *folder.glob("state/**/*"))
        if "sheetcrm" in path.suffix or ".tmp" in path.name or "partial" in path.name
    ]
    return {
        "case": folder.name, "point": point, "killed": killed, "torn": torn, "codes": [recovered, last], "after": after,
        "quiet": _sha(book) == sha and book.stat().st_mtime_ns == moment and _letters(folder) == files,
        "letters": files, "left": left, "log": _tail(folder) if (recovered, last) != (0, 0) else "", **ledger_of(folder),
    }  # fmt: skip


def _letters(folder: Path) -> dict[str, str]:
    return {path.name: _sha(path) for path in sorted((folder / "state" / "outbox").glob("*.eml"))}


def _tail(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-3000:]


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _again(base: Path, scenario: str, port: int, name: str) -> Callable[[Path], Path]:
    """Makes a copy of the base; a case is told by its sender's domain."""

    def copy(folder: Path) -> Path:
        shutil.copytree(base, folder)
        server = (
            {"enabled": "true", "host": "127.0.0.1", "port": port, "security": "none"} if scenario == "smtp" else {}
        )
        mail = {"sender": f"bot@{folder.name}.{name}.example.com", **server}
        zone = re.search(r"timezone: (\S+)", (base / "config.yaml").read_text())
        assert zone is not None
        small_book.write_settings(folder, zone=zone[1], mail=mail, more=small_book.EVERY_DAY)
        return folder

    return copy


def _share(points: list[Point], share: int, of: int) -> Iterator[tuple[int, Point]]:
    for number, point in enumerate(points):
        if number % of == share:
            yield number, point


def main(folder: Path, scenario: str, port: int, method: str, share: int, of: int, every: int) -> None:
    """Run this worker's share of the cases."""
    base, work = folder / "base", folder / f"{method}-{share}"
    work.mkdir()
    again = _again(base, scenario, port, f"{method}{share}")
    reference = _result(again(work / "whole"), ("never", 0))
    print(json.dumps({**reference, "old": digest(base / "crm.xlsx")}), flush=True)
    for number, point in _share(points_of(base, work, method, every, again), share, of):
        case = again(work / f"c{number}")
        print(json.dumps(_result(case, point)), flush=True)
        shutil.rmtree(case)


def warm(folder: Path) -> None:
    """Import and fill by one plan, which changes nothing, what the children would each have to."""
    import yagmail  # noqa: F401

    import sheetcrm.cli.running
    import sheetcrm.mail.files
    import sheetcrm.mail.transport  # noqa: F401

    with contextlib.redirect_stdout(None), contextlib.suppress(SystemExit), in_words():
        app(["plan", "--json", "--config", str(folder / "config.yaml")], standalone_mode=True)


if __name__ == "__main__":
    warm(Path(sys.argv[1]) / "base")
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], *map(int, sys.argv[5:8]))
