"""Probability, expected value, annual value and risk of a term: case, boundary, blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.rules.contracts_book import DEFAULTS, TODAY, terms, values

HEAD = (
    "contract_id | account_id | start_date | end_date | renewal_stage | probability | value | renewal_value "
    "| contract_type | renewal_period | auto_renew | closed_on"
)


DEFAULT = {
    "start": "2026-01-01",
    "end": "2027-12-31",
    "stage": "",
    "given": "",
    "value": "1200",
    "renewal": "",
    "kind": "service",
    "period": "",
    "auto": "",
    "closed": "",
}


def rows(cases: Sequence[Mapping[str, str]], interactions: str = "") -> list[dict[str, Any]]:
    """The columns of one term for each case, all in one workbook: C-1, C-2, … each of an account with its band."""
    lines, accounts = [HEAD], ["account_id | name | notes"]
    for number, cells in enumerate(cases, 1):
        row = {**DEFAULT, **cells}
        lines.append(f"C-{number} | A-{number} | " + " | ".join(row[name] for name in DEFAULT))
        accounts.append(f"A-{number} | Norte | {cells.get('band', 'green')}")
    found = terms("\n".join(lines), accounts="\n".join(accounts), interactions=interactions)
    names = ("renewal_probability", "expected_value", "annual_value", "renewal_risk")
    columns = {name: values(found, f"contracts.{name}") for name in names}
    return [{name: column[place] for name, column in columns.items()} for place in range(len(cases))]


def row(interactions: str = "", **cells: str) -> dict[str, Any]:
    """The columns of one term alone."""
    return rows([cells], interactions)[0]


def test_without_history_the_probability_is_the_bands() -> None:
    bands = {"green": 0.9, "yellow": 0.75, "red": 0.45, "no_data": 0.7, "": 0.7}
    found = rows([{"band": band} for band in bands])
    assert [columns["renewal_probability"] for columns in found] == list(bands.values())


def test_each_stage_closes_part_of_the_gap() -> None:
    stages = {
        "planned": 0.75,
        "contacted": 0.75,
        "proposal": 0.7875,
        "negotiation": 0.825,
        "invoice_needed": 0.9,
        "invoice_sent": 0.95,
    }
    found = rows([{"band": "yellow", "stage": stage} for stage in stages])
    assert [columns["renewal_probability"] for columns in found] == list(stages.values())


def test_what_is_decided_is_certain_unless_a_person_said_otherwise() -> None:
    found = rows(
        [
            {"stage": "payment_received"},
            {"stage": "lost"},
            {"stage": "lost", "given": "0.3"},
            {"given": "60"},
            {"given": "0"},
        ]
    )
    assert [columns["renewal_probability"] for columns in found] == [1, 0, 0.3, 0.6, 0]


def test_the_probability_is_halved_every_30_days_after_the_end() -> None:
    # Day 0 is still inside the term.
    found = rows([{"band": "yellow", "end": end} for end in ("2026-11-21", "2026-10-22", "2026-09-22")])
    assert [columns["renewal_probability"] for columns in found] == [0.75, 0.375, 0.1875]


def test_a_notice_leaves_at_most_10_percent() -> None:
    notice = "date | account_id | contract_id | signal\n2026-11-01 | A-1 | C-1 | cancellation_notice"
    assert row(interactions=notice)["renewal_probability"] == 0.1
    assert row(interactions=notice, given="0.8")["renewal_probability"] == 0.8
    assert row(interactions=notice, stage="payment_received")["renewal_probability"] == 1


def test_an_unknown_status_or_probability_leaves_it_blank() -> None:
    unknown, given, often = rows([{"end": "pronto"}, {"end": "pronto", "given": "0.5"}, {"given": "often"}])
    assert (unknown["renewal_probability"], given["renewal_probability"]) == (None, 0.5)
    assert (often["renewal_probability"], often["expected_value"], often["renewal_risk"]) == (None, None, None)


def history(*rows: str) -> float:
    """The renewal rate of a workbook with these rows: end, auto, stage, closed, kind."""
    head = "contract_id | account_id | start_date | end_date | auto_renew | renewal_stage | closed_on | contract_type"
    lines = [f"C-{n} | A-1 | 2020-01-01 | {text}" for n, text in enumerate(rows)]
    return terms("\n".join([head, *lines]))["contracts.renewal_rate"]


def test_the_rate_starts_at_75_percent_and_learns() -> None:
    assert history() == 0.75
    assert history("2026-06-30 | | lost | |") == 7.5 / 11
    assert history("2026-06-30 | | payment_received | |") == 8.5 / 11


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        ("2026-06-30 | yes | | |", "renewed by itself"),
        ("2026-06-30 | | lost | | project", "a one-off project is never due"),
        ("2024-11-21 | | lost | |", "24 months ago to the day"),
        ("2026-11-22 | | lost | |", "ends tomorrow, and nobody wrote when it was lost"),
        ("2026-06-30 | | lost | 2024-11-21 |", "closed too long ago"),
        ("2026-06-30 | | lost | 2026-11-22 |", "not yet closed"),
        (" | | lost | |", "evergreen, lost nobody knows when"),
    ],
)
def test_the_rate_leaves_out(left_out: str, why: str) -> None:
    assert history(left_out) == 0.75, why


@pytest.mark.parametrize(
    "counted",
    [
        "2024-11-22 | | lost | |",
        "2026-11-21 | | lost | |",
        "2027-06-30 | | lost | 2026-11-21 |",
        " | | lost | 2026-05-01 |",
    ],
)
def test_the_rate_counts(counted: str) -> None:
    assert history(counted) == 7.5 / 11


def test_a_band_is_corrected_by_the_rate_within_its_bounds() -> None:
    lost = "\n".join(f"L-{n} | A-1 | 2025-01-01 | 2025-12-31 | lost" for n in range(40))
    won = lost.replace("lost", "payment_received")
    head = "contract_id | account_id | start_date | end_date | renewal_stage\nC-1 | A-1 | 2026-01-01 | 2027-12-31 |\n"
    for band, past, p in (("red", lost, 0.05), ("green", won, 0.95), ("yellow", lost, 0.15)):
        found = terms(head + past, accounts=f"account_id | name | notes\nA-1 | Norte | {band}")
        assert values(found, "contracts.renewal_probability")[0] == p


def test_the_expected_value_is_the_renewal_value_times_the_probability() -> None:
    cases: list[tuple[dict[str, str], float | None]] = [
        ({"value": "1000", "renewal": "2000"}, 1800),
        ({"value": "1000"}, 900),
        ({"value": ""}, None),
        ({"value": "mucho"}, None),
        ({"value": "mucho", "renewal": "2000"}, 1800),
        ({"value": "1000", "renewal": "mucho"}, None),
        ({"value": "1000", "given": "0"}, 0),
    ]
    for (cells, expected), columns in zip(cases, rows([cells for cells, _ in cases]), strict=True):
        assert columns["expected_value"] == expected, cells


def test_the_expected_value_uses_the_whole_probability() -> None:
    found = row(end="2026-11-20", value="1000000", band="yellow")
    assert found["renewal_probability"] == 0.7329
    assert found["expected_value"] == round(1_000_000 * 0.75 * 0.5 ** (1 / 30), 2)


def test_the_annual_value() -> None:
    cases: list[tuple[str, float | None]] = [
        ("2026-01-01 | 2026-12-31 | 1200 | service | |", 1200),
        ("2026-01-01 | 2026-01-31 | 100 | service | |", 1200),
        ("2026-01-01 | 2027-12-31 | 1200 | service | |", 600),
        ("2025-08-31 | 2026-02-27 | 600 | service | |", 1200),
        ("2026-01-01 | 2026-01-10 | 10 | service | |", 365.25),
        ("2026-01-01 | 2026-01-01 | 1 | service | |", 365.25),
        ("2026-01-02 | 2026-01-01 | 1 | service | |", None),
        ("2026-01-01 | | 1200 | service | |", 1200),
        ("2026-01-01 | 2026-12-31 | | service | |", None),
        ("2026-01-01 | pronto | 1200 | service | |", None),
        ("2026-01-01 | 2026-12-31 | 1200 | project | |", None),
        ("2026-01-01 | 2026-12-31 | 1200 | project | 12M |", 1200),
        ("2026-01-01 | 2026-12-31 | 1200 | project | | yes", 1200),
        ("2026-01-01 | 2026-12-31 | 1200 | project | pronto |", None),
        ("2026-01-01 | 2026-12-31 | 1200 | service | pronto |", 1200),
    ]
    head = "contract_id | account_id | start_date | end_date | value | contract_type | renewal_period | auto_renew"
    found = terms("\n".join([head, *(f"C-{n} | A-1 | {cells}" for n, (cells, _) in enumerate(cases))]))
    assert values(found, "contracts.annual_value") == [yearly for _, yearly in cases]


def risks(*cases: tuple[int, str, str]) -> list[Any]:
    """The risk of terms with so many days left, a stage and a given probability."""
    ends = [(TODAY + timedelta(days=left)).isoformat() for left, _, _ in cases]
    found = rows(
        [{"end": end, "stage": stage, "given": given} for end, (_, stage, given) in zip(ends, cases, strict=True)]
    )
    return [columns["renewal_risk"] for columns in found]


def test_the_risk_by_probability() -> None:
    likely = ("0.4999", "0.5", "0.7499", "0.75")
    assert risks(*((200, "invoice_needed", p) for p in likely)) == ["high", "medium", "medium", "low"]


def test_the_risk_by_time_and_stage() -> None:
    assert risks((-1, "invoice_sent", "0.9"), (0, "invoice_sent", "0.9")) == ["high", "low"]
    stages = ("", "planned", "contacted", "proposal")
    assert risks(*((15, stage, "0.9") for stage in stages)) == ["high", "high", "high", "medium"]
    stages = ("", "proposal", "negotiation", "invoice_needed")
    assert risks(*((16, stage, "0.9") for stage in stages)) == ["medium", "medium", "medium", "low"]
    assert risks((30, "", "0.9"), (31, "", "0.9")) == ["medium", "low"]


def test_what_is_decided_or_evergreen_has_no_risk() -> None:
    assert risks((10, "lost", "0.9"), (10, "payment_received", "0.9")) == [None, None]
    found = rows([{"end": "", "given": "0.1"}, {"end": "pronto", "given": "0.1"}])
    assert [columns["renewal_risk"] for columns in found] == [None, None]


def test_nothing_is_hard_coded() -> None:
    chances = DEFAULTS.probability.model_copy(update={"base": {**DEFAULTS.probability.base, "green": 0.6}})
    contracts = DEFAULTS.contracts.model_copy(update={"expiring_days": 10, "notice_days": 5})
    cfg = DEFAULTS.model_copy(update={"probability": chances, "contracts": contracts})
    table = """
        contract_id | account_id | start_date | end_date   | auto_renew
        C-1         | A-1        | 2026-01-01 | 2026-12-31 | yes
    """
    found = terms(table, accounts="account_id | name | notes\nA-1 | Norte | green", cfg=cfg)
    assert values(found, "contracts.renewal_probability") == [0.6]
    assert values(found, "contracts.status") == ["active"]
    assert values(found, "contracts.deadline") == ["2026-12-26"]
