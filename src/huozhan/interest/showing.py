"""Offers as the lists of this context show them: asked for at once, in a given order."""

from collections.abc import Collection, Mapping, Sequence

from huozhan import catalogue, parties
from huozhan.interest.asks import OffersShown, ShopsShown
from huozhan.interest.views import OffersView, ShopsView, ShownOffer, ShownShop
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case


@use_case("public", writes=False)
async def offers_by_id(work: Work, ask: OffersShown) -> OffersView:
    """Offers by their ids, as far as they are on sale."""
    ids = list(dict.fromkeys(int(offer_id) for offer_id in ask.offers))
    shown = await shown_offers(work, ids)
    return OffersView(offers=[shown[one] for one in ids if one in shown])


@use_case("public", writes=False)
async def shops_by_id(work: Work, ask: ShopsShown) -> ShopsView:
    """Shops by their ids, as far as they sell."""
    ids = list(dict.fromkeys(int(seller_id) for seller_id in ask.shops))
    faces = await parties.org_faces(work, ids)
    selling = [one for one in ids if one in faces and faces[one].can_sell]
    return ShopsView(shops=[ShownShop(seller_id=str(one), seller=faces[one]) for one in selling])


async def shown_offers(work: Work, offer_ids: Sequence[int]) -> dict[int, ShownOffer]:
    """By id the offers that are on sale, with who sells them."""
    cards = await catalogue.offer_cards(work, offer_ids) if offer_ids else []
    faces = await parties.org_faces(work, {int(card.seller_id) for card in cards})
    return {
        int(card.offer_id): ShownOffer(card=card, seller=faces.get(int(card.seller_id))) for card in cards
    }


async def titles(
    work: Work, shown: Mapping[int, ShownOffer], offer_ids: Collection[int]
) -> dict[int, Bilingual]:
    """What offers are called, also those that are on sale no more."""
    others = await catalogue.offer_names(work, set(offer_ids) - set(shown))
    return {one: offer.card.title for one, offer in shown.items()} | {
        one: name.title for one, name in others.items()
    }
