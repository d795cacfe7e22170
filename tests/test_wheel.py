"""The wheel: it holds everything that the product reads, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parent.parent
READ = ("templates/**/*", "sheetcrm/**/*.py", "sheetcrm/**/*.yaml", "config.yaml")
"""What the product reads at run time, below the checkout."""


def run(
    *words: str | Path, folder: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """A command without anything of the checkout in its environment."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    command = [str(word) for word in words]
    return subprocess.run(
        command, cwd=folder, env={**usual, **(environment or {})}, capture_output=True, text=True, timeout=900
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built as people build it."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, folder=folder)
    if built.returncode and "No matching distribution" in built.stderr + built.stdout:
        pytest.skip("the build backend can't be fetched without a network")
    assert built.returncode == 0, built.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_all_that_is_read_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for pattern in READ
        for path in ROOT.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == {name if name.startswith("sheetcrm/") else f"sheetcrm/{name}" for name in wanted}


def test_the_wheel_does_the_job_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    """A clean environment, a folder of its own: version, init, plan, run, a second run, adopt."""
    home = tmp_path / "clean"
    assert run(sys.executable, "-m", "venv", home, folder=tmp_path).returncode == 0
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    installed = run(scripts / "python", "-m", "pip", "install", "-q", "-c", constraints, wheel, folder=tmp_path)
    assert installed.returncode == 0, installed.stderr
    work = tmp_path / "work"
    work.mkdir()

    def sheetcrm(*words: str) -> subprocess.CompletedProcess[str]:
        return run(scripts / "sheetcrm", *words, folder=work)

    found = run(
        scripts / "python", "-c", "import sheetcrm, sys; print(sheetcrm.__path__[0]); print(sys.path)", folder=work
    )
    assert str(home) in found.stdout
    assert str(ROOT) not in found.stdout
    for module in ("tests", "benchmarks", "docs"):
        assert run(scripts / "python", "-c", f"import {module}.conftest", folder=work).returncode != 0
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert sheetcrm("--version").stdout == f"sheetcrm {version}\n"
    assert sheetcrm("init", "--excel", "crm.xlsx", "--lang", "en", "--sample").returncode == 0
    assert sheetcrm("plan").returncode in (0, 3)
    first = sheetcrm("run")
    assert first.returncode in (0, 3), first.stderr
    assert list((work / "state" / "outbox").glob("*.eml"))
    before = (work / "crm.xlsx").read_bytes()
    assert sheetcrm("run").returncode in (0, 3)
    assert (work / "crm.xlsx").read_bytes() == before
    adopted = sheetcrm("adopt", "crm.xlsx", "new/crm.xlsx", "--yes")
    assert adopted.returncode == 0, adopted.stderr
