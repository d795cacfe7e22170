"""How a computed column is declared: as a function whose parameters are its inputs.

    @column("accounts", dates="interactions.date")
    def last_contact(dates): ...

A parameter is ``as_of`` (a date), ``cfg`` (the configuration), ``past`` (what the ledger knows), ``words`` (the
reader's language), ``unreadable`` (which own cells could not be read), ``size`` (number of rows), ``now`` (the local
time at which clocks are read), ``found`` (what the plan decided: alerts, tasks, problems), a column of the rule's own
tab, or a foreign column named in the decorator as ``tab.column``. A foreign column of a parent tab
(``accounts.health_band`` seen from contracts) arrives as a Series aligned with the own rows; a foreign column of a
child tab (``interactions.date`` seen from accounts) arrives as ``Linked``: its values with the own row code of each,
computed once. ``tab.column@all`` is that column as it stands, linked to nothing; what a raw rule made arrives whole
as well.

The decorator only tags; ``collect`` builds the list and sorts it; ``engine.evaluate`` runs it. What a rule returns is
coerced to the declared type and rounded to the declared decimals. A cell that depends on an unreadable cell of its
row stays blank, unless the rule declares that it copes (``copes=("notice_days",)``); a rule that copes says itself
where an unreadable cell mattered, by returning ``Partial(values, unknown)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sheetcrm.model import Bools, Ints
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Column, Type

Cells = pd.Series  # one column: a value per row

AMBIENT = ("as_of", "cfg", "past", "words", "unreadable", "today", "now", "found", "size")
MASKED = "__later"
"""``closed_on__later``: True where the date lies after as_of and therefore counts as blank."""


@dataclass(frozen=True)
class Rule:
    """A computed column as declared: where it goes, its inputs, and the function."""

    tab: str
    name: str
    function: Callable[..., Any]
    foreign: Mapping[str, str]
    copes: frozenset[str]
    show: bool
    type: Type
    decimals: int
    raw: bool

    @property
    def key(self) -> str:
        return f"{self.tab}.{self.name}"

    @property
    def parameters(self) -> tuple[str, ...]:
        return _parameters(self.function)

    @property
    def own(self) -> tuple[str, ...]:
        """Inputs from the rule's own tab."""
        return tuple(name for name in self.parameters if name not in AMBIENT and name not in self.foreign)

    @property
    def inputs(self) -> tuple[str, ...]:
        """All inputs as ``tab.column``, without duplicates, in the order of the signature."""
        named = [self.foreign.get(name, f"{self.tab}.{name}") for name in self.parameters if name not in AMBIENT]
        return tuple(dict.fromkeys(part.split("@")[0] for part in named))

    def doc(self) -> Doc:
        """The rule's docstring in its parts: text, unit, blank, source."""
        return Doc.of(self.function)


@dataclass(frozen=True)
class Doc:
    """A rule's docstring: the meaning, and the lines ``Unit:``, ``Blank:`` and ``Source:``."""

    rule: str
    unit: str = ""
    blank: str = ""
    source: str = ""

    @classmethod
    def of(cls, function: Callable[..., Any]) -> Doc:
        parts: dict[str, str] = {"rule": "", "unit": "", "blank": "", "source": ""}
        current = "rule"
        for line in (inspect.getdoc(function) or "").splitlines():
            head, _, rest = line.partition(":")
            if head.strip().lower() in ("unit", "blank", "source"):
                current = head.strip().lower()
                line = rest
            parts[current] = f"{parts[current]} {line.strip()}".strip()
        return cls(**parts)


@dataclass(frozen=True)
class Partial:
    """What a rule returns that copes with unreadable cells: its values, and the rows where one mattered after all.

    Those rows stay blank, and so does whatever depends on them.
    """

    values: Any
    unknown: Any


@dataclass(frozen=True)
class Linked:
    """A column of a child tab seen from its parent: one entry per child row, with the parent row of each.

    ``codes`` is −1 where the child names no parent row. ``size`` is the number of parent rows.
    """

    values: pd.Series[Any]
    codes: Ints
    size: int

    def where(self, mask: Any) -> Linked:
        """Only the child rows in the mask."""
        chosen = np.asarray(mask, dtype=bool)
        return Linked(self.values[chosen].reset_index(drop=True), self.codes[chosen], self.size)

    def count(self, mask: Any | None = None) -> Ints:
        """How many child rows (in the mask) each parent has."""
        keep = self.codes >= 0
        if mask is not None:
            keep = keep & np.asarray(mask, dtype=bool)
        return np.bincount(self.codes[keep], minlength=self.size).astype(np.int64)

    def sum(self, mask: Any | None = None) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Sum of the (masked) numbers per parent; 0 where there is none; blanks count nothing."""
        numbers = np.asarray(self.values, dtype=float)
        keep = (self.codes >= 0) & ~np.isnan(numbers)
        if mask is not None:
            keep = keep & np.asarray(mask, dtype=bool)
        return np.asarray(np.bincount(self.codes[keep], weights=numbers[keep], minlength=self.size), dtype=float)

    def max(self, mask: Any | None = None) -> pd.Series[Any]:
        """Largest (latest) of the masked values per parent; missing where there is none."""
        return self._extreme("max", mask)

    def min(self, mask: Any | None = None) -> pd.Series[Any]:
        """Smallest (earliest) of the masked values per parent; missing where there is none."""
        return self._extreme("min", mask)

    def _extreme(self, how: str, mask: Any | None) -> pd.Series[Any]:
        if not len(self.values):  # grouping nothing costs as much as grouping a thousand rows
            return self.values.reindex(range(self.size))
        keep = (self.codes >= 0) & self.values.notna().to_numpy()
        if mask is not None:
            keep = keep & np.asarray(mask, dtype=bool)
        grouped = self.values[keep].groupby(self.codes[keep], sort=False)
        found = grouped.max() if how == "max" else grouped.min()
        return found.reindex(range(self.size))


@cache
def _parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def column(
    tab: str,
    *,
    show: bool = True,
    type: Type | None = None,
    decimals: int | None = None,
    copes: Sequence[str] = (),
    raw: bool = False,
    **foreign: str,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Tag a function as the rule of the column with its name.

    ``show=False`` makes a leaf that is not written (give its ``type``). ``raw=True`` keeps whatever the rule returns
    (an object that other rules use) without coercion.
    """

    def tag(function: Callable[..., Any]) -> Callable[..., Any]:
        declared: Column | None = None
        if show:
            declared = TABS[tab].column(function.__name__)
        rule = Rule(
            tab=tab,
            name=function.__name__,
            function=function,
            foreign=dict(foreign),
            copes=frozenset(copes),
            show=show,
            type=type or (declared.type if declared else Type.NUMBER),
            decimals=decimals if decimals is not None else (declared.decimals if declared else 12),
            raw=raw,
        )
        function.__rule__ = rule  # type: ignore[attr-defined]
        return function

    return tag


def collect(modules: Iterable[ModuleType], known: Iterable[Rule] = ()) -> list[Rule]:
    """The rules of these modules in the order in which they can be computed; they may ask for ``known`` ones too.

    Raises ValueError for two rules of one column, an input that is no column, or a cycle, each by name.
    """
    rules: dict[str, Rule] = {}
    for module in modules:
        for function in vars(module).values():
            rule = getattr(function, "__rule__", None)
            if rule is None or function.__module__ != module.__name__:
                continue
            if rule.key in rules:
                raise ValueError(f"two rules for {rule.key}")
            rules[rule.key] = rule
    return _ordered(rules, {rule.key for rule in known})


def _ordered(rules: Mapping[str, Rule], known: set[str]) -> list[Rule]:
    people = {f"{tab.key}.{col.key}" for tab in TABS.values() for col in tab.columns if not col.by_runner}
    people |= known
    graph: dict[str, set[str]] = {}
    for rule in rules.values():
        for name in rule.inputs:
            if name not in rules and name not in people and not name.endswith(MASKED):
                raise ValueError(f"{rule.key} asks for {name}, which is neither a column nor a rule")
        graph[rule.key] = {name for name in rule.inputs if name in rules}
    try:
        return [rules[key] for key in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        raise ValueError("a cycle of rules: " + " → ".join(error.args[1])) from None


@dataclass(frozen=True)
class Unreadable:
    """Which cells of the own rows could not be read: ``unreadable["end_date"]`` is a bool per row."""

    marks: Mapping[str, Bools]
    size: int

    def __getitem__(self, name: str) -> Bools:
        found = self.marks.get(name)
        return found if found is not None else np.zeros(self.size, dtype=bool)


def round_half_up(numbers: Any, decimals: int = 0) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Round half away from zero, as people do (62.5 → 63), forgiving the last bits of binary fractions."""
    values = np.asarray(numbers, dtype=float)
    scaled = np.abs(values) * 10.0**decimals
    rounded = np.floor(scaled + 0.5 + 1e-9) / 10.0**decimals
    # Adding 0 turns a −0 into 0.
    return np.where(np.isnan(values), np.nan, np.sign(values) * rounded + 0.0)


def label(*branches: tuple[Any, str | None], default: str | None = None) -> pd.Series[Any]:
    """Like ``choose`` for fixed words, as text and much faster: ``label((cond, "word"), …, default="word")``."""
    conditions = [np.asarray(condition, dtype=bool) for condition, _ in branches]
    codes = np.select(conditions, [np.int64(code) for code in range(len(branches))], default=np.int64(len(branches)))
    words = pa.array([*(word for _, word in branches), default], type=pa.large_string())
    return pd.Series(pd.array(words.take(pa.array(codes)), dtype="str"))


def choose(*branches: tuple[Any, Any], default: Any = None) -> np.ndarray[Any, np.dtype[np.object_]]:
    """The value of the first branch whose condition holds: ``choose((cond, value), …, default=…)``, as objects."""
    conditions = [np.asarray(condition, dtype=bool) for condition, _ in branches]
    size = len(conditions[0])
    result = np.full(size, default, dtype=object)
    undecided = np.ones(size, dtype=bool)
    for condition, (_, value) in zip(conditions, branches, strict=True):
        hit = undecided & condition
        if hit.any():
            result[hit] = value if np.isscalar(value) or value is None else np.asarray(value, dtype=object)[hit]
        undecided &= ~condition
    return result
