"""Offers that are named already: as results show them, and the page of one, which is noted."""

from collections.abc import Sequence

from huozhan import catalogue
from huozhan.kernel.work import Work, use_case
from huozhan.search.finding import FindOffers, FoundOffer, offers_of, region_of
from huozhan.search.measures.notebook import note_touch


async def found_offers(work: Work, offer_ids: Sequence[int]) -> list[FoundOffer]:
    """These offers as results show them, in this order; what cannot be bought by the one who looks is left out."""
    ask = FindOffers()
    found = await offers_of(work, ask, await region_of(work, ask), offer_ids)
    return [found[offer_id] for offer_id in offer_ids if offer_id in found]


@use_case("public", writes=False)
async def offer_page(work: Work, ask: catalogue.ShowOffer) -> catalogue.OfferPage:
    """An offer whole, as `catalogue.offer_page` shows it; that somebody looked at it is noted."""
    page = await catalogue.offer_page(work, ask)
    note_touch(work, "view", [int(page.offer_id)])
    return page
