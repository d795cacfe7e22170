"""``replay``: how much mail a span of days would have brought to whom, under these settings and under others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, Place, day, job, place
from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.replay import Replayed


_MOST_WEEKS = 9


def replay(options: Options, first: str, last: str | None, other: Path | None) -> None:
    """Print the letters per person and week; with ``other`` settings beside them what those would have sent."""
    where = place(options)
    since = day(first)
    until = day(last) if last else job(options, where).as_of
    if until < since:
        raise UsageError(f"{until} comes before {since}. Say the earlier day first:  --from {until} --to {since}")
    found = [_live(options, where, since, until)]
    if other is not None:
        found.append(_live(options, _with(where, other), since, until))
    if options.json:
        print(json.dumps([as_json(each) for each in found], ensure_ascii=False))
        return
    print("\n".join(in_words(found)))


def _with(where: Place, other: Path) -> Place:
    from sheetcrm.config import load

    if not other.is_file():
        raise UsageError(f"There is no {other}.")
    return replace(where, cfg=load(other))


def _live(options: Options, where: Place, since: date, until: date) -> Replayed:
    from sheetcrm.replay import replay as replay_days
    from sheetcrm.run import allowed_in, read

    work = job(options, where)
    snapshot = read(work)
    with _counting(options, since, until) as step:
        return replay_days(snapshot, where.cfg, since, until, allowed=allowed_in(snapshot, where.cfg), step=step)


@contextmanager
def _counting(options: Options, since: date, until: date) -> Iterator[Callable[[date], None]]:
    """A bar on standard error for people at a terminal: a year takes minutes."""
    if options.json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"{since} to {until}", total=(until - since).days + 1)
        yield lambda at: bar.update(task, completed=(at - since).days + 1, description=at.isoformat())


def in_words(found: Sequence[Replayed]) -> list[str]:
    """The tables in lines: a row per person, a column per week (per month in a long span) with letters and alerts."""
    lines: list[str] = []
    for name, each in zip(("These settings", "The other settings"), found, strict=False):
        total = len(each.letters)
        lines += [f"{name}: {total} letters from {each.first} to {each.last} (alerts in brackets)", ""]
        lines += [*_table(each), ""] if total else ["  Nobody would have been written to.", ""]
    if len(found) == 2:
        lines.append(f"Difference: {len(found[1].letters) - len(found[0].letters):+d} letters.")
    return lines


def _table(each: Replayed) -> list[str]:
    from sheetcrm.replay import month_of, week_of

    days = [each.first + timedelta(days=ahead) for ahead in range((each.last - each.first).days + 1)]
    span, shown = (week_of, "%d.%m.") if len(days) <= _MOST_WEEKS * 7 else (month_of, "%m.%Y")
    columns = list(dict.fromkeys(span(day) for day in days))
    lines = ["  " + " " * 30 + "".join(format(column, shown).rjust(10) for column in columns) + "    total"]
    for person, cells in sorted(each.by(span).items()):
        row = [cells.get(column, (0, 0)) for column in columns]
        told = "".join((f"{count} ({alerts})" if count else "·").rjust(10) for count, alerts in row)
        lines.append(f"  {person[:29]:30}{told}{sum(count for count, _ in row):9}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(each.kinds().items()))
    return [*lines, f"  of these: {kinds}"]


def as_json(each: Replayed) -> dict[str, Any]:
    """The letters for programs."""
    from sheetcrm.replay import week_of

    return {
        "from": each.first.isoformat(),
        "to": each.last.isoformat(),
        "letters": [
            {"day": item.day.isoformat(), "person": item.person, "kind": item.kind, "alerts": item.alerts}
            for item in each.letters
        ],
        "weeks": {
            person: {week.isoformat(): {"letters": count, "alerts": alerts} for week, (count, alerts) in weeks.items()}
            for person, weeks in each.by(week_of).items()
        },
    }
