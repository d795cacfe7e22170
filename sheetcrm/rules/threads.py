"""Threads: through how many people, theirs and ours, a key account holds (domain 4, contact and cadence; 001)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags, Floats, marked, within


@column(
    "accounts",
    show=False,
    ages="interactions.contact_age",
    owners="interactions.owner",
    left="contacts.left_on",
    since="contacts.since",
)
def single_threaded(
    tier: pd.Series[Any], ages: Linked, owners: Linked, left: Linked, since: Linked, today: Any, cfg: Any
) -> Floats:
    """1 for a key account that hangs by one thread: fewer than two living contacts of theirs, or fewer than two of our
    people in touch within 180 days; else 0. What the team does not note (contacts, owners) is not held against it.

    Source: domain 4 (contact and cadence; risk signals); 001 item 10
    """
    key = marked(tier, "key")
    alone = np.zeros(ages.size, dtype=bool)
    if len(left.values):
        live = left.values.isna() & ~(since.values.to_numpy() > today)
        alone |= left.count(live) < 2
    if owners.values.notna().any():
        alone |= _people_in_touch(ages, owners, key, cfg.contact.threads_days) < 2
    return (key & alone).astype(float)


def _people_in_touch(ages: Linked, owners: Linked, key: Flags, days: float) -> Ints:
    """How many of our people were in touch with each key account."""
    rows = np.flatnonzero(within(ages.values, days) & (ages.codes >= 0) & owners.values.notna().to_numpy())
    rows = rows[key[ages.codes[rows]]]
    people = pd.factorize(owners.values.iloc[rows])[0]
    pairs = np.unique(ages.codes[rows] * (people.max(initial=0) + 1) + people)
    return np.bincount(pairs // (people.max(initial=0) + 1), minlength=ages.size)
