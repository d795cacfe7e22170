"""``demo``: a sample workbook, the whole job twice, and where to look."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sheetcrm.cli.context import Options, Place, job, place
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.running import in_words


def demo(folder: Path, language: str, seed: int) -> None:
    """Make a workbook in ``folder``, run the job on it twice with a mail server on loopback, and tell the story."""
    from sheetcrm.cli.setup import make
    from sheetcrm.mail.embedded import embedded_server
    from sheetcrm.run import run

    workbook = folder / "crm.xlsx"
    if workbook.exists():
        raise UsageError(
            f"{workbook} exists already. Remove the folder, or choose another:  sheetcrm demo --folder demo2"
        )
    today = datetime.now().astimezone().date()
    with embedded_server(folder / "outbox") as server:
        print(f"Making a sample company in {workbook} …")
        make(workbook, folder / "config.yaml", language, sample=True, seed=seed, today=today, extra=_mail(server.port))
        where = place(Options(config=folder / "config.yaml"))
        print("First run …")
        first = run(job(Options(), where))
        print("Second run …")
        second = run(job(Options(), where))
    _turn_off_mail(where)
    print()
    print(f"First run:   {in_words(first)}".replace("\n", "\n             "))
    print(f"Second run:  {in_words(second).splitlines()[0]}")
    letters = sorted((folder / "outbox").glob("*.eml"))
    print(f"\nWorkbook:    {workbook}   (the dashboard is its second tab; open it in Excel or LibreOffice)")
    print(f"Mails:       {folder / 'outbox'}   ({len(letters)} letters; open one in a mail program)")
    print(f"Try next:    sheetcrm plan --config {where.config}   sheetcrm explain A-001 --config {where.config}")


def _mail(port: int) -> str:
    """Settings of the embedded server; mail leaves at any hour, so that the demo works on a Sunday too."""
    return (
        "  enabled: true\n"
        "  hours: any\n"
        "  host: localhost\n"
        f"  port: {port}\n"
        "  security: none\n"
        "  sender: sheetcrm@example.com\n"
        "  operator: operator@example.com\n"
    )


def _turn_off_mail(where: Place) -> None:
    """The demo's server ends with it: further runs put letters into files."""
    if where.config is not None:
        text = where.config.read_text(encoding="utf-8")
        where.config.write_text(text.replace("  enabled: true\n", "  enabled: false\n"), encoding="utf-8")
