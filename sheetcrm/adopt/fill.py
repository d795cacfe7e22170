"""From old tables and their mapping to the rows of a fresh workbook. Nothing is guessed, nothing is lost. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sheetcrm.adopt.cells import Cells, Typed
from sheetcrm.adopt.clients import Clients, Row
from sheetcrm.adopt.content import Content
from sheetcrm.adopt.filled import Filled
from sheetcrm.adopt.findings import Finding, Kind
from sheetcrm.adopt.headers import OWNER_MAIL
from sheetcrm.adopt.ids import Taken, made_id
from sheetcrm.adopt.mapping import Adoption
from sheetcrm.adopt.noting import BETWEEN, Noting
from sheetcrm.adopt.people import Team
from sheetcrm.cells import Bad, Habits
from sheetcrm.model import Value
from sheetcrm.schema import PEOPLE_TABS, TABS, Type
from sheetcrm.words import Words

_ORDER = ("team", "accounts", "contracts", "contacts", "interactions", "tickets", "opportunities", "tasks", "invoices")
_CODES = 0.9


def fill(mapping: Adoption, words: Words, base: str = "EUR") -> Filled:
    """The rows of all tables that become tabs.

    1. Every cell is read strictly as what its column means; amounts tell the currency of sums (else ``base``).
    2. The team and the customers come first: the other tabs name them, and add those that only they name.
    3. Each record becomes a row with an id. A cell that can't be read keeps its text where it stands: blank would say
       something else (no end is evergreen). Text without a place of its own goes into the row's notes.
    ``words`` are those of the new workbook, in which it is said why a cell could not be read.
    """
    habits = Habits(mapping.language, mapping.day_first)
    parts = sorted(mapping.taken, key=lambda part: _ORDER.index(part.tab))
    cells = [Cells(part, Habits(habits.language, habits.day_first, date1904=part.old.sheet.date1904)) for part in parts]
    filling = _Filling(words, _base(cells, base))
    for each in cells:
        filling.add(each)
    return filling.done()


def _base(cells: Sequence[Cells], base: str) -> str:
    """The currency that most amounts bear, where at least half of them bear it."""
    votes: Counter[str] = sum((each.currency_votes() for each in cells), Counter())
    if not votes:
        return base
    most, count = votes.most_common(1)[0]
    return most if len(most) == 3 and 2 * count >= sum(each.amounts for each in cells) else base


class _Filling:
    """The rows made so far, and whom they name."""

    def __init__(self, words: Words, base: str) -> None:
        self._noting = Noting(words)
        self._base = base
        self._clients = Clients()
        self._team = Team()
        self._rows: dict[str, list[Row]] = {}
        self._taken: dict[str, Taken] = {}

    def add(self, cells: Cells) -> None:
        """The rows of one table."""
        part = cells.part
        self._noting.table(part)
        if part.tab == "accounts":
            self._clients.listed = self._clients.listed or "account_id" in cells.typed
        codes = self._are_codes(cells)
        for at in range(len(part.old.rows)):
            kept: list[tuple[str, str]] = []
            row = self._read(cells, at, kept)
            if part.tab == "team":
                id = self._member(cells, at, row, kept)
            elif part.tab == "accounts":
                id = self._account(cells, at, row, kept)
            else:
                id = self._record(cells, at, row, kept, codes)
            for typed in cells.typed.values():
                if at in typed.bad:
                    self._noting.unread(part, typed, at, id)

    def done(self) -> Filled:
        """Everything, in the order of the workbook."""
        self._clients.settle_owners()
        people = {tab.key: [column.key for column in tab.people if column.type is Type.PERSON] for tab in PEOPLE_TABS}
        rows = {**self._rows, "accounts": self._clients.rows}
        for key, mine in rows.items():
            for name in dict.fromkeys(str(row[column]) for row in mine for column in people[key] if row.get(column)):
                self._team.meet(name)
        rows["team"] = self._team.rows
        for name in self._team.without_address():
            self._noting.findings.append(
                Finding("no_address", "", "", value=name, why="their mail address", tab="team")
            )
        used = {str(row["currency"]) for mine in rows.values() for row in mine if row.get("currency")}
        order = {kind: at for at, kind in enumerate(_KINDS)}
        return Filled(
            rows={tab.key: rows[tab.key] for tab in PEOPLE_TABS if rows.get(tab.key)},
            findings=sorted(self._noting.findings, key=lambda finding: order[finding.kind]),
            base=self._base,
            currencies=tuple(sorted(used - {self._base})),
            alike=self._clients.alike(),
            unaddressed=self._team.without_address(),
        )

    def _read(self, cells: Cells, at: int, kept: list[tuple[str, str]]) -> Row:
        """The row's own values; texts without a place go to ``kept`` as (header, text)."""
        row: Row = {}
        for target, typed in cells.typed.items():
            self._in_its_currency(cells, typed, at)
            if at in typed.bad and not typed.stands(at):
                kept.append((typed.choice.header, typed.texts[at] or ""))
            elif (value := typed.value(at)) is not None and "." not in target:
                row[target] = value
        kept += [(choice.header, texts[at] or "") for choice, texts in cells.loose if texts[at]]
        return row

    def _in_its_currency(self, cells: Cells, typed: Typed, at: int) -> None:
        """An amount's sign names its row's currency where no cell does; one that contradicts it is never taken 1:1."""
        codes = typed.currencies.get(at, ())
        if not codes or at in typed.bad:
            return
        stated = cells.typed["currency"].values[at] if "currency" in cells.typed else None
        own = "currency" in {column.key for column in TABS[cells.part.tab].people} and "." not in typed.choice.target
        if stated is None and own and len(codes) == 1:
            return
        currency = str(stated) if stated is not None and own else self._base
        if currency not in codes:
            typed.bad[at] = Bad("currency_other", {"currency": currency})
            typed.values[at] = None

    def _member(self, cells: Cells, at: int, row: Row, kept: list[tuple[str, str]]) -> str:
        if isinstance(row.get("email"), str):
            row["email"] = str(row["email"]).lower()
        known = self._team.with_address(str(row.get("email") or ""))
        if known is not None:
            self._noting.row(
                "joined", cells.part, at, str(row["email"]), "the same address again", "team", str(row["email"])
            )
            kept += self._facts(cells, known, row)
        elif row.get("email") or row.get("name"):
            self._team.add(row)
        else:
            kept += [(typed.choice.header, text) for typed in cells.typed.values() if (text := typed.texts[at])]
        id = str(row.get("email") or row.get("name") or "")
        self._noting.no_place(cells.part, at, id, kept)
        return id

    def _account(self, cells: Cells, at: int, row: Row, kept: list[tuple[str, str]]) -> str:
        """A customer's row: a new one, or more about one that is there already. Its id."""
        id, name = str(row.pop("account_id", "") or ""), str(row.pop("name", "") or "")
        if not id and not name:
            kept += [(t.choice.header, text) for t in cells.typed.values() if (text := t.texts[at])]
            self._noting.row(
                "row_left", cells.part, at, BETWEEN.join(f"{h}: {text}" for h, text in kept), "no customer is named"
            )
            return ""
        known = self._clients.with_id(id) if id else self._clients.find(name)
        if known is not None and name and known["name"] and self._clients.find(name) is not known:
            known = None  # two customers under one id
        if known is None:
            known = self._clients.add(name, id)
            if not id:
                self._noting.row("id_made", cells.part, at, name, "", tab="accounts", id=str(known["account_id"]))
            elif known["account_id"] != id:
                self._noting.row(
                    "id_changed", cells.part, at, id, "another row has this id", "accounts", str(known["account_id"])
                )
        else:
            self._noting.row(
                "joined", cells.part, at, name or id, "the same customer again", "accounts", str(known["account_id"])
            )
            if name and not known["name"]:
                self._clients.name(known, name)
        kept[:0] = self._facts(cells, known, row)
        self._owner(cells, at, row)
        self._noting.keep(cells.part, at, "accounts", known, kept)
        return str(known["account_id"])

    def _facts(self, cells: Cells, known: Row, facts: Mapping[str, Value], prefix: str = "") -> list[tuple[str, str]]:
        """Put facts where nothing stands yet; those that say something else come back as (header, text)."""
        other = []
        for key, value in facts.items():
            if known.get(key) is None:
                known[key] = value
            elif known[key] != value:
                header = cells.typed[f"{prefix}{key}"].choice.header
                other.append((header, str(value)))
        return other

    def _record(self, cells: Cells, at: int, row: Row, kept: list[tuple[str, str]], codes: bool) -> str:
        """A row of any other tab, with its id and its customer's. Its id."""
        part = cells.part
        tab = TABS[part.tab]
        client = self._client(cells, at, row, codes)
        if client is not None:
            facts = {
                target.removeprefix("accounts."): typed.value(at)
                for target, typed in cells.typed.items()
                if target.startswith("accounts.") and target != "accounts.name" and typed.value(at) is not None
            }
            kept += self._facts(cells, client, facts, "accounts.")
        self._signed_currency(cells, at, row)
        self._owner(cells, at, row)
        if client is not None and row.get("owner") and part.tab == "contracts":
            self._clients.looked_after(str(client["account_id"]), str(row["owner"]))
        if tab.id_required:
            self._identify(cells, at, row)
        self._noting.keep(part, at, part.tab, row, kept)
        self._rows.setdefault(part.tab, []).append(row)
        return str(row.get(tab.id) or "")

    def _signed_currency(self, cells: Cells, at: int, row: Row) -> None:
        """The currency that the row's amounts bear, where it is not that of sums."""
        if row.get("currency") or "currency" not in {column.key for column in TABS[cells.part.tab].people}:
            return
        signs = {codes for t in cells.typed.values() if at not in t.bad and len(codes := t.currencies.get(at, ())) == 1}
        if len(signs) == 1 and (code := next(iter(signs))[0]) != self._base:
            row["currency"] = code

    def _client(self, cells: Cells, at: int, row: Row, codes: bool) -> Row | None:
        """The customer of a row, made where the row is the first to name it; None where it names none."""
        if "account_id" not in {column.key for column in TABS[cells.part.tab].people}:
            return None
        said = str(row.get("account_id") or "")
        named = cells.typed.get("accounts.name")
        name = str(named.values[at] or "") if named is not None else ""
        if not said and not name:
            return None
        found = self._clients.find(said) if said else self._clients.find(name)
        if found is None and said and name and not codes:
            found = self._clients.find(name)
        if found is None and codes and self._clients.listed and not name:
            return None  # an id that the list of customers does not have: the new workbook will ask
        if found is None:
            found = self._clients.add(name or said, said if codes else "")
            self._noting.row(
                "account_made",
                cells.part,
                at,
                name or said,
                "only this tab names them",
                "accounts",
                str(found["account_id"]),
            )
        elif name and not found["name"]:
            self._clients.name(found, name)
        row["account_id"] = found["account_id"]
        return found

    def _are_codes(self, cells: Cells) -> bool:
        """Whether a table names its customers by ids: as the list of customers does, or by codes beside their names."""
        typed = cells.typed.get("account_id")
        if typed is None or cells.part.tab in ("accounts", "team"):
            return False
        said = {str(value) for value in typed.values if value is not None}
        if (
            said
            and self._clients.listed
            and sum(self._clients.with_id(one) is not None for one in said) * 2 >= len(said)
        ):
            return True
        content = Content(cells.part.old, typed.choice.col, Habits())
        return content.codes >= _CODES

    def _owner(self, cells: Cells, at: int, row: Row) -> None:
        mail = cells.typed.get(OWNER_MAIL)
        address = str(mail.values[at] or "") if mail is not None else ""
        if row.get("owner") or address:
            self._team.meet(str(row.get("owner") or address), address)
        if address and not row.get("owner"):
            row["owner"] = address

    def _identify(self, cells: Cells, at: int, row: Row) -> None:
        """The row's own id, each only once; one made from its content where it has none."""
        part = cells.part
        key, taken = TABS[part.tab].id, self._taken.setdefault(part.tab, Taken())
        own = str(row.get(key) or "")
        if own:
            row[key] = taken.unique(own)
            if row[key] != own:
                self._noting.row("id_changed", part, at, own, "another row has this id", part.tab, str(row[key]))
            return
        content = [f"{target}={typed.texts[at] or ''}" for target, typed in sorted(cells.typed.items())]
        row[key] = taken.unique(made_id(part.tab, *content))
        self._noting.row("id_made", part, at, "", "", part.tab, str(row[key]))


_KINDS: tuple[Kind, ...] = (
    "unreadable",
    "broken",
    "no_place",
    "row_left",
    "id_changed",
    "joined",
    "account_made",
    "no_address",
    "id_made",
)
