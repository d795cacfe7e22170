"""Digest bodies as the alert rules make them: a rich one, in three languages, and the smallest."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sheetcrm.model import Message

TODAY = date(2026, 11, 21)

_SAID = {
    "es": {
        "name": "Ana Torres",
        "critical": "Crítico: quedan 15 días o menos",
        "urgent": "Urgente: quedan 30 días o menos",
        "preparation": "Preparar: quedan 90 días o menos",
        "after": "Vencidos: llamar",
        "titles": ["Mantenimiento de impresoras", "Soporte premium 24×7", "Licencias de diseño"],
        "reason": "Vence en {n} días, sin propuesta enviada; el contacto de compras cambió en octubre.",
        "gone": "Venció sin respuesta del cliente.",
        "health": "62 ▼9 · 3 tickets repetidos en Sucursal Norte (T-101, T-107, T-113) −11 · 74 días sin contacto (cadencia 30) −8 · datos 80 %. Con una visita hoy: 70.",
        "next": "Llamada prioritaria a quien firma",
        "steps": [
            "Confirmar quién decide y cuándo",
            "Resolver la objeción del precio",
            "Enviar la propuesta final por escrito",
        ],
        "tasks": ["Llamar a Jorge por el repuesto", "Enviar el acta de la reunión del martes"],
        "problem": ("Contratos!F12", "«2026-02-30» no es una fecha que exista.", "Escriba la fecha como 28/02/2026."),
        "owner": "Luis Prado",
    },
    "en": {
        "name": "Ana Torres",
        "critical": "Critical: 15 days left or fewer",
        "urgent": "Urgent: 30 days left or fewer",
        "preparation": "Prepare: 90 days left or fewer",
        "after": "Past their deadline: call",
        "titles": ["Printer maintenance", "Premium support 24×7", "Design licences"],
        "reason": "Expires in {n} days with no proposal sent; their buyer changed in October.",
        "gone": "It expired without an answer from the customer.",
        "health": "62 ▼9 · 3 repeated tickets at North Branch (T-101, T-107, T-113) −11 · 74 days without contact (cadence 30) −8 · data 80%. With a visit today: 70.",
        "next": "Priority call to whoever signs",
        "steps": ["Confirm who decides, and when", "Resolve the price objection", "Send the final proposal in writing"],
        "tasks": ["Call Jorge about the spare part", "Send the minutes of Tuesday's meeting"],
        "problem": ("Contracts!F12", "“2026-02-30” is not a date that exists.", "Type the date as 28/02/2026."),
        "owner": "Luis Prado",
    },
    "ru": {
        "name": "Анна Торрес",
        "critical": "Критично: осталось 15 дней или меньше",
        "urgent": "Срочно: осталось 30 дней или меньше",
        "preparation": "Подготовка: осталось 90 дней или меньше",
        "after": "Срок вышел: позвонить",
        "titles": ["Обслуживание принтеров", "Расширенная поддержка 24×7", "Лицензии на дизайн"],
        "reason": "Истекает через {n} дн., предложение не отправлено; в октябре сменился закупщик.",
        "gone": "Срок вышел, ответа от клиента нет.",
        "health": "62 ▼9 · 3 повторные заявки в филиале «Север» (T-101, T-107, T-113) −11 · 74 дня без контакта (норма 30) −8 · данные 80 %. Если приехать сегодня: 70.",
        "next": "Срочно позвонить тому, кто подписывает",
        "steps": ["Уточнить, кто решает и когда", "Снять возражение по цене", "Отправить итоговое предложение письмом"],
        "tasks": ["Позвонить Хорхе насчёт запчасти", "Отправить протокол встречи вторника"],
        "problem": ("Договоры!F12", "«2026-02-30»: такой даты нет.", "Введите дату так: 28.02.2026."),
        "owner": "Луис Прадо",
    },
}
_ACCOUNTS = ["Panadería Sol & Hijos", "Clínica Ñandú", "ООО «Северный ветер»", "Acme <Iberia> S.L.", "Müller GmbH"]


def row(days: int = 15, **changes: Any) -> dict[str, Any]:
    """One contract's row, complete."""
    known = {
        "id": "C-1042",
        "account": _ACCOUNTS[0],
        "title": "Mantenimiento",
        "days": days,
        "deadline": TODAY + timedelta(days=days),
        "value": 24000.0,
        "currency": "EUR",
        "reason": "Vence pronto.",
        "health_score": 62,
        "health_band": "yellow",
        "health_why": "",
        "next_action": "Llamar",
        "next_action_on": None,
        "owner": "",
        "link": None,
        "steps": [],
        "new": False,
    }
    return known | changes


def body(**changes: Any) -> dict[str, Any]:
    """The smallest body that the rules can make."""
    known = {
        "name": "Ana",
        "as_of": TODAY,
        "baseline": False,
        "late_days": 0,
        "sheet_follows": False,
        "workbook": "",
        "workbook_url": None,
        "headline": {"count": 0, "value": 0.0, "currency": "EUR"},
        "sections": [],
        "tasks": [],
        "problems": [],
        "problems_more": 0,
    }
    return known | changes


def section(*rows: dict[str, Any], key: str = "critical", title: str = "Crítico", more: int = 0) -> dict[str, Any]:
    return {"key": key, "title": title, "rows": list(rows), "more": more}


def rich(language: str) -> dict[str, Any]:
    """A full day: four sections, tasks, a cell to mend, a run that comes late."""
    said: dict[str, Any] = _SAID[language]
    url = "https://docs.example.com/d/clientes"

    def made(at: int, days: int, value: float, **changes: Any) -> dict[str, Any]:
        facts = {
            "id": f"C-{1040 + at}",
            "account": _ACCOUNTS[at % len(_ACCOUNTS)],
            "title": said["titles"][at % 3],
            "value": value,
            "reason": said["reason"].format(n=abs(days)),
            "next_action": said["next"],
            "next_action_on": TODAY + timedelta(days=at + 1),
            "link": url,
            "new": at % 2 == 0,
        }
        return row(days, **facts | changes)

    full = {"health_why": said["health"], "steps": said["steps"]}
    worse = full | {"health_score": 31, "health_band": "red", "health_why": said["health"].replace("62 ▼9", "31 ▼40")}
    critical = [
        made(0, 4, 24000, **full),
        made(1, 12, 18200, **worse),
        made(
            2, 15, 6000, currency="USD", health_score=88, health_band="green", owner=said["owner"], steps=said["steps"]
        ),
    ]
    late = [made(3, -7, 980.5, health_score=None, health_band="no_data", reason=said["gone"], new=False)]
    early = [made(4, 88, 3100, health_score=75, health_band="yellow", steps=[])]
    first, second = said["tasks"]
    place, wrong, fix = said["problem"]
    return body(
        name=said["name"],
        late_days=3,
        workbook="clientes.xlsx",
        workbook_url=url,
        headline={"count": 7, "value": 52280.5, "currency": "EUR"},
        sections=[
            section(*critical, title=said["critical"]),
            section(*late, key="after", title=said["after"]),
            section(*early, key="preparation", title=said["preparation"], more=2),
        ],
        tasks=[
            {"title": first, "due": TODAY, "account": _ACCOUNTS[1]},
            {"title": second, "due": TODAY, "account": ""},
        ],
        tasks_late=2,
        problems=[{"address": place, "problem": wrong, "fix": fix}],
        problems_more=3,
    )


def message(said: dict[str, Any], language: str = "es", **changes: Any) -> Message:
    known: dict[str, Any] = {
        "key": "digest|ana@example.com|2026-11-21",
        "kind": "digest",
        "to": "ana@example.com",
        "language": language,
        "subject": "",
        "body": said,
        "keys": ("k1", "k2"),
    }
    return Message(**known | changes)
