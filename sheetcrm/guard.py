"""The guard: refuses a plan that would blank much of what exists, or a tab that suddenly shrank (architecture 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheetcrm.config import Guard
from sheetcrm.model import Block, Snapshot
from sheetcrm.needs import needs
from sheetcrm.schema import TABS

ENDS_WITH_WORK = frozenset(
    {
        *("phase", "renewal_risk", "alert_stage", "next_action", "next_action_on", "next_renewal_date"),  # contracts
        *("lost_on", "next_deadline", "signals", "health_trend"),  # accounts
        *("due_at", "escalation"),  # tickets
        "problems",
    }
)
"""Columns that go blank because people did their work (decided, resolved, mended) or because the ledger is new."""


def refusals(blocks: Sequence[Block], snapshot: Snapshot, sizes: Mapping[str, int], cfg: Guard) -> list[str]:
    """Why this plan should not be applied without a person's word, each with its arithmetic; empty when it may."""
    return [*_blanked(blocks, snapshot, cfg), *_lost_rows(snapshot, sizes, cfg)]


def _blanked(blocks: Sequence[Block], snapshot: Snapshot, cfg: Guard) -> list[str]:
    found = []
    for block in blocks:
        if block.column in ENDS_WITH_WORK:
            continue
        had = int(snapshot[block.tab].stored[block.column].notna().sum())
        blanked = int((block.before.notna() & block.after.isna()).sum())
        if blanked >= cfg.blanked_cells and blanked > cfg.blanked_share * had and not _given_up(block, snapshot):
            found.append(
                f"{block.tab}.{block.column}: {blanked} of {had} values would become blank "
                f"({blanked / had:.0%}; the limit is {cfg.blanked_share:.0%})"
            )
    return found


def _given_up(block: Block, snapshot: Snapshot) -> bool:
    """Whether only an optional tab that people gave up fed this column: nobody keeps what would stand there."""
    absent = [tab.key for tab in TABS.values() if tab.optional and not snapshot[tab.key].present]
    return any(f"{block.tab}.{block.column}" in needs().without_tab(tab).blank for tab in absent)


def _lost_rows(snapshot: Snapshot, sizes: Mapping[str, int], cfg: Guard) -> list[str]:
    found = []
    for tab, before in sizes.items():
        table = snapshot.tabs.get(tab)
        # The runner's own tabs are copies: they are filled again, whatever became of them.
        if table is None or TABS[tab].kind != "people" or (TABS[tab].optional and not table.present):
            continue
        now = len(table)
        lost = before - now
        if before and (now == 0 or (lost >= cfg.blanked_cells and lost > cfg.lost_rows_share * before)):
            found.append(
                f"{tab}: {before} rows at the last run, {now} now "
                f"({lost / before:.0%} gone; the limit is {cfg.lost_rows_share:.0%})"
            )
    return found
