"""What each old tab and column becomes: a value that can be shown, asked about, written to a file and read again."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sheetcrm.address import column, letters
from sheetcrm.adopt.headers import OWNER_MAIL
from sheetcrm.adopt.old_table import OldTable
from sheetcrm.languages import LANGUAGES
from sheetcrm.schema import PEOPLE_TABS, TABS

KEEP, LEAVE = "keep", "leave"
"""Instead of a column: the text goes into the row's notes; it is left where it is."""

SURE = 0.8
"""From here on a column is taken without asking."""

TAKEN = 0.5
"""From here on ``--yes`` takes it; below, its text is kept in the notes."""

TABLE_TAKEN = 0.6
"""From here on ``--yes`` takes a whole table."""


class MappingError(Exception):
    """A mapping file that does not fit; each line says what and where."""


@dataclass(frozen=True)
class Choice:
    """One old column: ``target`` is a column of the tab, ``accounts.<column>`` (a fact about the row's customer),
    ``team.email`` (its owner's address), ``keep`` or ``leave``. ``guess`` is what it might be where that is unsure."""

    col: int
    header: str
    target: str
    sure: float = 1.0
    guess: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Part:
    """One old table and the tab that it becomes; "" for a table that is left where it is."""

    old: OldTable
    tab: str
    sure: float
    columns: tuple[Choice, ...]

    def column(self, target: str) -> Choice | None:
        """The old column with this target."""
        return next((choice for choice in self.columns if choice.target == target), None)


@dataclass(frozen=True)
class Adoption:
    """``language`` is that in which the old workbook's numbers and words are written; ``day_first`` its dates."""

    language: str
    day_first: bool
    parts: tuple[Part, ...]

    @property
    def taken(self) -> tuple[Part, ...]:
        """The tables that become tabs of ours."""
        return tuple(part for part in self.parts if part.tab)


def targets(tab: str) -> list[str]:
    """What a column of a table that becomes this tab can be."""
    own = [each.key for each in TABS[tab].people]
    people = [OWNER_MAIL] if "owner" in own and tab != "team" else []
    if "account_id" not in own or tab == "accounts":
        return [*own, *people, KEEP, LEAVE]
    return [*own, *(f"accounts.{each.key}" for each in TABS["accounts"].people[1:]), *people, KEEP, LEAVE]


def without_doubt(mapping: Adoption) -> Adoption:
    """What ``--yes`` takes: every column that is sure enough, the others kept in the notes."""
    parts = [
        replace(part, columns=tuple(_settled(choice) for choice in part.columns))
        if part.sure >= TABLE_TAKEN
        else _left(part)
        for part in mapping.parts
    ]
    return replace(mapping, parts=tuple(parts))


def _settled(choice: Choice) -> Choice:
    return choice if choice.sure >= TAKEN else replace(choice, target=KEEP)


def _left(part: Part) -> Part:
    return replace(part, tab="")


def as_text(mapping: Adoption, source: str) -> str:
    """The mapping file: what people read, edit and give back with ``--map``."""
    from ruamel.yaml import YAML

    data = {"language": mapping.language, "day_first": mapping.day_first, "tables": [_table(p) for p in mapping.parts]}
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 200
    yaml.dump(data, out)
    return _HEAD.format(source=source) + out.getvalue()


_HEAD = """\
# What the tabs and columns of {source} become. Change what stands after "is" and "becomes", then:
#   sheetcrm adopt {source} NEW.xlsx --map THIS_FILE
# is: a column of our tab (sheetcrm columns --tab contracts), accounts.<column> for a fact about the row's customer,
#     team.email for the owner's address, keep (its text goes into the notes) or leave.
# becomes: contracts, accounts, interactions, tickets, opportunities, tasks, contacts, invoices, team, or leave.
# language: how numbers and words are written there (es, en, ru); day_first: whether 03/04 is the third of April.
"""


def _table(part: Part) -> dict[str, Any]:
    return {
        "tab": part.old.sheet.title,
        "header_row": part.old.header_row,
        "becomes": part.tab or LEAVE,
        "columns": [
            {"column": letters(choice.col), "header": choice.header, "is": choice.target} for choice in part.columns
        ],
    }


def from_file(path: Path, tables: Sequence[OldTable]) -> Adoption:
    """The mapping in a file, fitted to these tables. Raises MappingError with everything that does not fit."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path} can't be read: {' '.join(str(error).split())}") from None
    wrong: list[str] = []
    mapping = _fitted(data, tables, wrong)
    if wrong or mapping is None:
        raise MappingError("\n".join(f"{path}: {line}" for line in wrong))
    return mapping


def _fitted(data: Any, tables: Sequence[OldTable], wrong: list[str]) -> Adoption | None:
    if not isinstance(data, Mapping) or not isinstance(data.get("tables"), list):
        wrong.append("needs a list named tables. Write one with --save-map.")
        return None
    if data.get("language") not in LANGUAGES:
        wrong.append(f"language: choose one of {', '.join(LANGUAGES)}, not {data.get('language')!r}.")
    if not isinstance(data.get("day_first", True), bool):
        wrong.append("day_first: write true or false.")
    named: dict[tuple[str, Any], OldTable] = {(table.sheet.title, table.header_row): table for table in tables}
    parts: dict[int, Part] = {}
    for entry in data["tables"]:
        if not isinstance(entry, Mapping):
            wrong.append(f"tables: {entry!r} is no table; write one with --save-map.")
            continue
        title, row = str(entry.get("tab")), entry.get("header_row")
        table = named.get((title, row)) or _only(tables, title)
        if table is None:
            wrong.append(
                f"the workbook has no table on {entry.get('tab')!r} with its header in row {entry.get('header_row')}."
            )
            continue
        parts[id(table)] = _part(entry, table, wrong)
    rest = [Part(table, "", 1.0, ()) for table in tables if id(table) not in parts]
    return Adoption(str(data.get("language")), data.get("day_first", True), (*parts.values(), *rest))


def _only(tables: Sequence[OldTable], title: str) -> OldTable | None:
    """The table of a tab that has just one, wherever its header stands by now."""
    mine = [table for table in tables if table.sheet.title == title]
    return mine[0] if len(mine) == 1 else None


def _part(entry: Mapping[str, Any], table: OldTable, wrong: list[str]) -> Part:
    where = f"{table.sheet.title!r}"
    tab = entry.get("becomes")
    keys = [each.key for each in PEOPLE_TABS]
    if tab == LEAVE:
        return Part(table, "", 1.0, ())
    if tab not in keys:
        wrong.append(f"{where} becomes {tab!r}: choose one of {', '.join(keys)}, or leave.")
        return Part(table, "", 1.0, ())
    allowed, used = targets(tab), set()
    choices = {old.col: Choice(old.col, old.shown, KEEP) for old in table.columns}
    for line in entry.get("columns") or []:
        if not isinstance(line, Mapping):
            wrong.append(f"{where}: {line!r} needs column, header and is.")
            continue
        target = str(line.get("is"))
        col = _found(line, table)
        if col is None:
            wrong.append(f"{where} has no column {line.get('header')!r} ({line.get('column')}).")
        elif target not in allowed:
            wrong.append(f"{where}, column {line.get('header')!r}: {target!r} is no column of {tab}.")
        elif target in used:
            wrong.append(f"{where}: two columns are {target}; one can be.")
        else:
            used |= {target} - {KEEP, LEAVE}
            choices[col] = Choice(col, choices[col].header, target)
    return Part(table, tab, 1.0, tuple(choices.values()))


def _found(line: Mapping[str, Any], table: OldTable) -> int | None:
    """The sheet column that is meant: by letter and header, else by its header alone where one has it."""
    header = str(line.get("header"))
    named = [old.col for old in table.columns if old.shown == header]
    letter = str(line.get("column") or "")
    at = column(letter) if letter.isascii() and letter.isalpha() else 0
    if at in named:
        return at
    return named[0] if len(named) == 1 else None


def aliases(mapping: Adoption) -> str:
    """The ``aliases:`` section of config.yaml under which the runner understands these tabs where they stand."""
    from ruamel.yaml import YAML

    tabs, columns = {}, dict[str, dict[str, str]]()
    for part in in_place(mapping):
        tabs[part.old.sheet.title] = part.tab
        own = columns.setdefault(part.tab, {})
        for choice in part.columns:
            old = next(each for each in part.old.columns if each.col == choice.col)
            if old.header and choice.target in {each.key for each in TABS[part.tab].people}:
                own[old.header] = choice.target
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 200
    yaml.dump({"aliases": {"tabs": tabs, "columns": {tab: own for tab, own in columns.items() if own}}}, out)
    return out.getvalue()


def in_place(mapping: Adoption) -> list[Part]:
    """The tables that the runner can read where they stand: the first of each old tab and of each of ours."""
    found: list[Part] = []
    for part in mapping.taken:
        if all(part.old.sheet.title != other.old.sheet.title and part.tab != other.tab for other in found):
            found.append(part)
    return found


def lacking(part: Part) -> list[str]:
    """Columns that our tab needs in every row and the old table has not."""
    tab = TABS[part.tab]
    return [each.key for each in tab.people if each.required and part.column(each.key) is None]
