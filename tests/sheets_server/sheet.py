"""One tab: its cells, its properties and everything laid over its grid."""

import copy
from typing import Any

from .errors import invalid
from .grid import Grid
from .ranges import Area

Json = dict[str, Any]

ROW_PIXELS, COLUMN_PIXELS = 21, 100
LISTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "charts",
    "bandedRanges",
    "rowGroups",
    "columnGroups",
)
PART_IDS = {
    "filterViews": "filterViewId",
    "protectedRanges": "protectedRangeId",
    "charts": "chartId",
    "bandedRanges": "bandedRangeId",
}
"""The lists whose items have an id, and its name."""


class Sheet:
    """A tab of a spreadsheet.

    ``parts`` holds, by their names in the API, the lists laid over the grid and ``basicFilter``; ranges in it always
    name their ``sheetId``. ``dimensions`` holds size and visibility of the rows and columns that differ.
    """

    def __init__(self, sheet_id: int, title: str, rows: int = 1000, columns: int = 26) -> None:
        self.id = sheet_id
        self.properties: Json = {
            "sheetId": sheet_id,
            "title": title,
            "sheetType": "GRID",
            "gridProperties": {"rowCount": rows, "columnCount": columns},
        }
        self.grid = Grid()
        self.parts: dict[str, Any] = {name: [] for name in LISTS}
        self.parts["basicFilter"] = None
        self.dimensions: dict[str, dict[int, Json]] = {"ROWS": {}, "COLUMNS": {}}

    @property
    def title(self) -> str:
        return str(self.properties["title"])

    @property
    def rows(self) -> int:
        return int(self.properties["gridProperties"]["rowCount"])

    @property
    def columns(self) -> int:
        return int(self.properties["gridProperties"]["columnCount"])

    @property
    def hidden(self) -> bool:
        return bool(self.properties.get("hidden"))

    def resize(self, rows: int, columns: int) -> None:
        """Sets the grid's size; cells beyond it go."""
        if rows < 1 or columns < 1:
            raise invalid("A sheet must have at least one row and one column.")
        self.properties["gridProperties"] = {
            **self.properties["gridProperties"],
            "rowCount": rows,
            "columnCount": columns,
        }
        del self.grid.rows[rows:]
        for r, row in enumerate(self.grid.rows):
            if row is not None and (len(row.values) > columns or any(c >= columns for c in row.extras)):
                written = self.grid.to_write(r)
                del written.values[columns:]
                written.extras = {c: extra for c, extra in written.extras.items() if c < columns}

    def bounded(self, area: Area) -> Area:
        """``area`` within this grid."""
        return area.bounded(self.rows, self.columns)

    def copy(self) -> "Sheet":
        """A second tab with the same content; cells are shared until written."""
        twin = Sheet(self.id, "")
        twin.properties = copy.deepcopy(self.properties)
        twin.grid = self.grid.copy()
        twin.parts = copy.deepcopy(self.parts)
        twin.dimensions = {name: dict(items) for name, items in self.dimensions.items()}
        return twin
