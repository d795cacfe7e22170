"""Taking a run back: its changed cells before and after as one blob for the ledger, and the cells to put back."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.diff import differ
from sheetcrm.evaluated import row_codes
from sheetcrm.model import Block, Snapshot
from sheetcrm.schema import TABS


def pack(blocks: Sequence[Block]) -> bytes:
    """The blocks as bytes; blank when nothing changes."""
    if not blocks:
        return b""
    import pyarrow as pa

    sink = io.BytesIO()
    heads = []
    for block in blocks:
        table = pa.table(
            {
                "row": pa.array(block.rows),
                "id": pa.array(list(block.ids), pa.string()),
                "before": pa.Array.from_pandas(block.before),
                "after": pa.Array.from_pandas(block.after),
            }
        )
        part = io.BytesIO()
        with pa.ipc.new_stream(part, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        heads.append({"tab": block.tab, "column": block.column, "size": part.tell()})
        sink.write(part.getvalue())
    head = json.dumps(heads).encode()
    return len(head).to_bytes(4, "big") + head + sink.getvalue()


def unpack(blob: bytes) -> list[Block]:
    """The blocks that ``pack`` took."""
    if not blob:
        return []
    import pyarrow as pa

    size = int.from_bytes(blob[:4], "big")
    at, found = 4 + size, []
    for head in json.loads(blob[4:at]):
        frame = pa.ipc.open_stream(blob[at : at + head["size"]]).read_all().to_pandas()
        at += head["size"]
        found.append(_block(head, frame))
    return found


def _block(head: dict[str, Any], frame: pd.DataFrame) -> Block:
    return Block(
        head["tab"], head["column"], frame["row"].to_numpy(), frame["id"].tolist(), frame["before"], frame["after"]
    )


@dataclass(frozen=True)
class Reversal:
    """What taking a run back would do. ``changed_since``: cells that hold something else by now; ``gone``: cells whose
    row or column is not there any more. Both stay as they are."""

    blocks: Sequence[Block]
    changed_since: int = 0
    gone: int = 0

    @property
    def cells(self) -> int:
        """How many cells would be put back."""
        return sum(len(block) for block in self.blocks)


def reverse(done: Sequence[Block], snapshot: Snapshot) -> Reversal:
    """The cells that a run wrote and nobody has changed since, back to what they held before it."""
    found, changed_since, gone = [], 0, 0
    for block in done:
        table = snapshot.tabs.get(block.tab)
        if table is None or block.column not in table.where:
            gone += len(block)
            continue
        at = row_codes(pd.Series(list(block.ids), dtype="str"), table.frame[TABS[block.tab].id])
        there = at >= 0
        now = table.stored[block.column].iloc[at[there]].reset_index(drop=True)
        column = TABS[block.tab].column(block.column)
        wrote = block.after[there].reset_index(drop=True)
        mine = ~differ(now, wrote, column) & ~table.blocked.get(block.column, np.zeros(len(table), bool))[at[there]]
        gone += int((~there).sum())
        changed_since += int((~mine).sum())
        rows = np.flatnonzero(there)[mine]
        if len(rows):
            found.append(
                Block(
                    tab=block.tab,
                    column=block.column,
                    rows=table.rows[at[rows]],
                    ids=[block.ids[row] for row in rows.tolist()],
                    before=now[mine].reset_index(drop=True),
                    after=block.before.iloc[rows].reset_index(drop=True),
                )
            )
    return Reversal(found, changed_since, gone)
