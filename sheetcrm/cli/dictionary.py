"""``columns``: the dictionary, printed from the schema, the locale and the rules' own docstrings."""

from __future__ import annotations

import json
from typing import Any

from sheetcrm.cli.exits import UsageError
from sheetcrm.columns import Doc
from sheetcrm.languages import LANGUAGES
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Column, Tab
from sheetcrm.words import words_of


def columns(tab: str | None, *, as_json: bool) -> None:
    """Print all columns, or those of one tab."""
    if tab is not None and tab not in TABS:
        raise UsageError(f"There is no tab {tab}. The tabs are: {', '.join(TABS)}")
    rows = entries(tab)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _print(rows)


def entries(tab: str | None = None) -> list[dict[str, Any]]:
    """One entry per column, in the order of the workbook."""
    docs = {rule.key: rule.doc() for rule in (*first(), *afterwards()) if rule.show}
    return [
        _entry(each, column, docs.get(f"{each.key}.{column.key}"))
        for each in TABS.values()
        if tab in (None, each.key)
        for column in each.columns
    ]


def _entry(tab: Tab, column: Column, doc: Doc | None) -> dict[str, Any]:
    words = {language: words_of(language) for language in LANGUAGES}
    return {
        "tab": tab.key,
        "title": {language: words[language].tab(tab.key) for language in LANGUAGES},
        "key": column.key,
        "type": column.type.value,
        "owner": column.owner,
        "required": column.required,
        "header": {language: words[language].header(tab.key, column.key) for language in LANGUAGES},
        "values": [
            {"key": key, **{language: words[language].value(column.value_set, key) for language in LANGUAGES}}
            for key in column.values
        ],
        "rule": doc.rule if doc else words["en"].note(tab.key, column.key),
        "unit": (doc.unit if doc else "") or column.unit,
        "source": doc.source if doc else ("domain 3" if tab.kind == "people" else "domain 7"),
        "blank": doc.blank if doc else "",
        "decimals": column.decimals,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for tab in dict.fromkeys(row["tab"] for row in rows):
        mine = [row for row in rows if row["tab"] == tab]
        table = Table(
            "column", "type", "filled by", "meaning", title=f"{tab} · {mine[0]['title']['es']}", title_justify="left"
        )
        for row in mine:
            star = " *" if row["required"] else ""
            unit = f" [{row['unit']}]" if row["unit"] else ""
            table.add_row(row["key"] + star, row["type"], row["owner"], (row["rule"] + unit).replace("[", "\\["))
        console.print(table)
