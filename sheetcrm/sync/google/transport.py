"""Calls to Google: gspread's HTTP client with timeouts, bounded retries and a deadline, decided by true statuses.

gspread's own retrying client never gives up and takes an HTML 502 for a refusal; its plain one has no timeout. Here
every call says what repeating it would do (``Kind``), and only what may be repeated is.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests
from google.auth import exceptions as auth_errors
from gspread.http_client import HTTPClient

from sheetcrm.sync.google.errors import NOT_DONE, PASSING, GoogleBusy, GoogleError, GoogleSetup, Unanswered, in_words
from sheetcrm.sync.google.traffic import Bucket, Kind, Traffic

if TYPE_CHECKING:
    from sheetcrm.config import Google
    from sheetcrm.sync.google.auth import Account

SHEETS = "https://sheets.googleapis.com"
LONGEST_PAUSE = 32.0
"""Seconds between two attempts at most."""

_READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", "developerMetadata:search")
_SAME_POSTS = ("values:batchUpdate", "values:batchUpdateByDataFilter", "values:batchClear", ":clear")
_CUT = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)

Json = Mapping[str, Any]


class SheetsTransport(HTTPClient):
    """gspread's client over the wire of this project. ``traffic`` counts what it does.

    Raises GoogleSetup (people must do something first), GoogleBusy (later), Unanswered (a once-only write whose fate is
    unknown) and GoogleError (refused), each in words.
    """

    def __init__(
        self,
        account: Account,
        settings: Google,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(account.credentials, session=account.session())
        self.auth = account.credentials
        self.account = account
        self.settings = settings
        self.base_url = settings.base_url.rstrip("/")
        self.timeout = (settings.connect_seconds, settings.read_seconds)
        self.traffic = Traffic()
        self.bucket = Bucket(settings.requests_per_minute, clock)
        self._clock, self._sleep = clock, sleep

    def call(
        self,
        method: str,
        path: str,
        *,
        name: str,
        kind: Kind | None = None,
        params: Json | None = None,
        body: Json | None = None,
    ) -> dict[str, Any]:
        """One call of the Sheets API: ``path`` follows ``/v4/spreadsheets/``. Returns the reply's JSON."""
        url = f"{SHEETS}/v4/spreadsheets/{quote(path, safe='/:')}"
        reply = self._attempts(method, url, name, kind or kind_of(method, path), params, _bytes(body), needs_json=True)
        found: dict[str, Any] = json.loads(reply.content)
        return found

    def request(
        self,
        method: str,
        endpoint: str,
        params: Json | None = None,
        data: bytes | None = None,
        json: Json | None = None,
        files: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """gspread's own way in, under the same rules."""
        path = urlsplit(endpoint).path
        name = path.rpartition("/")[2].rpartition(":")[2]
        sent = _bytes(json) if json is not None else data
        return self._attempts(method, endpoint, name, kind_of(method, path), params, sent, files=files, headers=headers)

    def _attempts(
        self,
        method: str,
        url: str,
        name: str,
        kind: Kind,
        params: Json | None,
        body: bytes | None,
        *,
        needs_json: bool = False,
        **more: Any,
    ) -> requests.Response:
        """Try until there is an answer, the attempts are used up or the deadline is near.

        A once-only call is repeated only when it is certain that it was not carried out.
        """
        until = self._clock() + self.settings.deadline_seconds
        for attempt in range(self.settings.retries + 1):
            self._wait_for_turn(kind, until)
            self.traffic.count(kind, name, len(body or b""))
            reply, error, done = self._once(method, url, params, body, needs_json, **more)
            if reply is not None and error is None:
                return reply
            assert error is not None
            if not isinstance(error, GoogleBusy):
                raise error
            if kind is Kind.ONCE and done:
                raise Unanswered(str(error), error.status)
            pause = self._pause(attempt, reply)
            if attempt == self.settings.retries or self._clock() + pause >= until:
                raise error
            self.traffic.retries += 1
            self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self, method: str, url: str, params: Json | None, body: bytes | None, needs_json: bool, **more: Any
    ) -> tuple[requests.Response | None, GoogleError | None, bool]:
        """One attempt: the reply, what is wrong with it, and whether the call may have been carried out."""
        headers = {**(more.pop("headers", None) or {})}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        try:
            reply = self.session.request(
                method, self._at(url), params=params, data=body, headers=headers, timeout=self.timeout, **more
            )
        except auth_errors.GoogleAuthError as error:
            return None, self.account.refused(error), False
        except requests.exceptions.ConnectTimeout:
            return None, GoogleBusy("Google cannot be reached (no connection in time)."), False
        except (*_CUT, requests.exceptions.RequestException) as error:
            return None, GoogleBusy(f"The connection to Google broke ({type(error).__name__})."), True
        self.traffic.received_bytes += len(reply.content)
        if not reply.ok:
            wrong = in_words(reply.status_code, reply.content, self.account.email)
            return reply, wrong, reply.status_code in PASSING and reply.status_code not in NOT_DONE
        if needs_json and not _is_json(reply.content):
            return reply, GoogleBusy("Google answered with a page instead of data."), True
        return reply, None, True

    def _at(self, url: str) -> str:
        return self.base_url + urlsplit(url).path if self.base_url else url

    def _wait_for_turn(self, kind: Kind, until: float) -> None:
        while (seconds := self.bucket.wait_for(kind)) > 0:
            if self._clock() + seconds >= until:
                raise GoogleBusy("The limit of calls a minute is used up; the next run goes on.", 429)
            self._sleep(seconds)

    def _pause(self, attempt: int, reply: requests.Response | None) -> float:
        asked = reply.headers.get("Retry-After", "") if reply is not None else ""
        if asked.isdecimal():
            return float(asked)
        # Jitter: two runners that failed together must not come back together.
        pause: float = min(LONGEST_PAUSE, self.settings.backoff_seconds * 2**attempt)
        return pause * random.uniform(0.5, 1.5)  # noqa: S311


def kind_of(method: str, path: str) -> Kind:
    """What repeating a call of this method and path would do."""
    if method.upper() == "GET" or path.endswith(_READING_POSTS):
        return Kind.READ
    return Kind.SAME if method.upper() == "PUT" or path.endswith(_SAME_POSTS) else Kind.ONCE


def _bytes(body: Json | None) -> bytes | None:
    """UTF-8, not escapes: Russian sentences are 2.5 times shorter. NaN never leaves: it is a bug and says so."""
    if body is None:
        return None
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _is_json(content: bytes) -> bool:
    return content[:1] == b"{" and content.rstrip()[-1:] == b"}"


__all__ = ["GoogleSetup", "Json", "SheetsTransport", "kind_of"]
