"""The goods that several suppliers have, side by side: what each costs at my quantity and to my door, and how each serves.

What a piece costs whom is not known here: who asks brings it (`insight`, by the function that quotes).
"""

from collections.abc import Mapping
from typing import NamedTuple

from huozhan import catalogue
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work
from huozhan.search.finding import FindOffers, FoundOffer, Pieces, Region, offers_of, region_of
from huozhan.search.same import store
from huozhan.search.same.facing import same_face

SHOWN_MAX = 60


class ShowSame(Ask, frozen=True, kw_only=True):
    """Which offer's goods; so many pieces, sent to this region."""

    offer_id: Id
    n: Pieces | None = None
    to: Region | None = None


class SameCost(NamedTuple):
    """What a piece of an offer costs the reader, of so many as can be ordered, and at the door where that is known."""

    pieces: int
    price_e4: int
    list_price_e4: int
    landed_e4: int | None


class SameOffer(View, frozen=True, kw_only=True):
    """One of the offers: what a piece costs the reader of `pieces`, which are its minimum where that is more than what was asked.

    `price_e4` is by the reader's own price book, promotions and coupons; `list_price_e4` is everybody's. `landed_e4` includes
    freight to the region; none where that is not known or it is not sent there.
    """

    found: FoundOffer
    pieces: int
    price_e4: int
    list_price_e4: int
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


async def same_found(work: Work, ask: ShowSame) -> tuple[str, dict[int, FoundOffer]]:
    """All offers of the goods that an offer is of, its own among them, and the region that they are to reach."""
    offer_id = int(ask.offer_id)
    ids = [one.offer_id for one in await store.group_of(work, offer_id)][:SHOWN_MAX]
    region = await region_of(work, FindOffers(to=ask.to))
    found = await offers_of(work, FindOffers(n=ask.n), "", ids or [offer_id])
    if not found and not await catalogue.offer_cards(work, [offer_id]):
        raise NotFound
    return region, found


def side_by_side(
    ask: ShowSame, region: str, found: Mapping[int, FoundOffer], costs: Mapping[int, SameCost]
) -> SameOffers:
    """Offers of the same goods beside one another, by what each costs the reader."""
    offers = [
        SameOffer(found=found[offer_id], **costs[offer_id]._asdict()) for offer_id in found.keys() & costs
    ]
    prices = {int(one.found.card.offer_id): one.price_e4 for one in offers}
    landed = {int(one.found.card.offer_id): one.landed_e4 for one in offers if one.landed_e4 is not None}
    by_landed = len(landed) == len(offers)
    offers.sort(key=lambda one: ((by_landed and one.landed_e4) or one.price_e4, int(one.found.card.offer_id)))
    face = same_face([one.found for one in offers], landed, prices)
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
