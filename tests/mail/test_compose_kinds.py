"""Every kind of mail in every language: sound, readable, safe, whole; the same bytes every time."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.letter import Letter
from sheetcrm.mail.compose import KINDS, MOST_BYTES, compose
from sheetcrm.mail.examples import example, row
from sheetcrm.model import Message
from sheetcrm.po import parse
from sheetcrm.resources import resource
from sheetcrm.words import words_of
from tests.mail.shown import Shown, contrast

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]
NASTY = (
    "<script>alert(1)</script>\r\nBcc: eve@evil.example\u202e {{ 7*7 }} {name} %s \"q\" 'a' 🎉 مرحبا " + "x" * 10_000
)


def letter(message: Message) -> Letter:
    return compose(message, sender="Робот <bot@example.com>", domain="example.com", now=NOW, operator="ops@example.com")


def opened(made: Letter) -> EmailMessage:
    return email.message_from_bytes(made.data, policy=email.policy.default)  # type: ignore[return-value]


def parts(made: Letter) -> tuple[str, Shown]:
    whole = opened(made)
    html = whole.get_body(("html",)).get_content()  # type: ignore[union-attr]
    return whole.get_body(("plain",)).get_content(), Shown(html)  # type: ignore[union-attr]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_it_is_sound_mail_with_valid_html(kind: str, language: str) -> None:
    made = letter(example(kind, language, TODAY))
    whole = opened(made)
    assert [part.defects for part in whole.walk() if part.defects] == []
    assert made.data.isascii()
    assert max(map(len, made.data.split(b"\r\n"))) <= 998
    text, shown = parts(made)
    assert len(made.subject) <= 140
    assert len(text.splitlines()) >= 8
    assert {link.partition(":")[0] for link in shown.links} <= {"https", "mailto"}
    assert made.data == letter(example(kind, language, TODAY)).data


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_every_text_can_be_read_in_light_and_in_dark(kind: str, language: str) -> None:
    _, shown = parts(letter(example(kind, language, TODAY)))
    assert shown.texts
    for text, colour, ground in shown.texts:
        for mode in (0, 1):
            assert contrast(colour[mode], ground[mode]) >= 4.5, (text, mode, colour, ground)


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_it_speaks_one_language_and_has_no_holes(kind: str, language: str) -> None:
    text, shown = parts(letter(example(kind, language, TODAY)))
    for said in (text, shown.text):
        assert not re.search(r"\bNone\b|\bnan\b|\{\w+\}|mail\.[a-z_]+\.", said)
    if language == "ru":
        known = {"Hotel", "Sol", "Clínica", "Ñandú", "Müller", "GmbH", "sheetcrm", "crm", "xlsx", "mail", "operator"}
        plain = re.sub(r"\S+@\S+|https?://\S+|sheetcrm check .*|\S+\.(eml|html)", "", shown.text)
        assert set(re.findall(r"[A-Za-zÀ-ÿ]{3,}", plain)) <= known
    else:
        others = words_of("en" if language == "es" else "es")
        assert others.text("mail.open_book") not in shown.text
        assert not re.search("[а-яё]{4,}", shown.text.replace("Северный ветер", ""))


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_both_parts_say_the_same(kind: str, language: str) -> None:
    text, shown = parts(letter(example(kind, language, TODAY)))
    plain = " ".join(text.split()).casefold()
    missing = [one for one, _, _ in shown.texts if len(one) > 3 and " ".join(one.split()).casefold() not in plain]
    # The headers of tables, the words of links, and figures that text sets differently.
    assert len(missing) <= len(shown.texts) * 0.3, missing


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_typed_is_harmless_and_short(kind: str) -> None:
    made = letter(_spoilt(example(kind, "es", TODAY)))
    whole = opened(made)
    assert "bcc" not in {name.lower() for name in whole}
    assert len(whole["Subject"].splitlines()) == 1
    text, shown = parts(made)
    html = whole.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script" not in html
    assert "\u202e" not in text + html
    assert len(html) < 60_000
    assert "{{ 7*7 }}" in shown.text or kind == "quiet"


def _spoilt(message: Message) -> Message:
    from dataclasses import replace

    keys = {"account", "title", "reason", "health_why", "next_action", "owner", "name", "note", "text", "problem"}
    keys |= {"fix", "contact", "workbook", "address", "place", "open_by", "command"}

    def spoil(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoil(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple) and key != "counts":
            return [spoil(part, "name" if key in ("steps", "stands_in_for") else key) for part in value]
        return NASTY if isinstance(value, str) and key in keys else value

    return replace(message, body=spoil(dict(message.body)))


def test_five_hundred_alerts_for_one_person_are_not_cut_off() -> None:
    for language in LANGUAGES:
        said = example("digest", language, TODAY)
        body = dict(said.body)
        long = {"reason": "Очень длинная причина, " * 40, "health_why": "почему " * 60, "title": "Название " * 20}
        stages = ("final", "critical", "urgent", "first_contact", "preparation", "after")
        rows = [row(language, TODAY, at, at % 60, kind="repeat", since=TODAY, **long) for at in range(15)]
        body["sections"] = [{"key": key, "title": key, "rows": rows, "more": 20} for key in stages]
        matter = body["matters"][0]
        lines = [{**matter["rows"][0], "reason": "причина " * 50} for _ in range(15)]
        body["matters"] = [{**matter, "key": f"m{at}", "rows": lines, "more": 5} for at in range(20)]
        body["headline"] = {"count": 210, "value": 1e6, "currency": "EUR"}
        made = letter(Message("k", "digest", "ana@example.com", language, "", body))
        html = opened(made).get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert len(html.encode()) <= MOST_BYTES
        counted = sum(int(n) for n in re.findall(r"<h2[^>]*>[^<]*\((\d+)\)</h2>", html))
        assert counted == 6 * 35 + 20 * 20
        assert "C-1042" in html


def test_every_word_of_mail_is_used() -> None:
    from pathlib import Path

    source = "".join(path.read_text(encoding="utf-8") for path in Path("sheetcrm").rglob("*.py"))
    catalogue = parse(resource("templates/locale/en.po").read_text(encoding="utf-8"))
    made = re.compile(r"mail\.(role|asked|news|task|weekly\.\w+|immediate|escalation|customer|failure|subject)\b")
    for key in (*catalogue.texts, *catalogue.plurals):
        if key.startswith("mail.") and not made.match(key):
            assert key in source or key.startswith("mail.weekly."), key


@pytest.mark.parametrize(
    ("kind", "es", "en", "ru"),
    [
        ("escalation", "Sin movimiento desde el 18 nov: Hotel Sol (C-1042), 12.400 €",
         "No movement since 18 Nov: Hotel Sol (C-1042), €12,400", "Без движения с 18 нояб.: Hotel Sol (C-1042), 12 400 €"),
        ("weekly", "La semana desde el 16 nov: 3 renovados, 1 perdido, 48.200 € en riesgo",
         "The week from 16 Nov: 3 renewed, 1 lost, €48,200 at risk",
         "Неделя с 16 нояб.: 3 продлены, 1 потерян, 48 200 € под угрозой"),
        ("brief", "Para su visita del 25 nov: Hotel Sol", "For your visit on 25 Nov: Hotel Sol",
         "К вашему визиту 25 нояб.: Hotel Sol"),
        ("quiet", "Todo tranquilo: 120 contratos vigilados, nada que avisar",
         "All quiet: 120 contracts watched, nothing to tell",
         "Всё спокойно: 120 договоров под наблюдением, сообщать не о чем"),
    ],
)  # fmt: skip
def test_subjects_are_what_a_person_would_write(kind: str, es: str, en: str, ru: str) -> None:
    said = [letter(example(kind, language, TODAY)).subject.replace("\xa0", " ") for language in LANGUAGES]
    assert said == [es, en, ru]
