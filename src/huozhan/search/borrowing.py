"""Offers that a search finds, for whoever makes something else of them: recommendations, assortments."""

from huozhan.kernel.work import Work
from huozhan.search.finding import FindOffers, look_for
from huozhan.search.index import SearchUnavailable


async def offers_for(work: Work, ask: FindOffers) -> list[int]:
    """The offers that an ask finds, for whoever makes something else of them; none while the search does not answer."""
    try:
        found: list[int] = (await work.index.aside(lambda: look_for(work.index, ask))).hits.offer_ids
    except SearchUnavailable:
        return []
    return found
