"""docs/extending.md applied to a copy of the package: each block goes where the line above it says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT, text

PAGE = "docs/extending.md"
_STEP = re.compile(
    r"^(?P<new>New file )?`(?P<path>[^`]+)`(?:, (?:after `(?P<after>[^`]+)` )?(?P<how>below|above|instead of) the line"
    r" with `(?P<anchor>[^`]+)`|, (?P<end>at the end))?:\n\n```\w+\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_COPY = re.compile(r"^cp (\S+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A block and where it goes. ``how``: new, below, above, instead of, at the end, or copy (``code`` names what)."""

    path: str
    how: str
    code: str
    anchor: str = ""
    after: str = ""


def sections() -> list[str]:
    """The headings of what is worked through."""
    return [heading for heading, _ in _bodies()]


def steps(section: str) -> Iterator[Step]:
    """What a section changes, in its order: copies first, as the section has them."""
    body = dict(_bodies())[section]
    for source, target in _COPY.findall(body):
        yield Step(target, "copy", source)
    for found in _STEP.finditer(body):
        how = "new" if found["new"] else found["how"] or found["end"]
        yield Step(found["path"], how, found["code"], found["anchor"] or "", found["after"] or "")


def _bodies() -> list[tuple[str, str]]:
    """Heading and text of each section; a heading inside a block is none."""
    page = text(PAGE)
    outside = _FENCE.sub(lambda block: re.sub("[^\n]", " ", block[0]), page)
    heads = list(_HEADING.finditer(outside))
    ends = [head.start() for head in heads[1:]] + [len(page)]
    return [(head[1], page[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def copied(folder: Path) -> Path:
    """The package, its templates, settings and tests, without what is built."""
    for name in ("sheetcrm", "templates", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "*.xlsx", ".hypothesis")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("config.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def apply(step: Step, folder: Path) -> None:
    """Carry out one step. LookupError where its place is not found, or is not the only one."""
    path = folder / step.path
    if step.how == "copy":
        shutil.copy(folder / step.code, path)
        return
    if step.how == "new":
        if path.exists():
            raise LookupError(f"{step.path} is there already")
        path.write_text(step.code, encoding="utf-8")
        return
    before = path.read_text(encoding="utf-8")
    if step.how == "at the end":
        path.write_text(before + step.code, encoding="utf-8")
        return
    lines = before.splitlines(keepends=True)
    at = _place(lines, step)
    lines[at + (step.how == "below") : at + (step.how != "above")] = step.code.splitlines(keepends=True)
    path.write_text("".join(lines), encoding="utf-8")


def _place(lines: list[str], step: Step) -> int:
    start = 0
    if step.after:
        start = next((at for at, line in enumerate(lines) if step.after in line), len(lines))
    found = [at for at, line in enumerate(lines[start:], start=start) if step.anchor in line]
    if not found or (len(found) > 1 and not step.after):
        raise LookupError(f"{step.path}: {len(found)} lines with {step.anchor!r}")
    return found[0]
