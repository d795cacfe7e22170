"""What Google says no to, in words that tell what to do."""

from __future__ import annotations

import json
import re
from typing import Any


class GoogleError(Exception):
    """A refused call. The text says what to do; ``status`` is the HTTP status (0: none came back)."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class GoogleSetup(GoogleError):  # noqa: N818 - people's to set up
    """Something that people must set up first: the key, the API, the sharing."""


class GoogleBusy(GoogleError):  # noqa: N818 - it passes
    """Google does not answer now, or not so often: try again later."""


class Unanswered(GoogleBusy):
    """A call that must not be made twice got no answer: nobody knows whether it was carried out."""


PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that pass by themselves."""

NOT_DONE = frozenset({429})
"""Statuses that say for certain that nothing was done."""


def details(body: bytes) -> tuple[str, str]:
    """Message and reason of an error's body; an HTML page has neither."""
    try:
        error: Any = json.loads(body)["error"]
        message = str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", ""
    listed = [*(error.get("details") or ()), *(error.get("errors") or ())]
    reasons = [str(entry["reason"]) for entry in listed if isinstance(entry, dict) and entry.get("reason")]
    return message, reasons[0] if reasons else ""


def in_words(status: int, body: bytes, account: str) -> GoogleError:
    """The error for a reply of this status, naming the account's address where that is what people need."""
    message, reason = details(body)
    if status == 403 and reason == "SERVICE_DISABLED":
        link = re.search(r"https://\S+", message)
        return GoogleSetup(
            "The Google Sheets API is not enabled in the project of this key.\n"
            f"Open {link[0] if link else 'the APIs page of the Google Cloud console'} , press Enable, "
            "wait a minute and try again.",
            status,
        )
    if status == 403 and reason == "storageQuotaExceeded":
        return GoogleSetup(
            "Service accounts cannot own files. Make an empty sheet yourself, share it with "
            f"{account} as an editor, and give its address to sheetcrm.",
            status,
        )
    if status == 403 and "protected" in message:
        return GoogleError("Some of the cells are protected from this account.", status)
    if status == 403:
        return GoogleSetup(
            f"The sheet is not shared with {account} as an editor.\n"
            "Open the sheet, press Share, add that address as Editor (no message needed), and try again.",
            status,
        )
    if status == 400 and "not supported for this document" in message:
        return GoogleSetup(
            "This is an Excel file that was opened in Drive, not a Google Sheet.\n"
            "Open it, choose File, Save as Google Sheets, share the new sheet with "
            f"{account} as an editor, and use its address.",
            status,
        )
    if status == 404:
        return GoogleSetup(
            "There is no sheet with this address. Copy the address from the browser's bar while the sheet is open, "
            "and put it into workbook in the settings.",
            status,
        )
    if status == 401:
        return GoogleSetup(f"Google does not accept the credentials of {account}. Make a new key.", status)
    if status == 429:
        return GoogleBusy("Google's limit of calls a minute is used up; the next run goes on.", status)
    if status in PASSING:
        return GoogleBusy(f"Google Sheets does not answer now (status {status}); the next run goes on.", status)
    return GoogleError(f"Google refused a call (status {status}): {message or 'no reason given'}", status)
