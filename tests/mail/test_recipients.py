"""Whoever edits the sheet can choose among the allowed addresses, never add to them."""

import pytest

from sheetcrm.mail.recipients import allowed, canonical, refusal

TEAM = ["Ana@Example.com", "luis@café.es", "eva@sub.example.com", "out@other.example"]
PATTERNS = ["example.com", "@café.es", "Guest@Partner.example"]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ana@example.com", ""),
        ("ANA@EXAMPLE.COM", ""),
        (" ana@example.com ", ""),
        ("luis@xn--caf-dma.es", ""),
        ("luis@CAFÉ.es", ""),
        ("eva@sub.example.com", "not_allowed"),
        ("out@other.example", "not_allowed"),
        ("bob@example.com", "not_in_team"),
        ("guest@partner.example", "not_in_team"),
        ("ana@example.com, eve@evil.example", "malformed"),
        ("ana@example.com\r\nBcc: eve@evil.example", "malformed"),
        ("ana@example.com\n", "malformed"),
        ("Ana <ana@example.com>", "malformed"),
        ("ana@example.com <eve@evil.example>", "malformed"),
        ('"ana@example.com"@evil.example', "malformed"),
        ("ana@example.com@evil.example", "malformed"),
        ("eve@evil.example(ana@example.com)", "malformed"),
        ("ana@example.com\x00", "malformed"),
        ("ana@example.com.", "malformed"),
        ("ana@example", "malformed"),
        ("@example.com", "malformed"),
        ("ana", "malformed"),
        ("", "malformed"),
        ("añá@example.com", "malformed"),
        ("a" * 65 + "@example.com", "malformed"),
        ("ana@" + "a" * 64 + ".com", "malformed"),
        (".ana@example.com", "malformed"),
        ("ana@ex ample.com", "malformed"),
        ("ana@exаmple.com", "not_in_team"),  # a Cyrillic а
        ("🎉@example.com", "malformed"),
    ],
)
def test_an_address_is_in_the_team_and_allowed_or_refused(address, why):
    assert refusal(address, TEAM, PATTERNS) == why
    assert allowed(address, TEAM, PATTERNS) is (why == "")


def test_an_exact_pattern_allows_one_address_only():
    team = ["guest@partner.example", "other@partner.example"]
    assert allowed("guest@partner.example", team, PATTERNS)
    assert not allowed("other@partner.example", team, PATTERNS)


@pytest.mark.parametrize("patterns", [[], [""], ["@"], ["*"], ["com"], [".com"], ["*.com"]])
def test_patterns_that_name_no_domain_allow_nobody(patterns):
    assert not allowed("ana@example.com", TEAM, patterns)


def test_a_malformed_team_member_harms_nobody():
    assert allowed("ana@example.com", ["", "nonsense", "x\ny@z.com", *TEAM], PATTERNS)


def test_one_spelling():
    assert canonical("Ana.Ruiz+crm@CAFÉ.es") == "ana.ruiz+crm@xn--caf-dma.es"
