"""A Google Sheets server for tests: real HTTP on loopback, state in memory, Google's discovery documents as judge.

``with SheetsServer() as server:`` gives ``server.url``, ``server.client()`` (gspread through the real service account
flow), ``server.people(id)`` (edits by hand), ``server.faults``, ``server.between``, ``server.calls`` and
``server.findings``. By hand: ``python -m tests.sheets_server --port 8080``.
"""

from .faults import AFTER, BEFORE, KINDS
from .people import People
from .server import SheetsServer

__all__ = ["AFTER", "BEFORE", "KINDS", "People", "SheetsServer"]
