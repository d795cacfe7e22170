"""The pages that are printed from the program: fresh, complete, and right about which settings a rule reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sheetcrm.cli.reference import PAGES
from sheetcrm.cli.thresholds import commented, read_by, value_of
from sheetcrm.config import defaults
from sheetcrm.languages import LANGUAGES
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS
from sheetcrm.words import words_of

DOCS = Path("docs")


@pytest.mark.parametrize("name", PAGES)
def test_a_printed_page_is_fresh(name: str) -> None:
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert page == PAGES[name](), "stale: make docs"


def test_the_dictionary_has_each_column_once_with_its_headers() -> None:
    page = PAGES["dictionary"]()
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")[1:]}
    assert list(sections) == list(TABS)
    for tab in TABS.values():
        rows = re.findall(r"^\| `(\w+)`( \*)? \| (.+?) \| (.+?) \| (.+?) \|", sections[tab.key], re.MULTILINE)
        assert sorted(row[0] for row in rows) == sorted(column.key for column in tab.columns)
        for key, star, *headers in rows:
            assert bool(star) == tab.column(key).required
            assert headers == [words_of(language).header(tab.key, key) for language in LANGUAGES]


def test_the_rules_have_each_computed_column_and_each_step() -> None:
    page = PAGES["rules"]()
    for rule in (*first(), *afterwards()):
        assert page.count(f"(`{rule.key}`)\n" if rule.show else f"\n| `{rule.name}` | ") >= 1, rule.key
    cfg = defaults()
    for name in (*cfg.alerts.stages, *cfg.alerts.matters):
        assert f"(`{name}`) |" in page


def test_a_table_row_has_as_many_cells_as_its_head() -> None:
    for name in ("dictionary", "rules"):
        width = 0
        for line in PAGES[name]().splitlines():
            bars = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not (width and bars) or bars == width, line
            width = bars


def handed_on(cfg: Any) -> Any:
    named = cfg.contracts
    return cfg.signals.days, named.notice_days, cfg.base_currency.upper()


def test_settings_are_told_from_the_code() -> None:
    assert read_by(handed_on) == ("base_currency", "contracts.notice_days", "signals.days")
    rules = {rule.key: rule.function for rule in first()}
    assert "contracts.grace_days" not in read_by(rules["contracts.deadline"])
    assert read_by(rules["contracts.notice_until"]) == ("contracts.notice_days",)
    assert "probability.half_life_days" in read_by(rules["contracts.chance"])
    assert read_by(rules["contracts.days_to_expiry"]) == ()


def test_a_default_is_said_as_it_stands() -> None:
    assert value_of("contracts.notice_days") == "30"
    assert value_of("contact.cadence_days") == "{key: 30, standard: 90}"
    assert value_of("health.relationship_loss") == "(see there)"
    assert commented("alerts.stages.final") == "domain 5; 000: 19"
    with pytest.raises(KeyError):
        value_of("contracts.nothing")
