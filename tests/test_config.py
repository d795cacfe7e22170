"""Settings: overlaid key by key, every mistake at once with its file and line, secrets from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetcrm.config import ConfigError, defaults, load, secret


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(*paths: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(*paths)
    return caught.value.mistakes


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    cfg = load(written(tmp_path, "config.yaml", "workbook: a.xlsx\nhealth: {caps: {overdue: 30}}\n"))
    assert (cfg.workbook, cfg.health.caps.overdue) == ("a.xlsx", 30)
    assert cfg.health.caps.cancellation_notice == defaults().health.caps.cancellation_notice
    assert load(written(tmp_path, "empty.yaml", "# nothing\n")) == defaults()


def test_a_second_file_lies_over_the_first(tmp_path: Path) -> None:
    own = written(tmp_path, "config.yaml", "workbook: a.xlsx\nrates: {USD: 0.9}\ncontracts: {grace_days: 10}\n")
    other = written(tmp_path, "other.yaml", "contracts: {grace_days: 20}\n")
    cfg = load(own, other)
    assert (cfg.workbook, cfg.rates, cfg.contracts.grace_days) == ("a.xlsx", {"USD": 0.9}, 20)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "config.yaml", "workbok: a.xlsx\nmail:\n  host: x\n  prot: 25\nhealth: 5\n")
    assert mistakes(path) == [
        "config.yaml, line 1: workbok is no setting. Did you mean workbook?",
        "config.yaml, line 4: mail.prot is no setting. Did you mean mail.port?",
        "config.yaml, line 5: health needs settings of its own below it, not 5.",
    ]


def test_a_mistake_is_looked_for_in_the_file_that_names_it(tmp_path: Path) -> None:
    own = written(tmp_path, "config.yaml", "mail:\n  port: 0\n")
    other = written(tmp_path, "other.yaml", "\nmail:\n  per_minute: -1\n")
    port, pace = sorted(mistakes(own, other), reverse=False)
    assert port.startswith("config.yaml, line 2: mail.port: ")
    assert pace.startswith("other.yaml, line 3: mail.per_minute: ")


def test_weights_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "config.yaml", "health:\n  weights:\n    key: {engagement: 30}\n")
    (said,) = mistakes(path)
    assert said == "config.yaml, line 2: health.weights: the weights of key add up to 110, not 100."


@pytest.mark.parametrize(("text", "says"), [("a: b: c\n", "line 1: this is not YAML"), ("- a\n", "`key: value`")])
def test_what_is_no_settings_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    (said,) = mistakes(written(tmp_path, "config.yaml", text))
    assert says in said


def test_sections_with_keys_of_ones_own_take_any(tmp_path: Path) -> None:
    text = "rates: {usd: 0.9}\naliases: {tabs: {contracts: Kunden}, columns: {contracts: {Ende: end_date}}}\n"
    cfg = load(written(tmp_path, "config.yaml", text))
    assert cfg.rates == {"USD": 0.9}
    assert cfg.aliases.columns == {"contracts": {"Ende": "end_date"}}


def test_a_secret_comes_from_the_environment_a_file_or_a_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHEETCRM_MAIL_PASSWORD", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    assert secret("mail_password") is None
    written(tmp_path, "sheetcrm_mail_password", "third\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    found = [secret("mail_password")]
    monkeypatch.setenv("SHEETCRM_MAIL_PASSWORD_FILE", str(written(tmp_path, "word", "second\n")))
    found.append(secret("mail_password"))
    monkeypatch.setenv("SHEETCRM_MAIL_PASSWORD", "first")
    found.append(secret("mail_password"))
    assert [each.get_secret_value() for each in found if each] == ["third", "second", "first"]
    assert "first" not in repr(found)
    monkeypatch.delenv("SHEETCRM_MAIL_PASSWORD")
    monkeypatch.setenv("SHEETCRM_MAIL_PASSWORD_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="can't be read"):
        secret("mail_password")
