"""Which of the coupons that a buyer holds take off most together. Pure."""

from collections.abc import Collection, Sequence
from itertools import product
from math import prod

from huozhan.promotion.cutting import Bought, Coupon, Till, by_seller
from huozhan.promotion.promotion import Promotion

TRIED_MAX = 1_000
"""So many ways to combine coupons are tried; a buyer with more of them gets each shop's best one, then the market's."""


def best(
    lines: Sequence[Bought], promotions: Collection[Promotion], coupons: Collection[Coupon]
) -> tuple[Coupon, ...]:
    """The coupons to use: the most off, of equals the fewest; none that would take off nothing.

    A shop's coupon lowers what the market's one is measured by, so they are chosen together.
    """
    till = Till(lines)
    till.take_promotions(promotions)
    alike = _one_of_each(coupons)
    of_shops = [
        [None, *(one for one in own if till.coupon_off(one.promotion))] for _, own in by_seller(alike, lines)
    ]
    of_market = [None, *(one for one in alike if not one.promotion.seller_id)]
    if prod(len(own) for own in (*of_shops, of_market)) > TRIED_MAX:
        of_shops = [[_best_of(till, own)] for own in of_shops]
    tried = [_tried(till, (*shops, market)) for *shops, market in product(*of_shops, of_market)]
    return max(tried, key=lambda way: (way[0], -len(way[1])))[1] if tried else ()


def _one_of_each(coupons: Collection[Coupon]) -> list[Coupon]:
    """Of several coupons of one promotion the one that ends first."""
    found: dict[int, Coupon] = {}
    for one in sorted(coupons, key=lambda one: (one.usable_until, one.coupon_id)):
        found.setdefault(one.promotion.promotion_id, one)
    return list(found.values())


def _best_of(till: Till, own: Sequence[Coupon | None]) -> Coupon | None:
    return max(own, key=lambda one: till.coupon_off(one.promotion) if one else 0)


def _tried(till: Till, way: Sequence[Coupon | None]) -> tuple[int, tuple[Coupon, ...]]:
    """What some coupons take off together, and those of them that take off anything."""
    used: list[Coupon] = []
    total = left_by_shops = 0
    for one in way:
        if one is None:
            continue
        terms, promotion = one.promotion.terms, one.promotion
        if promotion.seller_id:
            off = till.coupon_off(promotion)
            left_by_shops += off if till.takes_market_coupon(promotion.seller_id) else 0
        else:
            worth, room = till.worth_of(promotion) - left_by_shops, till.room_of(promotion) - left_by_shops
            off = min(terms.off_minor, room) if worth >= terms.least_minor else 0
        if off > 0:
            total += off
            used.append(one)
    return total, tuple(used)
