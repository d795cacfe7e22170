"""Reviews and plans of the portfolio, accounts that hang by a thread or cost too much (001; 002 items 8, 15, 29)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter, month, quarter
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import Flags, marked
from sheetcrm.rules.dates import days
from sheetcrm.rules.surveys import survey_sample


@matter("accounts")
def tier_review(state: Evaluated, _: Config) -> Cases:
    """The tier is to be reviewed; a promotion or demotion that the numbers suggest is named. One that nobody has
    decided yet is asked for by itself."""
    accounts = state.frames["accounts"]
    moves = accounts["tier_why"].where(accounts["tier_move"].notna())
    due = (accounts["tier_review_now"] == 1).to_numpy() & accounts["tier"].notna().to_numpy()
    return found(due, days(accounts["tier_review_due"]), moves)


@matter("accounts", standing=True)
def key_plan(state: Evaluated, _: Config) -> Cases:
    """A key account without a plan, or with one that nobody has looked at for 6 months."""
    accounts = state.frames["accounts"]
    gap = accounts["plan_gap"]
    old = marked(gap, "old")
    return found(gap.notna().to_numpy(), np.where(old, days(accounts["plan_reviewed_on"]), quarter(state)))


@matter("accounts")
def risk_plan(state: Evaluated, _: Config) -> Cases:
    """The day by which a client's risk plan is to be done has come."""
    accounts = state.frames["accounts"]
    return found((accounts["risk_plan_now"] == 1).to_numpy(), days(accounts["risk_plan_due"]))


@matter("accounts", standing=True)
def single_thread(state: Evaluated, _: Config) -> Cases:
    """A key account with too few people in touch, on their side or ours."""
    return found((state["accounts.single_threaded"] == 1).to_numpy(), quarter(state))


@matter("accounts", standing=True)
def difficult(state: Evaluated, _: Config) -> Cases:
    """A difficult client seen early, before people marked it as one."""
    accounts = state.frames["accounts"]
    early = (
        (accounts["difficult_early"] == 1) & (accounts["difficult"] != "yes") & (accounts["client_status"] == "client")
    )
    return found(early.to_numpy(), quarter(state))


@matter("accounts")
def executive_report(state: Evaluated, _: Config) -> Cases:
    """The month's report to each key client, until one was noted in the month."""
    accounts = state.frames["accounts"]
    key = marked(accounts["tier"], "key") & marked(accounts["client_status"], "client")
    return found(key & ~_had(state, "report"), month(state))


@matter("accounts")
def survey(state: Evaluated, cfg: Config) -> Cases:
    """The clients whom the month's survey asks, until they have answered."""
    sample = np.zeros(state.sizes["accounts"], dtype=bool)
    sample[survey_sample(state, cfg.surveys)] = True
    return found(sample & ~_had(state, "survey"), month(state))


@matter("team", nature="admin")
def annual_review(state: Evaluated, cfg: Config) -> Cases:
    """Each owner's yearly look at the whole portfolio, early in the year: a first run in autumn waits for January."""
    holds = (state["team.accounts"] > 0).to_numpy() & (state.as_of.month in cfg.alerts.annual_review_months)
    return found(holds, np.datetime64(state.as_of.replace(month=1, day=1)))


def _had(state: Evaluated, channel: str) -> Flags:
    """The accounts with an interaction of this channel this month."""
    talks = state.frames["interactions"]
    codes = state.codes("interactions", "accounts")
    rows = marked(talks["channel"], channel) & (days(talks["date"]) >= month(state)) & (codes >= 0)
    had = np.zeros(state.sizes["accounts"], dtype=bool)
    had[codes[rows]] = True
    return had
