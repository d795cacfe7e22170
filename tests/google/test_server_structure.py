"""Rows and columns that come, go, move and are sorted, against a list of lists that does the same naively."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sheets_server import metadata, structure
from tests.sheets_server.book import Book
from tests.sheets_server.colours import kept
from tests.sheets_server.entered import typed
from tests.sheets_server.formats import by_pattern, general
from tests.sheets_server.formula_refs import copied
from tests.sheets_server.grid import Extra, Grid
from tests.sheets_server.locale import known
from tests.sheets_server.masks import parse, select, write
from tests.sheets_server.ranges import Area
from tests.sheets_server.sheet import Sheet
from tests.sheets_server.sorting import sort_rows

ROWS, COLUMNS = 7, 5


def filled() -> Book:
    """A small sheet whose every cell, note, name and metadata entry knows where it began."""
    book = Book("x", None)
    sheet = book.sheets[0] = Sheet(0, "S", ROWS, COLUMNS)
    for r in range(ROWS):
        for c in range(COLUMNS):
            sheet.grid.put(r, c, f"{r}.{c}")
            sheet.grid.put_extra(r, c, Extra(note=f"{r}.{c}"))
    for c in range(COLUMNS):
        span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": c, "endIndex": c + 1}
        entry = {"metadataId": c + 1, "metadataKey": "c", "metadataValue": f"0.{c}", "visibility": "DOCUMENT"}
        metadata.create(book, {**entry, "location": {"dimensionRange": span}}, "test")
        book.named.append({"namedRangeId": str(c), "name": f"n{c}", "range": Area(0, 0, 1, c, c + 1).json()})
    return book


def edits() -> Iterator[Any]:
    """Strategies of single edits: (kind, dimension, three positions)."""
    place, count = st.integers(0, 5), st.integers(1, 3)
    yield st.tuples(
        st.sampled_from(["insert", "delete", "move", "sort"]), st.sampled_from(["ROWS", "COLUMNS"]), place, count, place
    )


def turned(table: list[list[Any]]) -> list[list[Any]]:
    """Columns for rows."""
    return [list(column) for column in zip(*table, strict=True)]


def naive(
    table: list[list[Any]], kind: str, dimension: str, at: int, count: int, before: int
) -> list[list[Any]] | None:
    """The edit on a list of lists; ``None`` where it isn't possible."""
    if dimension == "COLUMNS":
        changed = naive(turned(table), kind, "ROWS", at, count, before)
        return None if changed is None else turned(changed)
    width = len(table[0])
    if kind == "insert":
        return (
            [*table[:at], *([None] * width for _ in range(count)), *table[at:]] if at <= len(table) and count else None
        )
    end = at + count
    if not count or end > len(table):
        return None
    block, rest = table[at:end], table[:at] + table[end:]
    if kind == "delete":
        return rest or None
    if at < before < end or before > len(table):
        return None
    landed = before if before <= at else before - count
    return rest[:landed] + block + rest[landed:]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(next(edits()), min_size=1, max_size=6))
def test_everything_follows_its_cell(plan: list[tuple[str, str, int, int, int]]) -> None:
    book = filled()
    sheet = book.sheets[0]
    model: list[list[Any]] = [[f"{r}.{c}" for c in range(COLUMNS)] for r in range(ROWS)]
    for kind, dimension, at, count, before in plan:
        if kind == "sort":
            column = at % len(model[0])
            for descending in (False, True):
                sort_rows(sheet, Area(0), [(column, descending)])
                blank = [row for row in model if row[column] is None]
                model = sorted((row for row in model if row[column] is not None), key=lambda row: row[column], reverse=descending) + blank  # fmt: skip
            continue
        changed = naive(model, kind, dimension, at, count, before)
        if changed is None:
            continue
        model = changed
        if kind == "insert":
            structure.insert(book, sheet, dimension, at, count, inherit_before=False)
        elif kind == "delete":
            structure.delete(book, sheet, dimension, at, at + count)
        else:
            structure.move(book, sheet, dimension, at, at + count, before)
    assert (sheet.rows, sheet.columns) == (len(model), len(model[0]))
    assert [[sheet.grid.value(r, c) for c in range(sheet.columns)] for r in range(sheet.rows)] == model
    assert [[sheet.grid.extra(r, c).note for c in range(sheet.columns)] for r in range(sheet.rows)] == model
    for entry in book.metadata.values():
        c = entry["location"]["dimensionRange"]["startIndex"]
        origin = entry["metadataValue"].split(".")[1]
        assert all(row[c] is None or row[c].endswith(f".{origin}") for row in model)


def test_a_batch_taken_back_leaves_no_trace() -> None:
    book = filled()

    def fails_half_way() -> None:
        with book.transaction():
            structure.delete(book, book.sheets[0], "COLUMNS", 0, 2)
            book.sheets[0].grid.put(0, 0, "changed")
            book.sheets[0].properties["title"] = "T"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_half_way()
    sheet = book.sheets[0]
    assert (sheet.title, sheet.columns, sheet.grid.value(0, 0), len(book.metadata)) == ("S", COLUMNS, "0.0", COLUMNS)
    with book.transaction():
        sheet.grid.put(0, 0, "kept")
    assert book.sheets[0].grid.value(0, 0) == "kept"


def test_copied_grids_share_nothing_that_is_written() -> None:
    grid = Grid()
    grid.put(0, 0, 1)
    twin = grid.copy()
    grid.put(0, 0, 2)
    twin.put(0, 1, 3)
    grid.map_extras(0, 1, 0, 2, lambda extra: Extra(note="n"))
    assert (grid.value(0, 0), grid.value(0, 1), grid.extra(0, 1).note) == (2, None, "n")
    assert (twin.value(0, 0), twin.value(0, 1), twin.extra(0, 1).note) == (1, 3, None)


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00 €", "-1,234.50 €"),
        (-3, "0;[Red](0)", "(3)"),
        (0.256, "0.0%", "25.6%"),
        (46000.75, "yyyy-mm-dd hh:mm", "2025-12-09 18:00"),
        (46000, 'd "de" mmmm', "9 de December"),
        (0.5, "h:mm am/pm", "12:00 pm"),
        (1.5, "[h]:mm", "36:00"),
        (-0.001, "0.00", "0.00"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0, '0;-0;"none"', "none"),
    ],
)
def test_patterns(value: float, pattern: str, shown: str) -> None:
    assert by_pattern(value, pattern, known("en_US")) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.0, "2"), (1 / 3, "0.3333333333"), (1e20, "1E+20"), (1e-7, "1E-07"), (-5, "-5"), (123456789012, "123456789012")],
)
def test_numbers_without_a_format(value: float, shown: str) -> None:
    assert general(value, known("en_US")) == shown


def test_locales() -> None:
    spanish, russian = known("es_ES"), known("ru_RU")
    assert typed("1.234,5", spanish).value == 1234.5
    assert typed("31/12/2026", spanish).value == typed("2026-12-31", spanish).value == 46387
    assert typed("1 234,50 ₽", russian).value == 1234.5
    assert typed("12/31/2026", spanish).value == "12/31/2026"
    assert typed("31.12.2026", russian).number_format == {"type": "DATE", "pattern": "dd.mm.yyyy"}


def test_formulas_are_copied_relative() -> None:
    assert copied("=A1+$B$2&'T 2'!C3:D4&\"A1\"&LOG10(A2)", 1, 1) == "=B2+$B$2&'T 2'!D4:E5&\"A1\"&LOG10(B3)"
    assert copied("=A1+A2", -1, 0) == "=#REF!+A1"


def test_masks_read_and_write() -> None:
    body = {"a": {"b": 1, "c": 2}, "list": [{"x": 1, "y": 2}, {"y": 3}], "z": 0}
    assert select(parse("a(b),list/x"), body) == {"a": {"b": 1}, "list": [{"x": 1}, {}]}
    assert select(parse("*"), body) == body
    assert write({"a": {"b": 1, "c": 2}, "k": 3}, {"a": {"b": 5}}, parse("a.b,a/c")) == {"a": {"b": 5}, "k": 3}
    for broken in ("", "a(", "a)b", ",", "a..b("):
        with pytest.raises(Exception, match="Invalid field mask"):
            parse(broken)


def test_colours_do_not_drift() -> None:
    assert kept({"red": 0.5, "green": 0, "blue": 1}) == {"red": 0.49803922, "blue": 1}
    for byte in range(256):
        once = kept({"red": byte / 255})
        assert kept(once) == once
