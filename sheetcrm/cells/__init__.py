"""What people type → typed columns (domain 2, architecture 3). Pure; knows types, not tabs."""

from sheetcrm.cells.bad import Bad, Habits
from sheetcrm.cells.cast import Cast, cast, clean

__all__ = ["Bad", "Cast", "Habits", "cast", "clean"]
