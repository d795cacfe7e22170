"""The column engine: a computed column is a function whose parameters are its inputs.

    @column("accounts", dates="interactions.date")
    def last_contact(dates): ...

A parameter is ``as_of`` (a date), ``cfg`` (the configuration), ``past`` (what the ledger knows), ``words`` (the
reader's language), ``unreadable`` (which own cells could not be read), ``size`` (number of rows), ``now`` (the local
time at which clocks are read), ``found`` (what the plan decided: alerts, tasks, problems), a column of the rule's own
tab, or a foreign column named in the decorator as ``tab.column``. A foreign column of a parent tab
(``accounts.health_band`` seen from
contracts) arrives as a Series aligned with the own rows; a foreign column of a child tab (``interactions.date`` seen
from accounts) arrives as ``Linked``: its values with the own row code of each, computed once. ``tab.column@all`` is
that column as it stands, linked to nothing; what a raw rule made arrives whole as well.

The decorator only tags; ``collect`` builds the list, ``order`` sorts it, ``evaluate`` runs it. What a rule returns is
coerced to the declared type and rounded to the declared decimals. A cell that depends on an unreadable cell of its
row stays blank, unless the rule declares that it copes (``copes=("notice_days",)``); a rule that copes says itself
where an unreadable cell mattered, by returning ``Partial(values, unknown)``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from graphlib import CycleError, TopologicalSorter
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sheetcrm.model import Bools, Ints, Snapshot, Table
from sheetcrm.schema import TABS
from sheetcrm.schema.column import Column, Type

_Made = TypeVar("_Made")

Cells = pd.Series  # one column: a value per row
AMBIENT = ("as_of", "cfg", "past", "words", "unreadable", "today", "now", "found", "size")


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


MASKED = "__later"
"""``closed_on__later``: True where the date lies after as_of and therefore counts as blank."""


@dataclass
class Evaluated:
    """The snapshot seen as of a day with every computed column filled.

    ``frames``: per tab the visible rows (people's columns, masked, and computed ones). ``kept``: positions of those
    rows in the snapshot's tables. ``codes``: row codes of each link.
    """

    as_of: date
    frames: dict[str, dict[str, Any]]
    kept: dict[str, Ints]
    sizes: dict[str, int]
    unreadable: dict[str, dict[str, Bools]]
    rules: Sequence[Rule]
    snapshot: Snapshot
    ambient: dict[str, Any] = field(default_factory=dict)
    _codes: dict[tuple[str, str], Ints] = field(default_factory=dict)
    _once: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        tab, _, key = name.partition(".")
        return self.frames[tab][key]

    def codes(self, child: str, parent: str) -> Ints:
        """For each visible row of the child tab the row of its parent, −1 where there is none."""
        known = self._codes.get((child, parent))
        if known is None:
            column = next(key for key, target in TABS[child].links if target == parent)
            known = row_codes(self.frames[child][column], self.frames[parent][TABS[parent].id])
            self._codes[(child, parent)] = known
        return known

    def once(self, name: str, make: Callable[[], _Made]) -> _Made:
        """What several parts of a plan ask for, made by the first of them; made again after rows were added."""
        if name not in self._once:
            self._once[name] = make()
        made: _Made = self._once[name]
        return made

    def forget(self, tab: str) -> None:
        """Drop the row codes of a tab whose rows changed, and all that was made once."""
        self._once.clear()
        self._codes = {pair: codes for pair, codes in self._codes.items() if tab not in pair}


def row_codes(children: pd.Series[Any], parents: pd.Series[Any]) -> Ints:
    """For each id of the children its row among the (unique) ids of the parents, −1 where there is none."""
    if len(parents) == 0 or len(children) == 0:
        return np.full(len(children), -1, dtype=np.int64)
    # Arrow looks up text without making Python strings of it: four times faster than an index of pandas.
    known, asked = (pa.array(ids, type=pa.large_string()) for ids in (parents, children))
    found = pc.index_in(asked, value_set=known, skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def mask(snapshot: Snapshot, as_of: date) -> Evaluated:
    """The snapshot seen as of a day: later rows are gone, later facts are blank (domain 2)."""
    moment = np.datetime64(as_of) + np.timedelta64(1, "D")
    frames: dict[str, dict[str, Any]] = {}
    kept: dict[str, Ints] = {}
    unreadable: dict[str, dict[str, Bools]] = {}
    for key, table in snapshot.tabs.items():
        rows = _visible(table, moment)
        whole = len(rows) == len(table)
        frame = table.frame if whole else table.frame.iloc[rows].reset_index(drop=True)
        frames[key] = {name: frame[name] for name in frame.columns}
        _blank_later_facts(key, frames[key], moment)
        kept[key] = rows
        unreadable[key] = {name: bad[rows] for name, bad in table.unreadable.items() if bad.any()}
        unreadable[key].update({name: np.ones(len(rows), dtype=bool) for name in _untold(table)})
    sizes = {key: len(rows) for key, rows in kept.items()}
    return Evaluated(as_of, frames, kept, sizes, unreadable, (), snapshot)


def _untold(table: Table) -> list[str]:
    """Columns that the tab lacks and whose blank would mean "not yet": of a ticket tab that notes no solutions nobody
    can say which tickets are open."""
    if not table.where:  # a table of which nobody said where its columns stand has them all
        return []
    return [column.key for column in TABS[table.key].columns if column.awaited and column.key not in table.where]


def _visible(table: Table, moment: np.datetime64) -> Ints:
    row_date = TABS[table.key].row_date
    if not row_date:
        return np.arange(len(table), dtype=np.int64)
    return np.flatnonzero(~(table.frame[row_date].to_numpy() >= moment)).astype(np.int64)


def _blank_later_facts(tab: str, frame: dict[str, Any], moment: np.datetime64) -> None:
    known = [column for column in TABS[tab].columns if column.known_from and column.key in frame]
    later: dict[str, Bools] = {}
    for column in known:
        if column.known_from not in later:
            later[column.known_from] = frame[column.known_from].to_numpy() >= moment
            frame[column.known_from + MASKED] = later[column.known_from]
    for column in known:
        hide = later[column.known_from]
        if not hide.any():
            continue
        if column.known_values:
            hide = hide & frame[column.key].isin(column.known_values).to_numpy()
        frame[column.key] = frame[column.key].mask(hide)


def evaluate(
    snapshot: Snapshot,
    as_of: date,
    cfg: Any,
    past: Any,
    words: Any,
    rules: Sequence[Rule],
    now: datetime | None = None,
) -> Evaluated:
    """Fill every computed column; pure. Raises nothing for bad data: what cannot be computed is blank.

    ``now`` is the local wall-clock time at which SLA clocks are read; by default the end of business of ``as_of``.
    """
    state = mask(snapshot, as_of)
    state.rules = rules
    ambient: dict[str, Any] = {"as_of": as_of, "cfg": cfg, "past": past, "words": words}
    ambient["today"] = np.datetime64(as_of, "s")
    ambient["now"] = np.datetime64(now or datetime.combine(as_of, cfg.calendar.day_ends), "s")
    fill(state, rules, ambient)
    return state


def fill(state: Evaluated, rules: Sequence[Rule], ambient: Mapping[str, Any]) -> None:
    """Run further rules on an evaluated snapshot: those that need what the plan decided (``past``, ``found``)."""
    state.ambient = {**state.ambient, **ambient}
    for rule in rules:
        if rule.tab in state.frames:
            _run(rule, state, state.ambient)


def extend(state: Evaluated, tab: str, new: pd.DataFrame) -> None:
    """Let rows that the plan appends take part: the tab grows by them, and what depends on it is computed again.

    ``new`` has the tab's people's columns; what the tab has no column for is blank. In the grown table they stand below
    the last row, where they will be written, and nothing is stored for them.
    """
    table = state.snapshot[tab]
    last = table.last_row + table.fresh
    added = new[table.frame.columns].assign(**{key: None for key in table.frame.columns if key not in table.where})
    grown = replace(
        table,
        frame=pd.concat([table.frame, added.astype(table.frame.dtypes)], ignore_index=True),
        rows=np.concatenate([table.rows, np.arange(last + 1, last + 1 + len(new), dtype=np.int64)]),
        fresh=table.fresh + len(new),
        stored=table.stored.reindex(range(len(table) + len(new))),
        unreadable={name: _padded(marks, len(new)) for name, marks in table.unreadable.items()},
        garbled={name: _padded(marks, len(new)) for name, marks in table.garbled.items()},
        blocked={name: _padded(marks, len(new)) for name, marks in table.blocked.items()},
    )
    state.snapshot = replace(state.snapshot, tabs={**state.snapshot.tabs, tab: grown})
    seen = mask(replace(state.snapshot, tabs={tab: grown}), state.as_of)
    state.frames[tab], state.kept[tab] = seen.frames[tab], seen.kept[tab]
    state.sizes[tab], state.unreadable[tab] = seen.sizes[tab], seen.unreadable[tab]
    state.forget(tab)
    again: set[str] = set()
    for rule in state.rules:
        if rule.tab == tab or any(name in again or name.startswith(f"{tab}.") for name in rule.inputs):
            again.add(rule.key)
            _run(rule, state, state.ambient)


def _padded(marks: Bools, count: int) -> Bools:
    return np.concatenate([marks, np.zeros(count, dtype=bool)])


def reworded(rule: Rule, state: Evaluated, words: Any, rules: Mapping[str, Rule]) -> Any:
    """A sentence column once more in another language, for a reader who is not the workbook's.

    The parts of the sentence that are sentences themselves are said anew too; ``rules`` by their key tells which.
    """
    arguments = _arguments(rule, state, {**state.ambient, "words": words})
    for name in rule.parameters:
        part = rules.get(rule.foreign.get(name, f"{rule.tab}.{name}"))
        if part is not None and part.tab == rule.tab and "words" in part.parameters:
            arguments[name] = reworded(part, state, words, rules)
    result = rule.function(**arguments)
    return result if rule.raw else coerce(result, rule.type, rule.decimals, state.sizes[rule.tab])


def _run(rule: Rule, state: Evaluated, ambient: Mapping[str, Any]) -> None:
    own = state.frames[rule.tab]
    result = rule.function(**_arguments(rule, state, ambient))
    if rule.raw:
        own[rule.name] = result
        return
    blank = _depends_on_unreadable(rule, state)
    if isinstance(result, Partial):
        unknown = np.asarray(result.unknown, dtype=bool)
        blank = unknown if blank is None else blank | unknown
        result = result.values
    series = coerce(result, rule.type, rule.decimals, state.sizes[rule.tab])
    marks = state.unreadable[rule.tab]
    marks.pop(rule.name, None)
    if blank is not None and blank.any():
        series = series.mask(blank)
        marks[rule.name] = blank
    own[rule.name] = series


def _arguments(rule: Rule, state: Evaluated, ambient: Mapping[str, Any]) -> dict[str, Any]:
    own = state.frames[rule.tab]
    arguments: dict[str, Any] = {}
    for name in rule.parameters:
        if name == "unreadable":
            arguments[name] = Unreadable(state.unreadable[rule.tab], state.sizes[rule.tab])
        elif name == "size":
            arguments[name] = state.sizes[rule.tab]
        elif name in AMBIENT:
            arguments[name] = ambient[name]
        elif name in rule.foreign:
            arguments[name] = _foreign(rule, rule.foreign[name], state)
        else:
            arguments[name] = own[name]
    return arguments


@dataclass(frozen=True)
class Unreadable:
    """Which cells of the own rows could not be read: ``unreadable["end_date"]`` is a bool per row."""

    marks: Mapping[str, Bools]
    size: int

    def __getitem__(self, name: str) -> Bools:
        found = self.marks.get(name)
        return found if found is not None else np.zeros(self.size, dtype=bool)


def _depends_on_unreadable(rule: Rule, state: Evaluated) -> Bools | None:
    marks = state.unreadable[rule.tab]
    blank: Bools | None = None
    for name in rule.own:
        if name in marks and name not in rule.copes:
            blank = marks[name] if blank is None else blank | marks[name]
    return blank


def _foreign(rule: Rule, name: str, state: Evaluated) -> Any:
    name, _, whole = name.partition("@")
    tab, _, key = name.partition(".")
    if tab not in state.frames:
        raise ValueError(f"{rule.key}: no tab {tab}")
    values = state.frames[tab][key]
    if whole or not isinstance(values, pd.Series | np.ndarray):
        return values
    if any(target == tab for _, target in TABS[rule.tab].links):
        return _take(values, state.codes(rule.tab, tab))
    if any(target == rule.tab for _, target in TABS[tab].links):
        return Linked(_series(values), state.codes(tab, rule.tab), state.sizes[rule.tab])
    return values


def _take(values: Any, codes: Ints) -> Any:
    if not isinstance(values, pd.Series):
        values = pd.Series(values)
    if len(values) == 0:
        return pd.Series([None] * len(codes), dtype=object).astype(values.dtype if values.dtype != bool else object)
    return values.reindex(codes).reset_index(drop=True)


def _series(values: Any) -> pd.Series[Any]:
    return values if isinstance(values, pd.Series) else pd.Series(values)


def coerce(result: Any, type: Type, decimals: int, size: int) -> pd.Series[Any]:
    """A rule's result as a Series of its declared type, rounded half up to its decimals."""
    if type.is_date:
        return pd.Series(np.asarray(result, dtype="datetime64[s]"))
    if type.is_number:
        numbers = np.asarray(result, dtype=float)
        if numbers.ndim == 0:
            numbers = np.full(size, float(numbers))
        return pd.Series(round_half_up(numbers, decimals) if decimals < 12 else numbers)
    series = result if isinstance(result, pd.Series) else pd.Series(result, dtype=object)
    series = series.reset_index(drop=True).astype("str")
    empty = (series == "").to_numpy(dtype=bool)
    return series.mask(empty) if empty.any() else series


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
