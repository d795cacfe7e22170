"""How large a workbook may be before reading it would endanger the machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds that the guard checks before any other reader sees the file. Sizes are in bytes.

    The defaults let 10 million cells pass and stop what makes a native reader abort the process: a zip bomb, or one
    stray cell in the last row that makes a table of 17 billion cells.
    """

    file_size: int = 512 * 1024**2
    entries: int = 20_000
    part_size: int = 1024**3
    total_size: int = 3 * 1024**3
    ratio: int = 200  # inflated ÷ compressed; Excel's own sheets stay under 60
    ratio_from: int = 32 * 1024**2  # smaller parts may have any ratio: they can't hurt
    box_cells: int = 40_000_000  # rows × columns of the rectangle around a tab's values
