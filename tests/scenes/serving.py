"""What suppliers do and the worker's nightly count, in one line each."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from huozhan import fulfilment, ordering, scenes
from huozhan.doors.jobs.disruption import follow_filing
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.scenes import count_service
from huozhan.fulfilment.asks import CarrierMessage, RecordScan
from huozhan.kernel.actor import Actor, anonymous, system
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.ordering.views import PlacedOrder
from huozhan.scenes.views import ServiceFace
from tests.ordering.trading import Trade

PICKED_UP, SIGNED = 1, 301
MIDNIGHT_UTC_HOUR = 16
"""When a day begins in Shanghai."""


class Service:
    """A trade whose sellers are measured."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.hall = trade.hall
        self.clock = trade.clock
        self._scans = 0

    async def scan(self, order: PlacedOrder, state: int = PICKED_UP, at: datetime | None = None) -> None:
        """The carrier tells of the first parcel of an order."""
        parcel = (await self.trade.parcels(order)).parcels[0]
        self._scans += 1
        scan = {
            "carrier_code": parcel.carrier_code,
            "waybill": parcel.waybill,
            "scan_id": f"scan-{self._scans}",
            "state": state,
            "at": (at or self.clock.now()).isoformat(),
        }
        body = msgspec.json.encode({"type": "parcel.scanned", "data": scan}).decode()
        message = f"service-{self._scans}"
        await self.hall.run(
            fulfilment.note_carrier_message, CarrierMessage(message_id=message, body=body), system()
        )
        await self.hall.run(fulfilment.record_scan, RecordScan(message_id=message), system())

    async def served(self, hours: float = 1, **goods: int) -> PlacedOrder:
        """One order, paid, and so many hours later sent and picked up."""
        order = await self.trade.paid(**goods or {"red": 10})
        self.clock.pass_(hours=hours)
        await self.trade.ship(order)
        await self.scan(order)
        return order

    async def night(self, days: int = 1) -> None:
        """So many midnights pass; timers fire, facts are told, and after each the worker counts."""
        for _ in range(days):
            now = self.clock.now()
            end = now.replace(hour=MIDNIGHT_UTC_HOUR, minute=0, second=0, microsecond=0)
            self.clock.put(end if end > now else end + timedelta(days=1))
            await self.trade.let_pass(seconds=1)
            await self.count()

    async def count(self) -> None:
        """Tells what happened and counts it."""
        while await relay_once(self.hall):
            pass
        while await count_service(self.hall):
            pass

    async def face(self, seller: Actor | None = None) -> ServiceFace:
        """How 晨光 (or another) serves, as a stranger sees it."""
        ask = scenes.asks.ServiceOf(seller_id=str((seller or self.trade.chenguang).org_id))
        return await self.hall.run(scenes.shop_service, ask, anonymous())

    async def rows(self, table: str) -> list[Any]:
        """The rows of one of the count's tables, in order."""
        async with self.hall.pool.acquire() as db:
            return sorted(tuple(row) for row in await db.fetch(f"SELECT * FROM {table}"))

    async def forget(self) -> None:
        """Everything that was counted is gone; the walk through all orders begins anew."""
        async with self.hall.pool.acquire() as db:
            for table in ("service_mark", "service_day", "service_waiting"):
                await db.execute(f"DELETE FROM {table}")
            await db.execute("UPDATE service_walk SET after_id = 0, done_at = NULL")

    async def join(self, person: Actor, org: Actor) -> None:
        """Somebody becomes a member of an organisation beside their own."""
        async with self.hall.pool.acquire() as db:
            await db.execute(
                "INSERT INTO member (org_id, person_id, role, joined_at) VALUES ($1, $2, 'viewer', $3)",
                org.org_id, person.person_id, self.clock.now(),
            )  # fmt: skip

    async def give_up(self, order: PlacedOrder) -> None:
        """小李 wants the money back for all that is not sent."""
        ask = ordering.asks.RefundUnshipped(order_id=order.order_id, reason="买错了")
        await self.hall.run(ordering.refund_unshipped, ask, self.trade.li)

    async def follow(self, order: PlacedOrder, filing_id: str) -> None:
        """The job sets the clocks of an order whose exemption was granted."""
        await follow_filing(self.hall, order_id=int(order.order_id), filing_id=int(filing_id))

    async def forget_feed(self) -> None:
        """The indexer has done its work."""
        async with self.hall.pool.acquire() as db:
            await db.execute("DELETE FROM search_feed")

    def let_compare_with(self, suppliers: int) -> None:
        """So many suppliers are enough to compare with from now on."""
        now = self.clock.now()
        rule = self.hall.rules.at("service.peers", now)
        fewer = Rule(code=rule.code, version=2, value=suppliers, unit=rule.unit, effective_from=now)
        self.hall.rules = RuleBook([*self.hall.rules, fewer])
