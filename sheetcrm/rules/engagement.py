"""Contact: when we last spoke with a customer, and when the next contact is due (domain 4; 001, 002)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sheetcrm.columns import Linked, column
from sheetcrm.rules.ages import Floats, days_since, looked_up, marked
from sheetcrm.rules.signals import Signals
from sheetcrm.schema.column import Type


@column("interactions", show=False)
def age(date: pd.Series[Any], today: Any) -> Floats:
    """Days since the interaction.

    Unit: days
    Blank: its date can't be read
    Source: domain 4 (contact)
    """
    return days_since(date, today)


@column("interactions", show=False)
def contact_age(age: pd.Series[Any], channel: pd.Series[Any], cfg: Any) -> Floats:
    """Days since the interaction, when it was a contact: a visit, call, email, meeting, proposal or report.

    Unit: days
    Blank: it was no contact
    Source: domain 4 (contact)
    """
    return np.where(marked(channel, *cfg.contact.channels), age, np.nan)


@column("accounts", show=False, type=Type.TEXT)
def tier_used(tier: pd.Series[Any]) -> Any:
    """The tier that rules go by: a blank one counts as standard.

    Blank: the tier can't be read
    Source: domain 3 (accounts)
    """
    return tier.fillna("standard")


@column("accounts", show=False)
def cadence(tier_used: pd.Series[Any], cfg: Any) -> Floats:
    """Days that should pass at most between contacts: 30 for key accounts, 90 for standard ones (and without a tier).

    Unit: days
    Blank: low tier: they call us
    Source: domain 4 (contact and cadence); 002 items 13, 16
    """
    return looked_up(tier_used, cfg.contact.cadence_days)


@column("accounts", contacts="interactions.contact_age")
def days_since_contact(contacts: Linked) -> Any:
    """Days since the last visit, call, email, meeting, proposal or report.

    Unit: days
    Blank: no contact was noted
    Source: domain 4 (contact and cadence); 002 items 4, 20
    """
    return contacts.min()


@column("accounts")
def last_contact(days_since_contact: pd.Series[Any], today: Any) -> Any:
    """The day of the last visit, call, email, meeting, proposal or report.

    Blank: no contact was noted
    Source: domain 4 (contact and cadence); 001 item 8; 002 item 4
    """
    return _days_after(today, -days_since_contact.to_numpy())


@column("accounts", show=False, channels="interactions.channel")
def silence(days_since_contact: pd.Series[Any], first_start: pd.Series[Any], channels: Linked, today: Any) -> Floats:
    """Days without contact: since the last one or, where none was ever noted, since the first term's start.

    Unit: days
    Blank: nothing is known: nobody notes interactions with their channel, or there is no begun term either
    Source: domain 4 (health: engagement)
    """
    # Without a channel no row tells whether it was a contact, and silence is not to be read into that.
    if not channels.values.notna().any():
        return np.full(channels.size, np.nan)
    since_start = days_since(first_start, today)
    begun = np.where(since_start >= 0, since_start, np.nan)
    return np.where(days_since_contact.notna(), days_since_contact, begun)


@column("accounts", show=False)
def untouched(silence: pd.Series[Any], cadence: pd.Series[Any], client_status: pd.Series[Any]) -> Floats:
    """1 where the silence is longer than the tier's own cadence, else 0. Never for an ex-client: it is lost already.

    Source: domain 4 (risk signals: untouched past its cadence); 002 item 20
    """
    return ((silence > cadence) & (client_status != "ex_client")).to_numpy().astype(float)


@column("accounts")
def next_contact_due(
    silence: pd.Series[Any],
    cadence: pd.Series[Any],
    signal_rows: Signals,
    recurrent_faults: pd.Series[Any],
    today: Any,
    cfg: Any,
) -> Any:
    """The day by which the customer should be contacted: the last contact (else the first term's start) plus the
    cadence, which a request for quotes, a billing complaint, a new decision-maker or a recurrent fault halves.

    Blank: low tier, or no contact and no begun term
    Source: domain 4 (contact and cadence); 002 items 4, 13, 16, 20, 37
    """
    halved = (signal_rows.count(*cfg.contact.halved_by) > 0) | (recurrent_faults > 0).to_numpy()
    wait = np.where(halved, np.floor(cadence / 2), cadence)
    return _days_after(today, wait - silence.to_numpy())


@column("accounts", show=False)
def factor_engagement(silence: pd.Series[Any], cadence: pd.Series[Any]) -> Floats:
    """Health factor: 100 while the silence is within the cadence, falling to 0 at three times the cadence.

    Unit: points, 0 to 100
    Blank: low tier, or nothing is known of contacts
    Source: domain 4 (health: engagement); 002 items 4, 20
    """
    return engagement_points(silence.to_numpy(), cadence.to_numpy())


def engagement_points(silence: Floats, cadence: Floats) -> Floats:
    """The engagement factor after this many days of silence."""
    return np.asarray(100.0 * np.clip((3.0 * cadence - silence) / (2.0 * cadence), 0.0, 1.0))


def _days_after(today: Any, days: Floats) -> Any:
    known = ~np.isnan(days)
    result = np.full(len(days), np.datetime64("NaT", "s"))
    whole = np.where(known, days, 0.0).astype(np.int64)
    result[known] = (today + whole * np.timedelta64(86400, "s"))[known]
    return result
