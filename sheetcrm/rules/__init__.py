"""The rules: every computed column is a function of its inputs. Pure; no files, no clock, no backend.

``first()`` are the rules that need only the snapshot and the memory, ``afterwards()`` those that need the plan's
decisions. A new rule is found by itself: any function of this folder that ``@column`` tags.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sheetcrm.columns import Rule, collect

_DECIDED = ("decided", "decided_accounts")


@cache
def first() -> tuple[Rule, ...]:
    """The rules in the order in which they can be computed."""
    rooms = [room.name for room in iter_modules(__path__) if room.name not in _DECIDED]
    return tuple(collect(import_module(f"{__name__}.{room}") for room in rooms))


@cache
def afterwards() -> tuple[Rule, ...]:
    """The rules that follow from what the plan decided, in order."""
    return tuple(collect([import_module(f"{__name__}.{room}") for room in _DECIDED], known=first()))
