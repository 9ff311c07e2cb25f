"""Goods of a waybill by the words and the picture they are known by."""

from collections.abc import Iterable

from huozhan import fulfilment, ordering


def goods_of(
    order: ordering.views.OrderToShip, lines: Iterable[tuple[int, int]]
) -> list[fulfilment.views.ParcelLineView]:
    """So many pieces of lines of an order, (line number, pieces), as people see them."""
    known = {line.line_no: line for line in order.lines}
    return [
        fulfilment.views.ParcelLineView(
            line_no=line_no,
            title=known[line_no].title,
            options=known[line_no].options,
            picture=known[line_no].picture,
            unit=known[line_no].unit,
            quantity=quantity,
        )
        for line_no, quantity in lines
    ]
