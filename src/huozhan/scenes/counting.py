"""Counting: orders to which something happened are judged again once the day is over.

Whoever knows orders is asked by a job and tells it here; nothing above is called from here.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from huozhan import parties
from huozhan.kernel.work import Work
from huozhan.scenes.happened import Happened, Sale
from huozhan.scenes.judging import Standard, looks_at, marks_of
from huozhan.scenes.measure import Mark, day_of, midnight_of
from huozhan.scenes.store import appeals, figures, marks, waiting


async def look_again(work: Work, order_ids: Collection[int]) -> None:
    """Something happened to orders: they are judged again when the day is over."""
    if order_ids:
        await waiting.look_again(work, order_ids, work.now)


async def orders_to_judge(work: Work, limit: int) -> list[int]:
    """The next orders that have to be judged up to the last midnight; locked until they are.

    Until the day is counted that is all that wait: what happened before midnight may be told after it.
    """
    until_on = day_of(work.now, work.terms.timezone)
    before = counted_until(work) if await figures.is_counted(work, until_on) else work.now
    return await waiting.take_waiting(work, before, limit)


async def judge_orders(work: Work, order_ids: Collection[int], told: Happened) -> None:
    """Writes what orders add to their sellers' figures now; done again it changes nothing.

    Orders of which nothing is told (never paid, erased) add nothing. What people buy of themselves counts nowhere, and what
    an appeal took out of a measure stays out.
    """
    until, standard = counted_until(work), standard_of(work)
    own = await parties.sharing_people(work, {(sale.buyer_id, sale.seller_id) for sale in told.sales})
    sales = {sale.order_id: sale for sale in told.sales if (sale.buyer_id, sale.seller_id) not in own}
    known = await marks.marks(work, list(order_ids))
    dropped = await appeals.accepted(work, order_ids)
    changed: dict[int, tuple[Sale | None, list[Mark]]] = {}
    for order_id in order_ids:
        sale = sales.get(order_id)
        now = (
            marks_of(
                sale,
                told.journeys.get(order_id),
                told.complaints.get(order_id, ()),
                standard,
                until,
                told.opinions.get(order_id, ()),
            )
            if sale
            else []
        )
        now = [mark for mark in now if (order_id, mark.measure) not in dropped]
        if sorted(now, key=_key) != sorted(known.get(order_id, ()), key=_key):
            changed[order_id] = (sale, now)
    await marks.replace(work, changed)
    await waiting.judged(
        work,
        list(order_ids),
        [looks_at(sales[one], standard, until) if one in sales else None for one in order_ids],
    )


async def walked_to(work: Work) -> int | None:
    """After which order the first look at all orders goes on; None once that is done."""
    return await waiting.walked_to(work)


async def walk_on(work: Work, order_ids: Collection[int]) -> None:
    """The next orders of the first look wait to be judged from now on; with none it is done."""
    if order_ids:
        await waiting.look_again(work, order_ids, counted_until(work) - timedelta(days=1))
        await waiting.walk_on(work, max(order_ids), is_done=False)
    else:
        await waiting.walk_on(work, 0, is_done=True)


def counted_until(work: Work) -> datetime:
    """The midnight up to which everything is counted."""
    return midnight_of(day_of(work.now, work.terms.timezone), work.terms.timezone)


def looks_back(work: Work) -> datetime:
    """Since when orders can still count for anything."""
    return counted_until(work) - work.rule("service.kept").span


def standard_of(work: Work) -> Standard:
    """The standard in force."""
    return Standard(
        pickup=work.rule("service.pickup").span,
        pickup_fast=work.rule("service.pickup_fast").span,
        signed=work.rule("service.signed").span,
        timezone=work.terms.timezone,
    )


def _key(mark: Mark) -> tuple[str, int]:
    return (mark.measure, mark.about_id)
