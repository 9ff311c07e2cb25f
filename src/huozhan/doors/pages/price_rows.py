"""Price lists as people paste or upload them: one row per line, a code, a unit price, and from how many pieces on."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from huozhan.doors.pages.amounts import e4, scaled, whole
from huozhan.doors.pages.forms import Form
from huozhan.doors.pages.sheets import unit_price
from huozhan.kernel.refusals import Refusal, Sort

_HUNDREDTH_OF_A_PERCENT = 100
_CELLS = re.compile(r"[;；,，\t]")
_FIGURE = re.compile(r"\d")
LINES_MAX = 4_000
BYTES_MAX = 1_000_000


class BadPriceRow(Refusal):
    """A line of a price list does not say a code and a price."""

    code = "desk.bad_price_row"
    sort = Sort.invalid


class PriceRow(NamedTuple):
    """One line of a list."""

    code: str
    price_e4: int
    from_quantity: int


class OffRow(NamedTuple):
    """An offer by its code, and by how much it is cheaper."""

    code: str
    off_bp: int


async def text_of(form: Form, field: str, file_field: str = "file") -> str:
    """What was pasted, and what a file holds in UTF-8 or GB 18030."""
    text = form.get(field)
    for file in form.files.get(file_field, []):
        content = await file.read(BYTES_MAX)
        try:
            read = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            read = content.decode("gb18030", errors="replace")
        text = f"{text}\n{read}"
    return text


def read_prices(text: str, field: str) -> list[PriceRow]:
    """The rows of a price list; the first line that says something else is named."""
    rows = []
    for line, cells in _lines(text, field):
        try:
            price_e4 = e4(cells[1], field) if len(cells) in {2, 3} else None
            start = whole(cells[2], field) if len(cells) == 3 else 1
        except Refusal as refusal:
            raise BadPriceRow(field=field, line=line, typed=";".join(cells)[:60]) from refusal
        if not cells[0] or not price_e4 or start is None or start < 1:
            raise BadPriceRow(field=field, line=line, typed=";".join(cells)[:60])
        rows.append(PriceRow(cells[0], price_e4, start))
    return rows


def read_offs(text: str, field: str) -> list[OffRow]:
    """The same for offers with so many per cent off."""
    rows = []
    for line, cells in _lines(text, field):
        try:
            off_bp = (
                scaled(cells[1].rstrip("%％"), field, _HUNDREDTH_OF_A_PERCENT) if len(cells) == 2 else None
            )
        except Refusal as refusal:
            raise BadPriceRow(field=field, line=line, typed=";".join(cells)[:60]) from refusal
        if not cells[0] or not off_bp:
            raise BadPriceRow(field=field, line=line, typed=";".join(cells)[:60])
        rows.append(OffRow(cells[0], off_bp))
    return rows


def _lines(text: str, field: str) -> Iterable[tuple[int, list[str]]]:
    """Lines that are not blank, by their number, cut into cells; a head without a figure in its second cell is passed by."""
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        raise BadPriceRow(field=field, line=LINES_MAX + 1, typed="")
    for number, line in enumerate(lines, 1):
        cells = [cell.strip().strip('"') for cell in _CELLS.split(line.strip())]
        is_head = number == 1 and len(cells) > 1 and not _FIGURE.search(cells[1])
        if any(cells) and not is_head:
            yield number, cells


def write_prices(rows: Iterable[Any]) -> str:
    """Rows of a book as they can be changed and pasted again."""
    return "\n".join(
        f"{row.offer_code}/{row.sku_code};{unit_price(row.price_e4)}"
        + (f";{row.from_quantity}" if row.from_quantity > 1 else "")
        for row in rows
        if row.sku_id and row.price_e4
    )


def write_offs(rows: Iterable[Any]) -> str:
    """Offers of a level as they can be changed and pasted again."""
    return "\n".join(f"{row.offer_code};{write_rate(row.off_bp)}" for row in rows if not row.sku_id)


def write_rate(off_bp: int) -> str:
    """A rate in per cent, as it is typed."""
    whole_part, rest = divmod(off_bp, _HUNDREDTH_OF_A_PERCENT)
    return f"{whole_part}.{rest:02d}".rstrip("0").rstrip(".") if off_bp else ""
