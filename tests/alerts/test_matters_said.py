"""The matters that only speak and make no task: each has its case, its boundary and its blank. Pure."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from sheetcrm.model import Memory
from tests.alerts.test_matter_alerts import (
    ACCOUNT,
    ANA,
    BOB,
    CFG,
    CONTRACTS,
    INES,
    Office,
    account,
    only,
    said,
    talks,
    tickets,
)

DAY = date(2026, 11, 2)
"""A Monday."""


def test_a_commitment_is_late_the_day_after() -> None:
    step = "I-1 | 2026-10-20 | A-1 | call | | send it | {} | {} | Bob"
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-11-01", ""))) == [("I-1", "2026-11-01")]
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-11-02", ""))) == []
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-11-01", "2026-11-02"))) == []
    assert said("commitment_overdue", DAY, interactions=talks(step.format("", ""))) == []
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-02-30", ""))) == []
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-09-03", ""))) == [("I-1", "2026-09-03")]
    assert said("commitment_overdue", DAY, interactions=talks(step.format("2026-09-02", ""))) == [], "history"
    plan = Office(only("commitment_overdue")).run(DAY, {"interactions": talks(step.format("2026-11-01", ""))})
    assert [message.to for message in plan.messages] == [BOB], "whose promise it is"


TASK = "task_id | account_id | kind | title | owner | due | done_on"


def test_a_task_is_late_the_day_after_and_stands_in_the_letter_once() -> None:
    task = f"{TASK}\nT-1 | A-1 | call | Call them | Ana | {{}} | {{}}"
    assert said("task_overdue", DAY, tasks=task.format("2026-11-01", "")) == [("T-1", "2026-11-01")]
    assert said("task_overdue", DAY, tasks=task.format("2026-11-02", "")) == []
    assert said("task_overdue", DAY, tasks=task.format("", "")) == []
    assert said("task_overdue", DAY, tasks=task.format("2026-11-01", "2026-11-02")) == []
    undone = task.format("2026-11-01", "").replace(" | done_on", "").removesuffix(" | ")
    assert said("task_overdue", DAY, tasks=undone) == [], "nobody notes what is done"
    (message,) = Office(only("task_overdue")).run(DAY, {"tasks": task.format("2026-11-01", "")}).messages
    assert message.body["tasks"] == []
    assert message.body["matters"][0]["rows"][0]["reason"] == "Task T-1 was due on 1 Nov 2026: Call them"


def test_a_task_of_no_account_is_headed_by_its_title() -> None:
    task = f"{TASK}\nT-1 | | review | {{}} | Ana | 2026-11-01 |"
    for title, heading in (("Read the surveys", "Read the surveys"), ("", "T-1")):
        (message,) = Office(only("task_overdue")).run(DAY, {"tasks": task.format(title)}).messages
        assert message.body["matters"][0]["rows"][0]["account"] == heading


def test_a_visit_is_said_two_business_days_ahead_with_its_page() -> None:
    task = f"{TASK}\nT-1 | A-1 | {{}} | See them | Ana | {{}} |"
    assert said("visit_task", DAY, tasks=task.format("visit", "2026-11-04")) == [("T-1", "2026-11-04")]
    assert said("visit_task", DAY, tasks=task.format("meeting", "2026-11-02")) == [("T-1", "2026-11-02")]
    assert said("visit_task", DAY, tasks=task.format("visit", "2026-11-05")) == []
    assert said("visit_task", DAY, tasks=task.format("visit", "2026-11-01")) == [], "it is over"
    assert said("visit_task", DAY, tasks=task.format("call", "2026-11-03")) == []
    friday = DAY + timedelta(days=4)
    assert said("visit_task", friday, tasks=task.format("visit", "2026-11-10")) == [("T-1", "2026-11-10")]
    (message,) = Office(only("visit_task")).run(DAY, {"tasks": task.format("visit", "2026-11-04")}).messages
    (page,) = message.body["briefs"]
    assert page.account_id == "A-1"


def test_a_next_step_is_a_visit_by_its_words() -> None:
    step = "I-1 | 2026-10-20 | A-1 | call | | {} | 2026-11-04 | | Ana"
    for words in ("Visita a la planta", "reunión de cierre", "Повторный визит", "second visit"):
        assert said("visit_step", DAY, interactions=talks(step.format(words))), words
    for words in ("send the offer", "", "revisit"):
        assert not said("visit_step", DAY, interactions=talks(step.format(words))), words


def test_a_ticket_is_at_risk_before_it_is_late() -> None:
    ticket = tickets("T-1 | A-1 | 2026-11-02 | normal | {} | | | x")
    assert said("sla_at_risk", DAY, tickets=ticket.format("2026-11-02")) == [("T-1", "2026-11-02")]
    assert said("sla_at_risk", DAY, tickets=ticket.format("2026-11-30")) == []
    assert said("sla_breached", DAY, tickets=ticket.format("2026-11-02")) == []
    late = tickets("T-1 | A-1 | {} | normal | {} | | | x")
    assert said("sla_breached", DAY, tickets=late.format("2026-10-01", "2026-10-30")) == [("T-1", "2026-10-30")]
    assert said("sla_at_risk", DAY, tickets=late.format("2026-10-01", "2026-10-30")) == []
    assert said("sla_breached", DAY, tickets=late.format("2026-08-01", "2026-09-03")) == [("T-1", "2026-09-03")]
    assert said("sla_breached", DAY, tickets=late.format("2026-08-01", "2026-09-02")) == [], "history"


RED = {
    "interactions": talks("I-1 | 2026-10-30 | A-1 | email | cancellation_notice | | | |"),
    "contracts": CONTRACTS + "\nC-2 | A-2 | 2026-05-01 | 2028-04-30 | 10",
}


def test_red_is_immediate_for_key_accounts_and_climbs() -> None:
    names = ("key_red", "health_red")
    plan = Office(only(*names)).run(DAY, {**RED, "accounts": account(tier="key")})
    assert {(alert.rule, alert.person) for alert in plan.alerts} == {("key_red", ANA)}
    assert [message.kind for message in plan.messages] == ["immediate"]
    assert plan.ladders
    plan = Office(only(*names)).run(DAY, {**RED, "accounts": account()})
    assert {(alert.rule, alert.person) for alert in plan.alerts} == {("health_red", ANA)}
    assert not Office(only(*names)).run(DAY, {}).alerts


def test_a_red_key_account_climbs_to_manager_and_direction_until_somebody_calls() -> None:
    office = Office(only("key_red"))
    heard = office.days(DAY, (0, 2, 3), {**RED, "accounts": account(tier="key")})
    assert heard[DAY + timedelta(days=2)] == ["rung ines"]
    assert heard[DAY + timedelta(days=3)] == ["rung dora"]
    called = {**RED, "interactions": RED["interactions"] + "\nI-2 | 2026-11-03 | A-1 | call | | | | |"}
    office = Office(only("key_red"))
    office.run(DAY, {**RED, "accounts": account(tier="key")})
    assert office.days(DAY, (1, 2, 4), {**called, "accounts": account(tier="key")}) == {}


def test_health_that_fell_is_said_while_it_is_not_red() -> None:
    surveys = "interaction_id | date | account_id | channel | score\n" + "\n".join(
        ("I-1 | 2026-10-28 | A-1 | survey | 8", "I-2 | 2026-10-29 | A-1 | visit |")
    )
    plan = Office(only("health_fell")).run(DAY, {"interactions": surveys})
    score = plan.state["accounts.health_score"].iloc[0]

    def fallen(points: float) -> list[str]:
        before = {"account_id": ["A-1"], "day": [pd.Timestamp(DAY - timedelta(days=30))], "score": [score + points]}
        memory = Memory(health=pd.DataFrame(before))
        found = Office(only("health_fell"), memory).run(DAY, {"interactions": surveys}).alerts
        return [alert.why.partition(".")[0] for alert in found]

    assert len(fallen(15)) == 1
    assert fallen(15)[0].startswith(f"Its health was {score + 15:.0f} four weeks ago: {score:.0f}")
    assert fallen(14) == []


def test_a_contact_is_due_on_its_day() -> None:
    called = talks("I-1 | {} | A-1 | call | | | | |")
    assert said("contact_due", DAY, interactions=called.format("2026-08-04")) == [("A-1", "2026-11-02")]
    assert said("contact_due", DAY, interactions=called.format("2026-08-05")) == []
    low = {"accounts": account(tier="low"), "interactions": called.format("2026-08-04")}
    assert said("contact_due", DAY, **low) == []
    assert said("contact_due", DAY) == [], "nobody notes contacts"


def test_each_signal_is_said_with_its_row() -> None:
    kinds = ("quote_request", "billing_complaint", "purchasing_change", "new_decision_maker", "obsolescence")
    noted = [f"I-{n} | 2026-10-30 | A-1 | other | {kind} | | | |" for n, kind in enumerate(kinds)]
    alerts = Office(only(*kinds)).run(DAY, {"interactions": talks(*noted)}).alerts
    assert {(alert.rule, alert.why.rpartition(" ")[2]) for alert in alerts} == {
        (kind, f"(I-{n})") for n, kind in enumerate(kinds)
    }


def test_a_signal_is_said_until_the_next_contact() -> None:
    noted, kind = "I-1 | 2026-10-30 | A-1 | other | quote_request | | | |", "quote_request"
    assert said(kind, DAY, interactions=talks(noted)) == [("A-1", "2026-10-30")]
    assert said(kind, DAY, interactions=talks(noted, "I-2 | 2026-10-30 | A-1 | call | | | | |")), "on its day"
    assert not said(kind, DAY, interactions=talks(noted, "I-2 | 2026-10-31 | A-1 | call | | | | |"))
    assert not said(kind, DAY, interactions=talks(noted.replace("2026-10-30", "2026-08-04"))), "90 days"
    assert not said(kind, DAY, interactions=talks(noted), contracts=CONTRACTS.splitlines()[0]), "no client"


def test_a_new_signal_is_said_though_the_kind_was_said_before() -> None:
    office = Office(only("quote_request"))
    first = "I-1 | 2026-10-30 | A-1 | other | quote_request | | | |"
    office.run(DAY, {"interactions": talks(first)})
    second = first.replace("I-1 | 2026-10-30", "I-2 | 2026-11-03")
    (alert,) = office.run(DAY + timedelta(days=1), {"interactions": talks(first, second)}).alerts
    assert alert.why == "On 3 Nov 2026 they asked others for prices (I-2)"


def test_a_cancellation_notice_goes_out_at_once_whoever_called_since() -> None:
    called = talks(
        "I-1 | 2026-10-30 | A-1 | email | cancellation_notice | | | |", "I-2 | 2026-10-31 | A-1 | call | | | | |"
    )
    plan = Office(only("cancellation_notice")).run(DAY, {"interactions": called})
    assert {(message.to, message.kind) for message in plan.messages} == {(ANA, "immediate"), (INES, "immediate")}


def test_bad_surveys() -> None:
    head = "interaction_id | date | account_id | channel | score\n"
    assert said("detractor", DAY, interactions=f"{head}I-1 | 2026-10-30 | A-1 | survey | 6") == [("A-1", "2026-10-30")]
    assert said("detractor", DAY, interactions=f"{head}I-1 | 2026-10-30 | A-1 | survey | 7") == []
    assert said("detractor", DAY, interactions=f"{head}I-1 | 2026-10-30 | A-1 | survey |") == []
    days = ("2026-06-01", "2026-06-02", "2026-10-29", "2026-10-30")
    fell = "\n".join(f"I-{n} | {day} | A-1 | survey | {9 if n < 2 else 7}" for n, day in enumerate(days))
    assert said("perception_fell", DAY, interactions=head + fell) == [("A-1", "2026-10-30")]
    assert said("perception_fell", DAY, interactions=head + fell.replace("| 7", "| 8")) == []


def test_a_promise_that_was_kept_late() -> None:
    step = "I-1 | 2026-10-20 | A-1 | other | | send it | 2026-10-26 | {} |"
    assert said("promise_missed", DAY, interactions=talks(step.format("2026-10-28"))) == [("A-1", "2026-10-26")]
    assert said("promise_missed", DAY, interactions=talks(step.format("2026-10-26"))) == []
    assert said("promise_missed", DAY, interactions=talks(step.format(""))) == [], "still open: a matter of its own"
    solved = tickets("T-1 | A-1 | 2026-10-01 | high | 2026-10-05 | 2026-10-08 | | x")
    (alert,) = Office(only("promise_missed")).run(DAY, {"tickets": solved}).alerts
    assert alert.why == "What was promised for 5 Oct 2026 was kept late (T-1)"


INVOICE = "invoice_id | account_id | issued_on | due_on | amount | currency | paid_on\nF-1 | A-1 | 2026-09-01 | {} | 10 | | {}"


def test_invoices_late_and_paid_late() -> None:
    assert said("invoice_overdue", DAY, invoices=INVOICE.format("2026-11-01", "")) == [("F-1", "2026-11-01")]
    assert said("invoice_overdue", DAY, invoices=INVOICE.format("2026-11-02", "")) == []
    assert said("invoice_overdue", DAY, invoices=INVOICE.format("2026-10-01", "2026-11-01")) == []
    assert said("late_payment", DAY, invoices=INVOICE.format("2026-10-01", "2026-10-17")) == [("F-1", "2026-10-01")]
    assert said("late_payment", DAY, invoices=INVOICE.format("2026-10-01", "2026-10-16")) == []
    assert said("late_payment", DAY, invoices=INVOICE.format("2026-10-01", "")) == [], "unpaid: it is overdue"


def test_a_sale_that_stands_still() -> None:
    deal = "opportunity_id | account_id | kind | stage | value | owner | created_on | closed_on\nO-1 | A-1 | upsell | {} | 5 | Bob | {} |"
    assert said("opportunity_stalled", DAY, opportunities=deal.format("contact", "2026-10-03")) == [
        ("O-1", "2026-10-03")
    ]
    assert said("opportunity_stalled", DAY, opportunities=deal.format("contact", "2026-10-04")) == []
    assert said("opportunity_stalled", DAY, opportunities=deal.format("won", "2026-10-03")) == []
    assert said("opportunity_stalled", DAY, opportunities=deal.format("contact", "")) == []
    plan = Office(only("opportunity_stalled")).run(DAY, {"opportunities": deal.format("contact", "2026-10-03")})
    assert [message.to for message in plan.messages] == [BOB]


def test_a_forecast_below_its_target_is_for_managers_once_a_quarter() -> None:
    team = (
        f"email | name | role | manager | sales_target\n{ANA} | Ana | owner | Inés | {{}}\n{INES} | Inés | manager | |"
    )
    assert said("forecast_below", DAY, team=team.format("4000")) == [(INES, "2026-10-01")]
    assert said("forecast_below", DAY, team=team.format("")) == [], "no target"
    deal = "opportunity_id | account_id | kind | stage | value | created_on | expected_close\nO-1 | A-1 | upsell | won | 1000 | 2026-10-01 | 2026-11-01"
    assert said("forecast_below", DAY, team=team.format("4000"), opportunities=deal) == []
    (alert,) = Office(only("forecast_below")).run(DAY, {"team": team.format("4000")}).alerts
    assert alert.why == "The quarter is expected at €0, the target is €1,000"


def test_a_week_ahead_with_little_planned_is_for_managers() -> None:
    calls = [f"I-{n} | {DAY - timedelta(days=7 * n)} | A-1 | call | | | | |" for n in range(1, 9)]
    assert said("valley", DAY, interactions=talks(*calls)) == [(INES, DAY.isoformat())]
    plans = "\n".join((TASK, *(f"T-{n} | A-1 | call | x | Ana | {DAY + timedelta(days=7 * n)} |" for n in range(1, 5))))
    assert said("valley", DAY, interactions=talks(*calls), tasks=plans) == []
    assert said("valley", DAY) == [], "nothing to compare with"


def test_a_valley_that_moves_because_its_first_week_was_filled_is_not_said_again() -> None:
    """The run's own tasks fill the first week: the same day's next run sees the valley begin a week later."""
    calls = talks(*(f"I-{n} | {DAY - timedelta(days=7 * n)} | A-1 | call | | | | |" for n in range(1, 9)))
    filled = "\n".join((TASK, *(f"T-{n} | A-1 | call | x | Ana | 2026-11-1{n} |" for n in range(2))))
    office = Office(only("valley"))
    (alert,) = office.run(DAY, {"interactions": calls}).alerts
    assert alert.why == "Little is planned for the week of 9 Nov 2026"
    assert not office.run(DAY, {"interactions": calls, "tasks": filled}).alerts


def test_what_the_month_asked_for_is_over_once_it_is_there() -> None:
    key = account(tier="key")
    assert said("executive_report", DAY, accounts=key) == [("A-1", "2026-11-01")]
    sent = talks("I-1 | {} | A-1 | report | | | | |")
    assert said("executive_report", DAY, accounts=key, interactions=sent.format("2026-11-01")) == []
    assert said("executive_report", DAY, accounts=key, interactions=sent.format("2026-10-31")) == [
        ("A-1", "2026-11-01")
    ]
    assert said("survey", DAY) == [("A-1", "2026-11-01")]
    asked = talks("I-1 | 2026-11-02 | A-1 | survey | | | | |")
    assert said("survey", DAY, interactions=asked) == []


def test_an_empty_workbook_says_nothing() -> None:
    heads = {"contracts": CONTRACTS.splitlines()[0], "accounts": ACCOUNT, "interactions": talks()}
    orphan = talks("I-1 | 2026-10-30 | A-9 | other | quote_request | x | 2026-11-01 | |")
    assert not Office(CFG).run(DAY, heads).alerts
    assert not [a for a in Office(CFG).run(DAY, {**heads, "interactions": orphan}).alerts if a.tab == "accounts"]
