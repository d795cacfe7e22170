"""Google's limits: 60 reads and 60 writes a minute and user; the next minute starts afresh."""

import threading
import time
from collections.abc import Callable

from .errors import ApiError

PER_MINUTE = 60


class Quota:
    """Counts calls by user and kind. ``clock`` gives seconds; tests may turn it by hand."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def spend(self, user: str, kind: str) -> None:
        """Counts one call; the 61st in a minute is refused."""
        now = self.clock()
        with self._lock:
            start, used = self._windows.get((user, kind), (now, 0))
            if now - start >= 60:
                start, used = now, 0
            if used >= PER_MINUTE:
                raise exhausted(kind)
            self._windows[(user, kind)] = (start, used + 1)


def exhausted(kind: str) -> ApiError:
    """The 429 of one kind, ``read`` or ``write``."""
    title = kind.capitalize()
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "quota_limit": f"{title}RequestsPerMinutePerUser",
            "quota_limit_value": str(PER_MINUTE),
            "quota_location": "global",
            "quota_metric": f"sheets.googleapis.com/{kind}_requests",
            "quota_unit": "1/min/{project}/{user}",
            "consumer": "projects/123456789012",
            "service": "sheets.googleapis.com",
        },
    }
    link = {
        "description": "Request a higher quota limit.",
        "url": "https://cloud.google.com/docs/quotas/help/request_increase",
    }
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{title} requests' and limit '{title} requests per minute per user' of service "
        "'sheets.googleapis.com' for consumer 'project_number:123456789012'.",
        details=[info, {"@type": "type.googleapis.com/google.rpc.Help", "links": [link]}],
    )
