"""What happens around a call: logins, quota, judged fields, faults, and people between two calls."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google.auth.exceptions
import gspread
import pytest
import requests

from tests.google.test_server_metadata import batch
from tests.google.test_server_values import call, get, put
from tests.sheets_server import SheetsServer
from tests.sheets_server.client import connect


@pytest.fixture
def server() -> Iterator[SheetsServer]:
    with SheetsServer() as started:
        yield started


@pytest.fixture
def file_id(server: SheetsServer) -> str:
    return server.create(tabs={"S": [["id"], ["C-1"]]})


def test_unknown_fields_are_refused_and_found(server: SheetsServer, file_id: str) -> None:
    reply = batch(server, file_id, {"addSheet": {"properties": {"title": "x", "colour": 1, "index": "one"}}})
    assert reply.status_code == 400
    words = reply.json()["error"]["message"]
    assert "Unknown name \"colour\" at 'requests[0].add_sheet.properties': Cannot find field." in words
    assert "Invalid value at 'requests[0].add_sheet.properties.index' (TYPE_INT32), \"one\"" in words
    assert len(server.findings) == 2
    assert call(server, "GET", f"/v4/spreadsheets/{file_id}", nobody="1").status_code == 400
    assert get(server, file_id, "S", majorDimension="DIAGONAL")["error"]["code"] == 400


def test_paths_that_are_none(server: SheetsServer) -> None:
    assert call(server, "GET", "/v4/spreadsheets//values/A1").status_code == 404
    assert call(server, "DELETE", "/v4/spreadsheets/x").status_code == 404
    assert len(server.findings) == 2
    assert call(server, "GET", "/v4/spreadsheets/nobody").json()["error"]["status"] == "NOT_FOUND"


def test_logins(server: SheetsServer, file_id: str, tmp_path: Path) -> None:
    bare = requests.get(f"{server.url}/v4/spreadsheets/{file_id}", timeout=5, proxies={"http": ""})
    assert bare.status_code == 401
    client = server.client()
    assert client.open_by_key(file_id).sheet1.title == "S"
    server.app.tokens.expire_all()
    assert client.open_by_key(file_id).sheet1.title == "S"  # google-auth logs in again by itself
    wrong = server.service_account("other@example.com")
    wrong["private_key"] = _another_key()
    with pytest.raises(google.auth.exceptions.RefreshError, match="Invalid JWT Signature"):
        connect(server.url, wrong).open_by_key(file_id)


def _another_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*pem).decode()


def test_a_users_token_file(server: SheetsServer) -> None:
    from google.auth.transport.requests import Request
    from google.oauth2.credentials import Credentials

    info = server.authorized_user("ana@example.com")
    known = {k: info[k] for k in ("refresh_token", "token_uri", "client_id", "client_secret")}
    credentials: Any = Credentials(None, **known)  # type: ignore[no-untyped-call]
    session = requests.Session()
    session.trust_env = False
    credentials.refresh(Request(session))
    assert server.app.tokens.holder(credentials.token) == "ana@example.com"
    server.app.tokens.revoked.add(info["refresh_token"])
    with pytest.raises(google.auth.exceptions.RefreshError, match="expired or revoked"):
        credentials.refresh(Request(session))


def test_what_a_new_user_meets(server: SheetsServer) -> None:
    mine = server.create(shared={})
    client = server.client("runner@x.iam.gserviceaccount.com")
    with pytest.raises(PermissionError):
        client.open_by_key(mine)
    server.share(mine, "runner@x.iam.gserviceaccount.com", "reader")
    with pytest.raises(gspread.exceptions.APIError, match="does not have permission"):
        client.open_by_key(mine).sheet1.update([[1]], "A1")
    server.share(mine, "runner@x.iam.gserviceaccount.com")
    client.open_by_key(mine).sheet1.update([[1]], "A1")
    server.settings.accounts_may_own = False
    with pytest.raises(gspread.exceptions.APIError, match="storage quota has been exceeded"):
        client.create("x")
    server.settings.disabled = frozenset({"sheets"})
    with pytest.raises(PermissionError) as refused:
        client.open_by_key(mine)
    assert "has not been used in project" in str(refused.value.__cause__)


def test_quota() -> None:
    now = [0.0]
    with SheetsServer(quota=True, clock=lambda: now[0]) as server:
        file_id = server.create(tabs={"S": [["id"]]})
        for _ in range(60):
            assert "values" in get(server, file_id, "S")
        refused = get(server, file_id, "S")["error"]
        assert (refused["code"], refused["status"]) == (429, "RESOURCE_EXHAUSTED")
        assert refused["details"][0]["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
        assert put(server, file_id, "S!A1", [["x"]])["updatedCells"] == 1  # writes have their own
        now[0] = 60.0
        assert "values" in get(server, file_id, "S")


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("503", 503), ("html502", 502)])
def test_refused_calls_are_not_applied(server: SheetsServer, file_id: str, kind: str, status: int) -> None:
    server.faults.add(kind, method="PUT")
    path = f"/v4/spreadsheets/{file_id}/values/S!A2"
    reply = call(server, "PUT", path, {"values": [["x"]]}, valueInputOption="RAW")
    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith("text/html" if kind == "html502" else "application/json")
    assert get(server, file_id, "S!A2")["values"] == [["C-1"]]
    assert put(server, file_id, "S!A2", [["x"]])["updatedCells"] == 1
    assert [c.fault for c in server.calls] == [kind, None, None]


@pytest.mark.parametrize(
    ("kind", "applied"), [("hang", False), ("refused", False), ("lost reply", True), ("truncated", True)]
)
def test_broken_connections(server: SheetsServer, file_id: str, kind: str, applied: bool) -> None:
    server.faults.add(kind, method="PUT", seconds=0.05)
    with pytest.raises(requests.exceptions.RequestException):
        put(server, file_id, "S!A2", [["x"]])
    assert get(server, file_id, "S!A2")["values"] == [["x" if applied else "C-1"]]


def test_a_hang_ends_with_the_server(file_id: str) -> None:
    started = time.perf_counter()
    with SheetsServer() as server:
        server.faults.add("hang", seconds=60)
        session = requests.Session()
        session.trust_env = False
        with pytest.raises(requests.exceptions.ReadTimeout):
            session.get(f"{server.url}/v4/spreadsheets/x", timeout=0.05)
    assert time.perf_counter() - started < 10


def test_which_call_is_struck(server: SheetsServer, file_id: str) -> None:
    server.faults.add("503", call=2, times=2)
    assert [call(server, "GET", f"/v4/spreadsheets/{file_id}").status_code for _ in range(4)] == [200, 503, 503, 200]
    server.faults.add("500", path="/token")
    assert call(server, "GET", f"/v4/spreadsheets/{file_id}").status_code == 200
    with pytest.raises(ValueError, match="is none of"):
        server.faults.add("teapot")


def test_people_between_two_calls(server: SheetsServer, file_id: str) -> None:
    people = server.people(file_id)
    server.between(lambda: people.insert_row("S", 2, ["new"]), call=2, method="GET")
    assert [get(server, file_id, "S")["values"] for _ in range(3)] == [
        [["id"], ["C-1"]],
        [["id"], ["new"], ["C-1"]],
        [["id"], ["new"], ["C-1"]],
    ]
    people.move_row("S", 3, 2)
    people.type("S", "B1", "=1+1")
    people.type("S", "A1200", "far")
    people.rename_tab("S", "T")
    assert people.rows("T")[:3] == [["id", 2], ["C-1"], ["new"]]
    assert people.value("T", "A1200") == "far"
    people.delete_row("T", 2)
    people.clear("T", "A2")
    people.add_tab("U")
    people.move_tab("U", 0)
    assert [s.title for s in server.book(file_id).sheets] == ["U", "T"]
    people.delete_tab("U")


def test_an_edit_that_fails_fails_the_test() -> None:
    server = SheetsServer()
    file_id = server.create(tabs={"S": [["id"]]})
    server.between(lambda: server.people(file_id).delete_column("S", "nobody"))
    get(server, file_id, "S")
    with pytest.raises(AssertionError, match="no column 'nobody'"):
        server.__exit__(None, None, None)


def test_the_record_of_calls(server: SheetsServer, file_id: str) -> None:
    server.client().open_by_key(file_id).sheet1.update([["ñ"]], "A1")
    assert [c.kind for c in server.calls] == ["token", "read", "read", "write"]
    assert server.log[-1].endswith("/values/'S'!A1 200")
    assert all(c.sent and c.seconds >= 0 for c in server.calls)


def test_by_hand(tmp_path: Path) -> None:
    key = tmp_path / "key.json"
    command = [sys.executable, "-m", "tests.sheets_server", "--port", "0", "--no-quota", "--key", str(key)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().split()[3]
            running.stdout.readline()
            made = urllib.request.Request(f"{url}/v4/spreadsheets", b"{}", {"Authorization": "Bearer anything"})
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(made, timeout=5) as reply:
                file_id = json.load(reply)["spreadsheetId"]
            client: Any = connect(url, json.loads(key.read_text()))
            with pytest.raises(PermissionError):
                client.open_by_key(file_id)
            assert client.create("mine").sheet1.title == "Sheet1"
        finally:
            running.terminate()
