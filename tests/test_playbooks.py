"""The playbooks: complete and alike in three languages, and people's own in their place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from sheetcrm.config import ConfigError, defaults, load
from sheetcrm.languages import LANGUAGES
from sheetcrm.model import Memory
from sheetcrm.playbooks import Section, own_playbooks, parse, playbook
from sheetcrm.resources import resource
from sheetcrm.schema import TABS
from tests.cli.conftest import call
from tests.settings import without_matters
from tests.test_plan import TODAY, URGENT, book, plan

RENEWAL = {"preparation", "first_contact", "urgent", "critical", "offer", "final", "follow_up", "recovery"}


def settings(folder: Path, **files: str) -> Path:
    """A config.yaml that names a folder of own playbooks with these files."""
    own = folder / "mine"
    own.mkdir()
    for language, text in files.items():
        (own / f"{language}.md").write_text(text, encoding="utf-8")
    path = folder / "config.yaml"
    path.write_text("playbooks: mine\n", encoding="utf-8")
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(path)
    return error.value.mistakes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sections_with_as_many_steps(language: str) -> None:
    english, other = playbook("en"), playbook(language)
    assert list(other) == list(english)
    assert {key: len(steps) for key, steps in other.items()} == {key: len(steps) for key, steps in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_a_title_and_short_steps(language: str) -> None:
    book = playbook(language)
    for key, steps in book.items():
        assert re.fullmatch(r"[a-z][a-z_]*", key)
        assert 3 < len(book.title(key)) <= 60
        assert 3 <= len(steps) <= 9
        assert len(set(steps)) == len(steps), key
        for step in steps:
            assert 15 <= len(step) <= 130, step
            assert step[0].isupper()
            assert not step.endswith("."), step
            assert not re.search(r"[{}<>]|https?:", step), step
    titles = [book.title(key) for key in book]
    assert len(set(titles)) == len(titles)


def test_each_language_is_written_in_its_own_letters() -> None:
    for steps in playbook("ru").values():
        for step in steps:
            assert set(re.findall(r"[A-Za-z]{2,}", step)) <= {"NPS"}, step
    for language in ("es", "en"):
        assert not re.search("[а-яё]", str(dict(playbook(language))), re.IGNORECASE)
    assert not any(set(playbook("es")[key]) & set(playbook("en")[key]) for key in playbook("en"))


def test_every_stage_category_and_strategy_has_its_section() -> None:
    keys = set(playbook("en"))
    assert {*defaults().alerts.stages, "offer"} >= RENEWAL
    assert set(defaults().alerts.stages) <= keys
    # Whoever complains of how we communicate mostly got no answer.
    flows = {"no_answer" if key == "communication" else key for key in TABS["tickets"].column("category").values}
    assert flows <= keys
    assert set(TABS["accounts"].column("strategy").values) <= keys


def test_own_sections_replace_the_packaged_ones_and_all_others_stay(tmp_path: Path) -> None:
    text = "<!-- ours -->\n## final · Último día\n- Llamar a Ana\n- Brindar\n\n## offer\n- Nada de descuentos\n"
    own = load(settings(tmp_path, es=text)).playbook("es")
    packaged = playbook("es")
    assert own["final"] == ("Llamar a Ana", "Brindar")
    assert own.title("final") == "Último día"
    assert own["offer"] == ("Nada de descuentos",)
    assert own.title("offer") == packaged.title("offer")
    assert {key: own[key] for key in own if key not in ("final", "offer")} == {
        key: packaged[key] for key in packaged if key not in ("final", "offer")
    }
    assert list(own) == list(packaged)


def test_another_language_keeps_the_packaged_text(tmp_path: Path) -> None:
    cfg = load(settings(tmp_path, es="## final · Fin\n- Uno\n"))
    assert cfg.playbook("en") == playbook("en")
    assert cfg.model_copy(update={"workbook": "x.xlsx"}).playbook("es")["final"] == ("Uno",)


def test_without_the_setting_the_packaged_playbooks_hold(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("playbooks:\n", encoding="utf-8")
    assert load(tmp_path / "config.yaml").playbook("ru") == playbook("ru")
    assert defaults().playbook("es") == playbook("es")


def test_a_section_without_steps_is_an_empty_checklist(tmp_path: Path) -> None:
    assert load(settings(tmp_path, en="## offer · No offers\n")).playbook("en")["offer"] == ()


def test_what_windows_editors_save_is_read(tmp_path: Path) -> None:
    path = settings(tmp_path)
    (tmp_path / "mine" / "es.md").write_bytes("\ufeff## final: Fin 🎉\r\n- Llamar ya\r\n".encode())
    own = load(path).playbook("es")
    assert own.title("final") == "Fin 🎉"
    assert own["final"] == ("Llamar ya",)


def test_every_mistake_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    text = "- Lost\n# final\n## finale · x\n- ok\n## final · y\n* star\n## final · z\n-\n## zzz\n<!-- open\n"
    said = mistakes(settings(tmp_path, en=text))
    place = str(tmp_path / "mine" / "en.md")
    assert all(sentence.startswith(f"{place}, line ") for sentence in said)
    told = [sentence.removeprefix(f"{place}, ") for sentence in said]
    assert told == [
        'line 1: before the first step there must be a section: "## key · title".',
        'line 2: a section starts with two signs and its key: "## key · title".',
        "line 3: finale is no section. Did you mean final?",
        'line 6: "* star" is neither a section ("## key · title") nor a step ("- text").',
        "line 7: final stands here a second time; keep one of the two.",
        'line 8: "-" is neither a section ("## key · title") nor a step ("- text").',
        "line 9: zzz is no section. The packaged playbook has all keys.",
        'line 10: "<!-- open" is neither a section ("## key · title") nor a step ("- text").',
    ]


def test_a_folder_that_is_missing_empty_or_misnamed_is_said(tmp_path: Path) -> None:
    path = settings(tmp_path)
    assert mistakes(path) == [f"playbooks: the folder {tmp_path / 'mine'} has no es.md, en.md, ru.md."]
    (tmp_path / "mine" / "spanish.md").write_text("## final\n", encoding="utf-8")
    assert mistakes(path) == [
        f"{tmp_path / 'mine' / 'spanish.md'}: this name is not read; call it es.md, en.md, ru.md."
    ]
    path.write_text("playbooks: other\n", encoding="utf-8")
    assert mistakes(path) == [f"playbooks: there is no folder {tmp_path / 'other'}."]
    path.write_text("playbooks: [mine]\n", encoding="utf-8")
    assert "playbooks" in mistakes(path)[0]


def test_another_encoding_is_said(tmp_path: Path) -> None:
    path = settings(tmp_path)
    (tmp_path / "mine" / "es.md").write_bytes("## final · Último\n".encode("latin-1"))
    assert mistakes(path) == [f"{tmp_path / 'mine' / 'es.md'}: save it as UTF-8 text."]


def test_mistakes_of_settings_and_playbooks_come_together(tmp_path: Path) -> None:
    path = settings(tmp_path, en="## finale\n")
    path.write_text("playbooks: mine\ntimezone: Mars\n", encoding="utf-8")
    said = mistakes(path)
    assert len(said) == 2
    assert "Mars" in said[0]
    assert "finale is no section" in said[1]


def test_braces_and_formulas_are_text_and_nothing_is_filled_in() -> None:
    sections, wrong = parse("## final · {x.__class__}\n- {account} {{ 7*7 }} %s\n- =1+1\n", playbook("en"))
    assert wrong == []
    assert sections["final"] == Section("{x.__class__}", ("{account} {{ 7*7 }} %s", "=1+1"))


def test_remarks_keep_the_line_numbers() -> None:
    assert parse("<!-- one\ntwo\n-->\nnonsense\n")[1][0].startswith("line 4:")


def test_the_packaged_files_can_be_copied_as_they_are(tmp_path: Path) -> None:
    text = {language: resource(f"templates/playbooks/{language}.md").read_text("utf-8") for language in LANGUAGES}
    cfg = load(settings(tmp_path, **text))
    assert all(cfg.playbook(language) == playbook(language) for language in LANGUAGES)
    assert own_playbooks(tmp_path / "mine")[1] == []


def test_own_steps_are_what_the_tasks_and_mails_of_a_run_carry(tmp_path: Path) -> None:
    files = {"en": "## urgent · Ours\n- Ask the oracle\n", "es": "## urgent\n- Preguntar al oráculo\n"}
    done = plan(
        book(URGENT),
        Memory(last_run=TODAY, seen={"C-1": date(2026, 12, 23)}),
        cfg=without_matters(load(settings(tmp_path, **files))),
    )
    (checklist,) = [str(row.values["checklist"]) for row in done.rows if row.tab == "tasks"]
    assert checklist.splitlines()[-1] == "• Ask the oracle"
    assert not any(step in checklist for step in playbook("en")["urgent"])
    steps = {message.to: message.body["sections"][0]["rows"][0]["steps"] for message in done.messages}
    assert steps["ana@example.com"][-1] == "Preguntar al oráculo"


def test_a_mistake_in_own_playbooks_stops_with_the_code_of_settings(tmp_path: Path) -> None:
    path = settings(tmp_path, en="## preparaton · x\n")
    answer = call("plan", "--config", str(path))
    assert answer.code == 78
    assert "Did you mean preparation?" in answer.err


def test_the_page_about_playbooks_lists_every_section_by_its_titles() -> None:
    lines = Path("docs/playbooks.md").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line.startswith("| `")]
    books = [playbook(language) for language in ("en", "es", "ru")]
    assert listed == [f"| `{key}` | {' | '.join(book.title(key) for book in books)} |" for key in books[0]]


def test_the_example_of_the_page_is_a_playbook() -> None:
    text = Path("docs/playbooks.md").read_text(encoding="utf-8")
    example = text.partition("```markdown\n")[2].partition("```")[0]
    sections, wrong = parse("\n".join(line.strip() for line in example.splitlines()), playbook("en"))
    assert wrong == []
    assert len(sections["final"].steps) == 2
