"""How often Google was called and for what, and the limit that keeps calls below Google's own."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

MINUTE = 60.0

APART = frozenset({"lock", "append", "tags", "grow", "layout", "live"})
"""Calls that a steady pass does not make, or that are not about its contents: listed by themselves."""


class Kind(StrEnum):
    """What repeating a call would do."""

    READ = "read"
    SAME = "same"
    """A write that leaves the same result however often it is made."""
    ONCE = "once"
    """A write that must never be repeated blindly."""


@dataclass
class Traffic:
    """Calls by name, and what went over the wire. Every attempt counts: so does Google's quota."""

    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0

    def count(self, kind: Kind, name: str, sent: int) -> None:
        """One attempt."""
        (self.reads if kind is Kind.READ else self.writes)[name] += 1
        self.sent_bytes += sent

    def as_dict(self) -> dict[str, object]:
        """``reads`` and ``writes`` of the pass itself, other calls by name in ``apart``, bytes both ways."""
        both = self.reads + self.writes
        return {
            "reads": sum(count for name, count in self.reads.items() if name not in APART),
            "writes": sum(count for name, count in self.writes.items() if name not in APART),
            "apart": {name: both[name] for name in sorted(APART & set(both))},
            "retries": self.retries,
            "sent_bytes": self.sent_bytes,
            "received_bytes": self.received_bytes,
        }

    def in_words(self) -> str:
        """One line for ``run -v``."""
        apart = ", ".join(f"{count} {name}" for name, count in sorted((self.reads + self.writes).items()))
        size = (self.sent_bytes + self.received_bytes) / 1024
        return f"calls to Google: {apart or 'none'}; {self.retries} retries; {size:,.0f} kB"


@dataclass
class Bucket:
    """At most ``limit`` calls of a kind in any minute (0: no limit); reads and writes count apart, as at Google."""

    limit: int
    clock: Callable[[], float] = time.monotonic
    _times: dict[bool, deque[float]] = field(default_factory=lambda: {True: deque(), False: deque()})

    def wait_for(self, kind: Kind) -> float:
        """Seconds to wait before a call of this kind may be made; 0 takes its place."""
        if not self.limit:
            return 0.0
        times, now = self._times[kind is Kind.READ], self.clock()
        while times and now - times[0] >= MINUTE:
            times.popleft()
        if len(times) >= self.limit:
            return MINUTE - (now - times[0])
        times.append(now)
        return 0.0
