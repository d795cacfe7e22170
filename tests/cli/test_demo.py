"""The demo: three mornings, and a story whose every number stands in the workbook and in the mails."""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetcrm.cli.demo_pictures import draw
from sheetcrm.cli.demo_played import Played
from sheetcrm.cli.demo_story import told
from sheetcrm.cli.demonstration import FIRST, _days, play
from sheetcrm.words import words_of
from tests.cli.conftest import call

pytestmark = pytest.mark.proof

TODAY = date(2026, 11, 23)
KINDS = ["renew", "acknowledge", "snooze", "close"]


class Demo:
    """A demo that was played: its folder, its story, and the workbook as it stood before each run and at the end."""

    def __init__(self, folder: Path, language: str, today: date) -> None:
        self.folder = folder
        with contextlib.redirect_stdout(io.StringIO()):
            self.played, self.where = play(folder, language, 1, today)
        self.lines = told(self.played, words_of(language), folder, self.where)
        self.text = " ".join(" ".join(self.lines).split())
        self.books = [*sorted((folder / "state" / "backups").glob("*.xlsx")), folder / "crm.xlsx"]

    def rows(self, book: int, tab: str) -> dict[str, dict[str, Any]]:
        """A tab of the workbook before that run (-1: at the end) by its ids, as Excel shows it."""
        sheet = openpyxl.load_workbook(self.books[book], read_only=True, data_only=True)[tab]
        rows = sheet.iter_rows(values_only=True)
        headers = next(rows)
        key = headers.index("Key") if "Key" in headers else 0
        return {str(row[key]): dict(zip(headers, row, strict=False)) for row in rows if row[0] is not None}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("story") / "demo", "en", TODAY)


def act(played: Played, kind: str) -> Any:
    return next(each for each in played.acts if each.kind == kind)


def test_the_mornings_are_the_last_three_business_days() -> None:
    assert _days(TODAY) == (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23))
    assert _days(date(2026, 11, 22)) == (date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20))


def test_what_was_found_stands_in_the_workbook(demo: Demo) -> None:
    found = re.search(r"Found: (\d+) contracts about to end, (\d+) at high risk, (\d+) accounts in red", demo.text)
    assert found is not None
    contracts, accounts = demo.rows(1, "Contracts").values(), demo.rows(1, "Accounts").values()
    # The acts are typed into this book; none of them changes a computed cell.
    assert int(found[1]) == sum(row["Status"] == "expiring" for row in contracts)
    assert int(found[3]) == sum(row["Health band"] == "red" for row in accounts)


def test_everybody_acts_once_and_on_an_account_of_their_own(demo: Demo) -> None:
    assert [each.kind for each in demo.played.acts] == KINDS
    assert len({each.about for each in demo.played.acts}) == len(KINDS)
    assert all(each.person in demo.text for each in demo.played.acts)


def test_a_renewed_contract_has_its_next_term_the_next_morning(demo: Demo) -> None:
    id = act(demo.played, "renew").id
    before, after = demo.rows(0, "Contracts"), demo.rows(-1, "Contracts")
    assert f"{id}/2" not in before
    assert after[id]["Status"] == "renewed"
    until = words_of("en").date(after[f"{id}/2"]["End date"])
    assert f"is renewed; its next term, {id}/2, stands in the workbook, until {until}." in demo.text


def test_an_acknowledged_alert_climbs_to_nobody(demo: Demo) -> None:
    done = act(demo.played, "acknowledge")
    alerts = demo.rows(-1, "Alerts")
    assert alerts[done.id]["Status"] == "acknowledged"
    assert alerts[done.id]["Acknowledged by"] == done.person
    rungs = [key for key in alerts if key.startswith(f"{done.on}|") and " rung " in key]
    assert rungs == []


def test_a_snoozed_contract_is_silent(demo: Demo) -> None:
    done = act(demo.played, "snooze")
    days = {row["Alerted on"].date() for row in demo.rows(-1, "Alerts").values() if row["Contract ID"] == done.on}
    assert max(days) == demo.played.mornings[0].day
    assert f"Nothing is said of {done.on}" in demo.text


def test_the_health_that_is_told_stands_in_the_workbook(demo: Demo) -> None:
    done = act(demo.played, "close")
    before, after = (demo.rows(book, "Accounts")[done.about] for book in (1, 2))
    assert after["Health"] > before["Health"]
    scores = f"from {before['Health']} ({before['Health band']}) to {after['Health']} ({after['Health band']})"
    assert f"The health of {after['Name']} goes {scores}." in demo.text


def test_where_nobody_moved_somebody_else_is_told_on_the_third_day(demo: Demo) -> None:
    climbed = re.search(r"Nobody moved on (\S+) \(", demo.text)
    assert climbed is not None
    rungs = [key for key in demo.rows(-1, "Alerts") if key.startswith(f"{climbed[1]}|") and " rung " in key]
    assert rungs


def test_the_letters_that_are_told_are_in_the_folder(demo: Demo) -> None:
    files = list((demo.folder / "outbox").glob("*.eml"))
    sent = [int(count) for count in re.findall(r"(\d+) mails?:", demo.text)]
    assert sum(sent) == len(files)
    assert f"({len(files)} letters;" in demo.text
    team = {row["Email"]: row["Name"] for row in demo.rows(-1, "Team").values()}
    for file in files:
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert team[str(letter["To"])] in demo.text


def test_a_second_run_on_the_same_morning_does_nothing(demo: Demo) -> None:
    assert demo.played.again.state == "unchanged"
    assert demo.played.again.letters.get("sent", 0) == 0
    assert "Another run on the same morning: nothing to write, nobody to tell." in demo.text


def test_the_story_fits_a_terminal_and_says_where_everything_is(demo: Demo) -> None:
    assert len(demo.lines) <= 45
    assert max(len(line) for line in demo.lines[:-4]) <= 80
    assert str(demo.folder / "crm.xlsx") in demo.text
    assert "enabled: false" in (demo.folder / "config.yaml").read_text(encoding="utf-8")


def test_the_story_names_the_pictures_where_there_are_any(demo: Demo) -> None:
    first, third = demo.folder / "dashboard-1.png", demo.folder / "dashboard-3.png"
    named = told(demo.played, words_of("en"), demo.folder, demo.where, [first, third])
    assert [line for line in named if line not in demo.lines] == [f"Pictures:  {first} → {third}   (the dashboard)"]


def test_where_nothing_can_draw_there_are_no_pictures(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert draw({"dashboard-1": demo.folder / FIRST}, demo.folder) == []


@pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftoppm") is None, reason="needs LibreOffice and poppler"
)
def test_the_dashboards_of_the_first_and_the_third_morning_are_drawn_and_differ(demo: Demo, tmp_path: Path) -> None:
    drawn = draw({"dashboard-1": demo.folder / FIRST, "dashboard-3": demo.folder / "crm.xlsx"}, tmp_path)
    assert [picture.name for picture in drawn] == ["dashboard-1.png", "dashboard-3.png"]
    assert drawn[0].read_bytes()[:4] == b"\x89PNG"
    assert drawn[0].read_bytes() != drawn[1].read_bytes()


def test_a_demo_never_writes_over_another(demo: Demo) -> None:
    answer = call("demo", "--folder", str(demo.folder))
    assert answer.code == 2
    assert "--folder" in answer.err


@pytest.mark.parametrize(("language", "ago"), [*(("en", ago) for ago in range(1, 7)), ("es", 0), ("ru", 0)])
def test_the_story_has_all_its_acts_on_any_day_and_in_any_language(language: str, ago: int, tmp_path: Path) -> None:
    told_of = Demo(tmp_path / "demo", language, TODAY - timedelta(ago))
    assert [each.kind for each in told_of.played.acts] == KINDS
    assert told_of.played.again.state == "unchanged"
