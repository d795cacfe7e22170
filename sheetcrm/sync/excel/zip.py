"""A zip archive as bytes: read single entries within bounds, replace some, copy all others verbatim.

The standard library's zipfile can't copy compressed bytes, trusts declared sizes and accepts duplicate names.
"""

import zlib
from collections.abc import Mapping

from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.zip_directory import (
    DAMAGED,
    Entry,
    Packed,
    directory_of,
    entries_of,
    moved,
    part_key,
    replaced,
    tail_of,
)

_ENCRYPTED = 0x1
_STORED, _DEFLATED = 0, 8
_LARGE = 4 << 20  # parts from here on are packed at level 1: four times faster, some 20% larger


class Archive:
    """The zip file in `data`. Raises Refused when it is damaged, ambiguous or larger than the limits."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.data = data
        self.limits = limits
        self._start, self._end_record, records = directory_of(data, limits)
        self.entries = entries_of(data, records, self._start)
        self._by_key = _unique(self.entries)
        self._check_sizes()

    def find(self, part: str) -> Entry | None:
        """The entry of a part, whatever its case and slashes; None when there is none."""
        return self._by_key.get(part_key(part))

    def read(self, entry: Entry) -> bytes:
        """The inflated bytes, checked against declared size and checksum."""
        if entry.flags & _ENCRYPTED:
            raise Refused(f"{entry.name} inside the workbook is encrypted. Save the workbook without a password.")
        packed = memoryview(self.data)[entry.data : entry.data + entry.packed]
        if entry.method == _STORED:
            out = bytes(packed)
        elif entry.method == _DEFLATED:
            out = _inflate(packed, entry)
        else:
            raise Refused(f"{entry.name} is packed in a way Excel does not use (method {entry.method}). Save in Excel.")
        if len(out) != entry.size or zlib.crc32(out) != entry.crc:
            raise Refused(DAMAGED.format(f"{entry.name} does not match its checksum"))
        return out

    def rebuild(self, changes: Mapping[str, Packed | None]) -> bytes:
        """The archive with some entries replaced (None: removed), by recorded name; all others copied verbatim."""
        view = memoryview(self.data)
        position = min((entry.offset for entry in self.entries), default=self._start)
        pieces: list[bytes | memoryview] = [view[:position]]
        records: dict[int, bytes] = {}
        for place, entry in sorted(enumerate(self.entries), key=lambda item: item[1].offset):
            if entry.name in changes:
                packed = changes[entry.name]
                if packed is None:
                    continue
                records[place], local = replaced(entry, packed, position)
                pieces += local
                position += sum(map(len, local))
            else:
                records[place] = moved(entry, position)
                pieces.append(view[entry.offset : entry.end])
                position += entry.end - entry.offset
        # The directory keeps its own order, which need not be the order of the records.
        directory = b"".join(record for _, record in sorted(records.items()))
        return b"".join([*pieces, directory, tail_of(self._end_record, len(records), len(directory), position)])

    def _check_sizes(self) -> None:
        limits, total = self.limits, 0
        for entry in self.entries:
            total += entry.size
            ratio = entry.size / max(entry.packed, 1)
            if entry.size > limits.part_size or (entry.size > limits.ratio_from and ratio > limits.ratio):
                raise Refused(
                    f"{entry.name} inside the workbook would unpack to {entry.size / 2**20:,.0f} MB "
                    f"({ratio:,.0f} times its size), which no real sheet does. "
                    "Delete empty formatted rows below your data, or make the sheet smaller."
                )
        if total > limits.total_size:
            raise Refused(f"The workbook would unpack to {total / 2**20:,.0f} MB, more than this program reads.")


def _unique(entries: list[Entry]) -> dict[str, Entry]:
    by_key: dict[str, Entry] = {}
    for entry in entries:
        if entry.key.endswith("/"):
            continue
        if entry.key in by_key:
            raise Refused(
                f"The workbook holds {entry.name} twice, so programs disagree on its content. Save it again in Excel."
            )
        by_key[entry.key] = entry
    return by_key


def _inflate(packed: memoryview, entry: Entry) -> bytes:
    """Inflate to the declared size and never a byte beyond: the declaration may lie."""
    stream = zlib.decompressobj(-15)
    try:
        out = stream.decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise Refused(DAMAGED.format(f"{entry.name} can't be unpacked ({error})")) from None
    if len(out) > entry.size:
        raise Refused(DAMAGED.format(f"{entry.name} is larger than it says"))
    if len(out) < entry.size:
        raise Refused(DAMAGED.format(f"{entry.name} is shorter than it says"))
    return out


def pack(body: bytes | bytearray) -> Packed:
    """Deflate new content. Other threads run meanwhile."""
    stream = zlib.compressobj(1 if len(body) > _LARGE else 6, zlib.DEFLATED, -15)
    return Packed(stream.compress(body) + stream.flush(), zlib.crc32(body), len(body))
