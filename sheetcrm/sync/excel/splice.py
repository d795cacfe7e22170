"""Cut and join a part: many replacements in one pass."""

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel.markup import Bytes


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

    def join(self) -> bytes:
        """The part with all replacements made."""
        if not self._bodies:
            return bytes(self._raw)
        starts, ends = np.concatenate(self._starts), np.concatenate(self._ends)
        sequence = np.lexsort((np.concatenate(self._orders), starts))
        starts, ends = starts[sequence], ends[sequence]
        if (starts[1:] < ends[:-1]).any():
            raise AssertionError("two replacements overlap")
        gap_from = np.concatenate(([0], ends))
        gap_to = np.concatenate((starts, [len(self._raw)]))
        kept = np.flatnonzero(gap_to > gap_from)
        # Gap k comes right before body k; gaps that are empty (cells side by side) take no place.
        pieces = np.empty(len(sequence) + len(kept), object)
        is_body = np.ones(len(pieces), bool)
        is_body[kept + np.arange(len(kept))] = False
        bodies = np.empty(len(sequence), object)
        bodies[:] = self._bodies
        pieces[is_body] = bodies[sequence]
        view = memoryview(self._raw)
        gaps = np.empty(len(kept), object)
        gaps[:] = [view[a:b] for a, b in zip(gap_from[kept].tolist(), gap_to[kept].tolist(), strict=True)]
        pieces[~is_body] = gaps
        return b"".join(pieces.tolist())
