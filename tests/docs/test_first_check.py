"""What a newcomer hears who has made a workbook and typed nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import call


def test_check_says_that_the_team_is_empty(folder: Path) -> None:
    for made in folder.iterdir():
        made.unlink()
    assert call("init", "--excel", "crm.xlsx", "--lang", "en").code == 0
    answer = call("check")
    assert answer.code == 0
    assert "the team tab names nobody" in answer.out


@pytest.mark.usefixtures("folder")
def test_check_says_who_may_get_mail() -> None:
    answer = call("check")
    assert "team: 2 people" in answer.out
    assert "names nobody" not in answer.out
