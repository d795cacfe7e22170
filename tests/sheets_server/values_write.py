"""``values.update``, ``append`` and ``clear`` and their batches."""

from dataclasses import replace
from typing import Any

from .book import Book
from .entered import typed
from .errors import invalid, protected
from .ranges import Area, a1, column_letters
from .sheet import Sheet
from .structure import check_size, insert
from .tables import last_table
from .values_read import beyond_grid, check_start, filtered_areas, value_range

Json = dict[str, Any]
CELL_LIMIT = 50_000
PROTECTED_STATUS = 403


def check_protected(book: Book, who: str | None, area: Area, where: str) -> None:
    """Refuses a write that meets cells which the caller may not edit."""
    for protection in book.sheet(area.sheet_id).parts["protectedRanges"]:
        if book.may_edit(who, protection):
            continue
        free = [Area.of(u) for u in protection.get("unprotectedRanges", [])]
        if Area.of(protection.get("range", {})).meets(area) and not any(f.holds(area) for f in free):
            raise protected(PROTECTED_STATUS, where)


class Target:
    """One checked write: where its values go, and what the reply will say of it."""

    def __init__(self, book: Book, who: str | None, area: Area, body: Json, where: str) -> None:
        self.book = book
        self.sheet = book.sheet(area.sheet_id)
        self.asked = area
        self.columns_first = body.get("majorDimension") == "COLUMNS"
        self.values: list[list[Any]] = body.get("values", [])
        longest = max((len(line) for line in self.values), default=0)
        height, width = (longest, len(self.values)) if self.columns_first else (len(self.values), longest)
        top, left = area.top or 0, area.left or 0
        self.area = Area(area.sheet_id, top, top + max(height, 1), left, left + max(width, 1))
        if height and width:
            self._check_within(area)
        self._check_grid()
        check_protected(book, who, self.area, where)

    def _check_within(self, area: Area) -> None:
        """A range larger than one cell holds the values in; one cell is only their first corner."""
        single = area.bottom == (area.top or 0) + 1 and area.right == (area.left or 0) + 1
        if single:
            return
        asked = a1(self.sheet.title, self.sheet.bounded(area))
        if area.bottom is not None and (self.area.bottom or 0) > area.bottom:
            raise invalid(f"Requested writing within range [{asked}], but tried writing to row [{area.bottom + 1}]")
        if area.right is not None and (self.area.right or 0) > area.right:
            raise invalid(
                f"Requested writing within range [{asked}], but tried writing to column [{column_letters(area.right)}]"
            )

    def _check_grid(self) -> None:
        check_start(self.sheet, self.asked)
        for area in (self.area, self.asked):
            if (area.bottom or 0) > self.sheet.rows or (area.right or 0) > self.sheet.columns:
                raise beyond_grid(self.sheet, area)

    def apply(self, option: str) -> Json:
        """Writes the values; ``null`` cells stay as they are and aren't counted."""
        top, _, left, _ = self.area.corners()
        lines = 0
        across: set[int] = set()
        count = 0
        put = put_typed if option == "USER_ENTERED" else put_raw
        for i, line in enumerate(self.values):
            written = [j for j, value in enumerate(line) if value is not None]
            for j in written:
                r, c = (top + j, left + i) if self.columns_first else (top + i, left + j)
                put(self.book, self.sheet, r, c, line[j])
            lines += bool(written)
            across.update(written)
            count += len(written)
        rows, columns = (len(across), lines) if self.columns_first else (lines, len(across))
        out: Json = {"updatedRange": a1(self.sheet.title, self.area)}
        counts = {"updatedRows": rows, "updatedColumns": columns, "updatedCells": count}
        return {**out, **{name: number for name, number in counts.items() if number}}


def put_raw(_book: Book, sheet: Sheet, r: int, c: int, value: Any) -> None:
    """Writes a value as it is; text stays text."""
    if value.__class__ is str:
        if not value:
            value = None
        elif len(value) > CELL_LIMIT:
            raise invalid(f"Your input contains more than the maximum of {CELL_LIMIT} characters in a single cell.")
    elif value.__class__ is float and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    sheet.grid.put(r, c, value)


def put_typed(book: Book, sheet: Sheet, r: int, c: int, value: Any) -> None:
    """Writes a value as if a person had typed it."""
    extra = sheet.grid.extra(r, c)
    number_format = extra.format.get("numberFormat") if extra.format else None
    if isinstance(value, str) and number_format and number_format.get("type") == "TEXT":
        put_raw(book, sheet, r, c, value)
        return
    entry = typed(value, book.locale)
    put_raw(book, sheet, r, c, entry.value if entry.formula is None else 0)
    after = sheet.grid.extra(r, c)
    if entry.formula is not None:
        after = replace(after, formula=entry.formula)
    if entry.number_format is not None and number_format is None:
        after = replace(after, format={**(after.format or {}), "numberFormat": entry.number_format})
    if after != sheet.grid.extra(r, c):
        sheet.grid.put_extra(r, c, after)


def _with_data(book: Book, target: Target, reply: Json, options: Json) -> Json:
    """Adds the cells as they now stand, when the caller wants them."""
    if options.get("includeValuesInResponse"):
        asked = {
            "valueRenderOption": options.get("responseValueRenderOption"),
            "dateTimeRenderOption": options.get("responseDateTimeRenderOption"),
            "majorDimension": "COLUMNS" if target.columns_first else "ROWS",
        }
        reply["updatedData"] = value_range(book, target.area, asked)
    return reply


def input_option(options: Json) -> str:
    """RAW or USER_ENTERED; anything else is refused."""
    option = options.get("valueInputOption")
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    return str(option)


def update(book: Book, who: str | None, text: str, body: Json, options: Json) -> Json:
    """``values.update``."""
    option = input_option(options)
    target = Target(book, who, book.area(text), body, "data")
    with book.transaction():
        reply = target.apply(option)
    return {"spreadsheetId": book.id, **_with_data(book, target, reply, options)}


def batch_update(book: Book, who: str | None, body: Json, areas: list[tuple[Area, Json, Json]]) -> Json:
    """``values:batchUpdate`` and its data filter twin. ``areas`` are (area, data, what each reply repeats)."""
    option = input_option(body)
    targets = [Target(book, who, area, data, f"data[{i}]") for i, (area, data, _) in enumerate(areas)]
    with book.transaction():
        replies = [target.apply(option) for target in targets]
    responses = [
        {**extra, **_with_data(book, target, reply, body)}
        for target, reply, (_, _, extra) in zip(targets, replies, areas, strict=True)
    ]
    totals = {
        "totalUpdatedRows": sum(r.get("updatedRows", 0) for r in replies),
        "totalUpdatedColumns": sum(r.get("updatedColumns", 0) for r in replies),
        "totalUpdatedCells": sum(r.get("updatedCells", 0) for r in replies),
        "totalUpdatedSheets": len({t.sheet.id for t, r in zip(targets, replies, strict=True) if r.get("updatedCells")}),
    }
    out: Json = {"spreadsheetId": book.id, **{name: total for name, total in totals.items() if total}}
    return {**out, "responses": responses} if responses else out


def by_ranges(book: Book, body: Json) -> list[tuple[Area, Json, Json]]:
    """The writes of ``values:batchUpdate``."""
    return [(book.area(data.get("range", "")), data, {"spreadsheetId": book.id}) for data in body.get("data", [])]


def by_filters(book: Book, body: Json, *, strict: bool) -> list[tuple[Area, Json, Json]]:
    """The writes of ``values:batchUpdateByDataFilter``: one for each area that a filter finds.

    A filter that finds nothing writes nothing, or is refused when ``strict``: which of the two the service does isn't
    documented.
    """
    out = []
    for i, data in enumerate(body.get("data", [])):
        data_filter = data.get("dataFilter", {})
        areas = filtered_areas(book, data_filter)
        if not areas and strict:
            raise invalid(f"Invalid data[{i}]: No developer metadata matches the data filter.")
        out += [(area, data, {"dataFilter": data_filter}) for area in areas]
    return out


def append(book: Book, who: str | None, text: str, body: Json, options: Json) -> Json:
    """``values.append``: below the last table that the range touches, else at the range's own start."""
    option = input_option(options)
    area = book.area(text)
    sheet = book.sheet(area.sheet_id)
    check_start(sheet, area)
    out: Json = {"spreadsheetId": book.id}
    with book.transaction():
        table = last_table(sheet, area)
        start = Area(sheet.id, area.top or 0, None, area.left or 0, None)
        if table is not None:
            out["tableRange"] = a1(sheet.title, table)
            start = Area(sheet.id, table.bottom, None, table.left, None)
        _make_room(book, sheet, start, body, table is not None and options.get("insertDataOption") == "INSERT_ROWS")
        target = Target(book, who, start, body, "data")
        reply = target.apply(option)
    out["updates"] = {"spreadsheetId": book.id, **_with_data(book, target, reply, options)}
    return out


def _make_room(book: Book, sheet: Sheet, start: Area, body: Json, insert_rows: bool) -> None:
    """Inserts rows when asked to, and grows the grid to hold the new ones."""
    longest = max((len(line) for line in body.get("values", [])), default=0)
    across = body.get("majorDimension") == "COLUMNS"
    height, width = (longest, len(body.get("values", []))) if across else (len(body.get("values", [])), longest)
    if insert_rows and height:
        insert(book, sheet, "ROWS", start.top or 0, height, inherit_before=True)
    rows = max(sheet.rows, (start.top or 0) + height)
    columns = max(sheet.columns, (start.left or 0) + width)
    if (rows, columns) != (sheet.rows, sheet.columns):
        check_size(book, sheet, rows, columns)
        sheet.resize(rows, columns)


def clear(book: Book, who: str | None, areas: list[Area]) -> list[str]:
    """Takes the values of areas away; formats and notes stay. Returns the cleared ranges."""
    cleared = []
    for i, area in enumerate(areas):
        sheet = book.sheet(area.sheet_id)
        check_start(sheet, area)
        check_protected(book, who, sheet.bounded(area), f"ranges[{i}]")
    with book.transaction():
        for area in areas:
            sheet = book.sheet(area.sheet_id)
            bounded = sheet.bounded(area)
            for r, c in list(sheet.grid.cells(*bounded.corners())):
                sheet.grid.put(r, c, None)
            cleared.append(a1(sheet.title, bounded))
    return cleared
