"""The opportunity rows that renewal stages open: the renewal at 60 days, its recovery a week after the end. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sheetcrm.alerts.renewals import Told
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.model import NewRow

OPEN_STAGES = ("contact", "proposal", "negotiation")


def stage_opportunities(
    told: Sequence[Told], state: Evaluated, cfg: Config, known: Mapping[str, str], *, fold: bool
) -> list[NewRow]:
    """One row per told stage that opens an opportunity, unless its cause is known or people opened one of that kind.

    ``known``: causes of rows made before, and ids standing in the tab. ``fold``: stages that the told one superseded
    count as reached; of several that open one, the last does. A contract whose account has no row gets none.
    """
    if not state.snapshot.tabs["opportunities"].present or not told:
        return []
    standing = _standing(state)
    contracts = state.frames["contracts"]
    accounts = state.codes("contracts", "accounts")
    value = contracts["renewal_value"].fillna(contracts["value"])
    rows = []
    for item in told:
        stages = (*item.decision.folded, item.decision.told) if fold else (item.decision.told,)
        opening = [name for name in stages if name in cfg.alerts.opportunities]
        if not opening or accounts[item.row] < 0:
            continue
        opens = cfg.alerts.opportunities[opening[-1]]
        if (item.term.contract_id, opens.kind) in standing:
            continue
        cause = opportunity_cause(item.term.contract_id, item.term.deadline, opens.kind)
        amount, currency = value.iloc[item.row], contracts["currency"].iloc[item.row]
        rows.append(
            NewRow(
                tab="opportunities",
                id=opportunity_id(item.term.contract_id, cause),
                cause=cause,
                values={
                    "opportunity_id": opportunity_id(item.term.contract_id, cause),
                    "account_id": item.term.account_id,
                    "contract_id": item.term.contract_id,
                    "kind": opens.kind,
                    "stage": "contact",
                    "value": None if amount != amount else float(amount),
                    "currency": None if currency != currency else currency,
                    "owner": item.term.owner or None,
                    "created_on": state.as_of,
                    "expected_close": max(state.as_of, item.term.deadline + timedelta(days=opens.closes_in)),
                },
            )
        )
    return [row for row in rows if row.cause not in known and row.id not in known]


def opportunity_cause(contract_id: str, deadline: date, kind: str) -> str:
    """The identity of an opportunity: once per term and kind."""
    return f"opportunity|{contract_id}|{deadline.isoformat()}|{kind}"


def opportunity_id(contract_id: str, cause: str) -> str:
    """An id made from the row's cause, so that the same cause never makes two rows."""
    return f"O-{contract_id}-{hashlib.sha256(cause.encode()).hexdigest()[:6]}"


def _standing(state: Evaluated) -> set[tuple[str, str]]:
    """(contract, kind) of the opportunities that are open."""
    deals = state.frames["opportunities"]
    open_ = (deals["stage"].isna() | deals["stage"].isin(OPEN_STAGES)) & deals["contract_id"].notna()
    return set(zip(deals["contract_id"][open_].tolist(), deals["kind"][open_].tolist(), strict=True))
