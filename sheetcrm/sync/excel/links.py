"""Links from a row of the runner's tabs to the row it speaks of."""

import re

from sheetcrm.address import letters
from sheetcrm.sync.excel.edits import Formula

_ARROW = "→"
_WILDCARD = re.compile(r"([*?~])")
# What Excel may have stored as a number for this very text: no leading zero, no lost digits.
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")


def row_link(title: str, id_column: int, id: str) -> Formula:
    """A link to the row of the tab ``title`` whose 1-based ``id_column`` holds this id.

    The row is looked up when the link is drawn, so it stays right when people sort or insert there; an id that Excel
    keeps as a number is found too, and one that is gone leaves the cell blank. Works in Excel and LibreOffice.
    """
    sheet = "'" + title.replace("'", "''") + "'"
    column = letters(id_column)
    where = f"{sheet}!${column}:${column}"
    sought = _literal(_WILDCARD.sub(r"~\1", id))
    row = f"MATCH({sought},{where},0)"
    if _NUMBER.fullmatch(id):
        row = f"IFERROR({row},MATCH({id},{where},0))"
    address = f"{_literal(f'#{sheet}!{column}')}&{row}"
    return Formula(f'IFERROR(HYPERLINK({address},"{_ARROW}"),"")', _ARROW)


def _literal(text: str) -> str:
    """A text between a formula's quotes."""
    return '"' + text.replace('"', '""') + '"'
