"""Texts in cells: shared strings, inline strings, and their two layers of escaping."""

import re
from functools import cached_property
from typing import TYPE_CHECKING

from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.markup import Bytes

if TYPE_CHECKING:
    import pyarrow as pa

    from sheetcrm.sync.excel.book import Book

LONGEST = 32_767  # UTF-16 units in one cell: Excel's own limit

_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh[\s>].*?</(?:[\w.-]+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?t\s*>)", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_ANY_REFERENCE = re.compile(r"&#?\w+;")
_MANY_SIGNS = 50
_SEPARATOR = b"\x1e"  # no XML holds it
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile("[&\r]|_x")
_XSTRING = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NEEDS_XSTRING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# What has to be looked at one by one; all else is at most written as a character reference.
_SPECIAL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]|_x")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(raw: Bytes, codec: str) -> str:
    """Character data → text: CDATA, references and Excel's `_x000D_` escapes undone."""
    body = bytes(raw)
    if b"<!" in body:
        body = _CDATA.sub(lambda m: m[1].replace(b"&", b"&amp;"), _COMMENT.sub(b"", body))
    text = body.decode(codec, "replace")
    if not _ESCAPED.search(text):
        return text
    if "&" in text:
        text = _REFERENCE.sub(_referred, text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return _XSTRING.sub(_unescaped, text) if "_x" in text else text


def plain_all(joined: bytes) -> str:
    """`plain` of UTF-8 texts joined by a sign that none of them holds, at the speed of one: no CDATA in them."""
    text = joined.decode("utf-8", "replace")
    if "&" in text:
        signs = {one: _REFERENCE.sub(_referred, one) for one in set(_ANY_REFERENCE.findall(text))}
        if len(signs) > _MANY_SIGNS:
            text = _REFERENCE.sub(_referred, text)
        else:
            # The ampersand last: with what follows, it could look like a reference.
            for reference in sorted(signs, key=lambda one: signs[one] == "&"):
                text = text.replace(reference, signs[reference])
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return _XSTRING.sub(_unescaped, text) if "_x" in text else text


def rich(raw: Bytes, codec: str) -> str:
    """The inside of `<si>` or `<is>` → text, all runs joined, phonetic hints left out."""
    body = bytes(raw)
    if body.startswith(b"<t>") and body.endswith(b"</t>") and body.count(b"<") == 2:
        return plain(body[3:-4], codec)
    if b"rPh" in body:
        body = _PHONETIC.sub(b"", body)
    return "".join(plain(match[1] or b"", codec) for match in _TEXT.finditer(body))


def escaped(text: str) -> str:
    """Text → character data in ASCII, readable whatever the part's encoding. Line breaks become line feeds."""
    if _SPECIAL.search(text):
        text = _LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = _NEEDS_XSTRING.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = text.replace("\n", "&#10;").replace("\t", "&#9;")
    return text if text.isascii() else text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def escaped_all(found: list[str]) -> list[str]:
    """`escaped` of each, at the speed of one long text where none of them needs more than character references."""
    joined = "\x1e".join(found)
    if not found or "\x1e" in joined.replace("\x1e", "", len(found) - 1) or _SPECIAL.search(joined.replace("\x1e", "")):
        return [escaped(text) for text in found]
    return joined.encode("ascii", "xmlcharrefreplace").decode("ascii").split("\x1e")


def normal(text: str) -> str:
    """The text as it reads back after `escaped`."""
    return _LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def too_long(text: str) -> bool:
    """Whether Excel would not take it into one cell."""
    return len(text) > LONGEST // 2 and len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST


class SharedStrings:
    """The workbook's table of texts, split at once and decoded one by one as asked for, or all at once; "" for one it
    lacks."""

    def __init__(self, raw: Bytes, part: str) -> None:
        self._raw = raw
        self._part = part
        self._decoded: dict[int, str] = {}
        self._whole: pa.Array | None = None

    @classmethod
    def of(cls, book: "Book") -> "SharedStrings":
        """Those of a workbook; none where it has no such part."""
        part = book.part("sharedStrings")
        return cls(book.archive.read(part) if part is not None else b"", "sharedStrings.xml")

    def __getitem__(self, number: int) -> str:
        if self._whole is not None:
            return self._whole[number].as_py() if 0 <= number < len(self._whole) else ""
        text = self._decoded.get(number)
        if text is None:
            known = 0 <= number < len(self._items)
            text = self._decoded[number] = rich(self._items[number], self._codec) if known else ""
        return text

    def many(self, numbers: list[int]) -> list[str]:
        """The texts of these numbers, decoded as one long text where none of them is unusual."""
        size = len(self._items if self._whole is None else self._whole)
        if not numbers or not 0 <= min(numbers) <= max(numbers) < size:
            return [self[number] for number in numbers]
        if self._whole is not None:
            return self._whole.take(numbers).to_pylist()  # type: ignore[no-any-return]
        return self._at_once([self._items[number] for number in numbers]) or [self[number] for number in numbers]

    @property
    def array(self) -> "pa.Array":
        """All texts as an Arrow array of strings."""
        if self._whole is None:
            import pyarrow as pa

            every = self._at_once(self._items) if self._items else []
            if every is None:
                every = [self[number] for number in range(len(self._items))]
            self._whole = pa.array(every, pa.string())
            self._raw = b""
            self._decoded.clear()
            del self._items  # from now on the array answers
        return self._whole

    def _at_once(self, items: list[bytes]) -> list[str] | None:
        """These items' texts where each is one `<t>` and nothing else; None where they are not."""
        joined, between = _SEPARATOR.join(items), b"</t>" + _SEPARATOR + b"<t>"
        usual = joined.startswith(b"<t>") and joined.endswith(b"</t>") and joined.count(b"<") == 2 * len(items)
        if not usual or self._codec != "utf-8" or joined.count(between) != len(items) - 1:
            return None
        found = plain_all(joined[3:-4].replace(between, _SEPARATOR)).split(_SEPARATOR.decode())
        return found if len(found) == len(items) else None

    @cached_property
    def _codec(self) -> str:
        return markup.checked(self._raw, self._part) if self._raw else "utf-8"

    @cached_property
    def _items(self) -> list[bytes]:
        shade = markup.shadow(self._raw)
        if shade is not self._raw:
            return [bytes(self._raw[m.start(1) : m.end(1)]) if m[1] else b"" for m in _ITEM.finditer(shade)]
        first, last = shade.find(b"<si><t>"), shade.rfind(b"</t></si>")
        if 0 <= first < last and shade.find(b"<si", 0, first) < 0 and shade.find(b"<si", last) < 0:
            items = bytes(shade[first + 4 : last + 4]).split(b"</si><si>")
            # Nothing else than one `<t>` in each: four signs an item, but for the two that stand after the last text.
            if shade.count(b"<", first, last) == 4 * len(items) - 2:
                return items
        return _ITEM.findall(shade)


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
