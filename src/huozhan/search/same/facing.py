"""What a card says of the identical goods it stands for: how many suppliers have them, who is the cheapest, who serves best."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from huozhan import catalogue, scenes
from huozhan.kernel.shapes import Bilingual, Id, View
from huozhan.kernel.work import Work
from huozhan.parties import OrgFace
from huozhan.search.index import Hits, OfferIndex, that_pass
from huozhan.search.narrowing import Filters
from huozhan.search.same import store

READ_MAX = 240
"""So many offers of identical goods are looked at for what a page says of them."""


class SameFace(View, frozen=True, kw_only=True):
    """Identical goods that pass the same filters: so many offers of so many suppliers.

    `cheapest` is who sells them at the least, `price_e4` a piece at the quantity that was asked or else at the least, with its
    freight where `is_landed`; `served` who serves best by the service score (`scenes`), empty where none has one.
    """

    offers: int
    suppliers: int
    cheapest_id: Id
    cheapest: Bilingual
    price_e4: int
    is_landed: bool
    served_id: str
    served: Bilingual
    composite_e2: int | None


class Sold(Protocol):
    """What is compared of an offer that was found."""

    @property
    def card(self) -> catalogue.OfferCard: ...
    @property
    def seller(self) -> OrgFace | None: ...
    @property
    def service(self) -> scenes.views.CardFace: ...
    @property
    def price_e4(self) -> int: ...


async def groups_among(work: Work, hits: Hits, wanted: Filters) -> dict[int, list[int]]:
    """By each offer of a page that stands for others, the offers of its goods that pass the filters, its own among them."""
    shown = [offer_id for offer_id, number in zip(hits.offer_ids, hits.goods, strict=True) if number]
    groups = await store.groups_around(work, shown)
    members = sorted({one for group in groups.values() for one in group})[:READ_MAX]
    if not members:
        return {}
    index: OfferIndex = work.index
    passing = await index.aside(lambda: that_pass(index, wanted, members))
    return {
        offer_id: [one for one in groups[offer_id] if one in passing]
        for offer_id in shown
        if offer_id in groups
    }


async def landed_of(
    work: Work, offer_ids: Collection[int], quantity: int | None, region: str
) -> dict[int, int]:
    """What a piece of these offers comes to with its freight, where a quantity and a region are known and it is sent there."""
    if not quantity or not region or not offer_ids:
        return {}
    sent = await catalogue.landed(work, offer_ids, quantity, region)
    return {one: each.each_e4 for one, each in sent.items() if each.each_e4 is not None}


def same_face(
    offers: Sequence[Sold], landed: Mapping[int, int], own: Mapping[int, int] | None = None
) -> SameFace | None:
    """Who of several offers of identical goods is the cheapest and who serves best; nothing where one supplier has them all.

    `landed` is what a piece comes to with its freight; where it is known of all of them it decides, else the price does:
    the reader's `own` where it is known, which on cards it is not.
    """
    suppliers = {one.card.seller_id for one in offers}
    if len(suppliers) < 2:
        return None
    is_landed = all(int(one.card.offer_id) in landed for one in offers)

    def cost_e4(one: Sold) -> int:
        offer_id = int(one.card.offer_id)
        return landed[offer_id] if is_landed else own[offer_id] if own else one.price_e4

    by_cost = sorted(offers, key=lambda one: (cost_e4(one), int(one.card.offer_id)))
    rated = [one for one in by_cost if one.service.composite_e2 is not None]
    served = max(rated, key=lambda one: one.service.composite_e2 or 0, default=None)
    return SameFace(
        offers=len(offers),
        suppliers=len(suppliers),
        cheapest_id=by_cost[0].card.offer_id,
        cheapest=_name_of(by_cost[0]),
        price_e4=cost_e4(by_cost[0]),
        is_landed=is_landed,
        served_id=served.card.offer_id if served else "",
        served=_name_of(served),
        composite_e2=served.service.composite_e2 if served else None,
    )


def _name_of(one: Sold | None) -> Bilingual:
    return one.seller.name if one and one.seller else Bilingual()
