"""Who may get mail: whoever edits the sheet can choose among the allowed addresses, never add to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from email.utils import parseaddr

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def canonical(address: str) -> str | None:
    """The bare address in its one spelling (lower case, domain in ASCII), or None when it is no plain address.

    No display name, no quotes, no list, no control character: what is not one plain ``local@domain`` is not guessed at.
    """
    local, at, host = address.strip(" ").rpartition("@")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local):
        return None
    domain = canonical_domain(host)
    return f"{local.lower()}@{domain}" if domain else None


def mailbox(text: str) -> tuple[str, str] | None:
    """``Name <address>`` or a bare address as (name, canonical address); None when there is no address in it.

    For what the configuration says, never for what the sheet says.
    """
    name, address = parseaddr(text)
    plain = canonical(address)
    return None if plain is None else (name, plain)


def canonical_domain(host: str) -> str | None:
    """A domain in lower-case ASCII (``café.es`` is ``xn--caf-dma.es``), or None when it is none."""
    try:
        domain = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = domain.split(".")
    if len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return domain if len(labels) > 1 or domain == "localhost" else None


def allowed(address: str, team: Collection[str], patterns: Collection[str]) -> bool:
    """Whether internal mail may go to an address: in the team tab *and* matched by ``mail.allowed``."""
    return refusal(address, team, patterns) == ""


def refusal(address: str, team: Collection[str], patterns: Collection[str]) -> str:
    """Why internal mail may not go to an address: ``malformed``, ``not_in_team``, ``not_allowed``, or "" when it may.

    ``patterns`` are domains (``example.com``, ``@example.com``; their subdomains are others) or exact addresses.
    """
    plain = canonical(address)
    if plain is None:
        return "malformed"
    if plain not in {canonical(member) for member in team}:
        return "not_in_team"
    return "" if any(_matches(plain, pattern) for pattern in patterns) else "not_allowed"


def _matches(plain: str, pattern: str) -> bool:
    local, _, host = pattern.strip().rpartition("@")
    if local:
        return canonical(pattern) == plain
    domain = canonical_domain(host)
    return domain is not None and plain.rpartition("@")[2] == domain
