"""The read alone: the native reader on the four big tabs, as text. `python -m benchmarks.read_alone IN.xlsx TITLE …`"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import fastexcel


def main(path: str, titles: list[str]) -> None:
    """Two readers at work, the largest tab by one and all others by the other, as the product reads."""

    def load(chosen: list[str]) -> int:
        reader = fastexcel.read_excel(path)
        return sum(
            reader.load_sheet(title, header_row=None, skip_rows=0, dtypes="string", eager=True).num_rows
            for title in chosen
        )

    with ThreadPoolExecutor(2) as pool:
        print(sum(pool.map(load, (titles[:1], titles[1:]))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
