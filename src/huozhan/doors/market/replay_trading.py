"""A day's trade of a replay: buyers confirm what came, place and pay the day's invoices; the seller ships them.

Several buyers are served side by side, each with a clock of its own that stands at the invoice's moment.
"""

import asyncio
import copy
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import msgspec

from huozhan import fulfilment, ordering, payments
from huozhan.doors.hall import Hall, Outside
from huozhan.doors.jobs.queue import work_once
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS, TIMERS
from huozhan.doors.jobs.timers import fire_once
from huozhan.doors.market.replay_channel import ReplayChannel
from huozhan.doors.market.replay_goods import Goods
from huozhan.doors.market.replay_people import Buyers, buyer_name
from huozhan.doors.market.replay_reading import LONDON, WALK_IN, Invoice
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Refusal

LANES = 5
"""Buyers served side by side: as many as the pool has connections, less one for whoever waits for none."""
MORNING, EVENING = time(6, 0), time(22, 0)
ON_THE_WAY = timedelta(days=3)
"""After so long known customers say that goods came; the walk-in buyer leaves it to the clock."""
PAGE = 100
NOTE = "Invoice "
"""What a buyer writes to the seller on placing: by it an order is found again after a kill."""
T = TypeVar("T")


class Line(msgspec.Struct, frozen=True):
    """A line of an order as the market priced it."""

    line_no: int
    sku_id: str
    goods_minor: int


class Trade:
    """Everything that trades in one replay."""

    def __init__(
        self, hall: Hall, channel: ReplayChannel, seller: Actor, buyers: Buyers, goods: Goods
    ) -> None:
        self.seller, self.buyers, self._goods = seller, buyers, goods
        self._channel = channel
        self.day = hall
        self._lanes = [with_own_clock(hall, channel) for _ in range(LANES)]
        self._to_confirm: deque[tuple[date, str, str]] = deque()
        self._orders: dict[str, str] = {}

    async def last_day(self) -> date | None:
        """The day of the newest order, where a killed replay stopped."""
        cards = await self._sales(size=1)
        return cards[0].placed_at.astimezone(LONDON).date() if cards else None

    async def pick_up(self, day: date) -> dict[str, ordering.views.OrderCard]:
        """What a killed replay left: orders on their way are confirmed in time; the day's orders by invoice."""
        for card in reversed(await self._all_sales(state="wait_receive")):
            placed_on = card.placed_at.astimezone(LONDON).date()
            self._expect_receipt(placed_on, card.order_id, card.counterparty.en)
        return await self._placed_on(day)

    async def _placed_on(self, day: date) -> dict[str, ordering.views.OrderCard]:
        """The orders of a day by invoice."""
        exported = ordering.asks.ExportOrders(selling=True, from_on=day, until_on=day)
        rows = (await self.day.run(ordering.export_orders, exported, self.seller)).rows
        invoice_of = {row.number: row.buyer_note.removeprefix(NOTE) for row in rows}
        cards = await self._all_sales(from_on=day, until_on=day)
        return {invoice_of[card.number]: card for card in cards}

    async def order_of(self, invoice_no: str, day: date) -> str:
        """The order that an invoice of a day was played as, also before a kill."""
        if invoice_no not in self._orders:
            self._orders |= {name: card.order_id for name, card in (await self._placed_on(day)).items()}
        return self._orders[invoice_no]

    async def confirm_until(self, day: date) -> None:
        """What came until this day is confirmed, each on its own day: before the clock would do it."""
        while self._to_confirm and self._to_confirm[0][0] + ON_THE_WAY <= day:
            await self._confirm(self._to_confirm[0][0])

    async def play(
        self, day: date, invoices: Sequence[Invoice], placed: dict[str, ordering.views.OrderCard]
    ) -> None:
        """One day: buyers place and pay, in the evening the seller ships."""
        payment_ids: list[str] = []

        async def buy(lane: Hall, invoice: Invoice) -> None:
            payment_id = await self._buy(lane, invoice, placed.get(invoice.invoice_no))
            if payment_id:
                payment_ids.append(payment_id)

        await self.side_by_side(invoices, buy)
        put_clock(self.day, day, EVENING)
        await self._pay(payment_ids)
        await self._ship(day)
        await self.settle()

    async def finish(self, day: date) -> None:
        """What a kill kept back is shipped as well, and all goods are received, by the buyers and by the clock."""
        after = day + timedelta(days=1)
        put_clock(self.day, after, EVENING)
        await self.settle()
        await self._ship(after)
        await self.confirm_until(after + ON_THE_WAY)
        longest = self.day.rules.at("auto_confirm.untracked", self.day.clock.now()).span
        put_clock(self.day, after + longest + timedelta(days=1), EVENING)
        await self.settle()

    async def settle(self) -> None:
        """Lets the worker do what is due until nothing is; what was paid in time is heard before time runs out."""
        while True:
            while await relay_once(self.day) + await work_once(self.day, TASKS):
                pass
            if not await fire_once(self.day, TIMERS):
                return

    async def _buy(self, lane: Hall, invoice: Invoice, placed: ordering.views.OrderCard | None) -> str:
        """Places an invoice, brings it to the amounts that were charged, and opens its payment."""
        move_clock(lane, invoice.at)
        buyer, address_id = await self.buyers.at_address(invoice)
        if placed is None:
            order_id, lines = await self._place(lane, invoice, buyer, address_id)
        elif placed.state == "wait_pay":
            page = await lane.run(ordering.order_page, ordering.asks.OrderRef(placed.order_id), buyer)
            order_id = placed.order_id
            lines = [Line(line.line_no, line.goods.sku_id, line.goods_minor) for line in page.lines]
            if page.amount_minor == invoice.amount_minor and page.freight_minor == invoice.freight_minor:
                lines = []
        else:
            return ""
        self._orders[invoice.invoice_no] = order_id
        if lines:
            await self._amend(lane, invoice, buyer, order_id, lines)
        paying = await lane.run(ordering.pay_orders, ordering.asks.PayOrders((order_id,)), buyer)
        assert paying.amount_minor == invoice.amount_minor, (
            f"invoice {invoice.invoice_no} costs something else"
        )
        return str(paying.payment_id)

    async def _place(
        self, lane: Hall, invoice: Invoice, buyer: Actor, address_id: str
    ) -> tuple[str, list[Line]]:
        wanted = tuple(
            ordering.asks.WantedLine(sku_id=self._goods.sku_ids[line.code], quantity=line.quantity)
            for line in invoice.lines
        )
        quoted = await lane.run(
            ordering.quote, ordering.asks.QuoteAsk(address_id=address_id, lines=wanted), buyer
        )
        ask = ordering.asks.PlaceOrder(
            address_id=address_id,
            quote_hash=quoted.quote_hash,
            lines=wanted,
            notes=(ordering.asks.SellerNote(str(self.seller.org_id), NOTE + invoice.invoice_no),),
            from_cart=False,
        )
        [order] = (await lane.run(ordering.place_order, ask, buyer)).orders
        [share] = quoted.shares
        lines = [
            Line(line_no, line.goods.sku_id, line.price.amount_minor)
            for line_no, line in enumerate(share.lines, start=1)
        ]
        return order.order_id, lines

    async def _amend(
        self, lane: Hall, invoice: Invoice, buyer: Actor, order_id: str, lines: Sequence[Line]
    ) -> None:
        """The seller's change of what is not at ladder price, and of freight; the buyer's yes where it is more."""
        charged = {self._goods.sku_ids[line.code]: line.amount_minor for line in invoice.lines}
        changed = tuple(
            ordering.asks.LineAmount(line.line_no, charged[line.sku_id])
            for line in lines
            if line.goods_minor != charged[line.sku_id]
        )
        if not (changed or invoice.freight_minor):
            return
        ask = ordering.asks.AmendPrice(
            order_id=order_id,
            reason=NOTE + invoice.invoice_no,
            lines=changed,
            freight_minor=invoice.freight_minor,
        )
        state = await lane.run(ordering.amend_price, ask, self.seller)
        if state.amount_minor != invoice.amount_minor:
            await lane.run(ordering.accept_amendment, ordering.asks.AcceptAmendment(order_id), buyer)

    async def _pay(self, payment_ids: Sequence[str]) -> None:
        """The worker opens the day's payments at the channel, buyers pay there, the worker hears of it."""
        await self.settle()

        async def pay(lane: Hall, payment_id: str) -> None:
            move_clock(lane, self.day.clock.now())
            if await self._channel.payment(payment_id) is None:
                await self._reopen(lane, payment_id)
            await self._channel.pay(lane, payment_id)

        await self.side_by_side(payment_ids, pay)
        await self.settle()

    async def _reopen(self, lane: Hall, payment_id: str) -> None:
        """A channel that was killed with the replay is told again what it had been told."""
        about = payments.asks.AboutAsk(about_id=payment_id)
        errand = await lane.run(payments.payment_errand, about, system("replay"))
        await self._channel.open(
            payment_id,
            amount_minor=errand.amount_minor,
            currency=errand.currency,
            subject=errand.subject,
            expires_at=errand.expires_at,
            return_url="",
        )

    async def _ship(self, day: date) -> None:
        """Everything that is paid leaves on the day by the seller's own hands: the file knows no waybills."""

        async def ship(lane: Hall, card: ordering.views.OrderCard) -> None:
            move_clock(lane, self.day.clock.now())
            parcel = fulfilment.asks.ParcelAsk(kind="own_delivery")
            await lane.run(fulfilment.ship, fulfilment.asks.Ship(card.order_id, (parcel,)), self.seller)
            self._expect_receipt(day, card.order_id, card.counterparty.en)

        await self.side_by_side(await self._all_sales(state="wait_send"), ship)

    def _expect_receipt(self, day: date, order_id: str, buyer: str) -> None:
        if buyer != buyer_name(WALK_IN):
            self._to_confirm.append((day, order_id, buyer))

    async def _confirm(self, shipped_on: date) -> None:
        """Known customers say that what was shipped on a day has come."""
        due = []
        while self._to_confirm and self._to_confirm[0][0] == shipped_on:
            due.append(self._to_confirm.popleft())
        put_clock(self.day, shipped_on + ON_THE_WAY, MORNING)

        async def confirm(lane: Hall, came: tuple[date, str, str]) -> None:
            move_clock(lane, self.day.clock.now())
            _, order_id, name = came
            buyer = await self.buyers.actor(name)
            try:
                await lane.run(fulfilment.confirm_receipt, fulfilment.asks.ConfirmReceipt(order_id), buyer)
            except Refusal as refusal:
                if refusal.code not in ("fulfilment.nothing_to_receive", "no_such_move"):
                    raise  # otherwise all of it came back before

        await self.side_by_side(due, confirm)

    async def _all_sales(self, **wanted: object) -> list[ordering.views.OrderCard]:
        """The seller's orders, newest first, page after page."""
        cards: list[ordering.views.OrderCard] = []
        cursor = None
        while True:
            ask = msgspec.convert({**wanted, "size": PAGE, "cursor": cursor}, ordering.asks.ListOrders)
            page = await self.day.run(ordering.my_sales, ask, self.seller)
            cards += page.orders
            cursor = page.next_cursor
            if cursor is None:
                return cards

    async def _sales(self, size: int) -> list[ordering.views.OrderCard]:
        page = await self.day.run(ordering.my_sales, ordering.asks.ListOrders(size=size), self.seller)
        return list(page.orders)

    async def side_by_side(self, items: Iterable[T], act: Callable[[Hall, T], Awaitable[None]]) -> None:
        """Hands items to the lanes, each lane one after another, in order."""
        waiting = iter(items)

        async def serve(lane: Hall) -> None:
            for item in waiting:
                await act(lane, item)

        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(serve(lane))


def with_own_clock(hall: Hall, channel: ReplayChannel) -> Hall:
    """The same market under a clock that only this hand moves, with the replay's channel outside."""
    own = copy.copy(hall)
    own.clock = MovableClock(hall.clock.now())
    own.outside = Outside(channel=channel)
    return own


def put_clock(hall: Hall, day: date, at: time) -> None:
    """Sets a hall's own clock to a moment of the local day."""
    move_clock(hall, datetime.combine(day, at, tzinfo=LONDON))


def move_clock(hall: Hall, at: datetime) -> None:
    """Sets a hall's own clock to a moment."""
    assert isinstance(hall.clock, MovableClock)
    hall.clock.put(at)
