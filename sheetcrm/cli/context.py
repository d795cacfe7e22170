"""From the options of a command to a job: settings, workbook, state folder, day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcrm.cli.exits import UsageError

if TYPE_CHECKING:
    from sheetcrm.config import Config
    from sheetcrm.mail.oauth import Grant
    from sheetcrm.mail.server import Server
    from sheetcrm.mail.transport import Transport
    from sheetcrm.run import Job
    from sheetcrm.sync.backend import Backend


@dataclass(frozen=True)
class Options:
    """What the commands have in common."""

    config: Path | None = None
    workbook: str | None = None
    state: Path | None = None
    as_of: str | None = None
    json: bool = False
    force: bool = False
    ignore_lock: bool = False
    verbose: bool = False
    task: str = "all"


@dataclass(frozen=True)
class Place:
    """Where things are: settings file (None: defaults), state folder, and the workbook: a file, or a Google Sheet by
    its id (then ``workbook`` is None)."""

    cfg: Config
    config: Path | None
    workbook: Path | None
    state: Path
    sheet: str = ""

    @property
    def name(self) -> str:
        """What the workbook is called: its file, or the sheet's id."""
        return self.workbook.name if self.workbook is not None else self.sheet

    @property
    def check_command(self) -> str:
        """The command that looks at everything in place."""
        if self.config is not None:
            return f"sheetcrm check --config {self.config.absolute()}"
        return f"sheetcrm check --workbook {self.workbook.absolute() if self.workbook is not None else self.sheet}"


def day(text: str) -> date:
    """A day as typed on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text} is no day; write it like 2026-12-31.") from None


def place(options: Options) -> Place:
    """Find settings, workbook and state; a UsageError names the next command where there is no workbook."""
    from sheetcrm.config import load

    path = options.config or _settings_at_hand(options)
    if path is not None and not path.is_file():
        raise UsageError(f"There is no {path}. Make a workbook with its settings:  sheetcrm init --excel crm.xlsx")
    cfg = load(path)
    folder = path.parent if path is not None else Path()
    sheet = _sheet(options.workbook or cfg.workbook)
    if sheet:
        return _google(options, cfg, path, sheet)
    workbook = Path(options.workbook) if options.workbook else folder / cfg.workbook if cfg.workbook else None
    if workbook is None:
        raise UsageError(
            "No workbook is named. Make one:  sheetcrm init --excel crm.xlsx   or name it:  --workbook PATH"
        )
    if not workbook.is_file():
        raise UsageError(f"There is no workbook {workbook}. Make one:  sheetcrm init --excel {workbook}")
    beside = folder if path is not None else workbook.parent
    state = options.state or (folder / cfg.state if cfg.state else beside / "state")
    return Place(cfg, path, workbook, state)


def _google(options: Options, cfg: Config, path: Path | None, sheet: str) -> Place:
    """The place of a Google Sheet; mails link to it unless the settings name another address."""
    from sheetcrm.sync.google.place import sheet_url

    folder = path.parent if path is not None else Path()
    linked = cfg if cfg.workbook_url else cfg.model_copy(update={"workbook_url": sheet_url(sheet)})
    return Place(linked, path, None, options.state or folder / (cfg.state or "state"), sheet)


def _sheet(workbook: str) -> str:
    """The id of the Google Sheet that is named; "" for a file, also for one whose name could be an id."""
    from sheetcrm.sync.google.place import file_id_of

    return "" if workbook and Path(workbook).exists() else file_id_of(workbook) or ""


def _settings_at_hand(options: Options) -> Path | None:
    """The config.yaml beside the named workbook, else the one in this folder; None where there is none."""
    named = options.workbook if options.workbook and not _sheet(options.workbook) else None
    folders = [Path(named).parent, Path()] if named else [Path()]
    return next((folder / "config.yaml" for folder in folders if (folder / "config.yaml").is_file()), None)


def job(options: Options, where: Place, *, step: Callable[[str], None] = lambda _: None) -> Job:
    """The job of a command. Another day than today needs a state folder of its own and never uses SMTP."""
    from sheetcrm.run import Job

    def clock() -> datetime:
        return datetime.now(where.cfg.zone)

    today = clock().date()
    as_of = day(options.as_of) if options.as_of else today
    return Job(
        cfg=where.cfg,
        backend=backend(options, where),
        state=where.state,
        as_of=as_of,
        clock=clock,
        transport=lambda: transport(where, as_of == today),
        now=None if options.as_of else clock().replace(tzinfo=None),
        force=options.force,
        step=step,
        task=options.task,
    )


def backend(options: Options, where: Place) -> Backend:
    """Where the workbook lives. Raises GoogleSetup in words when no usable account is named."""
    if where.workbook is None:
        from sheetcrm.sync.google.backend import open_sheet

        return open_sheet(where.cfg, where.sheet, where.config.parent if where.config else Path())
    from sheetcrm.sync.excel.backend import ExcelBackend

    return ExcelBackend(where.workbook, where.cfg.excel, where.state / "backups", options.ignore_lock)


def require_own_state(options: Options, where: Place) -> None:
    """A run as of another day must not mix its memory with the real one."""
    if options.as_of and options.state is None and day(options.as_of) != datetime.now(where.cfg.zone).date():
        raise UsageError(
            "A run as of another day needs its own memory:  "
            f"sheetcrm run --as-of {options.as_of} --state {where.state.with_name('state-' + options.as_of)}"
        )


def transport(where: Place, is_today: bool) -> Transport:
    """The configured mail server; without one, or as of another day, files in the state's outbox."""
    from sheetcrm.mail.files import FilesTransport
    from sheetcrm.mail.transport import SmtpTransport

    mail = where.cfg.mail
    if not (mail.has_server and is_today):
        return FilesTransport(where.state / "outbox")
    return SmtpTransport(mail_server(where))


def mail_server(where: Place) -> Server:
    """The mail server of the settings, with its secrets. Raises ConfigError."""
    from sheetcrm.config import secret
    from sheetcrm.mail.server import Server

    mail = where.cfg.mail
    password = secret("mail_password") if mail.login == "password" else None
    folder = where.config.parent if where.config else Path()
    return Server(
        host=mail.host,
        port=mail.port,
        sender=mail.sender or mail.user,
        security=mail.security,
        user=mail.user,
        password=password.get_secret_value() if password else "",
        grant=_grant(where) if mail.login == "oauth" else None,
        timeout_seconds=mail.timeout_seconds,
        ca_file=str(folder / Path(mail.ca_file).expanduser()) if mail.ca_file else "",
    )


def _grant(where: Place) -> Grant:
    from sheetcrm.config import secret
    from sheetcrm.mail.oauth import Grant

    mail = where.cfg.mail
    client, refresh = secret("mail_client_secret"), secret("mail_refresh_token")
    return Grant(
        token_url=mail.oauth_token_url,
        client_id=mail.oauth_client_id,
        client_secret=client.get_secret_value() if client else "",
        refresh_token=refresh.get_secret_value() if refresh else "",
        scope=mail.oauth_scope,
    )


STEPS = {
    "mail": "Sending mail",
    "read": "Reading the workbook",
    "compute": "Computing",
    "decide": "Deciding what to say to whom",
    "compare": "Comparing with what stands there",
    "build": "Building the new workbook",
    "write": "Writing",
}


@contextmanager
def progress(options: Options) -> Iterator[Callable[[str], None]]:
    """Say on standard error what is going on, for people at a terminal; with ``-v`` each step with its time."""
    import sys
    import time

    if options.verbose:
        start = time.perf_counter()

        def told(step: str) -> None:
            print(f"{time.perf_counter() - start:7.2f} s  {STEPS.get(step, step)}", file=sys.stderr)

        yield told
        told("done")
    elif sys.stderr.isatty() and not options.json:
        from rich.console import Console

        with Console(stderr=True).status("…") as status:
            yield lambda step: status.update(f"{STEPS.get(step, step)} …")
    else:
        yield lambda _: None
