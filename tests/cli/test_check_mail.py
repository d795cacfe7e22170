"""What ``check`` says of mail, and the mail that ``--send-test`` sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.cli import checking_mail
from sheetcrm.cli.context import Options, Place, job, place
from sheetcrm.ledger import Ledger
from sheetcrm.model import Snapshot
from sheetcrm.run import read
from tests.cli.conftest import call
from tests.mail.servers import closed_port, scripted, server_of


@pytest.fixture(scope="module")
def snapshot(made: Path) -> Snapshot:
    options = Options(config=made / "config.yaml")
    return read(job(options, place(options)))


@pytest.fixture(scope="module")
def somebody(snapshot: Snapshot) -> str:
    return str(snapshot["team"].frame["email"].iloc[0])


def configured(folder: Path, server: Any, **changes: Any) -> Place:
    config = folder / "mail.yaml"
    mail = {"enabled": True, "host": server.host, "port": server.port, "security": "none", "sender": "bot@example.com"}
    config.write_text(f"workbook: crm.xlsx\nmail: {json.dumps({**mail, **changes})}\n", encoding="utf-8")
    return place(Options(config=config))


def test_a_test_mail_leaves_for_somebody_of_the_team(folder: Path, somebody: str) -> None:
    with scripted() as (handler, server):
        configured(folder, server, allowed=[somebody.rpartition("@")[2]])
        places = ["--config", str(folder / "mail.yaml"), "--state", str(folder / "s")]
        answer = call("check", *places, "--send-test", somebody.upper())
    assert answer.code in (0, 3), answer.out + answer.err
    assert f"a test mail left for {somebody}" in answer.out
    [(sender, to, data)] = handler.taken
    assert (sender, to) == ("bot@example.com", [somebody])
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in data
    assert not (folder / "s").exists()


def test_a_test_mail_goes_to_nobody_else(folder: Path, snapshot: Snapshot, somebody: str) -> None:
    with scripted() as (handler, server):
        where = configured(folder, server, allowed=["ours.example"])
        said = [
            checking_mail.sent_to(where, snapshot, address)
            for address in ("eve@ours.example", somebody, "a@b.com\nBcc: c@d.com", "")
        ]
    assert [line.state for line in said] == ["bad"] * 4
    reasons = ("team tab", "mail.allowed", "no mail address", "no mail address")
    assert all(why in line.fix for line, why in zip(said, reasons, strict=True))
    assert handler.taken == []


def test_the_operator_may_have_one(folder: Path, snapshot: Snapshot) -> None:
    with scripted() as (handler, server):
        where = configured(folder, server, operator="Ops@Example.com")
        assert checking_mail.sent_to(where, snapshot, "ops@example.com").state == "ok"
    assert [to for _, to, _ in handler.taken] == [["ops@example.com"]]


def test_a_test_mail_that_does_not_leave_says_why(folder: Path, snapshot: Snapshot, somebody: str) -> None:
    with scripted(rcpt={somebody: "550 5.1.1 no such user"}) as (_, server):
        refused = checking_mail.sent_to(configured(folder, server, allowed=[somebody]), snapshot, somebody)
    assert (refused.state, "550 5.1.1 no such user" in refused.fix) == ("bad", True)
    nobody = configured(folder, server_of(closed_port()), allowed=[somebody])
    assert "127.0.0.1" in checking_mail.sent_to(nobody, snapshot, somebody).fix
    disabled = configured(folder, server_of(1), allowed=[somebody], enabled=False)
    assert "mail.enabled" in checking_mail.sent_to(disabled, snapshot, somebody).fix


def test_how_mail_leaves_is_said_and_what_can_not_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lines(**changes: Any) -> list[tuple[str, str]]:
        where = configured(folder, server_of(25), **changes)
        with Ledger.look(where.state) as ledger:
            return [(line.state, f"{line.what} {line.fix}") for line in checking_mail.lines(where, ledger)]

    [(state, said)] = lines()
    assert (state, "127.0.0.1:25" in said) == ("ok", True)
    [_, (state, said)] = lines(host="relay.example.com")
    assert (state, "unencrypted" in said) == ("warn", True)
    [(state, said)] = lines(enabled=False)
    assert (state, "files" in said) == ("note", True)
    [(state, said)] = lines(user="bot")
    assert (state, "SHEETCRM_MAIL_PASSWORD" in said) == ("bad", True)
    [(state, said)] = lines(user="bot@example.com", login="oauth")
    assert (state, "mail.oauth_client_id" in said, "SHEETCRM_MAIL_REFRESH_TOKEN" in said) == ("bad", True, True)
    monkeypatch.setenv("SHEETCRM_MAIL_PASSWORD_FILE", str(folder / "gone"))
    [(state, said)] = lines(user="bot")
    assert (state, "gone, which can't be read" in said) == ("bad", True)


def test_secrets_come_from_the_environment_a_file_or_systemd(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sheetcrm.cli.context import mail_server

    where = configured(folder, server_of(25), user="bot@example.com", login="oauth", oauth_client_id="client")
    monkeypatch.setenv("SHEETCRM_MAIL_CLIENT_SECRET", "s3cret")
    (folder / "token").write_text("r3fresh\n")
    monkeypatch.setenv("SHEETCRM_MAIL_REFRESH_TOKEN_FILE", str(folder / "token"))
    grant = mail_server(where).grant
    assert grant is not None
    assert (grant.client_secret, grant.refresh_token) == ("s3cret", "r3fresh")
    (folder / "sheetcrm_mail_password").write_text("p4ss\r\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    server = mail_server(configured(folder, server_of(25), user="bot", ca_file="ca.pem"))
    assert (server.password, server.grant, server.ca_file) == ("p4ss", None, str(folder / "ca.pem"))


def test_a_run_whose_mail_settings_can_not_work_does_nothing(folder: Path) -> None:
    configured(folder, server_of(25), user="bot")
    before = (folder / "crm.xlsx").read_bytes()
    answer = call("run", "--config", str(folder / "mail.yaml"), "--state", str(folder / "s"))
    assert answer.code == 78
    assert "SHEETCRM_MAIL_PASSWORD" in answer.err
    assert (folder / "crm.xlsx").read_bytes() == before
    assert not (folder / "s").exists()
