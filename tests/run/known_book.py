"""A company written down by hand, and every value that domain 4 gives it on Monday 23 November 2026, worked out by hand.

Two decided terms were renewed and two lost within 24 months, so r = (2 + 7.5) / (4 + 10) = 0.678571, and an account
without a band starts at p0 = 0.70 + r - 0.75 = 0.628571. A-9's health is not covered enough for a band: silence alone.
"""

from __future__ import annotations

DAY = "2026-11-23"
SETTINGS = "rates: {USD: 0.9}\n"

TEAM = """
    email           | name | role      | manager
    ana@example.com | Ana  | owner     | Mia
    mia@example.com | Mia  | manager   | dora@example.com
    dora@example.com| Dora | direction |
"""
ACCOUNTS = """
    account_id | name      | owner           | tier     | health_override | health_override_reason | health_override_until
    A-1        | Norte 😀  | Ana             | standard |    |              |
    A-2        | =1+1      | ana@example.com | key      |    |              |
    A-3        | Sur       | Ana             | standard |    |              |
    A-4        | Este      | Ana             | standard | 90 | They told us | 2027-01-31
    A-5        | Oeste     | Ana             | low      |    |              |
    A-6        | Nuevo     | Ana             | standard |    |              |
    A-8        | Leaving   | Ana             | standard |    |              |
    A-9        | General   | Ana             | standard |    |              |
    A-10       | Dollar    | Ana             | standard |    |              |
    A-11       | Evergreen | Ana             | standard |    |              |
    A-12       | Tickets   | Ana             | standard |    |              |
    A-13       | Faults    | Ana             | standard |    |              |
    A-14       | Ghosted   | Ana             | standard |    |              |
"""
CONTRACTS = """
    contract_id | account_id | start_date | end_date | value | currency | renewal_period | auto_renew | notice_days | renewal_stage | renewal_value | probability | predecessor_id | closed_on | loss_reason | contract_type
    C-01 | A-9 | 2026-01-01 | 2026-12-31 | 1200 |  |  |  |  | planned |  |  |  |  |  |
    C-02 | A-9 | 2025-12-16 | 2026-12-15 | 2400 |  |  | yes |  | planned |  |  |  |  |  |
    C-03 | A-9 | 2026-03-01 | 2027-02-28 | 300 |  |  | yes | 60 | planned |  |  |  |  |  |
    C-04 | A-11 | 2024-02-29 |  | 500 |  |  |  |  |  |  |  |  |  |  |
    C-05 | A-6 | 2026-12-01 | 2027-11-30 | 900 |  |  |  |  | planned |  |  |  |  |  |
    C-06 | A-9 | 2025-11-14 | 2026-11-13 | 600 |  |  |  |  | planned |  |  |  |  |  |
    C-07 | A-9 | 2026-02-22 | 2027-02-21 | 100 |  |  |  |  | planned |  |  |  |  |  |
    C-08 | A-9 | 2026-02-23 | 2027-02-22 | 100 |  |  |  |  | planned |  |  |  |  |  |
    C-09 | A-9 | 2025-11-24 | 2026-11-23 | 100 |  |  |  |  | planned |  |  |  |  |  |
    C-10 | A-9 | 2025-06-01 | 2026-05-31 | 1000 |  |  |  |  | negotiation |  |  |  | 2026-05-20 |  |
    C-11 | A-9 | 2026-06-01 | 2027-05-31 | 1100 |  |  |  |  | planned |  |  | C-10 |  |  |
    C-12 | A-9 | 2025-12-16 | 2026-12-15 | 800 |  |  |  |  | payment_received | 900 |  |  | 2026-10-01 |  |
    C-13 | A-9 | 2025-10-01 | 2026-09-30 | 700 |  |  |  |  | lost |  |  |  | 2026-09-30 | price |
    C-14 | A-9 | 2026-01-01 | 2026-12-31 | 700 |  |  |  |  | lost |  |  |  | 2026-11-01 | price |
    C-15 | A-9 | 2026-08-31 | 2027-02-27 | 600 |  |  |  |  | planned |  |  |  |  |  |
    C-16 | A-9 | 2026-10-01 | 2026-12-10 | 710 |  | P3M |  |  | proposal |  |  |  |  |  |
    C-17 | A-9 | 2026-01-01 | 2026-12-05 | 5000 |  |  |  |  |  |  |  |  |  |  | project
    C-18 | A-9 | 2026-01-01 | 2026-12-31 | 1000 |  |  |  |  | negotiation | 1500 | 80 |  |  |  |
    C-19 | A-10 | 2026-05-01 | 2027-04-30 | 1000 | USD |  |  |  | planned |  |  |  |  |  |
    C-20 | A-9 | 2026-01-01 | 2026-02-30 | 100 |  |  |  |  | planned |  |  |  |  |  |
    C-24 | A-8 | 2026-01-01 | 2026-12-31 | 1200 |  |  | yes |  | planned |  |  |  |  |  |
    C-25 | A-9 | 2026-01-01 | 2026-12-31 | 700 |  |  |  |  | lost |  |  |  | 2026-12-20 | price |
    C-26 | A-9 | 2026-11-01 | 2026-11-30 | 100 |  |  |  |  | planned |  |  |  |  |  |
    C-27 | A-9 | 2026-01-01 | 2026-12-31 | 200 |  | anual |  |  | planned |  | 0.35 |  |  |  |
    C-28 | A-9 | 2025-12-11 | 2026-12-10 | 100 |  |  |  |  | invoice_sent |  |  |  |  |  |
    C-29 | A-9 | 2025-12-06 | 2026-12-05 | 100 |  |  |  |  | invoice_needed |  |  |  |  |  |
    C-30 | A-9 | 2025-12-06 | 2026-12-05 | 100 |  |  |  |  | contacted |  |  |  |  |  |
    C-40 | A-1 | 2025-12-01 | 2027-11-30 | 2400 |  |  |  |  | planned |  |  |  |  |  |
    C-41 | A-2 | 2025-12-01 | 2027-11-30 | 4800 |  |  |  |  | planned |  |  |  |  |  |
    C-42 | A-3 | 2025-12-01 | 2027-11-30 | 2400 |  |  |  |  | planned |  |  |  |  |  |
    C-43 | A-4 | 2025-12-01 | 2027-11-30 | 2400 |  |  |  |  | planned |  |  |  |  |  |
    C-44 | A-5 | 2025-01-01 | 2025-12-31 | 1500 |  |  |  |  | planned |  |  |  |  |  |
    C-45 | A-14 | 2025-11-14 | 2026-11-13 | 365 |  |  |  |  | planned |  |  |  |  |  |
"""
INTERACTIONS = """
    interaction_id | date | account_id | contract_id | channel | score | signal | next_step | next_step_due | next_step_done_on
    I-1 | 2026-07-11 | A-1 |  | call |  |  |  |  |
    I-2 | 2026-09-01 | A-1 |  | other |  |  | Send figures | 2026-09-10 | 2026-09-10
    I-3 | 2026-09-01 | A-1 |  | other |  |  | Send plan | 2026-09-20 | 2026-09-19
    I-4 | 2026-10-01 | A-1 |  | other |  |  | Send offer | 2026-10-10 | 2026-10-09
    I-5 | 2026-10-01 | A-1 |  | other |  |  | Send parts | 2026-10-10 | 2026-10-12
    I-6 | 2026-08-25 | A-1 |  | survey | 8 |  |  |  |
    I-7 | 2026-10-09 | A-1 |  | other |  | purchasing_change |  |  |
    I-8 | 2026-11-13 | A-2 |  | visit |  |  |  |  |
    I-9 | 2026-11-23 | A-3 |  | call |  |  |  |  |
    I-10 | 2026-11-10 | A-8 | C-24 | other |  | cancellation_notice |  |  |
    I-11 | 2026-11-01 | A-12 |  | other |  |  | Call back | 2026-11-20 |
    I-12 | 2026-11-01 | A-12 |  | other |  |  | Call again | 2026-11-23 |
"""
TICKETS = """
    ticket_id | account_id | opened_at | priority | asset | promised_at | resolved_at
    T-1 | A-1 | 2026-11-20 | high | P-1 |  |
    T-2 | A-2 | 2026-11-17 | critical | P-2 |  |
    T-3 | A-12 | 2026-11-03 | low | P-3 |  | 2026-11-10
    T-4 | A-12 | 2026-11-03 | high | P-4 |  | 2026-11-06
    T-5 | A-12 | 2026-11-20 |  | P-5 | 2026-11-25 |
    T-6 | A-12 | 2026-11-19 14:00 | high | P-6 |  |
    T-7 | A-13 | 2026-09-14 | low | P-7 |  | 2026-09-15
    T-8 | A-13 | 2026-10-05 | low | P-7 |  | 2026-10-06
    T-9 | A-13 | 2026-11-18 | low | P-7 |  | 2026-11-19
"""
TASKS = """
    task_id | account_id | title | owner | due | done_on
    K-1 | A-1 | Later | Ana | 2026-12-31 |
    K-2 | A-1 | Today | Ana | 2026-11-23 |
    K-3 | A-1 | Late | Ana | 2026-11-20 |
    K-4 | A-1 | Done | Ana | 2026-11-20 | 2026-11-22
"""
INVOICES = """
    invoice_id | account_id | issued_on | due_on | amount | paid_on
    F-1 | A-1 | 2026-06-26 | 2026-07-06 | 100 | 2026-07-26
    F-2 | A-1 | 2026-10-14 | 2026-11-13 | 100 |
    F-3 | A-3 | 2026-08-05 | 2026-09-04 | 100 |
"""
CONTACTS = """
    contact_id | account_id | name
    P-1        | A-2        | Only one
"""
BOOK = {
    "team": TEAM,
    "accounts": ACCOUNTS,
    "contracts": CONTRACTS,
    "interactions": INTERACTIONS,
    "tickets": TICKETS,
    "tasks": TASKS,
    "invoices": INVOICES,
    "contacts": CONTACTS,
}

# A dash is a blank cell. p0 of A-9 is 0.628571; each stage moves it by its share of the way to 1.
CONTRACT_VALUES = """
    contract_id | days_to_expiry | deadline | days_to_deadline | status | phase | renewal_probability | expected_value | annual_value | renewal_risk | next_renewal_date
    C-01 | 38  | 2026-12-31 | 38  | expiring | negotiation | 0.6286 | 754.29 | 1200 | medium | 2027-12-31
    C-02 | 22  | 2026-11-15 | -8  | renewed  | -           | 1      | 2400   | 2400 | -      | 2027-12-15
    C-03 | 97  | 2026-12-30 | 37  | expiring | negotiation | 0.6286 | 188.57 | 300  | medium | 2028-02-29
    C-04 | -   | 2027-02-28 | 97  | evergreen| -           | ?      | ?      | 500  | -      | -
    C-05 | 372 | 2027-11-30 | 372 | upcoming | -           | 0.6286 | 565.71 | 900  | ?      | 2028-11-30
    C-06 | -10 | 2026-11-13 | -10 | expired  | recovery    | 0.4989 | 299.34 | 600  | high   | 2027-11-13
    C-07 | 90  | 2027-02-21 | 90  | expiring | preparation | 0.6286 | 62.86  | 100  | medium | 2028-02-21
    C-08 | 91  | 2027-02-22 | 91  | active   | -           | 0.6286 | 62.86  | 100  | medium | 2028-02-22
    C-09 | 0   | 2026-11-23 | 0   | expiring | closing     | 0.6286 | 62.86  | 100  | high   | 2027-11-23
    C-10 | -176| 2026-05-31 | -176| renewed  | -           | 1      | 1000   | 1000 | -      | 2027-05-31
    C-11 | 189 | 2027-05-31 | 189 | active   | -           | 0.6286 | 691.43 | 1100 | medium | 2028-05-31
    C-12 | 22  | 2026-12-15 | 22  | renewed  | -           | 1      | 900    | 800  | -      | 2027-12-15
    C-13 | -54 | 2026-09-30 | -54 | lost     | -           | 0      | 0      | 700  | -      | -
    C-14 | 38  | 2026-12-31 | 38  | lost     | -           | 0      | 0      | 700  | -      | -
    C-15 | 96  | 2027-02-27 | 96  | active   | -           | 0.6286 | 377.14 | 1200 | medium | 2027-08-30
    C-16 | 17  | 2026-12-10 | 17  | expiring | closing     | 0.6843 | 485.84 | 3652.5| medium| 2027-03-10
    C-17 | 12  | ?          | ?   | ?        | ?           | ?      | ?      | -    | ?      | ?
    C-18 | 38  | 2026-12-31 | 38  | expiring | negotiation | 0.8    | 1200   | 1000 | low    | 2027-12-31
    C-19 | 158 | 2027-04-30 | 158 | active   | -           | 0.6286 | 628.57 | 1000 | medium | 2028-04-30
    C-20 | -   | -          | -   | -        | -           | -      | -      | -    | -      | -
    C-24 | 38  | 2026-12-31 | 38  | expiring | negotiation | 0.1    | 120    | 1200 | high   | 2027-12-31
    C-25 | 38  | 2026-12-31 | 38  | expiring | negotiation | 0.6286 | 440    | 700  | medium | 2027-12-31
    C-26 | 7   | 2026-11-30 | 7   | expiring | closing     | 0.6286 | 62.86  | 1200 | high   | 2026-12-31
    C-27 | 38  | 2026-12-31 | 38  | expiring | negotiation | 0.35   | 70     | 200  | high   | 2027-12-31
    C-28 | 17  | 2026-12-10 | 17  | expiring | closing     | 0.9257 | 92.57  | 100  | low    | 2027-12-10
    C-29 | 12  | 2026-12-05 | 12  | expiring | closing     | 0.8514 | 85.14  | 100  | low    | 2027-12-05
    C-30 | 12  | 2026-12-05 | 12  | expiring | closing     | 0.6286 | 62.86  | 100  | high   | 2027-12-05
    C-40 | 372 | 2027-11-30 | 372 | active   | -           | 0.8286 | 1988.57| 1200 | low    | 2029-11-30
    C-41 | 372 | 2027-11-30 | 372 | active   | -           | 0.3786 | 1817.14| 2400 | high   | 2029-11-30
    C-42 | 372 | 2027-11-30 | 372 | active   | -           | 0.3786 | 908.57 | 1200 | high   | 2029-11-30
    C-43 | 372 | 2027-11-30 | 372 | active   | -           | 0.8286 | 1988.57| 1200 | low    | 2029-11-30
    C-45 | -10 | 2026-11-13 | -10 | expired  | recovery    | 0.4989 | 182.1  | 365  | high   | 2027-11-13
"""

# engagement 100·(270-135)/180 = 75; tickets 100·5/7; promises 3 of 4; perception 80; payment 100-15-5 = 80;
#      relationship 100·(1-.3·.5^.5) = 78.787: 15 + 14.286 + 11.25 + 12 + 12 + 11.818 = 76.354.
# 20·100 + 15·55.556 + 20·60 + 15·60 + 10·60 + 20·80 = 71.33, a critical ticket past its SLA: 50.
# 20·100 + 20·60 + 15·60 + 15·60 + 0 + 15·100 = 65, 80 days overdue: 40.  A-8: a notice caps at 20.
ACCOUNT_VALUES = """
    account_id | client_status | lost_on | active_contracts | annual_value | lifetime_value | next_deadline | last_contact | days_since_contact | next_contact_due | open_tickets | recurrent_faults | promise_keeping | perception | days_overdue | health_score | health_band | health_coverage
    A-1  | client    | -          | 1 | 1200 | 2400 | 2027-11-30 | 2026-07-11 | 135 | 2026-10-09 | 1 | 0 | 75 | 80 | 10 | 76 | green   | 1
    A-2  | client    | -          | 1 | 2400 | 4800 | 2027-11-30 | 2026-11-13 | 10  | ?          | 1 | 0 | ?  | -  | ?  | 50 | red     | 0.55
    A-3  | client    | -          | 1 | 1200 | 2400 | 2027-11-30 | 2026-11-23 | 0   | 2027-02-21 | 0 | 0 | ?  | -  | 80 | 40 | red     | 0.5
    A-4  | client    | -          | 1 | 1200 | 2400 | 2027-11-30 | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | 90 | green   | 0.2
    A-5  | ex_client | 2025-12-31 | 0 | 0    | 1500 | ?          | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | -       | -
    A-6  | prospect  | -          | 0 | 0    | 0    | ?          | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | -       | -
    A-8  | client    | -          | 1 | 1200 | 1200 | 2026-12-31 | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | 20 | red     | 0.35
    A-9  | client    | -          | ? | ?    | ?    | ?          | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | no_data | 0.2
    A-10 | client    | -          | 1 | 900  | 900  | 2027-04-30 | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | no_data | 0.2
    A-11 | client    | -          | 1 | 500  | ?    | 2027-02-28 | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | no_data | 0.2
    A-12 | prospect  | -          | 0 | 0    | 0    | ?          | -          | -   | ?          | 2 | 0 | ?  | -  | ?  | -  | -       | -
    A-13 | prospect  | -          | 0 | 0    | 0    | ?          | -          | -   | ?          | 0 | 1 | ?  | -  | ?  | -  | -       | -
    A-14 | client    | -          | ? | ?    | 365  | ?          | -          | -   | ?          | 0 | 0 | ?  | -  | ?  | -  | no_data | 0.2
"""

# 9 to 18 on business days, now is 18:00. T-1: 24 hours from Friday 9:00. T-6: 4 + 9 + 9 of its 24 hours are used.
TICKET_VALUES = """
    ticket_id | age_days | due_at | sla_status | escalation
    T-1 | 3 | 2026-11-24 15:00 | on_track | none
    T-2 | 6 | 2026-11-17 17:00 | breached | direction
    T-3 | ? | ?                | met      | none
    T-4 | ? | ?                | missed   | ?
    T-5 | 3 | 2026-11-25 18:00 | on_track | none
    T-6 | 4 | 2026-11-24 11:00 | at_risk  | none
"""
INTERACTION_VALUES = """
    interaction_id | follow_up
    I-1  | none
    I-2  | done
    I-5  | done
    I-11 | overdue
    I-12 | pending
"""
TASK_VALUES = """
    task_id | state
    K-1 | open
    K-2 | due
    K-3 | overdue
    K-4 | done
"""
INVOICE_VALUES = """
    invoice_id | days_overdue
    F-2 | 10
    F-3 | 80
"""
EXPECTED = {
    "contracts": CONTRACT_VALUES,
    "accounts": ACCOUNT_VALUES,
    "tickets": TICKET_VALUES,
    "interactions": INTERACTION_VALUES,
    "tasks": TASK_VALUES,
    "invoices": INVOICE_VALUES,
}

PAST_DAY = "2026-09-01"
# Then C-12 to C-14 were open, C-10 was the one decided term: r = 8.5/11, p0 = 0.70 + 0.772727 - 0.75 = 0.722727.
# No ticket was open yet anywhere: no data, which is blank and not a flattering 0.
PAST = {
    "contracts": """
    contract_id | days_to_expiry | days_to_deadline | status   | phase       | renewal_probability | renewal_risk
    C-01        | 121            | 121              | active   | -           | 0.7227              | medium
    C-02        | 105            | 75               | expiring | preparation | 0.7227              | medium
    C-06        | 73             | 73               | expiring | preparation | 0.7227              | medium
    C-10        | -93            | -93              | renewed  | -           | 1                   | -
    C-12        | 105            | 105              | active   | -           | 0.7227              | medium
    C-13        | 29             | 29               | expiring | closing     | 0.7227              | medium
    C-14        | 121            | 121              | active   | -           | 0.7227              | medium
    C-24        | 121            | 91               | active   | -           | 0.7227              | medium
""",
    "accounts": """
    account_id | client_status | last_contact | days_since_contact | open_tickets | perception | days_overdue | health_band
    A-1        | client        | 2026-07-11   | 52                 | -            | 80         | ?            | ?
    A-2        | client        | -            | -                  | -            | -          | ?            | no_data
    A-3        | client        | -            | -                  | -            | -          | ?            | no_data
""",
    "tickets": """
    ticket_id | age_days | due_at | sla_status
    T-1       | -        | -      | -
    T-7       | -        | -      | -
""",
    "interactions": """
    interaction_id | follow_up
    I-2            | pending
    I-3            | pending
    I-5            | -
""",
}
