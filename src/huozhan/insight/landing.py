"""Landing: what an offer comes to at the reader's door, for its own page and for a comparison alike."""

from huozhan import catalogue, ordering
from huozhan.catalogue import OfferPage, OfferState, SkuView
from huozhan.insight.asks import LandedCost
from huozhan.insight.views import Landed
from huozhan.kernel.money import PRICE_SCALE, divide_half_up
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import Quote


@use_case("public", writes=False)
async def landed_cost(work: Work, ask: LandedCost) -> Landed:
    """Tells what a quantity of an offer comes to at a place: goods, less what promotions and own coupons take off, and freight.

    The quantity is raised to the minimum and to whole lots, as it is for a comparison. Only goods on sale have a cost.
    """
    page = await catalogue.offer_page(work, catalogue.ShowOffer(offer_id=ask.offer_id))
    if page.state is not OfferState.on_sale or not page.skus:
        raise NotFound
    pieces = orderable(page, ask.quantity)
    sku = next((one for one in page.skus if one.sku_id == ask.sku_id), None) or cheapest_sku(page, pieces)
    basket = [ordering.asks.WantedLine(sku_id=sku.sku_id, quantity=pieces)]
    (quote,) = await ordering.estimate(work, [basket], ask.to)
    return landed(page, sku, pieces, quote, has_place=bool(ask.to))


def orderable(page: OfferPage, quantity: int) -> int:
    """The least that can be ordered of one offer alone and is no less than what is wanted."""
    least = max(quantity, page.moq)
    return least + -least % page.lot


def cheapest_sku(page: OfferPage, pieces: int) -> SkuView:
    """The SKU that costs least of those that have enough."""
    return min(
        page.skus, key=lambda sku: (sku.free < pieces, _list_price_e4(page, sku, pieces), int(sku.sku_id))
    )


def _list_price_e4(page: OfferPage, sku: SkuView, pieces: int) -> int:
    if sku.price_e4 is not None:
        return sku.price_e4
    steps = sku.ladder or page.ladder
    return catalogue.step_at(steps, pieces).price_e4 if steps else page.price_low_e4


def landed(page: OfferPage, sku: SkuView, pieces: int, quote: Quote, *, has_place: bool) -> Landed:
    """What a quote for so many pieces of one SKU says of the cost at the door."""
    share = quote.shares[0] if quote.shares else None
    is_delivered = share is not None and not quote.undeliverable
    list_minor = share.lines[0].priced.amount_minor if share else 0
    goods_minor = share.goods_minor - share.subsidy_minor if share else 0
    freight_minor = share.freight_minor if share and has_place and is_delivered else None
    landed_minor = None if freight_minor is None else goods_minor + freight_minor
    return Landed(
        sku_id=sku.sku_id,
        options=sku.options,
        pieces=pieces,
        price_e4=share.lines[0].priced.price_e4 if share else _list_price_e4(page, sku, pieces),
        goods_minor=goods_minor,
        off_minor=list_minor - goods_minor,
        freight_minor=freight_minor,
        landed_minor=landed_minor,
        landed_e4=None if landed_minor is None else each_e4(landed_minor, pieces),
        is_delivered=is_delivered,
        is_enough=share is not None and sku.free >= pieces,
    )


def each_e4(amount_minor: int, pieces: int) -> int:
    """What one piece of an amount comes to, in 1/10 000 of the major unit."""
    return divide_half_up(amount_minor * PRICE_SCALE, 100 * pieces)
