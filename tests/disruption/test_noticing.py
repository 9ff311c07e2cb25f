"""A notice holds only once two operators stand behind it."""

import pytest

from huozhan import operations
from huozhan.disruption import disruptions, suspension
from huozhan.disruption.asks import (
    DisruptionsFor,
    JudgeEnd,
    JudgeSuspension,
    MoveEnd,
    ShowSuspension,
)
from huozhan.disruption.noticing import EndProposed, EndsTooEarly, NoEndProposed, OwnDraft
from huozhan.disruption.suspension import Direction
from huozhan.kernel.actor import anonymous
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, Invalid
from huozhan.parties import NoSuchPlace
from tests.disruption.disrupting import Disruption
from tests.ordering.trading import Trade


def judge(suspension_id: str) -> JudgeSuspension:
    return JudgeSuspension(suspension_id=suspension_id, reason="核对")


async def test_nobody_approves_what_they_drafted_themselves(disruption: Disruption) -> None:
    drafted = await disruption.drafted()
    assert (drafted.state, drafted.can) == ("draft", ["edit", "drop"])

    with pytest.raises(OwnDraft):
        await disruption.hall.run(
            operations.approve_disruption, judge(drafted.suspension_id), disruption.first
        )
    with pytest.raises(NoSuchMove):
        await disruption.hall.run(
            operations.publish_disruption, judge(drafted.suspension_id), disruption.first
        )
    approved = await disruption.hall.run(
        operations.approve_disruption, judge(drafted.suspension_id), disruption.second
    )

    assert (approved.state, approved.published_at) == ("approved", None)


async def test_who_changes_a_draft_has_drafted_it(disruption: Disruption) -> None:
    drafted = await disruption.drafted()
    ask = disruption.draft(suspension_id=drafted.suspension_id, title_zh="浙江大暴雪")
    edited = await disruption.hall.run(operations.draft_disruption, ask, disruption.second)
    assert edited.title.zh == "浙江大暴雪"

    with pytest.raises(OwnDraft):
        await disruption.hall.run(
            operations.approve_disruption, judge(drafted.suspension_id), disruption.second
        )


async def test_the_database_too_wants_another_person(disruption: Disruption) -> None:
    drafted = await disruption.drafted()
    async with disruption.hall.pool.acquire() as db:
        with pytest.raises(Exception, match="suspension_check"):
            async with db.transaction():
                await db.execute(
                    "UPDATE suspension SET state = 'approved', approved_by = drafted_by WHERE suspension_id = $1",
                    int(drafted.suspension_id),
                )


async def test_every_act_stands_in_the_audit_log(disruption: Disruption) -> None:
    suspension_id = await disruption.publish()

    found = await disruption.hall.run(
        operations.audit_log, operations.ListAudit(about=suspension_id), disruption.first
    )
    assert [entry.act for entry in found.items] == [
        "disruption.publish", "disruption.approve", "disruption.draft",
    ]  # fmt: skip
    shown = await disruption.hall.run(suspension, ShowSuspension(suspension_id), disruption.first)
    assert [move.event for move in shown.moves] == ["draft", "approve", "publish"]
    assert shown.approved_by == "second"


async def test_places_that_are_none_and_ends_before_the_beginning_are_refused(
    disruption: Disruption,
) -> None:
    with pytest.raises(NoSuchPlace):
        await disruption.drafted(regions=("999999",))
    with pytest.raises(EndsTooEarly):
        await disruption.drafted(until_at=disruption.at(hours=-1))
    with pytest.raises(Invalid):
        await disruption.drafted(title_zh=" ", title_en="")


async def test_another_end_needs_two_as_well(disruption: Disruption, trade: Trade) -> None:
    suspension_id = await disruption.publish()
    run, later = disruption.hall.run, disruption.at(days=5)
    ask = MoveEnd(suspension_id=suspension_id, until_at=later, reason="雪未停")
    with pytest.raises(EndsTooEarly):
        await run(
            operations.propose_disruption_end,
            MoveEnd(suspension_id=suspension_id, until_at=disruption.at(hours=-1), reason="雪停了"),
            disruption.first,
        )
    await run(operations.propose_disruption_end, ask, disruption.first)
    with pytest.raises(EndProposed):
        await run(operations.propose_disruption_end, ask, disruption.second)
    yes = JudgeEnd(suspension_id=suspension_id, until_at=later, agree=True, reason="核对")
    with pytest.raises(OwnDraft):
        await run(operations.judge_disruption_end, yes, disruption.first)
    with pytest.raises(NoEndProposed):
        other = JudgeEnd(
            suspension_id=suspension_id, until_at=disruption.at(days=6), agree=True, reason="核对"
        )
        await run(operations.judge_disruption_end, other, disruption.second)

    moved = await run(operations.judge_disruption_end, yes, disruption.second)

    assert (moved.until_at, moved.end) == (later, None)
    assert [move.event for move in moved.moves][-2:] == ["propose", "move_end"]


async def test_everybody_reads_what_is_published_and_nothing_else(
    disruption: Disruption, trade: Trade
) -> None:
    await disruption.drafted()
    await disruption.publish(until_at=disruption.at(days=1))
    await disruption.publish(title_zh="成都封控", regions=("5101",), direction=Direction.destination)

    async def seen(**asked: str) -> list[str]:
        found = await disruption.hall.run(disruptions, DisruptionsFor(**asked), anonymous())
        return [one.title.zh for one in found.items]

    assert await seen() == ["浙江暴雪", "成都封控"]
    assert await seen(origin="330782") == ["浙江暴雪"]
    assert await seen(origin="330782", destination="510104") == ["浙江暴雪", "成都封控"]
    assert await seen(origin="510104") == []
    with pytest.raises(Forbidden):
        await disruption.hall.run(operations.draft_disruption, disruption.draft(), trade.chenguang)
    trade.clock.pass_(days=2)
    assert await seen() == ["成都封控"]


async def test_a_notice_for_some_goods_is_no_notice_for_others(disruption: Disruption) -> None:
    await disruption.publish(categories=("aa-1",))

    async def seen(category_id: str) -> int:
        ask = DisruptionsFor(origin="330782", category_id=category_id)
        return len((await disruption.hall.run(disruptions, ask, anonymous())).items)

    assert [await seen(one) for one in ("aa-1", "aa-1-13-8", "aa-13", "bi-1")] == [1, 1, 0, 0]
