"""Answers calls: who calls, is the call well-formed, may it be made, what does it say; judged before and after."""

import threading
import traceback
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from . import discovery, masks, routes_drive, routes_sheets
from .book import Book
from .errors import ApiError, Json, api_disabled, storage_full
from .http_types import Call, Request, Response
from .quota import Quota
from .routing import Caller, Route
from .tokens import Tokens

ROUTES = [*routes_sheets.ROUTES, *routes_drive.ROUTES]
_MASKED_HERE = {"sheets.spreadsheets.get", "sheets.spreadsheets.getByDataFilter"}
_TOLERATED = {"withLink", "includeItemsFromAllDrives"}
"""What gspread sends to Drive though the document doesn't know it; Drive passes over it."""
_NO_LOGIN = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)


@dataclass
class Settings:
    """What differs between accounts and projects, or isn't documented. Tests may change it at any time."""

    accounts_may_own: bool = True
    disabled: frozenset[str] = frozenset()
    duplicates_metadata: bool = True
    refuses_empty_filters: bool = False


class App:
    """The state behind all paths. ``findings`` lists what the discovery documents have against requests and replies;
    ``failures`` the errors of the server's own code."""

    def __init__(self, token_uri: str, quota: Quota | None) -> None:
        self.books: dict[str, Book] = {}
        self.tokens = Tokens(token_uri)
        self.quota = quota
        self.settings = Settings()
        self.findings: list[str] = []
        self.failures: list[str] = []
        self._lock = threading.Lock()

    def add(self, book: Book) -> None:
        """Puts a new file where its owner sees it."""
        with self._lock:
            self.books[book.id] = book

    def check_may_own(self, who: str | None) -> None:
        """Service accounts can no longer own files, where the settings say so."""
        if not self.settings.accounts_may_own and (who or "").endswith("gserviceaccount.com"):
            raise storage_full()

    def route(self, request: Request) -> tuple[Route, list[str]] | None:
        """The route of a call and its path's parts, decoded."""
        for route in ROUTES:
            parts = route.match(request.method, request.path)
            if parts is not None:
                return route, [unquote(part) for part in parts]
        return None

    def answer(self, request: Request, call: Call) -> Response:
        """One call's answer. Sets ``call.kind``."""
        if request.path == "/token":
            return self.tokens.answer(request)
        found = self.route(request)
        try:
            if found is None:
                self.findings.append(f"request {call}: no method of the documents has this path")
                raise ApiError(404, f"Not found: {request.method} {request.path}")
            return self._routed(request, call, *found)
        except ApiError as error:
            return Response.of(error.code, error.body())
        except Exception:
            self.failures.append(f"{call}\n{traceback.format_exc()}")
            return Response.of(500, ApiError(500, "Internal error encountered.").body())

    def _routed(self, request: Request, call: Call, route: Route, parts: list[str]) -> Response:
        drive = route.kind == "drive"
        who = self._caller(request)
        if ("drive" if drive else "sheets") in self.settings.disabled:
            raise api_disabled("drive" if drive else "sheets")
        if self.quota is not None and not drive:
            self.quota.spend(who or request.headers.get("authorization", ""), route.kind)
        document = discovery.document(route.document)
        body = self._body(request, call, route, document)
        reply = route.handler(Caller(self, who, request, drive), parts, body)
        if isinstance(reply, Response):
            return reply
        return self._reply(request, call, route, document, reply)

    def _caller(self, request: Request) -> str | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind == "Bearer" and token:
            if token in self.tokens.expired:
                raise ApiError(401, "Request had invalid authentication credentials. " + _NO_LOGIN)
            return self.tokens.holder(token)
        if request.option("key"):
            return "anyone"
        if request.option("access_token"):
            return self.tokens.holder(str(request.option("access_token")))
        raise ApiError(401, _NO_LOGIN)

    def _body(self, request: Request, call: Call, route: Route, document: discovery.Discovery) -> Any:
        """The body as the service understands it. A field the document doesn't know refuses the call."""
        if route.document == "drive.v2":
            return request.body
        drive = route.kind == "drive"
        query = {k: v for k, v in request.query.items() if not (drive and k in _TOLERATED)}
        faults = document.query(route.method_id, query)
        body: Json = {}
        schema = document.methods[route.method_id].get("request", {}).get("$ref")
        if schema is not None:
            raw = request.json()
            if drive and isinstance(raw, dict):
                raw = {k: v for k, v in raw.items() if k not in _TOLERATED}
            body, more = document.request(schema, raw)
            faults += more
        if faults:
            self.findings += [f"request {call}: {words}" for _, words in faults]
            raise _bad_request(faults)
        return body

    def _reply(
        self, request: Request, call: Call, route: Route, document: discovery.Discovery, reply: Json
    ) -> Response:
        schema = document.methods[route.method_id]["response"]["$ref"]
        sent, faults = document.reply(schema, reply)
        self.findings += [f"reply {call}: {words}" for _, words in faults]
        mask = request.option("fields")
        if mask and route.kind != "drive" and route.method_id not in _MASKED_HERE:
            sent = masks.select(masks.parse(mask), sent)
        return Response.of(200, sent)


def _bad_request(faults: list[tuple[str, str]]) -> ApiError:
    words = [w if w.startswith("Invalid") else f"Invalid JSON payload received. {w}" for _, w in faults]
    violations = [
        {"field": p, "description": w} if p else {"description": w} for (p, _), w in zip(faults, words, strict=True)
    ]
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": violations}]
    return ApiError(400, "\n".join(words), details=details)
