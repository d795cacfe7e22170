"""A brief as one web page: styles within, nothing fetched, light and dark; for screen, phone and two sheets of A4."""

from __future__ import annotations

from itertools import pairwise

from sheetcrm.mail.render import render
from sheetcrm.views.brief import Brief

_PAIRS = (("health", "changes"), ("changes", "health"), ("payments", "opportunities"))
"""Sections that share a line on a wide page when one follows the other."""


def html(page: Brief) -> str:
    """The whole HTML document. Everything that people typed is escaped; links are https or mailto only."""
    keys = [section.key for section in page.sections]
    narrow = {key for pair in pairwise(keys) if pair in _PAIRS for key in pair}
    return render("brief/page.html.j2", {"page": page, "narrow": narrow})
