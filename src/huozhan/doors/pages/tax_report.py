"""The quarterly report of suppliers' income as a file: a row per supplier, and what all rows come to."""

import csv
import io
from typing import Any

import xlsxwriter

from huozhan.doors.hall import Hall
from huozhan.doors.pages import sheets

MEDIA = {"csv": "text/csv", "xlsx": sheets.XLSX}
_HEAD = ("name", "credit_code", "kind", "place", "orders", "gross", "returns", "net", "fees")
_AMOUNTS = ("gross_minor", "returns_minor", "net_minor", "fees_minor")
_WIDTHS = (36, 22, 12, 10, 10, 16, 16, 16, 16)


def make_file(hall: Hall, errand: Any) -> bytes:
    """The file that was asked for. Takes a while: not on the loop."""
    said = [hall.words.say(f"tax_report.{name}", errand.lang) for name in _HEAD]
    rows: list[list[Any]] = [
        [row.name, row.credit_code, _kind(hall, row.kind, errand.lang), row.place_code, row.orders,
         *(getattr(row, name) for name in _AMOUNTS)]
        for row in errand.rows
    ]  # fmt: skip
    total = hall.words.say("tax_report.total", errand.lang)
    rows.append([total, "", "", "", *(sum(row[at] for row in rows) for at in range(4, len(_HEAD)))])
    return (_csv if errand.format == "csv" else _xlsx)(said, rows)


def _kind(hall: Hall, kind: str, lang: str) -> str:
    key = f"supplier.kind.{kind}"
    return hall.words.say(key, lang) if hall.words.has(key) else kind


def _csv(head: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow(
            [*(sheets.harmless(cell) for cell in row[:5]), *(sheets.amount(one) for one in row[5:])]
        )
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(head: list[str], rows: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet()
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, head, bold)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row[:5])
            for column, amount in enumerate(row[5:], start=5):
                sheet.write_number(number, column, amount / 100, money)
    return content.getvalue()
