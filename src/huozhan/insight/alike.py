"""The same goods of several suppliers at the reader's own price: what a quote would say of each, not what the list says."""

from huozhan import catalogue, ordering, search
from huozhan.catalogue import OfferState
from huozhan.insight.landing import cheapest_sku, each_e4, landed, orderable
from huozhan.kernel.work import Work, use_case


@use_case("public", writes=False)
async def same_offers(work: Work, ask: search.ShowSame) -> search.SameOffers:
    """All offers of the goods that an offer is of, its own among them, each at the reader's quantity, price and door."""
    region, found = await search.same_found(work, ask)
    pages = await catalogue.offer_pages(work, list(found))
    shown = [page for page in pages if page.state is OfferState.on_sale and page.skus]
    pieces = [orderable(page, ask.n or 1) for page in shown]
    chosen = [cheapest_sku(page, n) for page, n in zip(shown, pieces, strict=True)]
    baskets = [
        [ordering.asks.WantedLine(sku_id=sku.sku_id, quantity=n)]
        for sku, n in zip(chosen, pieces, strict=True)
    ]
    quotes = await ordering.estimate(work, baskets, region)
    costs = {}
    for page, sku, n, quote in zip(shown, chosen, pieces, quotes, strict=True):
        cost = landed(page, sku, n, quote, has_place=bool(region))
        listed = quote.shares[0].lines[0].priced.list_price_e4 if quote.shares else cost.price_e4
        price_e4 = each_e4(cost.goods_minor, n) if quote.shares else cost.price_e4
        costs[int(page.offer_id)] = search.SameCost(n, price_e4, listed, cost.landed_e4)
    return search.side_by_side(ask, region, found, costs)
