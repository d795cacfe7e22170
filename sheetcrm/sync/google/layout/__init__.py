"""How a Google spreadsheet is laid out: the same tabs, headers, words, colours, rules and charts as the Excel template.

Both draw what ``views.look`` and ``views.layout`` declare.
"""

from sheetcrm.sync.google.layout.lay_out import LaidOut, lay_out

__all__ = ["LaidOut", "lay_out"]
