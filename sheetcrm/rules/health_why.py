"""Why the health is what it is, in one sentence: losses with their rows, caps, data, and what would change it.

62 ▼9 · 3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11 · 74 días sin contacto (cadencia 30) −8 ·
datos 80 %. Con una visita hoy: 70.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import column, round_half_up
from sheetcrm.rules.evidence import Reason
from sheetcrm.rules.health import Factors
from sheetcrm.rules.health_losses import Losses
from sheetcrm.rules.health_words import Sayer


@column("accounts", show=False, raw=True)
def health_opening(
    health_score: pd.Series[Any],
    score_a_month_ago: pd.Series[Any],
    health_computed: pd.Series[Any],
    override_holds: pd.Series[Any],
    health_override_reason: pd.Series[Any],
    health_override_until: pd.Series[Any],
    words: Any,
) -> list[str]:
    """How the sentence begins: the score and its change in four weeks; a person's score with its reason and end.

    Source: domain 4 (health_why)
    """
    say = Sayer(words)
    change = round_half_up(health_score - score_a_month_ago).tolist()
    openings = [say.score(score, moved) for score, moved in zip(health_score.tolist(), change, strict=True)]
    computed = round_half_up(health_computed)
    until = health_override_until.to_numpy(dtype="datetime64[D]")
    for row in np.flatnonzero(override_holds == 1).tolist():
        said = say.fixed(str(health_override_reason.iat[row]), until[row].item(), computed[row])
        openings[row] = f"{openings[row]} · {said}"
    return openings


@column("accounts", show=False, raw=True)
def health_ending(
    health_score: pd.Series[Any],
    override_holds: pd.Series[Any],
    factors: Factors,
    best_act: pd.Series[Any],
    score_after_act: pd.Series[Any],
    oldest_ticket: pd.Series[Any],
    oldest_invoice: pd.Series[Any],
    words: Any,
) -> list[str]:
    """How the sentence ends: the one act that would gain most (no act moves a person's score); without a score, what
    is missing for one.

    Source: domain 4 (health_why)
    """
    say = Sayer(words)
    endings = ["."] * len(health_score)
    helps = (best_act.notna() & (override_holds != 1)).to_numpy()
    ids = np.select(
        [(best_act == "ticket").to_numpy(), (best_act == "invoice").to_numpy()],
        [oldest_ticket.to_numpy(dtype=object), oldest_invoice.to_numpy(dtype=object)],
        default="",
    ).tolist()
    acts, after = best_act.tolist(), score_after_act.tolist()
    for row in np.flatnonzero(helps).tolist():
        endings[row] = ". " + say.act(acts[row], ids[row], after[row])
    missing = np.isnan(factors.points) & (factors.weights > 0)
    for row in np.flatnonzero(health_score.isna()).tolist():
        endings[row] = f" · {say.missing(missing[row])}."
    return endings


@column("accounts")
def health_why(
    health_coverage: pd.Series[Any],
    health_computed: pd.Series[Any],
    health_opening: list[str],
    caps_held: dict[int, list[tuple[float, Reason]]],
    health_losses: Losses,
    health_ending: list[str],
    words: Any,
) -> list[str | None]:
    """Why: the score and its change in four weeks, the caps that hold, the three largest losses with their rows, how
    much of the data is there, and the one act that would gain most.

    Blank: not a client
    Source: domain 4 (health_why)
    """
    say = Sayer(words)
    result: list[str | None] = []
    rows = zip(health_opening, health_coverage.tolist(), health_computed.notna().tolist(), health_ending, strict=True)
    for row, (opening, coverage, computed, ending) in enumerate(rows):
        if coverage != coverage:
            result.append(None)
            continue
        parts = [opening]
        parts += [say.cap(points, reason) for points, reason in caps_held.get(row, ())]
        if computed:
            parts += [say.loss(points, reason) for points, reason in health_losses.at(row)]
        parts.append(say.data(coverage))
        result.append(" · ".join(parts) + ending)
    return result
