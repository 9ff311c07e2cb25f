"""What two operators do about a disruption, in one line each."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from huozhan import fulfilment, operations, ordering, parties
from huozhan.disruption.asks import DraftSuspension, JudgeEnd, JudgeSuspension, MoveEnd, ShowSuspension
from huozhan.disruption.suspension import Direction, SuspensionKind
from huozhan.disruption.views import SuspensionView
from huozhan.doors.jobs.relay import relay_once
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.actor import Actor
from huozhan.ordering.clock_views import FilingView
from huozhan.ordering.views import (
    PlacedOrder,
)
from tests import world
from tests.ordering.trading import Trade

ZHEJIANG, CHENGDU = "330000", "5101"
PROOF = "https://gov.example.cn/notice/2026-3"


class Disruption:
    """Two operators, and the worker that does what they caused."""

    def __init__(self, trade: Trade, first: Actor, second: Actor) -> None:
        self.trade = trade
        self.hall = trade.hall
        self.first = first
        self.second = second

    def at(self, **span: float) -> datetime:
        """So long from now."""
        return self.trade.clock.now() + timedelta(**span)

    def draft(self, **changes: Any) -> DraftSuspension:
        """What a notice says: a snowstorm in Zhejiang, for the next three days unless it is said otherwise."""
        return DraftSuspension(
            **{
                "kind": SuspensionKind.weather,
                "title_zh": "浙江暴雪",
                "title_en": "Snowstorm in Zhejiang",
                "regions": (ZHEJIANG,),
                "direction": Direction.origin,
                "from_at": self.at(),
                "until_at": self.at(days=3),
                "evidence_url": PROOF,
            }
            | changes
        )

    async def drafted(self, **changes: Any) -> SuspensionView:
        """The first operator drafts a notice."""
        return await self.hall.run(operations.draft_disruption, self.draft(**changes), self.first)

    async def publish(self, **changes: Any) -> str:
        """Both publish a notice, and every clock follows."""
        ref = JudgeSuspension(
            suspension_id=(await self.drafted(**changes)).suspension_id, reason="已核对公告"
        )
        await self.hall.run(operations.approve_disruption, ref, self.second)
        await self.hall.run(operations.publish_disruption, ref, self.first)
        await self.follow()
        return ref.suspension_id

    async def move_end(self, suspension_id: str, until_at: datetime) -> None:
        """Both move the end of a notice, and every clock follows."""
        ask = MoveEnd(suspension_id=suspension_id, until_at=until_at, reason="最新公告")
        await self.hall.run(operations.propose_disruption_end, ask, self.first)
        judged = JudgeEnd(suspension_id=suspension_id, until_at=until_at, agree=True, reason="已核对")
        await self.hall.run(operations.judge_disruption_end, judged, self.second)
        await self.follow()

    async def follow(self) -> None:
        """The worker tells facts and works what follows from disruptions; errands to the outside are put away."""
        while await relay_once(self.hall) or await self._work_jobs():
            pass

    async def _work_jobs(self) -> int:
        """Jobs that are due, one after the other: a test has one connection."""
        async with self.hall.pool.acquire() as db:
            due = await db.fetch(
                "DELETE FROM job WHERE run_at <= $1 RETURNING job_id, kind, payload", self.trade.clock.now()
            )
        for job in sorted(due, key=lambda job: job["job_id"]):
            if job["kind"].startswith("disruption") or job["kind"] == ordering.EXCUSE_JOB:
                await TASKS[job["kind"]](self.hall, **msgspec.json.decode(job["payload"]))
        return len(due)

    async def file(self, order: PlacedOrder, **changes: Any) -> FilingView:
        """The seller files for a single exemption: the only road was closed."""
        ask = ordering.asks.FileExemption(
            **{
                "order_id": order.order_id,
                "kind": SuspensionKind.traffic,
                "from_at": self.at(hours=-2),
                "until_at": self.at(days=1),
                "reason": "厂区道路塌方",
                "evidence_url": PROOF,
            }
            | changes
        )
        return await self.hall.run(ordering.file_exemption, ask, self.trade.seller_of(order))

    async def decide(self, order: PlacedOrder, filing: FilingView, *, grant: bool) -> None:
        """An operator decides, and the clocks follow."""
        ask = ordering.asks.DecideFiling(
            order_id=order.order_id, filing_id=filing.filing_id, grant=grant, reason="照片与公告一致"
        )
        await self.hall.run(operations.decide_filing, ask, self.first)
        await self.follow()

    async def due(self, order: PlacedOrder) -> datetime:
        """Until when the seller must ship."""
        due_at = (await self.trade.page(order)).ship_promise_at
        assert due_at
        return due_at

    async def timers(self, order: PlacedOrder) -> dict[str, datetime]:
        """The timers that stand on an order."""
        async with self.hall.pool.acquire() as db:
            rows = await db.fetch("SELECT kind, due_at FROM timer WHERE about_id = $1", int(order.order_id))
        return {row["kind"]: row["due_at"] for row in rows}

    async def leave(self, order: PlacedOrder) -> ordering.views.RefundView:
        """小李 leaves an order that is held up."""
        ask = ordering.asks.LeaveDisrupted(order_id=order.order_id)
        return await self.hall.run(ordering.leave_disrupted, ask, self.trade.li)

    async def preview(self, suspension_id: str) -> ordering.clock_views.HitsView:
        """How many orders a notice hits."""
        return await self.hall.run(operations.preview_disruption, ShowSuspension(suspension_id), self.first)

    async def doubts(self) -> list[fulfilment.views.DoubtView]:
        """What is doubted about parcels."""
        return (await self.hall.run(fulfilment.doubts, fulfilment.asks.ListDoubts(), self.first)).items


async def disrupt(trade: Trade) -> Disruption:
    """Takes a second operator in."""
    first = trade.people.operator
    second = await world.member(trade.hall, first, "second@market.example", parties.Role.owner)
    return Disruption(trade, first, second)
