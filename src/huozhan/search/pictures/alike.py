"""Goods like an offer's: the same ones elsewhere, told by picture and title together, and others that are similar."""

import msgspec

from huozhan import catalogue
from huozhan.catalogue import OfferCard
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.search.filters import ANY_REGION, filters_of
from huozhan.search.finding import FindOffers, FoundOffer, Look, region_of, results_of
from huozhan.search.index import Hits, OfferIndex, SearchUnavailable
from huozhan.search.pictures.finding import among
from huozhan.search.same import store as goods
from huozhan.search.segmenting import asked_words
from huozhan.search.wording import Asked

NEAR_MAX = 60
SAME_MAX = 12
SIMILAR_MAX = 12
SAME_LIKENESS = 9_300
"""The cosine, in ten-thousandths, from which two pictures show one thing; measured by `bin/bench pictures`."""
SAME_WORDS = 40
"""So many of a hundred words that two titles have between them must be in both for them to name one thing."""
WORDS_MAX = 8


class ShowAlike(Ask, frozen=True):
    """Which offer others are compared with."""

    offer_id: Id


class Alike(View, frozen=True, kw_only=True):
    """Offers that look like one: `same` are the same goods, cheapest first, among which `cheapest_id`; `similar` are not.

    `cheapest_id` is empty where the offer itself costs no more than any. `suppliers` have the same goods, its own among them.
    """

    same: list[FoundOffer]
    similar: list[FoundOffer]
    cheapest_id: str
    suppliers: int = 1


@use_case("public", writes=False)
async def alike_offers(work: Work, ask: ShowAlike) -> Alike:
    """What else there is like an offer, of any seller: the same goods and similar ones."""
    offer_id = int(ask.offer_id)
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, [offer_id])}
    if offer_id not in cards:
        return Alike(same=[], similar=[], cheapest_id="")
    card = cards[offer_id]
    region = await region_of(work, FindOffers())
    wanted = FindOffers(to=region or ANY_REGION, count=[], limit=NEAR_MAX)
    likeness = _near(work.index, offer_id)
    group = [one.offer_id for one in await goods.group_of(work, offer_id) if one.offer_id != offer_id]
    try:
        near = await work.index.aside(lambda: _candidates(work.index, card, likeness, wanted))
    except SearchUnavailable:
        near = []
    ids = [*group, *(one for one in near if one not in group)]
    apart = await goods.kept_apart(work, offer_id, ids)
    look = Look(hits=Hits(offer_ids=ids, total=len(ids), facets={}), asked=Asked(words=[]))
    found = (await results_of(work, wanted, look, region)).offers
    same = [
        one
        for one in found
        if int(one.card.offer_id) in group
        or (
            likeness.get(int(one.card.offer_id), 0) >= SAME_LIKENESS
            and names_the_same(card.title, one.card.title)
            and int(one.card.offer_id) not in apart
        )
    ]
    same.sort(key=lambda one: (one.card.price_low_e4, int(one.card.offer_id)))
    similar = [one for one in found if one not in same]
    is_cheaper = bool(same) and same[0].card.price_low_e4 < card.price_low_e4
    return Alike(
        same=same[:SAME_MAX],
        similar=similar[:SIMILAR_MAX],
        cheapest_id=same[0].card.offer_id if is_cheaper else "",
        suppliers=len({card.seller_id, *(one.card.seller_id for one in same)}),
    )


def names_the_same(one: Bilingual, other: Bilingual) -> bool:
    """Whether two titles share so many words that they name one thing; compared in the language that both have."""
    for ours, theirs in ((one.zh, other.zh), (one.en, other.en)):
        if ours and theirs:
            words, others = set(asked_words(ours)), set(asked_words(theirs))
            return 100 * len(words & others) >= SAME_WORDS * len(words | others)
    return False


def _near(index: OfferIndex, offer_id: int) -> dict[int, int]:
    """How like the offers with the nearest pictures are."""
    near = index.eye.index.near(index.eye.index.vectors(offer_id), NEAR_MAX + 1)
    return {one.offer_id: one.likeness for one in near if one.offer_id != offer_id}


def _candidates(
    index: OfferIndex, card: OfferCard, likeness: dict[int, int], wanted: FindOffers
) -> list[int]:
    """Offers like it by picture, then by the words of its title, in its category first; never itself."""
    by_picture = among(index, likeness, wanted, Asked(words=[])).offer_ids
    if len(by_picture) >= SIMILAR_MAX:
        return by_picture
    words = asked_words(card.title.zh or card.title.en)[:WORDS_MAX]
    asked = Asked(words=words, missing=max(0, len(words) - 2))
    inside = msgspec.structs.replace(wanted, category=[card.category_id])
    by_words = index.search(
        asked, filters_of(inside), sort="best", offset=0, limit=SIMILAR_MAX + 1, counted=()
    ).offer_ids
    taken = {int(card.offer_id), *by_picture}
    return [*by_picture, *(one for one in by_words if one not in taken)]
