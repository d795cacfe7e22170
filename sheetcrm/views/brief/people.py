"""Whom we know there: contacts, who decides, and what each said last (004 item 25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheetcrm.text import clip
from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.page import Cell, Fact, Section
from sheetcrm.words import normalise

_SILENT = ("newsletter", "report", "proposal")
"""Channels by which we speak and they do not."""


@dataclass(frozen=True)
class Person:
    """Somebody there: a row of contacts (−1: only a name on interactions), and the last time that they spoke (−1)."""

    name: str
    row: int
    talk: int
    decides: bool
    spoke_on: date

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Who decides first, then who spoke last."""
        return not self.decides, -self.spoke_on.toordinal(), self.name


def contacts(account: Account) -> Section:
    """A row per living contact. Where none is listed, the people whom we spoke with."""
    talks = last_talks(account)
    rows = account.rows("contacts").tolist()
    names = {row: account.text("contacts", "name", row) for row in rows}
    people = [
        _person(account, names[row], row, _talk_of(account, row, talks)) for row in rows if _is_there(account, row)
    ]
    listed = {normalise(name) for name in names.values()} | {normalise(_id(account, row)) for row in rows}
    others = [
        _person(account, account.text("interactions", "contact", talk), -1, talk)
        for name, talk in talks.items()
        if name not in listed
    ]
    if not people:
        people, others = others, []
    words, header = account.words, account.words.header
    columns = [
        ("name", header("contacts", "name")),
        ("decision_maker", header("contacts", "decision_maker")),
        ("reach", words.text("brief.reach")),
        ("said_last", words.text("brief.said_last")),
    ]
    people.sort(key=lambda who: who.rank)
    table = account.table("contacts", "", columns, people, lambda who: _cells(account, who))
    note = "" if table else words.text("card.no_data")
    return Section("contacts", words.tab("contacts"), [*_gone(account), *_also(account, others)], table, note)


def last_talks(account: Account) -> dict[str, int]:
    """The last interaction in which each person said something, by normalised name, latest first."""
    found: dict[str, int] = {}
    for row in newest(account):
        if account.value("interactions", "channel", row) in _SILENT:
            continue
        name = account.value("interactions", "contact", row)
        if name:
            found.setdefault(normalise(name), row)
    return found


def newest(account: Account) -> list[int]:
    """The account's interactions, the latest first; those without a readable date are left out."""
    rows = account.rows("interactions")
    dates = account.state.frames["interactions"]["date"].iloc[rows].to_numpy(dtype="datetime64[s]")
    dated = rows[dates == dates]
    order = dates[dates == dates].argsort(kind="stable")[::-1]
    newest_first: list[int] = dated[order].tolist()
    return newest_first


def said(account: Account, row: int) -> Cell:
    """What an interaction was: its day, channel, score and words."""
    day = account.day("interactions", "date", row)
    score = account.value("interactions", "score", row)
    signal = account.text("interactions", "signal", row)
    head = joined(
        account.words.date(day),
        account.text("interactions", "channel", row),
        account.words.text("brief.score", score=account.words.number(score)) if score is not None else "",
        signal,
    )
    summary = account.text("interactions", "summary", row)
    return Cell(joined(head, summary, by=": "), "amber" if signal else "", account.link("interactions", "minutes", row))


def _id(account: Account, row: int) -> str:
    return account.text("contacts", "contact_id", row)


def _talk_of(account: Account, row: int, talks: dict[str, int]) -> int:
    """People note a contact by name or by id."""
    by_name = talks.get(normalise(account.value("contacts", "name", row) or ""), -1)
    return by_name if by_name >= 0 else talks.get(normalise(_id(account, row)), -1)


def _is_there(account: Account, row: int) -> bool:
    """Has come already and has not left; one whose leaving date can't be read may be gone, and says so."""
    since = account.day("contacts", "since", row)
    return account.day("contacts", "left_on", row) is None and not (since and since > account.today)


def _person(account: Account, name: str, row: int, talk: int) -> Person:
    decides = row >= 0 and account.value("contacts", "decision_maker", row) == "yes"
    spoke_on = account.day("interactions", "date", talk) if talk >= 0 else None
    return Person(name, row, talk, decides, spoke_on or date.min)


def _cells(account: Account, who: Person) -> list[Cell]:
    last = said(account, who.talk) if who.talk >= 0 else Cell("")
    if who.row < 0:
        return [Cell(who.name), Cell(""), Cell(""), last]

    def text(column: str) -> str:
        return account.text("contacts", column, who.row)

    left = account.words.header("contacts", "left_on")
    gone = f"{left}: {text('left_on')}" if account.unreadable("contacts", "left_on", who.row) else ""
    decides = Cell(text("decision_maker"), "green" if who.decides else "")
    return [Cell(joined(who.name, text("role"), gone)), decides, Cell(joined(text("phone"), text("email"))), last]


def _gone(account: Account) -> list[Fact]:
    """Who left, when, and where to: perhaps a friend elsewhere."""
    left = []
    for row in account.rows("contacts").tolist():
        day = account.day("contacts", "left_on", row)
        if day is not None:
            where = account.text("contacts", "moved_to", row)
            left.append((day, f"{account.text('contacts', 'name', row)} ({joined(account.words.date(day), where)})"))
    names = [name for _, name in sorted(left, reverse=True)]
    return _named(account, "left", account.words.text("brief.left"), names)


def _also(account: Account, others: list[Person]) -> list[Fact]:
    """People on interactions who are no contact yet."""
    return _named(account, "not_listed", account.words.text("brief.not_listed"), [who.name for who in others])


def _named(account: Account, key: str, label: str, names: list[str]) -> list[Fact]:
    first, more = account.first(names)
    return [Fact(key, label, Cell(joined(", ".join(clip(name, 60) for name in first), more)))] if names else []
