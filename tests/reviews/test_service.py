"""Bad reviews count in the score of goods, for the day they were written, order by order."""

from huozhan import scenes
from huozhan.scenes.asks import AppealMark, MarksOf
from huozhan.scenes.measure import Measure
from tests.reviews.reviewing import Reviewing
from tests.scenes.serving import Service


async def test_few_points_count_against_the_supplier_and_lead_to_the_order(shop: Reviewing) -> None:
    service = Service(shop.trade)
    orders = [await shop.completed(red=1) for _ in range(6)]
    for order, points in zip(orders, (1, 2, 3, 4, 5, 5), strict=True):
        await shop.write(order, points)
    await service.night()

    face = await service.face()
    assert (face.bad_review.hit, face.bad_review.due) == (2, 6)
    asked = MarksOf(measure=Measure.bad_review, against=True)
    found = await shop.hall.run(scenes.my_service_orders, asked, shop.trade.chenguang)
    assert {one.order_id for one in found.items} == {orders[0].order_id, orders[1].order_id}


async def test_what_is_hidden_or_appealed_out_counts_no_more(shop: Reviewing) -> None:
    service = Service(shop.trade)
    orders = [await shop.completed(red=1) for _ in range(6)]
    for order in orders[:5]:
        await shop.write(order, 1)
    await shop.hidden(orders[5])
    await service.night()
    assert (await service.face()).bad_review.due == 5

    await shop.report(
        (await shop.of((await shop.lines(orders[0]))[0].offer_id)).items[-1], shop.trade.chenguang
    )  # type: ignore[arg-type]  # a view that names a review
    await shop.judge((await shop.doubts())[-1], "upheld")
    await service.night()
    assert (await service.face()).bad_review.due == 4
    ask = AppealMark(order_id=orders[1].order_id, measure=Measure.bad_review, reason="与货品无关")
    await shop.hall.run(scenes.appeal_mark, ask, shop.trade.chenguang)
