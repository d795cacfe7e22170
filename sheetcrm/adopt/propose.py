"""The proposal: which tab each old table becomes, which column each of its columns, and how sure that is. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sheetcrm.adopt.content import Content, day_comes_first
from sheetcrm.adopt.headers import OWNER_MAIL, is_known, is_owner_mail, known, meanings, tab_meanings
from sheetcrm.adopt.mapping import KEEP, LEAVE, Adoption, Choice, Part
from sheetcrm.adopt.old_table import OldColumn, OldTable
from sheetcrm.cells import Habits
from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import PEOPLE_TABS, RUNNER_TABS, TABS, Column, Type
from sheetcrm.words import header_keys, normalise, tab_titles, words_of

_ENOUGH: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "contracts": (("account_id", "accounts.name", "contract_id", "title"), ("start_date", "end_date")),
    "accounts": (("name", "account_id"),),
    "interactions": (
        ("account_id", "accounts.name"),
        ("date",),
        ("summary", "channel", "next_step", "score", "contact"),
    ),
    "tickets": (
        ("account_id", "accounts.name"),
        ("opened_at", "ticket_id"),
        ("summary", "category", "priority", "resolved_at"),
    ),
    "opportunities": (("account_id", "accounts.name"), ("stage", "value", "expected_close")),
    "tasks": (("title",), ("due", "done_on", "owner")),
    "contacts": (("name",), ("email", "phone", "role")),
    "invoices": (("amount",), ("due_on", "issued_on", "invoice_id")),
    "team": (("email",), ("name", "role")),
}
"""What a table must have to become a tab: one column of each group."""

_CLIENT_TABS = ("contracts", "opportunities")
"""Tabs whose tables often carry facts about the customer beside each row."""

_OF_CLIENT = 0.84
"""How much surer a column of the tab itself is than the same header as a fact about its customer."""

_OF_CLIENT_IN_PART = 0.7
"""And once less where the header only holds a word of it: an "Account mgr" is no account."""

_UNLIKE_AN_ID = 0.54
"""What is left of a row's own id where hardly a cell looks like one: "Contrato" above names is the contract's title."""

_OWN_IDS = frozenset(tab.id for tab in PEOPLE_TABS if tab.id not in ("account_id", "email"))
_FEW_CODES = 0.2

_SHOWN = 3
_OURS = 3
"""Headers of a tab that the runner fills which make a table that tab."""
_OUR_SHARE = 0.6
"""Of people's columns a table of our own has at least this share."""


def propose(tables: Sequence[OldTable], today: date, language: str = "") -> Adoption:
    """What these tables become. ``language`` is the old workbook's; "": that of most of its headers."""
    language = language or _language(tables)
    first = Habits(language)
    contents = [{old.col: Content(table, old.col, first) for old in table.columns} for table in tables]
    day_first = day_comes_first([content for each in contents for content in each.values()])
    if not day_first:
        habits = Habits(language, day_first=False)
        contents = [{old.col: Content(table, old.col, habits) for old in table.columns} for table in tables]
    parts = [_part(table, mine, today) for table, mine in zip(tables, contents, strict=True)]
    return Adoption(language, day_first, tuple(parts))


def _language(tables: Sequence[OldTable]) -> str:
    """The language of most headers; Russian letters tell, else the words of each language."""
    votes: Counter[str] = Counter()
    for table in tables:
        for old in table.columns:
            folded = normalise(old.header)
            if any("а" <= letter <= "я" for letter in folded):
                votes["ru"] += 1
            for language in LANGUAGES:
                votes[language] += folded in _said(language)
    best = max(LANGUAGES, key=lambda language: votes[language])
    return best if votes[best] else LANGUAGES[0]


def _said(language: str) -> frozenset[str]:
    if language not in _SAID:
        words = words_of(language)
        headers = (words.header(tab.key, column.key) for tab in PEOPLE_TABS for column in tab.people)
        usual = {normalise(text) for text in _USUAL[language].split(";")}
        _SAID[language] = frozenset({normalise(text) for text in headers} | usual)
    return _SAID[language]


_SAID: dict[str, frozenset[str]] = {}
_USUAL = {
    "es": "cliente;fecha;fecha inicio;fecha fin;importe;vto;responsable;nombre;correo;teléfono;estado;observaciones;"
    "tipo;empresa",
    "en": "customer;client;company;date;start;end;start date;end date;due date;renewal date;amount;owner;name;"
    "phone;comments;type",
    "ru": "клиент;дата;срок;сумма;менеджер",
}


def _part(table: OldTable, contents: Mapping[int, Content], today: date) -> Part:
    """The tab whose columns fit best; "" where none does, or where the table is one that the runner fills."""
    title = table.sheet.title
    runner = {tab.key for tab in RUNNER_TABS} | {"guide", "lists"}
    if tab_titles().get(normalise(title)) in runner and tab_titles()[normalise(title)] not in TABS:
        return Part(table, "", 1.0, _kept(table, contents))
    if tab_titles().get(normalise(title)) in runner and _is_filled_by_runner(table, tab_titles()[normalise(title)]):
        return Part(table, "", 1.0, _kept(table, contents))
    named = tab_meanings(title)
    ranked = sorted(
        (
            (_worth(choices) + 1.5 * named.get(tab, 0.0), tab, choices)
            for tab, choices in _offers(table, contents, today)
        ),
        key=lambda offer: -offer[0],
    )
    if not ranked:
        return Part(table, "", 1.0, _kept(table, contents))
    worth, tab, choices = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    sure = min(1.0, 0.5 + (worth - second) / 2 + 0.3 * named.get(tab, 0.0))
    if worth < 2 and tab not in named:
        sure = min(sure, 0.45)
    return Part(table, tab, round(sure, 2), choices)


def _offers(table: OldTable, contents: Mapping[int, Content], today: date) -> list[tuple[str, tuple[Choice, ...]]]:
    """Each tab that the table has enough for, with its columns."""
    offers = []
    for tab in _ENOUGH:
        choices = _assigned(table, tab, contents, today)
        got = {choice.target for choice in choices if choice.sure >= 0.45}
        if all(got & set(group) for group in _ENOUGH[tab]):
            offers.append((tab, choices))
    return offers


def _worth(choices: Sequence[Choice]) -> float:
    """How well a tab explains the columns of a table; facts about the customer count less than the tab's own."""
    return sum(c.sure * (0.7 if "." in c.target else 1.0) for c in choices if c.target not in (KEEP, LEAVE))


def _is_filled_by_runner(table: OldTable, tab: str) -> bool:
    keys = header_keys(tab)
    return sum(normalise(old.header) in keys for old in table.columns) >= _OURS


def _kept(table: OldTable, contents: Mapping[int, Content]) -> tuple[Choice, ...]:
    return tuple(Choice(old.col, old.shown, KEEP, samples=contents[old.col].samples[:_SHOWN]) for old in table.columns)


def _assigned(table: OldTable, tab: str, contents: Mapping[int, Content], today: date) -> tuple[Choice, ...]:
    """Each column's best target, the surest first; of two columns for one target the surer one has it."""
    scores = {old.col: _scores(old, tab, contents[old.col], today) for old in table.columns}
    ranked = sorted(
        (
            (sure, -at, old.col, target)
            for at, old in enumerate(table.columns)
            for target, sure in scores[old.col].items()
        ),
        key=lambda one: (-one[0], -one[1]),
    )
    taken: dict[str, tuple[int, float]] = {}
    settled: dict[int, tuple[str, float]] = {}
    for sure, _, col, target in ranked:
        if col not in settled and target not in taken:
            taken[target] = col, sure
            settled[col] = target, sure
    ours = _computed(table, tab)
    choices = []
    for old in table.columns:
        target, sure = settled.get(old.col, (KEEP, 1.0))
        if old.col in ours:
            target, sure = LEAVE, 1.0
        guess = target if sure < 0.5 else ""
        samples = contents[old.col].samples[:_SHOWN]
        choices.append(Choice(old.col, old.shown, target, min(1.0, round(sure, 2)), guess, samples))
    return tuple(choices)


def _computed(table: OldTable, tab: str) -> set[int]:
    """The runner's columns, where the table is one that the runner has filled before: they are computed anew.

    A column of people's own that happens to be called "Status" or "Problems" is none.
    """
    keys = header_keys(tab)
    named = {old.col: keys.get(normalise(old.header)) for old in table.columns}
    there = set(named.values())
    runner = {column.key for column in TABS[tab].runner}
    people = {column.key for column in TABS[tab].people}
    is_ours = runner <= there and len(people & there) >= _OUR_SHARE * len(people)
    return {col for col, key in named.items() if key in runner} if is_ours else set()


def _scores(old: OldColumn, tab: str, content: Content, today: date) -> dict[str, float]:
    """Targets that an old column may have in a tab, by its header and by what stands in it."""
    found: dict[str, float] = {}
    for header, weight in _spoken(old):
        for key, sure in meanings(tab, header).items():
            _better(found, key, weight * sure * _fits(TABS[tab].column(key), content, today))
        if is_owner_mail(header) and "owner" in {each.key for each in TABS[tab].people}:
            _better(found, OWNER_MAIL, weight * _fits(Column("email", Type.EMAIL), content, today))
        links = tab != "accounts" and "account_id" in {each.key for each in TABS[tab].people}
        whole = 1.0 if header in known("accounts") else _OF_CLIENT_IN_PART
        for key, sure in meanings("accounts", header).items() if links else ():
            if key == "name" or (tab in _CLIENT_TABS and key not in ("account_id", "owner", "notes")):
                fits = _fits(TABS["accounts"].column(key), content, today)
                _better(found, f"accounts.{key}", _OF_CLIENT * whole * weight * sure * fits)
    _by_content(found, tab, content, today)
    return {target: sure for target, sure in found.items() if sure >= 0.3}


def _spoken(old: OldColumn) -> list[tuple[str, float]]:
    """The ways to read a header: with its group's, alone, the group's alone."""
    whole, own = normalise(f"{old.group} {old.header}"), normalise(old.header)
    if not old.group or is_known(whole):
        return [(whole, 1.0)] if own else []
    return [(whole, 1.0), (own, 0.97)]


def _better(found: dict[str, float], target: str, sure: float) -> None:
    found[target] = max(found.get(target, 0.0), sure)


def _fits(column: Column, content: Content, today: date) -> float:
    """A factor from what stands in the column: 1 where all cells can be read, less where they are something else."""
    if not content.filled:
        return 0.9
    if column.key in _OWN_IDS and content.codes < _FEW_CODES:
        return _UNLIKE_AN_ID
    if column.type in (Type.ID, Type.PERSON):
        # Of "Nº cliente" and "Cliente" the one with codes is the id, the other the name.
        usual = 0.97 if column.key == "account_id" and content.codes < 0.8 else 1.0
        return 0.25 if content.dates > 0.5 else usual
    if column.type is Type.TEXT:
        return 0.6 if content.dates > 0.8 else 1.0
    # Under a header that says it, a third of readable cells is enough: the others are told one by one.
    factor = 0.3 + 0.7 * content.share(column)
    if column.key == "end_date":
        return factor * (1.0 + 0.3 * content.ahead(today))
    if column.key == "start_date":
        return factor * (1.1 - 0.4 * content.ahead(today))
    return factor


def _by_content(found: dict[str, float], tab: str, content: Content, today: date) -> None:
    """What the cells alone suggest: never sure, because a header that nobody knows was above them."""
    if not content.filled or any(sure >= 0.5 for sure in found.values()):
        return
    keys = {column.key: column for column in TABS[tab].people}
    if content.dates >= 0.8:
        if tab == "contracts":
            ahead = content.ahead(today)
            _better(found, "end_date" if ahead >= 0.5 else "start_date", 0.5)
        return
    for key in ("email", "customer_email"):
        if key in keys and content.share(keys[key]) >= 0.9:
            _better(found, key, 0.6)
    if tab in _CLIENT_TABS and content.share(TABS["accounts"].column("customer_email")) >= 0.9:
        _better(found, "accounts.customer_email", 0.5)
    if content.unique and content.codes >= 0.9 and content.filled > 2:
        _better(found, TABS[tab].id, 0.45)
    for column in keys.values():
        if column.type is Type.LIST and len(content.samples) >= 2 and content.share(column) >= 0.9:
            _better(found, column.key, 0.45)
