"""Tables as files: CSV that spreadsheet programs open as it is, and workbooks."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter
from litestar import Response

from huozhan.kernel.money import MINOR_PER_MAJOR, PRICE_SCALE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = 18

Cell = str | int | Decimal


def csv_file(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response[bytes]:
    """A CSV download, with the mark by which spreadsheet programs know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return _download(name, ("\ufeff" + text.getvalue()).encode(), "text/csv; charset=utf-8")


def xlsx_file(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response[bytes]:
    """A workbook download of one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, _WIDTH)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return _download(name, content.getvalue(), XLSX)


def plain_amount(amount_minor: int) -> Decimal:
    """An amount as a number of a spreadsheet."""
    return Decimal(amount_minor) / MINOR_PER_MAJOR


def plain_price(price_e4: int) -> Decimal:
    """A unit price as a number of a spreadsheet."""
    return Decimal(price_e4) / PRICE_SCALE


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet program would run as a formula is kept a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _download(name: str, content: bytes, media_type: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
