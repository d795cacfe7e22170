"""The languages that people read. Each has its words in ``templates/locale`` and its checklists in
``templates/playbooks``; ``docs/extending.md`` adds one."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["es", "en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The first is the one where nothing says which."""
