"""A spreadsheet: its tabs, its names, its metadata, who may see it, and batches that apply whole or not at all."""

import copy
import random
import string
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from . import theme
from .errors import invalid
from .formula_eval import Evaluation
from .grid import Scalar
from .locale import Locale, known
from .ranges import Area, parse_cells, split_title
from .sheet import PART_IDS, Sheet

Json = dict[str, Any]
_RANDOM = random.Random(20)  # ids differ from each other, not from run to run
_ID_LETTERS = string.ascii_letters + string.digits + "-_"


def new_file_id() -> str:
    """A file id as Drive makes them."""
    return "1" + "".join(_RANDOM.choices(_ID_LETTERS, k=43))


class Book:
    """One spreadsheet file.

    ``access`` maps an address (or ``anyone``) to ``owner``, ``writer`` or ``reader``. ``metadata`` maps a metadata id to
    its entry, whose location follows the row or column it stands on.
    """

    def __init__(self, title: str, owner: str | None) -> None:
        self.id = new_file_id()
        self.properties = theme.properties(title)
        self.sheets = [Sheet(0, "Sheet1")]
        self.named: list[Json] = []
        self.metadata: dict[int, Json] = {}
        self.access: dict[str, str] = {owner: "owner"} if owner else {}
        self.owner = owner
        self.comments: list[Json] = []
        self.created = self.modified = datetime.now(UTC)
        self.lock = threading.RLock()
        self._stale = True

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def locale(self) -> Locale:
        return known(str(self.properties.get("locale", "en_US")))

    def role(self, who: str | None) -> str | None:
        """``owner``, ``writer``, ``reader`` or nothing; a caller without an address (any bearer token) may do all."""
        if who is None:
            return "owner"
        return self.access.get(who) or self.access.get("anyone")

    def may_edit(self, who: str | None, protection: Json) -> bool:
        """Whether the caller may write inside a protected range."""
        if protection.get("warningOnly") or who is None or who == self.owner:
            return True
        return who in protection.get("editors", {}).get("users", [])

    def new_id(self) -> int:
        """An id that no sheet, chart, filter, protection or metadata of this book has."""
        taken = {s.id for s in self.sheets} | set(self.metadata)
        for sheet in self.sheets:
            taken |= {part[key] for name, key in PART_IDS.items() for part in sheet.parts[name]}
        while (candidate := _RANDOM.randrange(1, 2**31)) in taken:
            pass
        return candidate

    def sheet(self, sheet_id: int) -> Sheet:
        """The tab with that id, else a 400."""
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise invalid(f"No grid with id: {sheet_id}")

    def tab(self, title: str) -> Sheet:
        """The tab of that title (as people see it, upper and lower case alike), else a 400."""
        found = self.find_tab(title)
        if found is None:
            raise invalid(f"Unable to parse range: {title}")
        return found

    def find_tab(self, title: str) -> Sheet | None:
        """The tab of that title, if any."""
        exact = [s for s in self.sheets if s.title == title]
        return exact[0] if exact else next((s for s in self.sheets if s.title.casefold() == title.casefold()), None)

    def area(self, text: str) -> Area:
        """The area (its sides perhaps open) of an A1 or R1C1 range, a named range or a tab's title; else a 400."""
        title, cells = split_title(text)
        if title is not None:
            sheet = self.find_tab(title)
            area = None if sheet is None else Area(sheet.id) if cells is None else parse_cells(cells, sheet.id)
        else:
            area = parse_cells(text, self.sheets[0].id) or self._named_area(text)
            if area is None and (sheet := self.find_tab(text)) is not None:
                area = Area(sheet.id)
        if area is None:
            raise invalid(f"Unable to parse range: {text}")
        return area

    def _named_area(self, name: str) -> Area | None:
        found = next((n for n in self.named if n["name"].casefold() == name.casefold()), None)
        return None if found is None else Area.of(found["range"])

    def find_area(self, text: str, sheet_id: int) -> Area | None:
        """For formulas: the bounded area that a reference on a tab means."""
        title, cells = split_title(text)
        sheet = self.find_tab(title) if title is not None else self.sheet(sheet_id)
        area = None if sheet is None else parse_cells(cells or "", sheet.id)
        if area is None and title is None:
            area = self._named_area(text)
        if area is None:
            return None
        sheet = self.sheet(area.sheet_id)
        if (area.top or 0) >= sheet.rows or (area.left or 0) >= sheet.columns:
            return None
        return sheet.bounded(area)

    def cell(self, sheet_id: int, r: int, c: int) -> tuple[Scalar, str | None]:
        """For formulas: a cell's stored value and its formula."""
        grid = self.sheet(sheet_id).grid
        return grid.value(r, c), grid.extra(r, c).formula

    def touch(self) -> None:
        """Notes that something changed: formulas are computed again at the next read."""
        self._stale = True
        self.modified = datetime.now(UTC)

    def settle(self) -> None:
        """Computes the formulas, when something changed since the last time."""
        if not self._stale:
            return
        self._stale = False
        evaluation: Evaluation | None = None
        for sheet in self.sheets:
            for r, c, _ in sheet.grid.formulas():
                evaluation = evaluation or Evaluation(self, self.now())
                value = evaluation.value(sheet.id, r, c)
                if sheet.grid.value(r, c) != value or sheet.grid.value(r, c).__class__ is not value.__class__:
                    row = sheet.grid.to_write(r)
                    row.values.extend([None] * (c + 1 - len(row.values)))
                    row.values[c] = value

    def now(self) -> datetime:
        """Day and time in the spreadsheet's zone."""
        try:
            zone = ZoneInfo(self.properties.get("timeZone", "Etc/GMT"))
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("Etc/GMT")
        return datetime.now(zone).replace(tzinfo=None)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Applies what happens inside as one: an exception takes all of it back."""
        sheets = self.sheets
        before = [s.copy() for s in sheets]
        kept = copy.deepcopy((self.properties, self.named, self.metadata))
        try:
            yield
        except BaseException:
            self.sheets = before
            self.properties, self.named, self.metadata = kept
            raise
        self.touch()

    def copy(self, title: str, owner: str | None) -> "Book":
        """A copy of the file: cells, layout and metadata; not its comments or who may see it."""
        twin = Book(title, owner)
        twin.sheets = [s.copy() for s in self.sheets]
        twin.properties = {**copy.deepcopy(self.properties), "title": title}
        twin.named, twin.metadata = copy.deepcopy((self.named, self.metadata))
        return twin
