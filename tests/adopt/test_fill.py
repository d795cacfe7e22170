"""The rows of the new workbook: strict reading, nothing guessed, nothing lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.adopt.cells import header_currencies
from sheetcrm.adopt.fill import fill
from sheetcrm.adopt.filled import Filled
from sheetcrm.adopt.findings import as_csv
from sheetcrm.adopt.ids import account_id_of, made_id, name_key
from sheetcrm.adopt.mapping import without_doubt
from sheetcrm.words import words_of
from tests.adopt import books
from tests.adopt.sheets import Rows, filled
from tests.adopt.test_propose import of

HEAD = ["Contract number", "Customer", "Start date", "End date", "Amount", "Owner"]


def contracts(*rows: list[Any], head: list[str] = HEAD) -> Filled:
    return filled({"Contracts": [head, *rows]})


def test_the_spanish_workbook_row_by_row(tmp_path: Path) -> None:
    done = fill(without_doubt(of(books.spanish(tmp_path / "es.xlsx"))), words_of("es"))
    first, _, third, fourth = done.rows["contracts"]
    assert first["value"] == 1200.5
    assert (first["account_id"], first["notes"]) == ("PANADERI-X6", "llamar antes · Tfno.: 600111222")
    assert (third["contract_id"], third["start_date"]) == ("C-02-2", date(2026, 3, 15))
    assert (third["end_date"], third["value"]) == ("2026-02-30", "pronto"), "not blank: no end would be evergreen"
    assert fourth["contract_id"] not in (None, "")
    assert [row["name"] for row in done.rows["accounts"]] == ["Panadería López, S.L.", "Óptica Sol", "Bar Manolo 😀"]
    assert [row["account_id"] for row in done.rows["interactions"]] == ["OPTICA-SOL", "PANADERI-X6"]
    assert done.unaddressed == ["Marta Gil", "Iván Ruiz"]
    cells = {(finding.cell, finding.value) for finding in done.findings if finding.kind == "unreadable"}
    assert cells == {("E7", "2026-02-30"), ("F7", "pronto")}


def test_currencies_of_the_russian_workbook(tmp_path: Path) -> None:
    done = fill(without_doubt(of(books.russian(tmp_path / "ru.xlsx"))), words_of("ru"))
    assert (done.base, done.currencies) == ("RUB", ("EUR",))
    assert [(row["value"], row.get("currency")) for row in done.rows["contracts"]] == [
        (120000, None), (45000.5, None), (1200, "EUR"), ("$ 900", None),
    ]  # fmt: skip


def test_the_english_workbook_joins_names_and_ids(tmp_path: Path) -> None:
    done = fill(without_doubt(of(books.english(tmp_path / "en.xlsx"))), words_of("en"))
    assert [row["account_id"] for row in done.rows["contracts"]] == ["K001", "K002", "K009"]
    assert [(row["account_id"], row["name"]) for row in done.rows["accounts"]] == [
        ("K001", "Acme Ltd"), ("K002", "Bright Dental"), ("K002-2", "Other Dental"), ("K009", "Zed & Sons"),
    ]  # fmt: skip
    assert {"email": "jo.smith@acme-it.example", "name": "Jo Smith"} in done.rows["team"]
    assert done.rows["contracts"][1]["start_date"] == date(2025, 3, 31)


def test_a_repeated_id_is_changed_and_told() -> None:
    done = contracts(
        ["C-1", "A", "2026-01-01", "2026-12-31", 5, "Jo"], ["C-1", "B", "2026-01-01", "2026-12-31", 6, "Jo"]
    )
    assert [row["contract_id"] for row in done.rows["contracts"]] == ["C-1", "C-1-2"]
    assert [(finding.cell, finding.value, finding.id) for finding in done.findings if finding.kind == "id_changed"] == [
        ("3", "C-1", "C-1-2")
    ]


def test_made_ids_come_from_the_content_not_from_the_place() -> None:
    one = [None, "A", "2026-01-01", "2026-12-31", 5, "Jo"]
    two = [None, "B", "2026-01-01", "2026-12-31", 5, "Jo"]
    named = [["C-9", "Z", "2026-01-01", "2026-12-31", 1, "Jo"]]
    here = contracts(*named, one, two).rows["contracts"]
    there = contracts(two, *named, one).rows["contracts"]
    assert {row["contract_id"] for row in here} == {row["contract_id"] for row in there}
    twice = contracts(*named, one, one).rows["contracts"]
    assert twice[2]["contract_id"] == f"{twice[1]['contract_id']}-2"


def test_an_id_that_lost_its_end_is_not_taken() -> None:
    done = contracts(
        [1234567890123456789, "A", "2026-01-01", "2026-12-31", 5, "Jo"], ["C-2", "A", "2026-01-01", None, 5, "Jo"]
    )
    assert str(done.rows["contracts"][0]["contract_id"]).startswith("C-")
    assert "Contract number: 12345678901234" in str(done.rows["contracts"][0]["notes"])


def test_names_that_differ_by_accents_case_and_dots_are_one_customer() -> None:
    assert name_key("Panadería López, S.L.") == name_key("PANADERIA LOPEZ SL")
    assert name_key("Acme Ltd") != name_key("Acme")
    done = contracts(
        ["C-1", "Acme Ltd", "2026-01-01", "2026-12-31", 5, "Jo"], ["C-2", "Acme", "2026-01-01", "2026-12-31", 5, "Jo"]
    )
    assert len(done.rows["accounts"]) == 2
    assert done.alike == [("Acme Ltd", "Acme")], "told, not joined: people know whether they are one"


def test_customers_listed_twice_are_joined_and_what_differs_is_kept() -> None:
    rows: Rows = [
        ["Company", "Industry", "Email"],
        ["Acme", "Retail", "a@x.example"],
        ["ACME", "Health", None],
        [None, "lost", None],
    ]
    done = filled({"Customers": rows})
    (acme,) = done.rows["accounts"]
    assert (acme["industry"], acme["notes"]) == ("Retail", "Industry: Health")
    assert [(finding.kind, finding.cell) for finding in done.findings if finding.kind in ("joined", "row_left")] == [
        ("row_left", "4"), ("joined", "3"),
    ]  # fmt: skip


def test_an_id_that_the_list_of_customers_lacks_stays_as_it_is() -> None:
    done = filled(
        {
            "Customers": [["Customer no", "Company"], ["K1", "Acme"], ["K2", "Bolt"]],
            "Contracts": [
                HEAD,
                ["C-1", "K1", "2026-01-01", "2026-12-31", 5, "Jo"],
                ["C-2", "K7", "2026-01-01", "2026-12-31", 5, "Jo"],
            ],
        }
    )
    assert [row["account_id"] for row in done.rows["contracts"]] == ["K1", "K7"]
    assert len(done.rows["accounts"]) == 2, "the new workbook reports K7; nothing is made up"


def test_an_owner_is_a_customers_only_where_all_its_contracts_agree() -> None:
    done = contracts(
        ["C-1", "A", "2026-01-01", "2026-12-31", 5, "Jo"],
        ["C-2", "A", "2026-01-01", "2026-12-31", 5, "Sam"],
        ["C-3", "B", "2026-01-01", "2026-12-31", 5, "Sam"],
    )
    assert [row.get("owner") for row in done.rows["accounts"]] == [None, "Sam"]
    assert [row["name"] for row in done.rows["team"]] == ["Jo", "Sam"]
    assert all(row["email"] is None for row in done.rows["team"]), "an address is never made up"


def test_an_amount_in_merged_cells_counts_once() -> None:
    rows: Rows = [
        HEAD,
        ["C-1", "A", "2026-01-01", "2026-12-31", 500, "Jo"],
        ["C-2", None, "2026-01-01", "2026-12-31", None, "Jo"],
    ]
    done = filled({"Contracts": rows}, {"Contracts": ["B2:B3", "E2:E3"]})
    assert [(row["account_id"], row.get("value")) for row in done.rows["contracts"]] == [("A", 500), ("A", None)]


def test_formulas_that_were_never_calculated_do_not_become_blank() -> None:
    done = contracts(
        ["C-1", "A", "2026-01-01", "=C2+364", "=1/0", "Jo"], ["C-2", "A", "2026-01-01", "2026-12-31", 5, "Jo"]
    )
    assert (done.rows["contracts"][0]["end_date"], done.rows["contracts"][0]["value"]) == ("#N/A", "#N/A")
    assert [finding.cell for finding in done.findings if finding.kind == "unreadable"] == ["D2", "E2"]


def test_texts_without_a_column_and_without_notes_are_listed() -> None:
    rows: Rows = [
        ["Invoice no", "Customer", "Due date", "Amount", "Lorry"],
        ["F1", "A", "2026-12-01", 5, "=cmd|' /C'!A0"],
        ["F2", "A", "2026-12-01", 5, "L2"],
    ]
    done = filled({"Invoices": rows})
    assert [
        (finding.cell, finding.header, finding.value, finding.id)
        for finding in done.findings
        if finding.kind == "no_place"
    ] == [("3", "Lorry", "L2", "F2")]
    assert as_csv(done.findings).startswith("kind,sheet,cell,header,value,why,tab,id,kept\n")


def test_a_listed_text_that_looks_like_a_formula_stays_text() -> None:
    from sheetcrm.adopt.findings import Finding

    assert "'=1+1" in as_csv([Finding("no_place", "Tab", "A1", value="=1+1")])


def test_more_text_than_a_cell_holds_is_listed() -> None:
    head = [*HEAD, *(f"X{at}" for at in range(3))]
    done = contracts(["C-1", "A", "2026-01-01", "2026-12-31", 5, "Jo", "a" * 20_000, "b" * 20_000, "c"], head=head)
    notes = str(done.rows["contracts"][0]["notes"])
    assert len(notes) < 32_767
    assert "X2: c" not in notes or "X1: " not in notes
    assert done.count("no_place") == 2


def test_nothing_that_people_wrote_is_lost(tmp_path: Path) -> None:
    for make, language in ((books.spanish, "es"), (books.english, "en"), (books.russian, "ru")):
        found = without_doubt(of(make(tmp_path / f"{language}.xlsx")))
        done = fill(found, words_of(language))
        said = " ".join(str(value) for rows in done.rows.values() for row in rows for value in row.values())
        said += as_csv(done.findings)
        for part in found.taken:
            for choice in part.columns:
                for text in part.old.texts(choice.col).to_pylist():
                    if (
                        text
                        and any(letter.isalpha() for letter in text)
                        and choice.target in ("keep", "title", "notes", "name", "owner")
                    ):
                        assert text in said, (choice.header, text)


def test_each_required_cell_that_is_blank_is_counted() -> None:
    done = contracts(["C-1", None, None, "2026-12-31", 5, "Jo"], ["C-2", "A", "2026-01-01", "2026-12-31", 5, "Jo"])
    assert done.lacking()["contracts", "account_id"] == 1
    assert done.lacking()["contracts", "start_date"] == 1


def test_ids_are_stable_for_ever() -> None:
    assert made_id("contracts", "a", "b") == made_id("contracts", "a", "b") != made_id("contracts", "ab", "")
    assert account_id_of("Óptica Sol") == "OPTICA-SOL"
    assert len(account_id_of("Compañía Internacional de Suministros Industriales")) <= 12


def test_a_member_listed_twice_is_one_and_what_differs_is_listed() -> None:
    rows: Rows = [["Email", "Name", "Manager"], ["jo@us.example", "Jo", None], ["JO@us.example", "Joanna", "Sam"]]
    done = filled({"Team": rows})
    assert done.rows["team"][0] == {"email": "jo@us.example", "name": "Jo", "manager": "Sam"}
    assert [(finding.kind, finding.value) for finding in done.findings if finding.cell == "3"] == [
        ("no_place", "Joanna"),
        ("joined", "jo@us.example"),
    ]


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("Стоимость, руб.", ("RUB",)),
        ("€ / año", ("EUR",)),
        ("Total (GBP)", ("GBP",)),
        ("Amount EUR", ("EUR",)),
        ("Fee, SEK", ("SEK",)),
        ("TOP 10", ()),
        ("All", ()),
        ("Cuota anual", ()),
    ],
)
def test_a_header_may_bear_the_currency(header: str, codes: tuple[str, ...]) -> None:
    assert header_currencies(header) == codes


def test_amounts_below_such_a_header_are_of_its_currency_unless_a_column_says_which() -> None:
    rows = [["Д-1", "Завод", date(2026, 1, 1), date(2026, 12, 31), "120 000,50"]]
    header = ["№ договора", "Клиент", "Дата начала", "Дата окончания", "Стоимость, руб."]
    assert filled({"Договоры": [header, *rows]}).base == "RUB"
    stated = filled({"Договоры": [[*header, "Валюта"], [*rows[0], "EUR"]]})
    assert (stated.base, stated.rows["contracts"][0]["value"]) == ("EUR", 120000.5)
