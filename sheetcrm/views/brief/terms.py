"""Contracts and their deadlines, and the renewal history behind them as chains of terms (000 item 9)."""

from __future__ import annotations

from datetime import date

from sheetcrm.rules.succession import Link, chain
from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Lines, Section, Table

_OVER = ("renewed", "lost")
_STATUS_TONES = {"expired": "red", "lost": "red", "expiring": "amber", "renewed": "green"}


def contracts(account: Account) -> Section:
    """The terms that matter now, why they stand as they do, and what came before."""
    rows = account.rows("contracts").tolist()
    now = sorted((row for row in rows if _matters(account, row)), key=lambda row: (_deadline(account, row), row))
    links = _links(account, rows)
    parts: list[Table | Lines] = [*_table(account, now, links), *_reasons(account, now), *_history(account, links, now)]
    note = "" if parts else account.words.text("card.no_data")
    return Section(
        "contracts", account.words.text("brief.section.contracts"), parts=[*parts, *_lost(account, rows)], note=note
    )


def running(account: Account) -> list[int]:
    """The undecided terms that are in a phase of their renewal, the nearest deadline first."""
    rows = [
        row
        for row in account.rows("contracts").tolist()
        if _undecided(account, row) and account.value("contracts", "phase", row)
    ]
    return sorted(rows, key=lambda row: (_deadline(account, row), row))


def noticed(account: Account) -> list[int]:
    """The undecided terms for which a cancellation notice is in."""
    return [
        row
        for row in account.rows("contracts").tolist()
        if account.day("contracts", "cancellation_notice_on", row) and _undecided(account, row)
    ]


def _undecided(account: Account, row: int) -> bool:
    return bool(account.value("contracts", "undecided", row) == 1 and account.value("contracts", "one_off", row) != 1)


def _matters(account: Account, row: int) -> bool:
    """Not decided yet, or decided and not over."""
    return account.value("contracts", "status", row) not in _OVER or account.value("contracts", "running", row) == 1


def _deadline(account: Account, row: int) -> date:
    """What a term is ordered by: its deadline, the next one first; decided ones and those without come last."""
    day = account.day("contracts", "deadline", row)
    return day if day and account.value("contracts", "status", row) not in _OVER else date.max


def _table(account: Account, rows: list[int], links: dict[int, Link]) -> list[Table]:
    header, words = account.words.header, account.words
    columns = [
        ("contract_id", header("contracts", "contract_id")),
        ("period", words.text("brief.period")),
        ("deadline", header("contracts", "deadline")),
        ("status", header("contracts", "status")),
        ("annual_value", header("contracts", "annual_value")),
    ]
    return account.table("contracts", "", columns, rows, lambda row: _current(account, row, links))


def _current(account: Account, row: int, links: dict[int, Link]) -> list[Cell]:
    def text(column: str) -> str:
        return account.text("contracts", column, row)

    day = account.day("contracts", "deadline", row)
    undecided = _undecided(account, row)
    status = account.value("contracts", "status", row)
    auto = (
        account.words.header("contracts", "auto_renew")
        if text("auto_renew") and status != "lost" and account.value("contracts", "auto_renew", row) == "yes"
        else ""
    )
    chance = account.text("contracts", "renewal_probability", row) if undecided and status != "evergreen" else ""
    return [
        Cell(joined(text("contract_id"), text("title"))),
        Cell(_period(account, row)),
        Cell(
            account.dated(day) if day and undecided else text("deadline"),
            account.urgency(day) if day and undecided else "",
        ),
        Cell(
            joined(text("status"), text("renewal_stage") if undecided else "", chance, auto),
            _STATUS_TONES.get(status, ""),
        ),
        Cell(_worth(account, row, links)),
    ]


def _period(account: Account, row: int) -> str:
    """From when to when; an evergreen has only a beginning."""
    start, end = (account.text("contracts", column, row) for column in ("start_date", "end_date"))
    return f"{start or '?'} – {end}" if end else account.words.text("brief.from", date=start) if start else ""


def _worth(account: Account, row: int, links: dict[int, Link]) -> str:
    """The annual value, and its change against the terms that it follows (of the same currency)."""
    text = account.text("contracts", "annual_value", row) or account.text("contracts", "value", row)
    value = account.value("contracts", "annual_value", row)
    at = {link.contract_id: link.row for link in links.values()}
    before = [at[id] for id in links[row].after if id in at] if row in links else []
    values = [account.value("contracts", "annual_value", each) for each in before]
    alike = all(account.currency("contracts", each) == account.currency("contracts", row) for each in before)
    if value is None or not before or not alike or None in values or not sum(values):
        return text
    change = value / sum(values) - 1
    sign = "+" if change > 0 else ""
    return f"{text} ({sign}{account.words.percent(change)})"


def _reasons(account: Account, rows: list[int]) -> list[Lines]:
    """Why those in their renewal window stand as they do."""
    near = [row for row in rows if account.value("contracts", "phase", row)]
    lines = [
        Cell(joined(account.text("contracts", "contract_id", row), account.sentence("contracts", "why", row), by=": "))
        for row in near
    ]
    return account.lines("why", "", lines)


def _links(account: Account, rows: list[int]) -> dict[int, Link]:
    """Every term of the account's chains by its row."""
    links: dict[int, Link] = {}
    for row in rows:
        if row not in links:
            links |= {link.row: link for link in chain(account.state, account.value("contracts", "contract_id", row))}
    return links


def _history(account: Account, links: dict[int, Link], now: list[int]) -> list[Table]:
    """The terms that are over, the latest first: when, worth what, how they ended and what they went on as."""
    header, words = account.words.header, account.words
    past = [link for link in links.values() if link.row not in set(now)]
    past.sort(key=lambda link: (link.start or date.min, link.row), reverse=True)
    columns = [
        ("contract_id", header("contracts", "contract_id")),
        ("period", words.text("brief.period")),
        ("ended", words.text("brief.ended")),
        ("annual_value", header("contracts", "annual_value")),
    ]

    def cells(link: Link) -> list[Cell]:
        name = joined(link.contract_id, account.text("contracts", "title", link.row))
        worth = _worth(account, link.row, links)
        return [Cell(name), Cell(_period(account, link.row)), _ending(account, link, links), Cell(worth)]

    return account.table("history", words.text("brief.history"), columns, past, cells)


def _ending(account: Account, link: Link, links: dict[int, Link]) -> Cell:
    """How a term ended: signed when, followed by what; lost when, why and to whom."""
    closed = account.text("contracts", "closed_on", link.row)
    said = joined(account.text("contracts", "status", link.row), closed)
    if link.status == "lost":
        reason, rival = (account.text("contracts", column, link.row) for column in ("loss_reason", "competitor"))
        return Cell(joined(said, reason, rival), "red")
    following = [other.contract_id for other in links.values() if link.contract_id in other.after]
    return Cell(
        joined(said, " → " + ", ".join(following) if following else "", by=""), _STATUS_TONES.get(link.status, "")
    )


def _lost(account: Account, rows: list[int]) -> list[Lines]:
    """What the latest lost term taught: strengths of the other, our errors, and what would bring them back."""
    lost = [row for row in rows if account.value("contracts", "status", row) == "lost"]
    if not lost:
        return []
    row = max(
        lost,
        key=lambda each: (
            account.day("contracts", "closed_on", each) or account.day("contracts", "end_date", each) or date.min,
            each,
        ),
    )
    told = [
        Cell(f"{account.words.header('contracts', column)}: {text}")
        for column in ("competitor_strengths", "lessons", "second_chance")
        if (text := account.text("contracts", column, row))
    ]
    return account.lines("learned", "", told)
