"""The story of the demo, in the workbook's language: every number in it stands in the workbook or in the mails."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from sheetcrm.cli.context import Place
from sheetcrm.cli.demo_acts import Act, name_of, rows_of
from sheetcrm.cli.demo_played import Morning, Played
from sheetcrm.model import Snapshot
from sheetcrm.words import Words

WIDTH = 80


def told(played: Played, words: Words, folder: Path, where: Place, pictures: Sequence[Path] = ()) -> list[str]:
    """The lines of the story: three days, what people did, and where everything lies. ``pictures``: of the dashboard on
    the first and on the third morning, where they could be drawn."""
    first, second, third = played.mornings
    lines = [
        *_head(first.day, words, "demo.day1"),
        *_first(first, words),
        *_item(words.text("demo.acts")),
        *(line for act in played.acts for line in _item(_did(act, first, words), 4)),
        *_head(second.day, words, "demo.day2"),
        *(line for act in played.acts for line in _item(_came(act, played, words))),
        *_letters(second, words),
        *_head(third.day, words, "demo.day3"),
        *(line for text in _climbed(third, words) for line in _item(text)),
        *_letters(third, words),
        *_item(words.text("demo.again") if played.again.state == "unchanged" else played.again.state),
        "",
    ]
    letters = len(list((folder / "outbox").glob("*.eml")))
    names = ("dashboard", "agenda", "alerts")
    return [
        *lines,
        words.text("demo.workbook", path=folder / "crm.xlsx"),
        words.text("demo.tabs", programs="Excel, LibreOffice", **{name: words.tab(name) for name in names}),
        words.plural("demo.mails", letters, folder=folder / "outbox"),
        *([words.text("demo.pictures", first=pictures[0], third=pictures[-1])] if pictures else []),
        words.text("demo.next", command=f"sheetcrm explain {_example(played)} --config {where.config}"),
    ]


def _head(day: date, words: Words, key: str) -> list[str]:
    return ["", f"{words.date(day)} · {words.text(key)}"]


def _item(text: str, indent: int = 2) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=f"{pad}• ", subsequent_indent=f"{pad}  ", break_on_hyphens=False)


def _first(morning: Morning, words: Words) -> Iterator[str]:
    counts, report = morning.report.plan.counts, morning.report
    sheet = {tab: words.number(counts[tab]) for tab in ("contracts", "accounts", "tickets")}
    yield from _item(words.text("demo.sheet", **sheet))
    found = ("expiring", "at_risk", "red", "problems")
    yield from _item(words.text("demo.found", **{name: words.number(counts[name]) for name in found}))
    yield from _item(
        words.text("demo.wrote", cells=words.number(report.cells), rows=words.number(len(report.plan.rows)))
    )
    yield from _letters(morning, words)


def _letters(morning: Morning, words: Words) -> Iterator[str]:
    """Whom the morning's letters went to."""
    sent = morning.report.letters.get("sent", 0)
    people = sorted({message.to for message in morning.report.plan.messages if not message.held})
    names = ", ".join(name_of(morning.book, person) for person in people)
    if sent:
        yield from _item(f"{words.plural('demo.letters', sent)}: {names}.")
    else:
        yield from _item(words.text("demo.no_letters"))


def _did(act: Act, morning: Morning, words: Words) -> str:
    return words.text(f"demo.did.{act.kind}", **_about(act, morning.book), day=_until(act, words))


def _about(act: Act, book: Snapshot) -> dict[str, str]:
    return {"person": act.person, "customer": _customer(book, act.about), "on": act.on}


def _came(act: Act, played: Played, words: Words) -> str:
    """What became of an act, as the workbook shows it the next morning."""
    tellers: dict[str, Callable[[Act, Played, Words], str]] = {
        "renew": _renewed,
        "acknowledge": _acknowledged,
        "snooze": _snoozed,
        "close": _closed,
    }
    return tellers[act.kind](act, played, words)


def _renewed(act: Act, played: Played, words: Words) -> str:
    contracts = rows_of(played.mornings[1].book, "contracts").set_index("contract_id")
    status = words.value("contract_status", str(contracts.loc[act.id, "status"]))
    follow = contracts[contracts["predecessor_id"] == act.id]
    about = _about(act, played.mornings[1].book)
    if follow.empty:
        return words.text("demo.came.renew.alone", **about, status=status)
    return words.text(
        "demo.came.renew", **about, status=status, next=follow.index[0], until=words.date(follow.iloc[0]["end_date"])
    )


def _acknowledged(act: Act, played: Played, words: Words) -> str:
    alerts = rows_of(played.mornings[1].book, "alerts").set_index("key")
    state = words.value("alert_state", str(alerts.loc[act.id, "state"]))
    return words.text("demo.came.acknowledge", **_about(act, played.mornings[1].book), state=state)


def _snoozed(act: Act, played: Played, words: Words) -> str:
    said, about = len(_said_since(played, act.on)), _about(act, played.mornings[1].book)
    if not said:
        return words.text("demo.came.snooze.silent", **about, day=_until(act, words))
    return words.plural("demo.came.snooze", said, **about, day=_until(act, words))


def _until(act: Act, words: Words) -> str:
    """The day until which an act puts something off; blank for other acts."""
    until = act.cells.get("snooze_until")
    return words.date(until) if isinstance(until, date) else ""


def _said_since(played: Played, contract_id: str) -> pd.DataFrame:
    """The alerts about a contract after the first morning."""
    alerts = rows_of(played.mornings[2].book, "alerts")
    later = alerts["alerted_on"] > pd.Timestamp(played.mornings[0].day)
    return alerts[later & (alerts["contract_id"] == contract_id) & (alerts["state"] != "superseded")]


def _closed(act: Act, played: Played, words: Words) -> str:
    before, after = (_account(morning.book, act.about) for morning in played.mornings[:2])
    scores = {
        name: f"{words.number(row['health_score'])} ({words.value('health_band', row['health_band'])})"
        for name, row in (("before", before), ("after", after))
    }
    key = "demo.came.close" if scores["before"] != scores["after"] else "demo.came.close.same"
    return words.text(key, **_about(act, played.mornings[1].book), **scores)


def _account(book: Snapshot, account_id: str) -> Any:
    return rows_of(book, "accounts").set_index("account_id").loc[account_id]


def _climbed(morning: Morning, words: Words) -> Iterator[str]:
    """Where nobody moved for two business days: who is told now. The most valuable such contract stands for all."""
    alerts = rows_of(morning.book, "alerts")
    today = alerts["alerted_on"] == pd.Timestamp(morning.day)
    rungs = alerts[today & alerts["key"].str.contains(" rung ", regex=False)]
    contracts = rows_of(morning.book, "contracts")[["contract_id", "account_id", "value"]]
    rungs = rungs[["contract_id", "person"]].merge(contracts, on="contract_id").sort_values("value", ascending=False)
    if rungs.empty:
        return
    contract, account = str(rungs["contract_id"].iloc[0]), str(rungs["account_id"].iloc[0])
    told = rungs.loc[rungs["contract_id"] == contract, "person"].tolist()
    people = ", ".join(dict.fromkeys(name_of(morning.book, str(person)) for person in told))
    yield words.text("demo.climbed", on=contract, customer=_customer(morning.book, account), people=people)
    others = rungs["contract_id"].nunique() - 1
    if others:
        yield words.plural("demo.climbed.more", others)


def _customer(book: Snapshot, account_id: str) -> str:
    return str(book["accounts"].frame.set_index("account_id").loc[account_id, "name"])


def _example(played: Played) -> str:
    """The account whose numbers changed, to ask about."""
    return next((act.about for act in played.acts if act.kind == "close"), "A-001")
