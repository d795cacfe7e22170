"""The brief on the command line: which account, the terminal, the web page, JSON; and the chain in explain."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sheetcrm.cli.briefing import as_json
from sheetcrm.cli.paper import show
from sheetcrm.explain import history
from sheetcrm.mail.brief import html
from sheetcrm.views.brief import Brief
from tests.brief_pages import WHOLE, page_of, state_of
from tests.cli.conftest import Answer

Command = Callable[..., Answer]

NASTY = '<script>alert(1)</script> [red]x[/red] {{ 7*7 }} & "q" 😀\n\u202ezweite Zeile'
TWISTED = {
    "accounts": f"account_id | name | channel | notes\nA-1 | {NASTY.replace(chr(10), chr(92) + 'n')} | javascript:alert(1) | [/bold]",
    "interactions": """
        date       | account_id | contact         | channel | summary                | minutes
        2026-11-01 | A-1        | <b>Eva</b>      | call    | <img src=x onerror=y>  | javascript:alert(1)
        2026-11-02 | A-1        | Eva\\|"onclick=  | call    | 1 < 2 && 3 > 2          | https://example.com/?a=1&b="2"
        2026-11-03 | A-1        | Eva             | call    |                        | http://example.com/plain
    """,
}


class Document(HTMLParser):
    """The tags of a page and their attributes, with a check that they are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def printed(page: Brief, width: int = 80) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        show(page)
    return out.getvalue()


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- the web page


def test_the_web_page_is_one_sound_document() -> None:
    page = Document(html(page_of(WHOLE)))
    assert page.of("html") == [{"lang": "en"}]
    assert len(page.of("h1")) == 1
    assert len(page.of("h2")) == len(page_of(WHOLE).sections)
    assert all(head["scope"] == "col" for head in page.of("th"))
    # Each section is named by its heading, and each id is there once.
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert (
        sorted(attrs["aria-labelledby"] or "" for attrs in page.of("section"))
        == sorted(map(str, ids))
        == sorted(set(map(str, ids)))
    )
    labels = {attrs["data-label"] for attrs in page.of("td")}
    assert {"Phone and email", "Deadline"} <= labels


def test_nothing_is_fetched_and_nothing_runs() -> None:
    text = html(page_of(WHOLE))
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in Document(text).tags}
    assert not re.search(r"url\(|@import|\son\w+=", text)
    assert "default-src 'none'" in text


def test_what_people_typed_is_text_and_never_markup() -> None:
    text = html(page_of(TWISTED))
    page = Document(text)
    assert not {"script", "img", "b"} & {tag for tag, _ in page.tags}
    assert "&lt;script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in text
    assert [link["href"] for link in page.of("a")] == ['https://example.com/?a=1&b="2"'] * 2
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)


@pytest.mark.parametrize("language", ["es", "en", "ru"])
def test_the_web_page_in_each_language(language: str) -> None:
    text = html(page_of(WHOLE, language=language))
    assert Document(text).of("html") == [{"lang": language}]
    if language == "ru":
        shown = re.sub(r"<style>.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)
        assert len(re.findall(r"[А-Яа-яё]+", shown)) > 150


def test_light_and_dark_name_every_colour() -> None:
    text = html(page_of(WHOLE))
    asked = set(re.findall(r"var\((--[\w-]+)\)", text))
    light, dark = (
        set(re.findall(r"(--[\w-]+):", part))
        for part in re.findall(r":root\{([^}]*--page[^}]*--grey-bar[^}]*)\}", text)
    )
    assert asked <= light
    assert light == dark


def test_an_empty_account_has_a_page() -> None:
    page = page_of({"accounts": "account_id | name\nA-1 | Norte"})
    Document(html(page))
    assert "no data" in printed(page)


# --- the terminal


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_terminal_keeps_its_width(width: int) -> None:
    for page in (page_of(WHOLE), page_of(TWISTED)):
        shown = printed(page, width).splitlines()
        assert max(len(line) for line in shown) <= min(width, 110) + 2  # an emoji is two columns
        assert not any(line.endswith(" ") for line in shown)


def test_the_terminal_shows_text_as_it_is() -> None:
    shown = printed(page_of(TWISTED))
    assert "[red]x[/red]" in shown
    assert "[/bold]" in shown
    assert "\x1b" not in shown


# --- JSON


def test_json_has_rows_by_column_and_stable_keys() -> None:
    found = json.loads(json.dumps(as_json(page_of(WHOLE))))
    assert (found["account_id"], found["as_of"], found["kind"]) == ("A-1", "2026-11-18", "visit")
    sections = {section["key"]: section for section in found["sections"]}
    (ticket,) = sections["service"]["tables"][0]["rows"]
    assert ticket["ticket_id"]["text"] == "T-1 · M-7: No power"
    assert sections["attention"]["lists"][0]["lines"][0] == {
        "text": "Credit blocked since 2 Nov 2026",
        "tone": "red",
        "link": "",
    }


# --- the command


def test_the_page_of_an_account_by_its_name(folder: Path, sheetcrm: Command) -> None:
    before = sha(folder / "crm.xlsx")
    answer = sheetcrm("brief", "yarrow med")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Executive report: Yarrow Medical Centre\nA-001 · 23 Nov 2026")
    assert "Suggested agenda" in answer.out
    # It reads only: no ledger is made.
    assert sha(folder / "crm.xlsx") == before
    assert not (folder / "state").exists()


def test_the_page_in_another_language_and_of_another_day(sheetcrm: Command) -> None:
    answer = sheetcrm("brief", "A-001", "--language", "ru", "--json")
    assert answer.json["language"] == "ru"
    assert answer.json["title"] == "Отчёт для руководства: Yarrow Medical Centre"


def test_an_account_that_is_not_there(sheetcrm: Command) -> None:
    answer = sheetcrm("brief", "Yarow")
    assert answer.code == 2
    assert answer.out == ""
    assert "A-001  Yarrow Medical Centre" in answer.err
    assert "Traceback" not in answer.err


def test_several_accounts_that_could_be_meant(sheetcrm: Command) -> None:
    answer = sheetcrm("brief", "A-0")
    assert answer.code == 2
    assert "accounts match A-0; name one by its id" in answer.err
    assert "… and " in answer.err


@pytest.mark.proof
def test_the_web_page_is_made_once_and_replaced_only_when_told(folder: Path, sheetcrm: Command) -> None:
    path = folder / "yarrow.html"
    assert sheetcrm("brief", "A-001", "--html", str(path)).out == f"Made {path}.\n"
    first = path.read_text(encoding="utf-8")
    Document(first)
    path.write_text("mine")
    refused = sheetcrm("brief", "A-001", "--html", str(path))
    assert (refused.code, path.read_text()) == (2, "mine")
    assert "--yes" in refused.err
    assert sheetcrm("brief", "A-001", "--html", str(path), "--yes").code == 0
    assert path.read_text(encoding="utf-8") == first
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize("place", [".", "nowhere/page.html"])
def test_a_place_where_no_page_can_be_made(place: str, folder: Path, sheetcrm: Command) -> None:
    answer = sheetcrm("brief", "A-001", "--html", str(folder / place))
    assert answer.code == 2
    assert "folder" in answer.err


# --- explain


def test_explain_shows_the_chain_of_a_contract(sheetcrm: Command) -> None:
    answer = sheetcrm("explain", "C-1074", "--tab", "contracts")
    chain = answer.out[answer.out.index("contracts.chain:") :].splitlines()
    terms = [line.strip() for line in chain if line.strip().startswith("C-")]
    assert [line.split()[0] for line in terms] == ["C-1030", "C-1074"]
    assert terms[0].endswith(": renewed")
    assert terms[1].endswith("follows C-1030")


def test_the_chain_in_explain_names_what_was_joined_and_what_cant_be_read() -> None:
    state = state_of(
        {
            "accounts": "account_id | name\nA-1 | Norte",
            "contracts": """
                contract_id | account_id | start_date | end_date   | predecessor_id
                C-1         | A-1        | 2024-01-01 | 2024-12-31 |
                C-2         | A-1        | 2024-02-01 | soon       |
                C-3         | A-1        | 2025-01-01 |            | C-1; C-2
                C-9         | A-1        | 2025-01-01 | 2025-12-31 |
            """,
        }
    )
    why = history(state, 2)
    assert why is not None
    assert why.rows == [
        ("C-1", "2024-01-01 to 2024-12-31: renewed"),
        ("C-2", "2024-02-01 to ?: (blank)"),
        ("C-3", "2025-01-01 to open: evergreen, follows C-1 and C-2"),
    ]
    # A term's own chain leaves out what was joined beside it.
    other = history(state, 0)
    assert other is not None
    assert [id for id, _ in other.rows] == ["C-1", "C-3"]
    assert history(state, 3) is None
