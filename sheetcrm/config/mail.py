"""Mail: the server, who may be written to, and how fast."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sheetcrm.config.section import Section


class Mail(Section):
    enabled: bool
    host: str
    port: int = Field(gt=0, lt=65536)
    security: Literal["starttls", "ssl", "none"]
    user: str
    login: Literal["password", "oauth"]
    oauth_client_id: str
    oauth_token_url: str
    oauth_scope: str
    sender: str
    hours: Literal["business", "any"]
    allowed: tuple[str, ...]
    fallback: str
    operator: str
    timeout_seconds: float = Field(gt=0)
    budget_seconds: float = Field(gt=0)
    per_minute: int = Field(ge=0)
    ca_file: str
    customers: Literal["draft", "send"]
    daily_customer_cap: int = Field(ge=0)

    @property
    def has_server(self) -> bool:
        """Whether letters leave by a server; else they become files."""
        return self.enabled and bool(self.host)
