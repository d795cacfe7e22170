"""What the runner remembers between runs: alerts, intents, the outbox, health history, runs and undo."""

from sheetcrm.ledger.ledger import OPEN, Ledger
from sheetcrm.ledger.lock import instance_lock
from sheetcrm.ledger.store import LedgerAhead, LedgerBusy, LedgerError, LedgerMismatch

__all__ = ["OPEN", "Ledger", "LedgerAhead", "LedgerBusy", "LedgerError", "LedgerMismatch", "instance_lock"]
