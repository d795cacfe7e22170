"""An example of each kind of mail: what ``preview`` shows of a kind that today's plan has none of.

The days hang on the day that is given, so that an example never looks out of date.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sheetcrm.model import Message
from sheetcrm.views.brief import Brief, Cell, Fact, Lines, Section, Table
from sheetcrm.words import words_of

_ACCOUNTS = ("Hotel Sol", "Clínica Ñandú", "ООО «Северный ветер»", "Müller GmbH")
_NAMES = {
    "es": ("Ana Torres", "Luis Prado", "Marta Gil", "Jorge Ruiz"),
    "en": ("Ana Torres", "Luis Prado", "Martha Gill", "George Reed"),
    "ru": ("Анна Торрес", "Луис Прадо", "Марта Хиль", "Хорхе Руис"),
}
_TITLES = {
    "es": ("Mantenimiento de impresoras", "Soporte premium 24×7", "Licencias de diseño"),
    "en": ("Printer maintenance", "Premium support 24×7", "Design licences"),
    "ru": ("Обслуживание принтеров", "Расширенная поддержка 24×7", "Лицензии на дизайн"),
}
_REASONS = {
    "es": "Sin propuesta enviada; el contacto de compras cambió en octubre.",
    "en": "No proposal sent; their buyer changed in October.",
    "ru": "Предложение не отправлено; в октябре сменился закупщик.",
}
_HEALTH = {
    "es": "3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11 · 74 días sin contacto (cadencia 30) −8",
    "en": "3 repeated tickets at North Branch (T-101, T-107, T-113) −11 · 74 days without contact (cadence 30) −8",
    "ru": "3 повторных обращения в филиале «Север» (T-101, T-107, T-113) −11 · 74 дня без контакта (норма 30) −8",
}
_STEPS = {
    "es": ("Confirmar quién decide y cuándo", "Resolver la objeción del precio"),
    "en": ("Confirm who decides, and when", "Resolve the price objection"),
    "ru": ("Уточнить, кто решает и когда", "Снять возражение по цене"),
}
_MATTERS = {
    "es": (("Promesas de servicio incumplidas", "T-113: prometido el 20 nov a las 12:00 y sigue abierto."),
           ("Compromisos atrasados", "Enviar la oferta de ampliación: prometida hace 6 días.")),
    "en": (("Service promises broken", "T-113: promised for 20 Nov, 12:00, and still open."),
           ("Commitments overdue", "Send the offer for the extension: promised 6 days ago.")),
    "ru": (("Нарушены обещания сервиса", "T-113: обещано к 20 нояб., 12:00, обращение ещё открыто."),
           ("Просроченные обязательства", "Отправить предложение по расширению: обещано 6 дней назад.")),
}  # fmt: skip
_NOTES = {
    "es": ("precio", "compras pidió otra oferta", "Llamar a Jorge por el repuesto"),
    "en": ("price", "purchasing asked for another offer", "Call George about the spare part"),
    "ru": ("цена", "закупки запросили другое предложение", "Позвонить Хорхе насчёт запчасти"),
}
_PROBLEMS = {
    "es": ("Contratos!F12", "«2026-02-30» no es una fecha que exista.", "Escriba la fecha como 28/02/2026."),
    "en": ("Contracts!F12", "“2026-02-30” is not a date that exists.", "Type the date as 28/02/2026."),
    "ru": ("Договоры!F12", "«2026-02-30»: такой даты нет.", "Введите дату так: 28.02.2026."),
}
_FAILURES = {
    "es": "El libro crm.xlsx no se puede leer: el archivo está dañado.",
    "en": "The workbook crm.xlsx can't be read: the file is damaged.",
    "ru": "Таблица crm.xlsx не читается: файл повреждён.",
}
_URL = "https://docs.example.com/d/crm"


def example(kind: str, language: str, as_of: date) -> Message:
    """A message of the kind in the language, as of a day. KeyError for a kind that there is none of."""
    body = _BODIES[kind](language, as_of)
    to = "contact@customer.example" if kind == "customer" else "ana@example.com"
    return Message(f"{kind}|{to}|{as_of.isoformat()}", kind, to, language, "", body)


def row(language: str, as_of: date, at: int = 0, days: int = 12, **changes: Any) -> dict[str, Any]:
    """One contract's row, complete."""
    known = {
        "id": f"C-{1042 + at}",
        "place": f"{words_of(language).tab('contracts')}!A{at + 5}",
        "account": _ACCOUNTS[at % len(_ACCOUNTS)],
        "title": _TITLES[language][at % 3],
        "days": days,
        "deadline": as_of + timedelta(days=days),
        "value": 12400.0 + 5800 * at,
        "currency": "EUR",
        "reason": _REASONS[language],
        "health_score": 62 - 21 * (at % 2),
        "health_band": "red" if at % 2 else "yellow",
        "health_why": _HEALTH[language],
        "next_action": words_of(language).text("action.critical"),
        "next_action_on": as_of + timedelta(days=1),
        "owner": "",
        "link": _URL,
        "steps": list(_STEPS[language]) if at == 0 else [],
        "new": True,
    }
    return known | changes


def _letter(language: str, as_of: date) -> dict[str, Any]:
    return {"name": _NAMES[language][0], "as_of": as_of, "workbook": "crm.xlsx", "workbook_url": _URL}


def _rows(language: str, as_of: date, *rows: dict[str, Any], key: str = "critical") -> dict[str, Any]:
    title = words_of(language).text(f"digest.section.{key}")
    return {
        **_letter(language, as_of),
        "baseline": False,
        "late_days": 0,
        "sheet_follows": False,
        "headline": {"count": len(rows), "value": sum(row["value"] for row in rows), "currency": "EUR"},
        "sections": [{"key": key, "title": title, "rows": list(rows), "more": 0}] if rows else [],
        "tasks": [],
        "problems": [],
        "problems_more": 0,
    }


def _matters(language: str, as_of: date) -> list[dict[str, Any]]:
    found = []
    for at, (title, reason) in enumerate(_MATTERS[language]):
        one = {
            "account": _ACCOUNTS[at],
            "id": ("T-113", "I-88")[at],
            "place": f"{words_of(language).tab(('tickets', 'interactions')[at])}!A{at + 2}",
            "reason": reason,
            "value_base": 12400.0 * at,
            "next_action": "",
            "owner": _NAMES[language][1] if at else "",
            "since": as_of - timedelta(days=6),
            "repeat": bool(at),
        }
        found.append({"key": f"m{at}", "title": title, "tone": ("red", "amber")[at], "rows": [one], "more": 3 * at})
    return found


def _heard(language: str, as_of: date) -> list[dict[str, Any]]:
    days = (as_of - timedelta(days=5), as_of - timedelta(days=2))
    roles = ("owner", "backup")
    return [
        {"name": name, "role": role, "on": on}
        for name, role, on in zip(_NAMES[language][1:], roles, days, strict=False)
    ]


def _digest(language: str, as_of: date) -> dict[str, Any]:
    names, notes, days = _NAMES[language], _NOTES[language], timedelta
    rows = (
        row(language, as_of, 0, 12, kind="repeat", new=False, since=as_of - days(days=9)),
        row(language, as_of, 1, 4, stands_in_for=(names[2], as_of + days(days=8)), owner=names[2]),
        row(language, as_of, 2, 14, kind="again", new=False, health_score=None, health_band="no_data", health_why="",
            acknowledged={"name": names[1], "role": "owner", "on": as_of - days(days=7)}, late=True),
    )  # fmt: skip
    body = _rows(language, as_of, *sorted(rows, key=lambda row: -row["value"]))
    return body | {
        "late_days": 3,
        "matters": _matters(language, as_of),
        "drafts": [{"to": "compras@hotelsol.example", "language": language, "body": _customer(language, as_of)}],
        "briefs": [_page(language, as_of)],
        "tasks": [{"title": notes[2], "due": as_of, "account": _ACCOUNTS[1]}],
        "tasks_late": 2,
        "problems": [dict(zip(("address", "problem", "fix"), _PROBLEMS[language], strict=True))],
        "problems_more": 2,
    }


def _immediate(language: str, as_of: date) -> dict[str, Any]:
    rows = (row(language, as_of, 0, 12), row(language, as_of, 1, 15, owner=_NAMES[language][1]))
    return _rows(language, as_of, *rows) | {"matters": _matters(language, as_of)[:1]}


def _escalation(language: str, as_of: date) -> dict[str, Any]:
    climbed = {"kind": "rung", "role": "manager", "new": False, "since": as_of - timedelta(days=5), "steps": []}
    one = row(language, as_of, 0, 8, owner=_NAMES[language][1], heard=_heard(language, as_of), **climbed)
    return _rows(language, as_of, one)


def _customer(language: str, as_of: date) -> dict[str, Any]:
    end = as_of + timedelta(days=58)
    return {
        "account": _ACCOUNTS[0],
        "contact": _NAMES[language][3],
        "contract_id": "C-1042",
        "title": _TITLES[language][0],
        "end_date": end,
        "deadline": end,
        "value": 12400.0,
        "currency": "EUR",
        "owner": _NAMES[language][0],
        "owner_email": "ana@example.com",
    }


def _brief(language: str, as_of: date) -> dict[str, Any]:
    when = as_of + timedelta(days=2)
    return {
        **_letter(language, as_of),
        "page": _page(language, as_of),
        "when": when,
        "place": f"{words_of(language).tab('tasks')}!A7",
    }


def _page(language: str, as_of: date) -> Brief:
    words, name = words_of(language), _ACCOUNTS[0]
    band = Cell(words.text("mail.health", score=62, band=words.value("health_band", "yellow")), "amber")
    attention = Lines("attention", "", [Cell(_REASONS[language], "amber"), Cell(_HEALTH[language])])
    title = words.text("brief.section.attention")
    contracts = Table(
        "contracts",
        "",
        [("id", words.header("contracts", "contract_id")), ("title", words.header("contracts", "title"))],
        [[Cell("C-1042"), Cell(_TITLES[language][0])]],
    )
    return Brief(
        kind="visit",
        language=language,
        as_of=as_of,
        account_id="A-007",
        name=name,
        title=words.text("brief.title.visit", name=name),
        subtitle=f"A-007 · {words.date(as_of)}",
        badges=[band, Cell(words.value("tier", "key"), "blue")],
        figures=[
            Fact("annual_value", words.header("accounts", "annual_value"), Cell(words.money(12400, "EUR"))),
            Fact("owner", words.header("accounts", "owner"), Cell(_NAMES[language][0])),
        ],
        sections=[
            Section("attention", title, parts=[attention]),
            Section("contracts", words.tab("contracts"), parts=[contracts]),
        ],
        footer=words.text("brief.internal"),
    )


def _weekly(language: str, as_of: date) -> dict[str, Any]:
    names, notes = _NAMES[language], _NOTES[language]

    def changed(at: int, note: str = "") -> dict[str, Any]:
        facts = {"value": 12400.0 + 900 * at, "owner": names[1], "on": as_of - timedelta(days=at + 1), "note": note}
        return {"account": _ACCOUNTS[at], "id": f"C-{1042 + at}", **facts}

    figures = (
        ("to_renew", 182000.0, 168500.0, "money", ""),
        ("at_risk", 48200.0, 61000.0, "money", "down"),
        ("rate", 0.86, 0.84, "share", "up"),
        ("clients", 64, 64, "count", "up"),
        ("red", 5, 4, "count", "down"),
        ("overdue", 9, 7, "count", "down"),
        ("contacts", None, 31, "count", "up"),
    )
    return {
        **_letter(language, as_of),
        "first": as_of - timedelta(days=as_of.weekday() + 7),
        "last": as_of - timedelta(days=as_of.weekday() + 1),
        "currency": "EUR",
        "figures": [
            {"key": key, "now": now, "before": before, "unit": unit, "good": good}
            for key, now, before, unit, good in figures
        ],
        "health": [("green", 38, 39), ("yellow", 19, 19), ("red", 5, 4), ("no_data", 2, None)],
        "changes": [
            {"key": "renewed", "count": 3, "value": 39900.0, "rows": [changed(0), changed(1), changed(2)]},
            {"key": "lost", "count": 1, "value": 15100.0, "rows": [changed(3, notes[0])]},
            {"key": "red", "count": 1, "value": None, "rows": [changed(1, notes[1])]},
            {"key": "exhausted", "count": 0, "value": None, "rows": []},
        ],
        "owners": [
            {"name": names[0], "accounts": 22, "value": 210000.0, "at_risk": 30200.0, "overdue": 2},
            {"name": names[1], "accounts": 31, "value": 164000.0, "at_risk": 18000.0, "overdue": 7},
            {"name": "", "accounts": 1, "value": None, "at_risk": None, "overdue": 0},
        ],
        "owners_more": 0,
    }


def _quiet(language: str, as_of: date) -> dict[str, Any]:
    return {
        **_letter(language, as_of),
        "name": "",
        "since": as_of - timedelta(days=7),
        "last_run": as_of - timedelta(days=1),
        "counts": [("contracts", 120), ("accounts", 64), ("interactions", 1840), ("tickets", 212)],
        "next_deadline": as_of + timedelta(days=19),
        "problems": 2,
    }


def _failure(language: str, as_of: date) -> dict[str, Any]:
    nine = datetime.combine(as_of, time(9))
    return {
        "text": _FAILURES[language],
        "first": nine,
        "last": nine + timedelta(minutes=20),
        "count": 5,
        "task": "digest",
        "command": "sheetcrm check --config /srv/crm/config.yaml",
        "workbook": "crm.xlsx",
    }


_BODIES = {
    "digest": _digest,
    "immediate": _immediate,
    "escalation": _escalation,
    "customer": _customer,
    "weekly": _weekly,
    "brief": _brief,
    "quiet": _quiet,
    "failure": _failure,
}
