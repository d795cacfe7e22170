"""``preview``: one mail of a kind, composed and not sent: from today's plan of the workbook, else an example."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sheetcrm.cli.context import Options, Place, job, place, progress
from sheetcrm.cli.exits import UsageError
from sheetcrm.cli.whole_file import require_free, write_file
from sheetcrm.mail.examples import example
from sheetcrm.mail.immediate import climbed
from sheetcrm.mail.opened import opened
from sheetcrm.mail.sending import composed
from sheetcrm.model import Message
from sheetcrm.plan import language_of

if TYPE_CHECKING:
    from sheetcrm.letter import Letter

ENDINGS = (".html", ".eml", ".txt")


def preview(
    options: Options, kind: str, *, person: str | None, language: str | None, out: Path | None, show: bool, yes: bool
) -> None:
    """Print the mail, or write it to ``out`` (by its ending: the page, the whole letter, the text), or open it."""
    if out is not None:
        if out.suffix.lower() not in ENDINGS:
            raise UsageError(f"Name a file that ends in {', '.join(ENDINGS)}:  --out {out.stem or kind}.html")
        require_free(out, option="--out", example=f"{kind}.html", yes=yes)
    where = place(options)
    asked = (person or "").strip().lower()
    ours, own, as_of = _failures(where) if kind == "failure" else _planned(options, where, kind, language)
    message = next((message for message in ours if asked in ("", message.to)), None)
    if message is None:
        message = example(kind, language or own, as_of)
        message = replace(message, to=asked or message.to)
        print(f"No mail of this kind ({kind}) would leave today: here is an example of it.", file=sys.stderr)
    # The operator's address may be missing in the settings: nobody is written to here.
    message = replace(message, to=message.to or "operator@example.com", language=language or message.language)
    _give(composed(message, where.cfg, datetime.now(where.cfg.zone)), out, show=show)


def _planned(options: Options, where: Place, kind: str, language: str | None) -> tuple[Sequence[Message], str, date]:
    """The mails of a kind in the plan of everything that could be said, its language and its day."""
    from sheetcrm.run import PREVIEW, look

    with progress(options) as step:
        work = replace(job(options, where, step=step), task=PREVIEW)
        seen = look(work, language=language or "")
    return _of_kind(seen.plan.messages, kind), language_of(where.cfg, seen.snapshot), work.as_of


def _of_kind(messages: Iterable[Message], kind: str) -> list[Message]:
    """The mails of a kind in a plan; a draft in a digest is a letter to a customer, a page in one a brief."""
    found = []
    for message in messages:
        if message.kind == "immediate" and kind in ("immediate", "escalation"):
            found += [message] if climbed(message.body) == (kind == "escalation") else []
        elif message.kind == kind:
            found.append(message)
        elif kind == "customer":
            found += [
                Message(f"customer|{draft['to']}", kind, draft["to"], draft["language"], "", draft["body"])
                for draft in message.body.get("drafts", ())
            ]
        elif kind == "brief":
            frame = {name: message.body.get(name) for name in ("name", "as_of", "workbook", "workbook_url")}
            found += [
                replace(message, kind=kind, keys=(), body={**frame, "page": page, "when": None, "place": ""})
                for page in message.body.get("briefs", ())
            ]
    return found


def _failures(where: Place) -> tuple[Sequence[Message], str, date]:
    """What fails at present; told in the language in which the operator's letter is written."""
    from sheetcrm.ledger import Ledger
    from sheetcrm.service.failures import failure_message, language_for

    with Ledger.look(where.state) as ledger:
        language = language_for(ledger, where.cfg)
        found = [
            failure_message(failure, where.cfg, language, task="", command=where.check_command, workbook=where.name)
            for failure in ledger.failures()
        ]
    return found, language, datetime.now(where.cfg.zone).date()


def _give(letter: Letter, out: Path | None, *, show: bool) -> None:
    """On the terminal, into a file, or into the browser."""
    seen = opened(letter.data)
    if out is not None:
        write_file(out, _as_file(letter, out.suffix.lower()))
        print(f"Made {out}.")
    if show:
        with tempfile.NamedTemporaryFile(prefix="sheetcrm-", suffix=".html", delete=False) as file:
            file.write(_as_file(letter, ".html"))
        webbrowser.open(Path(file.name).as_uri())
        print(f"Opened {file.name}.")
    if out is None and not show:
        print("\n".join(f"{name}: {value}" for name, value in seen.headers if name in _HEADERS))
        if seen.attachments:
            print(f"Attached: {', '.join(seen.attachments)}")
        print(f"\n{seen.text}")


_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject")


def _as_file(letter: Letter, ending: str) -> bytes:
    """The letter's page, its text, or the whole of it."""
    import email
    import email.policy

    if ending == ".eml":
        return letter.data
    whole = email.message_from_bytes(letter.data, policy=email.policy.default)
    part = whole.get_body(("html",) if ending == ".html" else ("plain",))
    return str(part.get_content()).encode() if part is not None else b""
