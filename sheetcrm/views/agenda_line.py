"""What a line of the agenda holds, whatever it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sheetcrm.columns import choose
from sheetcrm.model import Ints
from sheetcrm.rules.dates import Days
from sheetcrm.views.texts import Cells


@dataclass(frozen=True)
class Lines:
    """Lines of one kind before they are laid out, as columns. ``contract`` and ``account`` are rows of the evaluated
    tabs, −1 for none. A blank ``owner`` or ``title`` is filled from those."""

    kind: Cells
    id: Cells
    due: Days
    status: Cells
    contract: Ints
    account: Ints
    owner: Cells
    title: Cells
    next_action: Cells
    next_action_on: Days
    why: Cells


def due_status(due: Days, today: date) -> Cells:
    """Whether each day is past, today or to come."""
    day = np.datetime64(today)
    return choose((due < day, "overdue"), (due == day, "due"), default="open")
