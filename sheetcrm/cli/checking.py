"""``check``: a list of ticks and of what to mend; changes nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from sheetcrm.cli import checking_mail, exits
from sheetcrm.cli.context import Options, Place, job, place, progress
from sheetcrm.cli.counting import counted
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.lines import Line, State, ordered, show, summary
from sheetcrm.ledger import Ledger
from sheetcrm.model import Table
from sheetcrm.needs import needs
from sheetcrm.run import Look, look
from sheetcrm.schema import PEOPLE_TABS, RUNNER_TABS
from sheetcrm.schema.column import Tab

NEEDED = ("contracts", "accounts")
"""The tabs that all else is about; without another one only what needs it goes without."""
_SERVERS = ("Etc/UTC", "UTC", "Etc/GMT", "GMT")
MOST_CELLS = 3
"""Addresses of cells to mend that are named."""


def check(options: Options, *, live: bool = False, send_test: str | None = None) -> None:
    """Check settings, workbook, state folder and mail; exit 1 for what stops a run, 3 with data problems.

    ``live`` also tries, in a scratch tab of a Google Sheet, what the runner relies on there; ``send_test`` sends a mail
    to an address that may get internal mail.
    """
    where = place(options)
    if live and not where.sheet:
        raise UsageError("--live is for Google Sheets; everything about a file is checked without it:  sheetcrm check")
    with progress(options) as step:
        seen = look(job(options, where, step=step))
    with Ledger.look(where.state) as ledger:
        lines = [
            *_settings(where),
            *_workbook(where, seen),
            *_columns(where, seen),
            *_people(where, seen),
            *checking_mail.lines(where, ledger),
            *_state(where, ledger, seen.plan.as_of),
        ]
        began = bool(ledger.runs(1))
    if where.sheet:
        from sheetcrm.cli import checking_google

        lines += checking_google.lines(where, seen, live=live)
    if send_test is not None:
        lines.append(checking_mail.sent_to(where, seen.snapshot, send_test))
    lines = ordered([*lines, *_problems(seen)])
    if options.json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    else:
        show(lines, summary(lines, next_command="sheetcrm status" if began else "sheetcrm plan"))
    if any(line.state == "bad" for line in lines):
        raise SystemExit(exits.FAILURE)
    raise SystemExit(exits.PROBLEMS if seen.plan.problems else exits.DONE)


def _settings(where: Place) -> Iterator[Line]:
    named = str(where.config) if where.config else "the defaults (no config.yaml here)"
    yield Line("ok", f"settings: {named}; time zone {where.cfg.timezone}")
    if where.cfg.timezone in _SERVERS:
        yield Line(
            "note",
            f"days begin and mail leaves by {where.cfg.timezone}: that is a server's time zone, not an office's",
            "set timezone, for example Europe/Madrid",
        )


def _workbook(where: Place, seen: Look) -> Iterator[Line]:
    counts = ", ".join(
        f"{tab.key} {len(seen.snapshot[tab.key])}" for tab in PEOPLE_TABS if seen.snapshot[tab.key].present
    )
    yield Line("ok", f"workbook can be read: {counts}")
    for tab in PEOPLE_TABS:
        if not seen.snapshot[tab.key].present:
            state: State = "bad" if tab.key in NEEDED else "note" if tab.optional else "warn"
            yield Line(state, _absent(seen, tab), _what_needs(where, tab))
    for tab in RUNNER_TABS:
        if tab.key not in seen.snapshot.filled:
            yield Line("note", f"there is no tab {tab.key}: it is not filled")


def _absent(seen: Look, tab: Tab) -> str:
    """That there is no such tab, or one without the columns that it needs."""
    for problem in seen.plan.problems:
        if problem.tab == tab.key and problem.code == "columns_missing":
            lacking = ", ".join(problem.params["headers"])
            return f"the tab {problem.params['title']} is not read: it has no {lacking}"
    return f"there is no tab {tab.key}"


def _what_needs(where: Place, tab: Tab) -> str:
    """What goes without a tab, by name, and how to get one that teams keep as a rule."""
    if tab.key in NEEDED:
        return _gets(where, tab)
    lost = needs().without_tab(tab.key)
    said = [
        "no mail goes to anybody: addresses come from there" if tab.key == "team" else "",
        "no rows are added to it" if tab.appended else "",
        f"these stay blank: {_by_tab(lost.blank)}" if lost.blank else "",
        f"these are computed without it: {_by_tab(lost.poorer)}" if lost.poorer else "",
        "" if tab.optional else f"to have it: {_gets(where, tab)}",
    ]
    return "; ".join(part for part in said if part)


def _gets(where: Place, tab: Tab) -> str:
    new = _adds(where) or f"copy the tab {tab.key} from a new workbook (sheetcrm init)"
    return f"{new}, or name yours under aliases in the settings"


def _missing_columns(tab: Tab, table: Table) -> Iterator[Line]:
    """Columns of people's that a tab lacks and that some rule reads: nothing is wrong, but something goes without."""
    read = needs().inputs_of(tab.key)
    missing = [column.key for column in tab.people if column.key in read and column.key not in table.where]
    without = needs().without_columns(tab.key, missing)
    if without:
        yield Line(
            "note",
            f"{tab.key} has no {', '.join(missing)}",
            f"these are computed without what would stand there: {_by_tab(without)}",
        )


def _by_tab(columns: Sequence[str]) -> str:
    """``accounts (signals, strategy), team (open_tasks)``."""
    tabs: dict[str, list[str]] = {}
    for column in columns:
        tab, _, key = column.partition(".")
        tabs.setdefault(tab, []).append(key)
    return ", ".join(f"{tab} ({', '.join(keys)})" for tab, keys in tabs.items())


def _adds(where: Place) -> str:
    return f"sheetcrm init --google {where.sheet} adds what is missing" if where.sheet else ""


def _columns(where: Place, seen: Look) -> Iterator[Line]:
    for tab in PEOPLE_TABS:
        table = seen.snapshot[tab.key]
        missing = [column.key for column in tab.runner if column.key not in table.where]
        if table.present and missing:
            yield Line("warn", f"{tab.key}: these computed columns have no place: {', '.join(missing)}", _adds(where))
        if table.present:
            yield from _missing_columns(tab, table)


def _people(where: Place, seen: Look) -> Iterator[Line]:
    refused = [problem.value for problem in seen.plan.problems if problem.code == "address_refused"]
    team = len(seen.snapshot["team"])
    if team and not where.cfg.mail.allowed:
        yield Line(
            "bad", "mail.allowed is empty: no mail goes to anybody", "add your domain to mail.allowed in the settings"
        )
    elif refused:
        yield Line("warn", f"no mail goes to {', '.join(refused)}", "add them or their domain to mail.allowed")
    elif team:
        yield Line("ok", f"team: {team} people, all of whom may get mail")
    elif seen.snapshot["team"].present:
        yield Line("note", "the team tab names nobody: no mail can go to anybody", "type names and addresses there")


def _state(where: Place, ledger: Ledger, today: date) -> Iterator[Line]:
    folder = next(path for path in (where.state, *where.state.resolve().parents) if path.exists())
    if not os.access(folder, os.W_OK):
        yield Line("bad", f"{folder} can't be written", "give this user the right to write there")
    elif where.workbook is None:
        yield Line("ok", f"{where.state} can be written")
    if where.workbook is not None:
        yield from _file(where.workbook, where.state)
    ahead = ledger.ahead(today)
    if ahead:
        yield Line("bad", ahead)


def _file(workbook: Path, state: Path) -> Iterator[Line]:
    from sheetcrm.sync.excel.lock import who_has_it_open

    if os.access(workbook, os.W_OK):
        yield Line("ok", f"workbook and {state} can be written")
    else:
        yield Line("bad", f"{workbook} can't be written", "give this user the right to write there")
    who = who_has_it_open(workbook)
    if who is not None:
        yield Line("warn", str(who), "close it before the next run, or the write waits")
    parts = {part.casefold() for part in workbook.resolve().parts}
    if any("onedrive" in part or "dropbox" in part for part in parts):
        yield Line(
            "warn", "the workbook is in a synchronised folder, where no lock shows who edits it", "use a Google Sheet"
        )


def _problems(seen: Look) -> Iterator[Line]:
    if not seen.plan.problems:
        yield Line("ok", "every cell could be read")
        return
    by_tab = Counter(problem.tab for problem in seen.plan.problems)
    told = ", ".join(f"{tab} {count}" for tab, count in by_tab.items())
    where = [
        f"{seen.snapshot[one.tab].title}!{one.cell}"
        for one in seen.plan.problems
        if one.cell and one.tab in seen.snapshot.tabs
    ]
    named = ", ".join(where[:MOST_CELLS]) + (" …" if len(where) > MOST_CELLS else "")
    yield Line(
        "warn",
        f"{counted(len(seen.plan.problems), 'problem')} in the cells: {told}",
        f"{named + ': ' if named else ''}sheetcrm plan -v says how to mend each; after a run so does the problems tab",
    )
