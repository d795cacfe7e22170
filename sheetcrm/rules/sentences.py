"""Why a contract stands where it stands: one sentence in the reader's language.

    Vence en 12 días (3 dic 2026); etapa: propuesta; riesgo medio: sin pedir la factura a 12 días del plazo

Each part is worded once however many rows need it: 100,000 rows share some thousands of beginnings and endings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sheetcrm.columns import column, label, round_half_up
from sheetcrm.model import Ints
from sheetcrm.rules.dates import days
from sheetcrm.schema import Type

if TYPE_CHECKING:
    from sheetcrm.words import Words

Texts = np.ndarray[Any, np.dtype[np.object_]]

_COUNTED_RISKS = ("no_proposal", "no_invoice")
_DECIDED = ("followed", "paid", "auto", "lost")


@column(
    "contracts",
    show=False,
    type=Type.TEXT,
    copes=("successors", "decision", "auto_renewing"),
)
def standing(
    status: pd.Series[Any],
    decision: pd.Series[Any],
    successors: pd.Series[Any],
    auto_renewing: pd.Series[Any],
) -> Any:
    """How the status came about: what the sentence of ``why`` begins with.

    Blank: the status is not known
    """
    renewed, fixed = status == "renewed", status.isin(("active", "expiring"))
    return label(
        (renewed & (successors == 1), "followed"),
        (renewed & (decision == "renewed"), "paid"),
        (renewed, "auto"),
        (fixed & (auto_renewing == 1), "stop"),
        (fixed, "ends"),
        *((status == name, name) for name in ("lost", "upcoming", "evergreen", "expired")),
    )


@column("contracts", show=False, type=Type.DATE, copes=("closed_on", "start_date", "end_date", "deadline"))
def standing_on(
    standing: pd.Series[Any],
    closed_on: pd.Series[Any],
    start_date: pd.Series[Any],
    end_date: pd.Series[Any],
    deadline: pd.Series[Any],
) -> Any:
    """The day that the sentence of ``why`` names first.

    Blank: it names none
    """
    day = np.where(standing.isin(("paid", "lost")).to_numpy(), days(closed_on), days(end_date))
    day = np.where(standing.isin(("auto", "stop", "evergreen")).to_numpy(), days(deadline), day)
    day = np.where((standing == "upcoming").to_numpy(), days(start_date), day)
    return np.where((standing == "followed").to_numpy(), np.datetime64("NaT", "D"), day)


@column("contracts", show=False, type=Type.TEXT, copes=("probability", "cancellation_notice_on"))
def chance_source(
    risk_reason: pd.Series[Any],
    probability: pd.Series[Any],
    cancellation_notice_on: pd.Series[Any],
) -> Any:
    """Where the probability comes from that made the renewal risk: given by a person, a notice, or the health band.

    Blank: no probability made the risk
    """
    by_chance = risk_reason.isin(("low_chance", "middling_chance", "none"))
    return label(
        (~by_chance, None),
        (probability.notna(), "given"),
        (cancellation_notice_on.notna(), "notice"),
        default="health",
    )


@column(
    "contracts",
    copes=(
        "standing_on",
        "successor_id",
        "loss_reason",
        "cancellation_notice_on",
        "renewal_stage",
        "risk_reason",
        "days_to_deadline",
        "chance",
        "chance_source",
    ),
    band="accounts.health_band",
)
def why(
    standing: pd.Series[Any],
    standing_on: pd.Series[Any],
    successor_id: pd.Series[Any],
    loss_reason: pd.Series[Any],
    cancellation_notice_on: pd.Series[Any],
    renewal_stage: pd.Series[Any],
    risk_reason: pd.Series[Any],
    days_to_deadline: pd.Series[Any],
    chance: pd.Series[Any],
    chance_source: pd.Series[Any],
    band: pd.Series[Any],
    as_of: date,
    words: Words,
) -> Texts:
    """Why: how the status came about and when, what stage is reached, and what the renewal risk comes from.

    Blank: the status is not known
    Source: domain 4
    """
    say = _Speaker(words, as_of)
    counted = risk_reason.isin(_COUNTED_RISKS).to_numpy()
    by_chance = chance_source.notna().to_numpy()
    number = np.where(counted, days_to_deadline, np.where(by_chance, round_half_up(chance * 100), 0.0))
    stands = _Part(standing)
    beginnings = _worded(say.beginning, stands, _Part(standing_on), _Part(loss_reason))
    endings = _worded(
        say.ending,
        stands,
        _Part(cancellation_notice_on),
        _Part(renewal_stage),
        _Part(risk_reason),
        _Part(pd.Series(number)),
        _Part(chance_source),
        _Part(band.where(by_chance)),
    )
    followed = (standing == "followed").to_numpy()
    beginnings[followed] = say.followed(successor_id[followed].to_numpy(dtype=object))
    sentences: Texts = beginnings + endings
    sentences[standing.isna().to_numpy()] = None
    return sentences


class _Part:
    """What a sentence depends on: the different values and which of them each row has (−1: blank)."""

    def __init__(self, values: pd.Series[Any]) -> None:
        codes, different = pd.factorize(values)
        self.codes = codes.astype(np.int64)
        known = np.asarray(different)
        self.values = [*(known.astype("datetime64[D]") if known.dtype.kind == "M" else known).tolist(), None]


def _worded(word: Callable[..., str], *parts: _Part) -> Texts:
    """The wording of each row's values, made once for each combination that occurs."""
    size = len(parts[0].codes)
    together: Ints = np.zeros(size, dtype=np.int64)
    span = 1
    for part in parts:
        span *= len(part.values)
        if span > 2**62:
            together = pd.factorize(together)[0].astype(np.int64)
            span = size * len(part.values)
        together = together * len(part.values) + part.codes % len(part.values)
    together = pd.factorize(together)[0].astype(np.int64)
    first = np.zeros(int(together.max(initial=-1)) + 1, dtype=np.int64)
    first[together[::-1]] = np.arange(size - 1, -1, -1)
    columns = [[part.values[code] for code in part.codes[first].tolist()] for part in parts]
    texts = np.empty(len(first), dtype=object)
    texts[:] = [word(*values) for values in zip(*columns, strict=True)]
    return texts[together]


class _Speaker:
    """Words the parts of a sentence."""

    def __init__(self, words: Words, today: date) -> None:
        self._words = words
        self._today = today

    def followed(self, ids: Texts) -> Texts:
        """The sentences of terms that a successor follows: each names its own id, so only the frame is worded once."""
        before, after = self._words.text("why.followed", id="\0").split("\0")
        return np.array([f"{before}{successor}{after}" for successor in ids], dtype=object)

    def beginning(self, standing: str | None, day: date | None, loss_reason: str | None) -> str:
        """How the status came about and on what day."""
        text = self._words.text
        if standing is None or standing == "followed":
            return ""
        if standing == "lost":
            lost = text("why.lost_on", date=self._words.date(day)) if day else text("why.lost")
            reason = self._words.value("loss_reason", loss_reason)
            return f"{lost}; {text('why.reason', reason=reason) if reason else text('why.no_reason')}"
        if standing == "paid":
            return text("why.paid_on", date=self._words.date(day)) if day else text("why.paid")
        assert day is not None, "without the day that a term counts to it has no status"
        if standing == "auto":
            return text("why.auto", date=self._words.date(day))
        away = abs((day - self._today).days)
        if away == 0:
            return text(f"why.{standing}.today")
        return self._words.plural(f"why.{standing}", away, date=self._words.date(day))

    def ending(
        self,
        standing: str | None,
        notice: date | None,
        stage: str | None,
        risk: str | None,
        number: float,
        source: str | None,
        band: str | None,
    ) -> str:
        """Notice, stage and risk of an undecided term; nothing for a decided one."""
        if standing is None or standing in _DECIDED:
            return ""
        text = self._words.text
        parts = [""]
        if notice:
            parts.append(text("why.notice", date=self._words.date(notice)))
        if stage:
            parts.append(text("why.stage", stage=self._words.value("renewal_stage", stage)))
        elif risk:
            parts.append(text("why.no_stage"))
        if risk in _COUNTED_RISKS:
            counted = f"why.risk.{risk}"
            parts.append(self._words.plural(counted, number) if number else text(f"{counted}.today"))
        elif risk == "past_deadline":
            parts.append(text("why.risk.past_deadline"))
        elif risk:
            likely = text(f"why.risk.{risk}", percent=self._words.percent(number / 100))
            parts.append(likely + self._because(source, band))
        return "; ".join(parts)

    def _because(self, source: str | None, band: str | None) -> str:
        if source == "health":
            return " " + self._words.text("why.by_health", band=self._words.value("health_band", band or "no_data"))
        return " " + self._words.text("why.given") if source == "given" else ""
