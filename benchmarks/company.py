"""A made-up company of any size as columns: seeded, consistent, of the proportions of a real one.

At scale 1: 100,000 contract terms in 25,000 chains, 20,000 accounts, 500,000 interactions, 200,000 tickets; some 9% of
the terms are within their alert window. Keys of lists stand for words of the workbook's language.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sheetcrm.sample.words.es import WORDS
from sheetcrm.schema import TABS

CONTRACTS, ACCOUNTS, INTERACTIONS, TICKETS = 100_000, 20_000, 500_000, 200_000
TERMS = 4
"""Terms of a chain, one after the other; the last one runs, has run out, or was lost."""
TEAM = 30

Columns = dict[str, Any]
Places = NDArray[np.int64]

_SUMMARIES = (
    "Revisión trimestral del servicio con el responsable de compras",
    "Llamada para confirmar la visita & el alcance",
    "Pregunta por el plazo de entrega del último pedido",
    "Presentación de la propuesta de renovación",
    "Incidencia resuelta; queda pendiente el informe",
    "Avería en el equipo de la planta baja",
    "Consumible agotado antes de lo previsto",
    "Factura con un importe distinto del acordado",
)
_STEPS = ("Enviar propuesta", "Llamar al responsable", "Preparar informe de uso", "Confirmar fecha de visita")
_SIGNALS = ("quote_request", "new_decision_maker", "purchasing_change", "billing_complaint", "expansion_need")


def company(scale: float, seed: int, today: date) -> dict[str, pd.DataFrame]:
    """Tab key → people's columns (missing where blank); dates as datetime64, everything else as Excel would hold it."""
    rng = np.random.default_rng(seed)
    day = np.datetime64(today, "D")
    sizes = {
        "accounts": max(int(ACCOUNTS * scale), 5),
        "chains": max(int(CONTRACTS * scale) // TERMS, 5),
        "interactions": max(int(INTERACTIONS * scale), 5),
        "tickets": max(int(TICKETS * scale), 5),
    }
    team = _team()
    accounts = _accounts(sizes["accounts"], rng, day, team)
    contracts = _contracts(sizes["chains"], rng, day, accounts)
    return {
        "contracts": contracts,
        "accounts": accounts,
        "interactions": _interactions(sizes["interactions"], rng, day, contracts),
        "tickets": _tickets(sizes["tickets"], rng, day, contracts),
        "team": team,
    }


def _team() -> pd.DataFrame:
    names = [f"{(*WORDS.women, *WORDS.men)[at % 12]} {WORDS.cores[at % len(WORDS.cores)]} {at}" for at in range(TEAM)]
    roles = ["direction", "manager", "manager", *["owner"] * (TEAM - 3)]
    chiefs = ["", names[0], names[0], *(names[1 + at % 2] for at in range(TEAM - 3))]
    return _frame(
        "team",
        {
            "email": [f"persona{at:02d}@example.com" for at in range(TEAM)],
            "name": names,
            "role": roles,
            "manager": chiefs,
            "language": ["es"] * TEAM,
            "sales_target": np.full(TEAM, 240_000.0),
        },
    )


def _accounts(n: int, rng: np.random.Generator, day: np.datetime64, team: pd.DataFrame) -> pd.DataFrame:
    firms = [form for form, _ in WORDS.firms]
    cores = WORDS.cores
    owners = _pick(rng, team["name"][3:], n)
    volume = np.round(rng.lognormal(9.5, 1.2, n), 2)
    return _frame(
        "accounts",
        {
            "account_id": [f"A-{at:05d}" for at in range(n)],
            "name": [f"{firms[at % len(firms)].format(cores[at // 16 % len(cores)])} {at}" for at in range(n)],
            "owner": owners,
            "backup_owner": _pick(rng, team["name"][3:], n),
            "service_owner": _some(rng, _pick(rng, team["name"][3:], n), 0.5),
            "tier": _some(rng, _pick(rng, ["key", "standard", "standard", "standard", "low"], n), 0.97),
            "industry": _pick(rng, [industry for _, industry in WORDS.firms], n),
            "language": _pick(rng, ["es", "es", "es", "en"], n),
            "customer_email": [f"compras@cliente{at}.example" for at in range(n)],
            "client_since": _ago(rng, day, 400, 4000, n),
            "volume": volume,
            "volume_last_year": np.round(volume * rng.uniform(0.7, 1.3, n), 2),
            "margin": np.round(volume * rng.uniform(0.05, 0.4, n), 2),
            "potential": _pick(rng, ["high", "medium", "low"], n),
            "critical": _some(rng, _pick(rng, ["yes", "no", "no", "no"], n), 0.5),
            "sites": rng.integers(1, 5, n).astype(float),
            "difficult": _some(rng, _pick(rng, ["yes", "no", "no", "no"], n), 0.3),
            "relationship": _pick(rng, ["supplier", "preferred", "partner"], n),
            "channel": _some(rng, _pick(rng, ["correo", "teléfono"], n), 0.4),
            "plan": _some(rng, _pick(rng, ["Plan de cuenta 2026"], n), 0.2),
            "plan_reviewed_on": _some(rng, _ago(rng, day, 1, 400, n), 0.2),
            "tier_reviewed_on": _ago(rng, day, 1, 500, n),
            "notes": _some(rng, _pick(rng, _SUMMARIES, n), 0.3),
        },
    )


def _contracts(chains: int, rng: np.random.Generator, day: np.datetime64, accounts: pd.DataFrame) -> pd.DataFrame:
    """Chains of yearly terms. A tenth was lost at its last term, the others end within the coming year."""
    lost = rng.random(chains) < 0.1
    last_end = np.where(lost, day - rng.integers(60, 700, chains), day + rng.integers(-25, 340, chains))
    at = np.repeat(np.arange(chains), TERMS)
    term = np.tile(np.arange(TERMS), chains)
    n = len(at)
    after = (last_end[at] + 1).astype("datetime64[D]")
    start, end = _years_back(after, TERMS - term), _years_back(after, TERMS - 1 - term) - np.timedelta64(1, "D")
    last = term == TERMS - 1
    ids = np.array([f"C-{chain:05d}-{number + 1}" for chain, number in zip(at.tolist(), term.tolist(), strict=True)])
    holder = rng.integers(0, len(accounts), chains)[at]
    value = np.round(rng.lognormal(8.3, 0.9, chains)[at] * (1 + 0.03 * term), 2)
    lost_here, running = last & lost[at], last & ~lost[at]
    stage = np.where(running, _pick(rng, ["planned", "planned", "contacted", "proposal", "negotiation"], n), None)
    stage = np.where(lost_here, "lost", stage)
    predecessor = np.where(term > 0, np.roll(ids, 1), None)
    closed = np.where(lost_here, end, np.datetime64("NaT"))
    return _frame(
        "contracts",
        {
            "contract_id": ids,
            "account_id": accounts["account_id"].to_numpy()[holder],
            "title": _pick(rng, ["Mantenimiento anual", "Soporte técnico 24 h", "Licencias y suscripción"], n),
            "contract_type": _pick(rng, ["service", "support", "maintenance", "licence", "subscription"], n),
            "start_date": start,
            "end_date": end,
            "value": value,
            "currency": ["EUR"] * n,
            "payment_frequency": _pick(rng, ["monthly", "quarterly", "annual"], n),
            "renewal_period": _some(rng, _pick(rng, ["12 meses", "anual", "12M"], n), 0.8),
            "auto_renew": _pick(rng, ["yes", "no", "no", "no", "no"], n),
            "notice_days": _some(rng, _pick(rng, [15.0, 30.0, 60.0], n), 0.7),
            "owner": accounts["owner"].to_numpy()[holder],
            "contact": _pick(rng, [f"{name} {core}" for name in WORDS.women for core in WORDS.cores[:10]], n),
            "renewal_stage": stage,
            "renewal_value": np.where(last, np.round(value * 1.03, 2), np.nan),
            "probability": np.where(running, _some(rng, _pick(rng, [0.4, 0.6, 0.8, 0.9], n), 0.2), np.nan),
            "predecessor_id": predecessor,
            "closed_on": closed,
            "loss_reason": np.where(lost_here, _pick(rng, ["price", "service", "competitor", "budget"], n), None),
            "terms": _pick(rng, ["Pago a 30 días", "Pago a 60 días", "Domiciliación"], n),
            "notes": _some(rng, _pick(rng, _SUMMARIES, n), 0.3),
        },
    )


def _interactions(n: int, rng: np.random.Generator, day: np.datetime64, contracts: pd.DataFrame) -> pd.DataFrame:
    about = rng.integers(0, len(contracts), n)
    channel = _pick(rng, ["visit", "call", "call", "email", "email", "meeting", "proposal", "report", "survey"], n)
    days = _ago(rng, day, 0, 1100, n)
    step = rng.random(n) < 0.3
    due = np.where(step, days + rng.integers(2, 40, n), np.datetime64("NaT"))
    return _frame(
        "interactions",
        {
            "interaction_id": [f"I-{at:06d}" for at in range(n)],
            "date": days,
            "account_id": contracts["account_id"].to_numpy()[about],
            "contract_id": _some(rng, contracts["contract_id"].to_numpy()[about], 0.5),
            "contact": _pick(rng, [f"{name} {core}" for name in WORDS.women for core in WORDS.cores[:10]], n),
            "owner": contracts["owner"].to_numpy()[about],
            "channel": channel,
            "initiative": _pick(rng, ["proactive", "reactive"], n),
            "nature": _pick(rng, ["commercial", "admin"], n),
            "score": np.where(channel == "survey", rng.integers(4, 11, n), np.nan),
            "signal": _some(rng, _pick(rng, _SIGNALS, n), 0.01),
            "summary": _pick(rng, _SUMMARIES, n),
            "next_step": np.where(step, _pick(rng, _STEPS, n), None),
            "next_step_due": due,
            "next_step_done_on": np.where(rng.random(n) < 0.9, due, np.datetime64("NaT")),
        },
    )


def _tickets(n: int, rng: np.random.Generator, day: np.datetime64, contracts: pd.DataFrame) -> pd.DataFrame:
    about = rng.integers(0, len(contracts), n)
    opened = _ago(rng, day, 0, 900, n).astype("datetime64[m]") + rng.integers(9 * 60, 17 * 60, n)
    minute = np.timedelta64(1, "m")
    solved = rng.random(n) < 0.97
    promised = np.where(rng.random(n) < 0.3, opened + rng.integers(600, 9000, n) * minute, np.datetime64("NaT"))
    answered = np.where(rng.random(n) < 0.8, opened + rng.integers(5, 600, n) * minute, np.datetime64("NaT"))
    resolved = np.where(solved, opened + rng.integers(60, 9000, n) * minute, np.datetime64("NaT"))
    return _frame(
        "tickets",
        {
            "ticket_id": [f"T-{at:06d}" for at in range(n)],
            "account_id": contracts["account_id"].to_numpy()[about],
            "contract_id": _some(rng, contracts["contract_id"].to_numpy()[about], 0.6),
            "opened_at": opened,
            "category": _pick(rng, ["service", "supply", "consumable", "repair", "visit", "billing"], n),
            "priority": _some(rng, _pick(rng, ["high", "normal", "normal", "low", "critical"], n), 0.95),
            "asset": _some(rng, [f"EQ-{number:05d}" for number in rng.integers(0, max(n // 4, 1), n).tolist()], 0.7),
            "location": _pick(rng, ["Sucursal Norte", "Sucursal Sur", "Almacén", "Oficina central"], n),
            "promised_at": promised,
            "first_response_at": answered,
            "resolved_at": resolved,
            "owner": contracts["owner"].to_numpy()[about],
            "summary": _pick(rng, _SUMMARIES, n),
            "root_cause": np.where(solved, _some(rng, _pick(rng, ["service", "supply", "billing"], n), 0.6), None),
            "resolution": np.where(
                solved, _some(rng, _pick(rng, ["Pieza sustituida", "Formación dada"], n), 0.5), None
            ),
            "customer_confirmed": np.where(solved, _some(rng, _pick(rng, ["yes", "no"], n), 0.5), None),
        },
    )


def _years_back(days: NDArray[Any], years: Places) -> NDArray[Any]:
    """The same day of the month, years earlier; 29 February becomes the 28th."""
    months = days.astype("datetime64[M]")
    day_of_month = (days - months.astype("datetime64[D]")).astype(int)
    earlier = months - 12 * years
    longest = ((earlier + 1).astype("datetime64[D]") - earlier.astype("datetime64[D]")).astype(int) - 1
    return earlier.astype("datetime64[D]") + np.minimum(day_of_month, longest)


def _ago(rng: np.random.Generator, day: np.datetime64, least: int, most: int, n: int) -> NDArray[Any]:
    return day - rng.integers(least, most, n)


def _pick(rng: np.random.Generator, choices: Any, n: int) -> NDArray[Any]:
    options = np.asarray(choices)
    return (options.astype(object) if options.dtype.kind == "U" else options)[rng.integers(0, len(options), n)]


def _some(rng: np.random.Generator, values: Any, share: float) -> NDArray[Any]:
    """The values with all but a share of them blank."""
    array = np.asarray(values)
    blank: Any = np.datetime64("NaT") if array.dtype.kind == "M" else np.nan if array.dtype.kind == "f" else None
    if blank is None:
        array = array.astype(object)
    return np.where(rng.random(len(array)) < share, array, blank)


def _frame(tab: str, columns: Columns) -> pd.DataFrame:
    known = [column.key for column in TABS[tab].people]
    unknown = columns.keys() - set(known)
    if unknown:
        raise ValueError(f"{tab} has no column {', '.join(sorted(unknown))}")
    return pd.DataFrame({key: columns[key] for key in known if key in columns})
