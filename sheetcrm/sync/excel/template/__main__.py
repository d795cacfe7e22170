"""``python -m sheetcrm.sync.excel.template [FOLDER]``: builds the committed templates again."""

from __future__ import annotations

import sys
from pathlib import Path

from sheetcrm.languages import LANGUAGES
from sheetcrm.sync.excel.template.book import template_bytes


def main(folder: Path) -> None:
    """Writes ``sheetcrm-<language>.xlsx`` for every language into the folder."""
    for language in LANGUAGES:
        (folder / f"sheetcrm-{language}.xlsx").write_bytes(template_bytes(language))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "templates"))
