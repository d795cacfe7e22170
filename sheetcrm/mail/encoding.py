"""How a text travels."""

from __future__ import annotations


def encoding(text: str) -> str:
    """Cyrillic as base64 is half of what quoted-printable makes of it; Spanish stays readable in quotes."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return "base64" if foreign * 6 > len(text) else "quoted-printable"
