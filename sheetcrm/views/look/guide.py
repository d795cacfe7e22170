"""What the guide tab says, by the keys of its words: first steps, who does what, and samples of the colours."""

from __future__ import annotations

STEPS = ("1", "2", "3", "4", "5")
ROLES = ("owner", "manager", "robot")
HEADS = ("people", "required", "robot")
"""Samples of headers: who fills the column."""
GROUNDS = ("good", "warn", "bad", "muted")
"""Samples of cells: what their ground says."""
