"""Recommending: what buyers of some goods also stock, and what is to be stocked up again. Popular goods are the floor."""

from collections.abc import Sequence

from huozhan import catalogue, interest, ordering, search
from huozhan.insight.asks import AlsoStocked, Restocks
from huozhan.insight.restocking import restocks_of
from huozhan.insight.store import neighbours as store
from huozhan.insight.views import AlsoOffer, AlsoStockedView, RestockList, RestockOffer
from huozhan.kernel.work import Work, use_case

SPARE = 12
"""So many more are asked for than are shown: some may be off sale by now."""


@use_case("public", writes=False)
async def also_stocked(work: Work, ask: AlsoStocked) -> AlsoStockedView:
    """What organisations that bought these offers also bought, each pair by enough of them; popular goods of their categories fill up."""
    offer_ids = list(dict.fromkeys(int(one) for one in ask.offers))
    known = [*offer_ids, *(int(one) for one in ask.without)]
    rows = await store.beside(work, offer_ids, known, ask.size + SPARE)
    buyers = {row["other_id"]: row["buyers"] for row in rows}
    together = (await _shown(work, list(buyers)))[: ask.size]
    room = ask.size - len(together)
    popular = await _popular(work, offer_ids, {*known, *buyers}, room) if room else []
    return AlsoStockedView(
        offers=[
            *(AlsoOffer(offer=one, buyers=buyers[int(one.card.offer_id)]) for one in together),
            *(AlsoOffer(offer=one, buyers=None) for one in popular),
        ]
    )


async def _popular(
    work: Work, offer_ids: Sequence[int], without: set[int], room: int
) -> list[interest.views.ShownOffer]:
    """The best sold goods of the same categories."""
    if work.index is None:
        return []
    cards = await catalogue.offer_cards(work, offer_ids)
    found: list[int] = []
    for category_id in dict.fromkeys(card.category_id for card in cards):
        asked = search.FindOffers(
            category=[category_id], sort="sold", limit=room + len(without) + 1, count=[]
        )
        found += [one for one in await search.offers_for(work, asked) if one not in without]
        without |= set(found)
    return (await _shown(work, found[: room + SPARE]))[:room]


async def _shown(work: Work, offer_ids: Sequence[int]) -> list[interest.views.ShownOffer]:
    if not offer_ids:
        return []
    ids = tuple(str(one) for one in offer_ids[: interest.asks.AT_ONCE_MAX])
    return (await interest.offers_by_id(work, interest.asks.OffersShown(offers=ids))).offers


@use_case("order.view", writes=False)
async def restocks(work: Work, ask: Restocks) -> RestockList:
    """What the organisation bought and may stock up again: what is due first, by the time between its own orders."""
    since = work.now - work.rule("insight.restock_from").span
    found = restocks_of(
        await ordering.purchases(work, since), work.now, work.rule("insight.restock_lead").value
    )[: interest.asks.AT_ONCE_MAX]
    shown = {int(one.card.offer_id): one for one in await _shown(work, [one.offer_id for one in found])}
    return RestockList(
        items=[
            RestockOffer(
                offer=shown[one.offer_id],
                sku_id=str(one.sku_id),
                quantity=one.quantity,
                times=one.times,
                last_at=one.last_at,
                every_days=max(one.every.days, 1) if one.every else None,
                due_at=one.due_at,
                is_due=one.is_due,
            )
            for one in found
            if one.offer_id in shown
        ][: ask.size]
    )
