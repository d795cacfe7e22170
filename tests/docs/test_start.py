"""docs/start-excel.md followed word for word: a fresh clone, a fresh home, each line of the page in one shell.

What people do with their hands (rows in Excel, two lines of settings) is done between the lines. Then the same once
more in Spanish with a mail server from the start: the first digest arrives.
"""

from __future__ import annotations

import email
import email.policy
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks

controller = pytest.importorskip("aiosmtpd.controller")
PAGE = "docs/start-excel.md"
HANDS = f"PYTHONPATH={ROOT} {sys.executable} -m tests.docs.typed"
ALLOWED = "sed -i 's/allowed: \\[\\].*/allowed: [example.com]/' config.yaml"
ANY_HOUR = "echo '  hours: any' >> config.yaml"
"""What step 6 advises in the evening and at weekends."""
LIMIT = 600
"""Seconds of the page's lines: ten minutes, of which a person needs some for rows of their own."""


class Letters:
    """Keeps what a mail server gets."""

    def __init__(self) -> None:
        self.bytes: list[bytes] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        self.bytes.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Letters, int]]:
    letters = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = controller.Controller(letters, hostname="127.0.0.1", port=port)
    server.start()
    yield letters, port
    server.stop()


def mail(port: int) -> str:
    """Step 7, with a server of this machine."""
    lines = f"enabled: true\n  host: 127.0.0.1\n  port: {port}\n  security: none\n  sender: CRM <crm@example.com>"
    return f"printf '  {lines}\\n' >> config.yaml".replace("\n", "\\n")


def page(port: int) -> list[str]:
    """The page's lines with the hands' work between them."""
    lines = [f"git clone -q {ROOT} sheetcrm"]
    for line in (line for block in blocks(PAGE, "sh") for line in block.lines):
        if line == "sheetcrm check":
            lines += [f"{HANDS} crm.xlsx", ALLOWED]
        if line == "sheetcrm run":
            lines.append(ANY_HOUR)
        if "--send-test" in line:
            lines.append(mail(port))
        lines.append(line)
    return [*lines, "sheetcrm run"]


def spanish(port: int) -> list[str]:
    """A workbook in Spanish that has a mail server from the start."""
    init = "sheetcrm init --excel crm.xlsx --lang es"
    return ["mkdir ~/spanish", "cd ~/spanish", init, f"{HANDS} crm.xlsx", ALLOWED, ANY_HOUR, mail(port)] + (
        ["sheetcrm run"] * 2
    )


def follow(lines: Sequence[str], home: Path) -> tuple[str, list[tuple[float, str]]]:
    """Run the lines in one shell that knows nothing of this one; what was said, and the seconds of each line.

    3 is done as well, with cells to mend.
    """
    steps = "\n".join(
        f"printf '@@ %s %s\\n' $(date +%s.%N) {number}\n{line} || [ $? = 3 ] || exit 1"
        for number, line in enumerate(lines)
    )
    clean = {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}
    kept = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_"))}
    done = subprocess.run(
        ["bash", "-c", f"{steps}\nprintf '@@ %s %s\\n' $(date +%s.%N) end"],
        cwd=home,
        env={**kept, **clean},
        capture_output=True,
        text=True,
        timeout=1800,
    )
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("packages can't be fetched without a network")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    marks = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("@@ ")]
    times = [float(mark[0]) for mark in marks]
    return done.stdout, [(end - begin, line) for (begin, end), line in zip(pairwise(times), lines, strict=True)]


@pytest.mark.proof
@pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="follows the page on Linux and macOS")
def test_the_start_page_word_for_word(tmp_path: Path, post: tuple[Letters, int]) -> None:
    letters, port = post
    lines = page(port)
    said, seconds = follow([*lines, *spanish(port)], tmp_path)
    for took, line in seconds:
        print(f"{took:7.1f} s  {line[:100]}")
    total = sum(took for took, _ in seconds[: len(lines)])
    print(f"{total:7.1f} s  the page altogether\n")
    print("".join(line for line in said.splitlines(keepends=True) if not line.startswith("@@ ")))
    assert total < LIMIT
    files = [email.message_from_bytes(path.read_bytes()) for path in (tmp_path / "crm/state/outbox").glob("*.eml")]
    assert {"ana@example.com", "luis@example.com"} == {letter["To"] for letter in files}
    assert said.count("Nothing to do") == 2
    arrived = [email.message_from_bytes(data, policy=email.policy.default) for data in letters.bytes]
    assert "sheetcrm: a test mail" in {letter["Subject"] for letter in arrived}
    (digest,) = [letter for letter in arrived if letter["Subject"].startswith("Ana Ruiz")]
    assert digest["To"] == "ana@example.com"
    assert "Hotel Miramar" in digest.get_body(("plain",)).get_content()
