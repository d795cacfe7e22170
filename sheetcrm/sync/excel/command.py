"""`python -m sheetcrm.sync.excel.patch IN.xlsx OUT.xlsx EDITS.json`: patch any workbook by cell address."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sheetcrm.address import parse_cell
from sheetcrm.sync.excel.edits import Cell, ColumnEdit, SheetEdit
from sheetcrm.sync.excel.patch import patch_book
from sheetcrm.sync.excel.refused import Refused

_USAGE, _REFUSED = 2, 3
_EXAMPLE = '{"Sheet1": {"B2": 12.5, "C2": "text", "D2": null, "E2": {"date": "2026-11-21"}}}'


class UsageError(Exception):
    """The edits file can't be understood; the message says where."""


def main(argv: Sequence[str]) -> int:
    """Run the command. Exit codes: 0 done, 2 usage, 3 refused (one sentence on stderr, nothing written)."""
    parser = argparse.ArgumentParser(
        prog="python -m sheetcrm.sync.excel.patch",
        description="Set cells of a workbook and keep every other byte of it. The report is JSON on stdout.",
        epilog=f"EDITS.json is like {_EXAMPLE}",
    )
    parser.add_argument("source", metavar="IN.xlsx", type=Path)
    parser.add_argument("target", metavar="OUT.xlsx", type=Path)
    parser.add_argument("edits", metavar="EDITS.json", type=Path)
    options = parser.parse_args(argv)
    try:
        edits = edits_of(_load(options.edits))
        result = patch_book(options.source.read_bytes(), edits)
        _save(options.target, result.data)
    except UsageError as error:
        print(f"{options.edits}: {error}", file=sys.stderr)
        return _USAGE
    except OSError as error:
        print(f"{error.filename or options.target}: {error.strerror or error}", file=sys.stderr)
        return _USAGE
    except Refused as reason:
        print(reason, file=sys.stderr)
        return _REFUSED
    report = asdict(result.report) | {"cells": result.report.cells, "changed": result.changed}
    print(json.dumps(report, ensure_ascii=False, indent=2))
    return 0


def edits_of(document: Any) -> dict[str, SheetEdit]:
    """Tab → address → value, as edits. UsageError when the document has another shape, Refused for a bad address."""
    if not isinstance(document, dict) or not all(isinstance(cells, dict) for cells in document.values()):
        raise UsageError(f"expected tabs with cells, like {_EXAMPLE}")
    edits = {}
    for title, cells in document.items():
        columns: dict[int, dict[int, Cell]] = {}
        for name, given in cells.items():
            try:
                row, col = parse_cell(name)
            except ValueError:
                raise Refused(
                    f"“{name}” is no cell of the tab “{title}”: columns go from A to XFD, rows from 1 to 1048576."
                ) from None
            if row in columns.setdefault(col, {}):
                raise UsageError(f"{title}!{name} is given twice")
            columns[col][row] = _value(given, f"{title}!{name}")
        edits[title] = SheetEdit(
            columns={
                col: ColumnEdit(sorted(by_row), [by_row[row] for row in sorted(by_row)])
                for col, by_row in sorted(columns.items())
            }
        )
    return edits


def _value(given: Any, where: str) -> Cell:
    if given is None or isinstance(given, (bool, int, float, str)):
        return given
    if isinstance(given, dict) and list(given) == ["date"] and isinstance(given["date"], str):
        try:
            text = given["date"]
            return date.fromisoformat(text) if len(text) <= len("2026-11-21") else datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{where}: “{given['date']}” is no date; write it like 2026-11-21") from None
    raise UsageError(f'{where}: a value is a number, a text, true, false, null or {{"date": "2026-11-21"}}')


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_number)
    except ValueError as error:
        raise UsageError(f"this is not JSON ({error})") from None


def _no_number(name: str) -> None:
    raise UsageError(f"{name} is no value; use null for a blank")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = {key for key in keys if keys.count(key) > 1} if len(keys) != len(set(keys)) else set()
    if twice:
        raise UsageError(f"“{sorted(twice)[0]}” is given twice")
    return dict(pairs)


def _save(target: Path, data: bytes) -> None:
    """Whole or not at all: a temporary file in the same folder takes the target's place."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
