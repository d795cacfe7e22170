"""docs/extending.md: each example, applied to a copy of the package, does what the page says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.docs.extended import apply, copied, sections, steps
from tests.docs.pages import ROOT
from tests.docs.typed import allow

TODAY = "2026-11-23"


def call(folder: Path, *words: str, code: Sequence[int] = (0, 3)) -> str:
    """A command of the extended package, in its folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode in code, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def begun(folder: Path, language: str = "en") -> Path:
    """A workbook of the extended package with the rows of the start page, in a folder of its own."""
    crm = folder / "crm"
    crm.mkdir()
    call(folder, "-m", "sheetcrm", "init", "--excel", str(crm / "crm.xlsx"), "--lang", language)
    typed = f"from datetime import date; from pathlib import Path; from tests.docs.typed import typed; typed(Path({str(crm / 'crm.xlsx')!r}), date.fromisoformat({TODAY!r}))"
    call(folder, "-c", typed)
    allow(crm / "config.yaml", "example.com")
    return crm


def planned(folder: Path, crm: Path) -> dict[str, Any]:
    out = call(folder, "-m", "sheetcrm", "plan", "--json", "--config", str(crm / "config.yaml"), "--as-of", TODAY)
    found: dict[str, Any] = json.loads(out)
    return found


def type_into(path: Path, tab: str, id: str, header: str, value: object) -> None:
    """A cell of the row with this id, in the column under this header."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    row = next(row[0].row for row in sheet.iter_rows() if row[0].value == id)
    column = next(cell.column for cell in sheet[1] if cell.value == header)
    sheet.cell(row, column, value).value = value
    book.save(path)


def column(folder: Path) -> None:
    crm = begun(folder)
    type_into(crm / "crm.xlsx", "Contracts", "C-1", "Renewal value", 12600)
    edits = [edit for edit in planned(folder, crm)["edits"] if edit["column"] == "price_change"]
    assert [(edit["id"], edit["after"]) for edit in edits] == [("C-1", 0.05)]
    said = call(
        folder, "-m", "sheetcrm", "explain", "C-1", "--column", "price_change", "--config", str(crm / "config.yaml")
    )
    assert "how much more (or less) is asked" in " ".join(said.split())


def stage(folder: Path) -> None:
    crm = begun(folder)
    type_into(crm / "crm.xlsx", "Contracts", "C-2", "End date", date(2027, 4, 1))
    plan = planned(folder, crm)
    assert [row["values"]["title"] for row in plan["rows"] if "Half a year" in str(row["values"].get("title"))] == [
        "Half a year ahead: Clínica del Sur (C-2)"
    ]
    reached = {edit["id"]: edit["after"] for edit in plan["edits"] if edit["column"] == "alert_stage"}
    assert reached["C-2"] == "outlook"
    assert reached["C-1"] == "urgent"


def card(folder: Path) -> None:
    crm = begun(folder)
    type_into(crm / "crm.xlsx", "Accounts", "A-2", "Owner", None)
    call(folder, "-m", "sheetcrm", "run", "--config", str(crm / "config.yaml"), "--as-of", TODAY, "--state", "other")
    sheet = openpyxl.load_workbook(crm / "crm.xlsx")["Dashboard"]
    assert (sheet["B259"].value, sheet["B260"].value) == ("Clients without an owner", 1)
    assert sheet["B261"].value == "Annual value"


def language(folder: Path) -> None:
    crm = begun(folder, "pt")
    book = openpyxl.load_workbook(crm / "crm.xlsx")
    assert "Dias até o prazo" in [cell.value for cell in book["Contratos"][1]]
    deadlines = [edit for edit in planned(folder, crm)["edits"] if edit["column"] == "days_to_deadline"]
    assert {edit["id"]: edit["after"] for edit in deadlines}["C-1"] == 25
    call(folder, "-m", "pytest", "-q", "tests/test_words.py", "-k", "pt and (every_key or placeholders or dictionary)")


def backend(folder: Path) -> None:
    call(folder, "-m", "pytest", "-q", "tests/backends", "-k", "json")
    contracts = [["Contract ID", "Account ID", "Start date", "End date", "Days to expiry"]]
    contracts.append(["C-1", "A-1", {"date": "2026-01-01"}, {"date": "2026-12-31"}, None])  # type: ignore[list-item]
    path = folder / "crm.json"
    path.write_text(json.dumps({"Accounts": [["Account ID", "Name"], ["A-1", "Uno"]], "Contracts": contracts}))
    run = ("-m", "sheetcrm", "run", "--workbook", str(path), "--as-of", TODAY, "--state", "other")
    call(folder, *run)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["Contracts"][1][4] == 38
    after = path.read_bytes()
    assert "Nothing to do" in call(folder, *run)
    assert path.read_bytes() == after


PROOFS: dict[str, Callable[[Path], None]] = {
    "A column": column,
    "An alert stage": stage,
    "A dashboard card": card,
    "A language": language,
    "A backend": backend,
}


def test_each_example_is_proved() -> None:
    assert sections() == list(PROOFS)
    assert all(list(steps(section)) for section in PROOFS)


def test_each_block_finds_its_place_and_is_code(tmp_path: Path) -> None:
    """All of them on one copy, one after the other: a line that moved is found here, in the quick suite."""
    for name in sorted({step.path for section in PROOFS for step in steps(section)}):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for kind in ("locale/es.po", "playbooks/es.md"):
        (tmp_path / "templates" / kind).write_bytes((ROOT / "templates" / kind).read_bytes())
    for section in PROOFS:
        for step in steps(section):
            apply(step, tmp_path)
            if step.path.endswith(".py"):
                compile((tmp_path / step.path).read_text(encoding="utf-8"), step.path, "exec")


@pytest.mark.proof
@pytest.mark.parametrize("section", PROOFS)
def test_an_example_works(section: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    for step in steps(section):
        apply(step, folder)
    PROOFS[section](folder)
