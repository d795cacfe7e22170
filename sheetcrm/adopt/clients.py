"""The customers of the new workbook: those of the old accounts tab, and those that only other tabs name."""

from __future__ import annotations

from collections import Counter

from sheetcrm.adopt.ids import Taken, account_id_of, name_key
from sheetcrm.model import Value

Row = dict[str, Value]

_LEGAL = frozenset(
    {
        *(
            "sl",
            "slu",
            "sa",
            "sau",
            "sll",
            "slp",
            "cb",
            "sc",
            "srl",
            "sas",
            "ltd",
            "limited",
            "inc",
            "llc",
            "llp",
            "plc",
        ),
        *("corp", "co", "gmbh", "ag", "bv", "nv", "ооо", "оао", "ао", "зао", "пао", "ип"),
    }
)


class Clients:
    """Account rows by id and by name; case, accents and punctuation of a name do not count."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._by_id: dict[str, Row] = {}
        self._by_name: dict[str, Row] = {}
        self._taken = Taken()
        self._owners: dict[str, Counter[str]] = {}
        self.listed = False
        """Whether the old workbook had a tab of customers with ids of its own."""

    def find(self, text: str) -> Row | None:
        """The customer that an id or a name means."""
        return self._by_id.get(text) or self._by_name.get(name_key(text))

    def with_id(self, id: str) -> Row | None:
        """The customer with exactly this id."""
        return self._by_id.get(id)

    def add(self, name: str, id: str = "") -> Row:
        """A new customer; its id is made from its name where it has none."""
        row: Row = {"account_id": self._taken.unique(id or account_id_of(name)), "name": name or None}
        self.rows.append(row)
        self._by_id[str(row["account_id"])] = row
        if name:
            self._by_name.setdefault(name_key(name), row)
        return row

    def name(self, row: Row, name: str) -> None:
        """Give a customer the name that it lacked."""
        row["name"] = name
        self._by_name.setdefault(name_key(name), row)

    def looked_after(self, id: str, owner: str) -> None:
        """Note who looks after one of a customer's contracts."""
        self._owners.setdefault(id, Counter())[owner] += 1

    def settle_owners(self) -> None:
        """A customer without an owner gets that of its contracts, where all have the same."""
        for row in self.rows:
            owners = list(self._owners.get(str(row["account_id"]), ()))
            if not row.get("owner") and len(owners) == 1:
                row["owner"] = owners[0]

    def alike(self) -> list[tuple[str, str]]:
        """Pairs of customers whose names differ by no more than a legal form: people know whether they are one."""
        first: dict[str, str] = {}
        found = []
        for row in self.rows:
            name = str(row["name"] or "")
            core = " ".join(word for word in name_key(name).split() if word not in _LEGAL)
            if core and core in first:
                found.append((first[core], name))
            elif core:
                first[core] = name
        return found
