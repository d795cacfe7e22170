"""How matters are said: first, weekly, silence, anew; who hears; acknowledged, snoozed, settled; a lost ledger."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from sheetcrm.alerts import keys, matter_alerts
from sheetcrm.alerts.case import Case, Entry, Past
from sheetcrm.alerts.decide import decide
from sheetcrm.alerts.matter_words import MatterWords
from sheetcrm.alerts.matters import matters
from sheetcrm.alerts.policies import matter_policy
from sheetcrm.alerts.team import Roles
from sheetcrm.config import Config, load
from sheetcrm.languages import LANGUAGES
from sheetcrm.mirror import alerts_of
from sheetcrm.model import Alert, Memory, Message, Plan
from sheetcrm.plan import make_plan
from sheetcrm.rules.hours import calendar_of
from sheetcrm.schema import TABS
from sheetcrm.views import alerts_tab
from sheetcrm.words import words_of
from tests.settings import without_matters
from tests.tables import snapshot

CFG = load()
MONDAY = date(2026, 11, 2)
ANA, BOB, INES, DORA = "ana@example.com", "bob@example.com", "ines@example.com", "dora@example.com"
TEAM = f"""
    email  | name | role      | manager | away_from | away_until | delegate
    {ANA}  | Ana  | owner     | Inés    |           |            |
    {BOB}  | Bob  | service   | Inés    |           |            |
    {INES} | Inés | manager   |         |           |            |
    {DORA} | Dora | direction |         |           |            |
"""
CONTRACTS = "contract_id | account_id | start_date | end_date | value\nC-1 | A-1 | 2026-05-01 | 2028-04-30 | 1200"
ACCOUNT = "account_id | name | owner | tier | service_owner | credit_owner | snooze_until"
TALKS = "interaction_id | date | account_id | channel | signal | next_step | next_step_due | next_step_done_on | owner"
TICKETS = "ticket_id | account_id | opened_at | priority | promised_at | resolved_at | first_response_at | summary"


def account(tier: str = "standard", owner: str = "Ana", snooze: str = "") -> str:
    return f"{ACCOUNT}\nA-1 | Norte | {owner} | {tier} | Bob | | {snooze}"


def only(*names: str) -> Config:
    """The settings with the alerts of these matters alone, and no task."""
    quiet = without_matters(CFG)
    loud = {name: CFG.alerts.matters[name].model_copy(update={"task": "none"}) for name in names}
    alerts = quiet.alerts.model_copy(update={"matters": {**quiet.alerts.matters, **loud}})
    return quiet.model_copy(update={"alerts": alerts})


@dataclass
class Office:
    """Days on which a workbook is run, with a memory such as the ledger keeps."""

    cfg: Config
    memory: Memory = field(default_factory=Memory)

    def run(self, day: date, tabs: dict[str, str], **how: Any) -> Plan:
        """One run that sends everything."""
        book = snapshot({"contracts": CONTRACTS, "accounts": account(), "team": TEAM, **tabs})
        plan = make_plan(book, day, self.cfg, self.memory, allowed=lambda _: True, views=False, **how)
        self._remember(plan, day)
        return plan

    def _remember(self, plan: Plan, day: date) -> None:
        known = dict(self.memory.alerts)
        for alert in plan.alerts:
            known.setdefault(alert.key, replace(alert, state="sent" if alert.state == "queued" else alert.state))
        self.memory = replace(
            self.memory,
            alerts=known,
            matters={**self.memory.matters, **plan.matters},
            ladders={**self.memory.ladders, **plan.ladders},
            digests={**self.memory.digests, **_days(plan.messages, "digest", day)},
            bundles={**self.memory.bundles, **_days(plan.messages, "immediate", day)},
            last_run=day,
            first_run=False,
        )

    def days(self, first: date, days: Sequence[int], tabs: dict[str, str]) -> dict[date, list[str]]:
        """What is said on each of these days, counted from the first: "kind person" of each line."""
        said = {}
        for ahead in days:
            day = first + timedelta(days=ahead)
            found = lines(self.run(day, tabs, quiet=day.weekday() >= 5))
            if found:
                said[day] = found
        return said


def _days(messages: Sequence[Message], kind: str, day: date) -> dict[str, date]:
    return {message.to: day for message in messages if message.kind == kind}


def lines(plan: Plan) -> list[str]:
    """The news of a plan: "kind name" of each that is told."""
    parsed = [(keys.parse(alert.key), alert) for alert in plan.alerts if alert.state == "queued"]
    return sorted(f"{key.kind} {alert.person.partition('@')[0]}" for key, alert in parsed if key)


def said(name: str, day: date, **tabs: str) -> list[tuple[str, str]]:
    """The row and episode of one matter's first words on a day."""
    plan = Office(only(name)).run(day, tabs)
    found = [keys.parse(alert.key) for alert in plan.alerts]
    return sorted({(key.id, key.episode.isoformat()) for key in found if key and key.rule == name})


def talks(*rows: str) -> str:
    return "\n".join((TALKS, *rows))


def tickets(*rows: str) -> str:
    return "\n".join((TICKETS, *rows))


BLANK_TIER = account(tier="")


def test_it_is_said_once_and_then_weekly_three_times() -> None:
    heard = Office(only("tier_blank")).days(MONDAY, (0, 1, 6, 7, 8, 14, 21, 27, 28, 35), {"accounts": BLANK_TIER})
    weekly = [MONDAY + timedelta(days=7 * week) for week in range(4)]
    assert heard == {weekly[0]: ["first ana"], **{day: ["repeat ana"] for day in weekly[1:]}}


def test_a_second_run_of_the_day_says_nothing() -> None:
    office = Office(only("tier_blank"))
    assert lines(office.run(MONDAY, {"accounts": BLANK_TIER})) == ["first ana"]
    again = office.run(MONDAY, {"accounts": BLANK_TIER})
    assert not again.messages
    assert not again.alerts


@pytest.mark.parametrize(("clear", "anew"), [(6, False), (7, True)])
def test_it_begins_anew_when_it_was_clear_for_seven_days(clear: int, anew: bool) -> None:
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    office.run(MONDAY + timedelta(days=1), {})
    plan = office.run(MONDAY + timedelta(days=clear), {"accounts": BLANK_TIER})
    assert lines(plan) == (["first ana"] if anew else [])
    (since, last), *_ = plan.matters.values()
    assert (since, last) == (MONDAY + timedelta(days=clear if anew else 0), MONDAY + timedelta(days=clear))


def test_days_without_a_run_clear_nothing() -> None:
    office = Office(only("tier_blank"))
    office.days(MONDAY, (0, 7, 14, 21), {"accounts": BLANK_TIER})
    assert lines(office.run(MONDAY + timedelta(days=60), {"accounts": BLANK_TIER})) == []


@pytest.mark.proof
def test_what_flaps_is_one_case() -> None:
    office, heard = Office(only("tier_blank")), []
    for ahead in (1, 3, 5, 8, 11, 14, 15, 16, 20, 21, 23, 26):
        tabs = {"accounts": BLANK_TIER if ahead % 3 else account()}
        heard += lines(office.run(MONDAY + timedelta(days=ahead), tabs))
    assert heard == ["first ana", "repeat ana", "repeat ana", "repeat ana"]


def test_a_quiet_run_holds_it_and_remembers_since_when() -> None:
    office = Office(only("tier_blank"))
    saturday = date(2026, 11, 7)
    held = office.run(saturday, {"accounts": BLANK_TIER}, quiet=True)
    assert not held.alerts
    assert held.counts["held_back"] == 1
    plan = office.run(saturday + timedelta(days=2), {"accounts": BLANK_TIER})
    (key,) = [keys.parse(alert.key) for alert in plan.alerts]
    assert key is not None
    assert key.episode == saturday


def test_a_second_look_and_an_earlier_day_say_nothing() -> None:
    office = Office(only("tier_blank"), Memory(last_run=MONDAY))
    assert not office.run(MONDAY - timedelta(days=1), {"accounts": BLANK_TIER}).alerts
    assert not Office(only("tier_blank")).run(MONDAY, {"accounts": BLANK_TIER}, tell=False).alerts


def test_an_acknowledgement_stops_it_for_five_business_days() -> None:
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    taken = MONDAY + timedelta(days=1)
    office.memory = replace(
        office.memory,
        alerts={
            key: replace(alert, acknowledged_by="Ana", acknowledged_on=taken)
            for key, alert in office.memory.alerts.items()
        },
    )
    assert office.days(taken, (0, 3, 6), {"accounts": BLANK_TIER}) == {}
    assert lines(office.run(date(2026, 11, 10), {"accounts": BLANK_TIER})) == ["again ana"]


def test_an_acknowledgement_after_which_somebody_called_holds() -> None:
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    alerts = {k: replace(a, acknowledged_by="Ana", acknowledged_on=MONDAY) for k, a in office.memory.alerts.items()}
    office.memory = replace(office.memory, alerts=alerts)
    called = {"accounts": BLANK_TIER, "interactions": talks("I-1 | 2026-11-03 | A-1 | call | | | | |")}
    assert office.days(date(2026, 11, 3), (0, 7, 14), called) == {}


@pytest.mark.proof
def test_a_snoozed_account_waits_for_its_day() -> None:
    snoozed = {"accounts": account(tier="", snooze="2026-11-12")}
    heard = Office(only("tier_blank")).days(MONDAY, (0, 9, 10, 11), snoozed)
    assert heard == {date(2026, 11, 12): ["first ana"]}
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    assert office.days(date(2026, 11, 3), (0, 6, 8, 9, 10), snoozed) == {date(2026, 11, 12): ["again ana"]}


def test_the_first_run_is_one_summary_in_which_nothing_is_immediate() -> None:
    broken = tickets("T-1 | A-1 | 2026-10-01 | critical | | | | printer")
    office = Office(only("sla_breached", "tier_blank"), Memory(first_run=True))
    plan = office.run(MONDAY, {"accounts": BLANK_TIER, "tickets": broken})
    assert {message.kind for message in plan.messages} == {"digest"}
    assert {message.to for message in plan.messages} == {ANA, BOB, INES}
    assert all(message.body["baseline"] for message in plan.messages)


def test_the_summary_shows_a_few_rows_and_counts_the_rest() -> None:
    rows = [f"A-{n:02d} | Norte {n} | Ana | | | |" for n in range(1, 41)]
    terms = [f"C-{n} | A-{n:02d} | 2026-05-01 | 2028-04-30 | {n}00" for n in range(1, 41)]
    tabs = {
        "accounts": "\n".join((ACCOUNT, *rows)),
        "contracts": "\n".join((CONTRACTS.splitlines()[0], *terms)),
    }
    plan = Office(only("tier_blank"), Memory(first_run=True)).run(MONDAY, tabs)
    (message,) = plan.messages
    (section,) = message.body["matters"]
    assert (section["key"], len(section["rows"]), section["more"]) == ("tier_blank", 15, 25)
    assert section["rows"][0]["id"] == "A-40", "the most valuable first"
    assert len(plan.alerts) == len(message.keys) == 40
    assert message.body["headline"]["count"] == 0, "renewals are counted there"


@pytest.mark.proof
def test_a_lost_ledger_goes_on_from_the_alerts_tab() -> None:
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    shown = mirrored(list(office.memory.alerts.values()))
    lost = Office(only("tier_blank"), Memory(alerts=shown))
    heard = lost.days(MONDAY, (1, 6, 7, 14, 21, 28), {"accounts": BLANK_TIER})
    assert list(heard) == [MONDAY + timedelta(days=7 * week) for week in (1, 2, 3)]
    assert set(map(tuple, heard.values())) == {("repeat ana",)}


def test_what_was_said_long_ago_is_said_again_when_the_ledger_is_lost() -> None:
    office = Office(only("tier_blank"))
    office.run(MONDAY, {"accounts": BLANK_TIER})
    lost = Office(only("tier_blank"), Memory(alerts=mirrored(list(office.memory.alerts.values()))))
    assert lines(lost.run(MONDAY + timedelta(days=34), {"accounts": BLANK_TIER})) == ["repeat ana"]
    lost = Office(only("tier_blank"), Memory(alerts=mirrored(list(office.memory.alerts.values()))))
    assert lines(lost.run(MONDAY + timedelta(days=35), {"accounts": BLANK_TIER})) == ["first ana"]


def mirrored(alerts: list[Alert]) -> dict[str, Alert]:
    """The alerts as they come back from the alerts tab."""
    rows = alerts_tab.rows(alerts, snapshot({"contracts": CONTRACTS, "accounts": account(), "team": TEAM}))
    words = words_of("en")
    heads = [words.header("alerts", column.key) for column in TABS["alerts"].columns]
    cells = [["" if cell is None else str(cell).replace("|", "\\|") for cell in row] for row in rows.rows]
    stage = [column.key for column in TABS["alerts"].columns].index("stage")
    for row in cells:
        row[stage] = words.value("alert_stage", row[stage])
    table = "\n".join(" | ".join(row) for row in [heads, *cells])
    found = alerts_of(snapshot({"contracts": CONTRACTS, "accounts": account(), "team": TEAM, "alerts": table}))
    return {alert.key: alert for alert in found}


def test_the_alerts_tab_gives_matters_back_as_they_were() -> None:
    office = Office(only("tier_blank", "sla_breached", "loss_reason"))
    lost = CONTRACTS.replace("value", "value | renewal_stage") + " | lost"
    broken = tickets("T-1 | A-1 | 2026-10-26 | high | 2026-10-30 | | | printer")
    office.run(MONDAY, {"accounts": BLANK_TIER, "tickets": broken, "contracts": lost.replace("2028", "2027")})
    alerts = {key: replace(alert, value=0.0) for key, alert in office.memory.alerts.items()}
    assert {alert.rule for alert in alerts.values()} >= {"tier_blank", "sla_breached"}
    assert mirrored(list(alerts.values())) == alerts
    assert all(alert.why for alert in alerts.values())


# --- who hears


def test_a_breach_goes_to_the_service_owner_and_the_manager_at_once_and_to_direction_a_business_day_later() -> None:
    broken = {"tickets": tickets("T-1 | A-1 | 2026-10-26 | high | 2026-10-30 | | | printer")}
    office = Office(only("sla_breached"))
    plan = office.run(MONDAY, broken)
    assert lines(plan) == ["first bob", "first ines"]
    assert {(message.to, message.kind) for message in plan.messages} == {(BOB, "immediate"), (INES, "immediate")}
    (row,) = plan.messages[0].body["matters"][0]["rows"]
    assert row["reason"] == "Ticket T-1 was due on 30 Oct 2026, 18:00: printer"
    assert lines(office.run(MONDAY + timedelta(days=1), broken)) == ["rung dora"]


def test_an_answer_or_a_solution_stops_the_climb_of_a_ticket_and_a_call_does_not() -> None:
    late = "T-1 | A-1 | 2026-10-26 | high | 2026-10-30 | {} | {} | printer"
    office = Office(only("sla_breached"))
    office.run(MONDAY, {"tickets": tickets(late.format("", ""))})
    tuesday = MONDAY + timedelta(days=1)
    answered = Office(office.cfg, office.memory)
    assert lines(answered.run(tuesday, {"tickets": tickets(late.format("", "2026-11-02"))})) == []
    solved = Office(office.cfg, office.memory)
    assert lines(solved.run(tuesday, {"tickets": tickets(late.format("2026-11-03", ""))})) == []
    called = Office(office.cfg, office.memory)
    tabs = {
        "tickets": tickets(late.format("", "")),
        "interactions": talks("I-1 | 2026-11-03 | A-1 | call | | | | |"),
    }
    assert lines(called.run(tuesday, tabs)) == ["rung dora"]


def test_the_ticket_clocks_say_only_what_can_not_wait() -> None:
    tabs = {
        "accounts": BLANK_TIER,
        "tickets": tickets("T-1 | A-1 | 2026-10-26 | high | 2026-10-30 | | | printer"),
    }
    office = Office(only("sla_breached", "tier_blank"))
    plan = office.run(MONDAY, tabs, digests=False)
    assert {message.kind for message in plan.messages} == {"immediate"}
    assert {alert.rule for alert in plan.alerts} == {"sla_breached"}
    assert lines(office.run(MONDAY, tabs)) == ["first ana"], "the digest says the rest"


def test_a_second_breach_of_the_day_waits_for_the_digest() -> None:
    one = "T-1 | A-1 | 2026-10-26 | high | 2026-10-30 | | | printer"
    office = Office(only("sla_breached"))
    office.run(MONDAY, {"tickets": tickets(one)}, digests=False)
    two = {"tickets": tickets(one, one.replace("T-1", "T-2"))}
    assert not office.run(MONDAY, two, digests=False).alerts
    assert {message.kind for message in office.run(MONDAY, two).messages} == {"digest"}


def test_an_account_without_an_owner_is_for_the_managers() -> None:
    nobody = {"accounts": account(owner="")}
    office = Office(only("no_owner"))
    assert office.days(MONDAY, (0, 3, 7), nobody) == {
        MONDAY: ["first ines"],
        MONDAY + timedelta(days=7): ["repeat ines"],
    }


def test_an_invoice_is_for_credit_and_the_owner_each_once() -> None:
    invoice = {
        "invoices": "invoice_id | account_id | issued_on | due_on | amount | paid_on\nF-1 | A-1 | 2026-09-01 | 2026-10-30 | 1234.5 |"
    }
    both = {"accounts": account().replace("| Bob | |", "| | Bob |")}
    plan = Office(only("invoice_overdue")).run(MONDAY, {**invoice, **both})
    assert lines(plan) == ["first ana", "first bob"]
    assert {alert.why for alert in plan.alerts} == {"Invoice F-1 was due on 30 Oct 2026: €1,235"}
    assert lines(Office(only("invoice_overdue")).run(MONDAY, invoice)) == ["first ana"], "nobody is in charge of credit"


def test_the_delegate_hears_for_whoever_is_away() -> None:
    away = TEAM.replace(
        "owner     | Inés    |           |            |", "owner | Inés | 2026-11-01 | 2026-11-20 | Bob"
    )
    plan = Office(only("tier_blank")).run(MONDAY, {"accounts": BLANK_TIER, "team": away})
    assert lines(plan) == ["first ana", "first bob"]
    (row,) = next(m for m in plan.messages if m.to == BOB).body["matters"][0]["rows"]
    assert row["stands_in_for"] == ("Ana", date(2026, 11, 20))


def test_nobody_to_hear_is_nothing_said() -> None:
    nobody = "email | name | role\nx@example.com | Xu | owner"
    plan = Office(only("tier_blank")).run(MONDAY, {"accounts": BLANK_TIER.replace("Ana", ""), "team": nobody})
    assert not plan.alerts


# --- what is settled


def test_the_task_done_settles_its_occurrence() -> None:
    due = account().replace("snooze_until", "risk_plan_due") + "2026-10-30"
    causes = {"matter|risk_plan|A-1|2026-10-30": "S-1"}
    task = "task_id | account_id | kind | title | owner | due | done_on\nS-1 | A-1 | review | x | Ana | 2026-11-01 | {}"
    heard = Office(only("risk_plan"), Memory(causes=causes)).run(MONDAY, {"accounts": due, "tasks": task.format("")})
    assert lines(heard) == ["first ana"]
    done = task.format("2026-11-01")
    assert not Office(only("risk_plan"), Memory(causes=causes)).run(MONDAY, {"accounts": due, "tasks": done}).alerts


def test_the_same_day_and_rows_without_an_id_are_one_case() -> None:
    twice = talks(*["| 2026-10-01 | A-1 | call | | send it | 2026-10-30 | |"] * 2)
    assert said("commitment_overdue", MONDAY, interactions=twice) == [("A-1 2026-10-30", "2026-10-30")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(language: str) -> None:
    words, day = words_of(language), date(2028, 2, 29)
    facts: dict[str, Any] = dict.fromkeys(("due", "last", "paid"), day) | {"before": 72.0, "amount": float("nan")}
    facts |= {"account_id": "A-1", "currency": "USD", "expected": 1e6, "target": None, "name": "x"}
    for name, matter in matters().items():
        detail = "🖨 <b>{x}</b>\n=1+1 " + "long " * 2000
        case = matter_alerts.MatterCase(matter, 0, 0, "R|1", "", day, "Ñ", detail, facts, ANA, 0.0)
        state: Any = {"accounts.name": snapshot({"accounts": account()})["accounts"].frame["name"]}
        said = words_for(state, detail).why(case, words)
        assert "\n" not in said, name
        assert len(said) < 400, name


def words_for(state: Any, text: str) -> MatterWords:
    return MatterWords(state, lambda column, row, language: text, "EUR")


def test_what_is_left_out_as_at_rest_would_have_said_nothing() -> None:
    """The short cut never hides news: against the decision itself, on random logs."""
    chance, calendar = random.Random(7), calendar_of(CFG.calendar)
    policy = matter_policy(CFG.alerts, "tier_blank")
    rested = 0
    for _ in range(3000):
        lasted = chance.randrange(60)
        entries = [
            Entry(
                MONDAY,
                "tier_blank",
                chance.choice((ANA, ANA, BOB)),
                chance.choice(("sent", "sent", "sent", "superseded", "failed")),
                MONDAY + timedelta(days=chance.randrange(lasted + 1)),
                chance.choice(("first", "first", "repeat", "repeat", "again")),
                acknowledged_on=chance.choice((*(None,) * 6, MONDAY + timedelta(days=3))),
            )
            for _ in range(chance.randrange(5))
        ]
        as_of = MONDAY + timedelta(days=lasted)
        roles = Roles(ANA, {"owner": (ANA,), "manager": chance.choice(((INES,), ()))})
        if matter_alerts._at_rest(entries, MONDAY, roles, policy.stages[0], as_of):
            rested += 1
            case = Case("tier_blank", "accounts", "A-1", MONDAY, people=roles.hear)
            past = Past(entries)
            assert not decide(case, past, policy, calendar, as_of).news
    assert rested > 100
