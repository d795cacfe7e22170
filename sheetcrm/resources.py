"""Where the packaged files are: beside the code in a wheel, at the project's top in a checkout."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def resource(name: str) -> Traversable:
    """A packaged file or folder (``config.yaml``, ``templates/locale/es.po``)."""
    packaged = files("sheetcrm").joinpath(name)
    if packaged.is_file() or packaged.is_dir():
        return packaged
    return Path(__file__).parent.parent / name
