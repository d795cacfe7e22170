"""What a tab and a column of the workbook are: the vocabulary of the dictionary."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """How a cell is read and written. Keys of lists and yes/no are canonical text (``yes``, ``no``)."""

    ID = "id"
    IDS = "ids"
    TEXT = "text"
    LINK = "link"
    EMAIL = "email"
    PERSON = "person"
    LIST = "list"
    YES_NO = "yes_no"
    DATE = "date"
    DATETIME = "datetime"
    PERIOD = "period"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"

    @property
    def is_number(self) -> bool:
        """Held as float64 with NaN for blank (a period as whole months, a percent as a fraction)."""
        return self in _NUMBERS

    @property
    def is_date(self) -> bool:
        """Held as datetime64[s] with NaT for blank; a time of 00:00 means "only a date was given"."""
        return self in (Type.DATE, Type.DATETIME)


_NUMBERS = {Type.PERIOD, Type.INTEGER, Type.NUMBER, Type.MONEY, Type.PERCENT}
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Column:
    """One column of a tab.

    ``values`` are the keys of a list; ``value_set`` names their words in the locale (``value.<set>.<key>``).
    ``known_from`` is the date column of the same row from which the fact is known: seen as of an earlier day
    the cell counts as blank (for the keys in ``known_values`` only, where those are given).
    ``awaited``: a blank means that the customer still waits for it or owes it; where the tab has no such column
    nobody can tell, and its cells count as unreadable.
    ``written`` is False for runner columns that people fill (``acknowledged_by``).
    """

    key: str
    type: Type
    owner: str = "people"
    required: bool = False
    values: tuple[str, ...] = ()
    value_set: str = ""
    decimals: int = 0
    unit: str = ""
    known_from: str = ""
    known_values: tuple[str, ...] = ()
    awaited: bool = False
    hidden: bool = False
    width: int = 0

    @property
    def by_runner(self) -> bool:
        return self.owner == "runner"


@dataclass(frozen=True)
class Tab:
    """One tab: its identity column, the date that says since when a row exists, and its columns in order.

    ``kind``: ``people`` (people edit it, the runner fills its own columns) or ``runner`` (rows are replaced).
    ``optional`` tabs may be absent; ``appended`` tabs receive new rows from the runner.
    """

    key: str
    id: str
    columns: tuple[Column, ...]
    kind: str = "people"
    row_date: str = ""
    optional: bool = False
    appended: bool = False
    id_required: bool = True
    links: tuple[tuple[str, str], ...] = ()

    def column(self, key: str) -> Column:
        """The column with this key; KeyError when the tab has none."""
        return self._by_key()[key]

    def _by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @property
    def people(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if not column.by_runner)

    @property
    def runner(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.by_runner)


def col(
    key: str,
    type: Type = Type.TEXT,
    *,
    required: bool = False,
    values: tuple[str, ...] = (),
    value_set: str = "",
    decimals: int | None = None,
    unit: str = "",
    known_from: str = "",
    known_values: tuple[str, ...] = (),
    awaited: bool = False,
    width: int = 0,
) -> Column:
    """A column that people fill."""
    if type is Type.YES_NO:
        values, value_set = YES_NO, "yes_no"
    return Column(
        key=key,
        type=type,
        required=required,
        values=values,
        value_set=value_set or (key if values else ""),
        decimals=_DECIMALS.get(type, 0) if decimals is None else decimals,
        unit=unit or _UNITS.get(type, ""),
        known_from=known_from,
        known_values=known_values,
        awaited=awaited,
        width=width,
    )


def out(
    key: str,
    type: Type = Type.TEXT,
    *,
    values: tuple[str, ...] = (),
    value_set: str = "",
    decimals: int | None = None,
    unit: str = "",
    hidden: bool = False,
    width: int = 0,
) -> Column:
    """A column that the runner computes and writes."""
    return Column(
        key=key,
        type=type,
        owner="runner",
        values=values,
        value_set=value_set or (key if values else ""),
        decimals=_DECIMALS.get(type, 0) if decimals is None else decimals,
        unit=unit or _UNITS.get(type, ""),
        hidden=hidden,
        width=width,
    )


_DECIMALS = {Type.MONEY: 2, Type.PERCENT: 4, Type.NUMBER: 2}
_UNITS = {Type.MONEY: "base currency", Type.PERCENT: "share of 1", Type.PERIOD: "months"}
