"""The table of contents of a zip archive: parsed strictly, and written again with entries moved or replaced."""

import struct
from dataclasses import dataclass

from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_FULL = 0xFFFFFFFF
_UTF8 = 0x800
_DEFLATED = 8
_ZIP64_EXTRA = 1
DAMAGED = "The file is damaged: {}. Open it in Excel, let it repair the workbook, and save it."


@dataclass(frozen=True)
class Entry:
    """One file of the archive. Offsets count from the archive's first byte; `end` is where the next record begins."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    data: int
    end: int
    record: bytes

    @property
    def key(self) -> str:
        """The part name that Excel sees: forward slashes, no leading one, in lower case."""
        return part_key(self.name)


def part_key(name: str) -> str:
    """Part names compare without regard to case, kind of slash and a leading slash."""
    return name.replace("\\", "/").lstrip("/").lower()


@dataclass(frozen=True)
class Packed:
    """New content of an entry: deflated bytes, and checksum and size of what they unpack to."""

    body: bytes
    crc: int
    size: int


def directory_of(data: bytes, limits: Limits) -> tuple[int, bytes, list[bytes]]:
    """Where the central directory starts, the end record with what follows it, and the directory's records."""
    at = data.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(data):
        raise Refused(DAMAGED.format("it is cut off, its table of contents is missing"))
    _, disk, start_disk, _, count, size, start, _ = _END.unpack_from(data, at)
    stop = at
    locator = at - _LOCATOR.size
    if locator >= 0 and data[locator : locator + 4] == b"PK\6\7":
        stop = _LOCATOR.unpack_from(data, locator)[2]
        if stop + _END64.size > len(data) or data[stop : stop + 4] != b"PK\6\6":
            raise Refused(DAMAGED.format("its table of contents can't be read"))
        disk, start_disk, _, count, size, start = _END64.unpack_from(data, stop)[4:]
    if disk or start_disk:
        raise Refused("The workbook is one part of a zip archive split in several. Save it again in Excel.")
    if start + size > stop or count > limits.entries:
        raise Refused(DAMAGED.format("its table of contents can't be read"))
    records, position = [], start
    for _ in range(count):
        if position + _CENTRAL.size > start + size or data[position : position + 4] != b"PK\1\2":
            raise Refused(DAMAGED.format("its table of contents can't be read"))
        length = _CENTRAL.size + sum(_CENTRAL.unpack_from(data, position)[10:13])
        records.append(data[position : position + length])
        position += length
    return start, data[at:], records


def entries_of(data: bytes, records: list[bytes], directory: int) -> list[Entry]:
    heads = [_head(record) for record in records]
    starts = sorted(head[-1] for head in heads)
    following = dict(zip(starts, [*starts[1:], directory], strict=True)) if starts else {}
    if len(following) != len(starts):
        raise Refused(DAMAGED.format("two of its entries share the same bytes"))
    entries = []
    for record, (name, flags, method, crc, packed, size, offset) in zip(records, heads, strict=True):
        if data[offset : offset + 4] != b"PK\3\4" or offset + _LOCAL.size > directory:
            raise Refused(DAMAGED.format(f"the entry {name} is not where it should be"))
        local = _LOCAL.unpack_from(data, offset)
        start = offset + _LOCAL.size + local[9] + local[10]
        end = following[offset]
        if start + packed > end:
            raise Refused(DAMAGED.format(f"the entry {name} overlaps the next one"))
        entries.append(Entry(name, flags, method, crc, packed, size, offset, start, end, record))
    return entries


def _head(record: bytes) -> tuple[str, int, int, int, int, int, int]:
    fields = _CENTRAL.unpack_from(record)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra_length, offset = fields[10], fields[11], fields[16]
    raw = record[_CENTRAL.size : _CENTRAL.size + name_length]
    extra = record[_CENTRAL.size + name_length : _CENTRAL.size + name_length + extra_length]
    wide = iter(_zip64_values(extra))
    try:
        size = next(wide) if size == _FULL else size
        packed = next(wide) if packed == _FULL else packed
        offset = next(wide) if offset == _FULL else offset
    except StopIteration:
        raise Refused(DAMAGED.format("its table of contents can't be read")) from None
    return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace"), flags, method, crc, packed, size, offset


def _extras(extra: bytes) -> list[tuple[int, bytes]]:
    fields, at = [], 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        fields.append((kind, extra[at : at + 4 + length]))
        at += 4 + length
    return fields


def _zip64_values(extra: bytes) -> tuple[int, ...]:
    for kind, field in _extras(extra):
        if kind == _ZIP64_EXTRA:
            count = (len(field) - 4) // 8
            return struct.unpack_from(f"<{count}Q", field, 4)
    return ()


def replaced(entry: Entry, packed: Packed, position: int) -> tuple[bytes, list[bytes]]:
    """The directory record and the pieces of the local record of an entry with new content."""
    fields = list(_CENTRAL.unpack_from(entry.record))
    name_end = _CENTRAL.size + fields[10]
    name = entry.record[_CENTRAL.size : name_end]
    comment = entry.record[name_end + fields[11] :]
    extra = b"".join(f for kind, f in _extras(entry.record[name_end : name_end + fields[11]]) if kind != _ZIP64_EXTRA)
    flags, times, length = fields[3] & _UTF8, fields[5:7], len(packed.body)
    local = _LOCAL.pack(b"PK\3\4", 20, flags, _DEFLATED, *times, packed.crc, length, packed.size, len(name), 0)
    fields[2:5] = [20, flags, _DEFLATED]
    fields[7:12] = [packed.crc, length, packed.size, len(name), len(extra)]
    fields[13], fields[16] = 0, position
    return _CENTRAL.pack(*fields) + name + extra + comment, [local, name, packed.body]


def moved(entry: Entry, position: int) -> bytes:
    """The directory record of an unchanged entry at its new place."""
    fields = list(_CENTRAL.unpack_from(entry.record))
    if fields[16] != _FULL:
        fields[16] = position
        return _CENTRAL.pack(*fields) + entry.record[_CENTRAL.size :]
    skip = sum(value == _FULL for value in (fields[8], fields[9]))
    out = bytearray(entry.record)
    at = _CENTRAL.size + fields[10]
    for kind, field in _extras(entry.record[at : at + fields[11]]):
        if kind == _ZIP64_EXTRA:
            struct.pack_into("<Q", out, at + 4 + 8 * skip, position)
        at += len(field)
    return bytes(out)


def tail_of(end_record: bytes, count: int, length: int, start: int) -> bytes:
    """The end record for a directory of so many records and bytes at `start`, with the archive's comment."""
    if start + length >= _FULL or count >= 0xFFFF:
        raise Refused("The workbook would grow beyond what a plain zip file holds (4 GB).")
    comment = end_record[_END.size :]
    return _END.pack(b"PK\5\6", 0, 0, count, count, length, start, _END.unpack_from(end_record)[-1]) + comment
