"""The goods that several suppliers have, side by side: what each costs at my quantity and to my door, and how each serves."""

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.finding import FindOffers, FoundOffer, Pieces, Region, offers_of, region_of
from huozhan.search.same import store
from huozhan.search.same.facing import same_face

SHOWN_MAX = 60


class ShowSame(Ask, frozen=True, kw_only=True):
    """Which offer's goods; so many pieces, sent to this region."""

    offer_id: Id
    n: Pieces | None = None
    to: Region | None = None


class SameOffer(View, frozen=True, kw_only=True):
    """One of the offers: what a piece costs of `pieces`, which are its minimum where that is more than what was asked.

    `landed_e4` includes freight to the region; none where that is not known or it is not sent there.
    """

    found: FoundOffer
    pieces: int
    price_e4: int
    landed_e4: int | None


class SameOffers(View, frozen=True, kw_only=True):
    """Everybody who has the same goods, the cheapest first: landed where it is known of all, else by unit price."""

    offer_id: Id
    title: Bilingual
    quantity: int
    to: str
    suppliers: int
    offers: list[SameOffer]
    cheapest_id: str
    served_id: str


@use_case("public", writes=False)
async def same_offers(work: Work, ask: ShowSame) -> SameOffers:
    """All offers of the goods that an offer is of, its own among them."""
    offer_id = int(ask.offer_id)
    ids = [one.offer_id for one in await store.group_of(work, offer_id)][:SHOWN_MAX]
    region = await region_of(work, FindOffers(to=ask.to))
    found = await offers_of(work, FindOffers(n=ask.n), "", ids or [offer_id])
    if not found and not await catalogue.offer_cards(work, [offer_id]):
        raise NotFound
    sent = await catalogue.landed(work, found, ask.n or 1, region) if found else {}
    offers = [_offer(one, sent[offer_id], has_place=bool(region)) for offer_id, one in found.items()]
    by_landed = all(one.landed_e4 is not None for one in offers)
    offers.sort(key=lambda one: ((by_landed and one.landed_e4) or one.price_e4, int(one.found.card.offer_id)))
    landed = {int(one.found.card.offer_id): one.landed_e4 for one in offers if one.landed_e4 is not None}
    face = same_face([one.found for one in offers], landed)
    titles = {one.found.card.offer_id: one.found.card.title for one in offers}
    return SameOffers(
        offer_id=ask.offer_id,
        title=titles.get(ask.offer_id, Bilingual()),
        quantity=ask.n or 1,
        to=region,
        suppliers=len({one.found.card.seller_id for one in offers}),
        offers=offers,
        cheapest_id=face.cheapest_id if face else "",
        served_id=face.served_id if face else "",
    )


def _offer(found: FoundOffer, cost: catalogue.Landed, *, has_place: bool) -> SameOffer:
    return SameOffer(
        found=found,
        pieces=cost.pieces,
        price_e4=cost.price_e4,
        landed_e4=cost.each_e4 if has_place else None,
    )
