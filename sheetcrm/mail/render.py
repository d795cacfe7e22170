"""Templates to text: the Jinja environment of ``templates/mail``, strict and escaping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape

from sheetcrm.resources import resource

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template of ``templates/mail`` (``digest/html.j2``); a missing value is an error, never a blank."""
    return _environment().get_template(template).render(values)


def one_line(text: str) -> str:
    """Text without line breaks, control and direction characters: what may stand in a header or a title."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def clip(text: str, most: int) -> str:
    """Text of at most ``most`` characters, cut between words where it can be, with "…" where it was cut."""
    line = one_line(text)
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else cut).rstrip(" ,.;:·") + "…"


def href(address: str | None) -> str:
    """The address if it may be a link (https or mailto), else ""."""
    if not address or one_line(address) != address or " " in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme == "https":
        return address if parts.hostname else ""
    return address if parts.scheme == "mailto" else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        # Only what says that it is plain text stays unescaped.
        autoescape=select_autoescape(enabled_extensions=(), disabled_extensions=("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clip=clip, href=href)
    return environment


def _source(name: str) -> str | None:
    file = resource("templates/mail").joinpath(name)
    return file.read_text(encoding="utf-8") if file.is_file() else None
