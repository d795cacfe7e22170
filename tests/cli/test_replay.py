"""``replay``: the tables, the comparison with other settings, and wrong calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import call
from tests.cli.test_commands import sha

pytestmark = pytest.mark.proof


def test_other_settings_stand_beside_ones_own(folder: Path) -> None:
    other = folder / "other.yaml"
    other.write_text("health: {red_up_to: 60}\n", encoding="utf-8")
    before = sha(folder / "crm.xlsx")
    span = ["--config", str(folder / "config.yaml"), "--from", "2026-11-20", "--to", "2026-11-20"]
    own, those = call("replay", *span, "--compare", str(other), "--json").json
    assert len(own["letters"]) > 0
    assert own["days_in_band"]["red"] < those["days_in_band"]["red"]
    assert len(own["clients"]) == len(those["clients"]) == sum(own["days_in_band"].values())
    assert [client["score"] for client in own["clients"]] == [client["score"] for client in those["clients"]]
    assert sha(folder / "crm.xlsx") == before


def test_wrong_calls_are_told(folder: Path) -> None:
    config = ["--config", str(folder / "config.yaml")]
    backwards = call("replay", *config, "--from", "2026-11-20", "--to", "2026-11-19")
    assert (backwards.code, "Say the earlier day first" in backwards.err) == (2, True)
    missing = call("replay", *config, "--from", "2026-11-20", "--compare", str(folder / "none.yaml"))
    assert (missing.code, "There is no" in missing.err) == (2, True)
