"""``brief``: one page about an account before a visit, in the terminal, as a web page or as JSON. Reads only."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, job, place, progress
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.whole_file import require_free, write_file
from sheetcrm.plan import language_of
from sheetcrm.sentences import sentences
from sheetcrm.views.brief import Brief, Found, brief, find_account
from sheetcrm.words import words_of

if TYPE_CHECKING:
    from sheetcrm.run import Look


def make(options: Options, asked: str, *, html: Path | None, language: str | None, yes: bool) -> None:
    """Print the brief of the one account that ``asked`` names, or write it as a web page to ``html``."""
    from sheetcrm.run import look

    if html is not None:
        require_free(html, option="--html", example="brief.html", yes=yes)
    where = place(options)
    with progress(options) as step:
        seen = look(job(options, where, step=step))
    page = _page(seen, asked, language or language_of(where.cfg, seen.snapshot), where.cfg)
    if html is not None:
        _write(page, html)
    if options.json:
        print(json.dumps(as_json(page), ensure_ascii=False))
    elif html is None:
        from sheetcrm.cli.paper import show

        show(page)
    else:
        print(f"Made {html}.")


def _page(seen: Look, asked: str, language: str, cfg: Any) -> Brief:
    state = seen.plan.state
    if state is None:
        raise RuntimeError("the plan holds no evaluated state")
    found = find_account(state, asked)
    if found.row < 0:
        raise UsageError(not_found(asked, found))
    return brief(state, found.row, cfg, words_of(language), sentences(state))


def not_found(asked: str, found: Found) -> str:
    """Why no account is meant, and which it could be."""
    named = "\n".join(f"  {id}  {name}".rstrip() for id, name in found.candidates)
    if found.several:
        left = found.several - len(found.candidates)
        more = f"\n  … and {left} more" if left else ""
        return f"{found.several} accounts match {asked}; name one by its id:\n{named}{more}"
    if named:
        return f"No account has the id or name {asked}. Most alike:\n{named}"
    return f"No account has the id or name {asked}, or one like it. The ids stand on the tab of accounts."


def as_json(page: Brief) -> dict[str, Any]:
    """The page for programs: stable keys, texts in the page's language, days as ISO."""
    whole = asdict(page)
    whole["as_of"] = page.as_of.isoformat()
    for section in whole["sections"]:
        parts = section.pop("parts")
        section["tables"] = [_table(part) for part in parts if "columns" in part]
        section["lists"] = [part for part in parts if "lines" in part]
    return whole


def _table(table: dict[str, Any]) -> dict[str, Any]:
    """A table with each row as a record by column key."""
    keys = [key for key, _ in table["columns"]]
    return {
        **table,
        "columns": [{"key": key, "label": label} for key, label in table["columns"]],
        "rows": [dict(zip(keys, row, strict=True)) for row in table["rows"]],
    }


def _write(page: Brief, path: Path) -> None:
    from sheetcrm.mail.brief import html

    write_file(path, html(page).encode())
