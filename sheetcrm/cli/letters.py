"""What the commands of ``outbox`` do: list and show letters, and carry out what a person decides about them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sheetcrm.cli import exits
from sheetcrm.cli.context import Options, Place, place
from sheetcrm.cli.counting import counted
from sheetcrm.cli.exits import UsageError
from sheetcrm.ledger import Ledger, instance_lock
from sheetcrm.letter import OutboxEntry
from sheetcrm.mail.opened import Opened, opened, printable

if TYPE_CHECKING:
    from rich.table import Table

UNSENT = ("queued", "sending", "failed", "held")
LATEST = 200
_WAIT_SECONDS = 5.0
"""How long a decision waits for a run to end."""


def listed(options: Options, only: str | None, *, every: bool) -> None:
    """Print the letters that have not left; ``only``: those in one state; ``every``: the last of all."""
    where = place(options)
    with Ledger.look(where.state) as ledger:
        if every:
            found = [entry for entry in ledger.latest_letters(LATEST) if only in (None, entry.state)]
        else:
            found = ledger.letters(*((only,) if only else UNSENT))
    if options.json:
        print(json.dumps([_summary(entry, where) for entry in found], ensure_ascii=False))
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if not found:
        console.print("No letter waits, failed or is held." if not (every or only) else "There is no such letter.")
        return
    console.print(_table(found, where))
    console.print("More about one:  sheetcrm outbox show NUMBER", style="dim")


def shown(options: Options, number: int) -> None:
    """Print a letter and what became of it."""
    where = place(options)
    [entry] = _entries(where, [number])
    letter = opened(entry.letter.data)
    if options.json:
        parts = {"headers": list(letter.headers), "text": letter.text, "attachments": list(letter.attachments)}
        print(json.dumps(_summary(entry, where) | parts, ensure_ascii=False))
    else:
        print("\n".join(_page(entry, letter, where)))


def retried(options: Options, numbers: Sequence[int], *, every: bool, files: bool, yes: bool) -> None:
    """Let dead and waiting letters, and those that became files, leave with the next run."""
    where = place(options)
    if sum((every, files, bool(numbers))) != 1:
        raise UsageError(
            "Say which:  sheetcrm outbox retry NUMBER   or all dead letters:  sheetcrm outbox retry --all   "
            "or all that became files:  sheetcrm outbox retry --files"
        )
    if numbers:
        entries = _entries(where, numbers)
    else:
        with Ledger.look(where.state) as ledger:
            entries = ledger.letters("failed") if every else to_colleagues(ledger)
    filed = [entry for entry in entries if entry.filed]
    if filed and not where.cfg.mail.has_server:
        raise UsageError("There is no mail server yet: they would become files again. See:  sheetcrm check")
    if filed:
        _ask(filed, "They became files, and nobody got them. Send them with the next run?", yes=yes)
    for entry in entries:
        if entry.state == "held":
            raise UsageError(f"Letter {entry.number} is held. To let it leave:  sheetcrm outbox release {entry.number}")
    _refuse([entry for entry in entries if not entry.filed], ("failed", "queued"), "be tried again")
    _carry_out(options, where, entries, "retried", lambda ledger, number: ledger.requeue(number))


def to_colleagues(ledger: Ledger) -> list[OutboxEntry]:
    """The letters to people of the team that became files. A customer's letter may say by now what is no longer so."""
    return [entry for entry in ledger.filed_letters() if not entry.letter.customer]


def dropped(options: Options, numbers: Sequence[int], *, yes: bool) -> None:
    """Give letters up, after asking."""
    where = place(options)
    entries = _entries(where, numbers)
    _refuse(entries, ("failed", "queued", "held"), "be dropped")
    _ask(entries, "They will never be sent, and their alerts stand as failed. Drop them?", yes=yes)
    _carry_out(options, where, entries, "dropped", lambda ledger, number: ledger.drop(number, "dropped by a person"))


def released(options: Options, numbers: Sequence[int], *, yes: bool) -> None:
    """Let held letters leave with the next run, after saying what that risks."""
    where = place(options)
    entries = _entries(where, numbers)
    _refuse(entries, ("held",), "be released")
    doubtful = [entry for entry in entries if entry.sent_at is not None]
    risk = (
        f"{counted(len(doubtful), 'letter')} may have arrived already; whoever has one would get it twice. "
        if doubtful
        else ""
    )
    _ask(entries, f"{risk}Send with the next run?", yes=yes)
    _carry_out(options, where, entries, "released", lambda ledger, number: ledger.requeue(number))


def _entries(where: Place, numbers: Sequence[int]) -> list[OutboxEntry]:
    with Ledger.look(where.state) as ledger:
        found = [(number, ledger.letter(number)) for number in dict.fromkeys(numbers)]
    missing = [str(number) for number, entry in found if entry is None]
    if missing:
        raise UsageError(f"There is no letter {', '.join(missing)}. See:  sheetcrm outbox list --all")
    return [entry for _, entry in found if entry is not None]


def _refuse(entries: Sequence[OutboxEntry], states: Sequence[str], what: str) -> None:
    for entry in entries:
        if entry.state not in states:
            raise UsageError(f"Letter {entry.number} is {entry.state}: it can't {what}. Nothing was changed.")


def _ask(entries: Sequence[OutboxEntry], question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("There is nobody to ask here. If you are sure, add --yes.")
    import typer

    for entry in entries:
        print(_line(entry), file=sys.stderr)
    if not typer.confirm(question, err=True):
        print("Nothing was changed.", file=sys.stderr)
        raise SystemExit(exits.FAILURE)


def _carry_out(
    options: Options,
    where: Place,
    entries: Sequence[OutboxEntry],
    done: str,
    decide: Callable[[Ledger, int], bool],
) -> None:
    """Commit a decision about letters, while no run is at work on them."""
    changed: list[int] = []
    if entries:
        with instance_lock(where.state, _WAIT_SECONDS), Ledger.open(where.state) as ledger:
            changed = [entry.number for entry in entries if decide(ledger, entry.number)]
    if options.json:
        print(json.dumps({done: changed}))
        return
    print(f"{counted(len(changed), 'letter')} {done}.", file=sys.stderr)
    if changed and done != "dropped":
        print("The next run sends:  sheetcrm run", file=sys.stderr)


def _table(entries: Sequence[OutboxEntry], where: Place) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table("no.", "state", "since", "to", "kind", "subject", "why")
    for entry in entries:
        letter = entry.letter
        others = f" +{len(letter.recipients) - 1}" if len(letter.recipients) > 1 else ""
        cells = (
            str(entry.number), entry.state, _at(entry.queued_at, where), f"{letter.to}{others}", letter.kind,
            printable(letter.subject), printable(_why(entry, where)),
        )  # fmt: skip
        table.add_row(*map(escape, cells))
    return table


def _page(entry: OutboxEntry, letter: Opened, where: Place) -> list[str]:
    """A letter in lines for a terminal."""
    lines = [f"Letter {entry.number}: {entry.state}"]
    lines += [f"  {name:15}{value}" for name, value in _facts(entry, where) if value]
    lines += ["", "Recipients:"]
    for address in entry.letter.recipients:
        receipt = entry.receipts.get(address)
        said = f"{receipt.fate:10}{printable(receipt.reply)}" if receipt else "not tried yet"
        lines.append(f"  {address:32}  {said}".rstrip())
    if not entry.letter.data:
        return [*lines, "", "Its text is no longer kept."]
    lines += ["", *(f"{name}: {value}" for name, value in letter.headers)]
    lines += [f"Attached: {name}" for name in letter.attachments]
    return [*lines, "", letter.text.rstrip()]


def _facts(entry: OutboxEntry, where: Place) -> list[tuple[str, str]]:
    return [
        ("queued", _at(entry.queued_at, where)),
        ("left" if entry.state == "sent" else "may have left", _at(entry.sent_at, where)),
        ("attempts", str(entry.attempts or "")),
        ("next attempt", _at(entry.next_try_at, where)),
        ("being sent", f"by {entry.owner} until {_at(entry.leased_until, where)}" if entry.leased_until else ""),
        ("why", printable(entry.error)),
    ]


def _why(entry: OutboxEntry, where: Place) -> str:
    if entry.state == "queued" and entry.next_try_at is not None:
        return f"again at {_at(entry.next_try_at, where)}: {entry.error}"
    return entry.error or ("waits for the next run" if entry.state == "queued" else "")


def _line(entry: OutboxEntry) -> str:
    subject, error = printable(entry.letter.subject), printable(entry.error)
    return f"  {entry.number}  {entry.letter.to}  {subject}  ({entry.state}: {error})"


def _summary(entry: OutboxEntry, where: Place) -> dict[str, Any]:
    letter = entry.letter
    return {
        "number": entry.number,
        "state": entry.state,
        "kind": letter.kind,
        "to": letter.to,
        "copies": list(letter.copies),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "customer": letter.customer,
        "attempts": entry.attempts,
        "error": entry.error,
        "queued_at": _at(entry.queued_at, where) or None,
        "sent_at": _at(entry.sent_at, where) or None,
        "next_try_at": _at(entry.next_try_at, where) or None,
        "recipients": {to: {"fate": one.fate, "reply": one.reply} for to, one in entry.receipts.items()},
    }


def _at(moment: datetime | None, where: Place) -> str:
    return moment.astimezone(where.cfg.zone).strftime("%Y-%m-%d %H:%M") if moment else ""
