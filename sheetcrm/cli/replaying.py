"""``replay``: how much mail a span of days would have brought to whom and how healthy the clients would have seemed,
under these settings and under others."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, Place, day, job, place
from sheetcrm.cli.exits import UsageError
from sheetcrm.schema.accounts import BANDS

if TYPE_CHECKING:
    from sheetcrm.replay import Client, Replayed


_MOST_WEEKS = 9
_MOST_CLIENTS = 15
_NAMES = ("These settings", "The other settings")


def replay(options: Options, first: str, last: str | None, other: Path | None) -> None:
    """Print the letters per person and week; with ``other`` settings beside them what those would have sent."""
    where = place(options)
    since = day(first)
    until = day(last) if last else job(options, where).as_of
    if until < since:
        raise UsageError(f"{until} comes before {since}. Say the earlier day first:  --from {until} --to {since}")
    places = [where] if other is None else [where, _with(where, other)]
    found = [_live(options, each, since, until) for each in places]
    if options.json:
        print(json.dumps([as_json(each) for each in found], ensure_ascii=False))
        return
    print("\n".join(in_words(found)))


def _with(where: Place, other: Path) -> Place:
    from sheetcrm.config import load

    if not other.is_file():
        raise UsageError(f"There is no {other}.")
    # The other file says only what differs: aliases, rates and the like stay.
    return replace(where, cfg=load(where.config, other))


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
    for name, each in zip(_NAMES, found, strict=False):
        total = len(each.letters)
        lines += [f"{name}: {total} letters from {each.first} to {each.last} (alerts in brackets)", ""]
        lines += [*_table(each), ""] if total else ["  Nobody would have been written to.", ""]
    if len(found) == 2:
        lines += [f"Difference: {len(found[1].letters) - len(found[0].letters):+d} letters.", ""]
    return lines + health_in_words(found)


def health_in_words(found: Sequence[Replayed]) -> list[str]:
    """Clients by band at the end, and the days that they spent in each; with two, who stands elsewhere."""
    lines = [f"Clients by health on {found[0].last}".ljust(34) + "".join(band.rjust(10) for band in BANDS)]
    for name, each in zip(_NAMES, found, strict=False):
        lines += [
            f"  {name:32}" + "".join(str(each.bands().get(band, 0)).rjust(10) for band in BANDS),
            f"  {'  days of clients in it':32}" + "".join(str(each.days_in[band]).rjust(10) for band in BANDS),
        ]
    return [*lines, "", *_moved(*found)] if len(found) == 2 else lines


def _moved(one: Replayed, other: Replayed) -> list[str]:
    moved = one.moved(other)
    if not moved:
        return ["No client's health is another one under the other settings."]
    crossed = sum(pair.one.band != pair.other.band for pair in moved)
    lines = [f"{crossed} of {len(one.clients)} clients change their band, {len(moved)} their score:"]
    for pair in moved[:_MOST_CLIENTS]:
        name = f"{pair.one.account_id} {pair.one.name}"
        lines.append(f"  {name[:40]:42}{_health(pair.one)} → {_health(pair.other)}")
    if len(moved) > _MOST_CLIENTS:
        lines.append(f"  and {len(moved) - _MOST_CLIENTS} more, all of them with --json")
    return [*lines, "", "Whether such a score says who renews:  sheetcrm validate-health"]


def _health(client: Client) -> str:
    return client.band if client.score is None else f"{client.score} {client.band}"


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
    """The letters and the clients' health for programs."""
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
        "clients": [asdict(client) for client in each.clients],
        "days_in_band": {band: each.days_in[band] for band in BANDS},
    }
