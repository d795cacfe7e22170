"""Why a health is what it is: the sentence, its rows, and the act that would change it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sheetcrm.languages import LANGUAGES
from tests.rules.service_book import TODAY, client, computed, evaluated, memory


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def why(tabs: dict[str, Any], language: str = "es", past: list[Any] | None = None) -> str:
    said = computed(tabs, "accounts.health_why", language=language, past=memory(past or []))[0]
    return said.replace("\N{NO-BREAK SPACE}", " ")


def talk(days: int, id: str | None = "I-1", **cells: Any) -> dict[str, Any]:
    return {"interaction_id": id, "account_id": "A-1", "channel": "visit", "date": ago(days), **cells}


def norte() -> dict[str, Any]:
    """A key account: three repairs in one branch, 74 days of silence, good surveys."""
    opened = [datetime(2026, 9, 10, 10), datetime(2026, 10, 5, 10), datetime(2026, 11, 17, 10)]
    tickets = [
        {
            "ticket_id": f"T-{id}",
            "account_id": "A-1",
            "opened_at": at,
            "resolved_at": at + timedelta(minutes=30),
            "location": "Sucursal Norte",
            "category": "repair",
        }
        for id, at in zip((101, 107, 113), opened, strict=True)
    ]
    talks = [talk(74, None), talk(80, "I-8", channel="survey", score=9.0)]
    return {**client(tier="key"), "tickets": tickets, "interactions": talks}


def test_the_sentence_names_score_change_losses_rows_data_and_the_best_act() -> None:
    """Engagement 26.7 of 100, tickets 51.1, perception 90, relationship 100; promises and payment are missing."""
    assert why(norte(), past=[("A-1", ago(28), 74.0, "green")]) == (
        "65 ▼9 · 74 días sin contacto (cadencia 30) −15 · "
        "3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −7 · encuestas: 9,0 de 10 (I-8) −2 · datos 70 %. "
        "Con una visita hoy: 79."
    )


def test_it_is_said_in_three_languages() -> None:
    assert why(norte(), "en") == (
        "65 · 74 days without contact (cadence 30) −15 · "
        "3 repeated tickets on Sucursal Norte (T-101, T-107, T-113) −7 · surveys: 9.0 of 10 (I-8) −2 · data 70%. "
        "With a visit today: 79."
    )
    assert why(norte(), "ru") == (
        "65 · 74 дня без контакта (норма 30) −15 · "
        "3 повторных обращения: Sucursal Norte (T-101, T-107, T-113) −7 · опросы: 9,0 из 10 (I-8) −2 · данные 70 %. "
        "После визита сегодня: 79."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_act_does_what_the_sentence_says(language: str) -> None:
    """What it foretells is the score of the same workbook with the visit in it."""
    promised = why(norte(), language).rstrip(".").rsplit(" ", 1)[1]
    tabs = norte()
    tabs["interactions"].append(talk(0, "I-new"))
    assert promised == str(int(computed(tabs, "accounts.health_score")[0]))


def test_paying_the_oldest_invoice_lifts_its_cap() -> None:
    tabs = {**client(), "interactions": [talk(1)]}
    invoices = [
        {"invoice_id": f"F-{days}", "account_id": "A-1", "due_on": ago(days), "amount": 1.0} for days in (70, 10)
    ]
    tabs["invoices"] = invoices
    assert why(tabs).endswith("factura vencida hace 70 días (F-70) −15 · datos 50 %. Si hoy se paga F-70: 73.")
    invoices[0]["paid_on"] = ago(0)
    assert computed(tabs, "accounts.health_score") == [73]


def test_closing_the_oldest_ticket_lifts_its_cap() -> None:
    tabs = {**client(), "interactions": [talk(1)]}
    ticket = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 9, 9), "priority": "critical"}
    tabs["tickets"] = [ticket]
    said = why(tabs)
    assert said.startswith(
        "50 · tope 50: 1 ticket crítico fuera de plazo (T-1) · 1 ticket abierto (T-1) −9 · datos 55 %."
    )
    ticket["resolved_at"] = datetime(2026, 11, 20, 17)
    after = computed(tabs, "accounts.health_score")[0]
    assert said.endswith(f"Si hoy se cierra T-1: {after:.0f}.")


def test_where_no_act_gains_a_point_none_is_named() -> None:
    tabs = {**client(), "interactions": [talk(0, signal="cancellation_notice")]}
    assert why(tabs).endswith("datos 35 %.")


def test_a_person_s_score_is_moved_by_no_act() -> None:
    tabs = norte()
    tabs["accounts"][0] |= {"health_override": 70, "health_override_reason": "=1+1", "health_override_until": ago(-5)}
    assert why(tabs).endswith("datos 70 %.")
    assert why(tabs).startswith("70 · fijada a mano hasta el 25 nov 2026: «=1+1»; calculada: 65 · ")


def test_the_first_three_rows_are_named_and_the_others_counted() -> None:
    tabs = norte()
    tabs["tickets"] += [{**tabs["tickets"][2], "ticket_id": f"T-{n}"} for n in (201, 202)]
    assert "5 tickets repetidos en Sucursal Norte (T-101, T-107, T-113 y 2 más)" in why(tabs)


def test_the_last_contact_is_named_by_its_row() -> None:
    tabs = norte()
    tabs["interactions"][0]["interaction_id"] = "I-7"
    assert "74 días sin contacto (cadencia 30; el último, I-7) −15" in why(tabs)


def test_a_client_who_was_never_contacted_is_told_so() -> None:
    tabs = norte()
    tabs["interactions"] = [talk(5, "I-1", channel="newsletter")]
    assert "323 días sin ningún contacto anotado (cadencia 30) −20" in why(tabs)


def test_broken_promises_name_tickets_and_commitments_the_latest_first() -> None:
    tabs = {**client(), "interactions": [talk(1, f"I-{n}", next_step_due=ago(n)) for n in (9, 3)]}
    tabs["interactions"].append(talk(1, None, next_step_due=ago(2)))
    ticket = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime(2026, 11, 9, 9)}
    tabs["tickets"] = [{**ticket, "promised_at": datetime(2026, 11, 19, 9)}]
    assert "4 de 4 compromisos sin cumplir (T-1, I-3 y 2 más) −15" in why(tabs)


def test_signals_are_named_by_kind_and_row() -> None:
    rows = [
        talk(1, "I-0", channel="survey", score=10.0),
        talk(4, "I-2", signal="quote_request"),
        talk(2, None, signal="new_decision_maker"),
    ]
    assert "señales de riesgo: pide precios a otros (I-2), nuevo decisor −10" in why({**client(), "interactions": rows})


def test_late_payments_of_the_past_are_named_where_they_cost_most() -> None:
    tabs = {**client(), "interactions": [talk(1)]}
    paid = {"account_id": "A-1", "due_on": ago(90), "paid_on": ago(30), "amount": 1.0}
    tabs["invoices"] = [{**paid, "invoice_id": "F-1"}, {**paid, "invoice_id": "F-2", "due_on": ago(40)}]
    assert "2 facturas pagadas con retraso (F-1, F-2) −4" in why(tabs)


@pytest.mark.parametrize("place", ["Piso 3\n\tala 🏢", "=cmd|'/c'!A1", "{0.__class__} {rows}", "x" * 500, "a\x00b"])
def test_people_s_own_text_stays_one_short_line_of_plain_text(place: str) -> None:
    tabs = norte()
    for ticket in tabs["tickets"]:
        ticket["location"] = place
    said = why(tabs)
    assert "\n" not in said
    assert len(said) < 400
    shown = " ".join(place.replace("\0", " ").split())[:50]
    assert f"3 tickets repetidos en {shown}" in said


def test_sentences_do_not_depend_on_the_order_of_rows() -> None:
    tabs = norte()
    turned = {tab: rows[::-1] for tab, rows in tabs.items()}
    assert why(turned) == why(tabs)


def test_three_thousand_customers_of_one_row_each_have_their_sentence() -> None:
    one = client()
    tabs = {
        "accounts": [{"account_id": f"A-{n}", "name": "x"} for n in range(3000)],
        "contracts": [{**one["contracts"][0], "contract_id": f"C-{n}", "account_id": f"A-{n}"} for n in range(3000)],
        "interactions": [
            talk(1, f"I-{n}", signal="cancellation_notice") | {"account_id": f"A-{n}"} for n in range(3000)
        ],
    }
    said = computed(tabs, "accounts.health_why")
    assert [f"(I-{n})" in sentence for n, sentence in enumerate(said)] == [True] * 3000


def test_the_tables_behind_the_score_tell_each_account_s_part_to_explain() -> None:
    tabs = norte()
    tabs["interactions"].append(talk(4, "I-2", channel="other", signal="quote_request"))
    found = evaluated(tabs, past=memory([("A-1", ago(1), 70.0, "yellow")]))
    assert found["accounts.signal_rows"].told(0) == "untouched 0 d, recurrent_fault T-113 3 d, quote_request I-2 4 d"
    assert found["accounts.factors"].told(0).startswith("engagement 26.67 × 20, tickets 51.")
    assert "promises missing × 20" in found["accounts.factors"].told(0)
    assert found["accounts.stored_health"].told(0) == "2026-11-19: 70 yellow"
    assert found["accounts.health_losses"].told(0) == "engagement 15, relationship 10, tickets 7"
    assert found["accounts.evidence_tickets"].told(0) == "recurrent 3 (T-101, T-107, T-113)"
