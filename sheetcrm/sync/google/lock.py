"""One runner at a time: a metadata entry with a fixed id, which cannot be made while it exists, and an expiry."""

from __future__ import annotations

import getpass
import json
import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sheetcrm.sync.google.errors import GoogleBusy, GoogleError, Unanswered
from sheetcrm.sync.google.traffic import Kind

if TYPE_CHECKING:
    from sheetcrm.sync.google.transport import SheetsTransport

log = logging.getLogger("sheetcrm")

LOCK_ID = 736_865_741
"""The metadata id of the lock: the same for every runner of this product."""

LOCK_KEY = "sheetcrm.lock"
PAUSE = 2.0
"""Seconds between two attempts to take it."""

QUICK_TRIES = 3
"""Attempts without a pause when nobody seems to hold it any more."""

Json = dict[str, Any]


class LockedElsewhere(GoogleBusy):
    """Another runner is writing to the sheet; the text says who, and until when at most."""


class Lock:
    """This runner's hold on the sheet, until a moment in UTC."""

    def __init__(self, value: str, until: datetime) -> None:
        self.value = value
        self.until = until

    def has_expired(self) -> bool:
        """Whether another runner may have taken over."""
        return datetime.now(UTC) >= self.until


@contextmanager
def held(
    transport: SheetsTransport,
    file_id: str,
    *,
    seconds: float,
    wait: float,
    who: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Lock]:
    """Hold the sheet for at most ``seconds``; wait for others up to ``wait`` seconds. Raises LockedElsewhere."""
    lock = _take(transport, file_id, seconds, time.monotonic() + wait, who or own_name(), sleep)
    try:
        yield lock
    finally:
        _release(transport, file_id, lock)


def own_name() -> str:
    """Who this runner is, for whoever waits for it."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        user = str(os.getuid()) if hasattr(os, "getuid") else "someone"
    return f"{user} on {socket.gethostname()}"


def _take(
    transport: SheetsTransport, file_id: str, seconds: float, until: float, who: str, sleep: Callable[[float], None]
) -> Lock:
    """Create the entry; where it exists, replace it when it has expired, else wait and try again."""
    token = uuid4().hex
    stale: str | None = None
    at_once = QUICK_TRIES
    while True:
        expires = datetime.now(UTC) + timedelta(seconds=seconds)
        value = json.dumps({"who": who, "until": expires.isoformat(timespec="seconds"), "token": token})
        if _create(transport, file_id, value, stale):
            return Lock(value, expires)
        found = _holder(transport, file_id)
        if found is not None and _token(found) == token:  # our own creation, whose answer was lost
            return Lock(found, _until(found))
        stale = found if found is not None and _over(found) else None
        if at_once and (found is None or stale is not None):  # it was let go, or has expired
            at_once -= 1
            continue
        pause = min(PAUSE, until - time.monotonic())
        if pause <= 0:
            raise LockedElsewhere(_in_words(found))
        sleep(pause)


def _create(transport: SheetsTransport, file_id: str, value: str, stale: str | None) -> bool:
    """Whether the entry was made. A left-over one is taken away in the same atomic call, if it is still that one."""
    entry = {
        "metadataId": LOCK_ID,
        "metadataKey": LOCK_KEY,
        "metadataValue": value,
        "location": {"spreadsheet": True},
        "visibility": "DOCUMENT",
    }
    requests: list[Json] = [{"createDeveloperMetadata": {"developerMetadata": entry}}]
    if stale is not None:
        requests.insert(0, _deletion(stale))
    try:
        transport.call("post", f"{file_id}:batchUpdate", name="lock", body={"requests": requests})
    except Unanswered:
        return False  # the look at the holder tells whether it was made
    except GoogleError as error:
        if error.status == 400:
            return False
        raise
    return True


def _deletion(value: str) -> Json:
    lookup = {"metadataId": LOCK_ID, "metadataValue": value}
    return {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}}


def _holder(transport: SheetsTransport, file_id: str) -> str | None:
    """What the lock's entry says; None when nobody holds it."""
    body = {"dataFilters": [{"developerMetadataLookup": {"metadataId": LOCK_ID}}]}
    reply = transport.call("post", f"{file_id}/developerMetadata:search", name="lock", body=body)
    matched: Sequence[Json] = reply.get("matchedDeveloperMetadata", ())
    return matched[0]["developerMetadata"].get("metadataValue", "") if matched else None


def _release(transport: SheetsTransport, file_id: str, lock: Lock) -> None:
    """Let go. Where that fails the entry expires by itself: no run fails for it."""
    body = {"requests": [_deletion(lock.value)]}
    try:
        transport.call("post", f"{file_id}:batchUpdate", name="lock", kind=Kind.SAME, body=body)
    except GoogleError as error:
        log.info("the lock on the sheet could not be taken back and expires by itself: %s", error)


def _said(value: str | None) -> Json:
    try:
        said = json.loads(value or "")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _token(value: str | None) -> str:
    return str(_said(value).get("token", ""))


def _until(value: str | None) -> datetime:
    """When the entry expires; one that nobody can read has expired."""
    try:
        return datetime.fromisoformat(str(_said(value)["until"]))
    except (KeyError, ValueError):
        return datetime.min.replace(tzinfo=UTC)


def _over(value: str) -> bool:
    return _until(value) <= datetime.now(UTC)


def _in_words(value: str | None) -> str:
    who = _said(value).get("who") or "another runner"
    return f"{who} is writing to the sheet (until {_until(value):%H:%M:%S} UTC at most)"
