"""The dictionary as a page: every tab and column, who fills it, what it means, its headers in three languages."""

from __future__ import annotations

from typing import Any

from sheetcrm.cli.dictionary import entries
from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import PEOPLE_TABS, TABS
from sheetcrm.schema.column import Tab
from sheetcrm.words import words_of

HEAD = """# The dictionary

Every tab and column of the workbook. `make docs` prints this page from the program; `sheetcrm columns` prints the same
in a terminal, `sheetcrm columns --json` for programs.

Tabs and columns are found by their header, never by their place: in English, Spanish or Russian, by the synonyms
that `templates/locale` lists, by the key in the first column here, or by a name of your own under `aliases` in
`config.yaml`. Only columns marked * must be there. **You** fill the columns in the first table of a tab; the second
table holds what the runner fills. How it computes that is on [its own page](rules.md).

"""
_TYPES = {
    "id": "id (text)",
    "ids": "ids, separated by ;",
    "link": "link or text",
    "email": "mail address",
    "person": "name or address of the team",
    "list": "list",
    "yes_no": "yes or no",
    "datetime": "date, with or without a time",
    "period": "period (6 months, 1 year)",
    "integer": "whole number",
    "money": "amount",
    "percent": "percent",
}


def text() -> str:
    """The whole page. Tables that people fill come first, those that the runner fills after them."""
    toc = "".join(f"- [{_title(tab)}](#{tab.key})\n" for tab in TABS.values())
    return HEAD + toc + "".join(_tab(tab) for tab in TABS.values())


def _title(tab: Tab) -> str:
    return " · ".join(words_of(language).tab(tab.key) for language in LANGUAGES)


def _tab(tab: Tab) -> str:
    rows = entries(tab.key)
    lines = [f"\n## {tab.key}\n", f"**{_title(tab)}.** {_kind(tab)}\n"]
    for owner, heading in (("people", "You fill"), ("runner", "The runner fills")):
        mine = [row for row in rows if row["owner"] == owner]
        if mine:
            lines += [f"{heading}:\n", *_table(mine)]
    lists = {row["key"]: row["values"] for row in rows if row["values"] and row["type"] != "yes_no"}
    if lists:
        lines += ["Words of its lists (any of the three languages may be typed; case and accents do not count):\n"]
        lines += [f"- `{key}`: {_words(values)}" for key, values in lists.items()] + [""]
    return "\n".join(lines)


def _kind(tab: Tab) -> str:
    if tab not in PEOPLE_TABS:
        return "The runner fills this tab; its rows are replaced."
    added = " The runner adds rows at its end." if tab.appended else ""
    return ("You may leave this tab out." if tab.optional else "Needed.") + added


def _table(rows: list[dict[str, Any]]) -> list[str]:
    head = ["| column | español | English | русский | what it holds | meaning |", "|---|---|---|---|---|---|"]
    return head + [_row(row) for row in rows] + [""]


def _row(row: dict[str, Any]) -> str:
    star = " *" if row["required"] else ""
    headers = " | ".join(row["header"][language] for language in LANGUAGES)
    unit = f", {row['unit']}" if row["unit"] and row["unit"] not in ("-", _TYPES.get(row["type"])) else ""
    meaning = row["rule"] + (f" *Blank: {row['blank']}.*" if row["blank"] else "")
    return f"| `{row['key']}`{star} | {headers} | {_TYPES.get(row['type'], row['type'])}{unit} | {plain(meaning)} |"


def _words(values: list[dict[str, str]]) -> str:
    return "; ".join(" / ".join(value[language] for language in LANGUAGES) for value in values)


def plain(said: str) -> str:
    """A docstring's text inside a table of Markdown: single backticks, and no bar that would end its cell."""
    return " ".join(said.replace("``", "`").replace("|", "\\|").split())
