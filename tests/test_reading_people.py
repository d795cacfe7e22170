"""Whom an owner cell means."""

from __future__ import annotations

from tests.tables import snapshot

TEAM = """
    email | name | role
    Ana@Example.com | Ana García | owner
    luis@example.com | Luis Pérez | manager
    luis2@example.com | Luis Pérez | owner
"""


def owners(*typed, team=TEAM):
    rows = "\n".join(f"A-{at} | x | {text}" for at, text in enumerate(typed))
    tabs = {"accounts": "account_id | name | owner\n" + rows}
    found = snapshot({**tabs, "team": team} if team else tabs)
    codes = [(one.cell, one.code) for one in found.problems if one.tab == "accounts"]
    return found["accounts"].frame["owner"].fillna("").tolist(), codes, found


def test_names_and_addresses_in_any_case_become_addresses():
    read, codes, _ = owners("Ana García", "ANA GARCIA", "ana@example.COM", "Ana García <ana@example.com>", "")
    assert read == ["ana@example.com"] * 4 + [""]
    assert codes == []


def test_an_ambiguous_name_is_blank_and_a_problem():
    read, codes, found = owners("Luis Pérez")
    assert read == [""]
    assert codes == [("C2", "person_ambiguous")]
    (problem,) = (one for one in found.problems if one.tab == "accounts")
    assert problem.params["addresses"] == ["luis2@example.com", "luis@example.com"]
    assert not found["accounts"].unreadable  # whose it is does not decide what the row says


def test_an_unknown_name_stays_as_typed_and_is_a_problem():
    read, codes, _ = owners("Zoe Nadie", "Ana", "Ana Garcia Ruiz")
    assert read == ["Zoe Nadie", "Ana", "Ana Garcia Ruiz"]
    assert codes == [("C2", "person_unknown"), ("C3", "person_near"), ("C4", "person_near")]


def test_without_a_team_tab_everybody_is_as_typed():
    assert owners("Ana", team="")[:2] == (["Ana"], [])
    assert owners("Ana", team="email | name")[:2] == (["Ana"], [])


def test_addresses_of_the_team_are_lower_case_and_unique_in_any_case():
    found = snapshot({"team": TEAM + "\nANA@example.com | Otra Ana | owner"})
    assert found["team"].frame["email"].tolist() == ["luis@example.com", "luis2@example.com"]
    assert found["team"].typed_ids.tolist() == ["luis@example.com", "luis2@example.com"]
    assert [one.code for one in found.problems if one.tab == "team"] == ["id_repeated", "id_repeated"]


def test_managers_and_delegates_are_members_too():
    found = snapshot(
        {
            "team": "email | name | manager | delegate\na@example.com | Ana | Luis | a@example.com\nl@example.com | Luis | Jefe |"
        }
    )
    assert found["team"].frame["manager"].tolist() == ["l@example.com", "Jefe"]
    assert [(one.cell, one.code, one.owner) for one in found.problems if one.tab == "team"] == [
        ("C3", "person_unknown", "l@example.com")
    ]


def test_a_team_address_that_is_none_is_a_problem_but_its_name_is_still_known():
    found = snapshot({"team": "email | name\nana | Ana\nb@example.com | B"})
    assert [(one.cell, one.code) for one in found.problems if one.tab == "team"] == [("A2", "address")]
    assert found["team"].frame["email"].tolist() == ["ana", "b@example.com"]
