"""What goes wrong on purpose: refused, broken, hung and lost calls, and people who edit between two calls."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import ApiError
from .http_types import Call, Response
from .quota import exhausted

BEFORE = ("429", "500", "503", "html502", "hang", "refused")
"""The call is not applied: an error, an HTML page, silence, or a connection closed at once."""
AFTER = ("lost reply", "truncated", "late")
"""The call is applied: its reply is dropped, cut in half, or comes late."""
KINDS = BEFORE + AFTER

_HTML = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 502 (Server Error)!!1</title>\n"
    "  <p><b>502.</b> <ins>That’s an error.</ins>\n  <p>The server encountered a temporary error and could not complete "
    "your request.<p>Please try again in 30 seconds.  <ins>That’s all we know.</ins>\n"
)


@dataclass
class Moment:
    """Which calls something happens at: the ``call``-th (from 1) of those that match, and ``times`` in all.

    ``path`` is a part of the path. Token calls count only where the path names them.
    """

    call: int = 1
    times: int | None = 1
    method: str | None = None
    path: str | None = None
    seen: int = 0

    def strikes(self, call: Call) -> bool:
        """Counts a call; true when it is one of those."""
        if call.kind == "token" and "token" not in (self.path or ""):
            return False
        if (self.method and self.method != call.method) or (self.path and self.path not in call.path):
            return False
        self.seen += 1
        return self.seen >= self.call and (self.times is None or self.seen < self.call + self.times)


class Faults:
    """The plan of faults and of people's edits. Both may be added to at any time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Moment, str, float]] = []
        self._edits: list[tuple[Moment, Callable[[], Any]]] = []

    def add(
        self,
        kind: str,
        *,
        call: int = 1,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
        seconds: float = 30.0,
    ) -> None:
        """Plans a fault of one of ``KINDS``. ``seconds`` is how long a hang lasts, or a reply is late."""
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self._lock:
            self._faults.append((Moment(call, times, method, path), kind, seconds))

    def between(
        self,
        edit: Callable[[], Any],
        *,
        call: int = 1,
        times: int | None = 1,
        method: str | None = None,
        path: str | None = None,
    ) -> None:
        """Has ``edit()`` run just before the call is handled: in the gap after the one before it."""
        with self._lock:
            self._edits.append((Moment(call, times, method, path), edit))

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._faults.clear()
            self._edits.clear()

    def due(self, call: Call) -> tuple[list[Callable[[], Any]], tuple[str, float] | None]:
        """The edits to run before a call, and the fault that strikes it. The first planned fault wins."""
        with self._lock:
            edits = [edit for moment, edit in self._edits if moment.strikes(call)]
            struck = [(kind, seconds) for moment, kind, seconds in self._faults if moment.strikes(call)]
        return edits, struck[0] if struck else None


def reply(kind: str, call: Call) -> Response | None:
    """The reply of a fault that has one."""
    if kind == "429":
        error = exhausted("read" if call.kind == "read" else "write")
        return Response.of(429, error.body())
    if kind == "500":
        return Response.of(500, ApiError(500, "Internal error encountered.").body())
    if kind == "503":
        return Response.of(503, ApiError(503, "The service is currently unavailable.").body())
    if kind == "html502":
        return Response(502, _HTML.encode(), "text/html; charset=UTF-8")
    return None
