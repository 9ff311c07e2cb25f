"""What is held up in the scene: notices in every state, and orders whose sellers asked for more time or an exemption."""

from datetime import datetime, timedelta
from typing import Any

from huozhan import fulfilment, operations, ordering, parties
from huozhan.disruption.asks import DraftSuspension, JudgeSuspension, MoveEnd
from huozhan.disruption.suspension import Direction, SuspensionKind
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from tests import world

FROM, UNTIL, OTHER_END = "2026-03-10T00:00:00Z", "2026-04-20T00:00:00Z", "2026-04-10T00:00:00Z"
PROOF = "https://gov.example.cn/notice/7"
NOBODYS_PLACE = "540000"
"""Nobody of the scene sells from there or buys there, so its notices hold nobody up."""


async def held_up(hall: Hall, scene: Any) -> None:
    """Plays the morning's disruptions; a second operator stands by."""
    things, first = scene.things, scene.actors["operator"]
    second = await world.member(hall, first, "second@market.example", parties.Role.owner)
    now = hall.clock.now()

    async def drafted() -> str:
        ask = DraftSuspension(
            kind=SuspensionKind.weather, title_zh="西藏大雪", regions=(NOBODYS_PLACE,), direction=Direction.both,
            from_at=now, until_at=now + timedelta(days=30), evidence_url=PROOF,
        )  # fmt: skip
        return (await hall.run(operations.draft_disruption, ask, second)).suspension_id

    def judge(name: str) -> JudgeSuspension:
        return JudgeSuspension(suspension_id=things[name], reason="已核对")

    for name in ("draft", "approved", "running", "ending"):
        things[name] = await drafted()
        if name != "draft":
            await hall.run(operations.approve_disruption, judge(name), first)
        if name in ("running", "ending"):
            await hall.run(operations.publish_disruption, judge(name), first)
    end = MoveEnd(suspension_id=things["ending"], until_at=datetime.fromisoformat(OTHER_END), reason="路已通")
    await hall.run(operations.propose_disruption_end, end, second)
    await _orders(hall, scene)


async def _orders(hall: Hall, scene: Any) -> None:
    trade, things, first = scene.trade, scene.things, scene.actors["operator"]
    held, asked, filed = [await trade.paid(blue=50 + n) for n in range(3)]
    things |= {"held_order": held.order_id, "longer_order": asked.order_id, "filed_order": filed.order_id}
    longer = ordering.asks.AskLongerPromise(order_id=asked.order_id, days=3, reason="原料晚到")
    things["longer"] = (await hall.run(ordering.ask_longer_promise, longer, trade.chenguang)).request_id
    for order, name in ((held, ""), (filed, "filing")):
        ask = ordering.asks.FileExemption(
            order_id=order.order_id, kind=SuspensionKind.traffic, from_at=hall.clock.now() - timedelta(hours=1),
            until_at=hall.clock.now() + timedelta(days=20), reason="道路塌方", evidence_url=PROOF,
        )  # fmt: skip
        filing = await hall.run(ordering.file_exemption, ask, trade.chenguang)
        if name:
            things[name] = filing.filing_id
            continue
        decide = ordering.asks.DecideFiling(
            order_id=order.order_id, filing_id=filing.filing_id, grant=True, reason="属实"
        )
        await hall.run(operations.decide_filing, decide, first)
        follow = fulfilment.asks.FollowFiling(order_id=order.order_id, filing_id=filing.filing_id)
        await hall.run(fulfilment.follow_filing, follow, system())
