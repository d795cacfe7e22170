"""What a server's words mean: for the letter, for its recipient, for us."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheetcrm.mail.replies import about_us, over_quota, permanent, quota_pause


@pytest.mark.parametrize(
    ("code", "text", "final"),
    [
        (550, "5.1.1 unknown", True),
        (550, "unknown", True),
        (451, "later", False),
        (450, "4.2.2 full", False),
        (552, "5.2.2 full", False),
        (452, "4.3.4 too big", True),
        (550, "4.7.1 greylisted", False),
        (421, "", False),
        (550, "5.7.1 rejected by policy", True),
        (554, "5.7.0 spam", True),
        (550, "4.7.650 try again later", False),
        (552, "5.2.3 Your message exceeded Google's message size limits", True),
        (450, "", False),
        (550, "version 4.2.1 says no", True),
        (451, "see 5.1.1.7 or 5.2.1-3 later", False),
        (550, "#5.1.0 Address rejected", True),
        (450, "450 4.7.1 greylisted", False),
        (550, "<ana@example.com>: mailbox full (5.2.2)", False),
    ],
)
def test_the_enhanced_status_outranks_the_code(code, text, final):
    assert permanent(code, text) is final


@pytest.mark.parametrize(
    ("code", "text", "quota"),
    [
        (550, "5.4.5 Daily user sending limit exceeded. For more information", True),
        (550, "Daily sending quota exceeded", True),
        (554, "5.2.0 Exceeded the daily message limit", True),
        (454, "Throttling failure: Maximum sending rate exceeded.", True),
        (552, "5.2.2 The email account that you tried to reach is over quota, limit exceeded daily", False),
        (552, "5.3.4 Message size exceeds fixed limit", False),
        (550, "5.1.1 no such user", False),
        (552, "5.2.3 Your message exceeded Google's message size limits", False),
        (250, "2.0.0 ok, daily limit reached", False),
    ],
)
def test_our_quota_is_told_from_theirs(code, text, quota):
    assert over_quota(code, text) is quota


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("550 5.4.5 Daily user sending limit exceeded", 6),
        ("554 hourly message limit exceeded", 1),
        ("454 Throttling failure: Maximum sending rate exceeded.", 1 / 6),
        ("550 5.1.90", 6),
    ],
)
def test_a_quota_is_left_alone_for_as_long_as_it_lasts(text, hours):
    assert quota_pause(text) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("code", "text", "ours"),
    [
        (530, "5.7.0 Authentication Required", True),
        (535, "", True),
        (550, "5.1.8 bad outbound sender", True),
        (450, "4.1.8 sender domain not found now", False),
        (550, "5.1.1 no such user", False),
        (554, "5.7.1 Relay access denied", False),
    ],
)
def test_a_refusal_of_us_is_told_from_one_of_them(code, text, ours):
    assert about_us(code, text) is ours
