"""What ``adopt`` shows and asks on the terminal, and how it tells what was done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sheetcrm.address import letters
from sheetcrm.adopt.mapping import KEEP, LEAVE, SURE, TABLE_TAKEN, TAKEN, Adoption, Choice, Part, targets
from sheetcrm.cli.counting import counted
from sheetcrm.cli.exits import UsageError
from sheetcrm.schema import PEOPLE_TABS

if TYPE_CHECKING:
    from sheetcrm.adopt.filled import Filled
    from sheetcrm.words import Words

_WIDEST = 120
_SAMPLE = 24


def show(mapping: Adoption, old: Path, empty: list[str]) -> None:
    """One table per old table: each column, what it becomes, how sure that is, and some of its cells."""
    console = Console(highlight=False)
    console.width = min(console.width, _WIDEST)
    order = "day before month" if mapping.day_first else "month before day"
    console.print(Text(f"{old.name}: written in {mapping.language}, dates with the {order}"))
    for part in mapping.parts:
        console.print()
        with console.capture() as captured:
            _part(part, console)
        # Cells are padded to their width: in a file that would be blanks at the end of each line.
        console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
    if empty:
        console.print(Text(f"Without a table, left where they are: {', '.join(empty)}"))
    console.print()


def _part(part: Part, console: Console) -> None:
    title = f"{part.old.sheet.title}, header in row {part.old.header_row}, {counted(len(part.old.rows), 'row')}"
    if not part.tab:
        console.print(Text(f"{title}: left where it is"))
        return
    console.print(Text.assemble((f"{title} → {part.tab}", "bold"), f" ({_tab_sureness(part.sure)})"))
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for header in ("", "your header", "becomes", "how sure", "for example"):
        grid.add_column(header, overflow="fold")
    for choice in part.columns:
        samples = " | ".join(_clipped(text) for text in choice.samples)
        grid.add_row(
            letters(choice.col),
            Text(choice.header),
            Text(_becomes(choice)),
            _sureness(choice.sure, choice.target),
            Text(samples),
        )
    console.print(grid)
    if part.old.skipped:
        console.print(Text(f"Rows that are no records: {', '.join(str(row.row) for row in part.old.skipped[:12])}"))


def _becomes(choice: Choice) -> str:
    return {KEEP: "kept in the notes", LEAVE: "left (computed anew)"}.get(choice.target, choice.target)


def _sureness(sure: float, target: str = "") -> str:
    if target in (KEEP, LEAVE):
        return ""
    return "sure" if sure >= SURE else "likely" if sure >= TAKEN else "a guess"


def _tab_sureness(sure: float) -> str:
    return "sure" if sure >= SURE else "likely" if sure >= TABLE_TAKEN else "a guess: --yes leaves it"


def _clipped(text: str) -> str:
    line = " ".join(text.removesuffix(" 00:00:00").split())
    return line if len(line) <= _SAMPLE else f"{line[: _SAMPLE - 1]}…"


def ask(mapping: Adoption) -> Adoption:
    """Ask tab by tab and column by column where it is unsure, then once for all.

    UsageError where nobody answers, or where people say no.
    """
    print("Enter takes what stands in brackets; keep puts the text into the notes, leave leaves it out.")
    parts = []
    for part in mapping.parts:
        tab = part.tab
        if tab and part.sure < SURE:
            known = [each.key for each in PEOPLE_TABS]
            tab = _answer(
                f"What is {part.old.sheet.title!r}?", tab if part.sure >= TABLE_TAKEN else LEAVE, [*known, LEAVE]
            )
        if tab in ("", LEAVE):
            parts.append(replace(part, tab=""))
        elif tab == part.tab:
            parts.append(replace(part, columns=_asked(part)))
        else:
            raise UsageError(
                f"{part.old.sheet.title!r} as {tab}: write that into a mapping file and give it back:  --save-map FILE"
            )
    if _answer("Make it?", "yes", ["yes", "no"]) != "yes":
        raise UsageError("Nothing was made.")
    return replace(mapping, parts=tuple(parts))


def _asked(part: Part) -> tuple[Choice, ...]:
    used = {choice.target for choice in part.columns if choice.sure >= SURE}
    choices = []
    for choice in part.columns:
        target = choice.target
        if choice.sure < SURE:
            samples = ", ".join(_clipped(text) for text in choice.samples) or "empty"
            usual = target if choice.sure >= TAKEN else KEEP
            allowed = [each for each in targets(part.tab) if each not in used - {KEEP, LEAVE}]
            target = _answer(f"{letters(choice.col)} {choice.header!r} ({samples}) is", usual, allowed, target)
            used.add(target)
        choices.append(replace(choice, target=target, sure=1.0))
    return tuple(choices)


def _answer(question: str, usual: str, allowed: list[str], guess: str = "") -> str:
    """One of the words allowed, asked until it is one. UsageError where the input ends."""
    hint = f", perhaps {guess}" if guess and guess != usual else ""
    while True:
        try:
            said = input(f"{question} [{usual}{hint}] ").strip().lower()
        except EOFError:
            raise UsageError(
                "\nNobody answered, so nothing was made. Take what is likely with --yes, or write the proposal to a "
                "file with --save-map FILE, edit it, and give it back with --map FILE."
            ) from None
        if not said:
            return usual
        if said in allowed:
            return said
        print(f"Choose one of: {', '.join(allowed)}")


def told(filled: Filled, listed: Path, words: Words) -> Iterator[str]:
    """What was taken over, what was made, and what people should look at."""
    yield "Rows: " + ", ".join(f"{len(rows)} {words.tab(tab)}" for tab, rows in filled.rows.items())
    sentences = (
        ("id_made", "row|rows", "got an id, made from what stands in them"),
        ("account_made", "customer|customers", "made because other tabs name them"),
        ("joined", "row|rows", "joined with a customer or colleague that was there already"),
        ("id_changed", "row|rows", "got another id because two had the same"),
        ("row_left", "row|rows", "left out: totals, titles, remarks"),
        ("no_place", "cell|cells", "found no column"),
        ("broken", "cell|cells", "showed an error or was never calculated"),
        ("unreadable", "cell|cells", "could not be read and stand there as they were, for you to mend"),
    )
    for kind, nouns, what in sentences:
        count = filled.count(kind)  # type: ignore[arg-type]
        if count:
            yield f"  {count} {nouns.split('|')[count > 1]} {what}"
    shown = [finding for finding in filled.findings if finding.kind in ("unreadable", "broken")]
    for finding in shown[:8]:
        yield f"    {finding.sheet}!{finding.cell} {finding.header}: {_clipped(finding.value)!r}. {finding.why}"
    if len(shown) > 8:
        yield f"    and {len(shown) - 8} more"
    for (tab, column), count in filled.lacking().items():
        if tab == "team":
            continue  # said by name below
        yield f"! {words.tab(tab)}: {counted(count, 'row')} without {words.header(tab, column)}, which each needs"
    if filled.unaddressed:
        yield f"! {words.tab('team')}: type the mail address of {', '.join(filled.unaddressed[:8])}"
    for first, second in filled.alike[:5]:
        yield f"! {first} and {second} became two customers: are they one?"
    yield f"Amounts without a currency are taken as {filled.base} (base_currency in config.yaml)."
    if filled.currencies:
        codes = ", ".join(filled.currencies)
        yield f"! Put the rates of {codes} into config.yaml (rates): without them their amounts stay out of sums."
    if filled.findings:
        yield f"Everything that did not find its own place, cell by cell: {listed}"
