"""``validate-health``: what the score said before people decided, and what they decided then."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.context import Options, job, place
from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.config import Validation
    from sheetcrm.hindsight import Band, Found, Outcomes, Seen, Separation

_LEFT_OUT = {
    "automatic": "terms left out that renewed themselves: nobody decided",
    "project": "left out as projects, which nobody meant to renew",
    "no_account": "left out that name no account",
    "undated": "left out without a day of decision that has come",
    "older": "left out that were decided longer ago",
}
_TOLD_APART = {
    "chance": "The score can't be told from a coin toss here",
    "separates": "The score told renewed from lost better than a coin toss",
    "backwards": "The score points the wrong way here: the lost ones had more",
}
_COLUMNS = f"{'':46}{'renewed':>8}{'lost':>6}   told apart"


def validate_health(options: Options, days_before: int | None) -> None:
    """Print how the score stood against what was decided; with too few decisions, that there are too few."""
    from sheetcrm.engine import evaluate
    from sheetcrm.hindsight import validate
    from sheetcrm.ledger import Ledger
    from sheetcrm.plan import language_of
    from sheetcrm.rules import first
    from sheetcrm.run import read
    from sheetcrm.words import words_of

    if days_before is not None and days_before < 1:
        raise UsageError("The score is looked at some days before the decision: --days 1 or more.")
    where = place(options)
    work = job(options, where)
    with _counting(options) as step:
        snapshot = read(work)
        with Ledger.look(work.state) as ledger:
            memory = ledger.memory(work.as_of)
        words = words_of(language_of(where.cfg, snapshot))
        state = evaluate(snapshot, work.as_of, where.cfg, memory, words, first(), work.now)
        found = validate(state, where.cfg, (days_before,) if days_before is not None else (), step)
    least = where.cfg.health.validation
    print(json.dumps(as_json(found), ensure_ascii=False) if options.json else "\n".join(in_words(found, least)))


@contextmanager
def _counting(options: Options) -> Iterator[Callable[[float], None]]:
    """A bar on standard error for people at a terminal: years of decisions take a while."""
    if options.json or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Looking at earlier weeks", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def in_words(found: Found, least: Validation) -> list[str]:
    """The page for a terminal: the answer first, then what it is made of."""
    decided = found.outcomes
    lost = int(decided.lost.sum())
    lines = [
        f"Health against {len(decided)} decisions of the last {least.months} months "
        f"({len(decided) - lost} renewed, {lost} lost), as of {found.as_of}",
        "",
        *_answer(found, least),
        "",
        _COLUMNS,
    ]
    for seen in found.seen:
        lines += _scores(seen)
    lines += ["  told apart: of one renewed and one lost, how often the renewed one had more; 50% is a coin toss"]
    chosen = _chosen(found) or found.seen[0]
    lines += ["", *_bands(chosen), "", *_factors(chosen), "", *_limits(decided, chosen)]
    return lines


def _chosen(found: Found) -> Seen | None:
    """The farthest look back with decisions enough to say anything, whatever it says; None where none has."""
    return next((seen for seen in found.seen if seen.before_notice.verdict != "too_few"), None)


def _answer(found: Found, least: Validation) -> list[str]:
    chosen = _chosen(found)
    if chosen is None:
        best = max((seen.before_notice for seen in found.seen), key=lambda told: told.renewed + told.lost)
        return [
            "There is not enough history to say whether the score tells who renews.",
            f"That takes {least.outcomes} decisions with a score from before anybody gave notice, of them "
            f"{least.of_each} renewed and {least.of_each} lost or more; there are {best.renewed} and {best.lost}.",
        ]
    told = chosen.before_notice
    lines = [f"{_TOLD_APART[told.verdict]}: {chosen.days} days before, {_apart(told)}."]
    lines += [
        f"Mind: {worse} renewed at least as often as {better}; the bands do not rank customers here."
        for better, worse in chosen.upside_down
    ]
    return lines


def _scores(seen: Seen) -> list[str]:
    lines = [_row(f"{seen.days} days before, every score", seen.score)]
    if seen.noticed:
        lines.append(_row(f"  before notice was given ({seen.noticed} had been)", seen.before_notice))
    if seen.shown.renewed + seen.shown.lost:
        lines.append(_row("  as runs showed it on the day", seen.shown))
    return lines


def _row(name: str, told: Separation) -> str:
    return f"  {name[:43]:44}{told.renewed:8}{told.lost:6}   {_apart(told)}"


def _apart(told: Separation) -> str:
    if told.auc is None or told.low is None or told.high is None:
        return "too few to say"
    return f"{told.auc:.0%} ({_between(told.low, told.high)})"


def _between(low: float, high: float) -> str:
    """Rounded outwards: an interval never looks narrower than it is."""
    return f"95% sure: {floor(100 * low)}% to {ceil(100 * high)}%"


def _bands(seen: Seen) -> list[str]:
    lines = [f"Bands {seen.days} days before".ljust(46) + f"{'renewed':>8}{'lost':>6}   share renewed"]
    return lines + [f"  {band.band:44}{band.renewed:8}{band.lost:6}   {_share(band)}" for band in seen.bands]


def _share(band: Band) -> str:
    if band.share is None or band.low is None or band.high is None:
        return f"too few to say; the forecast counts on {band.expected:.0%}"
    told = f"{band.share:.0%} ({_between(band.low, band.high)})"
    if band.verdict == "as_expected":
        return f"{told}; the forecast counts on {band.expected:.0%}"
    return f"{told}: {band.verdict} than the {band.expected:.0%} that the forecast counts on"


def _factors(seen: Seen) -> list[str]:
    lines = [f"Each factor by itself, {seen.days} days before".ljust(46) + f"{'renewed':>8}{'lost':>6}   told apart"]
    return lines + [_row(factor, told) for factor, told in seen.factors.items()]


def _limits(decided: Outcomes, seen: Seen) -> list[str]:
    said: Sequence[tuple[int, str]] = (
        *((count, _LEFT_OUT[reason]) for reason, count in decided.left_out.items()),
        (seen.no_data, f"had too little data for a score {seen.days} days before"),
        (seen.not_yet, f"were no clients yet {seen.days} days before"),
        (int((~decided.told).sum()), "have no closing day: the term's last day stands for it"),
    )
    lines = [f"  {count} {what}" for count, what in said if count]
    return [
        *(["Not in the numbers, or only roughly:", *lines] if lines else []),
        "  Tier and owner have no date and count as they stand today; people's overrides of the score do not count.",
        "What such numbers can and can't say:  docs/health.md",
    ]


def as_json(found: Found) -> dict[str, Any]:
    """The findings for programs."""
    decided = found.outcomes
    return {
        "as_of": found.as_of.isoformat(),
        "verdict": chosen.before_notice.verdict if (chosen := _chosen(found)) else "too_few",
        "renewed": int((~decided.lost).sum()),
        "lost": int(decided.lost.sum()),
        "without_closing_day": int((~decided.told).sum()),
        "left_out": dict(decided.left_out),
        "days_before": [_seen_as_json(seen) for seen in found.seen],
    }


def _seen_as_json(seen: Seen) -> dict[str, Any]:
    def told(separation: Separation) -> dict[str, Any]:
        return {**asdict(separation), "verdict": separation.verdict}

    return {
        "days": seen.days,
        "score": told(seen.score),
        "before_notice": told(seen.before_notice),
        "noticed": seen.noticed,
        "no_data": seen.no_data,
        "not_yet": seen.not_yet,
        "as_shown": told(seen.shown),
        "bands": [{**asdict(band), "verdict": band.verdict} for band in seen.bands],
        "factors": {factor: told(separation) for factor, separation in seen.factors.items()},
    }
