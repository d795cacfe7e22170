"""Who has a workbook open: what Excel and LibreOffice leave beside it while they do."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_OWNER_NAME = 54  # Excel's owner file: one byte of length, 54 of name in ANSI, then the same in UTF-16
_STALE_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class OpenElsewhere:
    """Another program has the workbook open. `user` may be "" when its lock file names nobody."""

    program: str
    user: str
    since: datetime
    lock_file: Path

    def __str__(self) -> str:
        who = self.user or "someone"
        return f"{who} has it open in {self.program} since {self.since.astimezone():%Y-%m-%d %H:%M}"


def who_has_it_open(
    path: Path, ignore_stale_after: timedelta | None = _STALE_AFTER, *, now: float | None = None
) -> OpenElsewhere | None:
    """Who has the workbook open, or None.

    Looks beside the path as given and beside the file that it leads to. A lock of LibreOffice stays behind when
    the program or the machine dies; one older than `ignore_stale_after` is ignored (None: never ignored). Excel
    holds its own file open and removes it even when it crashes, so its age says nothing. `now` is in Unix seconds.
    """
    places = dict.fromkeys((path.absolute(), path.resolve()))
    for place in places:
        owner = place.with_name(f"~${place.name}")
        since = _written(owner)
        if since is not None:
            return OpenElsewhere("Excel", _excel_user(owner), since, owner)
    for place in places:
        lock = place.with_name(f".~lock.{place.name}#")
        since = _written(lock)
        if since is not None and not _stale(since, ignore_stale_after, now):
            return OpenElsewhere("LibreOffice", _libreoffice_user(lock), since, lock)
    return None


def _written(lock: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(lock.stat().st_mtime, UTC)
    except OSError:
        return None


def _stale(since: datetime, limit: timedelta | None, now: float | None) -> bool:
    if limit is None:
        return False
    return (time.time() if now is None else now) - since.timestamp() > limit.total_seconds()


def _excel_user(owner: Path) -> str:
    """The name in Excel's owner file. On Windows Excel may not let anyone read it."""
    try:
        data = owner.read_bytes()
    except OSError:
        return ""
    wide = data[1 + _OWNER_NAME :]
    length = int.from_bytes(wide[:2], "little")
    if 0 < length <= (len(wide) - 2) // 2:
        return wide[2 : 2 + 2 * length].decode("utf-16-le", "replace").strip("\0 ")
    return data[1 : 1 + data[0]].decode("cp1252", "replace").strip("\0 ") if data else ""


def _libreoffice_user(lock: Path) -> str:
    """`name,system user,host,date,profile;` with backslashes before commas that belong to a name."""
    try:
        text = lock.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields, field, escape = [], "", False
    for letter in text:
        if escape:
            field, escape = field + letter, False
        elif letter == "\\":
            escape = True
        elif letter in ",;":
            fields.append(field.strip())
            field = ""
        else:
            field += letter
    named = fields[0] if fields and fields[0] else ""
    system = fields[1] if len(fields) > 1 else ""
    return named or system
