"""What a sample company needs to speak a language: names, places and sentences as people write them.

Sentences may hold ``{who}`` (a contact's name), ``{place}``, ``{asset}`` and ``{day}``; nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Slips:
    """Raw texts that people type where the sheet expects something else."""

    soon: str
    about: str
    money: str
    several: str
    almost: str
    address: str


@dataclass(frozen=True)
class Words:
    """One language's vocabulary. ``firms`` pairs a name pattern with its industry; ``cores`` fill the patterns."""

    firms: tuple[tuple[str, str], ...]
    cores: Lines
    women: Lines
    men: Lines
    surnames_women: Lines
    surnames_men: Lines
    roles: Lines
    places: Lines
    equipment: Lines
    phone: str
    titles: Mapping[str, Lines]
    terms: Lines
    talks: Mapping[str, Lines]
    surveys: Mapping[str, Lines]
    signals: Mapping[str, Lines]
    next_steps: Lines
    tickets: Mapping[str, Lines]
    action_plans: Lines
    resolutions: Mapping[str, str]
    deals: Mapping[str, Lines]
    success: Lines
    reasons: Mapping[str, Lines]
    tasks: Mapping[str, Lines]
    checklist: str
    rivals: Lines
    strengths: Lines
    lessons: Lines
    second_chance: Lines
    notes: Lines
    moved_to: str
    channel: Lines
    risk_plan: Lines
    account_plan: Lines
    payment_plan: str
    override: str
    left: str
    slips: Slips
