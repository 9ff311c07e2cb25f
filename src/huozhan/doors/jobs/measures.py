"""The worker's tasks for the measures of offers: days are counted with what ordering knows of them, old rows are dropped."""

from typing import Any

from huozhan import ordering, search
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

FORGET_ROWS_MAX = 5_000


async def count_day(hall: Hall) -> int:
    """Counts the oldest day that was not counted yet; tells whether there may be another."""
    async with hall.working(system("jobs")) as work:
        day = await search.day_to_count(work)
        if day is None:
            return 0
        bought = await ordering.bought_between(work, day.from_at, day.until_at)
        paid = [search.Paid(one.offer_id, one.buyer_id, one.orders) for one in bought]
        return int(await search.count_day(work, day.on, paid))


async def rank_some(hall: Hall) -> int:
    """Goes on with the day's round of ranking; tells whether there may be more."""
    async with hall.pool.acquire() as db:
        offer_ids = await search.next_to_rank(hall.work(db, system("jobs")))
    # The index may be elsewhere: it is asked before the transaction that acts on its answer.
    held = await hall.index.aside(lambda: hall.index.factors_of(offer_ids))
    async with hall.working(system("jobs")) as work:
        return await search.rank_some(work, held)


async def forget_searches(hall: Hall) -> int:
    """Drops what is past its time."""
    async with hall.working(system("jobs")) as work:
        return await search.forget_old(work, FORGET_ROWS_MAX)


async def forget_person(hall: Hall, *, person_id: int, **_: Any) -> None:
    """Drops what somebody who was erased looked for."""
    async with hall.working(system("jobs")) as work:
        await search.forget_person(work, person_id)
