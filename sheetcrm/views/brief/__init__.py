"""The brief: one page before a visit; for a key account the same page is the executive report (domain 8).

Pure: from the evaluated workbook to a page of text. What renders it: the command line, ``mail.brief``, JSON.
"""

from __future__ import annotations

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.schema import TABS
from sheetcrm.sentences import Sentences
from sheetcrm.text import clip
from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.agenda import agenda
from sheetcrm.views.brief.find import Found, find_account
from sheetcrm.views.brief.money import opportunities, payments
from sheetcrm.views.brief.page import Brief, Cell, Fact, Lines, Section, Table
from sheetcrm.views.brief.people import contacts
from sheetcrm.views.brief.profile import attention, badges, figures, who
from sheetcrm.views.brief.risks import changes, health
from sheetcrm.views.brief.service import service
from sheetcrm.views.brief.talks import commitments, talks
from sheetcrm.views.brief.terms import contracts
from sheetcrm.words import Words

__all__ = ["Brief", "Cell", "Fact", "Found", "Lines", "Section", "Table", "brief", "find_account"]

_NEEDS = {"contacts": "interactions", "service": "tickets", "talks": "interactions", "opportunities": "opportunities"}
"""Sections that are left out when their tab is absent."""
_VISIT = (
    attention,
    who,
    contacts,
    contracts,
    service,
    commitments,
    health,
    changes,
    talks,
    payments,
    opportunities,
    agenda,
)
_EXECUTIVE = (
    attention,
    who,
    service,
    changes,
    health,
    commitments,
    contracts,
    contacts,
    talks,
    payments,
    opportunities,
    agenda,
)
"""The report of a key account begins with service, changes, risks and next steps (002 item 33)."""


def brief(state: Evaluated, row: int, cfg: Config, words: Words, say: Sentences) -> Brief:
    """The page about the account in this visible row of accounts, in the language of ``words``.

    ``state`` needs every rule, those that follow from the plan included; ``say`` are its sentences.
    """
    account = Account(state, row, cfg, words, say)
    kind = "executive" if account.own("tier") == "key" else "visit"
    name = clip(account.own("name") or account.own("account_id"), 80)
    sections = [make(account) for make in (_EXECUTIVE if kind == "executive" else _VISIT)]
    return Brief(
        kind=kind,
        language=words.language,
        as_of=state.as_of,
        account_id=account.own("account_id"),
        name=name,
        title=words.text(f"brief.title.{kind}", name=name),
        subtitle=joined(
            account.text("accounts", "account_id", row), words.date(state.as_of), account.text("accounts", "owner", row)
        ),
        badges=badges(account),
        figures=figures(account),
        sections=[section for section in sections if not section.empty and _has_tab(account, section)],
        footer=_footer(account),
    )


def _has_tab(account: Account, section: Section) -> bool:
    tab = _NEEDS.get(section.key)
    return bool(section.facts or section.parts) or tab is None or account.used(tab)


def _footer(account: Account) -> str:
    """For whom the page is, and how many cells behind it can't be read."""
    bad = sum(_unreadable(account, tab) for tab in account.state.frames)
    problem = account.words.plural("brief.unreadable_cells", bad) if bad else ""
    return joined(account.words.text("brief.internal"), problem)


def _unreadable(account: Account, tab: str) -> int:
    """People's cells in the account's rows of a tab that hold something that can't be read."""
    if tab == "accounts":
        rows = [account.row]
    elif any(parent == "accounts" for _, parent in TABS[tab].links) and TABS[tab].kind == "people":
        rows = account.rows(tab).tolist()
    else:
        return 0
    marks = account.state.unreadable[tab]
    return sum(int(marks[column.key][rows].sum()) for column in TABS[tab].people if column.key in marks)
