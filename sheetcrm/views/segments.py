"""The segments tab: whom a mailing, a call or a survey is for (domain 7; 001 items 24 to 26; 003 item 14).

Each segment is one function that gives accounts with a sentence why. Nobody with ``no_mail`` is in any; an address is
that of the contact named beside it, else the account's own, and blank where none can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools, Ints, TabRows, Value
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import days
from sheetcrm.rules.surveys import survey_sample
from sheetcrm.schema import TABS
from sheetcrm.views.texts import texts
from sheetcrm.words import Words

GONE_FOR_GOOD = ("our_choice", "closed_or_merged")
"""Losses that no mailing wins back."""

Line = tuple[int, int, str]
"""Row of the account, row of the contact (−1: whoever is the account's best), and why."""


def rows(state: Evaluated, cfg: Config, words: Words) -> TabRows:
    """The tab's rows: win-back, newsletter, ambassadors, the month's survey sample; within each the latest loss first,
    the sample in the order of its draw. ``state`` needs every rule."""
    book = Book(state, cfg, words)
    columns = [column.key for column in TABS["segments"].columns]
    found = [row for segment, lines in SEGMENTS.items() for row in _laid_out(segment, list(lines(book)), book)]
    return TabRows("segments", columns, found)


@dataclass(frozen=True)
class Book:
    """What the segments are chosen from, looked up once."""

    state: Evaluated
    cfg: Config
    words: Words

    @cached_property
    def open_to_mail(self) -> Bools:
        """Accounts that did not ask to be left alone. A wish that can't be read is taken for one."""
        unreadable = self.state.unreadable["accounts"].get("no_mail")
        asked = marked(self.state.frames["accounts"]["no_mail"], "yes")
        return ~asked if unreadable is None else ~(asked | unreadable)

    @cached_property
    def former(self) -> Ints:
        """Ex-clients open to mail, the latest loss first."""
        accounts = self.state.frames["accounts"]
        at = np.flatnonzero(marked(accounts["client_status"], "ex_client") & self.open_to_mail)
        lost = days(accounts["lost_on"])[at]
        known = np.where(np.isnat(lost), np.int64(0), lost.astype(np.int64))
        return np.asarray(at[np.argsort(-known, kind="stable")], dtype=np.int64)

    @cached_property
    def lost_terms(self) -> Mapping[int, list[int]]:
        """Account row → rows of its lost terms with the latest end (those without a day count as the earliest)."""
        contracts = self.state.frames["contracts"]
        codes = self.state.codes("contracts", "accounts")
        ends = days(contracts["ends_on"])
        at = np.flatnonzero(marked(contracts["status"], "lost") & (codes >= 0))
        serial = np.where(np.isnat(ends[at]), np.iinfo(np.int64).min, ends[at].astype(np.int64))
        latest = np.full(self.state.sizes["accounts"], np.iinfo(np.int64).min)
        np.maximum.at(latest, codes[at], serial)
        found: dict[int, list[int]] = {}
        for row in at[serial == latest[codes[at]]].tolist():
            found.setdefault(int(codes[row]), []).append(row)
        return found

    @cached_property
    def contact_of(self) -> Ints:
        """For each account the row of its best living contact, −1 for none: who decides before others, then who can
        be written to, then who stands first."""
        contacts = self.state.frames["contacts"]
        codes = self.state.codes("contacts", "accounts")
        living = contacts["left_on"].isna().to_numpy() & ~_moved(self.state) & (codes >= 0)
        at = np.flatnonzero(living)
        decides = marked(contacts["decision_maker"], "yes")[at]
        reachable = contacts["email"].notna().to_numpy()[at]
        at = at[np.lexsort((at, ~reachable, ~decides, codes[at]))]
        chosen, first = np.unique(codes[at], return_index=True)
        found = np.full(self.state.sizes["accounts"], -1, dtype=np.int64)
        found[chosen] = at[first]
        return found


def win_back(book: Book) -> Iterator[Line]:
    """Ex-clients that may come back: not lost by our own choice, nor because they closed or merged.

    The latest lost term tells; one that asked for no mail keeps its account out.
    """
    contracts, words = book.state.frames["contracts"], book.words
    keys = ("loss_reason", "competitor", "second_chance", "no_mail")
    rows = [row for account in book.former.tolist() for row in book.lost_terms.get(account, ())]
    at = np.array(rows, dtype=np.int64)
    cells = {key: dict(zip(rows, texts(contracts[key], at), strict=True)) for key in keys}
    lost_on = days(book.state.frames["accounts"]["lost_on"])
    for account in book.former.tolist():
        terms = book.lost_terms.get(account, [])
        told = {key: _said(column, terms) for key, column in cells.items()}
        if "yes" in told["no_mail"] or set(GONE_FOR_GOOD) & set(told["loss_reason"]):
            continue
        reasons = ", ".join(dict.fromkeys(words.value("loss_reason", key) for key in told["loss_reason"]))
        parts = [words.text("segment.reason", reason=reasons) if reasons else words.text("segment.no_reason")]
        parts += [words.text("segment.competitor", name=text) for text in dict.fromkeys(told["competitor"])]
        parts += [words.text("segment.second_chance", text=text) for text in dict.fromkeys(told["second_chance"])]
        yield account, -1, "; ".join([_until(lost_on[account].item(), words), *parts])


def _said(cells: Mapping[int, Any], rows: list[int]) -> list[str]:
    return [cells[row] for row in rows if cells[row]]


def newsletter(book: Book) -> Iterator[Line]:
    """Every ex-client: who had a good experience wants to hear what is new."""
    lost_on = days(book.state.frames["accounts"]["lost_on"])
    for account in book.former.tolist():
        yield account, -1, _until(lost_on[account].item(), book.words)


def _until(lost_on: date | None, words: Words) -> str:
    if lost_on is None:
        return words.text("segment.former")
    return words.text("segment.until", date=words.date(lost_on))


def ambassador(book: Book) -> Iterator[Line]:
    """Contacts of clients and ex-clients who moved to another company: they know us, and may speak for us there."""
    contacts, accounts = book.state.frames["contacts"], book.state.frames["accounts"]
    codes = book.state.codes("contacts", "accounts")
    known = marked(accounts["client_status"], "client", "ex_client") & book.open_to_mail
    at = np.flatnonzero(_moved(book.state) & (codes >= 0))
    at = at[known[codes[at]]]
    names, moved = texts(accounts["name"], codes[at]), texts(contacts["moved_to"], at)
    for row, account, name, place in zip(at.tolist(), codes[at].tolist(), names, moved, strict=True):
        yield account, row, book.words.text("segment.moved", account=name or "", place=place)


def _moved(state: Evaluated) -> Bools:
    """Contacts who went somewhere, by today."""
    contacts = state.frames["contacts"]
    yet_to_come = np.asarray(contacts["left_on__later"], dtype=bool)
    return np.asarray(contacts["moved_to"].notna().to_numpy() & ~yet_to_come)


def survey(book: Book) -> Iterator[Line]:
    """The month's sample. Who asked for no mail is drawn, and asked by telephone: not in a list of addresses."""
    state, words = book.state, book.words
    talks = state.frames["interactions"]
    asked = np.full(state.sizes["accounts"], np.datetime64("NaT", "D"))
    codes, when = state.codes("interactions", "accounts"), days(talks["date"])
    at = np.flatnonzero(marked(talks["channel"], "survey") & (codes >= 0) & ~np.isnat(when))
    at = at[np.argsort(when[at], kind="stable")]
    asked[codes[at]] = when[at]
    for account in survey_sample(state, book.cfg.surveys).tolist():
        if not book.open_to_mail[account]:
            continue
        last = asked[account].item()
        yield account, -1, words.text("segment.asked", date=words.date(last)) if last else words.text("segment.never")


SEGMENTS: Mapping[str, Callable[[Book], Iterator[Line]]] = {
    segment.__name__: segment for segment in (win_back, newsletter, ambassador, survey)
}


def _laid_out(segment: str, lines: list[Line], book: Book) -> Iterator[list[Value]]:
    accounts, contacts = book.state.frames["accounts"], book.state.frames["contacts"]
    account = np.array([line[0] for line in lines], dtype=np.int64)
    named = np.array([line[1] for line in lines], dtype=np.int64)
    contact = np.where(named >= 0, named, book.contact_of[account])
    # The address of a company is not that of somebody who left it.
    own = np.where(named >= 0, -1, account)
    cells = (
        texts(accounts["account_id"], account),
        texts(accounts["name"], account),
        texts(contacts["name"], contact),
        texts(contacts["email"], contact),
        texts(accounts["customer_email"], own),
        (line[2] for line in lines),
    )
    for id, name, person, direct, general, why in zip(*cells, strict=True):
        yield [segment, id, name, person, direct or general, why]
