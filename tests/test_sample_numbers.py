"""The sample company's figures look like a real firm's, by a reading of the domain that is not the engine's."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from statistics import mean

import pytest

from sheetcrm.sample import sample
from tests.sample_reading import Reading, band, due, faults, forecast, kept, promised, window, worked

DAYS = (date(2026, 11, 21), date(2026, 1, 2), date(2027, 7, 14), date(2028, 2, 29))


@pytest.fixture(scope="module", params=[(7, "es"), (1, "en"), (42, "ru")], ids=lambda given: given[1])
def readings(request):
    seed, language = request.param
    return [Reading(sample(seed, day, language), day) for day in DAYS]


def test_one_client_in_eight_is_red_and_every_band_is_there(readings):
    for reading in readings:
        bands = Counter(band(reading, account) for account in reading.clients())
        clients = bands.total()
        assert set(bands) == {"green", "yellow", "red", "no_data"}
        assert 40 <= clients <= 50
        assert 0.1 <= bands["red"] / clients <= 0.16
        assert bands["yellow"] >= 3


def test_four_renewals_in_five_are_won(readings):
    for reading in readings:
        decided = due(reading)
        assert 0.75 <= decided["renewed"] / (decided["renewed"] + decided["lost"]) <= 0.85
        assert decided["auto"] >= 2
        assert decided["expired"] >= 3


def test_the_ninety_day_window_is_a_team_s_quarter_of_work(readings):
    for reading in readings:
        assert 12 <= len(window(reading)) <= 20


def test_the_forecast_is_near_the_target(readings):
    for reading in readings:
        assert 0.8 <= forecast(reading) <= 1.1


def test_every_status_and_phase(readings):
    for reading in readings:
        statuses = Counter(reading.status(row) for row in reading.contracts)
        assert set(statuses) == {"renewed", "lost", "auto", "upcoming", "evergreen", "expired", "expiring", "active"}
        left = [(reading.deadline(row) - reading.today).days for row in window(reading)]
        assert any(60 < days <= 90 for days in left)
        assert any(30 < days <= 60 for days in left)
        assert any(0 <= days <= 30 for days in left)
        exactly = {(reading.deadline(row) - reading.today).days for row in reading.contracts}
        assert {90, 61, 60, 45, 41, 30, 15, 9, 3, 0, -1, -7, -30, -75} <= exactly


def test_every_signal_of_the_figures(readings):
    for reading in readings:
        accounts = reading.clients()
        assert any(faults(reading, reading.by_account["tickets"][one["account_id"]]) for one in accounts)
        trust = [kept(reading, one) for one in accounts]
        assert any(len(one) >= 3 and all(one) for one in trust)
        assert any(len(one) >= 3 and mean(one) < 0.5 for one in trust)


def test_a_deadline_falls_on_a_weekend(readings):
    for reading in readings:
        assert any(
            reading.deadline(row).weekday() >= 5 and row["renewal_stage"] == "negotiation" for row in window(reading)
        )


@pytest.mark.parametrize("hour", [9, 18])
def test_the_clock_stands_in_each_state_at_any_hour_of_the_day(readings, hour):
    for reading in readings:
        now = datetime.combine(reading.today, time(hour))
        used = []
        for ticket in reading.rows["tickets"]:
            if ticket["resolved_at"] is None and ticket["first_response_at"] is not None:
                due = promised(ticket)
                used.append(worked(ticket["opened_at"], now) / worked(ticket["opened_at"], due) if due > now else 1.0)
        assert min(used) < 0.8
        assert any(0.8 <= share < 1 for share in used)
        assert max(used) >= 1


def test_cancellation_notices_find_their_term(readings):
    """One names its contract, one has an account with a single running term; both lie between start and deadline."""
    for reading in readings:
        noticed = [row for row in reading.contracts if reading.noticed(row)]
        assert len(noticed) == 2
        assert {row["auto_renew"] for row in noticed} == {"yes", None}
        for talk in reading.rows["interactions"]:
            if talk["signal"] == "cancellation_notice":
                running = [row for row in reading.by_account["contracts"][talk["account_id"]] if reading.running(row)]
                assert len(running) == 1
                end = running[0]["end_date"] - timedelta(30 if running[0]["auto_renew"] else 0)
                assert running[0]["start_date"] <= talk["date"] <= end
