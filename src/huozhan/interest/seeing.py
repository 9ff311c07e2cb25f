"""What goods cost, and whether they can be had, for many watches at once: each at its own organisation's prices.

A piece costs what its organisation would pay for so many pieces of one SKU ordered alone: by its price books, and less what the
shop's sales and full reductions take off. Coupons are left out: they are spent once, and nobody knows on what.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec

from huozhan import catalogue, parties, pricebook, promotion
from huozhan.catalogue import Demand, Goods, OfferState
from huozhan.interest.watch import Seen, Standing, Watch
from huozhan.kernel.money import MINOR_PER_MAJOR, PRICE_SCALE, divide_half_up
from huozhan.kernel.work import Work
from huozhan.promotion import Bought, Promotion


class Sight(msgspec.Struct, frozen=True):
    """What is seen for one watch, and of which goods."""

    seen: Seen
    goods: Sequence[Goods]


async def look(work: Work, watches: Sequence[Watch]) -> dict[int, Sight]:
    """What is seen of the goods of these watches, by watch; so many questions however many watches there are."""
    offer_ids = {one.offer_id for one in watches}
    goods: dict[int, list[Goods]] = defaultdict(list)
    for one in await catalogue.goods_of_offers(work, offer_ids):
        goods[one.offer_id].append(one)
    homes = await catalogue.offer_homes(work, offer_ids)
    pairs = {(watch.org_id, one.seller_id) for watch in watches for one in goods[watch.offer_id]}
    books = await pricebook.prices_of_buyers(work, pairs, [one for found in goods.values() for one in found])
    running = await _running(work, [one for found in goods.values() for one in found])
    regions = await parties.default_regions(work, {one.org_id for one in watches})
    wanted = {
        (one.offer_id, regions[one.org_id])
        for one in watches
        if one.org_id in regions and one.offer_id in homes
    }
    unreached = await catalogue.unreached_at(work, wanted) if wanted else set()
    found = {}
    for watch in watches:
        home = homes.get(watch.offer_id)
        state = home.state if home else OfferState.taken_down
        is_reached = (watch.offer_id, regions.get(watch.org_id, "")) not in unreached
        own = [one for one in goods[watch.offer_id] if watch.sku_id in (0, one.sku_id)]
        seen = see(watch, own, state, books.get(watch.org_id, {}), running, is_reached=is_reached)
        found[watch.watch_id] = Sight(seen, own)
    return found


async def _running(work: Work, goods: Sequence[Goods]) -> Sequence[Promotion]:
    """What the shops of these goods take off for everybody."""
    promoted = {one.seller_id for one in goods if one.promoted_until and one.promoted_until > work.now}
    return (await promotion.at_hand(work, promoted)).promotions if promoted else ()


def see(
    watch: Watch,
    goods: Sequence[Goods],
    state: OfferState,
    books: pricebook.PricesOf,
    running: Collection[Promotion],
    *,
    is_reached: bool,
) -> Seen:
    """What is seen of the goods of one watch: of an offer its SKUs together, and the price of its cheapest one. Pure."""
    sold = [one for one in goods if one.on_sale]
    pieces = orderable(watch.pieces, (sold or goods)[0]) if goods else watch.pieces
    if state is OfferState.taken_down:
        return Seen(Standing.banned, pieces)
    if not sold:
        return Seen(Standing.away, pieces)
    free = sum(max(one.free, 0) // one.lot * one.lot for one in sold)
    enough = [one for one in sold if one.free >= pieces]
    some = [one for one in sold if one.free >= one.lot]
    prices = price_each_e4(pieces, enough or some or sold, books, running)
    standing = Standing.there if free >= pieces else Standing.short
    return Seen(standing if is_reached else Standing.unreached, pieces, min(prices.values()), free)


def orderable(pieces: int, goods: Goods) -> int:
    """The least that can be ordered of goods alone and is no less than what is wanted."""
    least = max(pieces, goods.moq)
    return least + -least % goods.lot


def price_each_e4(
    pieces: int, goods: Sequence[Goods], books: pricebook.PricesOf, running: Collection[Promotion]
) -> Mapping[int, int]:
    """By SKU what one of so many pieces costs that are ordered of it alone, in 1/10 000 of the major unit."""
    found = {}
    for one in goods:
        demand = Demand(goods=one, quantity=pieces, books=books.get(one.sku_id, ()))
        (line,) = catalogue.price([demand]).lines
        bought = Bought(
            seller_id=one.seller_id,
            offer_id=one.offer_id,
            quantity=pieces,
            amount_minor=line.amount_minor,
        )
        off_minor = sum(cut.amount_minor for cut in promotion.cut([bought], running))
        net_minor = line.amount_minor - off_minor
        found[one.sku_id] = (
            divide_half_up(net_minor * PRICE_SCALE, MINOR_PER_MAJOR * pieces) if off_minor else line.price_e4
        )
    return found
