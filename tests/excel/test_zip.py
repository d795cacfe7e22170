"""The zip layer: verbatim copies, and every way an archive can lie."""

import io
import struct
import warnings
import zipfile

import pytest

from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused
from sheetcrm.sync.excel.zip import Archive, pack
from tests.excel.books import zipped

PARTS = {"a.xml": "<a/>" * 100, "dir/b.xml": "<b>ñ</b>", "c.bin": b"\0\1\2" * 50}


def archive(data: bytes, **limits: int) -> Archive:
    return Archive(data, Limits(**limits))


def test_nothing_replaced_is_the_same_file() -> None:
    data = zipped(PARTS)
    assert archive(data).rebuild({}) == data


def test_replaced_entry_reads_back_and_all_others_are_copied_verbatim() -> None:
    data = zipped(PARTS)
    before = archive(data)
    after_bytes = before.rebuild({"a.xml": pack(b"<new/>")})
    after = archive(after_bytes)
    assert after.read(after.entries[0]) == b"<new/>"
    for old, new in zip(before.entries[1:], after.entries[1:], strict=True):
        assert data[old.offset : old.end] == after_bytes[new.offset : new.end]
    with zipfile.ZipFile(io.BytesIO(after_bytes)) as other:
        assert other.testzip() is None
        assert other.read("dir/b.xml").decode() == "<b>ñ</b>"


def test_removed_entry_is_gone_and_the_rest_still_opens() -> None:
    after = archive(zipped(PARTS)).rebuild({"dir/b.xml": None})
    with zipfile.ZipFile(io.BytesIO(after)) as other:
        assert other.namelist() == ["a.xml", "c.bin"]
        assert other.testzip() is None


def streamed(parts: dict[str, bytes]) -> bytes:
    """A zip written without seeking, so that each entry ends in a data descriptor."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:
        for name, body in parts.items():
            out.writestr(name, body)
    return pipe.getvalue()


def test_data_descriptors_travel_with_their_entries() -> None:
    data = streamed({"a.xml": b"<a/>" * 99, "b.xml": b"<b/>"})
    before = archive(data)
    assert before.entries[0].flags & 8
    after = before.rebuild({"a.xml": pack(b"<z/>")})
    with zipfile.ZipFile(io.BytesIO(after)) as other:
        assert other.testzip() is None
        assert other.read("a.xml") == b"<z/>"
        assert not other.getinfo("a.xml").flag_bits & 8
    assert data[before.entries[1].offset : before.entries[1].end] in after


def test_zip64_entries_are_read_moved_and_replaced() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as writer:
        for name in ("a.xml", "b.xml"):
            with writer.open(name, "w", force_zip64=True) as entry:
                entry.write(b"<a/>" * 50)
    data = out.getvalue()
    for name in ("a.xml", "b.xml"):
        after = archive(data).rebuild({name: pack(b"<longer-than-before/>" * 100)})
        with zipfile.ZipFile(io.BytesIO(after)) as other:
            assert other.testzip() is None


def as_zip64_directory(data: bytes) -> bytes:
    """The same archive with its directory's place and the entries' offsets in 64-bit fields, as large files have."""
    at = data.rfind(b"PK\5\6")
    count, _, start = struct.unpack_from("<HLL", data, at + 10)
    records, position = b"", start
    for _ in range(count):
        fields = list(struct.unpack_from("<4s6H3L5H2L", data, position))
        lengths = fields[10:13]
        body = data[position + 46 : position + 46 + sum(lengths)]
        offset, fields[16] = fields[16], 0xFFFFFFFF
        extra = struct.pack("<2HQ", 1, 8, offset)
        fields[11] += len(extra)
        records += struct.pack("<4s6H3L5H2L", *fields) + body[: lengths[0]] + extra + body[lengths[0] :]
        position += 46 + sum(lengths)
    end64 = start + len(records)
    tail = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(records), start)
    tail += struct.pack("<4sLQL", b"PK\6\7", 0, end64, 1)
    tail += struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + records + tail


def test_zip64_directory_is_read_and_written_as_a_plain_one() -> None:
    data = as_zip64_directory(zipped(PARTS))
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    after = archive(data).rebuild({"a.xml": pack(b"<new/>" * 1000)})
    with zipfile.ZipFile(io.BytesIO(after)) as other:
        assert other.testzip() is None
        assert other.read("a.xml") == b"<new/>" * 1000
        assert other.read("c.bin") == PARTS["c.bin"]


def test_archive_comment_and_trailing_bytes_stay() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer:
        writer.writestr("a.xml", "<a/>")
        writer.comment = b"made by hand"
    after = archive(out.getvalue()).rebuild({"a.xml": pack(b"<b/>")})
    assert zipfile.ZipFile(io.BytesIO(after)).comment == b"made by hand"


def test_part_names_match_whatever_their_case_and_slashes() -> None:
    found = archive(zipped({"XL\\Workbook.xml": "<a/>"})).find("/xl/workbook.xml")
    assert found is not None
    assert found.name == "XL\\Workbook.xml" or found.key == "xl/workbook.xml"


@pytest.mark.parametrize("second", ["a.xml", "A.XML", "/a.xml"])
def test_two_entries_of_one_name_are_refused(second: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as writer, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        writer.writestr("a.xml", "<a/>")
        writer.writestr(second, "<b/>")
    with pytest.raises(Refused, match="twice"):
        archive(out.getvalue())


def read_first(data: bytes) -> bytes:
    found = archive(data)
    return found.read(found.entries[0])


def test_a_cut_off_file_is_refused_at_every_length() -> None:
    data = zipped(PARTS)
    for length in range(len(data)):
        with pytest.raises(Refused):
            read_first(data[:length])


def test_flipped_bytes_are_refused_or_harmless() -> None:
    data = zipped(PARTS)
    refusals = []
    for place in range(0, len(data), 3):
        broken = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        try:
            found = archive(broken)
            for entry in found.entries:
                found.read(entry)
        except Refused as reason:
            refusals.append(str(reason))
    assert len(refusals) > 50
    assert all(refusals)


def test_a_part_larger_than_it_says_is_refused_without_unpacking_it_all() -> None:
    data = bytearray(zipped({"a.xml": b"x" * 3_000_000}))
    for signature, size_at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        struct.pack_into("<L", data, data.index(signature) + size_at, 1000)
    found = archive(bytes(data))
    with pytest.raises(Refused, match="larger than it says"):
        found.read(found.entries[0])


def test_a_bomb_is_refused_by_its_ratio() -> None:
    data = zipped({"a.xml": b" " * 40_000_000})
    with pytest.raises(Refused, match="times its size"):
        archive(data)


@pytest.mark.parametrize("limits", [{"part_size": 100}, {"total_size": 100}, {"entries": 2}])
def test_limits_are_kept(limits: dict[str, int]) -> None:
    with pytest.raises(Refused):
        archive(zipped(PARTS), **limits)


def test_overlapping_entries_are_refused() -> None:
    data = bytearray(zipped({"a.xml": "<a/>" * 50, "b.xml": "<b/>"}))
    second = data.rindex(b"PK\1\2")
    struct.pack_into("<L", data, second + 42, 0)
    with pytest.raises(Refused, match=r"share the same bytes|overlaps"):
        archive(bytes(data))


def test_encrypted_and_oddly_packed_parts_are_refused() -> None:
    data = bytearray(zipped({"a.xml": "<a/>"}))
    struct.pack_into("<H", data, data.index(b"PK\1\2") + 8, 1)
    found = archive(bytes(data))
    with pytest.raises(Refused, match="encrypted"):
        found.read(found.entries[0])
    odd = archive(zipped({"a.xml": "<a/>" * 1000}, method=zipfile.ZIP_BZIP2))
    with pytest.raises(Refused, match="packed in a way"):
        odd.read(odd.entries[0])
    assert odd.rebuild({}) == odd.data
