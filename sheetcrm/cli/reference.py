"""The configuration reference, printed from the commented defaults: ``python -m sheetcrm.cli.reference``."""

from __future__ import annotations

from sheetcrm.resources import resource

HEAD = """# Settings

A `config.yaml` beside the workbook needs only the lines that you change; everything else keeps the default below.
`sheetcrm check` says what is wrong with it, line by line. The mail password never stands in a file: it comes from
`SHEETCRM_MAIL_PASSWORD`, from the file that `SHEETCRM_MAIL_PASSWORD_FILE` names, or from a systemd credential called
`sheetcrm_mail_password`. The same goes for `…_MAIL_CLIENT_SECRET` and `…_MAIL_REFRESH_TOKEN` (see [mail](mail.md)).

"""


def text() -> str:
    """The whole page."""
    return f"{HEAD}```yaml\n{resource('config.yaml').read_text(encoding='utf-8')}```\n"


if __name__ == "__main__":
    print(text(), end="")
