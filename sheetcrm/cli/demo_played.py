"""What the demo played, for its story: three mornings, and what people did between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheetcrm.cli.demo_acts import Act
from sheetcrm.model import Snapshot
from sheetcrm.run import Report


@dataclass(frozen=True)
class Morning:
    """A run of the demo, and the workbook as it stood after it."""

    day: date
    report: Report
    book: Snapshot


@dataclass(frozen=True)
class Played:
    """The three mornings, what people did on the first day, and the run that had nothing left to do."""

    mornings: tuple[Morning, Morning, Morning]
    acts: list[Act]
    again: Report
