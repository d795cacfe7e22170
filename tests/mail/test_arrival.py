"""From what people type to what arrives: nothing smuggled in, nothing mangled, everybody reached."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime

import pytest

from sheetcrm.ledger import Ledger
from sheetcrm.mail.compose import compose
from sheetcrm.mail.outbox import drain
from sheetcrm.mail.recipients import canonical
from sheetcrm.mail.transport import SmtpTransport
from tests.mail.bodies import body, message, row, section
from tests.mail.servers import scripted

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NASTY = "Ana\r\nBcc: eve@evil.example\r\n\r\n.\r\nQUIT\r\n\u2028X: 1 \u202e <b onload=x>&"


def arrived(ledger: Ledger, *messages, sender: str = "bot@example.com") -> list[tuple[str, list[str], bytes]]:
    letters = [
        compose(one, sender=sender, domain="пример.рф", now=NOW, operator="ops@bücher.example") for one in messages
    ]
    run_id = ledger.begin(NOW.date(), "", now=NOW)
    ledger.commit_effects(run_id, now=NOW, alerts=[], rows=[], letters=letters)
    with scripted() as (handler, server):
        report = drain(ledger, SmtpTransport(server), now=NOW, budget_seconds=60, clock=lambda: 0.0)
    assert len(report.sent) == len(messages)
    return handler.taken


def test_what_people_type_stays_text(ledger):
    said = body(
        name=NASTY,
        sections=[section(row(account=NASTY, title=NASTY, reason=NASTY), title=NASTY)],
        headline={"count": 1, "value": 5.0, "currency": "EUR"},
    )
    [(sender, to, data)] = arrived(
        ledger, message(said, key="k1", subject=NASTY), sender='"Eve\\"\r\nBcc: x@y.example" <bot@example.com>'
    )
    assert (sender, to) == ("bot@example.com", ["ana@example.com"])
    whole = email.message_from_bytes(data, policy=email.policy.default)
    assert {name.lower() for name in whole} & {"bcc", "x"} == set()
    assert (len(whole.get_all("to")), whole["to"]) == (1, "ana@example.com")
    assert b"\r\n.\r\n" not in data
    html = whole.get_body(("html",)).get_content()
    assert "<b onload" not in html
    assert "&lt;b onload" in html


def test_a_line_that_is_a_dot_does_not_end_the_letter(ledger):
    said = body(
        sections=[section(row(reason="uno\n.\n..\n.dos"))], headline={"count": 1, "value": 1.0, "currency": "EUR"}
    )
    [(_, _, data)] = arrived(ledger, message(said, key="k2"))
    assert [entry.letter.data for entry in ledger.letters("sent")] == [data]


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("Ana@Bücher.example", "ana@xn--bcher-kva.example"),
        ("анна@пример.рф", None),
        ("anna@Пример.РФ", "anna@xn--e1afmkfd.xn--p1ai"),
        (" ana@example.com ", "ana@example.com"),
        ("ana@example.com\r\nRCPT TO:<eve@evil.example>", None),
        ("ana@example.com\neve@evil.example", None),
        ("ana@exam ple.com", None),
        ('"ana\r\n"@example.com', None),
        ("ana@example.com>\r\nDATA", None),
        ("ana@[127.0.0.1]", None),
        ("a" * 65 + "@example.com", None),
    ],
)
def test_an_address_reaches_its_mailbox_or_nobody(ledger, typed, reached):
    assert canonical(typed) == reached
    if reached is None:
        with pytest.raises(ValueError, match="no mail address"):
            arrived(ledger, message(body(), key="k3", to=typed))
    else:
        [(_, to, data)] = arrived(ledger, message(body(), key="k3", to=typed))
        assert to == [reached]
        assert f"\r\nTo: {reached}\r\n".encode() in data


def test_cyrillic_and_emoji_arrive_as_they_were_typed(ledger):
    account = "ООО «Северный ветер» 🌬️ Ñandú & Cía"
    said = body(
        name="Анна Сергеевна",
        sections=[section(row(account=account, title="Обслуживание"), title="Критично")],
        headline={"count": 1, "value": 5.0, "currency": "RUB"},
    )
    [(_, _, data)] = arrived(ledger, message(said, "ru", key="k4"), sender="Робот <bot@пример.рф>")
    assert data.isascii()
    whole = email.message_from_bytes(data, policy=email.policy.default)
    [author] = whole["from"].addresses
    assert (author.display_name, author.addr_spec) == ("Робот", "bot@xn--e1afmkfd.xn--p1ai")
    assert account in whole.get_body(("plain",)).get_content()
    assert whole["message-id"].endswith("@xn--e1afmkfd.xn--p1ai>")


def test_a_note_of_ten_thousand_characters_arrives_whole_lines_and_all(ledger):
    long = "Nota larga 🌬 " * 800
    said = body(sections=[section(row(reason=long))], headline={"count": 1, "value": 5.0, "currency": "EUR"})
    [(_, _, data)] = arrived(ledger, message(said, key="k5"))
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert [entry.letter.data for entry in ledger.letters("sent")] == [data]
