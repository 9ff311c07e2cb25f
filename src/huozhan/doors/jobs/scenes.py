"""The worker's count of service: asks what happened to orders, tells it to scenes, and has the day counted."""

from huozhan import aftersales, catalogue, fulfilment, messaging, ordering, reviews, scenes, search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.work import Work

ORDERS_AT_ONCE = 500


async def count_service(hall: Hall) -> int:
    """A page of orders of the first look, then a page of those that wait, then the day; as long as there is something to do."""
    async with hall.working(system("service")) as work:
        after = await scenes.walked_to(work)
        if after is not None:
            since = scenes.looks_back(work)
            found = await ordering.orders_to_walk(work, after, since, ORDERS_AT_ONCE)
            await scenes.walk_on(work, found)
            return 1
    async with hall.working(system("service")) as work:
        order_ids = await scenes.orders_to_judge(work, ORDERS_AT_ONCE)
        if order_ids:
            await scenes.judge_orders(work, order_ids, await happened(work, order_ids))
            return 1
    async with hall.working(system("service")) as work:
        if not await scenes.is_day_counted(work):
            changed = await scenes.count_day(work, await answers(work))
            await search.note_changed(work, await catalogue.on_sale_of(work, changed))
    return 0


async def answers(work: Work) -> list[scenes.Answers]:
    """How enquiries were answered, as messaging counts them, which it does before it is asked."""
    await messaging.count_rates(work)
    return [
        scenes.Answers(
            seller_id=one.seller_id,
            quick_due=one.quick_due,
            quick_hit=one.quick_kept,
            reply_due=one.reply_due,
            reply_hit=one.reply_kept,
        )
        for one in await messaging.rates_of_all(work)
    ]


async def happened(work: Work, order_ids: list[int]) -> scenes.Happened:
    """What those who know orders tell of some."""
    return scenes.Happened(
        sales=await ordering.sales_to_judge(work, order_ids),
        journeys=await fulfilment.journeys_to_judge(work, order_ids),
        complaints=await aftersales.complaints_to_judge(work, order_ids),
        opinions=await reviews.opinions_to_judge(work, order_ids),
    )
