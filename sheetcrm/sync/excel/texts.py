"""Texts in cells: shared strings, inline strings, and their two layers of escaping."""

import re
from functools import cached_property

from sheetcrm.sync.excel import markup
from sheetcrm.sync.excel.markup import Bytes

LONGEST = 32_767  # UTF-16 units in one cell: Excel's own limit

_ITEM = re.compile(rb"<(?:[\w.-]+:)?si(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?si\s*>)", re.DOTALL)
_PHONETIC = re.compile(rb"<(?:[\w.-]+:)?rPh[\s>].*?</(?:[\w.-]+:)?rPh\s*>", re.DOTALL)
_TEXT = re.compile(rb"<(?:[\w.-]+:)?t(?:\s[^>]*)?(?:/>|>(.*?)</(?:[\w.-]+:)?t\s*>)", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ESCAPED = re.compile("[&\r]|_x")
_UNUSUAL = re.compile(b"[&\r]|_x")
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
    """The workbook's table of texts, split at once and decoded one by one as asked for; "" for one it lacks."""

    def __init__(self, raw: Bytes, part: str) -> None:
        self._raw = raw
        self._part = part
        self._decoded: dict[int, str] = {}

    def __getitem__(self, number: int) -> str:
        text = self._decoded.get(number)
        if text is None:
            known = 0 <= number < len(self._items)
            text = self._decoded[number] = rich(self._items[number], self._codec) if known else ""
        return text

    def many(self, numbers: list[int]) -> list[str]:
        """The texts of these numbers, decoded as one long text where none of them is unusual."""
        if not numbers or not 0 <= min(numbers) <= max(numbers) < len(self._items):
            return [self[number] for number in numbers]
        joined = b"\x1e".join([self._items[number] for number in numbers])
        usual = joined[:3] == b"<t>" and joined[-4:] == b"</t>" and not _UNUSUAL.search(joined)
        found = joined[3:-4].decode(self._codec, "replace").split("</t>\x1e<t>") if usual else []
        if len(found) == len(numbers) and joined.count(b"<") == 2 * len(numbers):
            return found
        return [self[number] for number in numbers]

    @cached_property
    def _codec(self) -> str:
        return markup.checked(self._raw, self._part) if self._raw else "utf-8"

    @cached_property
    def _items(self) -> list[bytes]:
        shade = markup.shadow(self._raw)
        if shade is self._raw:
            return _ITEM.findall(shade)
        return [bytes(self._raw[m.start(1) : m.end(1)]) if m[1] else b"" for m in _ITEM.finditer(shade)]


def _referred(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
