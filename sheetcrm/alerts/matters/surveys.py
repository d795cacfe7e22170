"""What the month's answers ask for: that managers look at them together (002 items 39 and 40)."""

from __future__ import annotations

import numpy as np

from sheetcrm.alerts.matters.matter import Cases, found, matter, month
from sheetcrm.config import Config
from sheetcrm.evaluated import Evaluated
from sheetcrm.rules.ages import marked
from sheetcrm.rules.dates import days


@matter("team", nature="admin")
def survey_analysis(state: Evaluated, _: Config) -> Cases:
    """Each manager's look at the surveys answered last month: trend, causes of friction, what is put right."""
    talks = state.frames["interactions"]
    answered = days(talks["date"])[(marked(talks["channel"], "survey")) & talks["score"].notna().to_numpy()]
    this_month = np.datetime64(state.as_of, "M")
    any_last_month = bool((answered.astype("datetime64[M]") == this_month - 1).any())
    return found(marked(state.frames["team"]["role"], "manager") & any_last_month, month(state))
