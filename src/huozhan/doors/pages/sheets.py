"""Tables as files: CSV that spreadsheet programs open as it is, and workbooks."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from litestar import Request, Response

from huozhan.doors.hall import Hall
from huozhan.doors.pages import formats

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTH = 18

Cell = str | int | Decimal


def csv_file(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response[bytes]:
    """A CSV download, with the mark by which spreadsheet programs know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return _download(name, ("\ufeff" + text.getvalue()).encode(), "text/csv")


def xlsx_file(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response[bytes]:
    """A workbook download of one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, _WIDTH)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return _download(name, content.getvalue(), XLSX)


def amount(amount_minor: int) -> str:
    """An amount as it stands in a cell or a field: 1234.50."""
    return str(Decimal(amount_minor).scaleb(-2))


def unit_price(price_e4: int) -> str:
    """A unit price as it stands in a cell or a field, with two to four decimals: 5.20, 0.035."""
    whole, _, decimals = str(Decimal(price_e4).scaleb(-4)).partition(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}"


def moment(request: Request[Any, Any, Any], at: datetime | None) -> str:
    """A moment in the market's time; empty where it has not come yet."""
    hall: Hall = request.app.state.hall
    return "" if at is None else formats.exact(at, request.scope["state"]["lang"], hall.terms.timezone)


def harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet program would run as a formula is kept a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _download(name: str, content: bytes, media_type: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)
