"""Logs: lines for people, or one JSON object a line for machines. No secret and no customer's data goes in.

What may be logged: what the runner does (task, slot, run, counts, codes), never what stands in the workbook.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """A record as one line: time (UTC), level, logger, message, and whatever the call added by ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {key: value for key, value in vars(record).items() if key not in _KNOWN}
        if record.exc_info and record.exc_info[0] is not None:
            # The error's text may quote a cell; its kind and place do not.
            entry["error"] = record.exc_info[0].__name__
            entry["at"] = _place(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """A record as a line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        extra = " ".join(f"{key}={value}" for key, value in vars(record).items() if key not in _KNOWN)
        when = datetime.fromtimestamp(record.created).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        return f"{when} {record.levelname.lower():7} {record.getMessage()} {extra}".rstrip()


def to_stderr(*, as_json: bool) -> None:
    """Send the product's own log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else Lines())
    logger = logging.getLogger("sheetcrm")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _place(trace: object) -> str:
    frame = trace
    while getattr(frame, "tb_next", None) is not None:
        frame = frame.tb_next  # type: ignore[attr-defined]
    code = getattr(getattr(frame, "tb_frame", None), "f_code", None)
    return f"{code.co_filename.rpartition('sheetcrm/')[2]}:{frame.tb_lineno}" if code is not None else ""  # type: ignore[attr-defined]
