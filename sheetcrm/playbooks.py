"""The checklists of ``templates/playbooks/<language>.md``, overlaid by people's own: text, read as plain lines.

A section is ``## key · title``, a step is a line ``- text``; ``<!-- … -->`` is a remark. Own playbooks are files of the
same form and the same names (``es.md``, ``en.md``, ``ru.md``) in the folder that the setting ``playbooks`` names: a
section that stands there replaces the packaged one, all others stay. Nothing in a step is ever filled in or evaluated.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sheetcrm.languages import LANGUAGES
from sheetcrm.resources import resource

_REMARK = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"## *(?P<key>[^\s·:]+)\s*[·:]?\s*(?P<title>.*)")


@dataclass(frozen=True)
class Section:
    """One checklist: what people see above it, and its steps."""

    title: str
    steps: tuple[str, ...]


class Playbook(Mapping[str, tuple[str, ...]]):
    """The checklists of one language: the steps of each section by its key."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._sections = dict(sections)

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return self._sections[key].steps

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)

    def title(self, key: str) -> str:
        """A section's title. KeyError: no such section."""
        return self._sections[key].title

    def overlaid(self, own: Mapping[str, Section]) -> Playbook:
        """This playbook with the sections of ``own`` in place of its own; a blank title keeps the packaged one."""
        if not own:
            return self
        named = {key: Section(section.title or self.title(key), section.steps) for key, section in own.items()}
        return Playbook({**self._sections, **named})


@cache
def playbook(language: str) -> Playbook:
    """The packaged playbook of a language. ``Config.playbook`` has people's own sections in it too."""
    sections, mistakes = parse(resource(f"templates/playbooks/{language}.md").read_text(encoding="utf-8"))
    if mistakes:
        raise ValueError(f"templates/playbooks/{language}.md: {mistakes[0]}")
    return Playbook(sections)


def own_playbooks(folder: Path) -> tuple[dict[str, dict[str, Section]], list[str]]:
    """People's own sections by language, and every mistake in their files: one sentence each, with file and line."""
    if not folder.is_dir():
        return {}, [f"playbooks: there is no folder {folder}."]
    found: dict[str, dict[str, Section]] = {}
    mistakes: list[str] = []
    names = {f"{language}.md": language for language in LANGUAGES}
    for path in sorted(folder.glob("*.md")):
        if path.name not in names:
            mistakes.append(f"{path}: this name is not read; call it {', '.join(names)}.")
            continue
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            mistakes.append(f"{path}: save it as UTF-8 text.")
            continue
        language = names[path.name]
        found[language], wrong = parse(text, playbook(language))
        mistakes += [f"{path}, {sentence}" for sentence in wrong]
    if not found and not mistakes:
        mistakes.append(f"playbooks: the folder {folder} has no {', '.join(names)}.")
    return found, mistakes


def parse(text: str, known: Playbook | None = None) -> tuple[dict[str, Section], list[str]]:
    """The sections of a playbook's text and what is wrong with it; ``known`` has the keys that it may use."""
    titles: dict[str, str] = {}
    steps: dict[str, list[str]] = {}
    mistakes: list[str] = []
    key = ""
    for number, line in enumerate(_without_remarks(text).splitlines(), start=1):
        heading = _HEADING.fullmatch(line.rstrip())
        if heading:
            key = heading["key"]
            if key in titles:
                mistakes.append(f"line {number}: {key} stands here a second time; keep one of the two.")
            elif known is not None and key not in known:
                mistakes.append(f"line {number}: {key} is no section.{_near(key, known)}")
            titles[key] = heading["title"].strip()
            steps[key] = []
        elif line.startswith("- ") and key and line[2:].strip():
            steps[key].append(line[2:].strip())
        elif line.strip():
            mistakes.append(f"line {number}: {_what_is_wrong(line, key)}")
    return {key: Section(title, tuple(steps[key])) for key, title in titles.items()}, mistakes


def _without_remarks(text: str) -> str:
    """The text with its remarks blanked, line for line."""
    return _REMARK.sub(lambda remark: "\n" * remark[0].count("\n"), text)


def _near(key: str, known: Playbook) -> str:
    near = difflib.get_close_matches(key, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else " The packaged playbook has all keys."


def _what_is_wrong(line: str, key: str) -> str:
    if line.startswith("#"):
        return 'a section starts with two signs and its key: "## key · title".'
    if not key:
        return 'before the first step there must be a section: "## key · title".'
    return f'"{line.strip()[:40]}" is neither a section ("## key · title") nor a step ("- text").'
