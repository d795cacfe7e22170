"""Secrets: from the environment only, never from the settings."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import SecretStr

from sheetcrm.config.mistakes import ConfigError


def secret(name: str) -> SecretStr | None:
    """A secret by its name, such as ``mail_password``; None where none is set.

    From the environment (``SHEETCRM_MAIL_PASSWORD``), from the file that it names there (``…_FILE``), or from a systemd
    credential (``sheetcrm_mail_password``). Raises ConfigError where the named file can't be read.
    """
    variable = f"SHEETCRM_{name.upper()}"
    value = os.environ.get(variable)
    if value:
        return SecretStr(value)
    named = os.environ.get(f"{variable}_FILE")
    if named:
        try:
            return SecretStr(Path(named).read_text(encoding="utf-8").rstrip("\r\n"))
        except (OSError, UnicodeError) as error:
            raise ConfigError([f"{variable}_FILE names {named}, which can't be read ({error})."]) from None
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    placed = Path(credentials) / f"sheetcrm_{name}" if credentials else None
    if placed is not None and placed.is_file():
        return SecretStr(placed.read_text(encoding="utf-8").rstrip("\r\n"))
    return None
