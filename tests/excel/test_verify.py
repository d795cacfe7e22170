"""The look at a patched sheet: what it catches if the patcher should ever be wrong."""

import numpy as np
import pytest

from sheetcrm.sync.excel.sheet import index_sheet
from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.verify import BrokenPatchError, read_again, verify_sheet
from sheetcrm.sync.excel.write import Written
from tests.excel.books import worksheet

NEW = b'<c r="B2"><v>5</v></c>'
BEFORE = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2" spans="1:1"><c r="A2"><v>7</v></c></row>'
AFTER = BEFORE.replace("</c></row>", f"</c>{NEW.decode()}</row>").replace(NEW.decode(), "", 1)


def asked(*cells: bytes) -> Written:
    written = Written(added=1)
    written.record(2, np.arange(2, 2 + len(cells or (NEW,)), dtype=np.int64), list(cells or (NEW,)))
    return written


def sheet(rows: str) -> bytes:
    return worksheet(rows).encode()


def verify(
    put: bytes, rows: str, before: str, place: str = "</row></sheetData>", written: Written | None = None
) -> None:
    """Verify a patch of `before` that put something in front of `place` and became `rows`."""
    raw = sheet(before)
    splice = Splice(raw)
    splice.put(raw.index(place.encode()), raw.index(place.encode()), put)
    verify_sheet(index_sheet(raw, "part"), splice.pieces(), sheet(rows), written or asked())


def test_what_was_asked_for_passes() -> None:
    verify(NEW, AFTER, BEFORE)


@pytest.mark.parametrize("wrong", [NEW.replace(b"5", b"6"), NEW.replace(b"B2", b"C2"), b"", b'<c r="B2"/>', NEW + NEW])
def test_a_piece_that_is_not_what_was_asked_for_is_caught(wrong: bytes) -> None:
    with pytest.raises(BrokenPatchError, match=r"reads back|cells instead of|out of order"):
        verify(wrong, AFTER.replace(NEW.decode(), wrong.decode()), BEFORE)


def test_a_byte_that_was_not_to_change_is_caught() -> None:
    with pytest.raises(BrokenPatchError, match="nothing was to change"):
        verify(NEW, AFTER.replace("<v>1</v>", "<v>2</v>"), BEFORE)
    with pytest.raises(BrokenPatchError, match="nothing was to change"):
        verify(NEW, AFTER.replace("</row>", " </row>"), BEFORE)


@pytest.mark.parametrize("place", ["</row><row", '<c r="A2"', "</sheetData>"])
def test_a_cell_in_another_row_or_out_of_order_is_caught(place: str) -> None:
    rows = f"{BEFORE}</sheetData>".replace(place, NEW.decode() + place).removesuffix("</sheetData>")
    with pytest.raises(BrokenPatchError, match=r"out of order|reads back"):
        verify(NEW, rows, BEFORE, place)


@pytest.mark.parametrize(
    ("cell", "fault"), [(b'<c r="B2"><v>5</w></c>', "mismatched"), (b'<c r="B2"><v>&x;</v></c>', "")]
)
def test_a_cell_that_is_no_xml_is_caught(cell: bytes, fault: str) -> None:
    with pytest.raises(BrokenPatchError, match=f"not well-formed.*{fault}"):
        verify(cell, AFTER.replace(NEW.decode(), cell.decode()), BEFORE, written=asked(cell))


GOOD = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>5</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (GOOD.replace("<v>5</v>", "<v>6</v>"), "B2 reads back"),
        (GOOD.replace("B2", "C2"), "B2 reads back"),
        (GOOD.replace('<c r="A1"><v>1</v></c>', ""), "1 cells instead of 2"),
        (GOOD.replace('r="A1"', 'r="A3"'), "out of order"),
        (GOOD.replace('row r="2"', 'row r="1"'), "out of order"),
    ],
)
def test_a_part_that_is_read_again_shows_what_was_not_asked_for(rows: str, words: str) -> None:
    read_again(sheet(GOOD), "part", 2, asked())
    with pytest.raises(BrokenPatchError, match=words):
        read_again(sheet(rows), "part", 2, asked())


def test_large_parts_are_parsed_around_the_rows_and_in_the_new_cells() -> None:
    filler = "".join(f'<row r="{r}"><c r="A{r}" s="1"><v>{r}</v></c></row>' for r in range(3, 420_003))
    assert len(filler) > 1 << 24
    place = '</row><row r="3"'
    verify(NEW, AFTER + filler, BEFORE + filler, place)
    broken = NEW.replace(b"5", b"&x;")
    with pytest.raises(BrokenPatchError, match="not well-formed"):
        verify(broken, AFTER.replace(NEW.decode(), broken.decode()) + filler, BEFORE + filler, place, asked(broken))
    raw = sheet(BEFORE + filler).replace(b"</worksheet>", b"<hyperlinks></worksheet>")
    splice = Splice(raw)
    splice.put(raw.index(place.encode()), raw.index(place.encode()), NEW)
    with pytest.raises(BrokenPatchError, match="not well-formed"):
        verify_sheet(index_sheet(raw, "part"), splice.pieces(), splice.join(), asked())


def test_replacements_that_overlap_never_happen_in_silence() -> None:
    splice = Splice(b"0123456789")
    splice.put(2, 5, b"a")
    splice.put(4, 6, b"b")
    with pytest.raises(AssertionError, match="overlap"):
        splice.join()


def test_insertions_at_one_place_keep_their_order() -> None:
    splice = Splice(b"0123")
    splice.put(2, 2, b"c", order=3)
    splice.put(2, 2, b"a", order=-5)
    splice.put(2, 3, b"X", order=9)
    splice.put(2, 2, b"b", order=0)
    assert splice.join() == b"01abcX3"
    assert Splice(b"0123").join() == b"0123"
