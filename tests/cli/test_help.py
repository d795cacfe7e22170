"""Help and completion: every command has an example, and Bash finds the rest of a word."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer.main

from sheetcrm.cli import app
from tests.cli.conftest import call

GROUP = typer.main.get_command(app)
NAMES = [[name] for name in GROUP.commands]  # type: ignore[attr-defined]
NAMES += [["outbox", name] for name in GROUP.commands["outbox"].commands]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", NAMES, ids=" ".join)
def test_every_command_has_an_example_in_its_help(words: list[str]) -> None:
    answer = call(*words, "--help")
    assert answer.code == 0
    assert "Example:" in answer.out
    example = answer.out[answer.out.index("Example:") :]
    assert f"sheetcrm {' '.join(words)}" in " ".join(example.split())


def complete(typed: str, word: int) -> list[str]:
    """What Bash is offered for the word at the cursor."""
    asked = {"_SHEETCRM_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(word)}
    code = "import sys; sys.argv = ['sheetcrm']; from sheetcrm.cli import app; app(prog_name='sheetcrm')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True)
    return done.stdout.split()


def test_bash_completes_commands_options_and_choices() -> None:
    assert complete("sheetcrm ex", 1) == ["explain"]
    assert complete("sheetcrm outbox dr", 2) == ["drop"]
    assert complete("sheetcrm run --ta", 2) == ["--task"]
    assert complete("sheetcrm run --task we", 3) == ["weekly"]


def test_the_script_for_bash_is_shown() -> None:
    asked = {"_SHEETCRM_COMPLETE": "source_bash"}
    code = "import sys; sys.argv = ['sheetcrm']; from sheetcrm.cli import app; app(prog_name='sheetcrm')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True)
    assert "complete -o default -F" in done.stdout
    assert "sheetcrm" in done.stdout
