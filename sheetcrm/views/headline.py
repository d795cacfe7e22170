"""What a manager should see to first: the one line above the cards."""

from __future__ import annotations

import numpy as np

from sheetcrm.model import Bools, Ints, Value
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import Floats, days
from sheetcrm.text import clip
from sheetcrm.views.seen import Seen, as_date
from sheetcrm.views.texts import texts

_LONGEST = 130
"""Characters that fit beside the label on one line."""


def headline(seen: Seen) -> str:
    """The most valuable contract that counts as value at risk, with who answers for it and what to do; without one the
    most valuable client in the red; without one that nothing is. Where nothing is known it says so: no contract in
    danger of none is no good news."""
    return clip(_risk(seen) or _red(seen) or _calm(seen), _LONGEST)


def _risk(seen: Seen) -> str:
    contracts = seen.state.frames["contracts"]
    mask = (contracts["at_risk"] == 1).to_numpy()
    if not mask.any():
        return ""
    at = _worthiest(mask, seen.terms.annual)
    deadline = days(contracts["deadline"])[at[0]]
    holder = seen.state.codes("contracts", "accounts")[at]
    # Follows from the plan: there is none before the day's tasks are known.
    action = texts(contracts["next_action"], at)[0] if "next_action" in contracts else None
    name = _name(seen, holder, texts(contracts["contract_id"], at)[0])
    parts = [
        action,
        # What is to be done names the client as a rule.
        name if name not in (action or "") else None,
        _worth(seen, float(seen.terms.annual[at[0]])),
        _countdown(seen, deadline),
        seen.person(texts(contracts["owner"], at)[0] or texts(seen.state.frames["accounts"]["owner"], holder)[0]),
    ]
    return _joined(*parts)


def _red(seen: Seen) -> str:
    accounts = seen.state.frames["accounts"]
    mask = marked(accounts["client_status"], "client") & marked(accounts["health_band"], "red")
    if not mask.any():
        return ""
    value = accounts["annual_value"].to_numpy(dtype=float)
    at = _worthiest(mask, value)
    owner = seen.person(texts(accounts["owner"], at)[0])
    return _joined(_name(seen, at, None), _worth(seen, float(value[at[0]])), seen.words.text("headline.red"), owner)


def _calm(seen: Seen) -> str:
    known = marked(seen.state.frames["accounts"]["client_status"], "client").any()
    return seen.words.text("headline.none" if known else "headline.empty")


def _worthiest(mask: Bools, value: Floats) -> Ints:
    """The row of the mask with the highest value, the first of several; one of unknown value only where all are."""
    at = np.flatnonzero(mask)
    return at[[int(np.argmax(np.nan_to_num(value[at], nan=-np.inf)))]]


def _name(seen: Seen, account: Ints, other: Value) -> str:
    accounts = seen.state.frames["accounts"]
    return str(texts(accounts["name"], account)[0] or texts(accounts["account_id"], account)[0] or other or "")


def _worth(seen: Seen, value: float) -> str:
    if np.isnan(value):
        return ""
    return seen.words.text("headline.worth", value=seen.amount(value))


def _countdown(seen: Seen, deadline: np.datetime64) -> str:
    left = int((deadline - seen.today).astype(int))
    day = seen.words.date(as_date(deadline), short=True)
    if left < 0:
        return seen.words.plural("headline.past", -left, date=day)
    return seen.words.plural("headline.left", left, date=day)


def _joined(*parts: Value) -> str:
    return " · ".join(str(part) for part in parts if part)
