"""The transport for those who have no mail server configured: each letter is a file in the state folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from sheetcrm.letter import Letter, Receipt
from sheetcrm.mail.transport import Outcome


class FilesTransport:
    """Writes letters as ``<day>-<kind>-<address>-<hash>.eml``; the same letter is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, letter: Letter, recipients: Sequence[str], about_to_send: Callable[[], bool]) -> Outcome:
        """Write the file, whole or not at all. A full disk is no reason to lose the letter: it is tried again."""
        if not about_to_send():
            return Outcome("taken")
        try:
            write_whole(self._folder / file_name(letter), letter.data)
        except OSError as error:
            said = f"{self._folder}: {error.strerror or error}"
            return Outcome("retry", said, dict.fromkeys(recipients, Receipt("later", said)))
        return Outcome("sent", receipts=dict.fromkeys(recipients, Receipt("filed", "a file")))

    def close(self) -> None:
        """Nothing is open."""


def file_name(letter: Letter) -> str:
    """The letter's name, told by what it is and for whom, made unique by its key."""
    digest = hashlib.sha256(letter.key.encode()).hexdigest()[:12]
    return f"{letter.composed_on.isoformat()}-{_plain(letter.kind)}-{_plain(letter.to)}-{digest}.eml"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that its name never shows half of it, and it survives a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]", "_", text)[:60]
