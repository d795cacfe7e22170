"""What needs what: which computed columns go without a tab or a column that people do not keep. Pure.

Told from the inputs that the rules declare, so that a new rule is told of by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sheetcrm.columns import MASKED, Rule
from sheetcrm.rules import afterwards, first
from sheetcrm.schema import TABS


@dataclass(frozen=True)
class Lost:
    """The computed columns of other tabs, as ``tab.column``: those that stay ``blank`` without a tab, since nothing
    else feeds them, and those that are computed from the rest of what they read (``poorer``).
    """

    blank: Sequence[str]
    poorer: Sequence[str]


class Needs:
    """The inputs of all rules, followed down to the cells that people fill."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: Mapping[str, Rule] = {rule.key: rule for rule in rules}
        self._sources: dict[str, frozenset[str]] = {}
        self._nearest: dict[str, frozenset[str]] = {}

    def without_tab(self, tab: str) -> Lost:
        """What goes without this tab."""
        blank, poorer = [], []
        for key, rule in self._shown():
            fed = self._followed(key) - {f"{rule.tab}.{TABS[rule.tab].id}"}
            if rule.tab == tab or not fed:
                continue
            if all(source.startswith(f"{tab}.") for source in fed):
                blank.append(key)
            elif any(source.startswith(f"{tab}.") for source in self.reads(key)):
                poorer.append(key)
        return Lost(blank, poorer)

    def without_columns(self, tab: str, columns: Collection[str]) -> Sequence[str]:
        """The computed columns, as ``tab.column``, that read one of these columns of the tab, themselves or by way of
        what is not shown; those that read the shown ones in turn are not listed.
        """
        missing = {f"{tab}.{column}" for column in columns}
        return [key for key, _ in self._shown() if missing & self.reads(key)]

    def inputs_of(self, tab: str) -> Collection[str]:
        """The columns of the tab that some rule reads."""
        named = (source.split(".", 1) for rule in self._rules.values() for source in rule.inputs)
        return {column.removesuffix(MASKED) for of, column in named if of == tab}

    def reads(self, key: str) -> frozenset[str]:
        """The people's columns and the shown columns that a rule reads, itself or by way of hidden ones."""
        if key not in self._nearest:
            found: set[str] = set()
            for source in self._rules[key].inputs:
                rule = self._rules.get(source)
                hidden = rule is not None and not rule.show
                found |= self.reads(source) if hidden else {source.removesuffix(MASKED)}
            self._nearest[key] = frozenset(found)
        return self._nearest[key]

    def _shown(self) -> list[tuple[str, Rule]]:
        shown = {key: rule for key, rule in self._rules.items() if rule.show}
        order = (f"{tab.key}.{column.key}" for tab in TABS.values() for column in tab.runner)
        return [(key, shown[key]) for key in order if key in shown]

    def _followed(self, key: str) -> frozenset[str]:
        """All people's columns that a rule reads in the end."""
        if key not in self._sources:
            found: set[str] = set()
            for source in self._rules[key].inputs:
                found |= self._followed(source) if source in self._rules else {source.removesuffix(MASKED)}
            self._sources[key] = frozenset(found)
        return self._sources[key]


@cache
def needs() -> Needs:
    """Of all rules of the product."""
    return Needs((*first(), *afterwards()))
