"""Exit codes, and mistakes in words (architecture 10)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

DONE, FAILURE, USAGE, PROBLEMS, POSTPONED, CONFIG = 0, 1, 2, 3, 75, 78


class UsageError(Exception):
    """The call cannot be carried out as it stands; the message names the next command."""


@contextmanager
def in_words() -> Iterator[None]:
    """Turn what people can mend into sentences on standard error; let bugs show their traceback."""
    try:
        yield
    except UsageError as error:
        _stop(str(error), USAGE)
    except Exception as error:
        code = code_of(error)
        if code is None:
            raise
        _stop(str(error), code)


def code_of(error: Exception) -> int | None:
    """The exit code of an error that says what to do in words; None for a bug.

    By name: importing every edge only to name its errors would slow each command down.
    """
    codes = {"ConfigError": CONFIG, "Refused": FAILURE, "LedgerBusy": POSTPONED, "MailError": CONFIG}
    codes |= {"GoogleSetup": CONFIG, "GoogleBusy": POSTPONED, "GoogleError": FAILURE}
    for kind in type(error).__mro__:
        if kind.__name__ in codes and kind.__module__.startswith("sheetcrm."):
            return codes[kind.__name__]
        if kind.__name__ == "LedgerError" and kind.__module__.startswith("sheetcrm."):
            return FAILURE
    return FAILURE if isinstance(error, OSError) else None


def _stop(text: str, code: int) -> None:
    for line in text.splitlines() or [""]:
        print(f"• {line}" if code == CONFIG else line, file=sys.stderr)
    raise SystemExit(code)
