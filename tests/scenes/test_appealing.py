"""One's own service, the orders behind a figure, and appeals that take an order out of it."""

import pytest

from huozhan import operations, scenes
from huozhan.kernel.refusals import Forbidden, Invalid, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.scenes.appealing import AppealedBefore
from huozhan.scenes.asks import AppealMark, DecideAppeal, ListAppeals, MarksOf
from huozhan.scenes.measure import Measure
from huozhan.scenes.views import AppealView, RateFace
from tests.scenes.serving import Service


async def appealed(service: Service, order_id: str, measure: Measure = Measure.pickup_48) -> AppealView:
    ask = AppealMark(order_id=order_id, measure=measure, reason="买家要求晚发")
    return await service.hall.run(scenes.appeal_mark, ask, service.trade.chenguang)


async def decided(service: Service, appeal: AppealView, *, accept: bool) -> AppealView:
    ask = DecideAppeal(
        order_id=appeal.order_id, appeal_id=appeal.appeal_id, accept=accept, reason="聊天记录属实"
    )
    return await service.hall.run(operations.decide_service_appeal, ask, service.trade.people.operator)


async def missed(service: Service) -> list[scenes.views.MarkView]:
    ask = MarksOf(measure=Measure.pickup_48, against=True)
    return (await service.hall.run(scenes.my_service_orders, ask, service.trade.chenguang)).items


async def test_the_orders_behind_a_figure_are_listed_and_those_against_one(service: Service) -> None:
    late = await service.served(hours=60)
    await service.served(hours=1)
    await service.night(days=4)

    shown = (
        await service.hall.run(
            scenes.my_service_orders, MarksOf(measure=Measure.pickup_48), service.trade.chenguang
        )
    ).items
    foreign = await service.hall.run(
        scenes.my_service_orders, MarksOf(measure=Measure.pickup_48), service.trade.hongfa
    )

    assert [(one.is_due, one.is_hit, one.can_appeal) for one in shown] == [
        (True, True, True),
        (True, False, True),
    ]
    assert [(one.order_id, one.number) for one in await missed(service)] == [(late.order_id, late.number)]
    assert foreign.items == []


async def test_an_accepted_appeal_takes_the_order_out_at_once_and_for_good(service: Service) -> None:
    late = await service.served(hours=60)
    await service.served(hours=1)
    await service.night(days=4)
    assert (await service.face()).pickup_48 == RateFace(hit=1, due=2)

    appeal = await decided(service, await appealed(service, late.order_id), accept=True)

    assert (appeal.state, appeal.answer) == ("accepted", "聊天记录属实")
    face = await service.face()
    assert (face.pickup_48, face.fulfilment) == (RateFace(hit=1, due=1), RateFace(hit=1, due=2))
    counted = await service.rows("service_mark")
    await service.forget()
    await service.count()
    assert await service.rows("service_mark") == counted
    assert await missed(service) == []


async def test_a_refused_appeal_changes_nothing_and_is_the_last_word(service: Service) -> None:
    late = await service.served(hours=60)
    await service.night(days=3)
    before = await service.rows("service_score")

    appeal = await decided(service, await appealed(service, late.order_id), accept=False)
    with pytest.raises(AppealedBefore):
        await appealed(service, late.order_id)

    assert appeal.state == "refused"
    assert await service.rows("service_score") == before
    assert [(one.appeal and one.appeal.state, one.can_appeal) for one in await missed(service)] == [
        ("refused", False)
    ]


async def test_only_what_counts_for_oneself_can_be_appealed(service: Service) -> None:
    order = await service.served(hours=60)
    await service.night(days=3)

    with pytest.raises(NotFound):
        await appealed(service, order.order_id, Measure.dispute)
    with pytest.raises(Invalid):
        await appealed(service, order.order_id, Measure.paid)
    ask = AppealMark(order_id=order.order_id, measure=Measure.pickup_48, reason="不是我的")
    with pytest.raises(NotFound):
        await service.hall.run(scenes.appeal_mark, ask, service.trade.hongfa)
    with pytest.raises(Forbidden):
        await service.hall.run(scenes.service_appeals, ListAppeals(), service.trade.chenguang)


async def test_what_to_do_first_is_what_lifts_the_composite_most(service: Service) -> None:
    for hours in (60, 60, 60, 1, 1):
        await service.served(hours=hours)
    service.let_compare_with(1)
    await service.night(days=4)

    mine = await service.hall.run(scenes.my_service, Nothing(), service.trade.chenguang)

    by_name = {one.measure: one for one in mine.indicators}
    assert mine.first[0] == "pickup_48"
    assert by_name["pickup_48"].is_below
    assert (by_name["pickup_48"].floor, by_name["pickup_48"].excellent) == (9_500, 9_900)
    assert by_name["pickup_48"].peers == 4_000
    assert sum(one.weight_bp for one in mine.indicators) == 10_000
    assert mine.trend[-1].composite_e2 == mine.face.composite_e2
    assert mine.below_since is not None
