"""What ``check`` says of a Google Sheet: the account, the sheet's own settings, and what it may not write."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcrm.address import letters
from sheetcrm.cli.context import Place
from sheetcrm.cli.lines import Line
from sheetcrm.model import Table
from sheetcrm.schema import PEOPLE_TABS, RUNNER_TABS, TABS

if TYPE_CHECKING:
    from sheetcrm.run import Look
    from sheetcrm.sync.google.transport import SheetsTransport

_FIELDS = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(range,warningOnly,requestingUserCanEdit))"
)
MOST_CELLS = 10_000_000
"""What Google allows in a spreadsheet, blank cells included."""
FULL = 0.8
"""Share of that from which people are warned."""


def lines(where: Place, seen: Look, *, live: bool) -> Iterator[Line]:
    """What can be told without writing, by one call; with ``live`` also what is tried in a scratch tab.

    Raises the errors of ``sync.google`` in words: no key, no access, no answer.
    """
    from sheetcrm.sync.google.backend import open_sheet
    from sheetcrm.sync.google.layout.calls import get

    folder = where.config.parent if where.config else Path()
    transport = open_sheet(where.cfg, where.sheet, folder).transport
    told = get(transport, where.sheet, _FIELDS, "check")
    about = told.get("properties", {})
    yield Line("ok", f"Google: {transport.account.email} can read {about.get('title', 'the sheet')!r}")
    yield from _key(where, folder)
    yield from _country(where, about, seen.snapshot.language)
    yield from _protected(told, seen, transport.account.email)
    yield from _size(told)
    if live:
        yield from _tried(transport, where.sheet)
    else:
        yield Line("note", "whether that account may also write is not tried", "sheetcrm check --live tries it")


def _key(where: Place, folder: Path) -> Iterator[Line]:
    """A key that others on this machine can read is theirs as well."""
    named = where.cfg.google.credentials_file or where.cfg.google.token_file
    path = folder / Path(named).expanduser() if named else None
    if path is not None and path.is_file() and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield Line("warn", f"others on this machine can read the key {path}", f"chmod 600 {path}")


def _country(where: Place, about: dict[str, Any], language: str) -> Iterator[Line]:
    locale, zone = about.get("locale", ""), about.get("timeZone", "")
    if locale and locale.split("_")[0] != language:
        yield Line(
            "note",
            f"the sheet's country setting is {locale}: dates typed into it are read that country's way",
            "in the sheet: File, Settings, Locale",
        )
    if zone and zone != where.cfg.timezone:
        yield Line(
            "note",
            f"the sheet's time zone is {zone}, the settings' is {where.cfg.timezone}: around midnight =TODAY() differs",
            "in the sheet: File, Settings, Time zone",
        )


def _protected(told: dict[str, Any], seen: Look, email: str) -> Iterator[Line]:
    """The runner's columns and tabs that somebody locked: one such cell would refuse a whole write."""
    for sheet in told.get("sheets", []):
        title = sheet["properties"]["title"]
        found = _table(seen, title)
        if found is None:
            continue
        table, runner = found
        locked = {
            name
            for each in sheet.get("protectedRanges", [])
            if not each.get("warningOnly") and not each.get("requestingUserCanEdit")
            for name in _inside(each.get("range", {}), table, runner)
        }
        if locked:
            yield Line(
                "warn",
                f"{title}: {', '.join(sorted(locked))} locked against {email}: not filled",
                "in the sheet: Data, Protect sheets and ranges: add that address, or choose to show a warning only",
            )


def _table(seen: Look, title: str) -> tuple[Table, tuple[str, ...]] | None:
    """The tab with this title and the keys of its columns that the runner writes; None for people's own tabs."""
    for tab in PEOPLE_TABS:
        table = seen.snapshot[tab.key]
        if table.present and table.title == title:
            return table, tuple(column.key for column in tab.runner)
    for tab in RUNNER_TABS:
        filled = seen.snapshot.filled.get(tab.key)
        if filled is not None and filled.title == title:
            return filled, tuple(column.key for column in TABS[tab.key].runner)
    return None


def _inside(area: dict[str, Any], table: Table, runner: tuple[str, ...]) -> Iterator[str]:
    """The runner's columns that an area touches, each with its letter; the tab itself where it has no columns."""
    if not runner:
        yield table.title
    for key in runner:
        at = table.where.get(key, 0)
        if area.get("startColumnIndex", 0) < at <= area.get("endColumnIndex", at):
            yield f"{table.headers.get(key, key)} ({letters(at)})"


def _size(told: dict[str, Any]) -> Iterator[Line]:
    grids = [sheet["properties"].get("gridProperties", {}) for sheet in told.get("sheets", [])]
    cells = sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)
    if cells > FULL * MOST_CELLS:
        yield Line(
            "warn",
            f"the sheet has {cells:,} of the {MOST_CELLS:,} cells that Google allows",
            "delete blank rows and columns at the end of its tabs, or old tabs",
        )


def _tried(transport: SheetsTransport, book: str) -> Iterator[Line]:
    from sheetcrm.sync.google.live import try_out

    for trial in try_out(transport, book):
        if trial.holds:
            yield Line("ok", f"tried: {trial.what}")
        else:
            yield Line("bad", f"tried and does not hold: {trial.what}", trial.seen)
