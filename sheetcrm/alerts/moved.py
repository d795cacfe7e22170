"""A deadline that moved: what was said of the earlier one holds, save for the stages that are far off again (domain 6).

Each reader of a stage that holds gets a line in the log: ``carried``, of the new deadline, due on the earlier one. By
these lines the log knows which deadlines are one story; the alerts tab shows them, so a lost ledger loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sheetcrm.alerts.case import Case, Entry, News, Past, Policy

Link = tuple[date, date]
"""A deadline, and the earlier one that it took over from."""


def carried(case: Case, past: Past, policy: Policy, as_of: date) -> tuple[News, ...]:
    """The lines that a deadline takes over today: of every stage that is reached or near."""
    left = case.days_left(as_of)
    if case.next_year or past.seen is None or past.seen == case.episode or left is None:
        return ()
    near = {stage.name for stage in policy.stages if stage.days is not None and left <= stage.days + policy.rearm_days}
    known = {
        (entry.stage, entry.person)
        for entry in past.entries
        if entry.kind == "carried" and (entry.episode, entry.due) == (case.episode, past.seen)
    }
    before = [entry for entry in past.entries if entry.episode == past.seen and entry.stage in near]
    readers = dict.fromkeys((entry.stage, entry.person) for entry in before)
    return tuple(
        News(stage, person, "superseded", "carried", due=past.seen)
        for stage, person in readers
        if (stage, person) not in known
    )


def as_entries(news: Sequence[News], case: Case, as_of: date) -> list[Entry]:
    """Lines that are to be logged today, as if they were."""
    return [
        Entry(case.episode, item.stage, item.person, item.state, as_of, item.kind, item.role, item.due) for item in news
    ]


def story(entries: Sequence[Entry], episode: date) -> list[Entry]:
    """What was said of a deadline, and of the earlier ones whose stages it took over, in the order of the log."""
    links: dict[str, set[Link]] = defaultdict(set)
    for entry in entries:
        if entry.kind == "carried" and entry.due is not None:
            links[entry.stage].add((entry.episode, entry.due))
    reach = {stage: deadlines(pairs, episode) for stage, pairs in links.items()}
    alone = {episode}
    return [entry for entry in entries if entry.episode in reach.get(entry.stage, alone)]


def deadlines(links: Collection[Link], episode: date) -> set[date]:
    """A stage's deadline and those that it had before."""
    found, ahead = set[date](), [episode]
    while ahead:
        day = ahead.pop()
        if day not in found:
            found.add(day)
            ahead += [before for after, before in links if after == day]
    return found
