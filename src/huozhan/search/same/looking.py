"""Groups of identical goods by words, for operators: what a search finds, each group once, and goods that are in none."""

from typing import Annotated

import msgspec

from huozhan import catalogue, parties
from huozhan.catalogue import OfferCard
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.filters import ANY_REGION
from huozhan.search.finding import QUERY_LENGTH_MAX, FindOffers, look_for
from huozhan.search.index import OfferIndex
from huozhan.search.same import store

LOOKED_AT = 60


class FindSame(Ask, frozen=True, kw_only=True):
    """Words of the goods whose group is looked for."""

    q: Annotated[str, msgspec.Meta(min_length=1, max_length=QUERY_LENGTH_MAX)]


class SameGroupFound(View, frozen=True, kw_only=True):
    """The best offer of a group for these words, with how many offers and suppliers are in it; 1 and 1 where it is in none."""

    offer_id: Id
    card: OfferCard
    seller: Bilingual
    offers: int
    suppliers: int


@use_case("market.view", writes=False)
async def find_same(work: Work, ask: FindSame) -> list[SameGroupFound]:
    """The groups of what the words find, the best first; goods that nobody else has stand among them by themselves."""
    index: OfferIndex = work.index
    wanted = FindOffers(q=ask.q, to=ANY_REGION, limit=LOOKED_AT, count=[])
    look = await index.aside(lambda: look_for(index, wanted))
    ids = list(dict.fromkeys([*look.hits.offer_ids, *look.others]))
    goods = await store.goods_of(work, ids)
    groups = await store.groups(work, set(goods.values()))
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, ids)}
    faces = await parties.org_faces(work, {int(card.seller_id) for card in cards.values()})
    found: dict[tuple[str, int], SameGroupFound] = {}
    for offer_id in ids:
        if (card := cards.get(offer_id)) is None:
            continue
        goods_id, face = goods.get(offer_id), faces.get(int(card.seller_id))
        members = groups.get(goods_id or 0, [])
        one = SameGroupFound(
            offer_id=str(offer_id),
            card=card,
            seller=face.name if face else Bilingual(),
            offers=len(members) or 1,
            suppliers=len({member.seller_id for member in members}) or 1,
        )
        found.setdefault(("goods", goods_id) if goods_id else ("offer", offer_id), one)
    return list(found.values())
