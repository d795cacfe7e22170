"""Look at a workbook before any other reader does: refuse what is dangerous, say where its cells are."""

from sheetcrm.sync.excel.facts import BookScan, SheetScan, TableScan
from sheetcrm.sync.excel.limits import Limits
from sheetcrm.sync.excel.refused import Refused

__all__ = ["BookScan", "Limits", "Refused", "SheetScan", "TableScan"]
