"""The tables that sum up: losses by reason, stuck deals, portfolios, the largest accounts, and what data to mend."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import numpy as np

from sheetcrm.model import Problem, Value
from sheetcrm.reasons import describe
from sheetcrm.rules import metrics
from sheetcrm.rules.ages import marked
from sheetcrm.views.seen import Seen
from sheetcrm.views.seen import shown as rounded
from sheetcrm.views.shown import Table
from sheetcrm.views.texts import texts


def cancellations(seen: Seen, most: int) -> Table:
    """What was lost in the window by its cause, and how much of it went to a competitor."""
    found, words = seen.cancellations, seen.words
    rows: list[dict[str, Value]] = [
        {
            "reason": words.value("loss_reason", loss.reason) or words.text("chart.losses.no_reason"),
            "contracts": loss.contracts,
            "value": seen.money(loss.value),
            "share": rounded(loss.contracts / found.contracts, 4),
        }
        for loss in found.reasons[:most]
    ]
    if not found.contracts:
        return Table(words.text("table.cancellations.none"), rows)
    finding = words.plural(
        "table.cancellations.finding",
        found.contracts,
        elsewhere=words.number(found.elsewhere),
        value=_money(seen, found.value),
    )
    return Table(finding, rows, len(found.reasons))


def stalled(seen: Seen, most: int) -> Table:
    """Open opportunities on which nothing has moved, the largest first."""
    frame, words = seen.state.frames["opportunities"], seen.words
    accounts = seen.state.frames["accounts"]
    mask = marked(frame["pace"], "stalled")
    amount = frame["value_base"].to_numpy(dtype=float)
    at = np.flatnonzero(mask)
    at = at[np.argsort(-np.nan_to_num(amount[at], nan=-np.inf), kind="stable")]
    shown = at[:most]
    holder = seen.state.codes("opportunities", "accounts")[shown]
    names, ids = texts(accounts["name"], holder), texts(frame["account_id"], shown)
    own, theirs = texts(frame["owner"], shown), texts(accounts["owner"], holder)
    cells = zip(names, ids, own, theirs, texts(frame["stage"], shown), amount[shown].tolist(), strict=True)
    rows: list[dict[str, Value]] = [
        {
            "account": name or id,
            "owner": seen.person(mine or other),
            "stage": words.value("opportunity_stage", stage) or None,
            "value": rounded(worth, 2),
        }
        for name, id, mine, other, stage, worth in cells
    ]
    if not len(at):
        return Table(words.text("table.stalled.none"), rows)
    value = metrics.total(amount, mask)
    return Table(words.plural("table.stalled.finding", len(at), value=_money(seen, value)), rows, len(at))


def owners(seen: Seen, most: int) -> Table:
    """Each owner's portfolio: what it is worth, what of it is in danger, and whether effort goes where value is."""
    found, words = metrics.portfolios(seen.state, seen.cfg), seen.words
    accounts, tasks = seen.state.frames["accounts"], seen.state.frames["tasks"]
    in_red = marked(accounts["client_status"], "client") & marked(accounts["health_band"], "red")
    red = Counter(accounts["owner"][in_red].fillna(""))
    late = Counter(tasks["owner"][marked(tasks["state"], "overdue")].fillna(""))
    nobody = words.text("table.owners.nobody")
    rows: list[dict[str, Value]] = [
        {
            "owner": seen.person(one.owner) or nobody,
            "accounts": one.accounts,
            "value": seen.money(one.value),
            "at_risk": seen.money(one.at_risk),
            "red": red[one.owner],
            "overdue_tasks": late[one.owner],
            "effort_share": rounded(one.effort_share, 4),
            "value_share": rounded(one.value_share, 4),
        }
        for one in found[:most]
    ]
    gaps = [(one.effort_share - one.value_share, one) for one in found if one.owner]
    known = [(gap, one) for gap, one in gaps if not np.isnan(gap)]
    if len(known) < 2:
        return Table(words.text("table.owners.none"), rows, len(found))
    _, most_stretched = min(known, key=lambda pair: pair[0])
    finding = words.text(
        "table.owners.finding",
        owner=seen.person(most_stretched.owner) or "",
        value=words.percent(most_stretched.value_share),
        effort=words.percent(most_stretched.effort_share),
    )
    return Table(finding, rows, len(found))


def volume(seen: Seen, most: int) -> Table:
    """The accounts with the most volume."""
    return _top(seen, "volume", most)


def margin(seen: Seen, most: int) -> Table:
    """The accounts with the most margin."""
    return _top(seen, "margin", most)


def _top(seen: Seen, by: Literal["volume", "margin"], most: int) -> Table:
    found, words = metrics.top(seen.state, by, most), seen.words
    whose = _owners_of(seen, [one.account_id for one in found])
    rows: list[dict[str, Value]] = [
        {
            "account": one.name or one.account_id,
            "owner": whose.get(one.account_id),
            "amount": rounded(one.amount, 2),
            "share": rounded(one.share, 4),
        }
        for one in found
    ]
    if not found:
        return Table(words.text(f"table.{by}.none"), rows)
    share = words.percent(sum(one.share for one in found))
    return Table(words.plural(f"table.{by}.finding", len(found), share=share), rows)


def _owners_of(seen: Seen, ids: Collection[str]) -> dict[str, str | None]:
    """The owners of these accounts by their id."""
    accounts = seen.state.frames["accounts"]
    at = np.flatnonzero(accounts["account_id"].isin(ids).to_numpy())
    pairs = zip(texts(accounts["account_id"], at), texts(accounts["owner"], at), strict=True)
    return {id: seen.person(owner) for id, owner in pairs}


def quadrants(seen: Seen, most: int) -> Table:
    """Clients by what their volume and margin ask for."""
    found, words = metrics.quadrants(seen.state), seen.words
    whole = sum(one.value for one in found if not np.isnan(one.value))
    rows: list[dict[str, Value]] = [
        {
            "strategy": words.value("strategy", one.strategy) or words.text("table.quadrants.untold"),
            "accounts": one.accounts,
            "value": seen.money(one.value),
            "share": rounded(metrics.ratio(one.value, whole), 4),
        }
        for one in found[:most]
    ]
    told = {one.strategy: one.accounts for one in found}
    if not sum(told[key] for key in told if key):
        return Table(words.text("table.quadrants.none"), rows)
    counts = {key: words.number(told[key]) for key in ("reprice", "develop", "streamline")}
    return Table(words.text("table.quadrants.finding", **counts), rows)


def effort(seen: Seen, most: int) -> Table:
    """Clients that get more effort than they bring value, then those that get less."""
    each = most // 2
    found, words = metrics.effort(seen.state, seen.cfg, most - each), seen.words
    listed = (*found.over, *found.under[:each])
    whose = _owners_of(seen, [one.key for one in listed])
    rows: list[dict[str, Value]] = [
        {
            "account": one.name or one.key,
            "owner": whose.get(one.key),
            "effort_share": rounded(one.effort_share, 4),
            "value_share": rounded(one.value_share, 4),
        }
        for one in listed
    ]
    if not found.over or not found.under:
        return Table(words.text("table.effort.none"), rows)
    over, under = (one[0].name or one[0].key for one in (found.over, found.under))
    return Table(words.text("table.effort.finding", over=over, under=under), rows)


def mend(seen: Seen, most: int) -> Table:
    """Data problems by tab and column, the most frequent first, each with an example of what is wrong."""
    words = seen.words
    groups: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in seen.problems:
        groups[problem.tab, problem.column, problem.code].append(problem)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    rows: list[dict[str, Value]] = [
        {
            "tab": words.tab(tab) if words.has(f"tab.{tab}") else tab,
            "column": _header(seen, tab, column),
            "cells": len(found),
            "wrong": describe(found[0], words)[0],
        }
        for (tab, column, _), found in ordered[:most]
    ]
    if not rows:
        return Table(words.text("table.mend.none"), rows)
    return Table(words.plural("table.mend.finding", len(seen.problems), tab=words.tab("problems")), rows, len(ordered))


def _header(seen: Seen, tab: str, column: str) -> str | None:
    key = f"header.{tab}.{column}"
    return seen.words.text(key) if seen.words.has(key) else column or None


def _money(seen: Seen, value: float) -> str:
    return seen.words.text("card.no_data") if np.isnan(value) else seen.amount(value)


TABLES: Mapping[str, Callable[[Seen, int], Table]] = {
    table.__name__: table for table in (cancellations, stalled, owners, volume, margin, quadrants, effort, mend)
}
