"""The checklists of ``templates/playbooks/<language>.md``: text that people may edit, read as plain lines."""

from __future__ import annotations

from functools import cache

from sheetcrm.resources import resource


@cache
def playbook(language: str) -> dict[str, tuple[str, ...]]:
    """The steps of each section by its key; a section is ``## key · title``, a step a line ``- text``."""
    sections: dict[str, list[str]] = {}
    steps: list[str] | None = None
    for line in resource(f"templates/playbooks/{language}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            steps = sections.setdefault(line[3:].split("·")[0].strip(), [])
        elif line.startswith("- ") and steps is not None:
            steps.append(line[2:].strip())
    return {key: tuple(lines) for key, lines in sections.items()}
