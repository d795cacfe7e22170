"""What adopting found worth telling: cell by cell for the list beside the new workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Literal

Kind = Literal[
    "unreadable", "broken", "no_place", "row_left", "id_made", "id_changed", "account_made", "joined", "no_address"
]


@dataclass(frozen=True)
class Finding:
    """One thing: in the old workbook at ``sheet`` and ``cell``, in the new one in the row ``id`` of ``tab``.

    ``kept`` names the new column that holds the text; "" where only this list does.
    """

    kind: Kind
    sheet: str
    cell: str
    header: str = ""
    value: str = ""
    why: str = ""
    tab: str = ""
    id: str = ""
    kept: str = ""


def as_csv(findings: Iterable[Finding]) -> str:
    """The list as a table that spreadsheets open. A text that looks like a formula stays text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([each.name for each in fields(Finding)])
    writer.writerows([_harmless(text) for text in astuple(finding)] for finding in findings)
    return out.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
