"""What organisations bought, offer by offer over several spans at once: what lists of the day are made of."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from huozhan.kernel.work import Work
from huozhan.search.measures import store, tally_store


class Spans(msgspec.Struct, frozen=True, kw_only=True):
    """Over how many days each figure is counted, back from the last day; and how many orders of one buyer count in `weighed`."""

    bought: timedelta
    recent: timedelta
    before: timedelta
    back: timedelta
    cap: int

    @property
    def longest(self) -> timedelta:
        """How far back anything is counted."""
        return max(self.bought, self.recent + self.before, self.back)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was bought of one offer, its own seller's organisation left out.

    `orders` of `buyers` organisations, of which `weighed` count with the cap for each; a buying is an organisation and a day:
    `recent` in the last days by `recent_buyers`, `before` in the span before them. Of `of_buyers` `came_back` on another day.
    """

    offer_id: int
    buyers: int
    orders: int
    weighed: int
    recent: int
    recent_buyers: int
    before: int
    of_buyers: int
    came_back: int


async def counted_until(work: Work) -> date | None:
    """The last day whose measures were counted; None in a market that has not counted any."""
    return await store.last_counted(work)


async def bought_offers(work: Work, until: date, spans: Spans) -> list[int]:
    """Offers of which anything was bought within the longest of these spans, in the order of their ids."""
    return await tally_store.bought_offers(work, until - spans.longest, until)


async def tallies(work: Work, sold_by: Sequence[tuple[int, int]], until: date, spans: Spans) -> list[Tally]:
    """What was bought of these offers (pairs of offer and seller) up to a day; those of which nothing was are left out."""
    rows = await tally_store.tallies(
        work,
        sold_by,
        until=until,
        bought_after=until - spans.bought,
        recent_after=until - spans.recent,
        before_after=until - spans.recent - spans.before,
        back_after=until - spans.back,
        cap=spans.cap,
    )
    return [Tally(**dict(row)) for row in rows]
