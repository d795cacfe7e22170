"""What people get wrong: a handful of cells and rows that the problems tab has to show.

Each is raw text, as it would stand in the sheet. None is in a cell that says when something happened, so that an
earlier day's workbook has the same mistakes.
"""

from __future__ import annotations

from typing import Any

from sheetcrm.sample.cast import Account, Company

ORPHAN = "A-999"


def slip(company: Company) -> None:
    """Put the mistakes into the journal, once everything has its id."""
    slips = company.words.slips
    _contracts(company)
    _row(company, "accounts", company.of("low_quiet"))["owner"] = company.words.left
    _row(company, "accounts", company.of("project"))["critical"] = 12
    _row(company, "accounts", company.of("evergreen"))["sites"] = slips.several
    _row(company, "accounts", company.of("lost_budget"))["customer_email"] = slips.address
    invoices = [row for row in company.journal.of("invoices") if row.get("paid_on")]
    invoices[-1]["amount"] = slips.about
    invoices[-2]["amount"] = slips.money
    # Not where a blank id would take a case of the domain out of the sums.
    calm = {account.id for account in company.accounts if account.part.mood == "good"}
    tickets = [row for row in company.journal.of("tickets") if row.get("resolved_at") and row["account_id"] in calm]
    tickets[-1]["promised_at"] = "2026-02-30"
    tickets[-4]["ticket_id"] = None
    offers = [row for row in company.journal.of("opportunities") if row["kind"] != "renewal"]
    offers[-1]["account_id"] = ORPHAN


def _contracts(company: Company) -> None:
    """One account's contracts: an end that is no date, a stage of somebody's own, and a copied row."""
    for term in company.of("mistyped").running:
        row = next(row for row in company.journal.of("contracts") if row["contract_id"] == term.id)
        wrong = term.spec.cells.get("slip")
        if wrong == "end_date":
            row["end_date"] = company.words.slips.soon
        elif wrong == "renewal_stage":
            row["renewal_stage"] = company.words.slips.almost
        elif wrong == "contract_id":
            company.journal.write("contracts", **{**row, "notes": None})


def _row(company: Company, tab: str, account: Account) -> dict[str, Any]:
    return next(row for row in company.journal.of(tab) if row["account_id"] == account.id)
