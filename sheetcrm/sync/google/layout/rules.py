"""What a tab's cells accept, say by their ground, and warn of: validations, conditional formats, protections.

Formulas here have no function with two arguments: what separates them, comma or semicolon, depends on the
spreadsheet's country. "And" is a product, "or" a sum. Ranges are open below: rows that come later are in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sheetcrm.schema import Column
from sheetcrm.sync.google.layout.places import Place
from sheetcrm.sync.google.layout.wire import Json, colour, span, stretches
from sheetcrm.views.look.accepts import FIRST_DAY, LAST_DAY, Accepts, accepts
from sheetcrm.views.look.colours import TINTS
from sheetcrm.views.look.highlights import Highlight, highlights
from sheetcrm.words import Words


def validations(place: Place, columns: Sequence[Column], words: Words, places: Mapping[str, Place]) -> Iterator[Json]:
    """Dropdowns, days and numbers of the people's columns; always a warning, never a refusal."""
    for column in columns:
        wanted = None if column.by_runner else accepts(place.tab, column, words)
        condition = wanted and _condition(wanted, places)
        if wanted is None or condition is None:
            continue
        message = words.text(f"template.{wanted.message}.message", accounts=words.tab("accounts"))
        rule = {"condition": condition, "strict": False, "showCustomUi": True, "inputMessage": message}
        yield {"setDataValidation": {"range": below(place, column.key), "rule": rule}}


def conditional_formats(place: Place, columns: Sequence[Column], words: Words, first: int) -> Iterator[Json]:
    """The tints of these columns, as rules from the index ``first`` on: the first that fits wins."""
    cells = {key: place.cell(key) for key in place.where}
    index = first
    for column in columns:
        for each in highlights(place.tab, column):
            formula = _formula(each, cells, cells[column.key], words)
            if formula is None:
                continue
            shown = _tinted(each.tint)
            condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
            rule = {"ranges": [below(place, column.key)], "booleanRule": {"condition": condition, "format": shown}}
            yield {"addConditionalFormatRule": {"rule": rule, "index": index}}
            index += 1


def example_format(place: Place, words: Words) -> Json:
    """The tint of the row that only shows what to type, over all others."""
    formula = f'={place.cell(place.tab.id)}="{words.text("example.id")}"'
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
    where = span(place.sheet, place.header_row, None, 0, len(place.where))
    rule = {"ranges": [where], "booleanRule": {"condition": condition, "format": _tinted("muted")}}
    return {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def protections(place: Place, columns: Sequence[Column], words: Words) -> Iterator[Json]:
    """A warning for whoever types over the runner's columns. Never a lock: it would stop people from sorting."""
    if not columns:
        return
    left = place.where[columns[0].key] - 1
    for first, end, by_runner in stretches([column.by_runner for column in columns]):
        if by_runner:
            where = span(place.sheet, place.header_row, None, left + first, left + end)
            text = words.text("template.robot.message")
            warned = {"range": where, "description": text, "warningOnly": True}
            yield {"addProtectedRange": {"protectedRange": warned}}


def below(place: Place, key: str) -> Json:
    """The cells of a column below its header."""
    left = place.where[key] - 1
    return span(place.sheet, place.header_row, None, left, left + 1)


def _condition(wanted: Accepts, places: Mapping[str, Place]) -> Json | None:
    """A BooleanCondition; None when the column that offers the values is not there."""
    if wanted.kind == "words":
        return _of("ONE_OF_LIST", *wanted.words)
    if wanted.kind == "column":
        tab, key = wanted.source
        source = places.get(tab)
        return _of("ONE_OF_RANGE", f"={source.whole(key)}") if source and key in source.where else None
    if wanted.kind == "date":
        return _of("DATE_BETWEEN", FIRST_DAY, LAST_DAY)
    return _of("NUMBER_BETWEEN", str(wanted.low), str(wanted.high))


def _of(kind: str, *values: str) -> Json:
    return {"type": kind, "values": [{"userEnteredValue": value} for value in values]}


def _formula(each: Highlight, cells: Mapping[str, str], here: str, words: Words) -> str | None:
    """The rule as a formula; None when it looks at a column that the tab lacks."""
    if each.says:
        if each.speaker.key not in cells:
            return None
        said = [words.value(each.speaker.value_set, key).replace('"', '""') for key in each.says]
        tests = [f'({cells[each.speaker.key]}="{word}")' for word in said]
        return "=" + "+".join(tests)
    try:
        tests = [f"({condition.format_map({**cells, 'here': here})})" for condition in each.conditions]
    except KeyError:
        return None
    return "=" + "*".join([f"ISNUMBER({here})", *tests] if each.number else tests)


def _tinted(tint: str) -> Json:
    look = TINTS[tint]
    text = {"foregroundColorStyle": colour(look.ink)} | ({"bold": True} if look.bold else {})
    return {"backgroundColorStyle": colour(look.ground), "textFormat": text}
