"""Signing in to a mail server without a password: a token from OAuth2, as Gmail wants it (XOAUTH2)."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit


class SignInError(Exception):
    """No token, or one that the server does not take; the message says why, in words."""


@dataclass(frozen=True)
class Grant:
    """The lasting permission that a person gave once: who asks, and the token that fetches short-lived ones.

    ``token_url`` is where they come from; ``scope`` is asked for where it is not blank (Google wants none).
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    scope: str = ""


class Token:
    """The short-lived token of a grant, fetched when it is first needed and again when it has run out."""

    def __init__(self, grant: Grant, timeout_seconds: float) -> None:
        self._grant = grant
        self._timeout = timeout_seconds
        self._credentials: Any = None

    def access(self, *, fresh: bool = False) -> str:
        """A token that is valid now; ``fresh``: a new one in any case. Raises SignInError."""
        # google-auth and requests take a tenth of a second to import, and few runs need them here.
        from google.auth.exceptions import GoogleAuthError

        if self._credentials is None:
            self._credentials = self._unfetched()
        if fresh or not self._credentials.valid:
            try:
                self._credentials.refresh(self._request())
            except GoogleAuthError as error:
                raise SignInError(self._in_words(error)) from None
            except (TypeError, ValueError, AttributeError):
                # google-auth trips over an answer that is a page although its status says that all is well.
                raise SignInError(f"no token from {self._host}: its answer is none") from None
        return str(self._credentials.token)

    def _unfetched(self) -> Any:
        from google.oauth2.credentials import Credentials

        grant = self._grant
        return Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=grant.refresh_token,
            token_uri=grant.token_url,
            client_id=grant.client_id,
            client_secret=grant.client_secret,
            scopes=grant.scope.split() or None,
        )

    def _request(self) -> Any:
        import requests
        from google.auth.transport.requests import Request

        session = requests.Session()
        # On this machine no proxy is asked.
        session.trust_env = not is_loopback(self._host)
        return partial(Request(session), timeout=self._timeout)

    @property
    def _host(self) -> str:
        return urlsplit(self._grant.token_url).hostname or ""

    def _in_words(self, error: Exception) -> str:
        said = " ".join(str(error.args[0] if error.args else error).split())
        at = self._host
        if "invalid_grant" in said:
            return (
                f"{at} no longer takes the refresh token: it was revoked, has expired, or belongs to another client. "
                "Make a new one (docs/mail.md)"
            )
        if "invalid_client" in said or "unauthorized_client" in said:
            return f"{at} does not know the client: look at mail.oauth_client_id and the client secret"
        if "<html" in said.lower() or "<!doctype" in said.lower():
            return f"{at} answered with a page instead of a token"
        return f"no token from {at}: {said[:200]}"


def sign_in(smtp: smtplib.SMTP, user: str, token: Token) -> None:
    """AUTH XOAUTH2. A token that the server does not take is replaced once: its end may have come early.

    Raises SignInError.
    """
    smtp.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise SignInError("the server offers no sign-in by OAuth2 (XOAUTH2)")
    answer: smtplib.SMTPAuthenticationError | None = None
    for fresh in (False, True):
        said = f"user={user}\x01auth=Bearer {token.access(fresh=fresh)}\x01\x01"
        try:
            # A challenge is the server's description of the mistake; it wants an empty answer before it refuses.
            smtp.auth("XOAUTH2", lambda challenge=None, said=said: said if challenge is None else "")
        except smtplib.SMTPAuthenticationError as error:
            answer = error
        else:
            return
    text = answer.smtp_error.decode("utf-8", "replace") if answer and isinstance(answer.smtp_error, bytes) else ""
    code = answer.smtp_code if answer else 0
    raise SignInError(f"the server does not take the token of {user} ({code} {' '.join(text.split())[:200]})")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
