"""Templates to text: the Jinja environment of ``templates/mail`` and ``templates/brief``, strict and escaping."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from sheetcrm.resources import resource
from sheetcrm.text import clip, href

_ID = re.compile(r"(\(?\b\w{1,8}-\d[\w/]{0,20}\)?,?)")


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template of ``templates/mail`` (``digest/html.j2``) or ``templates/brief``; a missing value is an error,
    never a blank."""
    return _environment().get_template(template).render(values)


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
    environment.filters.update(clip=clip, href=href, unbroken=_unbroken)
    return environment


def _unbroken(text: str) -> Markup:
    """The text with its ids (C-1042) each in one piece: programs break a line after a hyphen."""
    parts = _ID.split(text)
    span = Markup('<span style="white-space:nowrap">{}</span>')
    return Markup("").join(span.format(part) if at % 2 else part for at, part in enumerate(parts))


def _source(name: str) -> str | None:
    for folder in ("templates/mail", "templates"):
        file = resource(folder).joinpath(name)
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return None
