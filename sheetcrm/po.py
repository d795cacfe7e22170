"""Reads gettext catalogues (.po) in a few milliseconds.

Babel's reader takes ten times as long and every command reads the three catalogues; a test holds this one to
Babel's answer on our own files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from gettext import c2py

_FIELD = re.compile(r'^(msgid_plural|msgid|msgstr(?:\[(\d)\])?)[ \t]+((?:"(?:[^"\\\n]|\\.)*"\s*)+)', re.MULTILINE)
_QUOTED = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_PLURAL_FORMS = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;\n]+)")


@dataclass(frozen=True)
class Catalogue:
    """One language's entries: ``texts`` by key, ``plurals`` as their forms by key, and the rule that picks a form."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]


def parse(source: str) -> Catalogue:
    """The entries of a .po file; untranslated ones (empty msgstr) and obsolete ones (``#~``) are left out."""
    texts: dict[str, str] = {}
    forms: dict[str, dict[int, str]] = {}
    key = ""
    for field, index, quoted in _FIELD.findall(source):
        if field == "msgid_plural":
            continue
        text = _unquoted(quoted)
        if field == "msgid":
            key = text
        elif not text:
            continue
        elif index:
            forms.setdefault(key, {})[int(index)] = text
        else:
            texts[key] = text
    header = texts.pop("", "")
    plurals = {key: tuple(text for _, text in sorted(by_index.items())) for key, by_index in forms.items()}
    return Catalogue(texts, plurals, _rule(header))


def _unquoted(quoted: str) -> str:
    line = quoted.rstrip()
    if "\n" not in line and "\\" not in line:
        return line[1:-1]
    text = "".join(_QUOTED.findall(line))
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _rule(header: str) -> Callable[[int], int]:
    """The header's ``Plural-Forms`` as a function from a whole number to the index of its form."""
    found = _PLURAL_FORMS.search(header)
    rule: Callable[[int], int] = c2py(found[2].strip() if found else "n != 1")
    return rule
