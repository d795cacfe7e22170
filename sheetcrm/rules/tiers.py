"""The tier that the numbers suggest, and when people should review theirs (domain 4, tier; 001 items 1 to 5, 9, 16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Partial, Unreadable, column
from sheetcrm.model import Ints
from sheetcrm.rules.ages import Flags, Floats, filled, looked_up, marked
from sheetcrm.rules.dates import add_months, days
from sheetcrm.rules.labels import labelled
from sheetcrm.rules.strategy import Middle
from sheetcrm.schema.accounts import TIERS
from sheetcrm.schema.column import Type

KEY_SIGNS = ("top_value", "critical", "sites", "potential")
"""What makes a candidate for key."""
LOW_SIGNS = ("difficult", "low_value", "old_rate")
"""What makes an account low, unless it is key."""
_TINY = 1e-9


@column("accounts", show=False)
def place(account_id: pd.Series[Any], annual_value: pd.Series[Any], volume: pd.Series[Any]) -> Ints:
    """The account's place among all, from 1: by annual value, then by volume, then by id; blanks come last.

    Source: domain 4 (tier)
    """
    names = np.argsort(np.argsort(account_id.to_numpy(dtype=object).astype(str), kind="stable"))
    order = np.lexsort((names, *(-amounts.fillna(-np.inf).to_numpy() for amounts in (volume, annual_value))))
    return np.argsort(order) + 1


@column("accounts", show=False)
def client_place(place: pd.Series[Any], annual_value: pd.Series[Any], is_client: pd.Series[Any]) -> Floats:
    """The account's place, from 1, among the clients whose annual value is known.

    Blank: no client, or its annual value is not known
    Source: domain 4 (tier)
    """
    valued = ((is_client == 1) & annual_value.notna()).to_numpy()
    return _ranked(place, valued)


@column("accounts", show=False, type=Type.TEXT)
def key_signs(
    client_place: pd.Series[Any],
    client_status: pd.Series[Any],
    critical: pd.Series[Any],
    sites: pd.Series[Any],
    potential: pd.Series[Any],
    volume: pd.Series[Any],
    is_client: pd.Series[Any],
    middle: Middle,
    cfg: Any,
) -> Any:
    """What makes the account a candidate for key: ``top_value`` (among the top 20% of clients by annual value, rounded
    up, 10 at most), ``critical`` (to us), ``sites`` (3 or more), ``potential`` (high, of a prospect or with a volume
    from the median of clients up).

    Blank: nothing does
    Source: domain 4 (tier); 001 item 9; 002 item 13
    """
    rule = cfg.portfolio
    most = min(rule.key_most, _share(rule.key_share, is_client))
    promising = (client_status == "prospect").to_numpy() | (volume >= middle.volume).to_numpy()
    return _named(
        KEY_SIGNS,
        (client_place <= most).to_numpy(),
        marked(critical, "yes"),
        (sites >= rule.key_sites).to_numpy(),
        marked(potential, "high") & promising,
    )


@column("accounts", show=False, type=Type.TEXT)
def low_signs(
    client_place: pd.Series[Any],
    rate_unraised: pd.Series[Any],
    potential: pd.Series[Any],
    difficult: pd.Series[Any],
    cfg: Any,
) -> Any:
    """What makes the account low: ``difficult`` (people marked it), ``low_value`` (low potential, and among the bottom
    20% of the clients whose annual value is known, rounded up), ``old_rate`` (low potential, and no higher rate in 24
    months).

    Blank: nothing does
    Source: domain 4 (tier); 001 items 16, 17
    """
    valued = int(client_place.notna().sum())
    bottom = (client_place > valued - _share(cfg.portfolio.low_share, client_place.notna())).to_numpy()
    little = marked(potential, "low")
    return _named(LOW_SIGNS, marked(difficult, "yes"), little & bottom, little & (rate_unraised == 1).to_numpy())


@column("accounts")
def tier_suggested(place: pd.Series[Any], key_signs: pd.Series[Any], low_signs: pd.Series[Any], cfg: Any) -> Any:
    """The tier that the numbers suggest; the team decides. Key: the first 10, by annual value, volume and id, of the
    candidates (the top 20% of clients by annual value, 10 at most; critical; 3 or more sites; a high potential of a
    prospect or with a volume from the median up). Low, unless key: a low potential with an annual value in the bottom
    fifth of clients, or with no higher rate in 24 months; or a difficult client. Else standard.

    Blank: a cell that decides it can't be read
    Source: domain 4 (tier); 001 items 1 to 4, 9, 16; 002 items 13, 14
    """
    first = _ranked(place, filled(key_signs)) <= cfg.portfolio.key_most
    return labelled((first, "key"), (filled(low_signs), "low"), default="standard")


@column("accounts", show=False, type=Type.TEXT)
def tier_why(
    tier_suggested: pd.Series[Any],
    key_signs: pd.Series[Any],
    low_signs: pd.Series[Any],
    client_place: pd.Series[Any],
    sites: pd.Series[Any],
    words: Any,
    cfg: Any,
) -> list[str | None]:
    """Why this tier is suggested, in one sentence: each sign that speaks for it; for a candidate who is not among the
    first 10, that they are taken.

    Blank: no tier can be suggested
    Source: domain 4 (tier)
    """
    rule, clients = cfg.portfolio, int(client_place.notna().sum())
    fixed = {sign: words.text(f"tier.why.{sign}") for sign in ("critical", "potential", "difficult", "none")} | {
        "old_rate": words.plural("tier.why.old_rate", rule.rate_months),
        "crowded": words.plural("tier.why.crowded", rule.key_most),
    }
    titles = {tier: words.value("tier", tier) for tier in TIERS}
    said: list[str | None] = []
    rows = (series.tolist() for series in (tier_suggested, key_signs, low_signs, client_place, sites))
    for tier, key, low, rank, count in zip(*rows, strict=True):
        if not isinstance(tier, str):
            said.append(None)
            continue
        crowded = isinstance(key, str) and tier != "key"
        signs = key if tier == "key" else low if tier == "low" else None
        names = [*(signs.split("; ") if isinstance(signs, str) else []), *(["crowded"] if crowded else [])]
        told = []
        for name in names or ["none"]:
            if name in fixed:
                told.append(fixed[name])
            elif name == "sites":
                told.append(words.plural("tier.why.sites", count))
            else:
                told.append(words.text(f"tier.why.{name}", place=f"{rank:.0f}", clients=str(clients)))
        said.append(f"{titles[tier]}: {'; '.join(told)}.")
    return said


@column("accounts", show=False, type=Type.TEXT)
def tier_move(tier_used: pd.Series[Any], tier_suggested: pd.Series[Any]) -> Any:
    """Whether the suggested tier is a promotion (``up``) or a demotion (``down``) from the one that people set (a blank
    one counts as standard).

    Blank: it is the same, or either is not known
    Source: domain 4 (tier reviews name promotions and demotions); 001 item 5
    """
    ranks = {tier: float(-rank) for rank, tier in enumerate(TIERS)}
    now, then = looked_up(tier_suggested, ranks), looked_up(tier_used, ranks)
    return labelled((now > then, "up"), (now < then, "down"))


@column("accounts", show=False, type=Type.DATE, copes=("client_since",))
def tier_review_due(
    tier_used: pd.Series[Any],
    tier_reviewed_on: pd.Series[Any],
    client_since: pd.Series[Any],
    first_start: pd.Series[Any],
    client_status: pd.Series[Any],
    cfg: Any,
    unreadable: Unreadable,
) -> Partial:
    """The day on which the tier is to be reviewed: 6 months (key) or 12 (others) after its last review; where it never
    was, after the account became a client (``client_since``, else its first term's start).

    Blank: an ex-client; or never reviewed and not yet a client
    Source: domain 4 (tier reviews); 001 item 5
    """
    since = np.where(client_since.notna(), days(client_since), days(first_start))
    anchor = np.where(tier_reviewed_on.notna(), days(tier_reviewed_on), since)
    due = add_months(anchor, looked_up(tier_used, cfg.portfolio.review_months))
    former = (client_status == "ex_client").to_numpy()
    unknown = tier_reviewed_on.isna().to_numpy() & unreadable["client_since"]
    return Partial(np.where(former, np.datetime64("NaT", "D"), due), unknown)


@column("accounts", show=False)
def tier_review_now(tier_review_due: pd.Series[Any], today: Any) -> Any:
    """1 once the day of the tier's review has come, else 0.

    Source: domain 5 (tier review due); 001 item 5
    """
    return days(tier_review_due) <= today.astype("datetime64[D]")


def _ranked(place: pd.Series[Any], chosen: Flags) -> Floats:
    """The place, from 1, among the chosen; NaN for the others."""
    ranks = np.full(len(place), np.nan)
    rows = np.flatnonzero(chosen)
    ranks[rows[np.argsort(place.to_numpy()[rows], kind="stable")]] = np.arange(1, len(rows) + 1)
    return ranks


def _share(share: float, of: pd.Series[Any]) -> int:
    """This share of the rows that are true, rounded up."""
    # 0.2 × 35 is a hair over 7.
    return int(np.ceil(share * int((of == 1).sum()) - _TINY))


def _named(names: Sequence[str], *signs: Flags) -> Any:
    """The names of each row's signs, joined; None where it has none."""
    numbers = sum(flags.astype(np.int64) << bit for bit, flags in enumerate(signs))
    texts = [
        "; ".join(name for bit, name in enumerate(names) if number >> bit & 1) for number in range(1 << len(names))
    ]
    return pd.Series(np.array(texts, dtype=object)[numbers], dtype="str")
