"""The managers' week: the numbers against last week's, bars with their number in text, what changed, who has what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sheetcrm.mail.frame import frame
from sheetcrm.text import clip
from sheetcrm.words import Words

_BANDS = {"green": "green", "yellow": "amber", "red": "red", "no_data": "grey"}
_CHANGES = {"renewed": "green", "lost": "red", "red": "red", "exhausted": "amber"}
_SAME = {"money": 0.5, "count": 0.5, "share": 0.0005}
"""Differences that the shown digits would not show."""


def views(body: Mapping[str, Any], words: Words, operator: str) -> Iterator[dict[str, Any]]:
    """What the templates show; ``operator`` is whom a reader complains to, or ""."""
    keys = ("now", "change", "at_risk", "figure")
    span = {"first": _day(body["first"], words), "last": _day(body["last"], words)}
    figures = [_figure(figure, body["currency"], words) for figure in body["figures"]]
    worse = [f"{figure['label']}: {figure['now']} ({figure['change']})" for figure in figures if figure["worse"]]
    yield frame(body, words, operator) | {
        "subject": subject(body, words),
        # The subject has the summary; beside it stands what got worse.
        "preview": ", ".join(worse) or _summary(body, words),
        "headline": words.text("mail.weekly.headline", **span),
        "summary": _summary(body, words),
        "t": {key: words.text(f"mail.weekly.{key}") for key in keys},
        "titles": {key: words.text(f"mail.weekly.title.{key}") for key in ("figures", "health", "changes", "owners")},
        "figures": figures,
        "health": _health(body["health"], words),
        "changes": [_change(change, body["currency"], words) for change in body["changes"] if change["count"]],
        "nothing": words.text("mail.weekly.nothing"),
        "owners": _owners(body["owners"], body["currency"], words),
        "owners_more": words.plural("mail.more", body["owners_more"]) if body["owners_more"] else "",
    }


def subject(body: Mapping[str, Any], words: Words) -> str:
    """The week in a line: "La semana del 16 nov: 3 renovados, 1 perdido, 48.200 € en riesgo"."""
    return words.text("mail.weekly.subject", date=_day(body["first"], words), summary=_summary(body, words))


def _summary(body: Mapping[str, Any], words: Words) -> str:
    counts = {change["key"]: change["count"] for change in body["changes"]}
    risk = next((figure["now"] for figure in body["figures"] if figure["key"] == "at_risk"), None)
    parts = [words.plural(f"mail.weekly.short.{key}", counts.get(key, 0)) for key in ("renewed", "lost")]
    if risk is not None:
        parts.append(words.text("mail.weekly.short.at_risk", money=words.money(risk, body["currency"])))
    return ", ".join(parts)


def _figure(figure: Mapping[str, Any], currency: str, words: Words) -> dict[str, Any]:
    now, before, unit = figure["now"], figure["before"], figure["unit"]
    step = None if now is None or before is None else now - before
    same = step is None or abs(step) < _SAME[unit]
    better = not same and figure["good"] == ("up" if (step or 0) > 0 else "down")
    return {
        "label": words.text(f"mail.weekly.figure.{figure['key']}"),
        "now": _amount(now, unit, currency, words),
        "before": _amount(before, unit, currency, words),
        "change": _step(step, unit, currency, words),
        "worse": not same and bool(figure["good"]) and not better,
        "tone": "grey" if same or not figure["good"] else "green" if better else "red",
        "verdict": "" if same or not figure["good"] else words.text(f"mail.weekly.{'better' if better else 'worse'}"),
    }


def _amount(x: float | None, unit: str, currency: str, words: Words) -> str:
    if x is None:
        return words.text("card.no_data")
    if unit == "money":
        return words.money(round(x), currency)
    return words.percent(x) if unit == "share" else words.number(x)


def _a_year(x: float | None, currency: str, words: Words) -> str:
    amount = _amount(x, "money", currency, words)
    return amount if x is None else words.text("mail.weekly.a_year", money=amount)


def _step(step: float | None, unit: str, currency: str, words: Words) -> str:
    """How much more or less; nothing where there is nothing to compare with."""
    if step is None:
        return ""
    if abs(step) < _SAME[unit]:
        return words.text("mail.weekly.same")
    if unit == "share":
        points = words.plural("mail.weekly.points", round(abs(step) * 100, 1))
        return f"{'▲' if step > 0 else '▼'} {points}"
    return f"{'▲' if step > 0 else '▼'} {_amount(abs(step), unit, currency, words)}"


def _health(bands: Sequence[tuple[str, int, int | None]], words: Words) -> list[dict[str, Any]]:
    most = max((now for _, now, _ in bands), default=0)
    return [
        {
            "label": words.value("health_band", band),
            "tone": _BANDS.get(band, "grey"),
            "width": round(100 * now / most) if most else 0,
            "text": words.plural("mail.weekly.clients", now),
            "before": words.text("mail.weekly.was", n=words.number(before)) if before not in (None, now) else "",
        }
        for band, now, before in bands
    ]


def _change(change: Mapping[str, Any], currency: str, words: Words) -> dict[str, Any]:
    value = change["value"]
    more = change["count"] - len(change["rows"])
    return {
        "title": words.plural(f"mail.weekly.change.{change['key']}", change["count"]),
        "value": _a_year(value, currency, words) if value else "",
        "tone": _CHANGES.get(change["key"], "grey"),
        "rows": [
            {
                "account": clip(row["account"], 80),
                "id": clip(row["id"], 40),
                "value": words.money(row["value"], currency) if row["value"] else "",
                "owner": clip(row["owner"], 60),
                "on": _day(row["on"], words),
                "note": clip(row["note"], 200),
            }
            for row in change["rows"]
        ],
        "more": words.plural("mail.more", more) if more else "",
    }


def _owners(owners: Sequence[Mapping[str, Any]], currency: str, words: Words) -> list[dict[str, Any]]:
    most = max((owner["value"] or 0 for owner in owners), default=0)
    return [
        {
            "name": clip(owner["name"], 60) or words.text("mail.weekly.nobody"),
            "accounts": words.plural("mail.weekly.accounts_n", owner["accounts"]),
            "value": _a_year(owner["value"], currency, words),
            "at_risk": _amount(owner["at_risk"], "money", currency, words),
            "risky": bool(owner["at_risk"]),
            "overdue": words.plural("mail.weekly.overdue_n", owner["overdue"]) if owner["overdue"] else "",
            "width": round(100 * (owner["value"] or 0) / most) if most else 0,
            "risk_width": round(100 * min(owner["at_risk"] or 0, owner["value"] or 0) / most) if most else 0,
        }
        for owner in owners
    ]


def _day(day: Any, words: Words) -> str:
    return words.date(day, short=True)
