"""A thousand cells that no one can read, through the command: a problem each at its address, and a run that works."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.run import small_book
from tests.run.conftest import NO_WAIT, Office
from tests.test_reading_mangled import mangled_book


def _mangled(folder: Path, seed: int) -> tuple[Office, set[tuple[str, str]]]:
    book, wanted = mangled_book(random.Random(seed), 1000)
    book.save(folder / "crm.xlsx")
    small_book.write_settings(folder, language="es", more=NO_WAIT)
    return Office(folder), set(wanted)


def test_the_plan_names_each_of_a_thousand_mangled_cells(tmp_path: Path) -> None:
    office, wanted = _mangled(tmp_path, 11)
    assert len(wanted) == 1000
    before = office.sha()
    answer = office.run(command="plan")
    assert answer.code == 3, answer.err
    problems = answer.json["problems"]
    found = Counter((problem["tab"], problem["cell"]) for problem in problems)
    assert {place: found[place] for place in wanted if found[place] != 1} == {}
    assert all(problem["problem"] and problem["fix"] for problem in problems)
    assert office.sha() == before


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(3))
def test_a_run_over_a_thousand_mangled_cells_settles(tmp_path: Path, seed: int) -> None:
    office, wanted = _mangled(tmp_path, seed)
    answer = office.run()
    assert answer.code == 3, answer.err
    assert wanted <= {(problem["tab"], problem["cell"]) for problem in office.problems()}
    office.rest()
