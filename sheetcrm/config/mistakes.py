"""Mistakes in the settings, in words and with their line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


class ConfigError(ValueError):
    """Mistakes in the settings, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


# Sections whose keys people choose: anything may stand there.
_OPEN = {"rates", "aliases.tabs", "aliases.columns", "contact.cadence_days"}


def unknown(overlay: Mapping[str, Any], base: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """Keys that are no setting, and values where settings should stand: a sentence and the dotted key of each."""
    for key, value in overlay.items():
        path = f"{prefix}{key}"
        if key not in base:
            near = difflib.get_close_matches(str(key), [str(known) for known in base], n=1)
            hint = f" Did you mean {prefix}{near[0]}?" if near else ""
            yield f"{path} is no setting.{hint}", path
        elif isinstance(base[key], dict) and path not in _OPEN:
            if isinstance(value, dict):
                yield from unknown(value, base[key], f"{path}.")
            elif value is not None:
                yield f"{path} needs settings of its own below it, not {value!r}.", path


def in_words(detail: Any) -> tuple[str, str]:
    """A mistake that pydantic found as a sentence, and its dotted key."""
    where = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    said = detail.get("input")
    return f"{where}: {message}" + ("." if isinstance(said, dict | list | tuple) else f" (it says {said!r})."), where


def located(files: Sequence[Path], sentence: str, where: str) -> str:
    """The sentence with the line of its key: in the file that names it most closely, the last such one."""
    places = [(*_line_of(file.read_text(encoding="utf-8"), where), file.name) for file in files]
    _, line, name = max(reversed(places), key=lambda place: place[0])
    return f"{name}, line {line}: {sentence}" if line else f"{name}: {sentence}"


def _line_of(text: str, where: str) -> tuple[int, int]:
    """How many parts of a dotted key the YAML text names, and the line of the last of them; 0 and 0 for none."""
    from ruamel.yaml import YAML

    node = YAML(typ="rt", pure=True).compose(text)
    depth = line = 0
    for part in where.split("."):
        pairs = getattr(node, "value", None)
        if not isinstance(pairs, list) or not pairs or not isinstance(pairs[0], tuple):
            break
        found = next(((key, value) for key, value in pairs if key.value == part), None)
        if found is None:
            break
        depth, line, node = depth + 1, found[0].start_mark.line + 1, found[1]
    return depth, line
