"""A small workbook as the start page makes it, made once, and a folder that a page's story begins in."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, call
from tests.docs.typed import allow, typed


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``crm.xlsx`` and ``config.yaml``, filled in. Nobody changes it."""
    folder = tmp_path_factory.mktemp("documented")
    answer = call("init", "--excel", str(folder / "crm.xlsx"), "--lang", "en")
    assert answer.code == 0, answer.err
    typed(folder / "crm.xlsx", date.fromisoformat(DAY))
    allow(folder / "config.yaml", "example.com")
    return folder


@pytest.fixture
def folder(begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the working folder."""
    for name in ("crm.xlsx", "config.yaml"):
        shutil.copy(begun / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
