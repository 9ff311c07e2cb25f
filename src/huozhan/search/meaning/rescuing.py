"""What may still help whose words found hardly anything: goods near in meaning, and suppliers who may have or make it."""

from collections.abc import Collection
from typing import Annotated

import msgspec

from huozhan import catalogue, parties
from huozhan.kernel.shapes import Ask, Bilingual, Id, View
from huozhan.kernel.work import Work, use_case
from huozhan.parties import OrgFace
from huozhan.search.index import OfferIndex, that_pass
from huozhan.search.narrowing import Filters
from huozhan.search.segmenting import plain
from huozhan.search.wording import Asked

FOUND_FEW = 3
"""Fewer offers than these are joined by others near in meaning."""
SHOWN = 12
LOOKED_AT = 60
"""So many near ones are looked at: some are sold out, or not what the filters want."""
SUPPLIERS_SHOWN = 6
GOODS_LOOKED_AT = 60
"""Of each category that is probably meant, the suppliers of so many of its best goods are known."""
QUERY_LENGTH_MAX = 100


class AskSuppliers(Ask, frozen=True, kw_only=True):
    """What is looked for."""

    q: Annotated[str, msgspec.Meta(max_length=QUERY_LENGTH_MAX)]


class SupplierToAsk(View, frozen=True, kw_only=True):
    """A shop that sells what is near: one of the categories that are probably meant, with so many of its best goods."""

    seller_id: Id
    seller: OrgFace
    category_id: str
    category: Bilingual
    offers: int


class SuppliersToAsk(View, frozen=True):
    """Whom to ask, those with most of the best goods first."""

    suppliers: list[SupplierToAsk]


async def near_in_meaning(work: Work, q: str, filters: Filters, but: Collection[int]) -> list[int]:
    """Offers that pass the filters and mean nearly what the words mean, the nearest first; none where no model is installed."""
    index: OfferIndex = work.index
    if index.sense is None:
        return []
    near = [one for one in await index.sense.near(plain(q).strip(), LOOKED_AT) if one not in but]
    if not near:
        return []
    passing = await index.aside(lambda: that_pass(index, filters, near))
    return [one for one in near if one in passing][:SHOWN]


def _best_of(index: OfferIndex, category: str) -> list[int]:
    within = Filters(terms={"within": [category]})
    return index.search(
        Asked(words=()), within, sort="best", offset=0, limit=GOODS_LOOKED_AT, counted=()
    ).offer_ids


@use_case("public", writes=False)
async def suppliers_to_ask(work: Work, ask: AskSuppliers) -> SuppliersToAsk:
    """Who sells what the words probably mean; where nobody is sure what they mean, who sells what is near in meaning."""
    index: OfferIndex = work.index
    typed = plain(ask.q).strip()
    likely = [one.category_id for one in index.profiles.guesses(typed)] if typed else []
    goods = await index.aside(lambda: [one for category in likely for one in _best_of(index, category)])
    if not goods and typed:
        goods = await near_in_meaning(work, typed, Filters(), ())
    cards = {int(card.offer_id): card for card in await catalogue.offer_cards(work, goods)} if goods else {}
    selling: dict[int, list[str]] = {}
    for card in (cards[one] for one in goods if one in cards and cards[one].can_be_had):
        selling.setdefault(int(card.seller_id), []).append(card.category_id)
    most = sorted(selling, key=lambda one: -len(selling[one]))[:SUPPLIERS_SHOWN]
    faces = await parties.org_faces(work, most)
    names = (
        await catalogue.category_names(work, {one for these in selling.values() for one in these})
        if most
        else {}
    )
    return SuppliersToAsk([
        SupplierToAsk(
            seller_id=str(one),
            seller=faces[one],
            category_id=selling[one][0],
            category=names.get(selling[one][0], Bilingual()),
            offers=len(selling[one]),
        )
        for one in most
        if one in faces and faces[one].can_sell
    ])  # fmt: skip
