"""What people type → typed columns (domain 2, architecture 3). Pure; knows types, not tabs."""

from sheetcrm.cells.bad import Bad, Habits
from sheetcrm.cells.cast import Cast, bools, cast, clean, series

__all__ = ["Bad", "Cast", "Habits", "bools", "cast", "clean", "series"]
