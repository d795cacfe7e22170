"""Who calls Google: a service account's key, or a person's OAuth token file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from google.auth import exceptions as auth_errors
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials as UserCredentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from sheetcrm.sync.google.errors import GoogleBusy, GoogleError, GoogleSetup

if TYPE_CHECKING:
    from sheetcrm.config import Google

SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
VARIABLE = "SHEETCRM_GOOGLE_CREDENTIALS"
CREDENTIAL = "sheetcrm_google_credentials"
"""The name of the systemd credential."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _Local(ServiceCredentials):
    """google-auth's own without its look-up of the account's region, which goes to Google whatever the base URL."""

    def _maybe_start_regional_access_boundary_refresh(self, request: Any, url: str) -> None:
        """Nothing is looked up."""


@dataclass(frozen=True)
class Account:
    """Credentials, and the address that the sheet must be shared with."""

    credentials: Any
    email: str
    settings: Google

    def session(self) -> AuthorizedSession:
        """A session that signs its calls. On loopback no proxy is asked, neither for the calls nor for the token."""
        local = _is_local(self.settings)
        token_session = requests.Session()
        token_session.trust_env = not local
        session = AuthorizedSession(
            self.credentials,
            refresh_timeout=self.settings.connect_seconds + self.settings.read_seconds,
            auth_request=Request(token_session),  # type: ignore[no-untyped-call]
        )
        session.trust_env = not local
        return session

    def refused(self, error: auth_errors.GoogleAuthError) -> GoogleError:
        """What went wrong on the way to a token, in words."""
        said = " ".join(str(part) for part in error.args)
        page = "<html" in said.lower() or "<!doctype" in said.lower()
        if page or isinstance(error, auth_errors.TransportError) or getattr(error, "retryable", False):
            return GoogleBusy("Google's sign-in does not answer now (no token came back).")
        if "invalid_grant" in said or "invalid_client" in said or "Invalid JWT" in said:
            return GoogleSetup(
                f"Google does not know the key of {self.email}: it was deleted, belongs to another account, or this "
                "machine's clock is wrong.\nMake a new key for the account, save it as the credentials file, and check "
                "the clock."
            )
        return GoogleSetup(f"Google refused to sign in {self.email}: {said[:200]}")


def account(settings: Google, folder: Path = Path()) -> Account:
    """The account of the settings; file names are relative to ``folder``. Raises GoogleSetup in words."""
    path = _file(settings, folder)
    info = _read(path)
    kind = info.get("type")
    try:
        if kind == "service_account":
            maker = _Local if _is_local(settings) else ServiceCredentials
            made = maker.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
            return Account(made, str(info["client_email"]), settings)
        if kind == "authorized_user" or "refresh_token" in info:
            user = UserCredentials(  # type: ignore[no-untyped-call]
                None,
                refresh_token=info["refresh_token"],
                client_id=info["client_id"],
                client_secret=info["client_secret"],
                token_uri=info.get("token_uri") or TOKEN_URI,
                scopes=SCOPES,
            )
            return Account(user, str(info.get("account") or "the person who signed in"), settings)
    except (ValueError, KeyError, auth_errors.GoogleAuthError) as error:
        raise GoogleSetup(f"{path} is a damaged key ({error}). Download it again.") from None
    if "installed" in info or "web" in info:
        raise GoogleSetup(
            f"{path} identifies a program, not an account. Make a service account and a JSON key for it, as "
            "docs/google.md shows."
        )
    raise GoogleSetup(f"{path} is no key of a service account and no token file of a person.")


def _file(settings: Google, folder: Path) -> Path:
    """The first that is named: the environment's, the settings' key, the settings' token, systemd's credential."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    placed = Path(credentials) / CREDENTIAL if credentials else None
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    for name in (settings.credentials_file, settings.token_file):
        if name:
            return folder / Path(name).expanduser()
    if placed is not None and placed.is_file():
        return placed
    raise GoogleSetup(
        "No Google account is named. Put the path of the service account's JSON key into google.credentials_file in "
        f"the settings, or into {VARIABLE}; docs/google.md shows how to get one."
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoogleSetup(f"The key {path} cannot be read ({error.strerror}).") from None
    except ValueError:
        raise GoogleSetup(f"{path} is not JSON. Download the key again, as JSON.") from None
    if not isinstance(info, dict):
        raise GoogleSetup(f"{path} is no key of a service account and no token file of a person.")
    return info


def _is_local(settings: Google) -> bool:
    return urlsplit(settings.base_url).hostname in _LOOPBACK
