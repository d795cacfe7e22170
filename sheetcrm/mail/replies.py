"""What an SMTP server's reply means for the letter."""

from __future__ import annotations

import re
from datetime import timedelta

_LEADING = re.compile(r"(?:\d{3}[ -])?\s*#?([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_ANYWHERE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.-])")
_QUOTA = re.compile(
    r"\b5\.4\.5\b|\b5\.1\.90\b"
    r"|\b(daily|hourly|sending|message|recipient|rate)\b.{0,40}\b(quota|limit|rate)\b.{0,40}\b(exceeded|reached)"
    r"|\bexceeded\b.{0,40}\b(daily|hourly|sending|message|recipient)\b.{0,30}\b(quota|limit)",
    re.IGNORECASE | re.DOTALL,
)
_MAILBOX_FULL = ("2", "2")
_TOO_BIG = (("3", "4"), ("2", "3"))
_BAD_SENDER = (("1", "7"), ("1", "8"))
_LOGIN_WANTED = (530, 535, 538)
_PAUSES = (
    (re.compile(r"\b(daily|24 ?hours?|day)\b", re.IGNORECASE), timedelta(hours=6)),
    (re.compile(r"\b(hourly|hour)\b", re.IGNORECASE), timedelta(hours=1)),
    (re.compile(r"\b(sending rate|rate|per minute|throttl\w*)\b", re.IGNORECASE), timedelta(minutes=10)),
)
_LONG_PAUSE = timedelta(hours=6)


def permanent(code: int, text: str) -> bool:
    """Whether trying again is pointless: by the enhanced status where there is one, else by the code.

    A full mailbox (x.2.2) is emptied some day, whatever the class of its code; a letter too big stays too big.
    """
    status = _enhanced(code, text)
    if status is None:
        return code >= 500
    detail = status.group(2, 3)
    if detail == _MAILBOX_FULL:
        return False
    return detail in _TOO_BIG or status.group(1) == "5"


def over_quota(code: int, text: str) -> bool:
    """Whether the *sender* has used up what the server lets through for now: nothing else will get through either."""
    status = _enhanced(code, text)
    if status is not None and status.group(2, 3) in (_MAILBOX_FULL, *_TOO_BIG):
        return False
    return code >= 400 and _QUOTA.search(text) is not None


def quota_pause(text: str) -> timedelta:
    """How long to leave the server alone, from what it says of its quota: by the day, by the hour, or a rate."""
    return next((pause for words, pause in _PAUSES if words.search(text)), _LONG_PAUSE)


def about_us(code: int, text: str) -> bool:
    """Whether a refusal is about the sender (not logged in, not let in), so that every other letter would meet it."""
    status = _enhanced(code, text)
    return code in _LOGIN_WANTED or (code >= 500 and status is not None and status.group(2, 3) in _BAD_SENDER)


def _enhanced(code: int, text: str) -> re.Match[str] | None:
    """The enhanced status: at the start, where it belongs; elsewhere only in the code's own class, or a version number
    would pass for one."""
    leading = _LEADING.match(text)
    if leading is not None:
        return leading
    return next((found for found in _ANYWHERE.finditer(text) if found.group(1) == str(code)[0]), None)


def readable(code: int, text: bytes | str) -> str:
    """The reply on one line, short enough for a cell."""
    words = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split()
    line = " ".join(word for word in words if word.isprintable())
    return f"{code} {line}"[:300].rstrip()
