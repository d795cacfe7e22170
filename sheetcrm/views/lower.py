"""The dashboard below the first screen: sections that a manager finds by their heading, each answering one question.

Rows are fixed for ever (see ``views.layout``); a section fits a printed page or shares one.
"""

from __future__ import annotations

from sheetcrm.address import parse_cell
from sheetcrm.views.grid import CARD_PX
from sheetcrm.views.lower_business import ACTIVITY, DATA, PORTFOLIO, SALES
from sheetcrm.views.lower_clients import ATTENTION, RETENTION, SERVICE

_HEADING_PX, _BELOW_HEADING_PX, _NUMBER_PX, _GAP_PX = 30, 8, 38, 16
_FINDING_PX = 34
"""Two lines of text."""
_GAPS = (59, 75, 89, 103, 112, 129, 138, 153, 162, 177, 186, 200, 214, 225, 234, 249)

SECTIONS = (ATTENTION, RETENTION, SERVICE, SALES, PORTFOLIO, ACTIVITY, DATA)
PAGE_BREAKS = (89, 129, 177, 225)
"""Rows after which a printed page ends."""


def row_heights() -> dict[int, int]:
    """Pixels of the rows that are not as high as others: headings, big numbers, gaps, findings above charts."""
    found = dict.fromkeys(_GAPS, _GAP_PX)
    for each in SECTIONS:
        heading = parse_cell(each.heading)[0]
        found |= {heading: _HEADING_PX, heading + 1: _BELOW_HEADING_PX}
        found |= {parse_cell(place.value)[0]: _NUMBER_PX for place in each.cards}
        found |= {parse_cell(place.finding)[0]: _FINDING_PX for place in each.charts if place.width == CARD_PX}
        found |= {row: place.row_px for place in each.tables if place.row_px for row in place.rows}
    return found
