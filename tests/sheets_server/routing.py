"""Routes, and what a call's handler knows of its caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .book import Book
from .errors import ApiError, Json, drive_not_found, forbidden, not_found
from .http_types import Request

if TYPE_CHECKING:
    from .app import App

Handler = Callable[["Caller", list[str], Any], Any]


@dataclass(frozen=True)
class Route:
    """One call of an API: its verb and path, its place in the discovery document, and who answers it."""

    verb: str
    pattern: str
    document: str
    method_id: str
    handler: Handler
    kind: str

    def match(self, verb: str, path: str) -> list[str] | None:
        """The path's parts, still encoded, when the route is meant."""
        found = re.fullmatch(self.pattern, path) if verb == self.verb else None
        return list(found.groups()) if found else None


@dataclass(frozen=True)
class Caller:
    """Who calls, and with what. ``who`` is ``None`` for a token that wasn't handed out here."""

    app: App
    who: str | None
    request: Request
    drive: bool

    def _book(self, file_id: str) -> Book:
        book = self.app.books.get(file_id)
        if book is None or (self.drive and book.role(self.who) is None):
            raise drive_not_found(file_id) if self.drive else not_found()
        if book.role(self.who) is None:
            raise forbidden()
        return book

    @contextmanager
    def reading(self, file_id: str) -> Iterator[Book]:
        """The spreadsheet, locked, when the caller may see it."""
        book = self._book(file_id)
        with book.lock:
            yield book

    @contextmanager
    def writing(self, file_id: str) -> Iterator[Book]:
        """The spreadsheet, locked, when the caller may change it."""
        book = self._book(file_id)
        if book.role(self.who) == "reader":
            if self.drive:
                reason: Json = {"domain": "global", "reason": "insufficientFilePermissions"}
                message = "The user does not have sufficient permissions for this file."
                raise ApiError(403, message, errors=[{**reason, "message": message}])
            raise forbidden()
        with book.lock:
            yield book
