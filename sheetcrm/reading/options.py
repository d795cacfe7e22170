"""What the configuration says about reading, with the packaged defaults where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sheetcrm.cells import Habits
from sheetcrm.words import normalise

if TYPE_CHECKING:
    from sheetcrm.config import Config


@dataclass(frozen=True)
class Options:
    """``tab_aliases``: normalised title → tab. ``column_aliases``: tab → normalised header → column."""

    language: str = ""
    base_currency: str = "EUR"
    day_first: bool = True
    oldest_year: int = 1930
    latest_year: int = 2200
    tab_aliases: Mapping[str, str] = field(default_factory=dict)
    column_aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, cfg: Config | None) -> Options:
        """The settings that reading needs."""
        if cfg is None:
            return cls()
        columns = {
            tab: {normalise(name): key for name, key in names.items()} for tab, names in cfg.aliases.columns.items()
        }
        return cls(
            language=cfg.language,
            base_currency=cfg.base_currency,
            day_first=cfg.reading.day_first,
            oldest_year=cfg.reading.oldest_year,
            latest_year=cfg.reading.latest_year,
            tab_aliases={normalise(title): tab for title, tab in cfg.aliases.tabs.items()},
            column_aliases=columns,
        )

    def habits(self, language: str, date1904: bool) -> Habits:
        """How cells of this workbook are to be understood."""
        return Habits(language, self.day_first, date1904, self.oldest_year, self.latest_year)
