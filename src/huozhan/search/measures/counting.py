"""What a day came to for each offer, counted once after it is over; and what others may ask of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.search.measures import store
from huozhan.search.ranking import store as ranking

A_DAY = timedelta(days=1)
SETTLES = timedelta(minutes=5)
"""So long after midnight every web process has put its notes of the day away."""
WINDOW = timedelta(days=30)
"""Measures roll over thirty days (B3.1)."""
QUERIES_MAX = 500


class DayToCount(msgspec.Struct, frozen=True, kw_only=True):
    """A day that is over and was not counted yet, with its bounds as moments."""

    on: date
    from_at: datetime
    until_at: datetime


class Paid(msgspec.Struct, frozen=True):
    """What one organisation paid for of one offer on one day, in how many orders."""

    offer_id: int
    buyer_id: int
    orders: int


class OfferMeasures(msgspec.Struct, frozen=True, kw_only=True):
    """What came of showing an offer in the last thirty days that were counted.

    Whoever it is counts once for each day; `bought` counts buyers like that, so that it can be set against `views`. `buyers` and `repeat_buyers` are organisations of the last ninety days, the
    latter those that paid for it on two days or more (复购, B3.1).
    """

    offer_id: int
    impressions: int = 0
    clicks: int = 0
    views: int = 0
    carts: int = 0
    orders: int = 0
    bought: int = 0
    buyers: int = 0
    repeat_buyers: int = 0


class SoughtWords(msgspec.Struct, frozen=True, kw_only=True):
    """Words that were looked for: how often, by how many people or organisations, and how many offers there were last."""

    q: str
    searches: int
    people: int
    total: int


def day_of(work: Work) -> date:
    """The day it is where the market is."""
    return work.now.astimezone(ZoneInfo(work.terms.timezone)).date()


async def day_to_count(work: Work) -> DayToCount | None:
    """The oldest day since the last counted one that is over; the first day of all is yesterday."""
    zone = ZoneInfo(work.terms.timezone)
    yesterday = (work.now - SETTLES).astimezone(zone).date() - A_DAY
    last = await store.last_counted(work)
    on = yesterday if last is None else last + A_DAY
    if on > yesterday:
        return None
    start = datetime(on.year, on.month, on.day, tzinfo=zone)
    after = on + A_DAY
    return DayToCount(
        on=on, from_at=start, until_at=datetime(after.year, after.month, after.day, tzinfo=zone)
    )


async def count_day(work: Work, on: date, paid: Sequence[Paid]) -> bool:
    """Counts a day once; tells whether this did it."""
    if not await store.claim_day(work, on):
        return False
    seen = await store.offers_of(work, on)
    homes = await catalogue.offer_homes(work, {*seen, *(one.offer_id for one in paid)})
    belongs = sorted((one.offer_id, one.seller_id, one.category_id) for one in homes.values())
    bought = sorted((one.offer_id, one.buyer_id, one.orders) for one in paid)
    await store.count_day(work, on, work.rule("search.click_within").span, belongs, bought)
    repeat_after = on - work.rule("search.repeat_days").span
    await ranking.count_categories(work, on - WINDOW, repeat_after, on)
    returned = [
        catalogue.Buyers(offer_id=offer_id, buyers=buyers, repeat_buyers=back)
        for offer_id, buyers, back in await store.returns(work, repeat_after, on)
    ]
    least, plain = work.rule("service.least").value, work.rule("service.plain").value
    await catalogue.note_buyers(work, returned, least=least, plain=plain)
    return True


async def measures_of(work: Work, offer_ids: Collection[int]) -> dict[int, OfferMeasures]:
    """The measures of these offers; one that nothing happened to has zeros."""
    until = await store.last_counted(work) or day_of(work)
    repeat_after = until - work.rule("search.repeat_days").span
    found = {
        row.offer_id: OfferMeasures(**msgspec.structs.asdict(row))
        for row in await store.sums(work, offer_ids, until - WINDOW, repeat_after, until)
    }
    return {offer_id: found.get(offer_id, OfferMeasures(offer_id=offer_id)) for offer_id in offer_ids}


async def searches_between(
    work: Work, from_at: datetime, until_at: datetime, limit: int = QUERIES_MAX
) -> list[SoughtWords]:
    """The words that most people looked for in a time, as they were typed; hot words and their trend are made of it."""
    return [
        SoughtWords(**msgspec.structs.asdict(row))
        for row in await store.queries(work, from_at, until_at, limit)
    ]
