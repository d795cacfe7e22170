"""The health model in plain Python, one account at a time, written from the domain's text alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracle.factors import ORDER, WEIGHTS, Factors, bad, half_up


class Health(Factors):
    """The score of the accounts of a workbook."""

    # --- the score

    def factors(self, account: dict[str, Any]) -> dict[str, float | None]:
        return {name: getattr(self, name)(account) for name in ORDER}

    def coverage(self, account: dict[str, Any], factors: dict[str, float | None] | None = None) -> float | None:
        tier = self.tier(account)
        if tier is None or not self.is_client(account):
            return None
        present = factors or self.factors(account)
        return sum(w for name, w in zip(ORDER, WEIGHTS[tier], strict=True) if present[name] is not None) / 100

    def computed(self, account: dict[str, Any], closed: Any = None, paid: Any = None, **changed: Any) -> float | None:
        tier = self.tier(account)
        if tier is None or not self.is_client(account):
            return None
        factors = {**self.factors(account), **changed}
        score = sum(
            w * (60 if factors[name] is None else factors[name]) for name, w in zip(ORDER, WEIGHTS[tier], strict=True)
        )
        caps = []
        if any(kind == "cancellation_notice" for kind, _ in self.spoken(account)):
            caps.append(20)
        if (self.days_overdue(account, paid) or 0) > 60:
            caps.append(40)
        if self.critical(account, closed):
            caps.append(50)
        if not caps and self.coverage(account, factors) < 0.4:
            return None
        return min([score / 100, *caps])

    def override(self, account: dict[str, Any]) -> float | None:
        cells = ("health_override", "health_override_reason", "health_override_until")
        value, reason, until = (account.get(cell) for cell in cells)
        if bad(account, *cells) or value is None or not reason or until is None:
            return None
        return value if 0 <= (until - self.today).days <= 90 else None

    def score(self, account: dict[str, Any]) -> int | None:
        if not self.is_client(account):
            return None
        fixed, computed = self.override(account), self.computed(account)
        if fixed is not None:
            return half_up(fixed)
        return None if computed is None else half_up(computed)

    def standing(self, account: dict[str, Any], until: date) -> tuple[float | None, str | None]:
        rows = [row for row in self.past if row[0] == account["account_id"] and row[1] <= until]
        return max(rows, key=lambda row: row[1])[2:] if rows else (None, None)

    def band(self, account: dict[str, Any]) -> str | None:
        if not self.is_client(account) or self.coverage(account) is None:
            return None if self.score(account) is None else self._banded(account)
        return "no_data" if self.score(account) is None else self._banded(account)

    def _banded(self, account: dict[str, Any]) -> str:
        score = self.score(account)
        before, band = self.standing(account, self.today - timedelta(days=1))
        names = ["red", "yellow", "green"]
        plain = self._plain(score)
        if before is None or names.index(plain) <= names.index(band):
            return plain
        # Each step up needs its boundary and three points.
        reached = names.index(band)
        for boundary, rank in ((50, 1), (75, 2)):
            if rank > reached and score > boundary + 3:
                reached = rank
        return names[reached]

    def _plain(self, score: float) -> str:
        return "red" if score <= 50 else "yellow" if score <= 75 else "green"

    def trend(self, account: dict[str, Any]) -> str | None:
        score = self.score(account)
        before, _ = self.standing(account, self.today - timedelta(days=28))
        if score is None or before is None:
            return None
        return "up" if score - before >= 5 else "down" if score - before <= -5 else "stable"

    def best_act(self, account: dict[str, Any]) -> tuple[str, int] | None:
        now = self.computed(account)
        if now is None:
            return None
        acts: list[tuple[str, float | None]] = []
        if self.silence(account) is not None:
            contact = {"engagement": self.engagement(account, True), "relationship": self.relationship(account, True)}
            acts.append(("contact", self.computed(account, **contact)))
        oldest = self.oldest_open(account)
        if oldest is not None:
            acts.append(("ticket", self.computed(account, closed=oldest, tickets=self.tickets(account, oldest))))
        owed = [row for row in self.unpaid(account) if self.overdue(row) > 0]
        if owed:
            acts.append(("invoice", self.computed(account, paid=owed[0], payment=self.payment(account, owed[0]))))
        gains = [(half_up(after) - half_up(now), name, half_up(after)) for name, after in acts if after is not None]
        best = max(gains, key=lambda gain: gain[0], default=(0, "", 0))
        return (best[1], best[2]) if best[0] >= 1 else None
