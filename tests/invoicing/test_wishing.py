"""What a buyer wished for at checkout is asked for by itself, once the order is received or the shop invoices at payment."""

from typing import Any

import pytest

from huozhan import invoicing, ordering
from huozhan.doors.jobs import tax
from huozhan.invoicing.asks import InvoicedOrder, TitleRef
from huozhan.invoicing.views import WishView
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.ordering.asks import CancelOrder, InvoiceWish
from huozhan.ordering.views import PlacedOrder
from tests.invoicing.billing import Billing


async def wished(
    billing: Billing, kind: Any = "ordinary", *, title_id: str = "", **goods: int
) -> PlacedOrder:
    """小李 places one order and wants an invoice of it."""
    title_id = title_id or (await billing.title(whole=kind == "special")).title_id
    lines = billing.trade.want(**goods)
    (order,) = (await billing.trade.place(*lines, invoice=InvoiceWish(title_id=title_id, kind=kind))).orders
    await billing.catch_up()
    return order


async def receive(billing: Billing, order: PlacedOrder) -> None:
    await billing.trade.pay(order)
    await billing.catch_up()
    await billing.trade.ship(order)
    await billing.trade.confirm(order)
    await billing.catch_up()


async def wish(billing: Billing, order: PlacedOrder) -> WishView:
    shown = (await billing.of_order(order)).wish
    assert shown is not None
    return shown


@pytest.mark.parametrize("kind", ["ordinary", "special"])
async def test_a_wish_becomes_a_request_at_receipt(billing: Billing, kind: str) -> None:
    order = await wished(billing, kind, red=10)
    assert ((await wish(billing, order)).state, (await billing.of_order(order)).invoices) == ("open", [])

    await receive(billing, order)

    assert (await wish(billing, order)).state == "asked"
    (card,) = (await billing.of_order(order)).invoices
    assert (card.kind, card.state, card.amount_minor) == (kind, "init", 10_800)
    page = await billing.issue(await billing.hall_state(card.invoice_id))
    assert page.card.state == "issued"
    assert await billing.findings() == []


async def test_a_shop_that_invoices_at_payment_is_asked_at_payment(billing: Billing) -> None:
    await billing.rates(1300, at_payment=True)
    order = await wished(billing, red=1)
    await billing.trade.pay(order)
    await billing.catch_up()
    assert (await wish(billing, order)).state == "asked"


async def test_a_wish_of_an_order_that_closes_is_dropped(billing: Billing) -> None:
    order = await wished(billing, red=1)
    await billing.hall.run(
        ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), billing.trade.li
    )
    await billing.catch_up()
    assert ((await wish(billing, order)).state, (await wish(billing, order)).why) == ("dropped", "closed")


@pytest.mark.parametrize(
    ("kind", "why"), [("ordinary", "no_title"), ("special", "invoicing.special_needs_more")]
)
async def test_a_title_that_cannot_do_it_drops_the_wish_and_says_why(
    billing: Billing, kind: str, why: str
) -> None:
    bare = (await billing.title(whole=False)).title_id
    order = await wished(billing, kind, title_id=bare, red=1)
    if kind == "ordinary":
        await billing.hall.run(invoicing.drop_title, TitleRef(title_id=bare), billing.trade.li)

    await receive(billing, order)

    assert ((await wish(billing, order)).state, (await wish(billing, order)).why) == ("dropped", why)
    assert (await billing.of_order(order)).room_minor > 0


async def test_somebody_elses_title_is_not_used(billing: Billing) -> None:
    theirs = await billing.title(whole=False, by=billing.trade.chenguang)
    order = await wished(billing, title_id=theirs.title_id, red=1)
    await receive(billing, order)
    assert (await wish(billing, order)).why == "no_title"


async def test_a_buyer_takes_a_wish_back(billing: Billing) -> None:
    order = await wished(billing, red=1)
    ask = InvoicedOrder(order_id=order.order_id)
    with pytest.raises(NotFound):
        await billing.hall.run(invoicing.drop_wish, ask, billing.trade.chenguang)
    await billing.hall.run(invoicing.drop_wish, ask, billing.trade.li)
    with pytest.raises(NoSuchMove):
        await billing.hall.run(invoicing.drop_wish, ask, billing.trade.li)
    await receive(billing, order)
    assert (await billing.of_order(order)).invoices == []
    assert (await billing.ask(order)).state == "init", "it can be asked for by hand"


async def test_a_wish_asks_once_however_often_it_is_looked_at(billing: Billing) -> None:
    order = await wished(billing, red=1)
    await receive(billing, order)
    for _ in range(2):
        await tax.wish(billing.hall, order_id=int(order.order_id))
    assert len((await billing.of_order(order)).invoices) == 1
    assert await billing.findings() == []


async def test_a_wish_and_a_request_by_hand_make_one_invoice(billing: Billing) -> None:
    order = await wished(billing, red=1)
    await billing.trade.pay(order)
    await billing.trade.ship(order)
    await billing.trade.confirm(order)
    await billing.ask(order)
    await billing.catch_up()
    assert (await wish(billing, order)).why == "invoicing.nothing_left"
    assert len((await billing.of_order(order)).invoices) == 1
    assert await billing.findings() == []
