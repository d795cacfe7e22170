"""The rules: every computed column is a function of its inputs. Pure; no files, no clock, no backend.

``first()`` are the rules that need only the snapshot and the memory, ``afterwards()`` those that need the plan's
decisions. A new room of rules is one name in ``_ROOMS``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sheetcrm.columns import Rule, collect

_ROOMS = (
    "engagement",
    "faults",
    "health",
    "health_past",
    "invoices",
    "money",
    "notices",
    "payments",
    "perception",
    "portfolio",
    "probability",
    "promises",
    "renewal",
    "signals",
    "sla",
    "spans",
    "succession",
    "support",
    "tasks",
    "worth",
)


@cache
def first() -> tuple[Rule, ...]:
    """The rules in the order in which they can be computed."""
    return tuple(collect(import_module(f"sheetcrm.rules.{room}") for room in _ROOMS))


@cache
def afterwards() -> tuple[Rule, ...]:
    """The rules that follow from what the plan decided, in order."""
    return tuple(collect([import_module("sheetcrm.rules.afterwards")], known=first()))
