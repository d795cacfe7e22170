"""``init``: a new workbook and its settings; nothing that exists is overwritten."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from sheetcrm.cli.context import day
from sheetcrm.cli.exits import UsageError

SAMPLE_DOMAIN = "example.com"


def init(excel: Path, language: str, *, sample: bool, seed: int, as_of: str | None) -> None:
    """Make the workbook and a minimal config.yaml beside it, and say what comes next."""
    if excel.suffix.lower() != ".xlsx":
        raise UsageError(
            f"The workbook's name should end in .xlsx:  sheetcrm init --excel {excel.with_suffix('.xlsx')}"
        )
    settings = excel.parent / "config.yaml"
    for path in (excel, settings):
        if path.exists():
            raise UsageError(f"{path} exists already and is left as it is. Choose another folder or name.")
    today = day(as_of) if as_of else datetime.now().astimezone().date()
    make(excel, settings, language, sample=sample, seed=seed, today=today)
    option = "" if settings.parent == Path() else f" --config {settings}"
    print(f"Made {excel} and {settings}.")
    if not sample:
        print(f"Fill in the tabs (start with the team), put your mail domain into mail.allowed in {settings}, then:")
    print(f"Next:  sheetcrm check{option}   then   sheetcrm plan{option}")


def make(excel: Path, settings: Path, language: str, *, sample: bool, seed: int, today: date, extra: str = "") -> None:
    """Write both files; ``extra`` are further lines of settings."""
    from sheetcrm.sync.excel.template import make_template

    rows = None
    if sample:
        from sheetcrm.sample import sample as sample_rows

        rows = sample_rows(seed, today, language)
    excel.parent.mkdir(parents=True, exist_ok=True)
    make_template(excel, language, rows, today)
    settings.write_text(settings_text(excel.name, language, sample) + extra, encoding="utf-8")


def settings_text(workbook: str, language: str, sample: bool) -> str:
    """A minimal config.yaml for this workbook: a file's name, or a Google Sheet's address."""
    allowed = f"[{SAMPLE_DOMAIN}]" if sample else "[]"
    hint = "" if sample else "             # your domain, e.g. [example.com]: mail goes to nobody else"
    rates = "rates: {USD: 0.9}\n" if sample else ""
    return (
        "# Settings of sheetcrm. All of them, with their meaning: docs/config.md\n"
        f"workbook: {quoted(workbook)}\n"
        f"timezone: {local_zone()}\n"
        f"language: {language}\n"
        f"{rates}"
        "mail:\n"
        f"  allowed: {allowed}{hint}\n"
    )


def quoted(text: str) -> str:
    """A text as YAML writes it between quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def local_zone() -> str:
    """The machine's IANA time zone; Etc/UTC where it does not say."""
    from zoneinfo import ZoneInfo

    named = os.environ.get("TZ", "").removeprefix(":")
    linked = Path("/etc/localtime").resolve().as_posix().partition("zoneinfo/")[2]
    for name in (named, linked):
        try:
            if name:
                return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):
            continue
    return "Etc/UTC"
