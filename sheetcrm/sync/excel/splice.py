"""Cut and join a part: many replacements in one pass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel.markup import Bytes

_STEP = 1 << 15


@dataclass(frozen=True)
class Pieces:
    """Replacements in the order of their places: `bodies[n]` for the bytes from `starts[n]` to `ends[n]`."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bodies: list[bytes]


class Splice:
    """Replacements of byte ranges of one part, collected in any order and joined at the end.

    Ranges never overlap. Several insertions at one place are told apart by their `order`.
    """

    def __init__(self, raw: Bytes) -> None:
        self._raw = raw
        self._starts: list[NDArray[np.int64]] = []
        self._ends: list[NDArray[np.int64]] = []
        self._orders: list[NDArray[np.int64]] = []
        self._bodies: list[bytes] = []

    def __len__(self) -> int:
        return len(self._bodies)

    def add(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], orders: NDArray[np.int64], bodies: list[bytes]
    ) -> None:
        """Replace each range by its body."""
        if bodies:
            self._starts.append(starts.astype(np.int64))
            self._ends.append(ends.astype(np.int64))
            self._orders.append(orders.astype(np.int64))
            self._bodies += bodies

    def put(self, start: int, end: int, body: bytes, order: int = 0) -> None:
        """Replace one range."""
        self.add(np.array([start]), np.array([end]), np.array([order]), [body])

    def pieces(self) -> Pieces:
        """All replacements, in order."""
        if not self._bodies:
            return Pieces(np.zeros(0, np.int64), np.zeros(0, np.int64), [])
        starts, ends = np.concatenate(self._starts), np.concatenate(self._ends)
        sequence = np.lexsort((np.concatenate(self._orders), starts))
        starts, ends = starts[sequence], ends[sequence]
        if (starts[1:] < ends[:-1]).any():
            raise AssertionError("two replacements overlap")
        return Pieces(starts, ends, [self._bodies[body] for body in sequence.tolist()])

    def join(self, pieces: Pieces | None = None) -> Bytes:
        """The part with all replacements made; the original when there are none. `pieces` saves sorting them again."""
        if not self._bodies:
            return self._raw
        found = pieces or self.pieces()
        raw = bytes(self._raw)
        lefts, rights = np.concatenate(([0], found.ends)), np.concatenate((found.starts, [len(raw)]))
        joined = bytearray()
        # Some thousand at a time: what stays is half of a large part's bytes, and need not stand there twice more.
        for left in range(0, len(lefts), _STEP):
            part = slice(left, left + _STEP)
            kept = [raw[start:end] for start, end in zip(lefts[part].tolist(), rights[part].tolist(), strict=True)]
            new = found.bodies[part]
            out = [b""] * (len(kept) + len(new))
            out[::2], out[1::2] = kept, new
            joined += b"".join(out)
        return joined
