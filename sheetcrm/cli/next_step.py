"""``sheetcrm`` alone: what comes next in this folder, in its language.

It answers at once: the workbook is looked into only while it has never run, and then only whether its tabs hold rows.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from sheetcrm.cli.context import Options, Place, place
from sheetcrm.cli.exits import UsageError
from sheetcrm.words import Words, words_of

if TYPE_CHECKING:
    from sheetcrm.cli.reporting import Status

MARKS = {"ok": "✓", "note": "·", "bad": "✗"}
MOST_SHEETS = 3
"""Workbooks of a folder without settings that are named."""
_EMPTY = {"team": 1, "accounts": 2, "contracts": 2}
"""The tabs that are filled first → rows that they have while nobody has: the header, and an example below it."""
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_WIDTH = 80
_SMALL_TAB = 200_000
"""Bytes beyond which a tab holds rows, whatever they are."""


@dataclass(frozen=True)
class Step:
    """Something that is so, and the commands that go on from there. A command of which more is to be said has it."""

    state: Literal["ok", "note", "bad"]
    what: str
    commands: Sequence[tuple[str, str]] = ()


def tell() -> None:
    """Print what comes next in the current folder. Always exit code 0: nothing was asked to be done."""
    print("\n".join(in_words(*found())))


def in_words(about: str, steps: Sequence[Step], words: Words) -> list[str]:
    """The lines for a terminal: where we are, how it is, and the next command."""
    lines = [about] if about else []
    width = max((len(command) for step in steps for command, _ in step.commands), default=0)
    for step in steps:
        first, *rest = step.what.splitlines()
        lines += wrap(f"{MARKS[step.state]} {first}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        lines += rest
        lines += [f"    {command:{width}}  {what}".rstrip() for command, what in step.commands]
    more = words.text("next.more", command="sheetcrm --help")
    return [*lines, "", more]


def found() -> tuple[str, Sequence[Step], Words]:
    """What this folder is, its steps in the order in which to take them, and the words to say it in."""
    if not Path("config.yaml").is_file():
        words = words_of(_speaker())
        return "", [_begin(words)], words
    from sheetcrm.config import ConfigError

    try:
        where = place(Options())
    except ConfigError as error:
        words = words_of(_speaker())
        mistakes = words.text("next.settings", mistakes="\n    ".join(error.mistakes))
        return "", [Step("bad", mistakes, _then("check"))], words
    except UsageError:
        words = words_of(_speaker(_language()))
        return "", [_without_workbook(words)], words
    words = words_of(_speaker(where.cfg.language))
    if not (where.state / "ledger.db").is_file():
        return where.name, [_never_run(where, words), *_mail(where, words)], words
    from datetime import datetime

    from sheetcrm.cli.reporting import look

    status = look(where, datetime.now(where.cfg.zone))
    return _headline(where, status, words), list(_steps(where, status, words)), words


def _begin(words: Words) -> Step:
    own = sorted(path.name for path in Path().glob("*.xls[xm]") if not path.name.startswith(("~$", ".")))
    adopts = [
        (f"sheetcrm adopt {shlex.quote(name)} crm/crm.xlsx", words.text("next.adopt")) for name in own[:MOST_SHEETS]
    ]
    new = "crm.xlsx" if "crm.xlsx" not in own else "crm/crm.xlsx"
    commands = [
        *adopts,
        ("sheetcrm demo", words.text("next.demo")),
        (f"sheetcrm init --excel {new}", words.text("next.init")),
        ("sheetcrm init --google ADDRESS", words.text("next.google")),
    ]
    return Step("note", words.text("next.nothing"), commands)


def _without_workbook(words: Words) -> Step:
    from sheetcrm.config import load

    named = load(Path("config.yaml")).workbook
    if not named:
        return Step("bad", words.text("next.no_workbook"), _then("init --excel crm.xlsx"))
    return Step("bad", words.text("next.lost_workbook", workbook=named), _then(f"init --excel {shlex.quote(named)}"))


def _never_run(where: Place, words: Words) -> Step:
    if where.workbook is not None and _is_empty(where.workbook, words):
        tabs = {key: words.tab(key) for key in _EMPTY}
        return Step("note", words.text("next.empty", **tabs), _then("check"))
    commands = [(f"sheetcrm {name}", words.text(f"next.{name}")) for name in ("check", "plan", "run")]
    return Step("note", words.text("next.never"), commands)


def _is_empty(workbook: Path, words: Words) -> bool:
    """Whether nobody is in the team and the other tabs hold no more than an example. False where that can't be told."""
    from sheetcrm.sync.excel.book import open_book
    from sheetcrm.sync.excel.limits import Limits
    from sheetcrm.sync.excel.refused import Refused

    try:
        book = open_book(workbook.read_bytes(), Limits())
        parts = {tab.title.casefold(): tab.entry for tab in book.tabs}
        for key, most in _EMPTY.items():
            part = parts.get(words.tab(key).casefold())
            if part is None or part.size > _SMALL_TAB or len(_ROW.findall(book.archive.read(part))) > most:
                return False
    except (Refused, OSError):
        return False
    return True


def _headline(where: Place, status: Status, words: Words) -> str:
    parts = [where.name]
    if status.last_run:
        parts.append(words.text("next.last_run", at=status.last_run))
    if status.serving and status.next:
        first = status.next[0]
        parts.append(words.text("next.slot", at=first["at"], task=first["task"]))
    return " · ".join(parts)


def _steps(where: Place, status: Status, words: Words) -> Iterator[Step]:
    """What a person should look at, the most urgent first; the tick where there is nothing of that kind."""
    steps = [*_failures(status, words), *_letters(status, words)]
    yield from steps or [Step("ok", words.text("next.well"))]
    yield from _mail(where, words)
    if not status.serving:
        yield Step("note", words.text("next.not_serving"), _then("serve"))


def _failures(status: Status, words: Words) -> Iterator[Step]:
    last = status.runs[0] if status.runs else None
    if last is not None and last["state"] in ("failed", "broken"):
        why = f" {last['error']}" if last["error"] else ""
        yield Step("bad", words.text("next.failed", at=last["started"]) + why, _then("check", "run"))
    elif last is not None and last["state"] == "postponed":
        yield Step("bad", words.text("next.postponed", at=last["started"]), _then("run"))
    for failure in status.failures:
        yield Step("bad", f"{failure['text']}", _then("status"))


def _letters(status: Status, words: Words) -> Iterator[Step]:
    for state in ("failed", "held", "queued"):
        count = status.letters.get(state, 0)
        if count:
            level: Literal["note", "bad"] = "note" if state == "queued" else "bad"
            yield Step(level, words.plural(f"next.letters_{state}", count), _then("outbox list"))


def _mail(where: Place, words: Words) -> Iterator[Step]:
    mail = where.cfg.mail
    if not mail.allowed:
        yield Step("bad", words.text("next.nobody"), _then("check"))
    elif not mail.has_server:
        files = words.text("next.no_mail", folder=where.state / "outbox", page="docs/mail.md")
        yield Step("note", files, _then("check --send-test ADDRESS"))


def _then(*commands: str) -> Sequence[tuple[str, str]]:
    return [(f"sheetcrm {command}", "") for command in commands]


def _language() -> str:
    from sheetcrm.config import load

    return load(Path("config.yaml")).language


def _speaker(language: str = "") -> str:
    """The language of the settings; else the one that this terminal speaks, where we speak it too."""
    from sheetcrm.languages import LANGUAGES

    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return language or (spoken[:2] if spoken[:2] in LANGUAGES else "en")
