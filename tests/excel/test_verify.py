"""The look at a patched sheet: what it catches if the patcher should ever be wrong."""

import numpy as np
import pytest

from sheetcrm.sync.excel.splice import Splice
from sheetcrm.sync.excel.verify import BrokenPatchError, verify_sheet
from sheetcrm.sync.excel.write import Written
from tests.excel.books import worksheet

NEW = b'<c r="B2"><v>5</v></c>'


def asked() -> Written:
    written = Written(added=1)
    written.record(2, np.array([2], np.int64), [NEW])
    return written


def sheet(rows: str) -> bytes:
    return worksheet(rows).encode()


GOOD = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="B2"><v>5</v></c></row>'


def test_what_was_asked_for_passes() -> None:
    verify_sheet(sheet(GOOD), "part", 1, asked())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (GOOD.replace("<v>5</v>", "<v>6</v>"), "B2 reads back"),
        (GOOD.replace("B2", "C2"), "B2 reads back"),
        (GOOD.replace('<c r="A1"><v>1</v></c>', ""), "1 cells instead of 1 [+] 1"),
        (GOOD.replace('r="A1"', 'r="A3"'), "out of order"),
        (GOOD.replace('row r="2"', 'row r="1"'), "out of order"),
        (GOOD.replace("<v>1</v>", "<v>1</w>"), "not well-formed"),
        (GOOD.replace("<v>1</v>", "<v>&nbsp;</v>"), "not well-formed"),
    ],
)
def test_what_was_not_asked_for_is_caught(rows: str, words: str) -> None:
    with pytest.raises(BrokenPatchError, match=words):
        verify_sheet(sheet(rows), "part", 1, asked())


def test_large_parts_are_parsed_around_the_rows_and_in_the_new_cells() -> None:
    filler = "".join(f'<row r="{r}"><c r="A{r}" s="1"><v>{r}</v></c></row>' for r in range(3, 420_003))
    body = sheet(GOOD + filler)
    assert len(body) > 1 << 24
    verify_sheet(body, "part", 420_001, asked())
    with pytest.raises(BrokenPatchError, match="not well-formed"):
        verify_sheet(body.replace(b"</worksheet>", b"<hyperlinks></worksheet>"), "part", 420_001, asked())
    broken = Written(added=1)
    broken.record(2, np.array([2], np.int64), [NEW.replace(b"5", b"&x;")])
    with pytest.raises(BrokenPatchError, match="not well-formed"):
        verify_sheet(body.replace(NEW, NEW.replace(b"5", b"&x;")), "part", 420_001, broken)


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
