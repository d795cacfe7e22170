"""A pass in a process of its own: what a hostile file can do to its reader (abort, eat memory) ends with the child."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sheetcrm.service.loop import Pass

_LAST_LINES = 5


@dataclass
class Child:
    """Runs ``sheetcrm run --json`` with these options for a task.

    ``memory_mb`` bounds what it may take (0: no limit; where the system knows no such limit it has none), ``minutes``
    how long it may take.
    """

    options: Sequence[str]
    memory_mb: int
    minutes: float
    command: Sequence[str] = field(default_factory=lambda: (sys.executable, "-m", "sheetcrm", "run", "--json"))
    _process: subprocess.Popen[str] | None = None

    def perform(self, task: str) -> Pass:
        """Run the task's pass and say how it ended. Raises nothing that the pass did."""
        self._process = subprocess.Popen(
            [*self.command, "--task", task, *self.options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            # A Ctrl-C at the terminal is for the loop: it lets the pass come to its end.
            start_new_session=True,
            preexec_fn=_limit(self.memory_mb),
        )
        try:
            out, err = self._process.communicate(timeout=self.minutes * 60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            return Pass("failed", f"The pass took longer than {self.minutes:g} minutes and was stopped.")
        finally:
            code = self._process.returncode
            self._process = None
        return _ended(code, out, err)

    def stop(self) -> None:
        """End the pass that is running now, between two of its steps if it can."""
        if self._process is not None:
            self._process.terminate()


def _ended(code: int, out: str, err: str) -> Pass:
    state = _state(out)
    if state in ("done", "unchanged"):
        return Pass("done")
    if state == "postponed" or code == 75:
        return Pass("postponed", _why(out) or _last(err) or "The workbook is in use.")
    if code < 0:
        name = signal.Signals(-code).name
        return Pass("failed", f"The pass was ended by {name}: the workbook may be damaged, or too big for the memory.")
    return Pass("failed", _why(out) or _last(err) or f"The pass ended with code {code}.")


def _report(out: str) -> dict[str, object]:
    try:
        found = json.loads(out)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _state(out: str) -> str:
    return str(_report(out).get("state", ""))


def _why(out: str) -> str:
    report = _report(out)
    refusals = report.get("refusals")
    if isinstance(refusals, list) and refusals:
        return "; ".join(str(line) for line in refusals)
    return str(report.get("why") or "")


def _last(err: str) -> str:
    return "\n".join(line for line in err.strip().splitlines()[-_LAST_LINES:])


def _limit(memory_mb: int) -> Callable[[], None] | None:
    """What the child does before it starts: bound its memory, where the system knows how."""
    if not memory_mb or sys.platform == "win32":
        return None

    def limit() -> None:
        import resource

        size = memory_mb * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    return limit
