"""The part of a letter about matters, as data that the mail templates render (``mail.bodies.Matter``). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sheetcrm.alerts.case import News
from sheetcrm.alerts.matter_alerts import MatterCase, Spoken
from sheetcrm.alerts.matter_words import MatterWords
from sheetcrm.alerts.said import Said
from sheetcrm.alerts.team import Team
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.views.links import row_addresses
from sheetcrm.words import Words

Item = tuple[Spoken, News]
"""A case and what one reader hears of it."""


def matter_sections(
    items: Sequence[Item],
    address: str,
    state: Evaluated,
    team: Team,
    cfg: Config,
    said: Said,
    say: MatterWords,
    words: Words,
) -> list[dict[str, Any]]:
    """The matters of one reader, the most urgent tones first and then in the order of the settings, each with its first
    rows by value."""
    mine: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        mine[item[0].case.matter.name].append(item)
    most = cfg.alerts.rows_per_section
    sections = []
    for name in cfg.alerts.matters:
        found = sorted(mine.get(name, ()), key=lambda item: (-item[0].case.value, item[0].case.id))
        if found:
            rows = [_row(spoken.case, news, address, state, team, said, say, words) for spoken, news in found[:most]]
            sections.append(
                {
                    "key": name,
                    "title": _title(words.value("alert_stage", name)),
                    "tone": _tone(name, found[0][0].case, cfg),
                    "rows": rows,
                    "more": max(0, len(found) - most),
                }
            )
    return sorted(sections, key=lambda section: _URGENCY.index(section["tone"]))


def _title(word: str) -> str:
    return word[:1].upper() + word[1:]


def _row(
    case: MatterCase, news: News, address: str, state: Evaluated, team: Team, said: Said, say: MatterWords, words: Words
) -> dict[str, Any]:
    owner = team.people.get(case.owner)
    facts = said.facts(case.matter.name, case.id, case.episode, news, case.owner)
    return {
        "account": say.account(case),
        "id": case.id,
        "place": _place(state, case),
        "reason": say.why(case, words),
        "value_base": case.value,
        "next_action": say.title(case, words),
        "owner": "" if case.owner == address else (owner.name if owner else case.owner),
        **facts,
    }


def _place(state: Evaluated, case: MatterCase) -> str:
    """Where the row stands, as the name box of a spreadsheet program takes it."""
    tab = case.matter.tab
    table = state.snapshot[tab]
    (where,) = row_addresses(table.title, [int(table.rows[state.kept[tab][case.row]])])
    return where


def _tone(name: str, case: MatterCase, cfg: Config) -> str:
    """What can't wait is red, a fact that is missing grey."""
    if cfg.alerts.matters[name].alert == "immediate":
        return "red"
    return "grey" if case.matter.standing and case.matter.nature == "admin" else _TONES.get(name, "amber")


_URGENCY = ("red", "amber", "green", "blue", "grey")
_TONES: Mapping[str, str] = {
    "health_red": "red",
    "expansion_need": "blue",
    "trigger_event": "blue",
    "ambassador": "blue",
    "ex_client": "blue",
    "survey": "blue",
    "visit_task": "blue",
    "visit_step": "blue",
    "executive_report": "blue",
    "annual_review": "blue",
    "survey_analysis": "blue",
}


def visited(items: Sequence[Item], most: int) -> list[tuple[int, date]]:
    """The accounts (rows) whose page goes with the letter, and the day of the visit: the next ones first."""
    found: dict[int, date] = {}
    for spoken, _ in items:
        case = spoken.case
        if case.matter.brief and case.account >= 0:
            found[case.account] = min(found.get(case.account, case.episode), case.episode)
    return sorted(found.items(), key=lambda visit: (visit[1], visit[0]))[:most]
