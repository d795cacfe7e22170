"""Workbooks as teams really keep them: titles, totals, two header rows, dates as text, several currencies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

TODAY = date(2026, 11, 22)


def spanish(path: Path) -> Path:
    """Merged title rows, banners and a totals row; a second tab of visits; a tab that is something else."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Contratos 2026"
    sheet.append(["TALLERES DEL NORTE, S.L."])
    sheet.merge_cells("A1:I1")
    sheet.append(["Control de renovaciones — actualizado por Marta"])
    sheet.merge_cells("A2:I2")
    sheet.append([])
    sheet.append(["Nº", "Cliente", "Servicio", "F. inicio", "Vto.", "Importe", "Responsable", "Tfno.", "Obs."])
    sheet.append(
        [
            "C-01",
            "Panadería López, S.L.",
            "Mantenimiento",
            date(2026, 1, 1),
            date(2026, 12, 31),
            "1.200,50 €",
            "Marta Gil",
            600111222,
            "llamar antes",
        ]
    )
    sheet.append(
        ["C-02", "PANADERIA LOPEZ SL", "Hosting", date(2025, 6, 1), "31/05/2027", 980, "Marta Gil", None, None]
    )
    sheet.append(
        ["C-02", "Óptica Sol", "Soporte", "15/03/2026", "2026-02-30", "pronto", "Iván Ruiz", "944 00 11 22", None]
    )
    sheet.append(["Zona sur"])
    sheet.merge_cells("A8:C8")
    sheet.append(
        [None, "Bar Manolo 😀", "=1+1", date(2026, 3, 1), date(2027, 2, 28), 300, "Iván Ruiz", None, "varias\nlíneas"]
    )
    sheet.append(["Total", None, None, None, None, 2480.5])
    sheet.append([])
    sheet.append(["* importes sin IVA"])
    visits = book.create_sheet("Visitas")
    visits.append(["Fecha", "Cliente", "Comercial", "Canal", "Resumen", "Puntuación"])
    visits.append([date(2026, 10, 2), "Óptica Sol", "Iván Ruiz", "Visita", "Contentos", 9])
    visits.append([date(2026, 11, 3), "Panaderia Lopez, S.L.", "Marta Gil", "llamada", "Piden precio", None])
    other = book.create_sheet("Recetas")
    other.append(["Harina", "Agua"])
    other.append([1, 2])
    book.create_sheet("Vacía")
    book.save(path)
    return path


def english(path: Path) -> Path:
    """Two header rows, month before day in text dates, a hidden column, an accounts tab with ids of its own."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Renewals"
    sheet.append(["Customer", None, "Contract", None, None, "Money", None, "Owner", "Auto renew?"])
    sheet.append(["No.", "Name", "Start date", "Renewal date", "Product", "Amount", "Currency", None, None])
    for box in ("A1:B1", "C1:E1", "F1:G1", "H1:H2", "I1:I2"):
        sheet.merge_cells(box)
    sheet.append(
        ["K001", "Acme Ltd", "01/15/2026", "01/14/2027", "Support", 1200, "GBP", "jo.smith@acme-it.example", "yes"]
    )
    sheet.append(["K002", "Bright Dental", "03/31/2025", "03/30/2027", "Licences", "$5,000.00", "USD", "Sam Lee", "no"])
    sheet.append(["K009", "Zed & Sons", "02/29/2024", "02/28/2027", "Hosting", "n/a", None, "Sam Lee", "maybe"])
    sheet.column_dimensions["B"].hidden = True
    accounts = book.create_sheet("Customers")
    accounts.append(["Customer no", "Company", "Email", "Industry", "Account manager", "Parking code"])
    accounts.append(["K001", "Acme Ltd", "info@acme.example", "Retail", "Jo Smith", "P1"])
    accounts.append(["K002", "Bright Dental", "not an address", "Health", "Sam Lee", None])
    accounts.append(["K002", "Other Dental", "x@other.example", "Health", "Sam Lee", "P2"])
    book.save(path)
    return path


def russian(path: Path) -> Path:
    """Dates as text, mixed currencies, no ids at all, two tables on one tab."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Договоры"
    sheet.append([None, "Реестр договоров на 22.11.2026"])
    sheet.append([])
    sheet.append(
        [None, "Клиент", "Предмет договора", "Дата начала", "Срок действия", "Сумма", "Менеджер", "Автопродление"]
    )
    sheet.append(
        [None, "ООО «Ромашка»", "Поддержка", "01.01.2026", "31 декабря 2026 г.", "120 000 ₽", "Анна Петрова", "да"]
    )
    sheet.append(
        [None, "ООО «Ромашка»", "Лицензии", "15.02.2026", "14.02.2027", "45 000,50 руб.", "Анна Петрова", "нет"]
    )
    sheet.append([None, "ИП Орлов", "Хостинг", "01.03.2026", "28.02.2027", "1 200 €", "Пётр", "нет"])
    sheet.append([None, "Завод", "Сервис", "01.04.2026", "скоро", "$ 900", "Пётр", "нет"])
    sheet.append([None, "Итого", None, None, None, 166200.5])
    sheet.append([])
    sheet.append([None, "Контактные лица"])
    sheet.append([None, "Компания", "ФИО", "Телефон", "Электронная почта", "Должность"])
    sheet.append([None, "ООО «Ромашка»", "Ольга Иванова", "+7 900 000-00-00", "olga@romashka.example", "Директор"])
    sheet.append([None, "Завод", "Илья", "8 495 1", "нет", "Инженер"])
    book.save(path)
    return path


def large(path: Path, rows: int) -> Path:
    """Many contracts of a tenth as many customers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Contratos")
    sheet.append(["Ref.", "Cliente", "Fecha inicio", "Fecha fin", "Importe", "Responsable", "Zona"])
    for at in range(rows):
        start = TODAY - timedelta(days=at % 700)
        sheet.append(
            [
                f"C-{at}",
                f"Cliente {at % (rows // 10)}",
                start,
                start + timedelta(days=364),
                100 + at % 900,
                "Ana",
                "Norte",
            ]
        )
    book.save(path)
    return path
