"""Who takes part: our team, the customers' companies, their people and their terms. All of them fictional."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from sheetcrm.languages import LANGUAGES
from sheetcrm.sample.days import workday
from sheetcrm.sample.journal import Journal
from sheetcrm.sample.roster import ROSTER, Part, Spec
from sheetcrm.sample.words import WORDS, Words

WENT_ELSEWHERE = ("untouched", "lost_service")
"""Accounts whose leaver is known to work elsewhere now: someone who may speak for us there."""

OUR_DOMAIN = "example.com"
_CYRILLIC = dict(
    zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True),
    ж="zh", х="kh", ц="ts", ч="ch", ш="sh", щ="shch", ъ="", ь="", ю="yu", я="ya",
)  # fmt: skip


@dataclass
class Contact:
    """A customer's person; ``left`` marks one who no longer works there."""

    name: str
    role: str
    email: str
    left: bool = False


@dataclass
class Account:
    """A customer with its part, our people for it, its people and its terms."""

    part: Part
    id: str
    name: str
    industry: str
    domain: str
    owner: str
    backup: str
    service: str
    contacts: list[Contact] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)

    @property
    def running(self) -> list[Term]:
        """Terms that people still work with, the main one first."""
        return [term for term in self.terms if term.main]


@dataclass
class Term:
    """One contract term before it has its id. ``main`` marks the terms that the roster names."""

    account: Account
    spec: Spec
    start: date
    end: date | None
    months: int
    kind: str
    title: str
    frequency: str
    value: float = 0.0
    main: bool = True
    id: str = ""
    before: list[Term] = field(default_factory=list)
    after: Term | None = None
    closed_on: date | None = None
    cells: dict[str, Any] = field(default_factory=dict)

    @property
    def stage(self) -> Any:
        return self.cells.get("renewal_stage")

    @property
    def auto(self) -> bool:
        return self.cells.get("auto_renew") == "yes"


@dataclass
class Company:
    """The whole stage: the day, the words, the book, and who is on it."""

    seed: int
    as_of: date
    words: Words
    language: str
    journal: Journal
    team: list[str] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    def dice(self, *about: str) -> Random:
        """Chance of its own for each subject, so that one story's change leaves the others as they were."""
        return Random("/".join((str(self.seed), self.language, *about)))  # noqa: S311  (a sample, not a secret)

    def day(self, offset: int) -> date:
        """The working day at or before so many days from ``as_of``."""
        return workday(self.as_of + timedelta(offset))

    def of(self, case: str) -> Account:
        """The account that plays a part; KeyError when none does."""
        return {account.part.case: account for account in self.accounts}[case]


def ascii_slug(text: str) -> str:
    """Lower-case latin letters, digits and dashes of a name: for addresses."""
    latin = "".join(_CYRILLIC.get(letter, letter) for letter in text.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _people(words: Words, dice: Random) -> list[str]:
    """Full names, each used once, in a shuffled order."""
    names = [f"{first} {last}" for first in words.women for last in words.surnames_women]
    names += [f"{first} {last}" for first in words.men for last in words.surnames_men]
    dice.shuffle(names)
    return names


def _firms(words: Words, dice: Random, count: int) -> list[tuple[str, str]]:
    """Distinct company names with their industry; a core comes back at most with another line of business."""
    cores = list(words.cores)
    firms = list(words.firms)
    dice.shuffle(cores)
    dice.shuffle(firms)
    # Advancing the pattern by one more at each turn of the cores never pairs the same two again.
    return [
        (firms[(i + i // len(cores)) % len(firms)][0].format(cores[i % len(cores)]),
         firms[(i + i // len(cores)) % len(firms)][1])
        for i in range(count)
    ]  # fmt: skip


def gather(seed: int, as_of: date, language: str) -> Company:
    """The team and the customers of a sample company, noted in its journal (team, contacts)."""
    company = Company(seed, as_of, WORDS[language], language, Journal([]))
    people = _people(company.words, company.dice("people"))
    company.team = _team(people)
    firms = _firms(company.words, company.dice("firms"), len(ROSTER))
    for number, (part, (name, industry)) in enumerate(zip(ROSTER, firms, strict=True)):
        company.accounts.append(_account(company, part, number, name, industry, people))
    return company


def _team(people: list[str]) -> list[str]:
    """Eight of us, no two with a name in common: a first name alone must never be ambiguous by accident."""
    team: list[str] = []
    while len(team) < 8:
        name = people.pop()
        if not {word for other in team for word in other.split()} & set(name.split()):
            team.append(name)
    return team


def _account(company: Company, part: Part, number: int, name: str, industry: str, people: list[str]) -> Account:
    owners, service = company.team[:3], company.team[5:7]
    account = Account(
        part=part,
        id="00123" if part.case == "month_end_31_january" else f"A-{number + 1:03d}",
        name=name,
        industry=industry,
        domain=f"{ascii_slug(name.split(',')[0])}.example",
        owner=owners[number % 3],
        backup=owners[(number + 1) % 3],
        service=service[number % 2],
    )
    for turn in range(_contact_count(part, number)):
        person = people.pop()
        address = f"{ascii_slug(person).replace('-', '.', 1)}@{account.domain}"
        account.contacts.append(Contact(person, company.words.roles[turn % len(company.words.roles)], address))
    if part.case in ("expansion", "lost_service", "untouched"):
        person = people.pop()
        account.contacts.append(Contact(person, company.words.roles[0], f"{ascii_slug(person)}@{account.domain}", True))
    _note_contacts(company, account)
    return account


def _contact_count(part: Part, number: int) -> int:
    if part.case == "single_threaded":
        return 1
    return 3 if part.tier == "key" else 1 + (number % 3 == 0)


def _note_contacts(company: Company, account: Account) -> None:
    dice = company.dice(account.part.case, "contacts")
    for turn, contact in enumerate(account.contacts):
        company.journal.write(
            "contacts",
            account_id=account.id,
            name=contact.name,
            role=contact.role,
            email=contact.email,
            phone=company.words.phone.format(dice.randrange(1000), dice.randrange(1000)) if turn != 1 else None,
            decision_maker="yes" if turn == 0 or contact.left else "no",
            since=company.day(-dice.randrange(420, 1500)),
            left_on=company.day(-38) if contact.left else None,
            moved_to=company.words.moved_to if contact.left and account.part.case in WENT_ELSEWHERE else None,
        )


def note_team(company: Company, targets: list[int]) -> None:
    """The team tab: three owners, a manager, direction, two of service, one of credit; one away with a delegate."""
    roles = ("owner", "owner", "owner", "manager", "direction", "service", "service", "credit")
    others = [language for language in LANGUAGES if language != company.language]
    tongues = {2: others[0], 6: others[1]}
    for turn, (name, role) in enumerate(zip(company.team, roles, strict=True)):
        away: dict[str, Any] = {}
        if turn == 1:
            until = company.as_of + timedelta(7)
            away = {"away_from": company.day(-3), "away_until": until, "delegate": company.team[0]}
        company.journal.write(
            "team",
            email=f"{ascii_slug(name).replace('-', '.', 1)}@{OUR_DOMAIN}",
            name=name,
            role=role,
            manager=None if role == "direction" else company.team[4] if role == "manager" else company.team[3],
            language=tongues.get(turn, company.language),
            sales_target=targets[turn] if role == "owner" else None,
            **away,
        )
