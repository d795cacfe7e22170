"""What a fresh workbook is filled with, and what is to be said about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sheetcrm.adopt.clients import Row
from sheetcrm.adopt.findings import Finding, Kind
from sheetcrm.schema import TABS


@dataclass
class Filled:
    """``rows``: tab → rows of people's values by key, as a template takes them. ``base``: the currency of sums.

    ``alike``: pairs of customers whose names differ by a legal form only. ``currencies``: those that need a rate.
    ``unaddressed``: members of the team whose address nobody wrote.
    """

    rows: dict[str, list[Row]]
    findings: list[Finding]
    base: str
    currencies: tuple[str, ...] = ()
    alike: list[tuple[str, str]] = field(default_factory=list)
    unaddressed: list[str] = field(default_factory=list)

    def count(self, kind: Kind) -> int:
        """How many findings of a kind there are."""
        return sum(finding.kind == kind for finding in self.findings)

    def lacking(self) -> dict[tuple[str, str], int]:
        """(tab, required column) → rows in which it is blank: the workbook's problems tab will ask for them."""
        found: dict[tuple[str, str], int] = {}
        for tab, rows in self.rows.items():
            for column in TABS[tab].people:
                blank = sum(row.get(column.key) is None for row in rows) if column.required else 0
                if blank:
                    found[tab, column.key] = blank
        return found
