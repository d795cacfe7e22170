"""Risk signals: each kind's case, its boundary and its blank; and the sentence that lists them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from sheetcrm.rules.signals import SEVERITY
from sheetcrm.words import words_of
from tests.frames import UNREADABLE
from tests.rules.service_book import TODAY, client, computed, evaluated, settings

Kinds = list[tuple[str, str]]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def talk(days: int, id: str | None = "I-1", **cells: Any) -> dict[str, Any]:
    return {"interaction_id": id, "date": ago(days), "account_id": "A-1", **cells}


def bill(due: int, paid: int | None = None) -> dict[str, Any]:
    """An invoice due so many days ago."""
    done = None if paid is None else ago(paid)
    return {"invoice_id": "F-1", "account_id": "A-1", "due_on": ago(due), "amount": 10.0, "paid_on": done}


def living(name: str = "signal_rows", account: dict[str, Any] | None = None, **tabs: list[dict[str, Any]]) -> Kinds:
    """The kinds and rows of one account's living signals; a call of today keeps silence out of them."""
    call = talk(0, "I-call", channel="call")
    given = {**client(**(account or {})), **tabs, "interactions": [call, *tabs.get("interactions", [])]}
    return [(kind, id) for kind, _, id, _ in rows(given, name)]


def rows(tabs: dict[str, Any], name: str = "signal_rows", **options: Any) -> list[tuple[str, str, str, int]]:
    """The living signals of the first account: kind, tab, id, age."""
    living = evaluated(tabs, **options)[f"accounts.{name}"]
    return list(living.at(0))


@pytest.mark.parametrize("kind", ["quote_request", "obsolescence", "purchasing_change"])
def test_what_people_note_lives_90_days(kind: str) -> None:
    assert living(interactions=[talk(89, signal=kind)]) == [(kind, "I-1")]
    assert living(interactions=[talk(90, signal=kind)]) == []
    assert living(interactions=[talk(1)]) == []


def test_openings_are_no_risks() -> None:
    notes = [talk(89, signal="expansion_need"), talk(90, "I-2", signal="trigger_event"), talk(1, "I-3")]
    assert living("opening_rows", interactions=notes) == [("expansion_need", "I-1")]
    assert living(interactions=notes) == []


def test_a_commitment_is_missed_once_its_day_has_passed() -> None:
    def step(due: int, done: int | None = None) -> Kinds:
        finished = None if done is None else ago(done)
        return living(interactions=[talk(120, next_step_due=ago(due), next_step_done_on=finished)])

    assert step(1) == step(89) == step(2, 1) == [("promise_missed", "I-1")]
    assert step(0) == step(90) == step(2, 2) == step(2, 5) == []
    assert living(interactions=[talk(9, next_step_due=UNREADABLE)]) == []
    assert living(interactions=[talk(9, next_step_due=ago(3), next_step_done_on=UNREADABLE)]) == []


def test_a_ticket_past_its_sla_is_a_promise_missed() -> None:
    def ticket(promised: int, resolved: int | None = None) -> Kinds:
        row = {"ticket_id": "T-1", "account_id": "A-1", "opened_at": datetime.combine(ago(200), datetime.min.time())}
        stop = None if resolved is None else datetime.combine(ago(resolved), datetime.min.time())
        due = datetime.combine(ago(promised), datetime.min.time())
        return living(tickets=[{**row, "promised_at": due, "resolved_at": stop}])

    assert ticket(1) == ticket(89) == ticket(5, 4) == [("promise_missed", "T-1")]
    assert ticket(-1) == ticket(5, 5) == ticket(90) == []


def test_a_late_answer_is_told_once_the_ticket_is_resolved_with_the_day_on_which_it_was_due() -> None:
    row = {
        "ticket_id": "T-1",
        "account_id": "A-1",
        "opened_at": datetime(2026, 11, 16, 9),
        "priority": "critical",
        "first_response_at": datetime(2026, 11, 16, 12),
        "resolved_at": datetime(2026, 11, 16, 13),
    }
    assert rows({**client(), "tickets": [row]})[-1][0] == "promise_missed"
    assert living(tickets=[{**row, "first_response_at": datetime(2026, 11, 16, 10)}]) == []


def test_a_payment_over_15_days_late_is_a_signal_while_unpaid_and_90_days_after() -> None:
    late = [("late_payment", "F-1")]
    assert living(invoices=[bill(16)]) == living(invoices=[bill(300)]) == late
    assert living(invoices=[bill(15)]) == []
    assert living(invoices=[bill(105, 89)]) == late
    assert living(invoices=[bill(106, 90)]) == []
    assert living(invoices=[bill(30, 15)]) == []
    assert living(invoices=[{**bill(30), "paid_on": UNREADABLE}]) == []
    assert living() == []


def test_a_detractor_gives_six_points_or_fewer() -> None:
    assert living(interactions=[talk(3, channel="survey", score=6.0)]) == [("detractor", "I-1")]
    assert living(interactions=[talk(90, channel="survey", score=2.0)]) == []
    assert living(interactions=[talk(3, channel="survey", score=6.1)]) == []
    assert living(interactions=[talk(3, channel="call", score=2.0)]) == []
    assert living(interactions=[talk(3, channel="survey")]) == []


def test_perception_falls_by_a_point_and_a_half() -> None:
    def surveys(*scores: tuple[int, float]) -> Kinds:
        return living(interactions=[talk(days, f"I-{days}", channel="survey", score=s) for days, s in scores])

    before = ((90, 9.0), (91, 9.0))
    assert surveys((5, 7.5), (30, 7.5), *before) == [("perception_fell", "I-5")]
    assert surveys((5, 7.6), (30, 7.5), *before) == []
    assert surveys((5, 7.5), *before) == []
    assert surveys((5, 7.5), (30, 7.5), before[0]) == []
    assert surveys((5, 7.5), (30, 7.5), (89, 7.5), before[0]) == []


def test_an_account_is_untouched_past_the_cadence_of_its_tier() -> None:
    def silent(days: int, tier: str | None = "key") -> list[str]:
        return [kind for kind, *_ in rows({**client(tier=tier), "interactions": [talk(days, channel="visit")]})]

    assert silent(31) == ["untouched"]
    assert silent(30) == []
    assert silent(91, None) == ["untouched"]
    assert silent(300, "low") == []


def test_nothing_is_untouched_where_nobody_notes_contacts_nor_once_it_is_lost() -> None:
    untouched = "accounts.untouched"
    assert computed(client(), untouched) == [0]
    assert computed({**client(), "interactions": [talk(5)]}, untouched) == [0]
    assert computed({**client(), "interactions": [talk(5, channel="survey")]}, untouched) == [1]
    lost = client()
    lost["contracts"][0].update(start_date=date(2024, 1, 1), end_date=date(2024, 12, 31), renewal_stage="lost")
    assert computed({**lost, "interactions": [talk(300, channel="visit")]}, untouched) == [0]


def test_other_signals_leave_cadence_and_relationship_as_they_are() -> None:
    tabs = {**client(), "invoices": [bill(40)]}
    calm = {**client(), "interactions": [talk(10, "I-call", channel="call")]}
    loud = {**tabs, "interactions": [*calm["interactions"], talk(9, channel="survey", score=0.0)]}
    for name in ("next_contact_due", "factor_relationship"):
        assert computed(calm, f"accounts.{name}") == computed(loud, f"accounts.{name}"), name


def test_the_sentence_names_the_gravest_kind_first_and_three_rows_of_each() -> None:
    notes = [talk(n, f"I-{n}", signal="quote_request") for n in range(1, 6)]
    told = [*notes, talk(3, None, signal="cancellation_notice", contract_id="C-A-1"), talk(0, "I-0", channel="call")]
    sentence = "cancellation notice (17 Nov) · asks others for quotes (I-1, I-2, I-3 and 2 more)"
    assert computed({**client(), "interactions": told}, "accounts.signals", language="en") == [sentence]


def test_a_signal_of_the_account_itself_names_no_row_and_a_calm_account_has_no_sentence() -> None:
    silent = {**client(), "interactions": [talk(91, channel="visit")]}
    assert computed(silent, "accounts.signals", language="en") == ["no contact in time"]
    assert computed(client(), "accounts.signals") == [None]
    assert computed({}, "accounts.signals") == []


@pytest.mark.parametrize("language", ["es", "en", "ru"])
def test_every_kind_has_its_word(language: str) -> None:
    assert all(words_of(language).text(f"signal.{kind}") for kind in SEVERITY)


def test_the_limits_are_settings() -> None:
    cfg = settings()
    strict = cfg.model_copy(update={"signals": cfg.signals.model_copy(update={"late_payment_days": 5})})
    assert [kind for kind, *_ in rows({**client(), "invoices": [bill(6)]}, cfg=strict)] == ["late_payment"]
