"""An order as invoices see it: what its buyer paid and got back before its end, and what each line is worth by now."""

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering.order import Line, OrderState, running_share
from huozhan.ordering.store import to_invoice as store


class LineToTax(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what it is, and what of it the buyer paid for and has not got back, freight among it."""

    line_no: int
    offer_id: int
    category_id: str
    title: Bilingual
    options: Bilingual
    unit: str
    quantity: int
    kept_minor: int


class OrderToInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An order as invoices see it; the market's part of a coupon is no money of its buyer and is not among it.

    `paid_minor` counts what is owed on credit terms; `refunded_minor` is what went back before the order's end.
    """

    order_id: int
    number: str
    buyer_id: int
    seller_id: int
    state: OrderState
    placed_at: datetime
    paid_at: datetime | None
    ended_at: datetime | None
    paid_minor: int
    refunded_minor: int
    lines: tuple[LineToTax, ...]

    @property
    def is_received(self) -> bool:
        """Tells whether nothing of it is left to send or to receive."""
        return self.state is OrderState.success


async def orders_to_invoice(
    work: Work, order_ids: Collection[int], *, of_all: bool = False
) -> Mapping[int, OrderToInvoice]:
    """Orders of the actor's organisation by id; those out of its reach are left out. Only read.

    `of_all` is for checks of the market's books, whoever asks for them.
    """
    found = {}
    for row in await store.read(work, order_ids, of_all=of_all):
        lines = msgspec.json.decode(row["lines"], type=tuple[Line, ...])
        kept_minor = row["taken_minor"] - row["refunded_minor"]
        subsidy_kept = row["subsidy_minor"] - row["subsidy_back_minor"]
        paid_minor = max(row["taken_minor"] - row["subsidy_minor"], 0)
        # Nothing is left of it, or it was never paid: what came too late and went back is no sale.
        left_minor = max(kept_minor - subsidy_kept, 0) if paid_minor else 0
        found[row["order_id"]] = OrderToInvoice(
            order_id=row["order_id"],
            number=row["number"],
            buyer_id=row["buyer_id"],
            seller_id=row["seller_id"],
            state=OrderState(row["state"]),
            placed_at=row["placed_at"],
            paid_at=row["paid_at"],
            ended_at=row["ended_at"],
            paid_minor=paid_minor,
            refunded_minor=max(paid_minor - left_minor, 0),
            lines=tuple(_line(line) for line in lines),
        )
    return found


async def received_from(work: Work, seller_id: int, most: int) -> list[int]:
    """The newest orders that the actor's organisation bought from a seller and received."""
    return await store.ended_between(work, seller_id, most)


async def orders_paid_by_seller(work: Work, from_at: datetime, until_at: datetime) -> Mapping[int, int]:
    """How many orders of each seller were paid or taken on credit from one moment until before another."""
    return await store.paid_by_seller(work, from_at, until_at)


def _line(line: Line) -> LineToTax:
    live = line.quantity - line.refunded - line.returned
    goods_minor = max(line.paid_worth(live) - line.uncharged_minor, 0)
    return LineToTax(
        line_no=line.line_no,
        offer_id=line.offer_id,
        category_id=line.category_id,
        title=line.title,
        options=line.options,
        unit=line.unit,
        quantity=line.quantity,
        kept_minor=goods_minor + running_share(line.freight_minor, live, line.quantity),
    )
