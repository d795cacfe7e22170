"""Colours as Sheets keeps them: one byte a channel, written back as float32, zero channels left out."""

import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=512)
def _shortest_float32(byte: int) -> float:
    """The shortest decimal that reads back as the float32 of ``byte / 255``."""
    exact = struct.unpack("f", struct.pack("f", byte / 255))[0]
    for digits in range(1, 10):
        shown = float(f"{exact:.{digits}g}")
        if struct.unpack("f", struct.pack("f", shown))[0] == exact:
            return shown
    return float(exact)


def channel_byte(value: float) -> int:
    """A channel's byte: Sheets cuts, it doesn't round (0.5 comes back as 127/255)."""
    return max(0, min(255, int(value * 255 + 1e-3)))


def kept(colour: Mapping[str, Any]) -> dict[str, Any]:
    """``colour`` as a later read returns it."""
    out: dict[str, Any] = {}
    for channel in ("red", "green", "blue"):
        byte = channel_byte(float(colour.get(channel) or 0))
        if byte:
            out[channel] = 1 if byte == 255 else _shortest_float32(byte)
    if colour.get("alpha") is not None and colour["alpha"] != 1:
        out["alpha"] = colour["alpha"]
    return out


def to_hex(colour: Mapping[str, Any]) -> str:
    """``RRGGBB`` for workbooks."""
    return "".join(f"{round(float(colour.get(c, 0)) * 255):02X}" for c in ("red", "green", "blue"))


def from_hex(text: str) -> dict[str, Any]:
    """A colour from ``RRGGBB`` or ``AARRGGBB``."""
    rgb = text[-6:]
    return kept({c: int(rgb[i : i + 2], 16) / 255 for c, i in (("red", 0), ("green", 2), ("blue", 4))})
