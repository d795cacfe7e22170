"""``demo``: three mornings of a made-up company, with people who act in between, and the story of what happened."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sheetcrm.cli.context import Options, Place, job, mail_server, place
from sheetcrm.cli.demo_acts import acts, type_into
from sheetcrm.cli.demo_pictures import draw
from sheetcrm.cli.demo_played import Morning, Played
from sheetcrm.cli.demo_story import told
from sheetcrm.cli.exits import UsageError
from sheetcrm.run import Job, read, run
from sheetcrm.words import words_of

MORNING = time(9)
FIRST = "crm-first-morning.xlsx"
"""The workbook as it stood before anybody acted, to lay beside the other."""


def demo(folder: Path, language: str, seed: int, today: date | None = None) -> None:
    """Make a workbook in ``folder``, play three mornings on it with a mail server on loopback, and tell the story."""
    workbook = folder / "crm.xlsx"
    if workbook.exists():
        raise UsageError(
            f"{workbook} exists already. Remove the folder, or choose another:  sheetcrm demo --folder demo2"
        )
    played, where = play(folder, language, seed, today or datetime.now().astimezone().date())
    pictures = draw({"dashboard-1": folder / FIRST, "dashboard-3": workbook}, folder)
    print("\n".join(told(played, words_of(language), folder, where, pictures)))


def play(folder: Path, language: str, seed: int, today: date) -> tuple[Played, Place]:
    """The demo without its story. The last morning is the last business day until ``today``."""
    from sheetcrm.cli.setup import make
    from sheetcrm.mail.embedded import embedded_server

    workbook = folder / "crm.xlsx"
    words = words_of(language)
    days = _days(today)
    with embedded_server(folder / "outbox") as server:
        print(words.text("demo.making", workbook=workbook))
        settings = folder / "config.yaml"
        make(workbook, settings, language, sample=True, seed=seed, today=days[0], extra=_mail(server.port))
        where = place(Options(config=settings))
        first = _morning(where, days[0], language)
        shutil.copyfile(workbook, folder / FIRST)
        done = acts(first.book, days[0], words)
        type_into(workbook, first.book, done)
        second, third = (_morning(where, day, language) for day in days[1:])
        again = run(_job(where, days[2]))
    _turn_off_mail(where)
    return Played((first, second, third), done, again), where


def _days(today: date) -> tuple[date, date, date]:
    """The last three business days until today: weekends alone count, holidays are each country's."""
    days = [day for day in (today - timedelta(ago) for ago in range(6)) if day.weekday() < 5]
    return days[2], days[1], days[0]


def _morning(where: Place, day: date, language: str) -> Morning:
    work = _job(where, day)
    print(words_of(language).text("demo.morning", day=words_of(language).date(day)))
    report = run(work)
    return Morning(day, report, read(work))


def _job(where: Place, day: date) -> Job:
    """A run on the morning of a day of the demo, which may lie in the past: only its own server gets the mail."""
    from sheetcrm.mail.transport import SmtpTransport

    moment = datetime.combine(day, MORNING, where.cfg.zone)
    return replace(
        job(Options(as_of=day.isoformat()), where),
        clock=lambda: moment,
        now=moment.replace(tzinfo=None),
        transport=lambda: SmtpTransport(mail_server(where)),
    )


def _mail(port: int) -> str:
    """Settings of the embedded server."""
    return (
        "  enabled: true\n"
        "  hours: any\n"
        "  host: localhost\n"
        f"  port: {port}\n"
        "  security: none\n"
        "  sender: sheetcrm@example.com\n"
        "  operator: operator@example.com\n"
    )


def _turn_off_mail(where: Place) -> None:
    """The demo's server ends with it: further runs put letters into files."""
    if where.config is not None:
        text = where.config.read_text(encoding="utf-8")
        where.config.write_text(text.replace("  enabled: true\n", "  enabled: false\n"), encoding="utf-8")
