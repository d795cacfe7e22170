"""Settings of tests."""

from __future__ import annotations

from sheetcrm.config import Config, load


def without_matters(cfg: Config) -> Config:
    """The settings with no task and no alert of any matter: for tests of the renewal stages alone."""
    silent = {
        name: each.model_copy(update={"task": "none", "alert": "none"}) for name, each in cfg.alerts.matters.items()
    }
    return cfg.model_copy(update={"alerts": cfg.alerts.model_copy(update={"matters": silent})})


def only(*names: str) -> Config:
    """The packaged settings with these matters alone."""
    cfg = load()
    silent = without_matters(cfg).alerts.matters
    kept = {name: cfg.alerts.matters[name] if name in names else silent[name] for name in cfg.alerts.matters}
    return cfg.model_copy(update={"alerts": cfg.alerts.model_copy(update={"matters": kept})})
