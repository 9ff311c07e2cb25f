"""How an order's money is spread over its lines on invoices and red letters, and the tax inside (B5.4). Pure."""

from collections.abc import Mapping

import msgspec

from huozhan.kernel.money import net_of_vat, split
from huozhan.kernel.refusals import Refusal


class LineToInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order that goes on an invoice: what of it, at which rate, and the tax inside."""

    order_id: int
    order_line_no: int
    amount_minor: int
    rate_bp: int
    tax_minor: int


class OnInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice and what red letters took back of it so far."""

    line_no: int
    order_id: int
    order_line_no: int
    amount_minor: int
    rate_bp: int
    tax_minor: int
    red_minor: int = 0
    red_tax_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What of it still stands."""
        return self.amount_minor - self.red_minor


class RedLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a red letter takes back of one line, and the tax inside."""

    line_no: int
    amount_minor: int
    tax_minor: int


class NothingLeft(Refusal):
    """Everything that was paid for the order is invoiced or asked for already."""

    code = "invoicing.nothing_left"


def tax_inside(gross_minor: int, rate_bp: int) -> int:
    """The tax in a gross amount: gross less the net that is rounded half up, so that the parts add up."""
    return net_of_vat(gross_minor, rate_bp)[1]


def spread(
    order_id: int,
    room_minor: int,
    kept: Mapping[int, int],
    invoiced: Mapping[int, int],
    rates: Mapping[int, int],
) -> list[LineToInvoice]:
    """Spreads what an order may still be invoiced for over its lines.

    `kept` is what each line is worth to the seller by now, `invoiced` what stands on invoices of it; the difference is
    what a line still lacks. Their sum is the room, but for fen that refunds rounded otherwise: those go by the
    largest remainder, so that the lines always come to exactly the room.
    """
    numbers = sorted(kept)
    lacks = [max(kept[no] - invoiced.get(no, 0), 0) for no in numbers]
    if not any(lacks):
        lacks = [kept[no] for no in numbers]
    return [
        LineToInvoice(
            order_id=order_id,
            order_line_no=no,
            amount_minor=part,
            rate_bp=rates[no],
            tax_minor=tax_inside(part, rates[no]),
        )
        for no, part in zip(numbers, split(room_minor, lacks), strict=True)
        if part
    ]


def take_back(lines: list[OnInvoice], over_minor: int, kept: Mapping[int, int]) -> list[RedLine]:
    """Spreads a red letter over an invoice's lines of one order: first what stands on a line beyond what is kept of it.

    No line gives more than stands on it. Tax goes back by what is left on the line, so that a line that is taken
    back in any steps has given back exactly its tax.
    """
    standing = [line.left_minor for line in lines]
    assert 0 < over_minor <= sum(standing)
    beyond = [
        min(max(left - kept.get(line.order_line_no, 0), 0), left)
        for line, left in zip(lines, standing, strict=True)
    ]
    if sum(beyond) >= over_minor:
        parts = split(over_minor, beyond)
    else:
        rest = [left - more for left, more in zip(standing, beyond, strict=True)]
        more = split(over_minor - sum(beyond), rest)
        parts = [one + two for one, two in zip(beyond, more, strict=True)]
    return [
        RedLine(line_no=line.line_no, amount_minor=part, tax_minor=_tax_back(line, part))
        for line, part in zip(lines, parts, strict=True)
        if part
    ]


def _tax_back(line: OnInvoice, part_minor: int) -> int:
    stays = tax_inside(line.left_minor - part_minor, line.rate_bp)
    return line.tax_minor - line.red_tax_minor - stays
