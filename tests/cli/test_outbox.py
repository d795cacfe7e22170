"""``sheetcrm outbox``: what people see of letters, and what they may decide."""

from __future__ import annotations

import io
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.ledger import Ledger, instance_lock
from sheetcrm.letter import Letter, Receipt
from sheetcrm.mail.files import FilesTransport
from sheetcrm.mail.outbox import drain
from sheetcrm.mail.transport import SmtpTransport
from sheetcrm.model import Alert
from tests.cli.conftest import Answer, call
from tests.mail.bodies import message, rich
from tests.mail.servers import scripted

NOW = datetime.now(UTC)
TODAY = date(2026, 11, 23)
BODY = (
    "From: bot@example.com\r\nTo: {to}\r\nSubject: =?utf-8?q?Hola_=C3=B1_=1B[31m?=\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nLínea 1\r\n\x1b[2Jdos\r\n"
)


def letter(key: str, *, customer: bool = False, **changes: Any) -> Letter:
    to = f"{key}@example.com"
    facts: dict[str, Any] = {
        "kind": "digest",
        "to": to,
        "copies": (),
        "subject": f"Asunto {key}",
        "keys": (f"a-{key}",),
    }
    data = BODY.format(to=to).encode()
    return Letter(key=key, data=data, customer=customer, message_id=f"<{key}@x>", composed_on=TODAY, **facts | changes)


def alert(key: str) -> Alert:
    facts = {"rule": "renewal", "stage": "final", "tab": "contracts", "id": "C-1", "contract_id": "C-1"}
    return Alert(
        key=f"a-{key}", person="ana", state="sent", why="", alerted_on=TODAY, account_id="A", deadline=TODAY, **facts
    )


@pytest.fixture
def state(folder: Path) -> Path:
    """An outbox with a letter in each state: 1 queued, 2 sent, 3 failed, 4 held after doubt, 5 held before, 6 waiting."""
    with Ledger.open(folder / "state") as ledger:
        run_id = ledger.begin(TODAY, "", now=NOW)
        keys = ["queued", "sent", "failed", "doubt", "changed", "waiting"]
        letters = [letter(key, customer=key in ("doubt", "changed")) for key in keys]
        letters[2] = letter("failed", copies=("eva@example.com",))
        letters[4] = letter("changed", customer=True, held="the customer's address has changed")
        ledger.commit_effects(run_id, now=NOW, alerts=[alert(key) for key in keys], rows=[], letters=letters)
        for key in ("sent", "doubt"):
            ledger.mark_sending(key, now=NOW, owner="here", until=NOW)
        ledger.mark_sent("sent", now=NOW, receipts={"sent@example.com": Receipt("delivered", "250 ok")})
        ledger.hold("doubt", "it may have arrived", {"doubt@example.com": Receipt("unknown", "cut off")})
        ledger.mark_failed(
            "failed",
            "failed@example.com: 550 5.1.1 no such user",
            permanent=True,
            receipts={
                "failed@example.com": Receipt("refused", "550 5.1.1 no such user"),
                "eva@example.com": Receipt("delivered", "250 ok"),
            },
        )
        ledger.mark_failed("waiting", "451 later", permanent=False, next_try_at=NOW + timedelta(hours=1))
    return folder / "state"


@pytest.fixture
def outbox(folder: Path, state: Path) -> Any:
    def run(*arguments: str) -> Answer:
        return call("outbox", *arguments, "--config", str(folder / "config.yaml"), "--state", str(state))

    return run


def states(folder: Path) -> dict[str, str]:
    with Ledger.look(folder) as ledger:
        return {entry.letter.key: entry.state for entry in ledger.latest_letters(20)}


def alerts(folder: Path) -> dict[str, str]:
    with Ledger.look(folder) as ledger:
        return {key: alert.state for key, alert in ledger.alerts().items()}


def test_list_shows_what_has_not_left_with_its_reason(outbox: Any) -> None:
    answer = outbox("list")
    assert (answer.code, answer.out) == (0, "")
    assert "sent@example.com" not in answer.err
    for word in ("queued", "failed", "held", "550", "address"):
        assert word in answer.err
    assert "eva@example.com" not in answer.err
    assert "+1" in answer.err


def test_list_as_json_says_everything(outbox: Any) -> None:
    answer = outbox("list", "--json")
    assert answer.err == ""
    assert [(one["number"], one["state"]) for one in answer.json] == [
        (1, "queued"), (3, "failed"), (4, "held"), (5, "held"), (6, "queued"),
    ]  # fmt: skip
    dead = answer.json[1]
    assert dead["recipients"] == {
        "failed@example.com": {"fate": "refused", "reply": "550 5.1.1 no such user"},
        "eva@example.com": {"fate": "delivered", "reply": "250 ok"},
    }
    assert (dead["customer"], dead["attempts"], dead["copies"]) == (False, 1, ["eva@example.com"])
    assert [one["number"] for one in outbox("list", "--only", "sent", "--json").json] == [2]
    assert len(outbox("list", "--all", "--json").json) == 6


def test_an_empty_outbox_is_said_and_made_by_nobody(folder: Path) -> None:
    answer = call("outbox", "list", "--config", str(folder / "config.yaml"), "--state", str(folder / "none"))
    assert (answer.code, answer.out) == (0, "")
    assert "No letter waits" in answer.err
    assert not (folder / "none").exists()


def test_show_prints_headers_text_and_recipients_safely(outbox: Any) -> None:
    answer = outbox("show", "3")
    assert answer.code == 0
    for said in ("Letter 3: failed", "refused   550 5.1.1", "eva@example.com", "delivered", "Línea 1"):
        assert said in answer.out
    assert "\x1b" not in answer.out
    assert "Subject: Hola ñ [31m" in answer.out
    shown = outbox("show", "3", "--json").json
    assert ["Subject", "Hola ñ [31m"] in shown["headers"]
    assert shown["text"].splitlines() == ["Línea 1", "[2Jdos"]
    assert "not tried yet" in outbox("show", "1").out


def test_a_number_that_is_none_is_said(outbox: Any, state: Path) -> None:
    for command in (["show", "99"], ["retry", "99", "1"], ["drop", "99", "--yes"], ["release", "99", "--yes"]):
        answer = outbox(*command)
        assert answer.code == 2
        assert "There is no letter 99" in answer.err
    assert states(state)["queued"] == "queued"


def test_retry_lets_dead_and_waiting_letters_leave(outbox: Any, state: Path) -> None:
    answer = outbox("retry", "3", "6", "--json")
    assert (answer.code, answer.json, answer.err) == (0, {"retried": [3, 6]}, "")
    assert states(state) | {"failed": "queued", "waiting": "queued"} == states(state)
    assert alerts(state)["a-failed"] == "queued"
    with Ledger.look(state) as ledger:
        again = {entry.letter.key: entry for entry in ledger.queued(NOW)}
    assert set(again) == {"queued", "failed", "waiting"}
    assert (again["failed"].attempts, again["failed"].error) == (0, "")
    assert again["failed"].remaining == ("failed@example.com",)


def test_retry_of_all_is_of_the_dead_ones(outbox: Any) -> None:
    assert outbox("retry", "--all", "--json").json == {"retried": [3]}
    assert outbox("retry", "--all", "--json").json == {"retried": []}
    assert outbox("retry").code == 2
    assert outbox("retry", "3", "--all").code == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["retry", "2"], "is sent"),
        (["retry", "4"], "outbox release 4"),
        (["drop", "2", "--yes"], "is sent"),
        (["release", "3", "--yes"], "is failed"),
        (["release", "1", "4", "--yes"], "is queued"),
    ],
)
def test_what_a_letter_s_state_forbids_changes_nothing(outbox: Any, state: Path, command: Any, said: str) -> None:
    before = states(state)
    answer = outbox(*command)
    assert answer.code == 2
    assert said in answer.err
    assert states(state) == before


def test_drop_gives_letters_up_and_their_alerts_are_failed(outbox: Any, state: Path) -> None:
    assert outbox("drop", "1", "4", "--yes", "--json").json == {"dropped": [1, 4]}
    assert {key: states(state)[key] for key in ("queued", "doubt")} == {"queued": "dropped", "doubt": "dropped"}
    assert (alerts(state)["a-queued"], alerts(state)["a-doubt"]) == ("failed", "failed")
    assert "dropped by a person" in outbox("show", "4").out
    assert 1 not in [one["number"] for one in outbox("list", "--json").json]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code", "after"), [("y\n", 0, "queued"), ("n\n", 1, "held"), ("\n", 1, "held")])
def test_release_says_what_it_risks_and_asks(
    outbox: Any, state: Path, monkeypatch: pytest.MonkeyPatch, typed: str, code: int, after: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    answer = outbox("release", "4")
    assert answer.code == code
    assert "1 letter may have arrived already" in answer.err
    assert states(state)["doubt"] == after


def test_a_letter_that_was_held_before_it_left_risks_nothing(
    outbox: Any, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    answer = outbox("release", "5")
    assert "may have arrived" not in answer.err
    assert states(state)["changed"] == "queued"


@pytest.mark.parametrize("command", ["drop", "release"])
def test_without_a_terminal_nobody_is_asked_and_nothing_happens(outbox: Any, state: Path, command: str) -> None:
    before = states(state)
    answer = outbox(command, "4")
    assert answer.code == 2
    assert "--yes" in answer.err
    assert states(state) == before


def test_a_released_letter_leaves_once(outbox: Any, state: Path) -> None:
    outbox("release", "4", "--yes")
    with Ledger.open(state) as ledger, scripted() as (handler, server):
        for _ in range(2):
            drain(ledger, SmtpTransport(server), now=NOW, budget_seconds=60, clock=lambda: 0.0)
    assert [to for _, [to], _ in handler.taken].count("doubt@example.com") == 1
    assert alerts(state)["a-doubt"] == "sent"


def test_while_a_run_is_at_work_nobody_decides(outbox: Any, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheetcrm.cli.letters._WAIT_SECONDS", 0)
    with instance_lock(state):
        answer = outbox("drop", "1", "--yes")
    assert answer.code == 75
    assert states(state)["queued"] == "queued"


def test_every_letter_that_is_composed_can_be_shown(folder: Path, state: Path, outbox: Any) -> None:
    from sheetcrm.mail.compose import compose

    made = [
        compose(message(rich(language), language, key=language), sender="bot@example.com", domain="x.org", now=NOW)
        for language in ("es", "en", "ru")
    ]
    with Ledger.open(state) as ledger:
        run_id = ledger.begin(TODAY, "", now=NOW)
        ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=made)
    for number, composed in enumerate(made, start=7):
        shown = outbox("show", str(number), "--json").json
        assert ["Subject", composed.subject] in shown["headers"]
        assert len(shown["text"].splitlines()) > 10


SERVER = "workbook: crm.xlsx\nmail: {enabled: true, host: localhost, security: none, sender: bot@example.com}\n"


@pytest.fixture
def filed(folder: Path, state: Path) -> Path:
    """Two more letters, 7 and 8, that became files: to one of the team, and to a customer."""
    with Ledger.open(state) as ledger:
        run_id = ledger.begin(TODAY, "", now=NOW)
        letters = [letter("file"), letter("customers", customer=True)]
        ledger.commit_effects(run_id, now=NOW, alerts=[alert("file"), alert("customers")], rows=[], letters=letters)
        report = drain(ledger, FilesTransport(state / "outbox"), now=NOW, budget_seconds=60, clock=time.monotonic)
        assert report.sent == ["queued", "file", "customers"]
    return folder


def test_letters_that_became_files_leave_once_there_is_a_server(outbox: Any, state: Path, filed: Path) -> None:
    answer = outbox("retry", "--files", "--yes")
    assert answer.code == 2
    assert "no mail server yet" in answer.err
    (filed / "config.yaml").write_text(SERVER)
    assert "nobody to ask" in outbox("retry", "--files").err
    assert states(state)["file"] == "sent"
    assert outbox("retry", "--files", "--yes", "--json").json == {"retried": [1, 7]}
    assert alerts(state)["a-file"] == "queued"
    with Ledger.open(state) as ledger, scripted() as (handler, server):
        drain(ledger, SmtpTransport(server), now=NOW, budget_seconds=60, clock=time.monotonic)
    assert [to for _, to, _ in handler.taken] == [["queued@example.com"], ["file@example.com"]]
    assert alerts(state)["a-file"] == "sent"
    assert outbox("retry", "--files", "--yes", "--json").json == {"retried": []}
    assert outbox("retry", "7").code == 2


def test_check_names_them_while_they_are_new(folder: Path, state: Path, filed: Path) -> None:
    def said() -> str:
        answer = call("check", "--config", str(folder / "config.yaml"), "--state", str(state))
        return " ".join((answer.out + answer.err).split())

    assert "outbox retry --files" not in said()
    (filed / "config.yaml").write_text(SERVER)
    assert "2 letters became files before there was a mail server: nobody got them" in said()
