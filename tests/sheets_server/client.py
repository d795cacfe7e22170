"""gspread, unchanged, pointed at another host."""

from typing import Any
from urllib.parse import urlsplit

import gspread
from google.oauth2.service_account import Credentials
from gspread.http_client import HTTPClient
from requests import Response

SCOPES = ["https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive"]


class _Credentials(Credentials):
    """google-auth's own, without its look-up of the account's region at a real host in the background."""

    def _maybe_start_regional_access_boundary_refresh(self, request: Any, url: str) -> None:
        """Nothing is looked up."""


def connect(url: str, key: dict[str, Any]) -> gspread.Client:
    """A gspread client for the server at ``url``, by the key file's content ``key``."""

    class Loopback(HTTPClient):
        """Swaps the host of every address; all else is gspread's own code."""

        def request(self, method: str, endpoint: str, *arguments: Any, **named: Any) -> Response:
            return super().request(method, url + urlsplit(endpoint).path, *arguments, **named)

    credentials = _Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
    client = gspread.Client(auth=credentials, http_client=Loopback)
    client.http_client.session.trust_env = False  # loopback never goes through a proxy
    client.set_timeout(30)
    return client
