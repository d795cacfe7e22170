"""Settings of tests."""

from __future__ import annotations

from sheetcrm.config import Config


def without_matters(cfg: Config) -> Config:
    """The settings with no task and no alert of any matter: for tests of the renewal stages alone."""
    silent = {
        name: each.model_copy(update={"task": "none", "alert": "none"}) for name, each in cfg.alerts.matters.items()
    }
    return cfg.model_copy(update={"alerts": cfg.alerts.model_copy(update={"matters": silent})})
