"""One call as it came, and the answer to it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .errors import ApiError

Query = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Request:
    """A call: ``path`` is still percent-encoded, ``query`` decoded, header names are in lower case."""

    method: str
    path: str
    query: Query
    headers: dict[str, str]
    body: bytes

    def option(self, name: str) -> str | None:
        """A query parameter's last value."""
        values = self.query.get(name)
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """A true or false query parameter, however it is spelled."""
        return (self.option(name) or "").lower() in ("true", "1")

    def json(self) -> Any:
        """The JSON body; a body that is none (NaN included) is refused in the service's words."""
        if not self.body.strip():
            return {}

        def refuse(word: str) -> Any:
            raise ValueError(word)

        try:
            return json.loads(self.body, parse_constant=refuse)
        except (ValueError, UnicodeDecodeError) as error:
            raise ApiError(400, f"Invalid JSON payload received. Unexpected token.\n{error}") from error


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, body: Any) -> "Response":
        """A JSON answer."""
        return cls(status, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


@dataclass(slots=True)
class Call:
    """A call in the server's record. ``kind`` is ``read``, ``write``, ``drive`` or ``token``; sizes are in bytes."""

    number: int
    method: str
    path: str
    kind: str
    status: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0
    fault: str | None = None

    def __str__(self) -> str:
        fault = f" [{self.fault}]" if self.fault else ""
        return f"{self.number} {self.kind} {self.method} {unquote(self.path)} {self.status}{fault}"
