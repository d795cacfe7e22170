"""Replays recorded conversations between gspread and Google, and compares the server's replies with Google's.

Ids are made by whoever answers, so they are mapped: a recorded id and ours are one when they stand at the same place of
the same reply. Times are only compared for being times.
"""

import json
import os
import re
import urllib.request
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest

from tests.sheets_server import SheetsServer

CORPORA = Path(os.environ.get("SHEETCRM_CORPORA", Path(__file__).parents[2] / "../shared/corpora"))
RECORDINGS = CORPORA / "sheets-recordings"
EXPECTED_SHARE = 0.95

_ID_FIELDS = {"id", "spreadsheetId", "sheetId", "namedRangeId", "protectedRangeId"}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Ids:
    """Recorded ids and ours. Spreadsheet ids are replaced wherever they occur, numbers where they are ids."""

    def __init__(self) -> None:
        self.ours: dict[str, str] = {}

    def learn(self, recorded: Any, ours: Any, field: str = "") -> None:
        """Pairs the ids that stand at the same places of two replies."""
        if isinstance(recorded, dict) and isinstance(ours, dict):
            for name in recorded.keys() & ours.keys():
                self.learn(recorded[name], ours[name], name)
        elif isinstance(recorded, list) and isinstance(ours, list):
            for one, other in zip(recorded, ours, strict=False):
                self.learn(one, other, field)
        elif field in _ID_FIELDS and recorded != 0:
            self.ours.setdefault(str(recorded), str(ours))

    def knows(self, text: str) -> bool:
        """Whether any recorded id occurs in a text."""
        return any(recorded in text for recorded in self.ours)

    def translate(self, text: str) -> str:
        """A recorded text with our ids."""
        for recorded, ours in self.ours.items():
            text = re.sub(rf"(?<![\w-]){re.escape(recorded)}(?![\w-])", ours, text)
        return text

    def mapped(self, reply: Any) -> Any:
        """A recorded reply with our ids; times become the word ``time``."""
        return json.loads(_TIME.sub("time", self.translate(json.dumps(reply))))


def call(server: SheetsServer, request: dict[str, Any], ids: Ids) -> tuple[int, Any]:
    """Makes a recorded request at the server."""
    path = ids.translate(re.sub(r"^https://[^/]+", "", request["uri"]))
    body = None if request["body"] is None else ids.translate(request["body"]).encode()
    kind = request["headers"].get("Content-Type", ["application/json"])[0]
    headers = {"Authorization": "Bearer recorded", "Content-Type": kind}
    made = urllib.request.Request(server.url + path, data=body, method=request["method"], headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(made, timeout=30) as answer:
            content, status = answer.read(), answer.status
    except HTTPError as error:
        content, status = error.read(), error.code
    return status, json.loads(content) if content else None


def differences(recorded: Any, ours: Any, path: str = "") -> list[str]:
    """Where two replies differ."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        names = sorted(recorded.keys() | ours.keys())
        return [d for n in names for d in differences(recorded.get(n, "absent"), ours.get(n, "absent"), f"{path}.{n}")]
    if isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        pairs = enumerate(zip(recorded, ours, strict=True))
        return [d for i, (one, other) in pairs for d in differences(one, other, f"{path}[{i}]")]
    if recorded == ours and type(recorded) is type(ours):
        return []
    return [f"{path}: recorded {str(recorded)[:60]!r}, ours {str(ours)[:60]!r}"]


def replay(path: Path) -> tuple[int, list[str], list[str]]:
    """One conversation: replies that refer to known ids, the different ones among them, and the server's findings."""
    compared, wrong = 0, []
    ids = Ids()
    with SheetsServer() as server:
        # The accounts of the recordings own their files and may edit their protected ranges.
        server.app.tokens._holders["recorded"] = "telegram-budgeter@telegram-budgeter.iam.gserviceaccount.com"
        for number, interaction in enumerate(json.loads(path.read_text(encoding="utf-8"))["interactions"]):
            request, recorded = interaction["request"], interaction["response"]
            text = recorded["body"]["string"]
            known = ids.knows(request["uri"] + text)
            status, ours = call(server, request, ids)
            theirs = json.loads(text) if text else None
            if status < 300 and theirs is not None:
                ids.learn(theirs, ours)
            if not known:
                continue
            compared += 1
            found = differences(ids.mapped(theirs), json.loads(_TIME.sub("time", json.dumps(ours))))
            if status != recorded["status"]["code"]:
                found.insert(0, f"status: recorded {recorded['status']['code']}, ours {status}")
            if found:
                wrong.append(f"{path.stem} {number} {request['method']} {request['uri'][:80]}: {'; '.join(found[:3])}")
        findings = list(server.findings)
    return compared, wrong, findings


@pytest.mark.proof
def test_replies_are_googles(capsys: pytest.CaptureFixture[str]) -> None:
    recordings = sorted(RECORDINGS.glob("*.json"))
    if not recordings:
        pytest.skip(f"no recorded conversations at {RECORDINGS}")
    compared = 0
    wrong: list[str] = []
    findings: list[str] = []
    for path in recordings:
        count, different, found = replay(path)
        compared, wrong, findings = compared + count, wrong + different, findings + found
    with capsys.disabled():
        print(
            f"\n{len(recordings)} conversations: {compared} replies refer to known ids, {compared - len(wrong)} are identical"
        )
        for line in wrong:
            print("  differs:", line)
    assert compared > 500
    assert findings == []
    assert (compared - len(wrong)) / compared >= EXPECTED_SHARE
