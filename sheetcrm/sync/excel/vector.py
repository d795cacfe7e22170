"""Reading cell tags by numpy: millions of cells a second instead of some hundred thousand.

Only tags in the order that almost every program writes (`<c r="AB12" s="3" t="s"><v>`) are decoded here; all others
are marked odd, and `sheet` reads those one by one. Eight bytes are loaded at a time through an unaligned view.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheetcrm.sync.excel import cell_kinds

Octets = NDArray[np.uint8]
Words = NDArray[np.uint64]
Places = NDArray[np.int32]

_CHUNK = 1 << 18  # small enough to stay in the processor's cache
_BLOCK = 1 << 14
_QUOTE, _SPACE, _SLASH, _CLOSE, _OPEN = (ord(c) for c in '" />' + "<")
_AFTER_NAME = np.zeros(256, bool)
_AFTER_NAME[[ord(c) for c in " \t\r\n/>"]] = True


def words_of(data: bytes | bytearray) -> Words:
    """`words[p]` is the 8 bytes from p on, little endian."""
    return np.ndarray((max(len(data) - 7, 0),), "<u8", data, 0, (1,))


def number_of(text: bytes) -> int:
    """The bytes as `words` holds them: b" s=" → what to compare with."""
    return int.from_bytes(text, "little")


def load(words: Words, at: NDArray[np.int64]) -> Words:
    """Eight bytes from each place; places beyond the end read the last eight."""
    if len(at) and at.max() >= len(words):
        at = np.minimum(at, len(words) - 1)
    loaded: Words = words[at]
    return loaded


def holds(words: Words, at: NDArray[np.int64], text: bytes) -> NDArray[np.bool_]:
    """Whether these bytes stand at each place."""
    found = np.ones(len(at), bool)
    for left in range(0, len(text), 8):
        part = text[left : left + 8]
        found &= (load(words, at + left) & np.uint64((1 << 8 * len(part)) - 1)) == number_of(part)
    return found


def find_tags(octets: Octets, name: bytes, start: int, end: int) -> Places:
    """Places of `name` (such as b"<c" or b"</x:row") where the tag's name ends right after it."""
    found = []
    for left in range(start, end, _CHUNK):
        right = min(left + _CHUNK, end - len(name))
        if right <= left:
            break
        hit = octets[left:right] == name[0]
        for place, byte in enumerate(name[1:], 1):
            hit &= octets[left + place : right + place] == byte
        at = np.flatnonzero(hit)
        at += left
        found.append(at[_AFTER_NAME[octets[at + len(name)]]].astype(np.int32))
    return np.concatenate(found) if found else np.zeros(0, np.int32)


def digits(words: Words, at: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The number of up to 8 digits that starts at each place, and the place right after it. No digit: 0."""
    word = load(words, at) ^ _ZEROS
    # The top bit of each byte that is no digit; of the lowest such byte all bits below tell how many digits there are.
    other = ((word + _OVER_NINE) | word) & _TOP_BITS
    length = np.bitwise_count(~other & (other - _ONE)) >> np.uint8(3)
    value = word << (np.uint64(64) - (length.astype(np.uint64) << np.uint64(3)))
    # Pairs, then fours, then all eight at once, each with its weight.
    value = (value & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561) >> np.uint64(8)
    value = (value & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    value = (value & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)
    return np.where(length > 0, value, 0).astype(np.int32), at + length


_ZEROS, _ONE = np.uint64(0x3030303030303030), np.uint64(1)
_OVER_NINE, _TOP_BITS = np.uint64(0x7676767676767676), np.uint64(0x8080808080808080)


class Decoded(NamedTuple):
    """Cells as their tags say. `odd` cells are not decoded; `rich` ones have a formula with attributes.

    `inner`: how many bytes after its start a cell's content begins; 0 where that is not known. `styles`: the number of
    its style (`s`).
    """

    rows: NDArray[np.int32]
    cols: NDArray[np.int16]
    kinds: NDArray[np.uint8]
    styles: NDArray[np.uint16]
    inner: NDArray[np.uint8]
    odd: NDArray[np.int64]
    rich: NDArray[np.int64]
    formulas: NDArray[np.int64]


def decode(words: Words, starts: Places, prefix: bytes) -> Decoded:
    """Decode the cells whose tags start at `starts` (`<` + prefix + `c`)."""
    count = len(starts)
    rows, cols = np.zeros(count, np.int32), np.zeros(count, np.int16)
    kinds, marks = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    styles, inner = np.zeros(count, np.uint16), np.zeros(count, np.uint8)
    for left in range(0, count, _BLOCK):
        part = slice(left, min(left + _BLOCK, count))
        block = _decode_block(words, starts[part].astype(np.int64), prefix)
        rows[part], cols[part], kinds[part], marks[part], styles[part], inner[part] = block
    return Decoded(
        rows,
        cols,
        kinds,
        styles,
        inner,
        np.flatnonzero(marks & _ODD),
        np.flatnonzero(marks & _RICH),
        np.flatnonzero((kinds & cell_kinds.FORMULA) & ~(marks & _ODD)),
    )


_ODD, _RICH = 1, 2
_MOST_STYLES, _LONGEST_HEAD = 65_535, 255
_Block = tuple[
    NDArray[np.int32], NDArray[np.int16], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int32], NDArray[np.int64]
]


def _decode_block(words: Words, starts: NDArray[np.int64], prefix: bytes) -> _Block:
    at = starts + 2 + len(prefix)
    odd = (load(words, at) & np.uint64(0xFFFFFFFF)) != number_of(b' r="')
    cols, at = _column(words, at + 4)
    rows, at = digits(words, at)
    odd |= (_byte(load(words, at), 0) != _QUOTE) | (cols == 0) | (rows == 0)
    kinds, styles, at, blank, strange = _attributes(words, at + 1)
    odd |= strange | (styles > _MOST_STYLES)
    kinds, rich, strange = _content(words, at, prefix, kinds, blank)
    odd |= strange
    inner = np.where(odd | blank | (at - starts > _LONGEST_HEAD), 0, at - starts)
    return rows, cols, kinds, odd * np.uint8(_ODD) | (rich & ~odd) * np.uint8(_RICH), styles, inner


def _byte(word: Words, place: int) -> NDArray[np.uint8]:
    octets: NDArray[np.uint8] = word.view(np.uint8)[place::8]
    return octets


@cache
def _column_numbers() -> NDArray[np.int16]:
    """The column that two bytes (little endian) begin with; 0 where they begin with no capital letter."""
    numbers = np.zeros(1 << 16, np.int16)
    for first in range(26):
        one = first + ord("A")
        numbers[one | np.arange(256) << 8] = first + 1
        numbers[one | np.arange(ord("A"), ord("Z") + 1) << 8] = (first + 1) * 26 + np.arange(1, 27)
    return numbers


def _column(words: Words, at: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.int64]]:
    """Column number of the capital letters at each place (0: none), and the place after them."""
    word = load(words, at)
    col = _column_numbers()[(word & np.uint64(0xFFFF)).astype(np.int64)]
    third = _byte(word, 2)
    three = (col > 26) & (third >= ord("A")) & (third <= ord("Z"))
    if three.any():
        col = np.where(three, col * np.int16(26) + (third.astype(np.int16) - 64), col)
    return col, at + ((col > 0).astype(np.int64) + (col > 26) + three)


NO_STYLE, ODD_TAG = -1, -2


def plain_styles(words: Words, starts: NDArray[np.int64], prefix: bytes) -> NDArray[np.int32]:
    """Style number of each cell whose start tag is `r`, perhaps `s`, perhaps `t` and nothing else.

    NO_STYLE where there is no `s`; ODD_TAG for any other tag, which has to be read by itself.
    """
    at = starts + 2 + len(prefix)
    odd = (load(words, at) & np.uint64(0xFFFFFFFF)) != number_of(b' r="')
    _, at = _column(words, at + 4)
    _, at = digits(words, at)
    odd |= _byte(load(words, at), 0) != _QUOTE
    at = at + 1
    styles = np.full(len(starts), NO_STYLE, np.int32)
    styled = np.flatnonzero((load(words, at) & np.uint64(0xFFFFFFFF)) == number_of(b' s="'))
    if len(styled):
        styles[styled], at[styled] = digits(words, at[styled] + 4)
        odd[styled] |= _byte(load(words, at[styled]), 0) != _QUOTE
        at[styled] += 1
    typed = np.flatnonzero((load(words, at) & np.uint64(0xFFFFFFFF)) == number_of(b' t="'))
    if len(typed):
        kinds, at[typed] = _types(words, at[typed] + 4)
        odd[typed] |= kinds == 255
    tail = load(words, at)
    first, second = _byte(tail, 0), _byte(tail, 1)
    odd |= ~((first == _CLOSE) | ((first == _SLASH) & (second == _CLOSE)))
    styles[odd] = ODD_TAG
    return styles


# What follows ` t="`, the kind it means, and how many bytes it takes with its quote.
_TYPES = (
    (b's"', cell_kinds.SHARED),
    (b'str"', cell_kinds.STRING),
    (b"inlineS", cell_kinds.INLINE),
    (b'n"', cell_kinds.NUMBER),
    (b'b"', cell_kinds.BOOLEAN),
    (b'e"', cell_kinds.ERROR),
    (b'd"', cell_kinds.ISO_DATE),
)


def _attributes(
    words: Words, at: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """(kind by type, style, place after `>`, self-closing, odd), for `s` and `t` in either order."""
    kinds = np.full(len(at), cell_kinds.NUMBER, np.uint8)
    styles = np.zeros(len(at), np.int32)
    for _ in range(2):
        styled = _where(words, at, b' s="')
        styles[styled], ends = digits(words, at[styled] + 4)
        at[styled] = ends + 1
        typed = _where(words, at, b' t="')
        kinds[typed], at[typed] = _types(words, at[typed] + 4)
        if not isinstance(typed, slice) and not len(typed):
            break  # else a style may come after the type
    tail = load(words, at)
    first, second, third = _byte(tail, 0), _byte(tail, 1), _byte(tail, 2)
    spaced = (first == _SPACE) & (second == _SLASH) & (third == _CLOSE)
    blank = ((first == _SLASH) & (second == _CLOSE)) | spaced
    # The byte before must be the quote that ends the last attribute, else digits() stopped in a strange value.
    quoted = _byte(load(words, at - 1), 0) == _QUOTE
    odd = ~(blank | (first == _CLOSE)) | ~quoted | (kinds == 255)
    return kinds, styles, at + 1, blank, odd


def _where(words: Words, at: NDArray[np.int64], text: bytes) -> NDArray[np.int64] | slice:
    """The cells at whose place these four bytes stand; all of them as a slice, which costs no copies."""
    found = (load(words, at) & np.uint64(0xFFFFFFFF)) == number_of(text)
    return slice(None) if found.all() else np.flatnonzero(found)


def _types(words: Words, at: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    word = load(words, at)
    kinds = np.full(len(at), 255, np.uint8)
    for text, kind in _TYPES:
        hit = (word & np.uint64((1 << 8 * len(text)) - 1)) == number_of(text)
        kinds[hit] = kind
        at = at + hit * (len(b'inlineStr"') if kind == cell_kinds.INLINE else len(text))
        if (kinds < 255).all():
            break
    return kinds, at


def _content(
    words: Words, at: NDArray[np.int64], prefix: bytes, kinds: NDArray[np.uint8], blank: NDArray[np.bool_]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """(kind, formula with attributes, odd) by the first child of each cell."""
    opens = load(words, at)
    name = load(words, at + 1 + len(prefix)) if prefix else opens >> np.uint64(8)
    first, second, third = _byte(name, 0), _byte(name, 1), _byte(name, 2)
    is_open = _byte(opens, 0) == _OPEN
    for place, byte in enumerate(prefix, 1):
        is_open &= (_byte(opens, place) == byte) if place < 8 else False
    ends = (_byte(opens, 0) == _OPEN) & (_byte(opens, 1) == _SLASH)
    value = is_open & (first == ord("v")) & ((second == _CLOSE) | (second == _SPACE))
    no_value = is_open & (first == ord("v")) & ((second == _SLASH) | ((second == _CLOSE) & (third == _OPEN)))
    formula = is_open & (first == ord("f")) & ((second == _CLOSE) | (second == _SPACE) | (second == _SLASH))
    inline = is_open & (first == ord("i")) & (second == ord("s"))
    odd = ~(blank | ends | value | no_value | formula | inline)
    odd |= no_value & ~blank  # what an empty value means depends on the type: read it one by one
    kinds = np.where(blank | ends, np.uint8(cell_kinds.BLANK), kinds)
    kinds = np.where(formula & ~blank, kinds | np.uint8(cell_kinds.FORMULA), kinds).astype(np.uint8)
    return kinds, formula & ~blank & (second != _CLOSE), odd
