"""Text of the workbook's cells made fit to show: one line, no longer than its place, links only where they are safe."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def one_line(text: str) -> str:
    """Text without line breaks, control and direction characters: what may stand in a header or a title."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def clip(text: str, most: int) -> str:
    """Text of at most ``most`` characters, cut between its parts ("… · …") or words where it can be, with "…" where it
    was cut."""
    line = one_line(text)
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    for between in (" · ", " "):
        whole = cut.rpartition(between)[0]
        if len(whole) > most // 2:
            cut = whole
            break
    return cut.rstrip(" ,.;:·") + "…"


def href(address: str | None) -> str:
    """The address if it may be a link (https or mailto), else ""."""
    if not address or one_line(address) != address or " " in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme == "https":
        return address if parts.hostname else ""
    return address if parts.scheme == "mailto" else ""
