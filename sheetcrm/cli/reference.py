"""The pages of ``docs/`` that are printed from the program: ``python -m sheetcrm.cli.reference rules``.

The name is ``config``, ``dictionary`` or ``rules``; without one it prints the settings. ``make docs`` writes all three.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from sheetcrm.resources import resource

HEAD = """# Settings

A `config.yaml` beside the workbook needs only the lines that you change; everything else keeps the default below.
`sheetcrm check` says what is wrong with it, line by line. The mail password never stands in a file: it comes from
`SHEETCRM_MAIL_PASSWORD`, from the file that `SHEETCRM_MAIL_PASSWORD_FILE` names, or from a systemd credential called
`sheetcrm_mail_password`. The same goes for `…_MAIL_CLIENT_SECRET` and `…_MAIL_REFRESH_TOKEN` (see [mail](mail.md)).

"""


def text() -> str:
    """The settings with their comments: the whole page."""
    return f"{HEAD}```yaml\n{resource('config.yaml').read_text(encoding='utf-8')}```\n"


def dictionary() -> str:
    """Every tab and column: the whole page."""
    from sheetcrm.cli import reference_dictionary

    return reference_dictionary.text()


def rules() -> str:
    """Every rule, alert and number: the whole page."""
    from sheetcrm.cli import reference_rules

    return reference_rules.text()


PAGES: Mapping[str, Callable[[], str]] = {"config": text, "dictionary": dictionary, "rules": rules}


if __name__ == "__main__":
    print(PAGES[sys.argv[1] if len(sys.argv) > 1 else "config"](), end="")
