"""The script that anybody would write first: pandas reads, openpyxl loads, sets the cells and saves.

`python -m benchmarks.naive IN.xlsx CELLS OUT.xlsx` sets the very cells that the product wrote: CELLS is a folder with
one Arrow file per tab, named by its title, whose columns are headers and whose rows are sheet rows from 2 on. It
computes nothing: the time that its rules would take is left out, in its favour.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook


def main(source: Path, cells: Path, target: Path) -> None:
    wanted = {file.stem: pd.read_feather(file) for file in sorted(cells.glob("*.arrow"))}
    pd.read_excel(source, sheet_name=list(wanted), engine="openpyxl")
    book = load_workbook(source)
    for title, frame in wanted.items():
        sheet = book[title]
        places = {cell.value: cell.column for cell in sheet[1]}
        for header in frame.columns:
            place = places[header]
            for row, value in enumerate(frame[header].tolist(), 2):
                if value is not None and value == value:
                    sheet.cell(row, place).value = value
    book.save(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
