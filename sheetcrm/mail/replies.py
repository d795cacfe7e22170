"""What an SMTP server's reply means for the letter."""

from __future__ import annotations

import re

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_QUOTA = re.compile(
    r"\b5\.4\.5\b|\b5\.1\.90\b"
    r"|\b(daily|hourly|sending|message|recipient|rate)\b.{0,40}\b(quota|limit|rate)\b.{0,40}\b(exceeded|reached)"
    r"|\bexceeded\b.{0,40}\b(daily|hourly|sending|message|recipient)\b.{0,30}\b(quota|limit)",
    re.IGNORECASE | re.DOTALL,
)
_MAILBOX_FULL = ("2", "2")
_TOO_BIG = ("3", "4")


def permanent(code: int, text: str) -> bool:
    """Whether trying again is pointless: by the enhanced status where there is one, else by the code.

    A full mailbox (x.2.2) is emptied some day, whatever the class of its code; a letter too big stays too big.
    """
    status = _ENHANCED.search(text)
    if status is None:
        return code >= 500
    detail = status.group(2, 3)
    if detail == _MAILBOX_FULL:
        return False
    return detail == _TOO_BIG or status.group(1) == "5"


def over_quota(code: int, text: str) -> bool:
    """Whether the *sender* has used up what the server lets through for now: nothing else will get through either."""
    status = _ENHANCED.search(text)
    if status is not None and status.group(2, 3) in (_MAILBOX_FULL, _TOO_BIG):
        return False
    return code >= 400 and _QUOTA.search(text) is not None


def readable(code: int, text: bytes | str) -> str:
    """The reply on one line, short enough for a cell."""
    words = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split()
    line = " ".join(word for word in words if word.isprintable())
    return f"{code} {line}"[:300].rstrip()
