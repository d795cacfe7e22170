"""Calls that fail, over real HTTP: what is repeated, what is not, and what is said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sheetcrm.cli.exits import in_words
from sheetcrm.config import defaults
from sheetcrm.sync.google.auth import account
from sheetcrm.sync.google.errors import GoogleBusy, GoogleError, GoogleSetup, Unanswered
from sheetcrm.sync.google.traffic import Bucket, Kind
from sheetcrm.sync.google.transport import SheetsTransport, kind_of
from tests.google.desk import Desk
from tests.sheets_server import SheetsServer

PASSING = ("429", "500", "503", "html502", "hang", "refused", "lost reply", "truncated")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with SheetsServer() as server:
        made = Desk(server, tmp_path, server.create(tabs={"one": [["a", "b"], [1, "ü"]]}))
        made.settings |= {"read_seconds": 0.5, "deadline_seconds": 20.0}
        yield made
        assert server.findings == []


def get(desk: Desk, **settings: Any) -> dict[str, Any]:
    desk.settings |= settings
    return desk.transport().call("get", f"{desk.file_id}/values/one", name="values")


def insert(desk: Desk) -> dict[str, Any]:
    span = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    body = {"requests": [{"insertDimension": {"range": span}}]}
    return desk.transport().call("post", f"{desk.file_id}:batchUpdate", name="append", body=body)


@pytest.mark.parametrize("fault", PASSING)
def test_a_read_is_repeated(desk: Desk, fault: str) -> None:
    desk.server.faults.add(fault, path="/v4/", times=2, seconds=1)
    transport = desk.transport()
    reply = transport.call("get", f"{desk.file_id}/values/one", name="values")
    assert reply["values"] == [["a", "b"], ["1", "ü"]]
    assert transport.traffic.retries == 2
    assert transport.traffic.reads["values"] == 3


@pytest.mark.parametrize("fault", PASSING)
def test_what_goes_on_failing_ends_in_words(desk: Desk, fault: str) -> None:
    desk.server.faults.add(fault, path="/v4/", times=None, seconds=1)
    with pytest.raises(GoogleBusy) as told:
        get(desk, retries=1, read_seconds=0.1)
    assert len(desk.server.calls) == 3  # a token and two attempts
    assert "{" not in str(told.value)
    assert "<" not in str(told.value)


def test_a_once_only_write_is_not_repeated_when_its_answer_is_lost(desk: Desk) -> None:
    for fault in ("lost reply", "truncated", "500", "503", "html502", "hang"):
        desk.server.faults.clear()
        desk.server.faults.add(fault, path=":batchUpdate", seconds=1)
        before = len([call for call in desk.server.calls if call.path.endswith(":batchUpdate")])
        with pytest.raises(Unanswered):
            insert(desk)
        after = len([call for call in desk.server.calls if call.path.endswith(":batchUpdate")])
        assert after == before + 1, fault


def test_a_once_only_write_is_repeated_when_it_was_surely_not_done(desk: Desk) -> None:
    desk.server.faults.add("429", path=":batchUpdate", times=2)
    insert(desk)
    assert desk.values("one") == [["a", "b"], [], [1, "ü"]] or desk.values("one")[2] == [1, "ü"]


def test_the_deadline_ends_retries(desk: Desk) -> None:
    desk.server.faults.add("503", path="/v4/", times=None)
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    desk.settings |= {"retries": 1000, "backoff_seconds": 1.0, "deadline_seconds": 60.0}
    transport = desk.transport(clock=lambda: now[0], sleep=sleep)
    with pytest.raises(GoogleBusy):
        transport.call("get", f"{desk.file_id}/values/one", name="values")
    assert now[0] <= 60
    assert transport.traffic.reads["values"] < 20


def test_the_bucket_keeps_to_the_quota() -> None:
    now = [0.0]
    bucket = Bucket(2, lambda: now[0])
    assert [bucket.wait_for(Kind.READ) for _ in range(3)] == [0, 0, 60]
    assert bucket.wait_for(Kind.ONCE) == 0
    now[0] = 59
    assert bucket.wait_for(Kind.READ) == pytest.approx(1)
    now[0] = 60
    assert bucket.wait_for(Kind.READ) == 0


def test_seventy_calls_wait_for_the_minute_instead_of_being_refused(tmp_path: Path) -> None:
    now = [0.0]
    with SheetsServer(quota=True, clock=lambda: now[0]) as server:
        desk = Desk(server, tmp_path, server.create(tabs={"one": [["a"]]}))
        desk.settings |= {"requests_per_minute": 60, "deadline_seconds": 120.0}

        def sleep(seconds: float) -> None:
            now[0] += seconds

        transport = desk.transport(clock=lambda: now[0], sleep=sleep)
        for _ in range(70):
            transport.call("get", f"{desk.file_id}/values/one", name="values")
        assert all(call.status == 200 for call in server.calls)
        assert transport.traffic.retries == 0


def test_a_sheet_that_is_not_shared_names_the_address(desk: Desk) -> None:
    desk.file_id = desk.server.create(shared={})
    with pytest.raises(GoogleSetup) as told:
        get(desk)
    assert "runner@sheetcrm-tests.iam.gserviceaccount.com" in str(told.value)
    assert "Share" in str(told.value)


def test_an_api_that_is_off_names_the_page(desk: Desk) -> None:
    desk.server.settings.disabled = frozenset({"sheets"})
    with pytest.raises(GoogleSetup, match="not enabled") as told:
        get(desk)
    assert "https://console.developers.google.com" in str(told.value)


def test_an_unknown_sheet(desk: Desk) -> None:
    desk.file_id = "1" * 44
    with pytest.raises(GoogleSetup, match="no sheet with this address"):
        get(desk)


def test_a_key_that_is_not_this_account_s(desk: Desk) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    cfg = desk.cfg
    key = {**desk.server.service_account(), "private_key": other.private_bytes(*pem).decode()}
    Path(cfg.google.credentials_file).write_text(json.dumps(key), encoding="utf-8")
    with pytest.raises(GoogleSetup, match="Make a new key"):
        SheetsTransport(account(cfg.google), cfg.google).call("get", desk.file_id, name="structure")
    assert len(desk.server.calls) == 1


def test_a_page_instead_of_a_token_is_not_a_wrong_key(desk: Desk) -> None:
    desk.server.faults.add("html502", path="/token", times=None)
    with pytest.raises(GoogleBusy, match="sign-in"):
        get(desk, retries=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "no key"),
        ('{"installed": {}}', "identifies a program"),
        ('{"type": "service_account", "client_email": "x"}', "damaged"),
    ],
)
def test_keys_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "key.json").write_text(text, encoding="utf-8")
    google = defaults().google
    with pytest.raises(GoogleSetup, match=said):
        account(google.model_copy(update={"credentials_file": "key.json"}), tmp_path)
    with pytest.raises(GoogleSetup, match="cannot be read"):
        account(google.model_copy(update={"credentials_file": "other.json"}), tmp_path)


def test_no_key_at_all_says_where_it_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SHEETCRM_GOOGLE_CREDENTIALS", raising=False)
    with pytest.raises(GoogleSetup, match=r"google\.credentials_file"):
        account(defaults().google, tmp_path)


def test_a_person_s_token_file_works(desk: Desk) -> None:
    path = desk.folder / "token.json"
    path.write_text(json.dumps(desk.server.authorized_user()), encoding="utf-8")
    cfg = desk.cfg.google.model_copy(update={"credentials_file": "", "token_file": str(path)})
    reply = SheetsTransport(account(cfg), cfg).call("get", f"{desk.file_id}/values/one", name="values")
    assert reply["values"][0] == ["a", "b"]


def test_text_leaves_as_it_is_and_no_number_that_is_none(desk: Desk) -> None:
    transport = desk.transport()
    body = {"valueInputOption": "RAW", "data": [{"range": "one!A1", "values": [["Ñandú 🙂 договор"]]}]}
    transport.call("post", f"{desk.file_id}/values:batchUpdate", name="write", body=body)
    assert desk.values("one")[0][0] == "Ñandú 🙂 договор"
    assert transport.traffic.sent_bytes == len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    body["data"] = [{"range": "one!A1", "values": [[float("nan")]]}]
    with pytest.raises(ValueError, match="Out of range"):
        transport.call("post", f"{desk.file_id}/values:batchUpdate", name="write", body=body)


def test_a_token_that_ran_out_is_renewed(desk: Desk) -> None:
    transport = desk.transport()
    transport.call("get", f"{desk.file_id}/values/one", name="values")
    desk.server.app.tokens.expire_all()
    assert transport.call("get", f"{desk.file_id}/values/one", name="values")["values"]
    assert [call.kind for call in desk.server.calls].count("token") == 2


def test_gspread_s_own_calls_go_the_same_way(desk: Desk) -> None:
    transport = desk.transport()
    desk.server.faults.add("html502", path="/v4/")
    assert transport.values_get(desk.file_id, "one")["values"] == [["a", "b"], ["1", "ü"]]
    assert transport.traffic.retries == 1


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("get", "x/values:batchGet", Kind.READ),
        ("post", "x/values:batchGetByDataFilter", Kind.READ),
        ("post", "x/developerMetadata:search", Kind.READ),
        ("post", "x/values:batchUpdateByDataFilter", Kind.SAME),
        ("put", "x/values/A1", Kind.SAME),
        ("post", "x:batchUpdate", Kind.ONCE),
        ("post", "x/values/A1:append", Kind.ONCE),
    ],
)
def test_what_repeating_a_call_would_do(method: str, path: str, kind: Kind) -> None:
    assert kind_of(method, path) is kind


@pytest.mark.parametrize(
    ("error", "code"),
    [(GoogleSetup("key"), 78), (GoogleBusy("later"), 75), (Unanswered("?"), 75), (GoogleError("no"), 1)],
)
def test_exit_codes(error: GoogleError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped, in_words():
        raise error
    assert stopped.value.code == code
    assert str(error) in capsys.readouterr().err
