"""The little of Drive that gspread uses: files, who may see them, comments, export, and the old upload of CSV."""

import csv
import hashlib
import io
import re
from datetime import datetime
from typing import Any

from . import export_text, masks
from .book import Book
from .errors import ApiError, Json, invalid
from .http_types import Response
from .routing import Caller, Route
from .sheet import Sheet
from .values_write import put_typed

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _file(book: Book) -> Json:
    return {
        "kind": "drive#file",
        "id": book.id,
        "name": book.title,
        "mimeType": SPREADSHEET,
        "createdTime": _time(book.created),
        "modifiedTime": _time(book.modified),
        "trashed": False,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{book.id}/edit?usp=drivesdk",
        "permissions": [_permission(who, role) for who, role in book.access.items()],
        "owners": [{"kind": "drive#user", "displayName": book.owner, "emailAddress": book.owner}] if book.owner else [],
    }


def _shown(caller: Caller, resource: Json, default: str) -> Json:
    tree = masks.parse(caller.request.option("fields") or default)
    return masks.select(tree, resource)  # type: ignore[no-any-return]


_FILE_FIELDS = "kind,id,name,mimeType"


def files_create(caller: Caller, _path: list[str], body: Json) -> Json:
    """``files.create`` of an empty spreadsheet."""
    if body.get("mimeType") != SPREADSHEET:
        raise invalid("Only spreadsheets are simulated by the test server.")
    caller.app.check_may_own(caller.who)
    book = Book(body.get("name") or "Untitled", caller.who)
    caller.app.add(book)
    return _shown(caller, _file(book), _FILE_FIELDS)


def files_copy(caller: Caller, path: list[str], body: Json) -> Json:
    """``files.copy``."""
    caller.app.check_may_own(caller.who)
    with caller.reading(path[0]) as book:
        twin = book.copy(body.get("name") or f"Copy of {book.title}", caller.who)
    caller.app.add(twin)
    return _shown(caller, _file(twin), _FILE_FIELDS)


def files_get(caller: Caller, path: list[str], _body: Json) -> Json:
    """``files.get``."""
    with caller.reading(path[0]) as book:
        return _shown(caller, _file(book), _FILE_FIELDS)


def files_update(caller: Caller, path: list[str], body: Json) -> Json:
    """``files.update`` of the name."""
    with caller.writing(path[0]) as book:
        if body.get("name"):
            book.properties = {**book.properties, "title": body["name"]}
            book.touch()
        return _shown(caller, _file(book), _FILE_FIELDS)


def files_delete(caller: Caller, path: list[str], _body: Json) -> Response:
    """``files.delete``, for the owner."""
    with caller.writing(path[0]) as book:
        if book.role(caller.who) != "owner":
            message = "The user does not have sufficient permissions for this file."
            reason = {"domain": "global", "reason": "insufficientFilePermissions", "message": message}
            raise ApiError(403, message, errors=[reason])
    caller.app.books.pop(path[0], None)
    return Response(204)


def files_list(caller: Caller, _path: list[str], _body: Json) -> Json:
    """``files.list``: type, exact or partial name, folder; newest first."""
    query = caller.request.option("q") or ""
    books = [b for b in caller.app.books.values() if b.role(caller.who) is not None]
    for field, sign, wanted in re.findall(r"""(\w+)\s*(=|contains|in|!=)\s*["']((?:[^"'\\]|\\.)*)["']""", query):
        wanted = wanted.replace("\\'", "'").replace('\\"', '"')
        if field == "mimeType":
            books = books if wanted == SPREADSHEET else []
        elif field == "name":
            books = [b for b in books if (b.title == wanted if sign == "=" else wanted.lower() in b.title.lower())]
        elif field == "parents":
            books = []
    books.sort(key=lambda b: b.created, reverse=True)
    size = int(caller.request.option("pageSize") or 100)
    start = int(caller.request.option("pageToken") or 0)
    listed: Json = {"kind": "drive#fileList", "incompleteSearch": False}
    listed["files"] = [_file(b) for b in books[start : start + size]]
    if start + size < len(books):
        listed["nextPageToken"] = str(start + size)
    return _shown(caller, listed, f"kind,incompleteSearch,nextPageToken,files({_FILE_FIELDS})")


def files_export(caller: Caller, path: list[str], _body: Json) -> Response:
    """``files.export`` as .xlsx, CSV or TSV."""
    wanted = caller.request.option("mimeType") or ""
    with caller.reading(path[0]) as book:
        if wanted == XLSX:
            from .export import workbook_bytes

            return Response(200, workbook_bytes(book), XLSX)
        separator = {"text/csv": ",", "text/tab-separated-values": "\t"}.get(wanted)
        if separator is None:
            raise ApiError(400, f"The requested conversion is not supported: {wanted}", errors=[])
        return Response(200, export_text.table(book, separator).encode(), wanted)


def _permission(who: str, role: str) -> Json:
    kind = "anyone" if who == "anyone" else "user"
    out: Json = {"kind": "drive#permission", "id": _permission_id(who), "type": kind, "role": role}
    return {**out, "emailAddress": who, "displayName": who, "deleted": False} if kind == "user" else out


def _permission_id(who: str) -> str:
    return "anyoneWithLink" if who == "anyone" else str(int(hashlib.sha256(who.encode()).hexdigest()[:16], 16))


def permissions_list(caller: Caller, path: list[str], _body: Json) -> Json:
    """``permissions.list``."""
    with caller.reading(path[0]) as book:
        permissions = [_permission(who, role) for who, role in book.access.items()]
    return _shown(
        caller, {"kind": "drive#permissionList", "permissions": permissions}, "kind,permissions(kind,id,type,role)"
    )


def permissions_create(caller: Caller, path: list[str], body: Json) -> Json:
    """``permissions.create``: shares with one address, or with anyone."""
    if body.get("role") not in ("owner", "writer", "commenter", "reader"):
        raise invalid("The specified role is invalid or not supported.")
    with caller.writing(path[0]) as book:
        who = "anyone" if body.get("type") == "anyone" else body.get("emailAddress")
        if not who:
            raise invalid("The permission's emailAddress field is required.")
        book.access[who] = body["role"]
        return _shown(caller, _permission(who, body["role"]), "kind,id,type,role")


def permissions_update(caller: Caller, path: list[str], body: Json) -> Json:
    """``permissions.update``: another role; a new owner makes the old one a writer."""
    with caller.writing(path[0]) as book:
        who = _grantee(book, path[1])
        role = body.get("role") or ("writer" if body.get("pendingOwner") else book.access[who])
        if role == "owner":
            book.access.update({old: "writer" for old, r in book.access.items() if r == "owner"})
            book.owner = who
        book.access[who] = role
        return _shown(caller, _permission(who, role), "kind,id,type,role")


def permissions_delete(caller: Caller, path: list[str], _body: Json) -> Response:
    """``permissions.delete``."""
    with caller.writing(path[0]) as book:
        del book.access[_grantee(book, path[1])]
        return Response(204)


def _grantee(book: Book, permission_id: str) -> str:
    for who in book.access:
        if _permission_id(who) == permission_id:
            return who
    message = f"Permission not found: {permission_id}."
    raise ApiError(404, message, errors=[{"message": message, "domain": "global", "reason": "notFound"}])


def comments_list(caller: Caller, path: list[str], _body: Json) -> Json:
    """``comments.list``."""
    with caller.reading(path[0]) as book:
        return _shown(caller, {"kind": "drive#commentList", "comments": book.comments}, "*")


def comments_create(caller: Caller, path: list[str], body: Json) -> Json:
    """``comments.create``."""
    with caller.writing(path[0]) as book:
        comment = {"kind": "drive#comment", "id": f"AAAA{len(book.comments)}", "content": body.get("content", "")}
        comment = {**comment, **({"anchor": body["anchor"]} if "anchor" in body else {})}
        book.comments.append(comment)
        return _shown(caller, comment, "*")


def upload(caller: Caller, path: list[str], body: bytes) -> Json:
    """The old API's upload of CSV: one new tab, named like the file, replaces all others."""
    with caller.writing(path[0]) as book:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        width = max((len(row) for row in rows), default=0)
        sheet = Sheet(book.new_id(), book.title, max(1000, len(rows)), max(26, width))
        with book.transaction():
            book.sheets = [sheet]
            book.named = []
            book.metadata = {}
            book.properties = {**book.properties, "timeZone": "America/Los_Angeles"}
            for r, row in enumerate(rows):
                for c, text in enumerate(row):
                    put_typed(book, sheet, r, c, text)
        return {
            "kind": "drive#file",
            "id": book.id,
            "title": book.title,
            "mimeType": SPREADSHEET,
            "alternateLink": f"https://docs.google.com/spreadsheets/d/{book.id}/edit?usp=drivesdk",
            "createdDate": _time(book.created),
            "modifiedDate": _time(book.modified),
            "editable": True,
            "explicitlyTrashed": False,
        }


_F = r"/drive/v3/files"
_ID = rf"{_F}/([^/]+)"


def _route(verb: str, pattern: str, name: str, handler: Any) -> Route:
    return Route(verb, pattern, "drive.v3", f"drive.{name}", handler, "drive")


ROUTES = [
    _route("POST", _F, "files.create", files_create),
    _route("GET", _F, "files.list", files_list),
    _route("POST", rf"{_ID}/copy", "files.copy", files_copy),
    _route("GET", rf"{_ID}/export", "files.export", files_export),
    _route("GET", rf"{_ID}/permissions", "permissions.list", permissions_list),
    _route("POST", rf"{_ID}/permissions", "permissions.create", permissions_create),
    _route("PATCH", rf"{_ID}/permissions/([^/]+)", "permissions.update", permissions_update),
    _route("DELETE", rf"{_ID}/permissions/([^/]+)", "permissions.delete", permissions_delete),
    _route("GET", rf"{_ID}/comments", "comments.list", comments_list),
    _route("POST", rf"{_ID}/comments", "comments.create", comments_create),
    _route("GET", _ID, "files.get", files_get),
    _route("PATCH", _ID, "files.update", files_update),
    _route("DELETE", _ID, "files.delete", files_delete),
    Route("PUT", r"/upload/drive/v2/files/([^/]+)", "drive.v2", "drive.files.update", upload, "drive"),
]
