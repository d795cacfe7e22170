"""Which renewal stage each contract term has reached, and to whom that is news (domain 5 and 6).

One pure function, ``decide``, looks at one term. Its steps, in the order of precedence:

1. a decided term, one that is never due or one not yet begun is mute;
2. a deadline that moved carries what was already said to the new deadline, except for the stages that re-arm
   (an evergreen's anniversary did not move when it passed: the next one begins anew);
3. a deadline long past when first seen is history: it makes nothing but a summary problem;
4. a snooze holds everything, until its date or until few days are left;
5. of the stages reached and not yet said to a reader, the most urgent is news; the rest is superseded.

The trigger is "days left ≤ threshold and not yet said": never equality with a day, so downtime and late rows lose
nothing. The key of the log is contract + deadline + rule + stage + reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sheetcrm.config import Alerts

RULE = "renewal"
OPEN_STATUSES = ("active", "expiring", "expired", "evergreen")


@dataclass(frozen=True)
class Term:
    """What the decision needs to know about one contract term."""

    contract_id: str
    account_id: str
    deadline: date
    days_left: int
    status: str
    evergreen: bool
    snooze_until: date | None
    owner: str
    manager: str
    direction: tuple[str, ...]
    never_due: bool = False


@dataclass(frozen=True)
class News:
    """The outcome for one reader: a stage to tell, or one to log without telling.

    ``state``: ``queued`` (tell), ``superseded`` (log only).
    """

    key: str
    stage: str
    person: str
    state: str


@dataclass(frozen=True)
class Decision:
    """All the news of one term, the stages that the told one folds in, and why it is silent if it is."""

    news: tuple[News, ...] = ()
    told: str = ""
    folded: tuple[str, ...] = ()
    silent: str = ""


def alert_key(contract_id: str, deadline: date, stage: str, person: str) -> str:
    """The identity of an alert for ever: contract, the term's deadline, rule, stage and reader."""
    return f"{contract_id}|{deadline.isoformat()}|{RULE}|{stage}|{person}"


def task_cause(contract_id: str, deadline: date, stage: str) -> str:
    """The identity of a stage's task: once per term and stage, whoever reads it."""
    return f"task|{contract_id}|{deadline.isoformat()}|{stage}"


def decide(
    term: Term,
    said: Mapping[str, str],
    seen_deadline: date | None,
    as_of: date,
    cfg: Alerts,
    *,
    baseline: bool,
) -> Decision:
    """What one term has to say today.

    ``said`` maps the keys already in the log to their states; ``seen_deadline`` is the deadline that the last run saw
    (None: the term is new to us). ``baseline``: the first run on a full sheet, which direction does not hear of.
    """
    if term.status not in OPEN_STATUSES or term.never_due:
        return Decision(silent="decided" if term.status in ("renewed", "lost") else "not open")
    stages = _stages_of(term, cfg)
    next_year = term.evergreen and seen_deadline is not None and seen_deadline < as_of
    carried = () if next_year else _carried(term, said, seen_deadline, stages, cfg)
    known = {*said, *(item.key for item in carried)}
    if term.days_left < -cfg.history_days and seen_deadline is None and not carried:
        return Decision(silent="history")
    if _snoozed(term, as_of, cfg):
        return Decision(news=carried, silent="snoozed")
    reached = [name for name in stages if term.days_left <= cfg.stages[name].days]
    if not reached:
        return Decision(news=carried, silent="not yet")
    fresh = _fresh(term, reached, known, cfg, baseline=baseline)
    told = reached[-1] if any(item.state == "queued" for item in fresh) else ""
    folded = tuple(name for name in reached[:-1] if told and not _said_to_anyone(term, name, known))
    return Decision(news=(*carried, *fresh), told=told, folded=folded, silent="" if told else "said")


def _stages_of(term: Term, cfg: Alerts) -> list[str]:
    names = sorted(cfg.stages, key=lambda name: -cfg.stages[name].days)
    return [name for name in names if name in cfg.evergreen_stages] if term.evergreen else names


def _readers(term: Term, stage: str, cfg: Alerts) -> list[str]:
    roles = {"owner": (term.owner,), "manager": (term.manager,), "direction": term.direction}
    found = [address for role in cfg.stages[stage].to for address in roles[role] if address]
    return list(dict.fromkeys(found))


def _carried(
    term: Term, said: Mapping[str, str], seen: date | None, stages: Sequence[str], cfg: Alerts
) -> tuple[News, ...]:
    """What was said of the earlier deadline holds for the new one, save for stages that are far off again."""
    if seen is None or seen == term.deadline:
        return ()
    carried = []
    for stage in stages:
        if term.days_left > cfg.stages[stage].days + cfg.rearm_days:
            continue
        prefix = alert_key(term.contract_id, seen, stage, "")
        for key in said:
            if key.startswith(prefix):
                new = alert_key(term.contract_id, term.deadline, stage, key.removeprefix(prefix))
                if new not in said:
                    carried.append(News(new, stage, key.removeprefix(prefix), "superseded"))
    return tuple(carried)


def _snoozed(term: Term, as_of: date, cfg: Alerts) -> bool:
    return term.snooze_until is not None and term.snooze_until > as_of and term.days_left > cfg.snooze_floor_days


def _fresh(term: Term, reached: Sequence[str], known: set[str], cfg: Alerts, *, baseline: bool) -> list[News]:
    fresh = []
    for stage in reached:
        hushed = set(term.direction) - {term.owner, term.manager} if baseline else set()
        for person in _readers(term, stage, cfg):
            key = alert_key(term.contract_id, term.deadline, stage, person)
            if key in known:
                continue
            tell = stage == reached[-1] and person not in hushed
            fresh.append(News(key, stage, person, "queued" if tell else "superseded"))
    return fresh


def _said_to_anyone(term: Term, stage: str, known: set[str]) -> bool:
    prefix = alert_key(term.contract_id, term.deadline, stage, "")
    return any(key.startswith(prefix) for key in known)
