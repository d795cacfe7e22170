"""A child process and what it took: wall, processor seconds and peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """One process. ``cpu`` is user and system seconds of all its threads, ``peak`` its resident memory in GB."""

    wall: float
    cpu: float
    peak: float
    printed: str = ""


def python(arguments: Sequence[str | Path], folder: Path, *, ok: Sequence[int] = (0,)) -> Taken:
    """Run Python with these arguments; RuntimeError with what it printed where it ends otherwise than ``ok``."""
    root = Path(__file__).parent.parent
    output = folder / "printed.txt"
    command = [sys.executable, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    with output.open("wb") as printed:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=printed, env=environment)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(encoding="utf-8", errors="replace")
    if child.returncode not in ok:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}:\n{text[-2000:]}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Taken(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e9, text)


def best(arguments: Sequence[str | Path], folder: Path, times: int) -> Taken:
    """The quickest by processor time of several runs: for what takes less than a second."""
    return min((python(arguments, folder) for _ in range(times)), key=lambda taken: taken.cpu)
