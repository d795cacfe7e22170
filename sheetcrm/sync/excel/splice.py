"""Cut and join a part: many replacements in one pass."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel.markup import Bytes


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
        out = [b""] * (2 * len(found.bodies) + 1)
        lefts, rights = [0, *found.ends.tolist()], [*found.starts.tolist(), len(raw)]
        out[::2] = [raw[left:right] for left, right in zip(lefts, rights, strict=True)]
        out[1::2] = found.bodies
        return b"".join(out)
