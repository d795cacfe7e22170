"""What each row says of why it is said today; what letters carry; how a letter to a customer travels."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from sheetcrm.mail import immediate
from sheetcrm.mail.attachments import draft_bytes, draft_link
from sheetcrm.mail.compose import compose
from sheetcrm.mail.examples import example, row
from sheetcrm.mail.rows import ROOMS, asked, news, sections, tried
from sheetcrm.model import Message
from sheetcrm.words import words_of

TODAY = date(2026, 11, 23)
SINCE = date(2026, 11, 12)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EN, ES = words_of("en"), words_of("es")


def opened(message: Message, sender: str = "sheetcrm <bot@example.com>") -> EmailMessage:
    made = compose(message, sender=sender, domain="example.com", now=NOW, operator="ops@example.com")
    return email.message_from_bytes(made.data, policy=email.policy.default)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, []),
        ({"kind": "first"}, []),
        ({"kind": "repeat", "since": SINCE}, ["No movement since 12 Nov"]),
        ({"kind": "repeat", "since": None}, ["Still no movement"]),
        ({"kind": "rung", "since": SINCE}, ["It comes to you because nobody has moved since 12 Nov"]),
        ({"kind": "last", "since": SINCE}, ["No answer from anybody since 12 Nov"]),
        ({"kind": "again", "due": SINCE}, ["The snooze ended on 12 Nov"]),
        ({"kind": "again", "acknowledged": {"name": "Luis", "role": "", "on": SINCE}},
         ["Luis took it on 12 Nov; nothing has moved since"]),
        ({"stands_in_for": ("Luis", SINCE)}, ["Luis is away until 12 Nov: you stand in"]),
        ({"stand_in": "Luis"}, ["Luis looks after it while you are away"]),
        ({"late": True, "kind": "repeat", "since": SINCE},
         ["No movement since 12 Nov", "You should have had this earlier: the runner was down"]),
    ],
)  # fmt: skip
def test_a_row_says_why_it_is_said(facts: dict[str, Any], said: list[str]) -> None:
    assert [item["text"] for item in news(facts, EN)] == said


def test_whoever_it_climbed_to_learns_what_was_tried_and_what_is_asked() -> None:
    heard = [{"name": "Ana", "role": "owner", "on": SINCE}, {"name": "Ben", "role": "backup", "on": TODAY}]
    up = {"kind": "rung", "role": "manager", "heard": heard}
    assert tried(up, EN) == ["12 Nov: Ana was told (owner)", "23 Nov: Ben was told (backup)"]
    assert asked(up, EN).startswith("You are asked to: talk to the owner today")
    assert asked({"kind": "last", "role": "direction"}, EN).endswith("temporary owner in the owner column.")
    assert (tried({"kind": "repeat", "heard": heard}, EN), asked({"kind": "repeat", "role": "owner"}, EN)) == ([], "")
    for role in ("backup", "manager", "direction", "service", ""):
        assert asked({"kind": "rung", "role": role}, ES).startswith("Se le pide")


def _immediate(*rows: dict[str, Any], matters: int = 0) -> dict[str, Any]:
    body = dict(example("immediate", "en", TODAY).body)
    body["sections"] = [{"key": "critical", "title": "Critical", "rows": list(rows), "more": 0}] if rows else []
    body["matters"] = body["matters"] * matters
    body["headline"] = {"count": len(rows), "value": sum(one["value"] or 0 for one in rows), "currency": "EUR"}
    return body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (_immediate(row("en", TODAY, 0, 12)), "Due on 5 Dec: Hotel Sol (C-1042), €12,400"),
        (_immediate(row("en", TODAY, 0, 0)), "Due today: Hotel Sol (C-1042), €12,400"),
        (_immediate(row("en", TODAY, 0, -3)), "Was due on 20 Nov: Hotel Sol (C-1042), €12,400"),
        (_immediate(row("en", TODAY, 0, 12, value=None)), "Due on 5 Dec: Hotel Sol (C-1042)"),
        (_immediate(matters=1), "Service promises broken: Hotel Sol (T-113)"),
        (_immediate(matters=2), "2 matters can't wait: service promises broken (Hotel Sol)…"),
        (_immediate(row("en", TODAY), row("en", TODAY, 1)), "2 matters can't wait, €30,600: Hotel Sol (C-1042)…"),
        (_immediate(row("en", TODAY, kind="rung", since=None)), "No movement: Hotel Sol (C-1042), €12,400"),
        (_immediate(row("en", TODAY, kind="rung"), row("en", TODAY, 1, kind="last")),
         "2 matters have come up to you, €30,600: Hotel Sol (C-1042)…"),
        (_immediate(row("en", TODAY, kind="rung"), row("en", TODAY, 1)), "2 matters can't wait, €30,600: Hotel Sol (C-1042)…"),
    ],
)  # fmt: skip
def test_an_immediate_letter_names_what_can_not_wait(body: dict[str, Any], said: str) -> None:
    assert immediate.subject(body, EN) == said


def test_a_digest_carries_its_drafts_and_briefs() -> None:
    whole = opened(example("digest", "es", TODAY))
    files = {part.get_filename(): part for part in whole.iter_attachments()}
    assert list(files) == ["borrador-C-1042.eml", "A-007-2026-11-23.html"]
    draft = email.message_from_bytes(files["borrador-C-1042.eml"].get_content(), policy=email.policy.default)
    assert (draft["X-Unsent"], draft["To"]) == ("1", "compras@hotelsol.example")
    assert draft["From"] is draft["Date"] is draft["Message-ID"] is None
    assert "«Mantenimiento de impresoras» (C-1042)" in draft["Subject"]
    assert "Hotel Sol" in files["A-007-2026-11-23.html"].get_content()
    assert "<!DOCTYPE html>" in files["A-007-2026-11-23.html"].get_content()


def test_the_same_draft_makes_the_same_bytes() -> None:
    (draft,) = example("digest", "ru", TODAY).body["drafts"]
    assert draft_bytes(draft) == draft_bytes(draft)


def test_a_draft_opens_by_a_link_too() -> None:
    (draft,) = example("digest", "ru", TODAY).body["drafts"]
    link = urlsplit(draft_link(draft))
    assert (link.scheme, unquote(link.path)) == ("mailto", "compras@hotelsol.example")
    assert parse_qs(link.query)["body"][0].startswith("Здравствуйте, Хорхе Руис!\r\n\r\nДоговор «")


def test_an_address_that_servers_refuse_leaves_the_draft_without_one() -> None:
    (draft,) = example("digest", "es", TODAY).body["drafts"]
    odd = {**draft, "to": "josé@cliente.example"}
    assert email.message_from_bytes(draft_bytes(odd))["To"] == ""
    assert draft_link(odd).startswith("mailto:?subject=")


def test_file_names_are_no_paths() -> None:
    said = example("digest", "es", TODAY)
    (draft,) = said.body["drafts"]
    for id in ("../../etc/passwd", 'C"1042\r\nX: 1', "С-1/2", "..."):
        body = {**said.body, "drafts": [{**draft, "body": {**draft["body"], "contract_id": id}}], "briefs": []}
        whole = opened(replace(said, body=body))
        (name,) = [part.get_filename() for part in whole.iter_attachments()]
        assert name.startswith("borrador")
        assert name.endswith(".eml")
        assert not set(name) & set('/\\\r\n"')
        assert whole["X"] is None


def test_a_letter_to_a_customer_is_a_persons() -> None:
    whole = opened(example("customer", "en", TODAY), sender="sheetcrm <bot@example.com>")
    assert whole["From"].addresses[0].display_name == "Ana Torres"
    assert whole["From"].addresses[0].addr_spec == "bot@example.com"
    assert whole["Reply-To"].addresses[0].addr_spec == "ana@example.com"
    for header in ("List-Unsubscribe", "Auto-Submitted", "References"):
        assert whole[header] is None
    html = whole.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<img" not in html
    assert "http" not in html.replace("https://www.w3.org", "")
    text = whole.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "12,400" not in text + html
    assert text.rstrip().endswith("ana@example.com")


def test_a_letter_to_a_customer_does_without_what_is_not_known() -> None:
    said = example("customer", "es", TODAY)
    bare = {"title": "", "contact": "", "owner": "", "owner_email": "", "end_date": None, "value": None}
    whole = opened(replace(said, body={**said.body, **bare}))
    text = whole.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.startswith("Buenos días:\r\n")
    assert whole["Subject"] == "Su contrato C-1042: vigente hasta el 20 ene 2027"
    assert whole["Reply-To"] is None
    assert whole["From"].addresses[0].display_name == "sheetcrm"


def test_one_contract_stands_in_one_thread_whatever_the_kind() -> None:
    one = row("en", TODAY, 0, 12)
    said = replace(example("immediate", "en", TODAY), body=_immediate(one))
    escalated = replace(said, body=_immediate({**one, "kind": "rung", "role": "manager"}), kind="escalation")
    assert opened(said)["References"] == opened(escalated)["References"] is not None
    assert opened(replace(said, body=_immediate(one, matters=1)))["References"] is None


def test_the_week_says_no_data_and_never_a_flattering_number() -> None:
    said = example("weekly", "en", TODAY)
    figures = [{**figure, "now": None, "before": 5.0} for figure in said.body["figures"]]
    body = {**said.body, "figures": figures, "changes": [], "owners": [], "health": []}
    text = opened(replace(said, body=body)).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("no data") == len(figures)
    assert "▲" not in text
    assert "Nothing was renewed or lost" in text


def test_a_late_sheet_names_who_has_it_open() -> None:
    said = example("digest", "en", TODAY)
    body = {**said.body, "sheet_follows": True, "open_by": "Luis Prado"}
    text = opened(replace(said, body=body)).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Luis Prado has the workbook open" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "deadline: 12 Dec 2026 (Sat, a day off: counts as 11 Dec)"),
        ("es", "plazo: 12 dic 2026 (sáb, no laborable: cuenta como 11 dic)"),
        ("ru", "срок: 12 дек. 2026 (сб, нерабочий день: считается как 11 дек.)"),
    ],
)
def test_a_deadline_on_a_day_off_says_as_which_day_it_counts(language: str, said: str) -> None:
    saturday = {**row(language, TODAY), "deadline": date(2026, 12, 12), "counts_as": date(2026, 12, 11)}
    section = {"key": "critical", "title": "15", "rows": [saturday], "more": 0}
    (shown,) = sections([section], words_of(language), ROOMS[0])
    assert shown["rows"][0]["deadline"] == said


def test_days_count_from_the_day_of_the_example() -> None:
    leap = date(2028, 2, 29)
    assert row("es", leap, days=1)["deadline"] == leap + timedelta(days=1)
    assert "13 mar" in opened(example("escalation", "es", leap + timedelta(days=5))).get_body(("plain",)).get_content()  # type: ignore[union-attr]
