"""How fast letters may leave: providers block whoever sends too many a minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

# The ledger keeps whole seconds, so a minute is counted a second longer.
_MINUTE = 61.0


class Pace:
    """At most so many letters in any minute, those that left before this batch included; 0: as fast as they go."""

    def __init__(self, per_minute: int, earlier: Iterable[float] = ()) -> None:
        """``earlier``: when letters left, in seconds of the batch's clock."""
        self._most = per_minute
        self._left: deque[float] = deque(earlier, maxlen=per_minute or 1)

    def pause(self, at: float) -> float:
        """Seconds to wait at a moment before the next letter may leave."""
        if not self._most or len(self._left) < self._most:
            return 0.0
        return max(self._left[0] + _MINUTE - at, 0.0)

    def note(self, at: float) -> None:
        """A letter was offered at a moment."""
        self._left.append(at)
