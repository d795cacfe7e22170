"""The mapping file: written, edited, read again; and the aliases for people's own tabs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetcrm.adopt.mapping import KEEP, MappingError, aliases, as_text, from_file, lacking, without_doubt
from sheetcrm.adopt.tables import find_tables
from sheetcrm.config import Aliases
from sheetcrm.reading.headers import find_tabs
from sheetcrm.reading.options import Options
from sheetcrm.sync.excel.read import read_book
from sheetcrm.words import normalise
from tests.adopt import books
from tests.adopt.test_propose import of


def tables_of(path: Path):
    return [table for sheet in read_book(path).sheets for table in find_tables(sheet)]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return books.spanish(tmp_path / "old.xlsx")


def test_what_was_written_is_read_again(old: Path, tmp_path: Path) -> None:
    proposal = without_doubt(of(old))
    (tmp_path / "map.yaml").write_text(as_text(proposal, "old.xlsx"), encoding="utf-8")
    again = from_file(tmp_path / "map.yaml", tables_of(old))
    assert (again.language, again.day_first) == (proposal.language, proposal.day_first)
    assert [part.tab for part in again.parts] == [part.tab for part in proposal.parts]
    for before, after in zip(proposal.parts, again.parts, strict=True):
        assert [choice.target for choice in before.columns] == [choice.target for choice in after.columns]


def test_an_edited_line_counts_and_a_moved_column_is_found(old: Path, tmp_path: Path) -> None:
    text = as_text(without_doubt(of(old)), "old.xlsx")
    edited = text.replace(
        "column: H\n    header: Tfno.\n    is: keep", "column: ZZ\n    header: Tfno.\n    is: contact"
    )
    assert edited != text
    (tmp_path / "map.yaml").write_text(edited, encoding="utf-8")
    assert from_file(tmp_path / "map.yaml", tables_of(old)).parts[0].column("contact").header == "Tfno."


def test_tables_and_columns_that_the_file_does_not_name(old: Path, tmp_path: Path) -> None:
    text = "language: es\ntables:\n- tab: Visitas\n  header_row: 1\n  becomes: interactions\n  columns:\n  - {header: Fecha, is: date}\n"
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    found = from_file(tmp_path / "map.yaml", tables_of(old))
    assert [part.tab for part in found.parts] == ["interactions", ""]
    assert {choice.target for choice in found.parts[0].columns} == {"date", KEEP}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "can't be read"),
        ("", "a list named tables"),
        ("language: xx\ntables: []", "es, en, ru"),
        ("language: es\nday_first: maybe\ntables: []", "true or false"),
        ("language: es\ntables: [3]", "no table"),
        ("language: es\ntables: [{tab: Nada, header_row: 1, becomes: contracts}]", "no table on 'Nada'"),
        ("language: es\ntables: [{tab: Visitas, header_row: one, becomes: visits}]", "choose one of"),
        (
            "language: es\ntables: [{tab: Visitas, becomes: tickets, columns: [{header: Nada, is: x}]}]",
            "no column 'Nada'",
        ),
        (
            "language: es\ntables: [{tab: Visitas, becomes: tickets, columns: [{header: Fecha, is: x}]}]",
            "no column of tickets",
        ),
        (
            "language: es\ntables: [{tab: Visitas, becomes: tickets, columns: [{header: Fecha, is: asset}, {header: Canal, is: asset}]}]",
            "one can be",
        ),
    ],
)
def test_mistakes_in_the_file_are_said_in_words(old: Path, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=r".*") as caught:
        from_file(tmp_path / "map.yaml", tables_of(old))
    assert said in str(caught.value)


def test_aliases_make_the_runner_understand_the_tabs_where_they_stand(tmp_path: Path) -> None:
    from ruamel.yaml import YAML

    old = books.russian(tmp_path / "ru.xlsx")
    mapping = without_doubt(of(old))
    section = YAML(typ="safe").load(aliases(mapping))["aliases"]
    checked = Aliases.model_validate(section)
    options = Options(
        tab_aliases={normalise(title): tab for title, tab in checked.tabs.items()},
        column_aliases={tab: {normalise(h): key for h, key in own.items()} for tab, own in checked.columns.items()},
    )
    assert checked.columns["contracts"]["Срок действия"] == "end_date"
    found, _ = find_tabs(read_book(old).sheets, options)
    assert found["contracts"].missing == ("contract_id",), "what the old tab lacks is named, not hidden"
    assert lacking(mapping.parts[0]) == ["contract_id"]
