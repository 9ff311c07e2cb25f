"""Measures beyond pick-up: cases, rulings, enquiries, buyers who come again, what a disruption exempts; and who hears of it."""

from datetime import timedelta

from huozhan import messaging, operations, ordering
from huozhan.messaging.asks import WriteMessage, WriteToShop
from huozhan.ordering.asks import DecideFiling, FileExemption
from huozhan.scenes.views import RateFace, TimeFace
from tests.aftersales.complaining import Desk
from tests.scenes.serving import SIGNED, Service


async def test_a_quality_refund_among_orders_that_ended(service: Service) -> None:
    desk = Desk(service.trade)
    for at in range(5):
        order = await service.served()
        if at:
            await service.trade.confirm(order)
            continue
        case = await desk.apply(order, l1=10)
        service.clock.pass_(hours=10)
        await desk.answer(case, agree=True)
        service.clock.pass_(hours=2)
        await desk.paid_out(case)

    await service.night(days=2)

    face = await service.face()
    assert (face.quality_refund.hit, face.quality_refund.due) == (1, 5)
    assert face.refund_time == TimeFace(minutes=None, due=1)
    assert (face.dispute.hit, face.intervention.hit, face.delivery_refund.hit) == (0, 0, 0)


async def test_a_ruling_against_the_seller_is_a_dispute_and_its_refund_is_not_its_own_work(
    service: Service,
) -> None:
    desk = Desk(service.trade)
    order = await service.served()
    case = await desk.apply(order, l1=10)
    await desk.answer(case, agree=False, reason="外包装完好")
    case = await desk.escalate(case, "开箱即碎")
    await service.trade.let_pass(days=3, hours=1)
    await desk.rule(case, "full", liability="wrong_item")
    await service.trade.let_pass(days=3, hours=1)
    await desk.paid_out(case)

    await service.night()

    face = await service.face()
    assert (face.dispute.hit, face.intervention.hit, face.dispute.due) == (1, 1, 1)
    assert face.refund_time.due == face.quality_refund.hit == 0


async def test_enquiries_are_taken_over_from_conversations(service: Service) -> None:
    hall, people = service.hall, service.trade.people
    ask = WriteToShop(seller_id=str(people.chenguang.org_id), text="在吗")
    begun = await hall.run(messaging.write_to_shop, ask, people.li)
    service.clock.pass_(minutes=2)
    said = WriteMessage(conversation_id=begun.conversation_id, text="在的")
    await hall.run(messaging.write_message, said, people.chenguang)

    await service.night(days=2)

    face = await service.face()
    assert face.quick_answer == RateFace(hit=1, due=1)
    assert face.answer_24 == RateFace(hit=1, due=1)


async def test_who_buys_on_two_days_has_come_again(service: Service) -> None:
    await service.served()
    await service.served()
    await service.night()
    assert (await service.face()).repurchase == RateFace(hit=0, due=1)

    await service.served()
    await service.night()

    assert (await service.face()).repurchase == RateFace(hit=1, due=1)


async def test_an_order_that_is_exempt_counts_nowhere(service: Service) -> None:
    order = await service.trade.paid(red=10)
    now = service.clock.now()
    asked = FileExemption(
        order_id=order.order_id, kind="weather", from_at=now, until_at=now + timedelta(days=4), reason="暴雪封路",
        evidence_url="https://example.cn/snow",
    )  # fmt: skip
    filing = await service.hall.run(ordering.file_exemption, asked, service.trade.chenguang)
    await service.night()
    assert [row[1] for row in await service.rows("service_mark")] == ["paid"]
    grant = DecideFiling(order_id=order.order_id, filing_id=filing.filing_id, grant=True, reason="属实")
    await service.hall.run(operations.decide_filing, grant, service.trade.people.operator)
    await service.follow(order, filing.filing_id)

    await service.night(days=4)

    assert await service.rows("service_mark") == []
    assert {row[3:] for row in await service.rows("service_day")} == {(0, 0, 0)}


async def test_offers_are_noted_for_the_index_when_a_band_changes_and_not_otherwise(service: Service) -> None:
    for _ in range(5):
        await service.served()
    await service.night(days=2)
    await service.forget_feed()

    await service.night()
    assert (await service.face()).bands.pickup_48 == "below"
    noted = await service.rows("search_feed")
    await service.forget_feed()
    await service.night()

    assert len(noted) == 1
    assert await service.rows("search_feed") == []


async def test_a_supplier_is_warned_then_below_the_floor_then_suspended(service: Service) -> None:
    for _ in range(30):
        await service.trade.paid(red=1)

    found = []
    for days in (3, 7, 14):
        await service.night(days=days)
        found.append((await service.face()).standing)

    assert found == ["warned", "below", "suspended"]


async def test_scores_appear_once_there_is_somebody_to_compare_with(service: Service) -> None:
    for _ in range(5):
        await service.scan(await service.served(), SIGNED)
    await service.night(days=3)
    assert (await service.face()).composite_e2 is None

    service.let_compare_with(1)
    await service.night()

    face = await service.face()
    assert (face.logistics_e2, face.quality_e2, face.dispute_e2) == (500, None, 500)
    assert face.composite_e2 == 500
