"""Calls to somebody outside who watches that the runner lives (healthchecks and the like). It can never fail a pass."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

log = logging.getLogger("sheetcrm.service")

_SECONDS = 5


@dataclass(frozen=True)
class Ping:
    """Calls ``url`` when a pass succeeds, ``url/start`` when it begins, ``url/fail`` when it failed. Blank: nothing.

    ``wait``: until the call was made, some seconds at most, because the process may end right after it.
    """

    url: str
    wait: bool = False

    def started(self) -> None:
        """A pass begins."""
        self._call("/start")

    def succeeded(self) -> None:
        """A pass went through."""
        self._call("")

    def failed(self, error: str) -> None:
        """A pass failed. What failed stays here: it may name customers."""
        del error
        self._call("/fail")

    def _call(self, path: str) -> None:
        if not self.url:
            return
        call = threading.Thread(target=_get, args=(self.url.rstrip("/") + path,), daemon=True)
        call.start()
        if self.wait:
            call.join(_SECONDS)


def _get(url: str) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        log.warning("the heartbeat address is no web address")
        return
    try:
        with urlopen(Request(url, headers={"User-Agent": "sheetcrm"}), timeout=_SECONDS):  # noqa: S310
            pass
    except (URLError, OSError, ValueError) as error:
        log.info("the heartbeat was not heard: %s", type(error).__name__)
