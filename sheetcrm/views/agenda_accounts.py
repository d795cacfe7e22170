"""The agenda's lines of accounts: one for all that is due there, the earliest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache

import numpy as np

from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import Bools
from sheetcrm.rules.dates import days
from sheetcrm.rules.signals import OPENINGS, SEVERITY, Signals
from sheetcrm.views.agenda_line import Lines, due_status
from sheetcrm.views.texts import objects, repeated, texts
from sheetcrm.words import Words


def account_lines(state: Evaluated, cfg: Config, words: Words) -> Lines:
    """One line per account for all that is due on it within the configured days."""
    due = _due_on_accounts(state, cfg, words)
    at = np.array(sorted(due), dtype=np.int64)
    things = [sorted(due[code]) for code in at.tolist()]
    first = np.array([thing[0][0] for thing in things], dtype="datetime64[D]")
    accounts = state.frames["accounts"]
    return Lines(
        kind=repeated("account", at),
        id=texts(accounts["account_id"], at),
        due=first,
        status=due_status(first, state.as_of),
        contract=np.full(len(at), -1),
        account=at,
        owner=texts(accounts["owner"], at),
        title=repeated(None, at),
        next_action=objects(["; ".join(text for _, text in thing) for thing in things]),
        next_action_on=first,
        why=texts(accounts["health_why"], at),
    )


_Due = tuple[int, date, str]
"""Account row, day, and what to do by then."""


def _due_on_accounts(state: Evaluated, cfg: Config, words: Words) -> dict[int, list[tuple[date, str]]]:
    """Account row → what is due there and when."""
    until = np.datetime64(state.as_of) + np.timedelta64(cfg.agenda.ahead_days, "D")
    found: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for things in (
        _contacts,
        _risk_plans,
        _unpaid,
        _commitments,
        _signals,
        _openings,
        _tier_reviews,
        _plans,
        _difficult,
    ):
        for account, day, text in things(state, until, words):
            found[account].append((day, text))
    return found


def _contacts(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """Clients to get in touch with."""

    @cache
    def said(last: date | None) -> str:
        return words.text("agenda.contact", date=words.date(last)) if last else words.text("agenda.contact.never")

    accounts = state.frames["accounts"]
    due, last = days(accounts["next_contact_due"]), days(accounts["last_contact"])
    at = np.flatnonzero((due <= until) & (accounts["client_status"] == "client").to_numpy())
    for account, day, before in zip(at.tolist(), due[at].tolist(), last[at].tolist(), strict=True):
        yield account, day, said(before)


def _risk_plans(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """Clients whose risk plan is to be done."""
    accounts = state.frames["accounts"]
    due = days(accounts["risk_plan_due"])
    at = np.flatnonzero((due <= until) & (accounts["client_status"] == "client").to_numpy())
    text = words.text("agenda.risk_plan")
    yield from zip(at.tolist(), due[at].tolist(), [text] * len(at), strict=True)


def _unpaid(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Accounts with an invoice past its day, whoever they are by now."""
    said = cache(lambda late: words.plural("agenda.invoices", late))
    overdue = state.frames["accounts"]["days_overdue"].to_numpy(dtype=float)
    for account in np.flatnonzero(overdue > 0).tolist():
        late = int(overdue[account])
        yield account, state.as_of - timedelta(days=late), said(late)


def _commitments(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """The earliest open commitment of each account."""

    @cache
    def said(step: str | None) -> str:
        return words.text("agenda.commitment", step=step) if step else words.text("agenda.commitment.blank")

    talks = state.frames["interactions"]
    codes, due = state.codes("interactions", "accounts"), days(talks["next_step_due"])
    open_ = talks["follow_up"].isin(("pending", "overdue")).to_numpy() & (codes >= 0) & (due <= until)
    at = np.flatnonzero(open_)
    at = at[np.lexsort((at, due[at], codes[at]))]
    chosen, first = np.unique(codes[at], return_index=True)
    steps = texts(talks["next_step"], at[first]).tolist()
    for account, day, step in zip(chosen.tolist(), due[at[first]].tolist(), steps, strict=True):
        yield account, day, said(step)


def _signals(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Living risk signals that nobody has spoken about with the client since."""
    return _unanswered(state, "signal_rows", [kind for kind in SEVERITY if kind not in _ELSEWHERE], "signals", words)


def _openings(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Needs and events that nobody has followed up."""
    return _unanswered(state, "opening_rows", OPENINGS, "openings", words)


_ELSEWHERE = ("untouched", "late_payment")
"""Signals that stand here as a contact due and as an unpaid invoice."""


def _unanswered(state: Evaluated, column: str, kinds: Sequence[str], said: str, words: Words) -> Iterator[_Due]:
    """What was noted after the last contact, or on its day: one text per account, in the order of ``kinds``."""
    living: Signals = state.frames["accounts"][column]
    silence = state.frames["accounts"]["days_since_contact"].to_numpy(dtype=float)[living.codes]
    asked = living.looked_up({kind: float(rank) for rank, kind in enumerate(kinds, 1)})
    still = ~(silence < living.ages) & (asked > 0) & _clients(state)[living.codes]
    found: dict[int, set[int]] = defaultdict(set)
    for account, rank in zip(living.codes[still].tolist(), asked[still].astype(int).tolist(), strict=True):
        found[account].add(rank)
    for account, ranks in found.items():
        named = ", ".join(words.text(f"signal.{kinds[rank - 1]}") for rank in sorted(ranks))
        yield account, state.as_of, words.text(f"agenda.{said}", signals=named)


def _tier_reviews(state: Evaluated, until: np.datetime64, words: Words) -> Iterator[_Due]:
    """Accounts whose tier is to be reviewed. None while nobody has ever noted a review: then the team does not keep
    them, and every client would stand here."""
    accounts = state.frames["accounts"]
    if accounts["tier_reviewed_on"].isna().all():
        return
    due = days(accounts["tier_review_due"])
    at = np.flatnonzero(due <= until)
    yield from zip(at.tolist(), due[at].tolist(), [words.text("agenda.tier_review")] * len(at), strict=True)


def _plans(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Key accounts without a plan, or with an old one."""
    lacking = state.frames["accounts"]["plan_gap"].notna().to_numpy()
    return _today(state, lacking, "plan", words)


def _difficult(state: Evaluated, _: np.datetime64, words: Words) -> Iterator[_Due]:
    """Clients who begin to be difficult, unless people know it already."""
    accounts = state.frames["accounts"]
    early = (accounts["difficult_early"] == 1) & (accounts["difficult"] != "yes")
    return _today(state, early.to_numpy(dtype=bool), "difficult", words)


def _today(state: Evaluated, mask: Bools, matter: str, words: Words) -> Iterator[_Due]:
    text = words.text(f"agenda.{matter}")
    return ((account, state.as_of, text) for account in np.flatnonzero(mask).tolist())


def _clients(state: Evaluated) -> Bools:
    return np.asarray(state.frames["accounts"]["client_status"] == "client", dtype=bool)
