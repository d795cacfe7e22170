"""``init --google``: lays out a Google Sheet that people made and shared, and writes its settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcrm.cli.context import day
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.setup import quoted, settings_text

if TYPE_CHECKING:
    from sheetcrm.config import Config
    from sheetcrm.sync.google.layout import LaidOut
    from sheetcrm.sync.google.layout.lay_out import Rows

SETTINGS = Path("config.yaml")
DEFAULT_LANGUAGE = "es"


def init(
    workbook: str,
    language: str | None,
    *,
    credentials: Path | None,
    config: Path | None,
    sample: bool,
    seed: int,
    as_of: str | None,
    rows: Rows | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Draw what the sheet lacks, write settings where there are none, and say what was done and what comes next.

    ``rows`` (tab → rows of people's values) fill a blank sheet; a UsageError where it is not. ``say``
    gets each line of what was done.
    Raises UsageError for what is no address of a sheet, and the errors of ``sync.google`` in words.
    """
    from sheetcrm.sync.google.auth import account
    from sheetcrm.sync.google.place import file_id_of, sheet_url

    settings = config or SETTINGS
    cfg = _settings(settings, credentials)
    who = account(cfg.google, settings.parent)
    book = file_id_of(workbook)
    if book is None:
        raise UsageError(_how_to_make(workbook, who.email))
    if cfg.workbook and file_id_of(cfg.workbook) != book:
        raise UsageError(
            f"{settings} is the settings of another workbook ({cfg.workbook}). Work in a folder of its own, or name "
            "other settings:  --config FILE"
        )
    if rows is None and sample:
        language = language or cfg.language or DEFAULT_LANGUAGE
        rows = _sample(language, seed, as_of)
    elif rows is not None:
        _require_blank(cfg, settings.parent, book)
    done = _lay_out(cfg, settings.parent, book, language or cfg.language, rows)
    for line in _told(done, sample):
        say(line)
    _keep_settings(settings, cfg, sheet_url(book), done.language, sample, say)
    option = "" if settings == SETTINGS else f" --config {settings}"
    say(f"Next:  sheetcrm check{option}   then   sheetcrm plan{option}")


def _settings(path: Path, credentials: Path | None) -> Config:
    """The settings in that file, else the defaults; a key named on the command line counts before both."""
    from sheetcrm.config import load

    cfg = load(path if path.is_file() else None)
    if credentials is None:
        return cfg
    return cfg.model_copy(
        update={"google": cfg.google.model_copy(update={"credentials_file": _beside(credentials, path.parent)})}
    )


def _beside(file: Path, folder: Path) -> str:
    """A file's path as settings in that folder name it."""
    return Path(os.path.relpath(file, folder)).as_posix()


def _how_to_make(workbook: str, email: str) -> str:
    return (
        f"{workbook} is not the address of a Google Sheet. The account can fill a sheet but not own one, so:\n"
        "1. Make an empty sheet yourself: open https://sheets.new\n"
        f"2. Press Share, add {email} as Editor, untick Notify, and press Share.\n"
        "3. Copy the address from the browser's bar, and give it between quotes:\n"
        '   sheetcrm init --google "https://docs.google.com/spreadsheets/d/…"'
    )


def _sample(language: str, seed: int, as_of: str | None) -> Rows:
    from sheetcrm.sample import sample

    return sample(seed, day(as_of) if as_of else datetime.now().astimezone().date(), language)


def _require_blank(cfg: Config, folder: Path, book: str) -> None:
    """Rows never come between people's own."""
    from sheetcrm.reading.options import Options
    from sheetcrm.sync.google.backend import open_sheet
    from sheetcrm.sync.google.layout.present import look

    found = look(open_sheet(cfg, book, folder).transport, book, Options.of(cfg))
    if not found.blank:
        raise UsageError(f"{found.title} is not empty, and rows never come between people's own. Make an empty sheet.")


def _lay_out(cfg: Config, folder: Path, book: str, language: str, rows: Rows | None) -> LaidOut:
    from sheetcrm.reading.options import Options
    from sheetcrm.sync.google.backend import open_sheet
    from sheetcrm.sync.google.errors import Unanswered
    from sheetcrm.sync.google.layout import lay_out

    try:
        return lay_out(open_sheet(cfg, book, folder).transport, book, language, Options.of(cfg), rows)
    except Unanswered as error:
        raise Unanswered(
            f"{error}\nNobody knows whether the sheet was drawn. Call init again: what is there is not made twice.",
            error.status,
        ) from None


def _told(done: LaidOut, sample: bool) -> Iterator[str]:
    """What was drawn, and what was left alone and why."""
    if done.tabs:
        yield f"{done.title}: made {len(done.tabs)} tabs: {', '.join(done.tabs)}."
    for title, headers in done.columns.items():
        yield f"{done.title}: added to the right of {title}: {', '.join(headers)}."
    if done.charts:
        yield f"{done.title}: brought the dashboard's charts up to date."
    if not (done.tabs or done.columns or done.charts):
        yield f"{done.title}: everything is there already; nothing was changed."
    for title, headers in done.lacking.items():
        yield f"! {title} was left alone: it needs the columns {', '.join(headers)}. Add them, then call init again."
    for title in done.strange:
        yield f"! {title} was left alone: it holds something else. Rename it and call init again to get ours."
    if sample and not done.was_blank:
        yield "! The made-up company was not written: the sheet is not empty."
    if done.locale and done.locale.split("_")[0] != done.language:
        yield (
            f"! The sheet's country setting is {done.locale}: dates typed into it are read that country's way. "
            "Change it under File, Settings, Locale."
        )


def _keep_settings(
    path: Path, cfg: Config, url: str, language: str, sample: bool, say: Callable[[str], None] = print
) -> None:
    """Settings where there are none; those that exist are people's and only told what they lack."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(settings_text(url, language, sample) + _account(cfg), encoding="utf-8")
        say(f"Made {path}.")
        if not sample:
            say(f"Fill in the tabs (start with the team) and put your mail domain into mail.allowed in {path}.")
    elif not cfg.workbook:
        say(f"Put this line into {path}:  workbook: {quoted(url)}")


def _account(cfg: Config) -> str:
    key = cfg.google.credentials_file
    return f"google:\n  credentials_file: {quoted(key)}\n" if key else ""
