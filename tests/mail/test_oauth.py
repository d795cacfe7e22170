"""Signing in by OAuth2: a token endpoint on loopback, and a mail server that looks at the token."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiosmtpd.smtp import AuthResult

from sheetcrm.mail.embedded import Loopback
from sheetcrm.mail.oauth import Grant, SignInError, Token
from sheetcrm.mail.server import MailError, Server
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.sending import DATA, deliver, letter
from tests.mail.servers import Scripted, certificate, closed_port, scripted, server_of

USER = "bot@example.com"


class Endpoint(ThreadingHTTPServer):
    """Gives the tokens ``token-1``, ``token-2`` …; ``answers`` come first: (status, JSON or page)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers: list[tuple[int, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.lasts = 3600

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/token"

    def grant(self, **changes: str) -> Grant:
        return replace(Grant(self.url, "client", "c1ient-s3cret", "r3fresh"), **changes)


class _Answer(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append({name: values[0] for name, values in form.items()})
        fresh = {"access_token": f"token-{len(self.server.asked)}", "expires_in": self.server.lasts}
        status, said = self.server.answers.pop(0) if self.server.answers else (200, fresh)
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


class Checking(Scripted):
    """Takes XOAUTH2 with the tokens that it knows; any other gets Google's challenge, then a refusal."""

    def __init__(self, *tokens: str) -> None:
        super().__init__()
        self.known = [f"user={USER}\x01auth=Bearer {token}\x01\x01" for token in tokens]
        self.shown: list[str] = []

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        self.shown.append(base64.b64decode(args[1]).decode())
        if self.shown[-1] in self.known:
            return AuthResult(success=True, auth_data=USER)
        answer = await server.challenge_auth('{"status":"400","schemes":"Bearer"}')
        assert answer == b""
        return AuthResult(success=False, handled=False)


@contextmanager
def gmail(tmp_path: Any, grant: Grant, *tokens: str) -> Iterator[tuple[Checking, Server]]:
    context, ca_file = certificate(tmp_path)
    handler = Checking(*tokens)
    server = Loopback(handler, tls_context=context, require_starttls=True, auth_required=True)
    server.start()
    try:
        yield handler, server_of(server.port, security="starttls", user=USER, grant=grant, ca_file=ca_file)
    finally:
        server.stop()


def test_a_token_is_fetched_once_a_batch_and_signs_in(tmp_path, endpoint):
    with gmail(tmp_path, endpoint.grant(), "token-1") as (handler, server):
        outcomes = deliver(server, letter("1"), letter("2"))
    assert [outcome.fate for outcome in outcomes] == ["sent", "sent"]
    assert [data for _, _, data in handler.taken] == [DATA, DATA]
    assert endpoint.asked == [
        {
            "grant_type": "refresh_token",
            "client_id": "client",
            "client_secret": "c1ient-s3cret",
            "refresh_token": "r3fresh",
        }
    ]
    assert len(handler.shown) == 1


def test_a_scope_is_asked_for_where_the_provider_wants_one(endpoint):
    assert Token(endpoint.grant(scope="https://outlook.office.com/SMTP.Send"), 5).access() == "token-1"
    assert endpoint.asked[0]["scope"] == "https://outlook.office.com/SMTP.Send"


def test_a_token_is_kept_until_it_runs_out(endpoint):
    token = Token(endpoint.grant(), 5)
    assert [token.access(), token.access(), token.access(fresh=True), token.access()] == [
        "token-1",
        "token-1",
        "token-2",
        "token-2",
    ]
    endpoint.lasts = 1
    token = Token(endpoint.grant(), 5)
    assert [token.access(), token.access()] == ["token-3", "token-4"]


def test_a_token_that_ended_early_is_replaced_once(tmp_path, endpoint):
    with gmail(tmp_path, endpoint.grant(), "token-2") as (handler, server):
        [outcome] = deliver(server, letter())
    assert (outcome.fate, len(endpoint.asked), len(handler.taken)) == ("sent", 2, 1)


def test_a_token_that_is_never_taken_stops_the_batch_in_words(tmp_path, endpoint):
    with gmail(tmp_path, endpoint.grant()) as (handler, server):
        [outcome] = deliver(server, letter())
    assert outcome.fate == "stopped"
    assert f"does not take the token of {USER} (535" in outcome.error
    assert (handler.taken, len(endpoint.asked)) == ([], 2)
    assert "token-" not in outcome.error


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, "refresh token"),
        (401, {"error": "invalid_client"}, "mail.oauth_client_id"),
        (200, "<!DOCTYPE html><title>sign in</title>", "no token"),
        (403, "<html>blocked</html>", "a page instead of a token"),
        (400, {"error": "odd", "error_description": "line\nbreak"}, "odd: line break"),
        (200, {"expires_in": 3600}, "no token"),
    ],
)
def test_what_the_endpoint_refuses_is_said_and_costs_the_letter_nothing(tmp_path, endpoint, status, answer, said):
    endpoint.answers = [(status, answer)]
    with gmail(tmp_path, endpoint.grant(), "token-1") as (handler, server):
        [outcome] = deliver(server, letter())
    assert outcome.fate == "stopped"
    assert said in outcome.error
    assert not {"r3fresh", "c1ient-s3cret"} & set(outcome.error.split())
    assert handler.taken == []


def test_an_endpoint_that_is_down_is_said(endpoint):
    token = Token(endpoint.grant(token_url=f"http://127.0.0.1:{closed_port()}/token"), 1)
    with pytest.raises(SignInError, match=r"no token from 127\.0\.0\.1"):
        token.access()


def test_a_server_without_xoauth2_is_said(tmp_path, endpoint):
    with scripted() as (_, server):
        settings = server_of(server.port, user=USER, grant=endpoint.grant())
        [outcome] = deliver(settings, letter())
    assert (outcome.fate, endpoint.asked) == ("stopped", [])
    assert "XOAUTH2" in outcome.error


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"token_url": "http://oauth.example.com/token"}, "must begin with https"),
        ({"token_url": "http://127.0.0.1@evil.example/token"}, "must begin with https"),
        ({"refresh_token": ""}, "SHEETCRM_MAIL_REFRESH_TOKEN"),
        ({"client_secret": ""}, "SHEETCRM_MAIL_CLIENT_SECRET"),
        ({"client_id": ""}, "mail.oauth_client_id"),
    ],
)
def test_what_oauth_lacks_is_said_before_anything_is_sent(changes, said):
    grant = replace(Grant("https://oauth.example.com/token", "client", "secret", "refresh"), **changes)
    with pytest.raises(MailError, match=said):
        SmtpTransport(server_of(587, host="smtp.example.com", security="starttls", user=USER, grant=grant))


def test_secrets_are_not_shown():
    shown = repr(server_of(587, user=USER, password="p4ss", grant=Grant("https://x", "client", "c1ient-s3cret", "r3")))
    assert not any(secret in shown for secret in ("p4ss", "c1ient-s3cret", "r3'"))
