"""The sample company's figures look like a real firm's: read from its rows by a small reading of the domain.

Plain Python on purpose: neither the engine nor the generator's own figures are used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from math import prod
from statistics import mean

import pytest

from sheetcrm.sample import sample
from sheetcrm.sample.days import add_hours, add_months

DAYS = (date(2026, 11, 21), date(2026, 1, 2), date(2027, 7, 14), date(2028, 2, 29))
HOURS = {"critical": 8, "high": 24, "normal": 72, "low": 120}
WEIGHT = {"critical": 4, "high": 2, "normal": 1, "low": 0.5}
HARM = {"quote_request": 0.5, "new_decision_maker": 0.3, "purchasing_change": 0.3, "billing_complaint": 0.3}
CONTACTS = {"visit", "call", "email", "meeting", "proposal", "report"}
FACTORS = {
    "standard": (20, 20, 15, 15, 15, 15),
    "key": (20, 15, 20, 15, 10, 20),
    "low": (0, 30, 15, 10, 35, 10),
}


class Reading:
    """The domain's figures of one sample workbook, row by row."""

    def __init__(self, rows, today):
        self.rows, self.today = rows, today
        ids = Counter(row["contract_id"] for row in rows["contracts"])
        self.contracts = [
            row
            for row in rows["contracts"]
            if ids[row["contract_id"]] == 1 and (row["end_date"] is None or isinstance(row["end_date"], date))
        ]
        self.after = defaultdict(list)
        for row in self.contracts:
            for before in (row["predecessor_id"] or "").split("; "):
                self.after[before].append(row)
        self.by_account = {tab: defaultdict(list) for tab in ("contracts", "interactions", "tickets", "invoices")}
        for tab, found in self.by_account.items():
            for row in self.contracts if tab == "contracts" else rows[tab]:
                found[row["account_id"]].append(row)

    def noticed(self, row):
        running = [one for one in self.by_account["contracts"][row["account_id"]] if self.running(one)]
        return any(
            talk["signal"] == "cancellation_notice"
            and (talk["contract_id"] or running[0]["contract_id"]) == row["contract_id"]
            for talk in self.by_account["interactions"][row["account_id"]]
        )

    def running(self, row):
        return row["start_date"] <= self.today and (row["end_date"] is None or row["end_date"] >= self.today)

    def deadline(self, row):
        if row["end_date"] is None:
            years = 1
            while (day := add_months(row["start_date"], 12 * years)) < self.today:
                years += 1
            return day
        if row["auto_renew"] == "yes" and not self.noticed(row):
            return row["end_date"] - timedelta(row["notice_days"] or 30)
        return row["end_date"]

    def status(self, row):
        left = (self.deadline(row) - self.today).days
        if self.after[row["contract_id"]] or row["renewal_stage"] == "payment_received":
            return "renewed"
        if row["renewal_stage"] == "lost":
            return "lost"
        if row["auto_renew"] == "yes" and left < 0 and not self.noticed(row):
            return "auto"
        if row["start_date"] > self.today:
            return "upcoming"
        if row["end_date"] is None:
            return "evergreen"
        if row["end_date"] < self.today:
            return "expired"
        return "expiring" if left <= 90 else "active"

    def covers(self, row):
        status = self.status(row)
        end = row["end_date"]
        if status in ("expired", "active", "expiring"):
            end += timedelta(30)
        if status in ("renewed", "auto") and not self.after[row["contract_id"]]:
            end += timedelta(365)
        if end is None:
            end = row["closed_on"] or date.max
        return row["start_date"] <= self.today <= end

    def clients(self):
        return [
            account
            for account in self.rows["accounts"]
            if any(self.covers(row) for row in self.by_account["contracts"][account["account_id"]])
        ]

    def age(self, day):
        return (self.today - (day.date() if isinstance(day, datetime) else day)).days


def moment(day):
    return day if isinstance(day, datetime) else datetime.combine(day, time(18))


def promised(ticket):
    opened = ticket["opened_at"]
    opened = opened if isinstance(opened, datetime) else datetime.combine(opened, time(9))
    if isinstance(ticket["promised_at"], date):
        return moment(ticket["promised_at"])
    return add_hours(opened, HOURS[ticket["priority"] or "normal"])


def kept(reading, account):
    """Promises that fell due in 90 days: True where on time."""
    found = []
    for ticket in reading.by_account["tickets"][account["account_id"]]:
        due = promised(ticket)
        if 0 <= reading.age(due) < 90:
            done = ticket["resolved_at"]
            found.append(done is not None and moment(done) <= due)
    for talk in reading.by_account["interactions"][account["account_id"]]:
        due = talk["next_step_due"]
        if due and 0 <= reading.age(due) < 90:
            found.append(bool(talk["next_step_done_on"]) and talk["next_step_done_on"] <= due)
    return found


def factors(reading, account):
    """The six factors of a client, None where missing."""
    tier, key = account["tier"] or "standard", account["account_id"]
    talks, tickets, invoices = (reading.by_account[tab][key] for tab in ("interactions", "tickets", "invoices"))
    started = min(row["start_date"] for row in reading.by_account["contracts"][key])
    since = [reading.age(talk["date"]) for talk in talks if talk["channel"] in CONTACTS]
    cadence = {"key": 30, "standard": 90, "low": None}[tier]
    silent = min(since, default=reading.age(started))
    engagement = None if cadence is None else 100 * min(max((3 * cadence - silent) / (2 * cadence), 0), 1)
    burden = 3 * faults(reading, tickets)
    for ticket in tickets:
        age = 0 if ticket["resolved_at"] is None else reading.age(ticket["opened_at"])
        burden += WEIGHT[ticket["priority"] or "normal"] * 0.5 ** (age / 45) * (age <= 180)
    trust = kept(reading, account)
    asked = [(talk["score"], 0.5 ** (reading.age(talk["date"]) / 180)) for talk in talks if talk["score"] is not None]
    weight = sum(share for _, share in asked)
    lives = [1 - HARM.get(talk["signal"], 0) * 0.5 ** (reading.age(talk["date"]) / 90) for talk in talks]
    return (
        engagement,
        100 * 5 / (5 + burden) if tickets else None,
        100 * mean(trust) if len(trust) >= 3 else None,
        10 * sum(score * share for score, share in asked) / weight if weight >= 0.25 else None,
        payment(reading, invoices),
        100 * prod(lives) if any(reading.age(talk["date"]) <= 180 for talk in talks) else None,
    )


def overdue(reading, invoices):
    return max((reading.age(row["due_on"]) for row in invoices if row["paid_on"] is None), default=0)


def payment(reading, invoices):
    if not any(reading.age(row["issued_on"]) <= 365 for row in invoices):
        return None
    late = sum(
        min(max((row["paid_on"] - row["due_on"]).days, 0), 60) * 0.5 ** (reading.age(row["paid_on"]) / 120)
        for row in invoices
        if row["paid_on"]
    )
    return min(max(100 - 1.5 * max(overdue(reading, invoices), 0) - 0.5 * late, 0), 100)


def faults(reading, tickets):
    recent = [ticket for ticket in tickets if reading.age(ticket["opened_at"]) <= 90]
    machines = Counter(ticket["asset"] for ticket in recent if ticket["asset"])
    places = Counter((t["location"], t["category"]) for t in recent if t["location"] and machines[t["asset"]] < 3)
    return sum(count >= 3 for count in (machines + places).values())


def band(reading, account):
    values = factors(reading, account)
    weights = FACTORS[account["tier"] or "standard"]
    score = sum(w * (60 if x is None else x) for w, x in zip(weights, values, strict=True)) / 100
    covered = sum(w for w, x in zip(weights, values, strict=True) if x is not None)
    key = account["account_id"]
    caps = [100.0]
    if any(reading.noticed(row) for row in reading.by_account["contracts"][key]):
        caps.append(20)
    if overdue(reading, reading.by_account["invoices"][key]) > 60:
        caps.append(40)
    late = [t for t in reading.by_account["tickets"][key] if t["resolved_at"] is None and t["priority"] == "critical"]
    if any(promised(ticket) < datetime.combine(reading.today, time(9)) for ticket in late):
        caps.append(50)
    if account["health_override"]:
        score, caps = account["health_override"], [100]
    elif covered < 40 and len(caps) == 1:
        return "no_data"
    score = min(score, *caps, 100)
    return "red" if score <= 50 else "yellow" if score <= 75 else "green"


def window(reading):
    return [
        row
        for row in reading.contracts
        if reading.status(row) in ("expiring", "evergreen")
        and row["contract_type"] != "project"
        and 0 <= (reading.deadline(row) - reading.today).days <= 90
    ]


def due(reading):
    found = Counter()
    for row in reading.contracts:
        if row["end_date"] and reading.today - timedelta(365) < row["end_date"] <= reading.today:
            status = reading.status(row)
            found["auto" if status == "renewed" and row["auto_renew"] == "yes" else status] += 1
    return found


def forecast(reading):
    """Expected sales of the calendar quarter as a share of the target, by the domain's probabilities."""
    today = reading.today
    quarter = {(today.year, 3 * ((today.month - 1) // 3) + turn) for turn in (1, 2, 3)}
    bands = {account["account_id"]: band(reading, account) for account in reading.clients()}
    base = {"green": 0.9, "yellow": 0.75, "red": 0.45}
    gain = {"proposal": 0.15, "negotiation": 0.3, "invoice_needed": 0.6, "invoice_sent": 0.8}
    total = 0.0
    for row in reading.contracts:
        if row["end_date"] is None or (row["end_date"].year, row["end_date"].month) not in quarter:
            continue
        status = reading.status(row)
        if status == "lost" or row["contract_type"] == "project":
            continue
        p0 = base.get(bands.get(row["account_id"]), 0.7)
        p = p0 + (1 - p0) * gain.get(row["renewal_stage"], 0)
        p *= 0.5 ** (max(reading.age(row["end_date"]), 0) / 30)
        p = min(p, 0.1) if reading.noticed(row) else p
        p = 1 if status in ("renewed", "auto") else p
        following = reading.after[row["contract_id"]]
        value = following[0]["value"] if following else row["renewal_value"] or row["value"]
        total += p * value * (0.92 if row["currency"] else 1)
    for row in reading.rows["opportunities"]:
        when = row["closed_on"] or row["expected_close"]
        if row["kind"] != "renewal" and (when.year, when.month) in quarter:
            share = {"contact": 0.1, "proposal": 0.3, "negotiation": 0.6, "won": 1, "lost": 0}
            total += row["value"] * share[row["stage"]]
    return total * 4 / sum(row["sales_target"] or 0 for row in reading.rows["team"])


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


def worked(start, end):
    """Working hours between two moments, 9 to 18 on weekdays."""
    hours, day = 0.0, start.date()
    while day <= end.date():
        opens, closes = datetime.combine(day, time(9)), datetime.combine(day, time(18))
        if day.weekday() < 5:
            hours += max((min(end, closes) - max(start, opens)).total_seconds() / 3600, 0)
        day += timedelta(1)
    return hours


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
