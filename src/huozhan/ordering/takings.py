"""Takings: how much was ordered and paid since a moment, by one seller or in the whole market."""

from datetime import datetime

from huozhan.kernel.shapes import Ask, View
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.store import tallies


class Takings(View, frozen=True, kw_only=True):
    """Orders placed since a moment; orders paid since then, whenever they were placed, and what was paid for them."""

    since: datetime
    placed: int
    paid: int
    paid_minor: int


class SalesSince(Ask, frozen=True, kw_only=True):
    """From which moment to count."""

    since: datetime


@use_case("order.view", writes=False)
async def sales_since(work: Work, ask: SalesSince) -> Takings:
    """What the organisation has sold since a moment."""
    since = ask.since.astimezone(work.now.tzinfo)
    return await _count(work, since, work.actor.org_id)


async def takings(work: Work, since: datetime) -> Takings:
    """What the whole market has sold since a moment."""
    return await _count(work, since, 0)


async def _count(work: Work, since: datetime, seller_id: int) -> Takings:
    longest = max(work.rule("pay_close.spot").span, work.rule("pay_close.negotiated").span)
    row = await tallies.takings(work, since, since - 2 * longest, seller_id)
    return Takings(since=since, placed=row["placed"], paid=row["paid"], paid_minor=row["paid_minor"])
