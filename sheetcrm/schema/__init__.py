"""The dictionary: every tab and column of the workbook, people's and the runner's.

Keys are English; headers, notes and list words in each language live in ``templates/locale/*.po``.
"""

from sheetcrm.schema import accounts, contracts, filled, interactions, optional, tickets
from sheetcrm.schema.column import Column, Tab, Type

TABS: dict[str, Tab] = {
    tab.key: tab
    for tab in (
        contracts.TAB,
        accounts.TAB,
        interactions.TAB,
        tickets.TAB,
        optional.OPPORTUNITIES,
        optional.TASKS,
        optional.CONTACTS,
        optional.INVOICES,
        optional.TEAM,
        filled.DASHBOARD,
        filled.AGENDA,
        filled.ALERTS,
        filled.PROBLEMS,
        filled.SEGMENTS,
    )
}

PEOPLE_TABS: tuple[Tab, ...] = tuple(tab for tab in TABS.values() if tab.kind == "people")
RUNNER_TABS: tuple[Tab, ...] = tuple(tab for tab in TABS.values() if tab.kind == "runner")

__all__ = ["PEOPLE_TABS", "RUNNER_TABS", "TABS", "Column", "Tab", "Type"]
