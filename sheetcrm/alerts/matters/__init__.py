"""Matters: all that asks for action besides the renewal stages. A new one is a function here, an entry in
``config.yaml`` under ``alerts.matters``, and its title in the locale."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from sheetcrm.alerts.matters.matter import Cases, Matter

__all__ = ["Cases", "Matter", "matters"]


@cache
def matters() -> dict[str, Matter]:
    """Every matter by its name."""
    found: dict[str, Matter] = {}
    for room in iter_modules(__path__):
        module = import_module(f"{__name__}.{room.name}")
        for function in vars(module).values():
            mark = getattr(function, "__matter__", None)
            if mark is None or function.__module__ != module.__name__:
                continue
            if mark.name in found:
                raise ValueError(f"two matters of the name {mark.name}")
            found[mark.name] = mark
    return found
