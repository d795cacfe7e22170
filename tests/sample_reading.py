"""A small reading of the domain in plain Python, to judge the sample company by: no engine, no generator's figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from math import prod
from statistics import mean

from sheetcrm.sample.days import add_hours, add_months

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


def worked(start, end):
    """Working hours between two moments, 9 to 18 on weekdays."""
    hours, day = 0.0, start.date()
    while day <= end.date():
        opens, closes = datetime.combine(day, time(9)), datetime.combine(day, time(18))
        if day.weekday() < 5:
            hours += max((min(end, closes) - max(start, opens)).total_seconds() / 3600, 0)
        day += timedelta(1)
    return hours
