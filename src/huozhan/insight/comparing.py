"""Comparing: up to six offers side by side, each at the quantity that could really be ordered, to the reader's door."""

from collections.abc import Sequence

from huozhan import catalogue, messaging, ordering, scenes
from huozhan.catalogue import NamedValue, OfferPage, OfferState, SkuView
from huozhan.insight.asks import CompareOffers
from huozhan.insight.landing import cheapest_sku, each_e4, landed, orderable
from huozhan.insight.views import AttributeRow, ComparedOffer, Comparison, SkuChoice
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import Quote


@use_case("public", writes=False)
async def compare_offers(work: Work, ask: CompareOffers) -> Comparison:
    """Shows offers side by side at one quantity; what is not on sale is named as missing."""
    shown = await _pages(work, ask.offers)
    chosen = [_chosen(page, ask) for page in shown]
    pieces = [orderable(page, ask.quantity) for page in shown]
    baskets = [
        [ordering.asks.WantedLine(sku_id=sku.sku_id, quantity=n)]
        for sku, n in zip(chosen, pieces, strict=True)
    ]
    quotes = await ordering.estimate(work, baskets, ask.to)
    sellers = {int(page.seller_id) for page in shown}
    service = await scenes.service_of(work, sellers)
    answers = await messaging.responses_of(work, sellers)
    offers = [
        _compared(
            *one,
            service[int(one[0].seller_id)],
            answers[int(one[0].seller_id)],
            has_place=bool(ask.to),
        )
        for one in zip(shown, chosen, pieces, quotes, strict=True)
    ]
    found = {page.offer_id for page in shown}
    return Comparison(
        quantity=ask.quantity,
        to=ask.to,
        offers=offers,
        attributes=aligned([page.attributes for page in shown]),
        missing=[one for one in dict.fromkeys(ask.offers) if one not in found],
        cheapest=_cheapest(offers, has_place=bool(ask.to)),
    )


async def _pages(work: Work, offers: Sequence[str]) -> list[OfferPage]:
    pages = await catalogue.offer_pages(work, [int(one) for one in dict.fromkeys(offers)])
    return [page for page in pages if page.state is OfferState.on_sale and page.skus]


def _chosen(page: OfferPage, ask: CompareOffers) -> SkuView:
    """The SKU that was named, else the one that costs least of those that have enough."""
    named = next((sku for sku in page.skus if sku.sku_id in ask.skus), None)
    if named is not None:
        return named
    return cheapest_sku(page, orderable(page, ask.quantity))


def _compared(
    page: OfferPage,
    sku: SkuView,
    pieces: int,
    quote: Quote,
    service: scenes.views.ServiceFace,
    response: messaging.views.ResponseView,
    *,
    has_place: bool,
) -> ComparedOffer:
    cost = landed(page, sku, pieces, quote, has_place=has_place)
    return ComparedOffer(
        offer_id=page.offer_id,
        title=page.title,
        picture=page.pictures[0] if page.pictures else None,
        category_id=page.category_id,
        unit=page.unit,
        seller_id=page.seller_id,
        seller=page.seller,
        response=response,
        service=service,
        sku_id=sku.sku_id,
        options=sku.options,
        skus=[SkuChoice(sku_id=one.sku_id, options=one.options, free=max(one.free, 0)) for one in page.skus],
        pieces=pieces,
        price_e4=cost.price_e4,
        goods_minor=cost.goods_minor,
        off_minor=cost.off_minor,
        freight_minor=cost.freight_minor,
        landed_minor=cost.landed_minor,
        landed_e4=cost.landed_e4,
        is_delivered=cost.is_delivered,
        is_enough=cost.is_enough,
        moq=page.moq,
        lot=page.lot,
        mixable=page.mixable and page.shop_mix is not None,
        steps=list(sku.ladder or page.ladder),
        sample_price_e4=page.sample_price_e4,
        free=max(sku.free, 0),
        sold=page.sold,
        promise_hours=page.promise_hours,
        services=page.services,
        weight_g=sku.weight_g or page.weight_g,
    )


def _cheapest(offers: Sequence[ComparedOffer], *, has_place: bool) -> str | None:
    """The offer whose piece costs least at the door, of those that can be had."""
    costs = {
        one.offer_id: one.landed_e4 if has_place else each_e4(one.goods_minor, one.pieces)
        for one in offers
        if one.is_enough
    }
    known = {offer_id: cost for offer_id, cost in costs.items() if cost is not None}
    return min(known, key=lambda offer_id: known[offer_id]) if len(known) > 1 else None


def aligned(said: Sequence[Sequence[NamedValue]]) -> list[AttributeRow]:
    """The attributes of several offers, row by row: those that most of them state first, in the order they are stated."""
    by_handle: dict[str, dict[int, NamedValue]] = {}
    for place, attributes in enumerate(said):
        for one in attributes:
            by_handle.setdefault(one.handle or f"={one.name.zh}{one.name.en}", {})[place] = one
    rows = []
    for handle, by_place in by_handle.items():
        values = [by_place[place].value if place in by_place else None for place in range(len(said))]
        rows.append(
            AttributeRow(
                handle=handle.removeprefix("="),
                name=next(iter(by_place.values())).name,
                values=values,
                differs=len({_plain(value) for value in values if value}) > 1,
            )
        )
    return sorted(rows, key=lambda row: -sum(value is not None for value in row.values))


def _plain(value: Bilingual) -> str:
    return "".join((value.zh or value.en).split()).casefold()
