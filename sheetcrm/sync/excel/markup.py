"""XML at the level of bytes: what every part needs before its bytes may be cut and joined."""

import codecs
import re
import xml.etree.ElementTree as ET
from xml.parsers import expat

from sheetcrm.sync.excel.refused import Refused

Bytes = bytes | bytearray

MAIN_NAMESPACES = (
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NOT_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_FEW = 10_000
_ATTRIBUTE = re.compile(rb"""\s([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# Encodings whose bytes 0 to 127 are ASCII and never part of another letter.
_SINGLE_BYTE = re.compile(r"(?:iso8859-\d+|cp125\d|ascii|latin-?1|koi8-r)", re.IGNORECASE)


def encoding_of(data: Bytes, part: str) -> str:
    """The codec of a part. Refused for UTF-16 and other encodings in which `<` may be half a letter."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"<\0?\0" or data[:4] == b"\0<\0?":
        raise Refused(f"{part} inside the workbook is written in UTF-16, which is not patched. Save it once in Excel.")
    match = _ENCODING.match(data[:200])
    if match is None:
        return "utf-8"
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
    except LookupError:
        name = "?"
    if name == "utf-8" or _SINGLE_BYTE.fullmatch(name):
        return name
    raise Refused(f"{part} inside the workbook is written in {match[1].decode()}, not UTF-8. Save it once in Excel.")


def checked(data: Bytes, part: str) -> str:
    """Refuse what an XML reader must never be given; returns the codec. Run on every part before it is parsed."""
    codec = encoding_of(data, part)
    prolog = _PROLOG.match(data)
    start = prolog.end() if prolog else 0
    if data[start : start + 9].upper() == b"<!DOCTYPE":
        raise Refused(f"{part} inside the workbook declares a DTD, which Excel never writes and which can do harm.")
    return codec


def parse(data: Bytes, part: str) -> ET.Element:
    """A small part as a tree. Refused when it isn't well-formed."""
    checked(data, part)
    try:
        return ET.fromstring(bytes(data))  # noqa: S314 - DTDs were refused above
    except ET.ParseError as error:
        raise Refused(f"{part} inside the workbook is damaged ({error}). Open it in Excel and save it.") from None


def well_formed(elements: bytes, codec: str) -> bool:
    """Whether these elements, cut out of a part, are well-formed XML."""
    parser = expat.ParserCreate("utf-8")
    unicode = elements if codec == "utf-8" else elements.decode(codec, "replace").encode()
    try:
        parser.Parse(b"<cells>" + unicode + b"</cells>", True)
    except expat.ExpatError:
        return False
    return True


def shadow(data: Bytes) -> Bytes:
    """The part with comments, CDATA and processing instructions blanked, byte for byte as long as the original.

    Where nothing has to be blanked it is the very same object.
    """
    declared = data.find(b"?>") + 2 if data[:8].lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else 0
    if not _opens_with(data, b"!", 0) and not _opens_with(data, b"?", declared):
        return data
    return _NOT_MARKUP.sub(lambda match: b" " * len(match[0]), data)


def _opens_with(data: Bytes, sign: bytes, start: int) -> bool:
    """Whether some tag begins with this sign. Searches for one letter are the fastest, and most sheets hold few."""
    for _ in range(_FEW):
        start = data.find(sign, start) + 1
        if start == 0:
            return False
        if data[start - 2 : start - 1] == b"<":
            return True
    return data.find(b"<" + sign, start) >= 0


def local(tag: str) -> str:
    """`{namespace}name` → name."""
    return tag.rpartition("}")[2]


def attributes(tag: Bytes) -> dict[bytes, bytes]:
    """Raw attributes of one start tag, in their order, still escaped."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTRIBUTE.finditer(tag)}


def with_attribute(tag: Bytes, name: bytes, value: bytes) -> bytes:
    """The start tag with an attribute set: replaced where it stands, else added at the end."""
    for match in _ATTRIBUTE.finditer(tag):
        if match[1] == name:
            group = 2 if match[2] is not None else 3
            return bytes(tag[: match.start(group)] + value + tag[match.end(group) :])
    body = bytes(tag).rstrip(b">").rstrip(b"/").rstrip()
    return body + b" " + name + b'="' + value + b'"' + (b"/>" if bytes(tag).endswith(b"/>") else b">")


def without_attributes(tag: Bytes, *names: bytes) -> bytes:
    """The start tag without these attributes."""
    return _ATTRIBUTE.sub(lambda match: b"" if match[1] in names else match[0], bytes(tag))
