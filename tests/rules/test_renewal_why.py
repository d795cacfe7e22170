"""The sentence of a contract: it names the rule's main inputs, in three languages."""

from __future__ import annotations

import pytest

from tests.rules.contracts_book import DEFAULTS, terms, values

HEAD = (
    "contract_id | account_id | start_date | end_date | renewal_stage | probability | auto_renew | closed_on "
    "| loss_reason | predecessor_id"
)
NOTICE = "date | account_id | contract_id | signal\n2026-11-02 | A-1 | C-1 | cancellation_notice"


def why(*rows: str, language: str = "es", interactions: str = "", band: str = "yellow") -> str:
    """The first row's sentence, with ordinary spaces."""
    lines = [row + " |" * (HEAD.count("|") - row.count("|")) for row in rows]
    found = terms(
        "\n".join([HEAD, *lines]),
        accounts=f"account_id | name | notes\nA-1 | Norte | {band}",
        interactions=interactions,
        language=language,
    )
    sentence = values(found, "contracts.why")[0]
    return sentence.replace("\xa0", " ") if sentence else sentence


CASES = [
    (
        "2026-01-01 | 2026-12-03 | proposal",
        "Vence en 12 días (3 dic 2026); etapa: propuesta; riesgo medio: sin pedir la factura a 12 días del plazo",
    ),
    (
        "2026-01-01 | 2026-12-03 |",
        "Vence en 12 días (3 dic 2026); sin etapa; riesgo alto: sin propuesta a 12 días del plazo",
    ),
    (
        "2026-01-01 | 2026-11-22 | proposal",
        "Vence en 1 día (22 nov 2026); etapa: propuesta; riesgo medio: sin pedir la factura a 1 día del plazo",
    ),
    ("2026-01-01 | 2026-11-21 |", "Vence hoy; sin etapa; riesgo alto: el plazo termina hoy y no hay propuesta"),
    (
        "2026-01-01 | 2027-11-20 | proposal",
        "Vence en 364 días (20 nov 2027); etapa: propuesta; riesgo bajo: probabilidad del 79 % (salud: amarillo)",
    ),
    (
        "2026-01-01 | 2027-11-20 | proposal | 0.4",
        "Vence en 364 días (20 nov 2027); etapa: propuesta; riesgo alto: probabilidad del 40 % (dada por una persona)",
    ),
    (
        "2026-01-01 | 2026-11-20 | proposal",
        "Venció hace 1 día (20 nov 2026); etapa: propuesta; riesgo alto: el plazo ya pasó",
    ),
    (
        "2026-01-01 | 2027-12-31 | invoice_sent | | yes",
        "Se renueva solo; quedan 375 días para cancelarlo (1 dic 2027); etapa: factura enviada; "
        "riesgo bajo: probabilidad del 95 % (salud: amarillo)",
    ),
    (
        "2025-01-01 | 2025-12-31 | | | yes",
        "Renovado automáticamente: el plazo para cancelarlo terminó el 1 dic 2025",
    ),
    ("2025-11-21 | |", "Sin fecha de fin; hoy es el aniversario"),
    ("2025-11-23 | | contacted", "Sin fecha de fin; aniversario en 2 días (23 nov 2026); etapa: contactado"),
    (
        "2026-12-01 | 2027-11-30 |",
        "Empieza en 10 días (1 dic 2026); sin etapa; riesgo bajo: probabilidad del 75 % (salud: amarillo)",
    ),
    ("2026-01-01 | 2026-12-31 | lost", "Perdido; falta el motivo"),
    ("2026-01-01 | 2026-12-31 | lost | | | 2026-11-05 | price", "Perdido el 5 nov 2026; motivo: precio"),
    ("2026-01-01 | 2026-12-31 | payment_received", "Renovado: pago recibido"),
    (
        "2026-01-01 | 2026-12-31 | payment_received | | | 2026-11-05",
        "Renovado: pago recibido; cerrado el 5 nov 2026",
    ),
]


def test_a_sentence_in_spanish() -> None:
    lines = [f"C-{n} | A-1 | {row}" for n, (row, _) in enumerate(CASES)]
    found = terms(
        "\n".join([HEAD, *(line + " |" * (HEAD.count("|") - line.count("|")) for line in lines)]),
        accounts="account_id | name | notes\nA-1 | Norte | yellow",
        # With a long history the rate is exact whatever these rows decide.
        cfg=DEFAULTS.model_copy(update={"probability": DEFAULTS.probability.model_copy(update={"prior_weight": 1e15})}),
        language="es",
    )
    sentences = [sentence.replace("\xa0", " ") for sentence in values(found, "contracts.why")]
    assert sentences == [sentence for _, sentence in CASES]


def test_a_notice_is_named_and_so_is_the_successor() -> None:
    said = why("C-1 | A-1 | 2026-01-01 | 2026-12-31 | | | yes", interactions=NOTICE)
    assert said.startswith(
        "Vence en 40 días (31 dic 2026); aviso de cancelación del 2 nov 2026; sin etapa; riesgo alto:"
    )
    assert said.endswith("probabilidad del 10 %")
    rows = ("C-1 | A-1 | 2026-01-01 | 2026-12-31", "C-1/2 {x}\\n🙂 | A-1 | 2027-01-01 | | | | | | | C-1")
    assert why(*rows).startswith("Renovado: sigue en C-1/2 {x}")


def test_an_unknown_status_has_no_sentence() -> None:
    assert why("C-1 | A-1 | 2026-01-01 | pronto") is None


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "Expires in 3 days (24 Nov 2026); stage: proposal; medium risk: invoice not asked for 3 days before the deadline",
        ),
        (
            "ru",
            "Истекает через 3 дня (24 нояб. 2026); этап: предложение; риск средний: счёт не запрошен за 3 дня до срока",
        ),
    ],
)
def test_the_sentence_is_in_the_readers_language(language: str, sentence: str) -> None:
    assert why("C-1 | A-1 | 2026-01-01 | 2026-11-24 | proposal", language=language) == sentence


@pytest.mark.parametrize("language", ["es", "en", "ru"])
@pytest.mark.parametrize("band", ["green", "yellow", "red", "no_data", ""])
def test_every_case_has_its_words(language: str, band: str) -> None:
    ends = ("", "2026-11-20", "2026-11-21", "2026-11-22", "2026-12-02", "2026-12-21", "2027-06-30")
    rows = [
        f"C-{n}{m}{k} | A-1 | {start} | {end} | {stage} | {given} | {auto}"
        for n, end in enumerate(ends)
        for m, stage in enumerate(("", "planned", "proposal", "invoice_sent", "payment_received", "lost"))
        for k, (start, given, auto) in enumerate(
            (("2025-11-21", "", ""), ("2026-11-23", "0.6", ""), ("2026-01-01", "", "yes"))
        )
    ]
    lines = [row + " |" * (HEAD.count("|") - row.count("|")) for row in rows]
    found = terms(
        "\n".join([HEAD, *lines]),
        accounts=f"account_id | name | notes\nA-1 | Norte | {band}",
        interactions=NOTICE.replace("C-1", "C-600"),
        language=language,
    )
    sentences = values(found, "contracts.why")
    assert all(sentences)
    assert not any("{" in sentence or ";;" in sentence or sentence != sentence.strip() for sentence in sentences)
