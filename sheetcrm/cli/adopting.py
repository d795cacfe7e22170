"""``adopt``: a team's own workbook becomes a fresh one of ours; the old file is only read."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.adopt.filled import Filled
    from sheetcrm.adopt.mapping import Adoption
    from sheetcrm.adopt.old_table import OldTable


@dataclass(frozen=True)
class Wanted:
    """What was asked for: ``new`` or ``google`` is where the rows go; neither: only the proposal is shown."""

    old: Path
    new: Path | None = None
    google: str | None = None
    mapping: Path | None = None
    save_mapping: Path | None = None
    yes: bool = False
    language: str | None = None
    json: bool = False
    aliases: bool = False
    credentials: Path | None = None
    config: Path | None = None

    @property
    def settings(self) -> Path | None:
        """The settings that are written beside the new workbook."""
        return self.new.parent / "config.yaml" if self.new is not None else None

    @property
    def list(self) -> Path:
        """Where everything is listed that did not find its own place."""
        at = self.new if self.new is not None else Path(self.old.name)
        return at.with_name(f"{at.stem}-adopted.csv")


def adopt(wanted: Wanted) -> None:
    """Read the old workbook, agree on what its columns are, and make the new one.

    1. Everything that could stop it is looked at first; nothing that exists is overwritten.
    2. The old workbook is read. 3. What its columns become is proposed, or read from a mapping file.
    4. People are asked where that is unsure. 5. The new workbook, its settings and the list are written.
    """
    from sheetcrm.adopt.mapping import aliases, without_doubt
    from sheetcrm.cli import proposal

    _require(wanted)
    tables, empty = _tables(wanted.old)
    mapping = _mapping(wanted, tables)
    if wanted.aliases:
        print(_aliases_told(mapping), file=sys.stderr)
        agreed = without_doubt(mapping)
        print(aliases(agreed) + _reading(agreed), end="")
        return
    if not wanted.json:
        proposal.show(mapping, wanted.old, empty)
    if wanted.new is None and wanted.google is None:
        _only_proposed(wanted, mapping)
        return
    if wanted.json and not (wanted.yes or wanted.mapping):
        raise UsageError("With --json nobody can be asked: add --yes or --map FILE.")
    agreed = mapping if wanted.mapping else without_doubt(mapping) if wanted.yes else proposal.ask(mapping)
    _make(wanted, agreed)


def _require(wanted: Wanted) -> None:
    """Refuse what could overwrite something, and what names no workbook."""
    if not wanted.old.is_file():
        raise UsageError(f"There is no workbook {wanted.old}.")
    if wanted.new is not None and wanted.google is not None:
        raise UsageError("Say one place for the rows: a new workbook, or --google ADDRESS.")
    if wanted.new is not None and wanted.new.suffix.lower() != ".xlsx":
        raise UsageError(f"The new workbook's name should end in .xlsx:  sheetcrm adopt {wanted.old} {wanted.new}.xlsx")
    made = (wanted.new, wanted.settings, wanted.save_mapping, wanted.list if wanted.new or wanted.google else None)
    for path in made:
        if path is not None and path.exists():
            raise UsageError(f"{path} exists already and is left as it is. Choose another folder or name.")
    if wanted.mapping is not None and not wanted.mapping.is_file():
        raise UsageError(f"There is no {wanted.mapping}. Write one:  sheetcrm adopt {wanted.old} --save-map FILE")


def _tables(old: Path) -> tuple[list[OldTable], list[str]]:
    """The tables of the old workbook, and the tabs without any. Raises Refused in words."""
    from sheetcrm.adopt.tables import find_tables
    from sheetcrm.sync.excel.read import read_book

    book = read_book(old)
    tables: list[OldTable] = []
    empty: list[str] = []
    for sheet in book.sheets:
        found = find_tables(sheet)
        tables += found
        if not found:
            empty.append(sheet.title)
    if not tables:
        raise UsageError(
            f"No table was found in {old.name}. "
            "A table needs a row of headers (Customer, Due date …) with rows below it."
        )
    return tables, empty


def _mapping(wanted: Wanted, tables: list[OldTable]) -> Adoption:
    from sheetcrm.adopt.mapping import MappingError, from_file
    from sheetcrm.adopt.propose import propose

    if wanted.mapping is None:
        return propose(tables, _today())
    try:
        return from_file(wanted.mapping, tables)
    except MappingError as error:
        raise UsageError(str(error)) from None


def _only_proposed(wanted: Wanted, mapping: Adoption) -> None:
    """Nothing was asked to be made: the proposal, and how to go on."""
    if wanted.json:
        print(json.dumps({**_proposal(mapping), "made": None}, ensure_ascii=False))
    _save(wanted, mapping)
    if not wanted.json:
        print(f"Nothing was made. Next:  sheetcrm adopt {wanted.old} NEW.xlsx")


def _save(wanted: Wanted, mapping: Adoption) -> None:
    from sheetcrm.adopt.mapping import as_text, without_doubt

    if wanted.save_mapping is not None:
        wanted.save_mapping.write_text(as_text(without_doubt(mapping), wanted.old.name), encoding="utf-8")
        if not wanted.json:
            saved = wanted.save_mapping
            print(f"Made {saved}: edit it, then  sheetcrm adopt {wanted.old} NEW.xlsx --map {saved}")


def _make(wanted: Wanted, mapping: Adoption) -> None:
    """The new workbook or the filled Google Sheet, its settings, the list; then what was done."""
    from sheetcrm.adopt.fill import fill
    from sheetcrm.cli import proposal
    from sheetcrm.config import defaults
    from sheetcrm.words import words_of

    if not mapping.taken:
        raise UsageError("No table was taken, so there is nothing to make. Say what they are:  --save-map FILE")
    language = wanted.language or mapping.language
    filled = fill(mapping, words_of(language), defaults().base_currency)
    if wanted.google is not None:
        _to_google(wanted, filled, language, mapping.day_first)
    elif wanted.new is not None and wanted.settings is not None:
        _to_excel(wanted.new, wanted.settings, filled, language, mapping.day_first)
    _list(wanted.list, filled)
    _save(wanted, mapping)
    if wanted.json:
        print(json.dumps({**_proposal(mapping), "made": _made(wanted, filled, language)}, ensure_ascii=False))
        return
    for line in proposal.told(filled, wanted.list, words_of(language)):
        print(line)
    if wanted.google is None and wanted.settings is not None:
        option = "" if wanted.settings.parent == Path() else f" --config {wanted.settings}"
        print(f"Made {wanted.new} and {wanted.settings}; {wanted.old} was not changed.")
        print(f"Put your mail domain into mail.allowed in {wanted.settings}, then:")
        print(f"Next:  sheetcrm check{option}   then   sheetcrm plan{option}")


def _reading(mapping: Adoption) -> str:
    """The settings besides aliases under which their cells mean what they mean there."""
    from sheetcrm.adopt.fill import fill
    from sheetcrm.config import defaults
    from sheetcrm.words import words_of

    filled = fill(mapping, words_of(mapping.language), defaults().base_currency)
    return f"language: {mapping.language}\n" + _further(filled, mapping.day_first)


def _to_excel(new: Path, settings: Path, filled: Filled, language: str, day_first: bool) -> None:
    from sheetcrm.cli.setup import settings_text
    from sheetcrm.sync.excel.template import make_template

    new.parent.mkdir(parents=True, exist_ok=True)
    make_template(new, language, filled.rows, _today())
    settings.write_text(settings_text(new.name, language, False) + _further(filled, day_first), encoding="utf-8")


def _further(filled: Filled, day_first: bool) -> str:
    """Settings that the old workbook tells: its currency, and the order of day and month."""
    from sheetcrm.config import defaults

    lines = "" if filled.base == defaults().base_currency else f"base_currency: {filled.base}\n"
    return lines + ("" if day_first else "reading:\n  day_first: false\n")


def _to_google(wanted: Wanted, filled: Filled, language: str, day_first: bool) -> None:
    from sheetcrm.cli import google_setup

    settings = wanted.config or google_setup.SETTINGS
    kept, further = settings.exists(), _further(filled, day_first)

    google_setup.init(
        wanted.google or "",
        language,
        credentials=wanted.credentials,
        config=wanted.config,
        sample=False,
        seed=1,
        as_of=None,
        rows=filled.rows,
        say=_unsaid if wanted.json else print,
    )
    if further and not kept:
        with settings.open("a", encoding="utf-8") as file:
            file.write(further)
    elif further and not wanted.json:
        print(f"See that {settings} says:\n{further}", end="")


def _unsaid(_line: str) -> None:
    """With ``--json`` nothing else is printed."""


def _list(path: Path, filled: Filled) -> None:
    from sheetcrm.adopt.findings import as_csv

    if filled.findings:
        # Excel takes a csv for the machine's old code page unless it begins with this mark.
        path.write_text("\ufeff" + as_csv(filled.findings), encoding="utf-8")


def _proposal(mapping: Adoption) -> dict[str, Any]:
    from sheetcrm.address import letters

    return {
        "language": mapping.language,
        "day_first": mapping.day_first,
        "tables": [
            {
                "tab": part.old.sheet.title,
                "header_row": part.old.header_row,
                "rows": len(part.old.rows),
                "becomes": part.tab or None,
                "sure": part.sure,
                "columns": [
                    {
                        "column": letters(choice.col),
                        "header": choice.header,
                        "is": choice.target,
                        "sure": choice.sure,
                        "samples": list(choice.samples),
                    }
                    for choice in part.columns
                ],
            }
            for part in mapping.parts
        ],
    }


def _made(wanted: Wanted, filled: Filled, language: str) -> dict[str, Any]:
    from collections import Counter

    return {
        "workbook": str(wanted.new) if wanted.new is not None else wanted.google,
        "language": language,
        "base_currency": filled.base,
        "rows": {tab: len(rows) for tab, rows in filled.rows.items()},
        "findings": dict(Counter(finding.kind for finding in filled.findings)),
        "lacking": {f"{tab}.{column}": count for (tab, column), count in filled.lacking().items()},
        "list": str(wanted.list) if filled.findings else None,
    }


def _aliases_told(mapping: Adoption) -> str:
    """What the aliases are for, and which tables can't be used in place."""
    from sheetcrm.adopt.mapping import in_place, lacking, without_doubt

    lines = ["Put this into config.yaml beside your workbook, and sheetcrm reads your own tabs where they stand."]
    agreed = without_doubt(mapping)
    usable = in_place(agreed)
    for part in agreed.taken:
        title, needed = part.old.sheet.title, lacking(part)
        if part not in usable:
            row = part.old.header_row
            lines.append(f"! {title}, header in row {row}: a second table of {part.tab} or of this tab stays unread.")
        elif needed:
            lines.append(f"! {title} also needs the columns {', '.join(needed)}, filled in every row.")
    return "\n".join(lines)


def _today() -> date:
    return datetime.now().astimezone().date()
