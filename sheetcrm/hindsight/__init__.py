"""What the health score said before customers decided, held against what they decided then. Pure.

Told from the workbook's own past: each term that was renewed or lost, the score as it stood a while before, and how
well that told the two apart. Below a certain number of decisions nothing is claimed at all (domain 4).
"""

from sheetcrm.hindsight.findings import Band, Found, Seen, validate
from sheetcrm.hindsight.outcomes import Outcomes
from sheetcrm.hindsight.separation import Separation

__all__ = ["Band", "Found", "Outcomes", "Seen", "Separation", "validate"]
