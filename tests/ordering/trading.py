"""A little trade to tell stories with: what buyer, sellers, payment channel, carrier and clock do, in one line each."""

from typing import Any

import asyncpg

from huozhan import catalogue, fulfilment, ledger, ordering, payments
from huozhan.catalogue.freight import ChargeBy, Tariff
from huozhan.catalogue.freighting import EditFreight, FreightTerms
from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Axis, Name, PublishOffer, SkuAsk
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.table import TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.findings import Finding
from huozhan.ordering.asks import (
    OrderRef,
    PaymentCallback,
    PaymentRef,
    PayOrders,
    PlaceOrder,
    QuoteAsk,
    WantedLine,
)
from huozhan.ordering.views import OrderPage, PlacedOrder, PlacedView, QuoteView
from huozhan.payments.asks import NoteCallback, PaymentAsk
from tests import world

FREIGHT = Tariff(first_unit=1_000, first_fee_minor=600, next_unit=1_000, next_fee_minor=100)

CUPS = PublishOffer(
    offer_code="CUP",
    category_id="aa-1-13-8",
    title=Name("陶瓷杯", "Ceramic cup"),
    quote_type=QuoteType.offer_ladder,
    ladder=(Step(1, 100_000), Step(100, 90_000)),
    options=(Axis(name=Name("颜色", "Colour"), values=(Name("红", "Red"), Name("蓝", "Blue"))),),
    skus=(
        SkuAsk(sku_code="CUP-R", choice=(0,), stock=1_000),
        SkuAsk(sku_code="CUP-B", choice=(1,), stock=500),
    ),
    weight_g=250,
    sample_price_e4=50_000,
    freight_code="STD",
)
BOLTS = PublishOffer(
    offer_code="BOLT",
    category_id="aa-1-13-8",
    title=Name("六角螺栓", "Hex bolt"),
    quote_type=QuoteType.fixed,
    ladder=(Step(1, 350),),
    skus=(SkuAsk(sku_code="BOLT-8", stock=100_000),),
    weight_g=10,
)


class Trade:
    """People, goods and the outside parties of one test."""

    def __init__(self, hall: Hall, clock: MovableClock, people: world.World, skus: dict[str, int]) -> None:
        self.hall = hall
        self.clock = clock
        self.people = people
        self.skus = skus
        self.address_id = str(people.li_address_id)
        self._heard = 0
        self._sent = 0

    @property
    def li(self) -> Actor:
        """The buyer."""
        return self.people.li

    @property
    def chenguang(self) -> Actor:
        """Who sells cups, at 10.00 each and 9.00 from 100; a parcel costs 6.00 and 1.00 per further kilogram."""
        return self.people.chenguang

    @property
    def hongfa(self) -> Actor:
        """Who sells bolts at 0.0350, freight included."""
        return self.people.hongfa

    def want(self, **quantities: int) -> tuple[WantedLine, ...]:
        """Wanted lines by the names of goods: red=10, blue=2, bolt=100."""
        return tuple(WantedLine(sku_id=str(self.skus[name]), quantity=n) for name, n in quantities.items())

    async def quote(self, *lines: WantedLine, **more: Any) -> QuoteView:
        """What these lines would cost 小李."""
        return await self.hall.run(
            ordering.quote, QuoteAsk(address_id=self.address_id, lines=lines, **more), self.li
        )

    async def place(self, *lines: WantedLine, key: str | None = None, **more: Any) -> PlacedView:
        """小李 places what was just quoted."""
        chosen = {name: more[name] for name in ("trade_types", "insure") if name in more}
        quoted = await self.quote(*lines, **chosen)
        ask = PlaceOrder(address_id=self.address_id, quote_hash=quoted.quote_hash, lines=lines, **more)
        return await self.hall.run(ordering.place_order, ask, self.li, key=key)

    async def one(self, **quantities: int) -> PlacedOrder:
        """小李 places one order."""
        (order,) = (await self.place(*self.want(**quantities))).orders
        return order

    async def open_payment(self, *orders: PlacedOrder) -> str:
        """小李 goes to the payment channel with some orders."""
        ask = PayOrders(order_ids=tuple(order.order_id for order in orders))
        return (await self.hall.run(ordering.pay_orders, ask, self.li)).payment_id

    async def settle(self, payment_id: str, **changes: Any) -> None:
        """The channel says that a payment was paid."""
        shown = await self.hall.run(payments.payment, PaymentAsk(payment_id=payment_id), self.li)
        self._heard += 1
        body = payments.write_message(
            payments.ports.ChannelPayment(
                **{
                    "merchant": "huozhan",
                    "merchant_ref": payment_id,
                    "state": "paid",
                    "amount_minor": shown.amount_minor,
                    "currency": shown.currency,
                    "channel_txn": f"ct-{payment_id}",
                    "paid_amount_minor": shown.amount_minor,
                    "paid_currency": shown.currency,
                    "paid_at": self.clock.now(),
                }
                | changes
            )
        )
        assert body is not None
        noted = NoteCallback(
            party="channel", message_id=f"msg-{self._heard}", body=body, is_genuine=True, merchant="huozhan"
        )
        callback = await self.hall.run(payments.note_callback, noted, system())
        await self.hall.run(
            ordering.payment_settled, PaymentCallback(callback_id=callback.callback_id), system()
        )

    async def close(self, payment_id: str) -> None:
        """The channel says that a payment is closed, and what waited for it is done."""
        await self.hall.run(payments.note_closed, PaymentAsk(payment_id=payment_id), system())
        await self.hall.run(ordering.payment_closed, PaymentRef(payment_id=payment_id), system())

    async def pay(self, *orders: PlacedOrder) -> str:
        """小李 pays orders, and the channel says so."""
        payment_id = await self.open_payment(*orders)
        await self.settle(payment_id)
        return payment_id

    async def paid(self, **quantities: int) -> PlacedOrder:
        """小李 places one order and pays it."""
        order = await self.one(**quantities)
        await self.pay(order)
        return order

    async def ship(self, order: PlacedOrder, **quantities: Any) -> list[str]:
        """The seller sends one parcel with so many of lines 1, 2, … (l1=3), or all that is left."""
        lines = tuple(
            fulfilment.asks.ParcelLineAsk(line_no=int(name[1:]), quantity=n)
            for name, n in quantities.items()
            if name.startswith("l")
        )
        self._sent += 1
        waybill = quantities.get("waybill") or f"SF{self._sent:013d}"
        parcel = fulfilment.asks.ParcelAsk(carrier_code="SF", waybill=waybill, lines=lines)
        ask = fulfilment.asks.Ship(order_id=order.order_id, parcels=(parcel,))
        return (await self.hall.run(fulfilment.ship, ask, self.seller_of(order))).parcel_ids

    def seller_of(self, order: PlacedOrder) -> Actor:
        """The seller of an order."""
        return next(s for s in self.people.suppliers if str(s.org_id) == order.seller_id)

    async def confirm(self, order: PlacedOrder, *parcel_ids: str) -> fulfilment.views.ReceivedView:
        """小李 confirms parcels, or all that were sent."""
        ask = fulfilment.asks.ConfirmReceipt(order_id=order.order_id, parcel_ids=parcel_ids)
        return await self.hall.run(fulfilment.confirm_receipt, ask, self.li)

    async def parcels(self, order: PlacedOrder) -> fulfilment.views.ParcelsView:
        """The parcels of an order, as 小李 sees them."""
        return await self.hall.run(
            fulfilment.parcels_of, fulfilment.asks.ParcelsOf(order_id=order.order_id), self.li
        )

    async def page(self, order: PlacedOrder, actor: Actor | None = None) -> OrderPage:
        """An order as 小李 (or another) sees it."""
        return await self.hall.run(ordering.order_page, OrderRef(order_id=order.order_id), actor or self.li)

    async def let_pass(self, **duration: float) -> None:
        """Time passes, and every timer that comes due fires."""
        self.clock.pass_(**duration)
        while await fire_once(self.hall, TIMERS):
            pass

    @property
    def system(self) -> Actor:
        """The market's own hand."""
        return system()

    async def address_of(self, actor: Actor) -> str:
        """An address of somebody else."""
        return str(await world.address(self.hall, actor, division="510104"))

    async def free(self, name: str) -> int:
        """How many of these goods are free to buy."""
        async with self.hall.pool.acquire() as db:
            goods = (await catalogue.goods_for(self.hall.work(db, self.li), [self.skus[name]]))[
                self.skus[name]
            ]
        return goods.free

    async def owed_to(self, seller: Actor) -> int:
        """What the book owes a seller, available or not yet."""
        async with self.hall.pool.acquire() as db:
            work = self.hall.work(db, system())
            accounts = [ledger.payable_available(seller.org_id), ledger.payable_pending(seller.org_id)]
            return sum(balance.posted_minor for balance in (await ledger.balances(work, accounts)).values())

    async def findings(self) -> list[Finding]:
        """What the checks of the books find wrong."""
        async with self.hall.pool.acquire() as db:
            work = self.hall.work(db, system())
            found = [await check(work) for check in (ordering.verify, fulfilment.verify, catalogue.verify)]
        return [finding for part in found for finding in part]


async def open_trade(hall: Hall, clock: MovableClock) -> Trade:
    """Opens the shops."""
    people = await world.make(hall)
    terms = FreightTerms(charge_by=ChargeBy.weight, tariff=FREIGHT)
    await hall.run(
        catalogue.edit_freight,
        EditFreight(code="STD", name=Name("标准", "Standard"), terms=terms),
        people.chenguang,
    )
    await hall.run(catalogue.publish_offer, CUPS, people.chenguang)
    await hall.run(catalogue.publish_offer, BOLTS, people.hongfa)
    async with hall.pool.acquire() as db:
        skus = await _skus(db)
    return Trade(hall, clock, people, {"red": skus["CUP-R"], "blue": skus["CUP-B"], "bolt": skus["BOLT-8"]})


async def _skus(db: asyncpg.Connection) -> dict[str, int]:
    return {row["sku_code"]: row["sku_id"] for row in await db.fetch("SELECT sku_code, sku_id FROM sku")}
