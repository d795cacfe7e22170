"""`python -m sheetcrm.sync.excel.patch IN.xlsx OUT.xlsx EDITS.json` as people run it."""

import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from sheetcrm.sync.excel.command import main
from tests.excel.books import one

ROWS = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.xlsx").write_bytes(
        one(ROWS, strings=("<t>x</t>",), after='<mergeCells><mergeCell ref="D1:E2"/></mergeCells>')
    )
    return tmp_path


def run(folder: Path, edits: object, target: str = "out.xlsx") -> int:
    text = edits if isinstance(edits, str) else json.dumps(edits)
    (folder / "edits.json").write_text(text, encoding="utf-8")
    return main([str(folder / "in.xlsx"), str(folder / target), str(folder / "edits.json")])


def test_the_documented_edits_end_in_the_cells(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits = {
        "Data": {
            "B2": 12.5,
            "c2": "text",
            "$A$1": None,
            "E9": {"date": "2026-11-21"},
            "F2": True,
            "G2": {"date": "2026-11-21T08:00"},
        }
    }
    assert run(folder, edits) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["changed"] is True
    assert report["cells"] == 6
    assert report["parts"]["xl/worksheets/sheet1.xml"] == "6 cells of “Data”"
    sheet = openpyxl.load_workbook(folder / "out.xlsx")["Data"]
    assert [sheet[a].value for a in ("A1", "B2", "C2", "E9", "F2")] == [None, 12.5, "text", 46347, True]
    assert sheet["G2"].value == pytest.approx(46347 + 8 / 24)
    assert datetime(1899, 12, 30).toordinal() + 46347 == datetime(2026, 11, 21).toordinal()


def test_nothing_to_change_copies_the_bytes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, {"Data": {"A1": "x", "Z9": None}}) == 0
    assert (folder / "out.xlsx").read_bytes() == (folder / "in.xlsx").read_bytes()
    assert json.loads(capsys.readouterr().out)["changed"] is False


def test_a_workbook_can_be_patched_in_place(folder: Path) -> None:
    assert run(folder, {"Data": {"A1": 5}}, "in.xlsx") == 0
    assert openpyxl.load_workbook(folder / "in.xlsx")["Data"]["A1"].value == 5
    assert sorted(p.name for p in folder.iterdir()) == ["edits.json", "in.xlsx"]


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"Nope": {"A1": 1}}, "no tab “Nope”"),
        ({"Data": {"ZZZZ1": 1}}, "“ZZZZ1” is no cell"),
        ({"Data": {"A0": 1}}, "“A0” is no cell"),
        ({"Data": {"A1048577": 1}}, "is no cell"),
        ({"Data": {"XFE1": 1}}, "is no cell"),
        ({"Data": {"B1": 1}}, "Data!B1 holds a formula"),
        ({"Data": {"E2": 1}}, "Data!E2 is hidden inside the merged cells D1:E2"),
        ({"Data": {"A2": "x" * 40_000}}, "Data!A2 can't be written"),
        ({"Data": {"A2": {"date": "1800-01-01"}}}, "Data!A2 can't be written"),
    ],
)
def test_refusals_are_one_sentence_and_exit_3(
    folder: Path, capsys: pytest.CaptureFixture[str], edits: object, words: str
) -> None:
    assert run(folder, edits) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1
    assert not (folder / "out.xlsx").exists()


@pytest.mark.parametrize(
    "edits",
    [
        "not json",
        "[]",
        "3",
        '{"Data": 5}',
        {"Data": {"A1": [1]}},
        {"Data": {"A1": {"day": "2026-01-01"}}},
        {"Data": {"A1": {"date": "tomorrow"}}},
        {"Data": {"A1": {"date": 5}}},
        '{"Data": {"A1": 1, "A1": 2}}',
        {"Data": {"A1": 1, "a1": 2}},
        '{"Data": {"A1": 1}, "Data": {"A2": 1}}',
        '{"Data": {"A1": NaN}}',
        '{"Data": {"A1": Infinity}}',
    ],
)
def test_edits_that_make_no_sense_are_usage_errors(
    folder: Path, capsys: pytest.CaptureFixture[str], edits: object
) -> None:
    assert run(folder, edits) == 2
    assert "edits.json" in capsys.readouterr().err
    assert not (folder / "out.xlsx").exists()


def test_missing_files_and_folders_are_usage_errors(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder / "none.xlsx"), str(folder / "out.xlsx"), str(folder / "none.json")]) == 2
    assert run(folder, {"Data": {"A1": 1}}, "no/such/out.xlsx") == 2
    assert "none.json" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["one"])
    assert caught.value.code == 2


def test_it_runs_as_a_module_with_the_standard_library_and_numpy_only(folder: Path) -> None:
    (folder / "edits.json").write_text('{"Data": {"A2": "ñ"}}', encoding="utf-8")
    guard = "import sys, runpy; sys.argv = ['patch'] + sys.argv[1:]\ntry:\n runpy.run_module('sheetcrm.sync.excel.patch', run_name='__main__')\nexcept SystemExit as done:\n assert done.code == 0, done.code\nheavy = {'pandas', 'openpyxl', 'pyarrow', 'fastexcel', 'pydantic'} & set(sys.modules)\nassert not heavy, heavy"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", guard, "in.xlsx", "out.xlsx", "edits.json"],
        cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(Path.cwd()), "PYTHONIOENCODING": "utf-8"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert openpyxl.load_workbook(io.BytesIO((folder / "out.xlsx").read_bytes()))["Data"]["A2"].value == "ñ"
