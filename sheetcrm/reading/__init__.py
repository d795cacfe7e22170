"""A workbook as text → a Snapshot: typed columns, and a problem for everything that people should mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sheetcrm.address import letters
from sheetcrm.cells import Bad
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Problem, Snapshot, Table
from sheetcrm.raw import RawBook
from sheetcrm.reading.body import Report
from sheetcrm.reading.filled import book_id_of, no_alerts, read_alerts, read_filled
from sheetcrm.reading.headers import FoundTab, find_tabs, language_of, tab_of
from sheetcrm.reading.links import report_orphans
from sheetcrm.reading.options import Options
from sheetcrm.reading.people import People
from sheetcrm.reading.records import Read, absent, read_records
from sheetcrm.schema import PEOPLE_TABS, RUNNER_TABS, TABS
from sheetcrm.words import Words, words_of

if TYPE_CHECKING:
    from sheetcrm.config import Config

__all__ = ["snapshot", "wanted_titles"]


def wanted_titles(cfg: Config | None = None) -> Callable[[str], bool]:
    """Tells a backend which tabs are worth reading: people's own tabs are left alone."""
    options = Options.of(cfg)
    return lambda title: tab_of(title, options) is not None


def snapshot(raw: RawBook, cfg: Config | None = None, language: str | None = None) -> Snapshot:
    """The whole workbook, typed. Problems are data; nothing that people wrote raises.

    ``language`` (es, en, ru) is the workbook's; None: the configured one, else that of most headers, else Spanish.
    """
    options = Options.of(cfg)
    found, doubles = find_tabs(raw.sheets, options)
    language = language or options.language or language_of(found) or LANGUAGES[0]
    words = words_of(language)
    problems = _about_tabs(found, doubles)
    usable = {key: tab for key, tab in found.items() if not tab.missing and tab.where and tab.tab.kind == "people"}

    reads, people = _read_people_tabs(usable, options, words)
    report_orphans(reads)
    filled, alerts = _read_runner_tabs(found, options, words, people)

    tabs = {tab.key: reads[tab.key].table if tab.key in reads else absent(tab) for tab in PEOPLE_TABS}
    tabs["alerts"] = alerts.table if alerts is not None else no_alerts()
    for read in (*reads.values(), *([alerts] if alerts is not None else [])):
        problems.extend(read.report.problems)
    dashboard = found.get("dashboard")
    return Snapshot(
        tabs=tabs,
        problems=_in_order(_with_owners(problems, tabs)),
        language=language,
        base=raw.base,
        book_id=book_id_of(dashboard.sheet) if dashboard is not None else "",
        filled=filled,
    )


def _read_people_tabs(usable: Mapping[str, FoundTab], options: Options, words: Words) -> tuple[dict[str, Read], People]:
    """The team first: the owners of all other tabs are its members."""

    def read(found: FoundTab, people: People) -> Read:
        habits = options.habits(words.language, found.sheet.date1904)
        return read_records(found.tab, found, habits, words, people, options.base_currency)

    people = People()
    reads: dict[str, Read] = {}
    if "team" in usable:
        people = People.of(read(usable["team"], People()).table.frame)
        reads["team"] = read(usable["team"], people)
    # One after the other: threads would only wait for the interpreter's lock.
    reads |= {key: read(tab, people) for key, tab in usable.items() if key != "team"}
    return reads, people


def _read_runner_tabs(
    found: Mapping[str, FoundTab], options: Options, words: Words, people: People
) -> tuple[dict[str, Table], Read | None]:
    filled: dict[str, Table] = {}
    alerts: Read | None = None
    for tab in RUNNER_TABS:
        if tab.key not in found:
            continue
        place = found[tab.key]
        habits = options.habits(words.language, place.sheet.date1904)
        filled[tab.key] = read_filled(tab, place, habits, words)
        if tab.key == "alerts" and place.header_row:
            report = Report(tab.key, place.where)
            table = read_alerts(filled[tab.key], place, people, report)
            alerts = Read(table, report, None, {})
    return filled, alerts


def _about_tabs(found: Mapping[str, FoundTab], doubles: list[FoundTab]) -> list[Problem]:
    """What is wrong with tabs as a whole: missing, lacking columns, present twice, headers twice."""
    problems: list[Problem] = []
    for tab in PEOPLE_TABS:
        place = found.get(tab.key)
        if place is None:
            if not tab.optional:
                problems.append(Problem(tab.key, "tab_missing"))
        elif place.missing:
            params = {"headers": place.missing, "title": place.sheet.title}
            problems.append(Problem(tab.key, "columns_missing", params=params))
    for double in doubles:
        params = {"title": double.sheet.title, "used": found[double.tab.key].sheet.title}
        problems.append(Problem(double.tab.key, "tab_repeated", value=double.sheet.title, params=params))
    for key, place in found.items():
        report = Report(key, {})
        for col, column, header in place.repeated if not place.missing else ():
            report.where = {column: col}
            bad = Bad("header_repeated", {"used": letters(place.where[column])})
            report.add(bad, place.header_row, column, header)
        problems.extend(report.problems)
    return problems


def _with_owners(problems: list[Problem], tabs: Mapping[str, Table]) -> list[Problem]:
    """Each problem with whose it is: the owner of its row, else of the row's account."""
    by_tab: dict[str, list[Problem]] = {}
    for problem in problems:
        by_tab.setdefault(problem.tab, []).append(problem)
    accounts = tabs["accounts"].frame
    of_account = dict(zip(accounts["account_id"].tolist(), accounts["owner"].tolist(), strict=True)) if problems else {}
    owned: list[Problem] = []
    for key, found in by_tab.items():
        owners = _owners(tabs[key], [problem.row for problem in found], of_account)
        owned.extend(replace(problem, owner=owner) for problem, owner in zip(found, owners, strict=True))
    return owned


def _owners(table: Table, rows: list[int], of_account: Mapping[object, object]) -> list[str]:
    """The owner of each of these sheet rows; "" where it is no record's row or nobody's."""
    if not len(table):
        return [""] * len(rows)
    places = np.minimum(np.searchsorted(table.rows, rows), len(table) - 1)
    records = table.frame.iloc[places]
    blank = [None] * len(rows)
    holder = "email" if table.key == "team" else "owner"
    own = records[holder].tolist() if holder in records else blank
    accounts = records["account_id"].tolist() if "account_id" in records else blank
    owners: list[str] = []
    for row, at, owner, account in zip(rows, table.rows[places].tolist(), own, accounts, strict=True):
        found = owner if isinstance(owner, str) else of_account.get(account)
        owners.append(found if row == at and isinstance(found, str) else "")
    return owners


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By tab, row and column, as they stand in the workbook."""
    tabs = {key: at for at, key in enumerate(TABS)}
    columns = {(tab.key, column.key): at for tab in TABS.values() for at, column in enumerate(tab.columns)}
    return sorted(problems, key=lambda one: (tabs[one.tab], one.row, columns.get((one.tab, one.column), -1), one.code))
