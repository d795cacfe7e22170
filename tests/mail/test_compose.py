"""Letters: right headers, safe against what people type, the same bytes every time."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from sheetcrm.languages import LANGUAGES
from sheetcrm.letter import Letter
from sheetcrm.mail.compose import compose, subject_of
from sheetcrm.text import clip, href
from sheetcrm.words import words_of
from tests.mail.bodies import TODAY, body, message, rich, row, section

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SENDER = "Робот sheetcrm <bot@example.com>"


def letter_of(said, language="es", **changes) -> Letter:
    made = message(said, language, **changes)
    return compose(made, sender=SENDER, domain="crm.example.com", now=NOW, operator="ops@example.com")


def parsed(letter: Letter) -> EmailMessage:
    return email.message_from_bytes(letter.data, policy=email.policy.default)  # type: ignore[return-value]


def parts(letter: Letter) -> tuple[str, str]:
    whole = parsed(letter)
    return whole.get_body(("plain",)).get_content(), whole.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_parses_without_defects_and_says_who_it_is(language):
    letter = letter_of(rich(language), language)
    whole = parsed(letter)
    assert [part.defects for part in whole.walk()] == [[], [], []]
    assert whole["To"] == "ana@example.com"
    assert whole["From"].addresses[0].addr_spec == "bot@example.com"
    assert whole["From"].addresses[0].display_name == "Робот sheetcrm"
    assert whole["Subject"] == letter.subject
    assert whole["Date"].datetime == NOW
    assert whole["Auto-Submitted"] == "auto-generated"
    assert whole["X-Auto-Response-Suppress"] == "All"
    assert whole["Content-Language"] == language
    assert whole.get_content_type() == "multipart/alternative"
    assert (letter.to, letter.kind, letter.keys, letter.customer) == ("ana@example.com", "digest", ("k1", "k2"), False)
    assert letter.composed_on == TODAY


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bytes_are_mail(language):
    data = letter_of(rich(language), language).data
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 998
    headers = data.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(len(line) for line in headers if not re.match(rb"(Message-ID|List-Unsub| *<)", line)) <= 78


def test_identifiers_stay_raw_and_long():
    letter = letter_of(body(sections=[section(row())], headline={"count": 1, "value": 0, "currency": "EUR"}))
    head = letter.data.partition(b"\r\n\r\n")[0].decode()
    assert re.search(r"^Message-ID: <[0-9a-f]{64}@crm\.example\.com>$", head.replace("\r", ""), re.MULTILINE)
    assert re.search(r"^References: <[0-9a-f]{64}@crm\.example\.com>$", head.replace("\r", ""), re.MULTILINE)
    assert re.search(
        r"^List-Unsubscribe: <mailto:ops@example\.com\?subject=[^ ]+>$", head.replace("\r", ""), re.MULTILINE
    )
    assert letter.message_id in head


def test_the_same_message_makes_the_same_bytes():
    assert letter_of(rich("ru"), "ru").data == letter_of(rich("ru"), "ru").data


def test_letters_about_one_term_stand_in_one_thread():
    def references(said):
        return parsed(letter_of(said))["References"]

    one = references(body(sections=[section(row())]))
    assert one is not None
    assert one == references(body(sections=[section(row(), key="urgent")]))
    assert one != references(body(sections=[section(row(id="C-2"))]))
    assert one != references(body(sections=[section(row(days=16))]))
    assert references(body(sections=[section(row(), row(id="C-2"))])) is None
    assert references(body(sections=[section(row(), more=4)])) is None


def test_cyrillic_is_base64_and_spanish_is_quoted():
    def encodings(language):
        return [part["Content-Transfer-Encoding"] for part in parsed(letter_of(rich(language), language)).iter_parts()]

    assert encodings("es") == ["quoted-printable", "quoted-printable"]
    assert encodings("ru")[0] == "base64"


@pytest.mark.parametrize("text", ["Ana\r\nBcc: eve@evil.example", "Ana\nX: 1", "Ana\u2028Bcc: x", "Ana\x00\x0bBcc: x"])
def test_no_header_can_be_smuggled_in(text):
    said = body(name=text, sections=[section(row(account=text, title=text))], workbook=text)
    said["headline"] = {"count": 1, "value": 5.0, "currency": "EUR"}
    for made in (message(said), message(said, subject=text)):
        whole = parsed(compose(made, sender=f'"{text}" <bot@example.com>', domain="example.com", now=NOW))
        assert {"bcc", "x"}.isdisjoint(name.lower() for name in whole)
        assert len(whole["Subject"].splitlines()) == 1


@pytest.mark.parametrize("address", ["", "ana", "ana@example.com\r\nBcc: x@y.com", "a@b.com,c@d.com", "Ana <a@b.com>"])
def test_what_is_no_plain_address_is_refused(address):
    with pytest.raises(ValueError, match="no mail address"):
        letter_of(body(), to=address)


def test_domains_of_all_alphabets_become_ascii():
    made = compose(message(body(), to="ana@пример.рф"), sender="Бот <bot@пример.рф>", domain="пример.рф", now=NOW)
    assert made.to == "ana@xn--e1afmkfd.xn--p1ai"
    assert made.message_id.endswith("@xn--e1afmkfd.xn--p1ai>")
    with pytest.raises(ValueError, match="no domain"):
        compose(message(body()), sender=SENDER, domain="x>\r\nBcc: y", now=NOW)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        compose(message(body()), sender=SENDER, domain="example.com", now=datetime(2026, 11, 21))


def test_what_people_typed_is_shown_and_never_run():
    nasty = "<script>alert(1)</script> {{ 7*7 }} {name} %s & \"q\" 'a' 🎉 =HYPERLINK(1)"
    said = body(
        name=nasty,
        sections=[
            section(row(account=nasty, title=nasty, reason=nasty, next_action=nasty, owner=nasty, steps=[nasty]))
        ],
        tasks=[{"title": nasty, "due": TODAY, "account": nasty}],
        problems=[{"address": nasty, "problem": nasty, "fix": nasty}],
        workbook=nasty,
    )
    text, html = parts(letter_of(said))
    assert nasty in text
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {name}" in html


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://docs.example.com/d/1#gid=0&range=A5", True),
        ("mailto:ana@example.com", True),
        ("http://docs.example.com", False),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" https://example.com", False),
        ("java\nscript:alert(1)", False),
        ("https://", False),
        ("https://[bad", False),
        ("data:text/html,x", False),
        ("#'Contratos'!A5", False),
        ("", False),
        (None, False),
    ],
)
def test_links_are_https_or_mailto(address, kept):
    assert bool(href(address)) is kept
    text, html = parts(letter_of(body(sections=[section(row(link=address))], workbook_url=address)))
    assert ("C-1042 en el libro" in html) is kept
    assert html.count("<a ") == (3 if kept else 1)
    assert bool(address and address in text) is kept


def test_long_texts_are_clipped_between_words():
    assert clip("uno dos tres cuatro", 12) == "uno dos…"
    assert clip("x" * 50, 10) == "x" * 9 + "…"
    assert clip("una parte · otra parte larga", 20) == "una parte · otra…"
    assert clip("una parte larga · otra parte", 24) == "una parte larga…"
    assert clip("  a\n\tb ", 10) == "a b"
    _, html = parts(letter_of(body(sections=[section(row(reason="palabra " * 5000))])))
    assert len(html) < 15_000
    assert "palabra…" in html


def test_a_large_digest_stays_under_what_mail_programs_cut_off():
    rows = [row(id=f"C-{n}", account="Cuenta " * 10, reason="Motivo " * 40, health_why="Por " * 60) for n in range(15)]
    said = body(
        sections=[
            section(*rows, key=key, title=key, more=80) for key in ("critical", "urgent", "after", "data", "team")
        ]
    )
    assert len(parts(letter_of(said))[1].encode()) < 100_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_say_the_same(language):
    words = words_of(language)
    said = rich(language)
    text, html = parts(letter_of(said, language))
    shown = _Shown(html)
    for section_ in said["sections"]:
        for facts in section_["rows"]:
            for fact in (
                facts["account"],
                facts["id"],
                words.money(facts["value"], facts["currency"]),
                facts["reason"],
            ):
                assert fact in text
                assert fact in shown.text
    assert words.plural("mail.late", 3) in text
    assert words.plural("mail.late", 3) in shown.text
    for place in (text, shown.text):
        assert said["problems"][0]["fix"] in place
        assert said["tasks"][0]["title"] in place
        assert words.plural("mail.tasks.late", 2) in place


def test_the_html_is_accessible():
    shown = _Shown(parts(letter_of(rich("es")))[1])
    assert shown.language == "es"
    assert shown.headings == ["h1", "h2", "h3", "h3", "h3", "h2", "h3", "h2", "h3", "h2", "h2"]
    assert shown.tables_without_role == 1  # the tasks: a table of data, with scoped headers
    assert shown.scopes == ["col", "col"]
    assert shown.unclosed == []


def test_a_contract_without_facts_is_shown_without_holes():
    bare = row(value=None, title="", reason="", health_score=None, health_band="no_data", next_action="", owner="")
    text, html = parts(letter_of(body(sections=[section(bare)])))
    assert "None" not in text + html
    assert "1. Panadería Sol & Hijos · C-1042\n" in text.replace("\r", "")
    assert "sin datos suficientes" in text


def test_an_empty_digest_is_still_a_letter():
    text, _ = parts(letter_of(body()))
    assert "Hoy ningún contrato requiere su atención" in text


def test_steps_that_all_rows_share_are_said_once():
    rows = [row(id=f"C-{n}", steps=["Llamar", "Escribir"]) for n in range(3)]
    text, _ = parts(letter_of(body(sections=[section(*rows)])))
    assert text.count("[ ] Llamar") == 1
    text, _ = parts(letter_of(body(sections=[section(*rows, row(steps=["Otra cosa"]))])))
    assert text.count("[ ] Llamar") == 3


def _said(count, *rows, value=48200.0, more=0, **changes):
    headline = {"count": count, "value": value, "currency": "EUR"}
    return body(headline=headline, sections=[section(*rows, more=more)] if rows else [], **changes)


@pytest.mark.parametrize(
    ("said", "es", "ru"),
    [
        (
            _said(3, row(15), row(4), row(9)),
            "3 contratos necesitan a Ana hoy: 48.200 €, primer plazo en 4 días",
            "Ana, вас ждут 3 договора: 48 200 €, ближайший срок через 4 дня",
        ),
        (
            _said(1, row(1)),
            "1 contrato necesita a Ana hoy: 48.200 €, plazo en 1 día",
            "Ana, вас ждёт 1 договор: 48 200 €, срок через 1 день",
        ),
        (
            _said(5, *[row(0)] * 5, value=0.0),
            "5 contratos necesitan a Ana hoy: el primer plazo es hoy",
            "Ana, вас ждут 5 договоров: ближайший срок сегодня",
        ),
        (
            _said(21, row(3), more=20),
            "21 contratos necesitan a Ana hoy: 48.200 €",
            "Ana, вас ждёт 21 договор: 48 200 €",
        ),
        (
            _said(12, row(3), baseline=True),
            "Ana, empieza con 12 contratos por decidir: 48.200 €",
            "Ana, для начала ждут решения 12 договоров: 48 200 €",
        ),
        (
            body(tasks=[{"title": "x", "due": TODAY, "account": ""}] * 2),
            "Ana, hoy le esperan 2 tareas",
            "Ana, сегодня вас ждут 2 задачи",
        ),
        (
            body(problems=[{"address": "A1", "problem": "x", "fix": "y"}], problems_more=4),
            "Ana, hay 5 celdas por corregir",
            "Ana, нужно исправить 5 ячеек",
        ),
        (body(), "Ana, su resumen del 21 nov", "Ana, сводка на 21 нояб."),
    ],
)
def test_subjects_are_what_a_person_would_write(said, es, ru):
    assert subject_of(message(said)).replace("\N{NO-BREAK SPACE}", " ") == es
    assert subject_of(message(said, "ru")).replace("\N{NO-BREAK SPACE}", " ") == ru


def test_a_subject_about_past_deadlines_says_so():
    said = body(headline={"count": 1, "value": 10.0, "currency": "EUR"}, sections=[section(row(-7), key="after")])
    assert subject_of(message(said)).endswith("plazo vencido")


def test_the_planners_own_subject_wins():
    assert letter_of(body(), subject="Algo\r\npropio").subject == "Algo propio"


class _Shown(HTMLParser):
    """What a reader of the HTML gets: text, headings, language, tables."""

    _VOID = {"meta", "br", "hr"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.headings: list[str] = []
        self.scopes: list[str] = []
        self.tables_without_role = 0
        self.language = ""
        self.unclosed: list[str] = []
        self.feed(html)
        self.text = " ".join("".join(self.pieces).split(" "))

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        if tag not in self._VOID:
            self.unclosed.append(tag)
        if tag == "html":
            self.language = facts["lang"]
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "table" and facts.get("role") != "presentation":
            self.tables_without_role += 1
        if tag == "th":
            self.scopes.append(facts["scope"])

    def handle_endtag(self, tag):
        assert self.unclosed.pop() == tag

    def handle_data(self, data):
        self.pieces.append(data)
