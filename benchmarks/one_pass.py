"""One pass as a process of its own, with the processor seconds of each step: `CONFIG STATE YYYY-MM-DD`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

_BEGAN = time.process_time(), time.perf_counter()


def main(config: str, state: str, as_of: str) -> None:
    """Run once and print what each step took as JSON: name → [processor seconds, wall seconds]."""
    from sheetcrm.cli.context import Options, job, place
    from sheetcrm.run import run

    took: dict[str, list[float]] = {}
    last = ["imports", *_BEGAN]

    def step(name: str) -> None:
        cpu, wall = time.process_time(), time.perf_counter()
        held = took.setdefault(str(last[0]), [0.0, 0.0])
        held[0] += cpu - float(last[1])
        held[1] += wall - float(last[2])
        last[:] = [name, cpu, wall]

    options = Options(config=Path(config), state=Path(state), as_of=as_of)
    report = run(job(options, place(options), step=step))
    step("end")
    print(json.dumps({"steps": took, "state": report.state, "cells": report.cells, "counts": dict(report.plan.counts)}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
