"""The suggested agenda: first what this account needs now, then what strategy and playbooks ask for (domain 8)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sheetcrm.views.brief.account import Account, joined
from sheetcrm.views.brief.money import open_opportunities, openings
from sheetcrm.views.brief.page import Cell, Lines, Section
from sheetcrm.views.brief.people import newest
from sheetcrm.views.brief.service import open_tickets, ticket_name
from sheetcrm.views.brief.talks import next_steps, tasks
from sheetcrm.views.brief.terms import noticed, running

_FLOWS = {"communication": "no_answer"}
"""Complaint flows have their category's key, but for this one."""
_BURNING = ("breached", "at_risk")
_SPOKEN = ("quote_request", "billing_complaint", "purchasing_change", "new_decision_maker", "obsolescence")
"""Signals of risk that people noted and that a visit should take up."""
_BY_TIER = {"key": "other_departments", "low": "low_account"}
_MOST_OF_A_KIND = 3
"""Points of one kind."""
_MOST_SITUATIONS = 3
"""Playbooks for what is going on, beside those of the visit and the strategy."""


def agenda(account: Account) -> Section:
    """Points for this account, then the checklists of its strategy and situation, and what to do afterwards."""
    points = [Cell(point) for point in dict.fromkeys(_points(account))]
    # The points are what the page is for: twice as many as of anything else.
    first, more = account.first(points, 2 * account.cfg.brief.rows)
    own = [Lines("points", account.words.text("brief.agenda.points"), first, more)] if points else []
    checklists = [checklist for key in dict.fromkeys(_playbooks(account)) for checklist in _checklist(account, key)]
    return Section("agenda", account.words.text("brief.section.agenda"), parts=[*own, *checklists])


def _checklist(account: Account, key: str) -> list[Lines]:
    """The first steps of a playbook's section; nothing where people emptied it."""
    playbook = account.cfg.playbook(account.words.language)
    most = account.cfg.brief.playbook_steps
    steps = playbook.get(key, ())
    if not steps or not most:
        return []
    first, more = account.first(steps, most)
    return [Lines(key, playbook.title(key), [Cell(step) for step in first], more, steps=True)]


def _playbooks(account: Account) -> Iterator[str]:
    """The sections that fit: the visit itself, what is going on, the strategy, and afterwards."""
    yield "visit_brief"
    yield from islice(dict.fromkeys(_situations(account)), _MOST_SITUATIONS)
    if account.own("client_status") == "ex_client":
        yield "reactivation"
    elif account.own("strategy"):
        yield account.own("strategy")
    yield "after_meeting"


def _situations(account: Account) -> Iterator[str]:
    """What is going on, the most urgent first."""
    if noticed(account):
        yield "cancellation"
    yield from _flow(account)
    renewal = _renewal(account)
    if renewal:
        yield renewal
    if account.own("credit_blocked") == "yes":
        yield "credit_block"
    elif (account.own("days_overdue") or 0) > account.cfg.signals.late_payment_days:
        yield "collections"
    if account.own("difficult") == "yes":
        yield "difficult"
    if account.own("single_threaded") == 1:
        yield "more_contacts"
    if openings(account):
        yield "expansion"
    yield from _care(account)


def _care(account: Account) -> Iterator[str]:
    """What is always worth a thought: what they are being sold, a contact that is due, and what their tier asks for."""
    sold = {account.value("opportunities", "kind", row) for row in open_opportunities(account)}
    yield from (kind for kind in ("upsell", "cross_sell") if kind in sold)
    due = account.day("accounts", "next_contact_due", account.row)
    if due is not None and due <= account.today:
        yield "relationship"
    if account.own("tier") in _BY_TIER:
        yield _BY_TIER[account.own("tier")]


def _renewal(account: Account) -> str:
    """The stage that the nearest renewal has reached: alerted, else by its days; "" without one."""
    for row in running(account):
        alerted = account.value("contracts", "alert_stage", row)
        if alerted:
            return str(alerted)
        left = account.value("contracts", "days_to_deadline", row)
        stages = account.cfg.alerts.stages
        reached = [name for name, stage in stages.items() if left is not None and left <= stage.days]
        if reached:
            return min(reached, key=lambda name: stages[name].days)
    return ""


def _flow(account: Account) -> Iterator[str]:
    """The complaint flow of the most urgent open ticket."""
    if account.own("recurrent_faults"):
        yield "repeat_fault"
        return
    for row in open_tickets(account)[:1]:
        category = account.value("tickets", "category", row)
        if category and account.value("tickets", "sla_status", row) in _BURNING:
            yield _FLOWS.get(category, category)


def _points(account: Account) -> Iterator[str]:
    """What to talk about with these people today, the most urgent first; a few of each kind, so that none buries the
    others."""
    for kind in (_notices, _service, _late, _signals, _payment, _renewals, _growth, _relations):
        yield from islice(kind(account), _MOST_OF_A_KIND)


def _notices(account: Account) -> Iterator[str]:
    for row in noticed(account):
        yield account.words.text("brief.point.notice", id=account.text("contracts", "contract_id", row))


def _late(account: Account) -> Iterator[str]:
    # Tickets past their time have a line of their own.
    for owed in [*next_steps(account), *tasks(account)]:
        if owed.late:
            yield account.words.text("brief.point.late", what=owed.what)


def _signals(account: Account) -> Iterator[str]:
    """What they let us feel lately, the latest first: other suppliers' prices, complaints, changes, a low mark."""
    days, low = account.cfg.signals.days, account.cfg.signals.detractor_score
    surveyed = False
    for row in newest(account):
        if not account.within(row, days):
            continue
        signal, score = (account.value("interactions", column, row) for column in ("signal", "score"))
        if signal in _SPOKEN:
            yield account.words.text(f"brief.point.{signal}")
        if score is not None and not surveyed:
            surveyed = True  # an older mark says less than the last one
            if score <= low:
                mark = account.words.text("brief.score", score=account.words.number(score))
                yield account.words.text("brief.point.detractor", score=mark)


def _payment(account: Account) -> Iterator[str]:
    if account.own("credit_blocked") == "yes" and not account.own("payment_plan"):
        yield account.words.text("brief.point.blocked")
    elif account.own("days_overdue"):
        yield account.words.plural("brief.point.overdue", account.own("days_overdue"))


def _service(account: Account) -> Iterator[str]:
    for row in open_tickets(account):
        if account.value("tickets", "sla_status", row) in _BURNING:
            yield account.words.text("brief.point.ticket", what=ticket_name(account, row))
    if account.own("recurrent_faults"):
        yield account.words.plural("brief.point.recurrent", account.own("recurrent_faults"))


def _renewals(account: Account) -> Iterator[str]:
    for row in running(account):
        id = account.text("contracts", "contract_id", row)
        asked = account.sentence("contracts", "next_action", row)
        # A task's title often names its contract already.
        yield asked if id in asked else joined(account.words.text("brief.point.renewal", what=id), asked, by=": ")


def _growth(account: Account) -> Iterator[str]:
    for row in openings(account):
        summary = account.text("interactions", "summary", row) or account.text("interactions", "signal", row)
        yield account.words.text("brief.point.need", what=summary)
    for row in open_opportunities(account):
        if account.value("opportunities", "kind", row) != "renewal":
            parts = (account.text("opportunities", key, row) for key in ("opportunity_id", "kind", "stage"))
            yield account.words.text("brief.point.opportunity", what=joined(*parts))


def _relations(account: Account) -> Iterator[str]:
    """Whom to meet, and what to ask because nobody has noted it."""
    text = account.words.text
    if account.used("contacts") and not len(account.where("contacts", "decision_maker", "yes")):
        yield text("brief.point.who_decides")
    if account.own("single_threaded") == 1:
        yield text("brief.point.second_contact")
    if account.own("potential") is None and account.has("accounts", "potential"):
        yield text("brief.point.potential")
    if account.own("perception") is None and account.own("client_status") == "client":
        yield text("brief.point.perception")
