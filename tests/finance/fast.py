"""Fast arrival, told in one line each: what 小李, 晨光, the carrier, the funder, its messages and the clock do."""

import contextlib
from datetime import datetime
from typing import Any

import msgspec

from huozhan import finance, fulfilment, ledger, operations, ordering, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.doors.jobs.table import TASKS
from huozhan.finance.funder_views import AdvanceView, FastArrivalView
from huozhan.fulfilment.asks import CarrierMessage, RecordScan
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.kernel.shapes import Nothing
from huozhan.operations.books import Verify
from huozhan.ordering.views import PlacedOrder
from tests.finance.funder import PlainFunder
from tests.ordering.trading import Trade

LIMIT = 5_000_000
PICKED_UP, SIGNED = 1, 301


class Fast:
    """A trade in which a funder pays sellers at pick-up."""

    def __init__(self, trade: Trade, funder: PlainFunder) -> None:
        self.trade = trade
        self.funder = funder
        self._scans = 0

    @property
    def hall(self) -> Hall:
        """The market."""
        return self.trade.hall

    async def get_limit(self, seller: Actor, limit_minor: int = LIMIT) -> None:
        """A supplier applies, and the funder decides."""
        await self.hall.run(finance.apply_for_fast_arrival, Nothing(), seller)
        await self.errands()
        self.funder.limits[str(seller.org_id)] = limit_minor
        await self.hear("account.open", buyer_ref=str(seller.org_id))

    async def switch(self, seller: Actor, *, is_on: bool = True) -> FastArrivalView:
        """A supplier agrees to the fee that is shown, or ends it."""
        shown = await self.view(seller)
        ask = finance.funder_asks.SwitchFastArrival(is_on=is_on, fee_bp=shown.fee_bp)
        return await self.hall.run(finance.switch_fast_arrival, ask, seller)

    async def hear(self, kind: str, *, is_genuine: bool = True, **data: Any) -> None:
        """Something comes to the funder's hook, and what it leads to is done."""
        body = msgspec.json.encode({"type": kind, "timestamp": "2026-03-01T00:00:00.000Z", "data": data})
        said = finance.funder_asks.HearFunder(message_id="msg_1", body=body, is_genuine=is_genuine)
        await self.hall.run(finance.hear_funder, said, system("hooks"))
        await self.errands()

    async def scan(
        self, order: PlacedOrder, parcel_no: int = 1, state: int = PICKED_UP, at: datetime | None = None
    ) -> None:
        """The carrier tells of a parcel of an order; the funder is not asked yet."""
        parcel = next(one for one in (await self.trade.parcels(order)).parcels if one.parcel_no == parcel_no)
        self._scans += 1
        scan = {
            "carrier_code": parcel.carrier_code,
            "waybill": parcel.waybill,
            "scan_id": f"scan-{self._scans}",
            "state": state,
            "at": (at or self.trade.clock.now()).isoformat(),
        }
        body = msgspec.json.encode({"type": "parcel.scanned", "data": scan}).decode()
        message = f"fast-{self._scans}"
        await self.hall.run(
            fulfilment.note_carrier_message, CarrierMessage(message_id=message, body=body), system()
        )
        await self.hall.run(fulfilment.record_scan, RecordScan(message_id=message), system())

    async def advanced(self, **goods: int) -> PlacedOrder:
        """One order, paid, sent in one parcel, picked up, and advanced."""
        order = await self.trade.paid(**goods)
        await self.trade.ship(order)
        await self.scan(order)
        await self.errands()
        return order

    async def errands(self, *, rounds: int = 20) -> list[str]:
        """The worker does what waits about the funder; tells what it did. A silent funder is asked again."""
        did: list[str] = []
        for _ in range(rounds):
            async with self.hall.pool.acquire() as db:
                rows = await db.fetch(
                    "DELETE FROM job WHERE kind IN ('finance.advance', 'finance.funder_account')"
                    " RETURNING kind, payload, job_id"
                )
            if not rows:
                break
            for row in sorted(rows, key=lambda one: one["job_id"]):
                did.append(row["kind"])
                payload = msgspec.json.decode(row["payload"])
                with contextlib.suppress(TryLater):
                    await TASKS[row["kind"]](self.hall, **payload)
                    continue
                async with self.hall.working(system()) as work:
                    work.enqueue(row["kind"], payload)
        return did

    async def view(self, seller: Actor | None = None) -> FastArrivalView:
        """A supplier's page."""
        ask = finance.funder_asks.FastArrivalAsk()
        return await self.hall.run(finance.fast_arrival, ask, seller or self.trade.chenguang)

    async def of_order(self, order: PlacedOrder, actor: Actor | None = None) -> ordering.OrderFastView:
        """Fast arrival as its seller, or another, sees it on an order."""
        ask = ordering.FastArrivalOfOrder(order_id=order.order_id)
        return await self.hall.run(ordering.fast_arrival_of_order, ask, actor or self.trade.seller_of(order))

    async def one(self, order: PlacedOrder) -> AdvanceView:
        """The only advance on an order."""
        (one,) = (await self.of_order(order)).advances
        return one

    async def balance(self, account: ledger.Account) -> int:
        """What the book says of an account."""
        async with self.hall.pool.acquire() as db:
            return (await ledger.balance(self.hall.work(db, system()), account)).posted_minor

    async def available(self, seller: Actor | None = None) -> int:
        """What a seller may withdraw."""
        return await self.balance(ledger.payable_available((seller or self.trade.chenguang).org_id))

    async def clearing(self) -> int:
        """What the funder owes the market (103)."""
        return await self.balance(ledger.funder_clearing(payments.FAST_FUNDER_ID))

    async def findings(self) -> list[Finding]:
        """What a check of all books finds."""
        async with self.hall.working(system()) as work:
            while await ledger.seal_chain(work):
                pass
        return (await self.hall.run(operations.verify, Verify(), self.trade.people.operator)).findings

    async def agrees(self) -> None:
        """The book, the checks and the funder say the same of everything that was asked and answered."""
        await self.errands()
        assert await self.clearing() == self.funder.owes_market()
        assert await self.findings() == []


async def open_fast(trade: Trade) -> Fast:
    """Opens the shops; the funder advances 晨光 up to 50,000.00, who has agreed."""
    funder = PlainFunder()
    trade.hall.outside = msgspec.structs.replace(trade.hall.outside, funder=funder)
    fast = Fast(trade, funder)
    await fast.get_limit(trade.chenguang)
    await fast.switch(trade.chenguang)
    return fast
