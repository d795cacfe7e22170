"""What would take a run back: its changed cells before and after, as one blob for the ledger."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sheetcrm.model import Block


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
