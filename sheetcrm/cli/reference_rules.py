"""The rules as a page: each computed column, alert and number with its meaning, unit, blank, source and settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from sheetcrm.cli.reference_dictionary import plain
from sheetcrm.cli.thresholds import commented, read_by, value_of
from sheetcrm.columns import Doc, Rule
from sheetcrm.config import Config, MatterOf, Stage, defaults
from sheetcrm.rules import afterwards, first, forecast, metrics
from sheetcrm.schema import TABS
from sheetcrm.words import words_of

HEAD = """# The rules and where they come from

What the runner computes, when it alerts, and what the dashboard's numbers are. `make docs` prints this page from the
rules themselves: the text beside each is its own documentation, the settings are those that its code reads, with their
defaults ([all settings](config.md)). Sources are the five articles that the product was made from, numbered 000 to 004
with their items ([where each item lives](coverage.md)), and "domain", the contract that was distilled from them.

For one cell of your own workbook ask `sheetcrm explain ID --column COLUMN`: the same texts, with your rows.

- [Computed columns](#computed-columns), tab by tab
- [Renewal stages](#renewal-stages) and [other matters](#other-matters) that people hear of
- [Numbers of the dashboard](#numbers-of-the-dashboard)
"""
STEPS = "Steps on the way, which the workbook does not show:"


def text() -> str:
    """The whole page."""
    return HEAD + _columns() + _stages() + _matters() + _metrics()


def _columns() -> str:
    every = (*first(), *afterwards())
    parts = ["\n## Computed columns\n"]
    for tab in TABS.values():
        mine = [rule for rule in every if rule.tab == tab.key]
        shown = {rule.name: rule for rule in mine if rule.show}
        if mine:
            parts.append(f"\n### {words_of('en').tab(tab.key)}\n")
            parts += [_shown(shown[column.key]) for column in tab.columns if column.key in shown]
            parts.append(_steps([rule for rule in mine if not rule.show]))
    return "".join(parts)


def _shown(rule: Rule) -> str:
    doc, header = rule.doc(), words_of("en").header(rule.tab, rule.name)
    facts = [
        ("Unit", doc.unit or TABS[rule.tab].column(rule.name).unit),
        ("Blank", doc.blank),
        ("Source", doc.source),
        ("Made from", _names(rule)),
        ("Settings", _settings(rule.function)),
    ]
    lines = "".join(f"- {name}: {plain(said)}\n" for name, said in facts if said)
    return f"\n#### {header} (`{rule.tab}.{rule.name}`)\n\n{_sentence(doc.rule)}\n\n{lines}"


def _steps(rules: list[Rule]) -> str:
    if not rules:
        return ""
    head = "| step | meaning | unit, blank | source | made from | settings |\n|---|---|---|---|---|---|\n"
    return f"\n{STEPS}\n\n{head}" + "".join(map(_step, sorted(rules, key=lambda rule: rule.name)))


def _step(rule: Rule) -> str:
    doc = rule.doc()
    unit = "; ".join(filter(None, (doc.unit, f"blank: {doc.blank}" if doc.blank else "")))
    return _row(f"`{rule.name}`", _sentence(doc.rule), unit, doc.source, _names(rule), _settings(rule.function))


def _names(rule: Rule) -> str:
    own = f"{rule.tab}."
    return ", ".join(f"`{name.removeprefix(own)}`" for name in rule.inputs)


def _settings(function: Callable[..., Any]) -> str:
    return ", ".join(f"`{key}` {value_of(key)}" for key in read_by(function))


def _sentence(said: str) -> str:
    return plain(said) + ("" if said.endswith((".", ":", "?")) else ".")


def _stages() -> str:
    head = (
        "\n## Renewal stages\n\nDays count to the contract's deadline. When and to whom each speaks, what ends it and"
        "\nwhat was proved of it is on [a page of its own](alerts.md).\n\n"
        "| stage | days | who hears | how | task, business days until due | source |\n|---|---|---|---|---|---|\n"
    )
    cfg = defaults()
    return head + "".join(_stage(cfg, name, stage) for name, stage in cfg.alerts.stages.items())


def _stage(cfg: Config, name: str, stage: Stage) -> str:
    how = ["at once" if stage.immediate else "in the digest"]
    if stage.repeat:
        every, day = stage.repeat.every, "business day" if stage.repeat.business else "day"
        how.append(f"again every {f'{every} {day}s' if every > 1 else day}")
        how[-1] += " until it moves" if stage.repeat.until_moved else ""
    how += [_climbs(cfg.alerts.ladder)] if stage.ladder else []
    word = f"{words_of('en').value('alert_stage', name)} (`{name}`)"
    task, source = f"{stage.task}, {stage.due_in}", commented(f"alerts.stages.{name}")
    return _row(word, str(stage.days), ", ".join(stage.to), "; ".join(how), task, source)


def _climbs(ladder: Any) -> str:
    return "climbs to " + ", ".join(f"{rung.to} (+{rung.after})" for rung in ladder)


def _matters() -> str:
    cfg = defaults()
    again = cfg.alerts.matters_repeat
    head = (
        f"\n## Other matters\n\nEach is said once, then every {again.every} days while it is true, {again.most} more"
        f" times at most; after {cfg.alerts.clear_days} clear days\nit counts as a new one. Who is named first gets the"
        " task.\n\n| matter | who hears | how | task, business days until due | what, source |\n|---|---|---|---|---|\n"
    )
    return head + "".join(_matter(cfg, name, matter) for name, matter in cfg.alerts.matters.items())


def _matter(cfg: Config, name: str, matter: MatterOf) -> str:
    how = {"digest": "in the digest", "immediate": "at once", "none": "no mail"}[matter.alert]
    if matter.ladder:
        how += "; " + _climbs(cfg.alerts.ladder if matter.ladder is True else matter.ladder)
    task = "none" if matter.task == "none" else f"{matter.task}, {matter.due_in}"
    word = f"{words_of('en').value('alert_stage', name)} (`{name}`)"
    return _row(word, ", ".join(matter.to), how, task, commented(f"alerts.matters.{name}"))


def _metrics() -> str:
    said = (metrics.__doc__ or "").partition("\n\n")[2].replace("``", "`")
    head = (
        f'\n## Numbers of the dashboard\n\n{said}Where this page says NaN, the workbook says "no data".\n\n'
        "| number | meaning | unit | blank | source |\n|---|---|---|---|---|\n"
    )
    named = [(name, getattr(metrics, name)) for name in metrics.__all__]
    named += inspect.getmembers(forecast, lambda each: inspect.getmodule(each) is forecast)
    functions = [(name, each) for name, each in named if inspect.isfunction(each)]
    found = [(name, Doc.of(each)) for name, each in functions if not name.startswith("_")]
    return head + "".join(_number(name, doc) for name, doc in found if doc.source)


def _number(name: str, doc: Doc) -> str:
    return _row(f"`{name}`", _sentence(doc.rule), doc.unit, doc.blank, doc.source)


def _row(*cells: str) -> str:
    return "| " + " | ".join(map(plain, cells)) + " |\n"
