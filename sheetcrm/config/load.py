"""From files to settings: the packaged defaults, overlaid by people's files, checked all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sheetcrm.config.mistakes import ConfigError, in_words, located, unknown
from sheetcrm.config.settings import Config
from sheetcrm.playbooks import Section, own_playbooks
from sheetcrm.resources import resource


def load(path: Path | None = None, over: Path | None = None) -> Config:
    """The defaults overlaid by the file at ``path``, and all of it by the file at ``over``. Raises ConfigError."""
    base = _defaults()
    files = [file for file in (path, over) if file is not None]
    overlays = [_read(file.read_text(encoding="utf-8"), str(file)) for file in files]
    mistakes = [
        located([file], sentence, where)
        for file, overlay in zip(files, overlays, strict=True)
        for sentence, where in unknown(overlay, base, "")
    ]
    if mistakes:
        raise ConfigError(mistakes)
    own, wrong = _own_checklists(files, overlays)
    try:
        cfg = Config.model_validate(reduce(_overlaid, overlays, base))
    except ValidationError as error:
        raise ConfigError([*(located(files, *in_words(detail)) for detail in error.errors()), *wrong]) from None
    if wrong:
        raise ConfigError(wrong)
    cfg._own_checklists = own
    return cfg


def _own_checklists(
    files: Sequence[Path], overlays: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Mapping[str, Section]], list[str]]:
    """People's own checklists from the folder that the last file names which names one, and what is wrong with them."""
    for file, overlay in zip(reversed(files), reversed(overlays), strict=True):
        folder = overlay.get("playbooks")
        if folder and isinstance(folder, str):
            return own_playbooks(file.parent / folder)
    return {}, []


def defaults() -> Config:
    """The packaged defaults."""
    return load(None)


@cache
def _defaults() -> Mapping[str, Any]:
    """The packaged file, parsed once: the parser takes a twentieth of a second for it. Nobody changes it."""
    return _read(resource("config.yaml").read_text(encoding="utf-8"), "config.yaml")


def _read(text: str, name: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        data = YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError([f"{name}, line {line}: this is not YAML ({error.problem}). Mind the indentation."]) from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError([f"{name}: needs lines of the form `key: value`"])
    return data


def _overlaid(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _overlaid(merged[key], value)
        elif value is not None:
            merged[key] = value
    return merged
