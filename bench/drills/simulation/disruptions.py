"""Disruption 疫情/灾害豁免: notices of two operators, single exemptions, longer promises, buyers who leave."""

from datetime import timedelta

from bench.drills.simulation.happening import Happening, event
from huozhan import operations, ordering
from huozhan.disruption.asks import DraftSuspension, JudgeEnd, JudgeSuspension, MoveEnd
from huozhan.disruption.suspension import Direction, SuspensionKind
from huozhan.ordering.asks import (
    AnswerLongerPromise,
    AskLongerPromise,
    DecideFiling,
    FileExemption,
    LeaveDisrupted,
)

PROOF = "https://gov.example.cn/notice/2026-3"
REGIONS = (("330000",), ("440000",), ("5101",), ("330000", "440000"))


@event(3)
async def publish(h: Happening) -> str:
    """Two operators publish a notice, for days to come or since a while ago."""
    now = h.trade.clock.now()
    begins = now - timedelta(hours=h.chance.choice((0, 0, 12)))
    draft = DraftSuspension(
        kind=SuspensionKind.weather, title_zh="暴雪", title_en="Snowstorm", regions=h.chance.choice(REGIONS),
        direction=h.chance.choice(list(Direction)), from_at=begins,
        until_at=now + timedelta(hours=h.chance.choice((6, 30, 72, 200))), evidence_url=PROOF,
    )  # fmt: skip
    drafted = await h.hall.run(operations.draft_disruption, draft, h.operator)
    judge = JudgeSuspension(suspension_id=drafted.suspension_id, reason="已核对公告")
    await h.hall.run(operations.approve_disruption, judge, h.opened.second)
    await h.hall.run(operations.publish_disruption, judge, h.operator)
    h.notices.append(drafted.suspension_id)
    return drafted.suspension_id


@event(2)
async def move_end(h: Happening) -> str:
    """A notice ends earlier or later."""
    if not h.notices:
        return "none"
    suspension_id = h.chance.choice(h.notices[-2:])
    until_at = h.trade.clock.now() + timedelta(hours=h.chance.choice((1, 24, 96)))
    ask = MoveEnd(suspension_id=suspension_id, until_at=until_at, reason="最新公告")
    await h.hall.run(operations.propose_disruption_end, ask, h.operator)
    judge = JudgeEnd(
        suspension_id=suspension_id, until_at=until_at, agree=h.chance.random() < 0.8, reason="已核对"
    )
    await h.hall.run(operations.judge_disruption_end, judge, h.opened.second)
    return "moved"


@event(3)
async def file(h: Happening) -> str:
    """A seller files for a single exemption, and an operator decides."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    now = h.trade.clock.now()
    ask = FileExemption(
        order_id=order.order_id, kind=SuspensionKind.traffic, from_at=now - timedelta(hours=2),
        until_at=now + timedelta(hours=h.chance.choice((10, 48))), reason="厂区道路塌方", evidence_url=PROOF,
    )  # fmt: skip
    filed = await h.hall.run(ordering.file_exemption, ask, h.trade.seller_of(order))
    if h.chance.random() < 0.8:
        decide = DecideFiling(
            order_id=order.order_id,
            filing_id=filed.filing_id,
            grant=h.chance.random() < 0.7,
            reason="已核对照片",
        )
        await h.hall.run(operations.decide_filing, decide, h.operator)
    return "filed"


@event(3)
async def lengthen(h: Happening) -> str:
    """A seller asks for days more, and the buyer answers."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    ask = AskLongerPromise(order_id=order.order_id, days=h.chance.randint(1, 9), reason="排产较满")
    asked = await h.hall.run(ordering.ask_longer_promise, ask, h.trade.seller_of(order))
    if h.chance.random() < 0.8:
        answer = AnswerLongerPromise(
            order_id=order.order_id, request_id=asked.request_id, agree=h.chance.random() < 0.7
        )
        await h.hall.run(ordering.answer_longer_promise, answer, h.trade.li)
    return "asked"


@event(2)
async def leave(h: Happening) -> str:
    """A buyer leaves an order that is held up."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    await h.hall.run(ordering.leave_disrupted, LeaveDisrupted(order_id=order.order_id), h.trade.li)
    return "left"
