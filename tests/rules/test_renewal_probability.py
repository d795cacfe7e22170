"""Probability, expected value, annual value and risk of a term: case, boundary, blank."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.contracts_book import DEFAULTS, TODAY, terms, values

HEAD = (
    "contract_id | account_id | start_date | end_date | renewal_stage | probability | value | renewal_value "
    "| contract_type | renewal_period | auto_renew | closed_on"
)


def row(
    start: str = "2026-01-01",
    end: str = "2027-12-31",
    stage: str = "",
    given: str = "",
    value: str = "1200",
    renewal: str = "",
    kind: str = "service",
    period: str = "",
    auto: str = "",
    closed: str = "",
    band: str = "green",
    interactions: str = "",
) -> dict[str, object]:
    """The columns of one term."""
    found = terms(
        f"{HEAD}\nC-1 | A-1 | {start} | {end} | {stage} | {given} | {value} | {renewal} | {kind} | {period} | {auto} | {closed}",
        accounts=f"account_id | name | notes\nA-1 | Norte | {band}",
        interactions=interactions,
    )
    names = ("renewal_probability", "expected_value", "annual_value", "renewal_risk", "status", "one_off")
    return {name: values(found, f"contracts.{name}")[0] for name in names}


@pytest.mark.parametrize(("band", "p"), [("green", 0.9), ("yellow", 0.75), ("red", 0.45), ("no_data", 0.7), ("", 0.7)])
def test_without_history_the_probability_is_the_bands(band: str, p: float) -> None:
    assert row(band=band)["renewal_probability"] == p


@pytest.mark.parametrize(
    ("stage", "p"),
    [
        ("planned", 0.75),
        ("contacted", 0.75),
        ("proposal", 0.7875),
        ("negotiation", 0.825),
        ("invoice_needed", 0.9),
        ("invoice_sent", 0.95),
    ],
)
def test_each_stage_closes_part_of_the_gap(stage: str, p: float) -> None:
    assert row(band="yellow", stage=stage)["renewal_probability"] == p


def test_what_is_decided_is_certain_unless_a_person_said_otherwise() -> None:
    assert row(stage="payment_received")["renewal_probability"] == 1
    assert row(stage="lost")["renewal_probability"] == 0
    assert row(stage="lost", given="0.3")["renewal_probability"] == 0.3
    assert row(given="60")["renewal_probability"] == 0.6
    assert row(given="0")["renewal_probability"] == 0


def test_the_probability_is_halved_every_30_days_after_the_end() -> None:
    # Day 0 is still inside the term; the empty history keeps the rate at 75%.
    assert row(end="2026-11-21", band="yellow")["renewal_probability"] == 0.75
    assert row(end="2026-10-22", band="yellow")["renewal_probability"] == 0.375
    assert row(end="2026-09-22", band="yellow")["renewal_probability"] == 0.1875


def test_a_notice_leaves_at_most_10_percent() -> None:
    notice = "date | account_id | contract_id | signal\n2026-11-01 | A-1 | C-1 | cancellation_notice"
    assert row(interactions=notice)["renewal_probability"] == 0.1
    assert row(interactions=notice, given="0.8")["renewal_probability"] == 0.8
    assert row(interactions=notice, stage="payment_received")["renewal_probability"] == 1


def test_an_unknown_status_or_probability_leaves_it_blank() -> None:
    assert row(end="pronto")["renewal_probability"] is None
    assert row(end="pronto", given="0.5")["renewal_probability"] == 0.5
    assert row(given="often")["renewal_probability"] is None
    assert row(given="often")["expected_value"] is None
    assert row(given="often")["renewal_risk"] is None


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


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"value": "1000", "renewal": "2000"}, 1800),
        ({"value": "1000"}, 900),
        ({"value": ""}, None),
        ({"value": "mucho"}, None),
        ({"value": "mucho", "renewal": "2000"}, 1800),
        ({"value": "1000", "renewal": "mucho"}, None),
        ({"value": "1000", "stage": "lost"}, 0),
    ],
)
def test_the_expected_value_is_the_renewal_value_times_the_probability(
    cells: dict[str, str], expected: float | None
) -> None:
    assert row(**cells)["expected_value"] == expected


def test_the_expected_value_uses_the_whole_probability() -> None:
    found = row(end="2026-11-20", value="1000000", band="yellow")
    assert found["renewal_probability"] == 0.7329
    assert found["expected_value"] == round(1_000_000 * 0.75 * 0.5 ** (1 / 30), 2)


@pytest.mark.parametrize(
    ("cells", "yearly"),
    [
        ({"start": "2026-01-01", "end": "2026-12-31", "value": "1200"}, 1200),
        ({"start": "2026-01-01", "end": "2026-01-31", "value": "100"}, 1200),
        ({"start": "2026-01-01", "end": "2027-12-31", "value": "1200"}, 600),
        ({"start": "2025-08-31", "end": "2026-02-27", "value": "600"}, 1200),
        ({"start": "2026-01-01", "end": "2026-01-10", "value": "10"}, 365.25),
        ({"start": "2026-01-01", "end": "2026-01-01", "value": "1"}, 365.25),
        ({"start": "2026-01-02", "end": "2026-01-01", "value": "1"}, None),
        ({"start": "2026-01-01", "end": "", "value": "1200"}, 1200),
        ({"value": ""}, None),
        ({"end": "pronto"}, None),
        ({"kind": "project", "end": "2026-12-31"}, None),
        ({"kind": "project", "end": "2026-12-31", "period": "12M"}, 1200),
        ({"kind": "project", "end": "2026-12-31", "auto": "yes"}, 1200),
        ({"kind": "project", "end": "2026-12-31", "period": "pronto"}, None),
        ({"kind": "service", "end": "2026-12-31", "period": "pronto"}, 1200),
    ],
)
def test_the_annual_value(cells: dict[str, str], yearly: float | None) -> None:
    assert row(**cells)["annual_value"] == yearly


def risk(left: int, stage: str = "invoice_needed", given: str = "0.9", **cells: str) -> object:
    return row(end=(TODAY + timedelta(days=left)).isoformat(), stage=stage, given=given, **cells)["renewal_risk"]


def test_the_risk_by_probability() -> None:
    assert risk(200, given="0.4999") == "high"
    assert risk(200, given="0.5") == "medium"
    assert risk(200, given="0.7499") == "medium"
    assert risk(200, given="0.75") == "low"


def test_the_risk_by_time_and_stage() -> None:
    assert risk(-1, stage="invoice_sent") == "high"
    assert risk(0, stage="invoice_sent") == "low"
    assert [risk(15, stage=stage) for stage in ("", "planned", "contacted", "proposal")] == ["high"] * 3 + ["medium"]
    assert [risk(16, stage=stage) for stage in ("", "proposal", "negotiation", "invoice_needed")] == ["medium"] * 3 + [
        "low"
    ]
    assert [risk(30, stage=""), risk(31, stage="")] == ["medium", "low"]


def test_what_is_decided_or_evergreen_has_no_risk() -> None:
    assert risk(10, stage="lost") is None
    assert risk(10, stage="payment_received") is None
    assert row(end="", given="0.1")["renewal_risk"] is None
    assert row(end="pronto", given="0.1")["renewal_risk"] is None


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
