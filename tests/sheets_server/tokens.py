"""The token endpoint: service accounts' signed assertions and users' refresh tokens."""

import base64
import itertools
import json
import time
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from .http_types import Request, Response

Json = dict[str, Any]
ACCOUNT = "runner@sheetcrm-tests.iam.gserviceaccount.com"
_AUDIENCE = "https://oauth2.googleapis.com/token"  # what google-auth writes, whatever the token_uri
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@lru_cache(maxsize=1)
def private_key() -> str:
    """A key made for this process, in PEM. Small: it guards nothing."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*pem).decode()


class Refused(Exception):
    """An OAuth error: a short code and its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


class Tokens:
    """Hands out access tokens and knows whom they stand for.

    ``accounts`` are the addresses whose signature is checked: those that got their key here. Others pass by shape.
    """

    def __init__(self, token_uri: str) -> None:
        self.token_uri = token_uri
        self.accounts: set[str] = set()
        self.users: dict[str, str] = {}
        self.revoked: set[str] = set()
        self.expired: set[str] = set()
        self._holders: dict[str, str | None] = {}
        self._count = itertools.count(1)

    def service_account(self, email: str) -> Json:
        """The content of a service account's key file whose ``token_uri`` is this server."""
        self.accounts.add(email)
        return {
            "type": "service_account",
            "project_id": "sheetcrm-tests",
            "private_key_id": "1",
            "private_key": private_key(),
            "client_email": email,
            "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": self.token_uri,
            "universe_domain": "googleapis.com",
        }

    def authorized_user(self, email: str) -> Json:
        """The content of a user's OAuth token file whose ``token_uri`` is this server."""
        refresh = f"1//refresh-{next(self._count)}"
        self.users[refresh] = email
        return {
            "type": "authorized_user",
            "client_id": "client.apps.googleusercontent.com",
            "client_secret": "not-a-secret",
            "refresh_token": refresh,
            "token_uri": self.token_uri,
        }

    def expire_all(self) -> None:
        """Every token handed out so far gets a 401 from now on."""
        self.expired |= set(self._holders)

    def holder(self, token: str) -> str | None:
        """The address a token stands for; ``None`` for a token that wasn't handed out here (it may do all)."""
        return self._holders.get(token)

    def answer(self, request: Request) -> Response:
        """``POST /token``."""
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        try:
            holder: str | None
            if form.get("grant_type") == _JWT_GRANT:
                holder = self._asserted(form.get("assertion", ""))
            elif form.get("grant_type") == "refresh_token":
                holder = self._refreshed(form)
            else:
                raise Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        except Refused as refused:
            return Response.of(400, refused.body)
        token = f"ya29.test-{next(self._count)}"
        self._holders[token] = holder
        return Response.of(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _refreshed(self, form: Json) -> str | None:
        refresh = form.get("refresh_token")
        if not refresh or not form.get("client_id") or not form.get("client_secret"):
            raise Refused("invalid_request", "Missing required parameter: refresh_token")
        if refresh in self.revoked:
            raise Refused("invalid_grant", "Token has been expired or revoked.")
        return self.users.get(refresh)

    def _asserted(self, assertion: str) -> str:
        parts = assertion.split(".")
        if len(parts) != 3 or not all(parts):
            raise Refused("invalid_grant", "Bad Request")
        try:
            header, claims = (json.loads(_decoded(part)) for part in parts[:2])
        except ValueError:
            raise Refused("invalid_grant", "Bad Request") from None
        if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") != "RS256":
            raise Refused("invalid_grant", "Invalid JWT: alg must be RS256.")
        self._check_claims(claims)
        if claims["iss"] in self.accounts and not _signed(assertion):
            raise Refused("invalid_grant", "Invalid JWT Signature.")
        return str(claims["iss"])

    def _check_claims(self, claims: Json) -> None:
        for name in ("iss", "aud", "iat", "exp", "scope"):
            if not claims.get(name):
                raise Refused("invalid_scope" if name == "scope" else "invalid_grant", f"Missing claim in JWT: {name}")
        if claims["aud"] not in (self.token_uri, _AUDIENCE):
            raise Refused("invalid_grant", "Invalid JWT: audience must be the token endpoint.")
        now = time.time()
        short = claims["exp"] - claims["iat"] <= 3600
        if not short or not claims["iat"] - 300 <= now <= claims["exp"] + 300:
            raise Refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _signed(assertion: str) -> bool:
    """Whether the assertion was signed with this process's key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = serialization.load_pem_private_key(private_key().encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("an RSA key is expected")
    text, _, signature = assertion.rpartition(".")
    try:
        key.public_key().verify(_decoded(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
