"""What a digest says once, what it says first, and its overview."""

from __future__ import annotations

import re
from typing import Any

from sheetcrm.mail import immediate
from sheetcrm.mail.compose import subject_of
from sheetcrm.mail.digest import view
from sheetcrm.mail.examples import example
from sheetcrm.mail.once import said_once
from sheetcrm.mail.render import render
from sheetcrm.words import words_of
from tests.mail.bodies import TODAY, body, message, row, section
from tests.mail.every import parts

EN, ES, RU = (words_of(language) for language in ("en", "es", "ru"))
CELL = {"address": "Contracts!F12", "problem": "not a date", "fix": "type one"}


def matter(
    *rows: dict[str, Any], key: str = "sla_breached", title: str = "Ticket fuera de plazo", more: int = 0
) -> Any:
    return {"key": key, "title": title, "tone": "red", "rows": list(rows), "more": more}


def line(**changes: Any) -> dict[str, Any]:
    known = {"account": "Hotel Sol", "id": "T-1", "place": "Tickets!A2", "reason": "Late.", "value_base": 0.0}
    return known | {"next_action": "", "owner": "", "repeat": False} | changes


def stood_in(body: dict[str, Any]) -> list[str]:
    parts = (*body["sections"], *body["matters"])
    return [item.get("stand_in", "") for part in parts for item in part["rows"]]


def test_one_stand_in_for_several_rows_is_named_once() -> None:
    rows = [row(stand_in="Luis"), row(id="C-2", stand_in="Luis")]
    said = said_once(body(sections=[section(*rows)], matters=[matter(line(stand_in="Luis"), line(owner="Eva"))]))
    assert said["stand_in"] == "Luis"
    assert set(stood_in(said)) == {""}
    shown = view(said, EN, "")
    assert [item["text"] for item in shown["notices"]] == ["While you are away, Luis looks after your matters."]
    assert shown["sections"][0]["rows"][0]["news"] == []


def test_two_stand_ins_and_a_single_row_keep_theirs() -> None:
    two = said_once(body(sections=[section(row(stand_in="Luis"), row(stand_in="Eva"))]))
    assert stood_in(two) == ["Luis", "Eva"]
    assert "stand_in" not in two
    assert stood_in(said_once(body(sections=[section(row(stand_in="Luis"))]))) == ["Luis"]
    assert stood_in(said_once(body())) == []


def test_listed_cells_are_no_matter_besides() -> None:
    unreadable = matter(line(account="Ana"), line(account="Luis", owner="Luis"), key="data_problems")
    both = body(matters=[unreadable, matter(line())], problems=[CELL])
    assert [[item["account"] for item in part["rows"]] for part in said_once(both)["matters"]] == [
        ["Luis"],
        ["Hotel Sol"],
    ]
    own = matter(line(account="Ana"), key="data_problems")
    assert said_once(body(matters=[own], problems=[CELL]))["matters"] == []
    assert said_once(body(matters=[own]))["matters"] == [own]
    assert subject_of(message(body(matters=[own], problems=[CELL]))) == "Ana, hay 1 celda por corregir"


def test_the_given_body_is_left_as_it_is() -> None:
    given = body(sections=[section(row(stand_in="Luis"), row(stand_in="Luis"))])
    said_once(given)
    assert stood_in({**given, "matters": ()}) == ["Luis", "Luis"]


def test_a_subject_without_contracts_names_the_first_matter() -> None:
    said = body(matters=[matter(line(), line()), matter(line(), key="x", title="NPS bajo", more=2)])
    assert subject_of(message(said)) == "Ana, 5 asuntos piden su atención: ticket fuera de plazo (Hotel Sol)…"
    assert subject_of(message(body(matters=[matter(line(), title="SLA incumplido")]))).endswith(
        "1 asunto pide su atención: SLA incumplido (Hotel Sol)"
    )


def test_the_headline_says_nothing_needs_you_only_where_nothing_does() -> None:
    said = body(matters=[matter(line(), line())])
    assert [view(said, words, "")["t"]["headline"] for words in (ES, EN, RU)] == [
        "2 asuntos requieren su atención",
        "2 matters need you",
        "Вас ждут 2 вопроса",
    ]
    assert view(body(), ES, "")["t"]["headline"] == ES.text("mail.headline.none")


def test_a_headline_says_what_its_money_is() -> None:
    headline = {"count": 2, "value": 48200.0, "currency": "EUR"}
    said = [view(body(headline=headline), words, "")["t"]["headline"] for words in (ES, EN, RU)]
    assert [text.replace("\xa0", " ") for text in said] == [
        "2 contratos requieren su atención: 48.200 € en juego",
        "2 contracts need you: €48,200 at stake",
        "Вас ждут 2 договора: на кону 48 200 €",
    ]
    assert view(body(headline={**headline, "value": 0.0}), EN, "")["t"]["headline"] == "2 contracts need you"


def test_an_overview_names_what_is_more_than_one_sees_at_once() -> None:
    parts = [matter(line(), title=f"Asunto {at}", more=at) for at in range(10)]
    assert view(body(matters=parts[:2]), ES, "")["overview"] == {"parts": [], "more": ""}
    one = [section(row(), row(), title="Crítico: quedan 15 días o menos")]
    shown = view(body(sections=one, matters=parts[:2]), ES, "")["overview"]
    assert [part["text"] for part in shown["parts"]] == ["Crítico: 2", "Asunto 0: 1", "Asunto 1: 2"]
    assert view(body(matters=parts), ES, "")["overview"]["more"] == "y 2 temas más abajo"
    assert view(body(matters=parts[:9]), RU, "")["overview"]["more"] == "и ещё 1 тема ниже"


def test_the_next_step_comes_before_its_reasons() -> None:
    said = view(body(sections=[section(row(next_action="Llamar", reason="Vence pronto."))]), ES, "")
    for template in ("digest/text.txt.j2", "digest/html.j2"):
        shown = render(template, said)
        assert 0 < shown.index("Llamar") < shown.rindex("Vence pronto.")


def test_one_matter_that_climbed_says_so_itself_several_by_an_introduction() -> None:
    up = {"kind": "rung", "role": "manager", "since": TODAY}
    one, two = ([row(id=f"C-{at}", **up) for at in range(count)] for count in (1, 2))
    shown = [next(iter(immediate.views(body(sections=[section(*rows)]), EN, ""))) for rows in (one, two)]
    assert shown[0]["t"]["intro"] == ""
    assert shown[0]["t"]["headline"].startswith("No movement since 21 Nov: ")
    assert shown[1]["t"]["intro"] == EN.text("mail.escalation.intro")
    urgent = next(iter(immediate.views(body(sections=[section(row())]), EN, "")))
    assert urgent["t"]["intro"] == EN.text("mail.immediate.intro")
    for view_ in shown:
        assert (EN.text("mail.escalation.intro") in render("immediate/text.txt.j2", view_)) == bool(view_["t"]["intro"])


def test_an_id_in_a_headline_is_never_broken_and_what_people_typed_stays_text() -> None:
    said = render(
        "immediate/html.j2", next(iter(immediate.views(body(sections=[section(row(account="<b>& Co"))]), EN, "")))
    )
    (headline,) = re.findall(r"<h1[^>]*>(.*?)</h1>", said)
    assert headline.startswith("Due on 6 Dec: &lt;b&gt;&amp; Co ")
    assert '<span style="white-space:nowrap">(C-1042),</span>' in headline


def test_what_is_at_risk_is_told_apart_in_grey_too() -> None:
    """A gap stands after it, because its red is as dark as the blue of the rest."""
    said = "".join(parts(example("weekly", "en", TODAY))[2].split())
    bars = re.findall(r'<tdclass="b-red"[^>]*>&nbsp;</td>(<td[^>]*>)', said)
    assert len(bars) >= 2
    assert {bar for bar in bars if 'class="b-' in bar} == set()
