"""Counting: what orders add to their seller's figures, on which day, and what adds nothing."""

import pytest

from huozhan.kernel.shares import lower_bound_bp
from huozhan.scenes.views import RateFace
from tests.aftersales.complaining import Desk
from tests.scenes.serving import SIGNED, Service


async def test_a_seller_of_few_orders_has_no_rate_and_of_some_a_lower_bound(service: Service) -> None:
    for _ in range(4):
        await service.served(hours=1)
    await service.night(days=3)
    few = await service.face()
    assert (few.pickup_48.hit, few.pickup_48.due, few.pickup_48.rate_bp) == (4, 4, None)

    await service.served(hours=30)
    await service.night(days=3)

    face = await service.face()
    assert face.pickup_48 == RateFace(hit=5, due=5, rate_bp=lower_bound_bp(5, 5), is_bound=True)
    assert face.pickup_24 == RateFace(hit=4, due=5, rate_bp=lower_bound_bp(4, 5), is_bound=True)


async def test_an_order_counts_once_its_time_is_over_and_not_before(service: Service) -> None:
    await service.served(hours=1)

    await service.night()
    assert (await service.face()).pickup_24.due == 0
    await service.night()

    face = await service.face()
    assert (face.pickup_24.due, face.pickup_48.due) == (1, 0)


async def test_what_is_never_picked_up_is_missed_and_what_is_late_breaks_the_promise(
    service: Service,
) -> None:
    await service.trade.paid(red=10)
    await service.served(hours=49)

    await service.night(days=4)

    face = await service.face()
    assert (face.pickup_48.hit, face.pickup_48.due) == (0, 2)
    assert (face.fulfilment.hit, face.fulfilment.due) == (0, 2)


async def test_goods_that_the_buyer_gave_up_in_time_are_not_due(service: Service) -> None:
    order = await service.trade.paid(red=10)
    await service.give_up(order)

    await service.night(days=4)

    face = await service.face()
    assert (face.pickup_48.due, face.fulfilment.due, face.delivery_refund) == (0, 0, RateFace(hit=0, due=1))


async def test_signed_within_three_days(service: Service) -> None:
    for hours in (20, 80):
        order = await service.served(hours=1)
        service.clock.pass_(hours=hours)
        await service.scan(order, SIGNED)

    await service.night(days=5)

    assert (await service.face()).signed_72 == RateFace(hit=1, due=2)


async def test_what_people_buy_of_themselves_counts_nowhere(service: Service) -> None:
    order = await service.served()
    await service.join(service.trade.li, service.trade.seller_of(order))

    await service.night(days=4)

    assert await service.rows("service_mark") == []


async def test_figures_older_than_yesterday_are_none(service: Service) -> None:
    await service.served()
    await service.night(days=3)
    assert (await service.face()).until_on is not None

    service.clock.pass_(days=2)

    assert (await service.face()).until_on is None


@pytest.mark.parametrize("table", ["service_mark", "service_day"])
async def test_a_count_from_the_beginning_finds_what_was_counted_day_by_day(
    service: Service, table: str
) -> None:
    desk = Desk(service.trade)
    for hours in (1, 30, 50):
        order = await service.served(hours=hours)
        await service.night()
    case = await desk.apply(order, l1=10)
    await service.night()
    await desk.answer(case, agree=True)
    await desk.paid_out(case)
    await service.give_up(await service.trade.paid(red=1))
    await service.night(days=3)
    counted = await service.rows(table)

    await service.forget()
    await service.count()

    assert {row[1] for row in counted} >= {
        "paid",
        "pickup_48",
        "signed_72",
        "fulfilment",
        "ended",
        "quality_refund",
        "refund_time",
    }
    assert await service.rows(table) == counted
