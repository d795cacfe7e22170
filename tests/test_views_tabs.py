"""The alerts and problems tabs, and the addresses of rows."""

from __future__ import annotations

from datetime import date

import pytest

from sheetcrm.model import Alert, Problem
from sheetcrm.schema import TABS
from sheetcrm.views import alerts_tab, problems_tab
from sheetcrm.views.links import row_addresses
from sheetcrm.words import words_of
from tests.tables import snapshot


def alert(key: str, day: date, stage: str = "urgent", **more: object) -> Alert:
    return Alert(
        key=key,
        rule="renewal",
        stage=stage,
        tab="contracts",
        id="C-1",
        contract_id="C-1",
        account_id="A-1",
        person="ana@example.com",
        state="sent",
        why="Expires in 30 days",
        alerted_on=day,
        **more,  # type: ignore[arg-type]
    )


ONE = alert("k1", date(2026, 11, 1))


def test_alerts_stand_newest_first_the_latest_stage_on_top() -> None:
    known = [
        ONE,
        alert("k3", date(2026, 11, 20), "preparation"),
        alert("k2", date(2026, 11, 20), "critical"),
        alert("k0", date(2026, 11, 20), "critical"),
    ]
    rows = alerts_tab.rows(known, snapshot({})).rows
    assert [row[-1] for row in rows] == ["k0", "k2", "k3", "k1"]


def test_an_alert_fills_its_row() -> None:
    found = alerts_tab.rows([alert("k1", date(2026, 11, 1), acknowledged_on=date(2026, 11, 2))], snapshot({}))
    assert list(found.columns) == [column.key for column in TABS["alerts"].columns]
    assert dict(zip(found.columns, found.rows[0], strict=True)) == {
        "alerted_on": date(2026, 11, 1),
        "stage": "urgent",
        "contract_id": "C-1",
        "account_id": "A-1",
        "person": "ana@example.com",
        "why": "Expires in 30 days",
        "state": "acknowledged",
        "acknowledged_by": None,
        "acknowledged_on": date(2026, 11, 2),
        "key": "k1",
    }


ALERTS = """
    alerted_on | stage  | contract_id | why        | state | acknowledged_by | key
    2026-11-01 | urgent | C-1         | Expires    | sent  | Ana P.          | k1
    2026-11-05 |        |             | Call first |       | me              |
"""


def test_what_people_acknowledged_stays_as_they_wrote_it() -> None:
    rows = alerts_tab.rows([ONE], snapshot({"alerts": ALERTS})).rows
    assert rows[0][7] == "Ana P."
    known = alert("k1", date(2026, 11, 1), acknowledged_by="luis@example.com")
    assert alerts_tab.rows([known], snapshot({"alerts": ALERTS})).rows[0][7] == "Ana P."
    assert alerts_tab.rows([known], snapshot({})).rows[0][7] == "luis@example.com"


def test_peoples_notes_stay_below_the_alerts() -> None:
    rows = alerts_tab.rows([ONE], snapshot({"alerts": ALERTS})).rows
    assert len(rows) == 2
    assert rows[1] == [date(2026, 11, 5), None, None, None, None, "Call first", None, "me", None, None]


def test_without_alerts_the_tab_is_empty() -> None:
    assert list(alerts_tab.rows([], snapshot({})).rows) == []
    assert list(alerts_tab.rows([], snapshot({"alerts": "alerted_on | why | key"})).rows) == []


def test_a_problem_names_tab_and_column_as_people_see_them() -> None:
    problem = Problem("contracts", "date", "F3", 3, "C-1", "end_date", "pronto", owner="ana@example.com")
    found = problems_tab.rows([(problem, "«pronto» no es una fecha.", "Escriba 2026-11-21.")], words_of("es"))
    assert list(found.columns) == [column.key for column in TABS["problems"].columns]
    assert found.rows == [
        [
            "Contratos",
            "F3",
            "C-1",
            "Fecha de fin",
            "pronto",
            "«pronto» no es una fecha.",
            "Escriba 2026-11-21.",
            "ana@example.com",
        ]
    ]


def test_a_problem_about_a_whole_tab_leaves_the_rest_blank() -> None:
    found = problems_tab.rows([(Problem("Hoja 7", "unread"), "x", "")], words_of("es"))
    assert found.rows == [["Hoja 7", None, None, None, None, "x", None, None]]


@pytest.mark.parametrize(("length", "shown"), [(200, 200), (201, 200), (40_000, 200)])
def test_a_very_long_value_is_cut(length: int, shown: int) -> None:
    problem = Problem("contracts", "date", "F3", 3, "C-1", "end_date", "x" * length)
    value = problems_tab.rows([(problem, "", "")], words_of("en")).rows[0][4]
    assert isinstance(value, str)
    assert len(value) == shown
    assert value.endswith("…") is (length > 200)


@pytest.mark.parametrize(
    ("title", "address"),
    [
        ("Contratos", "Contratos!A7"),
        ("Договоры", "Договоры!A7"),
        ("Clientes activos", "'Clientes activos'!A7"),
        ("L'Oréal", "'L''Oréal'!A7"),
        ("2026", "'2026'!A7"),
        ("Q1", "'Q1'!A7"),
        ("R1C1", "'R1C1'!A7"),
        ("a-b", "'a-b'!A7"),
    ],
)
def test_row_addresses_are_quoted_where_they_must_be(title: str, address: str) -> None:
    assert row_addresses(title, [7]) == [address]
