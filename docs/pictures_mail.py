"""The pictures of mails in the docs, made from their examples. Needs Chromium."""

from __future__ import annotations

import email
import email.policy
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from sheetcrm.mail.compose import compose
from sheetcrm.mail.examples import example

IMAGES = Path(__file__).parent / "images"
DAY = date(2026, 11, 23)
SHOWN = (
    ("digest", "en", 2540),
    ("digest", "es", 2760),
    ("digest", "ru", 2860),
    ("escalation", "es", 880),
    ("weekly", "ru", 1660),
)
"""Kind, language and height."""
PANES = (("", 680), ("dark", 680), ("", 390))
"""Light, dark, and light on a phone: side by side."""


def main() -> None:
    """Make every picture."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("needs Chromium: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        for kind, language, height in SHOWN:
            page = _page(Path(folder), kind, language, height)
            target = IMAGES / f"mail-{kind}-{language}.png"
            size = f"--window-size={sum(width for _, width in PANES) + 20},{height}"
            options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", size]
            subprocess.run(
                [browser, *options, f"--screenshot={target}", page.as_uri()],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            print(target)


def _page(folder: Path, kind: str, language: str, height: int) -> Path:
    now = datetime.combine(DAY, datetime.min.time(), UTC)
    letter = compose(
        example(kind, language, DAY),
        sender="bot@example.com",
        domain="example.com",
        now=now,
        operator="ops@example.com",
    )
    whole = email.message_from_bytes(letter.data, policy=email.policy.default)
    part = whole.get_body(("html",))
    html = str(part.get_content()) if part is not None else ""
    frames = []
    for mode, width in PANES:
        file = folder / f"{kind}-{mode}.html"
        text = html.replace("@media (prefers-color-scheme: dark)", "@media all") if mode == "dark" else html
        file.write_text(text, encoding="utf-8")
        frames.append(f'<iframe src="{file.name}" style="width:{width}px;height:{height}px;border:0"></iframe>')
    page = folder / f"{kind}.html"
    page.write_text(f'<body style="margin:0">{"".join(frames)}</body>', encoding="utf-8")
    return page


if __name__ == "__main__":
    main()
