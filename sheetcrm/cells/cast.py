"""Whole columns of text → typed columns. Only unique values that fail the fast cast reach the strict parsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.cells.bad import Bad, Habits
from sheetcrm.cells.choices import parse_choice, parse_yes_no
from sheetcrm.cells.dates import from_serial, parse_date
from sheetcrm.cells.numbers import currencies_of, parse_money, parse_number, parse_percent, separators
from sheetcrm.cells.periods import parse_period
from sheetcrm.model import Bools
from sheetcrm.schema import Column, Type

Floats = np.ndarray[Any, np.dtype[np.float64]]
Moments = np.ndarray[Any, np.dtype[np.datetime64]]
"""datetime64[s]"""

_PLAIN = r"^-?\d+(\.\d+)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?)?$"
_ADDRESS = r"^[^\s@,;<>()\[\]\"]+@[^\s@,;<>()\[\]\".]+(\.[^\s@,;<>()\[\]\".]+)+$"
_DAYS = r"(?i)^\s*(\d+)\s*(?:d[ií]as?|days?|дн(?:ей|я)?|день)\.?\s*$"
"""A number of days with its unit: "30 días" is 30."""
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]+")

LIMITS: Mapping[str, tuple[float | None, float | None]] = {
    "health_override": (0, 100),
    "score": (0, 10),
    "notice_days": (0, 3660),
    "sites": (0, None),
    "sales_target": (0, None),
}
"""Lowest and highest value that makes sense, by column; outside it the cell is a problem."""


@dataclass
class Cast:
    """A typed column. ``bad`` tells for each position that could not be read why; its value is missing.

    ``doubts`` tell what is wrong with values that stand all the same (a name that nobody bears).
    ``currencies``: for positions whose amount bore a sign of currency, the codes that the sign can mean.
    """

    values: pd.Series[Any]
    bad: dict[int, Bad] = field(default_factory=dict)
    doubts: dict[int, Bad] = field(default_factory=dict)
    currencies: dict[int, tuple[str, ...]] = field(default_factory=dict)


def no_text() -> Bools | None:
    """For columns in which every cell may be taken as the number that it looks like."""
    return None


def clean(cells: pa.Array) -> pa.Array:
    """Texts without spaces (also unbreakable and zero-width ones) around them; nothing left is blank."""
    trimmed = pc.utf8_trim_whitespace(cells)
    if pc.any(pc.match_substring(trimmed, "\u200b")).as_py() or pc.any(pc.match_substring(trimmed, "\ufeff")).as_py():
        trimmed = pc.utf8_trim(cells, " \t\r\n\u00a0\u2007\u202f\u200b\u200c\u200d\u2060\ufeff")
    return pc.if_else(pc.equal(pc.binary_length(trimmed), 0), None, trimmed)


def cast(column: Column, cells: pa.Array, habits: Habits, is_text: Callable[[], Bools | None] = no_text) -> Cast:
    """The cells of a people's column, typed as the dictionary declares.

    ``cells`` is a string array with null for blank. ``is_text()`` marks the cells that are text, not numbers; it is
    asked only where that makes a difference (None: no cell is text). Person columns stay text here.
    """
    if column.type.is_date:
        return cast_dates(cells, habits, with_time=column.type is Type.DATETIME)
    if column.type is Type.PERIOD:
        return _by_unique_number(cells, parse_period)
    if column.unit == "days":
        cells = pc.replace_substring_regex(cells, _DAYS, r"\1")
    if column.type.is_number:
        return _limited(column, _cast_numbers(column.type, cells, habits.language, is_text))
    if column.type is Type.YES_NO:
        return by_unique_text(cells, parse_yes_no)
    if column.type is Type.LIST:
        return by_unique_text(cells, lambda text: parse_choice(text, column.value_set, column.values))
    if column.type is Type.EMAIL:
        return cast_addresses(cells)
    if column.type is Type.IDS:
        return by_unique_text(cells, _several)
    if column.key == "currency":
        return _cast_currencies(cells)
    return Cast(series(clean(cells)))


def series(cells: pa.Array) -> pd.Series[Any]:
    """A string array as a column of pandas' own text type."""
    texts: pd.Series[Any] = cells.cast(pa.large_string()).to_pandas()
    return texts


def _cast_currencies(cells: pa.Array) -> Cast:
    """ISO codes from codes, signs and names. What is no currency stays as typed, in doubt: it is not the base's."""
    result = by_unique_text(clean(cells), lambda text: (currencies_of(text) or (text.strip().upper(),))[0])
    unknown = [text for text in result.values.dropna().unique() if not currencies_of(text)]
    doubtful = np.flatnonzero(result.values.isin(unknown).to_numpy()) if unknown else ()
    result.doubts = {int(at): Bad("currency_unknown") for at in doubtful}
    return result


def bools(flags: pa.Array) -> Bools:
    """A column of flags as a mask that may be written to; blank is false."""
    return np.array(pc.fill_null(flags, False).to_numpy(zero_copy_only=False), dtype=bool)


def cast_dates(cells: pa.Array, habits: Habits, *, with_time: bool) -> Cast:
    """datetime64[s]; a time of 00:00 means that only a date was given."""
    encoded = cells.dictionary_encode()
    unique, codes = encoded.dictionary, _codes(encoded)
    moments = _iso_moments(unique)
    if not with_time:
        moments = moments.astype("datetime64[D]").astype("datetime64[s]")
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    strict = np.isnat(moments) | (years < habits.oldest_year) | (years > habits.latest_year)
    bad: dict[int, Bad] = {}
    for at in np.flatnonzero(strict):
        text = unique[at].as_py()
        parsed = parse_date(text, habits, with_time=with_time) if text.strip() else None
        if isinstance(parsed, Bad):
            bad[int(at)] = parsed
        moments[at] = np.datetime64(parsed if isinstance(parsed, datetime) else "NaT", "s")
    return Cast(pd.Series(_with_blank(moments)[codes]), _spread(bad, codes))


def cast_addresses(cells: pa.Array) -> Cast:
    """Mail addresses, checked for their shape only."""
    trimmed = clean(cells)
    wrong = pc.fill_null(pc.invert(pc.match_substring_regex(trimmed, _ADDRESS)), False)
    positions = np.flatnonzero(bools(wrong))
    values = pc.if_else(wrong, None, trimmed)
    return Cast(series(values), {int(at): Bad("address") for at in positions})


def stored_numbers(cells: pa.Array) -> Floats:
    """Cells that are plain numbers as float64, as a program wrote them; anything else is NaN."""
    numbers = _plain_numbers(cells)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def stored_moments(cells: pa.Array, habits: Habits) -> Moments:
    """ISO texts and serial numbers as datetime64[s], as a program wrote them; anything else is NaT."""
    encoded = cells.dictionary_encode()
    moments = _iso_moments(encoded.dictionary)
    serials = stored_numbers(encoded.dictionary)
    for at in np.flatnonzero(np.isnat(moments) & ~np.isnan(serials)):
        parsed = from_serial(float(serials[at]), habits, with_time=True)
        moments[at] = np.datetime64("NaT" if isinstance(parsed, Bad) else parsed, "s")
    found: Moments = _with_blank(moments)[_codes(encoded)]
    return found


def _plain_numbers(cells: pa.Array) -> Floats:
    try:
        return _floats(pc.cast(cells, pa.float64()))
    except pa.ArrowInvalid:
        plain = pc.match_substring_regex(cells, _PLAIN)
        return _floats(pc.cast(pc.if_else(plain, cells, None), pa.float64()))


def _with_blank(moments: Moments) -> Moments:
    """The unique moments and, last, none: what the code −1 takes."""
    return np.concatenate([moments, np.array(["NaT"], dtype="datetime64[s]")])


def _iso_moments(texts: pa.Array) -> Moments:
    """ISO texts as datetime64[s]; NaT for everything else and for days that do not exist."""
    iso = pc.if_else(pc.match_substring_regex(texts, _ISO), texts, None)
    try:
        exact = pc.cast(iso, pa.timestamp("ms")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        parsed = pd.to_datetime(iso.to_pandas(), format="ISO8601", errors="coerce")
        exact = parsed.to_numpy().astype("datetime64[ms]")
    # Excel keeps 14:30 as a fraction of a day: its text can be a millisecond short.
    rounded: Moments = (exact.astype("datetime64[ms]") + np.timedelta64(500, "ms")).astype("datetime64[s]")
    return rounded


def _cast_numbers(type: Type, cells: pa.Array, language: str, is_text: Callable[[], Bools | None]) -> Cast:
    numbers = _plain_numbers(cells)
    filled = bools(pc.is_valid(cells))
    strict = filled & ~np.isfinite(numbers)
    if separators(language)[0] != ".":
        strict |= _typed_points(cells, is_text)
    if type is Type.PERCENT:
        numbers = np.where(numbers > 1, numbers / 100, numbers)
        strict |= (numbers < 0) | (numbers > 1)
    result = Cast(pd.Series(dtype=np.float64))
    _parse_strictly(type, cells, np.flatnonzero(strict), language, numbers, result)
    result.values = pd.Series(numbers)  # only now: a Series copies
    return result


def _typed_points(cells: pa.Array, is_text: Callable[[], Bools | None]) -> Bools:
    """Cells with a point that are text: "1.234" typed in Spanish is 1234, the number 1.234 is not."""
    pointed = bools(pc.match_substring(cells, "."))
    texts = is_text() if pointed.any() else None
    return pointed & texts if texts is not None else np.zeros(len(cells), dtype=bool)


def _parse_strictly(type: Type, cells: pa.Array, positions: Any, language: str, out: Floats, result: Cast) -> None:
    known: dict[str, tuple[float, tuple[str, ...], Bad | None]] = {}
    for at, text in zip(positions.tolist(), cells.take(pa.array(positions)).to_pylist(), strict=True):
        if text not in known:
            known[text] = _strict(type, text, language)
        value, currencies, bad = known[text]
        out[at] = value
        if bad is not None:
            result.bad[at] = bad
        if currencies:
            result.currencies[at] = currencies


def _strict(type: Type, text: str, language: str) -> tuple[float, tuple[str, ...], Bad | None]:
    if not text.strip():
        return np.nan, (), None
    if type is Type.MONEY:
        amount = parse_money(text, language)
        return (np.nan, (), amount) if isinstance(amount, Bad) else (amount.value, amount.currencies, None)
    value = parse_percent(text, language) if type is Type.PERCENT else parse_number(text, language)
    return (np.nan, (), value) if isinstance(value, Bad) else (value, (), None)


def _limited(column: Column, found: Cast) -> Cast:
    """Numbers outside the column's limits, and fractions where whole numbers are wanted, are bad."""
    numbers = found.values.to_numpy()
    wrong: dict[int, Bad] = {}
    if column.type is Type.INTEGER:
        wrong.update((int(at), Bad("number_not_whole")) for at in np.flatnonzero(numbers != np.floor(numbers)))
        wrong = {at: bad for at, bad in wrong.items() if not np.isnan(numbers[at])}
    low, high = LIMITS.get(column.key, (None, None))
    outside = np.zeros(len(numbers), dtype=bool)
    if low is not None:
        outside |= numbers < low
    if high is not None:
        outside |= numbers > high
    outlying = Bad("number_low", {"low": low}) if high is None else Bad("number_range", {"low": low, "high": high})
    wrong.update((int(at), outlying) for at in np.flatnonzero(outside))
    if wrong:
        found.bad.update(wrong)
        numbers = numbers.copy()
        numbers[list(wrong)] = np.nan
        found.values = pd.Series(numbers)
    return found


def by_unique_text(cells: pa.Array, parse: Callable[[str], str | Bad | None]) -> Cast:
    """A text column whose unique texts are parsed once each."""
    encoded = cells.dictionary_encode()
    bad: dict[int, Bad] = {}
    keys: list[str | None] = []
    for at, text in enumerate(encoded.dictionary.to_pylist()):
        parsed = parse(text) if text.strip() else None
        if isinstance(parsed, Bad):
            bad[at] = parsed
        keys.append(None if isinstance(parsed, Bad) else parsed)
    values = pa.array(keys, type=pa.large_string()).take(encoded.indices)
    return Cast(series(values), _spread(bad, _codes(encoded)))


def _by_unique_number(cells: pa.Array, parse: Callable[[str], float | Bad]) -> Cast:
    encoded = cells.dictionary_encode()
    bad: dict[int, Bad] = {}
    numbers = np.full(len(encoded.dictionary) + 1, np.nan)
    for at, text in enumerate(encoded.dictionary.to_pylist()):
        parsed = parse(text) if text.strip() else np.nan
        if isinstance(parsed, Bad):
            bad[at] = parsed
        else:
            numbers[at] = parsed
    codes = _codes(encoded)
    return Cast(pd.Series(numbers[codes]), _spread(bad, codes))


def _codes(encoded: pa.DictionaryArray) -> Any:
    """Position of each cell's text among the unique ones; −1 (the element after the last) for blank."""
    return pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)


def _spread(bad: Mapping[int, Bad], codes: Any) -> dict[int, Bad]:
    """From unique texts to all the cells that hold them."""
    if not bad:
        return {}
    positions = np.flatnonzero(np.isin(codes, list(bad)))
    return {int(at): bad[int(codes[at])] for at in positions}


def _floats(numbers: pa.Array) -> Floats:
    return np.array(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _several(text: str) -> str:
    """Ids separated by ";" without the spaces around them."""
    parts = (_INVISIBLE.sub("", part).strip() for part in re.split(r"[;\n]", text))
    return "; ".join(part for part in parts if part)
