"""A brief as one web page: styles within, nothing fetched, light and dark, for a screen, a phone and two sheets of A4."""

from __future__ import annotations

from sheetcrm.mail.render import render
from sheetcrm.views.brief import Brief


def html(page: Brief) -> str:
    """The whole HTML document. Everything that people typed is escaped; links are https or mailto only."""
    return render("brief/page.html.j2", {"page": page})
