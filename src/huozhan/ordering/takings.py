"""Takings: how much was ordered and paid since a moment, by one seller or in the whole market."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.order import FINISHED
from huozhan.ordering.store import tallies

DAYS_MAX = 31
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Takings(View, frozen=True, kw_only=True):
    """Orders placed since a moment; orders paid or taken on credit since then, whenever placed, and their amounts."""

    since: datetime
    placed: int
    paid: int
    paid_minor: int


class SalesByDay(Ask, frozen=True, kw_only=True):
    """When each day began, the oldest first; whoever asks knows where a day begins."""

    days: Annotated[tuple[Moment, ...], msgspec.Meta(min_length=1, max_length=DAYS_MAX)]


class DailyTakings(View, frozen=True):
    """The takings of each day, the oldest first; the last day lasts until now."""

    days: list[Takings]


class BoughtOffer(msgspec.Struct, frozen=True, kw_only=True):
    """In how many orders an organisation bought an offer."""

    offer_id: int
    buyer_id: int
    orders: int


@use_case("order.view", writes=False)
async def sales_by_day(work: Work, ask: SalesByDay) -> DailyTakings:
    """What the organisation has sold, day by day."""
    days = sorted(day.astimezone(work.now.tzinfo) for day in ask.days)
    rows = await tallies.takings_by_day(work, days, days[0] - _paid_within(work), work.actor.org_id)
    return DailyTakings(
        [
            Takings(since=day, placed=row["placed"], paid=row["paid"], paid_minor=row["paid_minor"])
            for day, row in zip(days, rows, strict=True)
        ]
    )


async def takings(work: Work, since: datetime) -> Takings:
    """What the whole market has sold since a moment."""
    row = await tallies.takings(work, since, since - _paid_within(work))
    return Takings(since=since, placed=row["placed"], paid=row["paid"], paid_minor=row["paid_minor"])


def _paid_within(work: Work) -> timedelta:
    """How long after it was placed an order may still be paid; amended once, it begins anew."""
    return 2 * max(work.rule("pay_close.spot").span, work.rule("pay_close.negotiated").span)


async def bought_between(work: Work, from_at: datetime, until_at: datetime) -> list[BoughtOffer]:
    """What each organisation paid for in a time, or took on credit, by offer; samples and what came to nothing left out."""
    rows = await tallies.bought_between(work, from_at, until_at, from_at - _paid_within(work))
    return [BoughtOffer(**dict(row)) for row in rows]


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """So many pieces of one SKU that the organisation paid for and was not given back."""

    offer_id: int
    sku_id: int
    quantity: int
    paid_at: datetime


async def purchases(work: Work, since: datetime) -> list[Purchase]:
    """What the actor's organisation paid for since a moment, or took on credit; samples and what came to nothing left out."""
    rows = await tallies.purchases(work, since, since - _paid_within(work))
    return [Purchase(**dict(row)) for row in rows]


async def sales_left(work: Work, seller_id: int) -> tuple[int, datetime | None]:
    """How many of a seller's orders have not come to their end, and when the last of the others did."""
    row = await tallies.sales_left(work, seller_id, [state.value for state in FINISHED])
    return row["open"], row["last_ended_at"]


async def last_ends(work: Work, seller_id: int, since: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """When the last order of a seller's that came to success ended, for each span between these moments of placing.

    Each with a moment of its span at which an order was placed, by which rules that changed at the moments are told.
    """
    rows = await tallies.last_ends(work, seller_id, since)
    return [(row["placed_at"], row["ended_at"]) for row in rows]
