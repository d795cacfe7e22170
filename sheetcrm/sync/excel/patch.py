"""Patch cells inside a workbook and leave every other byte as it was."""

from dataclasses import dataclass, field

from sheetcrm.sync.excel.edits import Cell, ColumnEdit, Formula, ReplaceBelow, SheetEdit
from sheetcrm.sync.excel.refused import Refused

__all__ = ["Cell", "ColumnEdit", "Formula", "PatchReport", "PatchResult", "Refused", "ReplaceBelow", "SheetEdit"]


@dataclass(frozen=True)
class PatchReport:
    """What a patch did.

    parts: every part that differs, with the reason in words. written: title → cells whose value changed.
    unchanged: title → cells that held the asked value already. appended: title → the rows of the appended rows.
    """

    parts: dict[str, str] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    appended: dict[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """All cells written."""
        return sum(self.written.values())


@dataclass(frozen=True)
class PatchResult:
    """The patched workbook. `data` is the very same bytes as the source's when nothing had to change."""

    data: bytes
    report: PatchReport

    @property
    def changed(self) -> bool:
        """Whether any byte differs."""
        return bool(self.report.parts)
