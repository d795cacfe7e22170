"""A localised workbook, letter, page or screen says nothing in another language: looked for in every text there is."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO

import pytest

from sheetcrm.cli import paper, plan_paper
from sheetcrm.languages import LANGUAGES
from sheetcrm.mail import brief, examples
from sheetcrm.mail.compose import compose
from sheetcrm.model import Value
from sheetcrm.render import cell, cells
from sheetcrm.resources import resource
from sheetcrm.run import Look
from sheetcrm.sample import sample
from sheetcrm.schema import TABS
from sheetcrm.sentences import sentences
from sheetcrm.views.brief import brief as page_of
from sheetcrm.words import words_of
from tests.mail import bodies
from tests.mail.every import NOW, letters, parts
from tests.test_sample_replay import CFG, typed
from tests.test_sample_shown import SEED, TODAY, shown
from tests.tongues import Tongue

pytestmark = pytest.mark.proof

LOCALISED = ("es", "ru")
"""The languages whose texts are translations."""
SHOWN = re.compile(r"<(?:\w+:)?t(?: [^>]*)?>([^<]*)<|(?:prompt|error|promptTitle|errorTitle|tooltip)=\"([^\"]*)\"")
LISTS = re.compile(r"<formula1>&quot;(.*?)&quot;</formula1>|<formula1>\"(.*?)\"</formula1>")


@cache
def people(language: str) -> tuple[str, ...]:
    """What the people of the sample company typed, and the tasks that stand there by now in their language."""
    rows = (row for tab in sample(SEED, TODAY, language).values() for row in tab)
    tasks = [row.values for row in shown(language).rows if row.tab == "tasks"]
    return tuple({value for row in (*rows, *tasks) for value in row.values() if isinstance(value, str)})


@cache
def tongue(language: str, people_of: str) -> Tongue:
    return Tongue(language, people(people_of))


def odd(language: str, texts: Iterable[tuple[str, str]], *, people_of: str) -> dict[str, str]:
    """Each odd word with the place and the text where it stands first. ``people_of``: whose words are never odd."""
    judge = tongue(language, people_of)
    found: dict[str, str] = {}
    for place, text in texts:
        for word in judge.odd(text):
            found.setdefault(word, f"{place}: {text[:120]}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_judge_notices_other_languages_and_keys(language: str) -> None:
    judge = Tongue(language, ["Hotel Sol", "Kyocera taskalfa"])
    strange = {"es": "overdue просрочена", "en": "vencida просрочена", "ru": "overdue vencida"}[language]
    assert judge.odd(f"{strange} first_contact Kyocera ana@example.com C-1042 config.yaml") == {
        *strange.split(),
        "first_contact",
    }
    assert judge.odd(f"{words_of(language).text('mail.sheet_follows')} Hotel") == set()


@pytest.mark.parametrize("language", LOCALISED)
def test_the_empty_workbook(language: str) -> None:
    book = resource(f"templates/sheetcrm-{language}.xlsx").read_bytes()
    texts = list(_parts(book))
    assert len(texts) > 500
    # The example rows are a company like that of the sample.
    assert odd(language, texts, people_of=language) == {}


def _parts(book: bytes) -> Iterator[tuple[str, str]]:
    """Every text of a workbook: cells, notes, titles of charts, what a cell asks for, lists."""
    with zipfile.ZipFile(BytesIO(book)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/") and name.endswith(".xml"):
                source = parts.read(name).decode()
                for found in (*SHOWN.finditer(source), *LISTS.finditer(source)):
                    yield name, html.unescape(html.unescape(found[1] or found[2] or ""))


@pytest.mark.parametrize("language", LOCALISED)
def test_what_the_runner_writes_into_the_workbook(language: str) -> None:
    assert odd(language, _written(language), people_of=language) == {}


def _written(language: str) -> Iterator[tuple[str, str]]:
    """The cells of the sample company that the runner fills, as they are written."""
    plan, words = shown(language), words_of(language)

    def said(place: str, values: list[Value]) -> Iterator[tuple[str, str]]:
        return ((place, value) for value in dict.fromkeys(values) if isinstance(value, str))

    for block in plan.blocks:
        column = TABS[block.tab].column(block.column)
        yield from said(f"{block.tab}.{block.column}", cells(block.after, column, words))
    for row in plan.rows:
        tab = TABS[row.tab]
        yield from said(row.tab, [cell(value, tab.column(key), words) for key, value in row.values.items()])
    for table in plan.tabs:
        columns = [TABS[table.tab].column(key) for key in table.columns]
        for cells_ in table.rows:
            yield from said(
                table.tab, [cell(value, column, words) for value, column in zip(cells_, columns, strict=True)]
            )
    yield from said("dashboard", [*plan.dashboard.values()])


@pytest.mark.parametrize("language", LOCALISED)
def test_the_letters_of_a_day(language: str) -> None:
    """Each in its reader's language, which need not be the workbook's."""
    found = shown(language).messages
    assert {said.language for said in found} == set(LANGUAGES)
    for of in LANGUAGES:
        texts = ((said.kind, text) for said in found if said.language == of for text in _said(*parts(said)))
        assert odd(of, texts, people_of=language) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_of_each_kind(language: str) -> None:
    judge = Tongue(language, [*examples._ACCOUNTS, *examples._NAMES[language], *bodies._ACCOUNTS, "compras"])
    for (kind, of), found in letters().items():
        assert {text: judge.odd(text) for text in _said(*found) if of == language and judge.odd(text)} == {}, kind


def _said(subject: str, text: str, page: str) -> tuple[str, str, str]:
    return subject, text, _text(page)


@pytest.mark.parametrize("language", LOCALISED)
def test_the_briefs_of_some_accounts(language: str) -> None:
    state, words = shown(language).state, words_of(language)
    say = sentences(state)
    pages = ((f"row {row}", brief.html(page_of(state, row, CFG, words, say))) for row in range(0, 40, 5))
    assert odd(language, ((place, _text(page)) for place, page in pages), people_of=language) == {}


def _text(page: str) -> str:
    """What is read of a page, and of its labels."""
    body = page.partition("<body>")[2]
    labels = " ".join(re.findall(r'(?:aria|data)-label="([^"]*)"', body))
    return html.unescape(f"{re.sub(r'<[^>]+>', ' ', body)} {labels}")


@pytest.mark.parametrize("language", LOCALISED)
def test_the_terminal_where_it_speaks_the_sheets_language(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Wide, so that no address is broken into words.
    monkeypatch.setenv("COLUMNS", "300")
    plan, words = shown(language), words_of(language)
    letters = [compose(said, sender="bot@example.com", domain="example.com", now=NOW) for said in plan.messages]
    ours = [letter for letter, said in zip(letters, plan.messages, strict=True) if said.language == language]
    plan_paper.show(Look(plan, typed(sample(SEED, TODAY, language), language), ours), words, every=True)
    paper.show(page_of(plan.state, 0, CFG, words, sentences(plan.state)))
    printed = capsys.readouterr().out
    assert len(printed.splitlines()) > 200
    assert odd(language, [("terminal", line) for line in printed.splitlines()], people_of=language) == {}
