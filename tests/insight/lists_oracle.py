"""What the lists of a day must say, told a second time: from single purchases, one list at a time, by plain counting."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt
from typing import NamedTuple


class Bought(NamedTuple):
    """So many orders of one offer by one organisation on one day."""

    offer: int
    buyer: int
    on: date
    orders: int


class Sold(NamedTuple):
    """An offer: whose it is, on which lists it may stand, since when it is sold."""

    seller: int
    scopes: tuple[str, ...]
    since: date


def within(bought: Sequence[Bought], offer: int, sold: Sold, first: date, last: date) -> list[Bought]:
    return [
        one for one in bought if one.offer == offer and one.buyer != sold.seller and first <= one.on <= last
    ]


def standing(
    kind: str, scope: str, bought: Sequence[Bought], sold: dict[int, Sold], today: date
) -> list[int]:
    """The offers of one list in their order, by the rules as they ship; ties by buyers, then by how much, then by the older offer."""
    merits = []
    for offer, one in sold.items():
        if scope in one.scopes and (merit := _merit(kind, bought, offer, one, today)):
            merits.append((merit, offer))
    merits.sort(key=lambda pair: (tuple(-part for part in pair[0]), pair[1]))
    chosen: list[int] = []
    for _, offer in merits:
        of_shop = [other for other in chosen if sold[other].seller == sold[offer].seller]
        if len(of_shop) < 5 and len(chosen) < 50:
            chosen.append(offer)
    return chosen


def _merit(
    kind: str, bought: Sequence[Bought], offer: int, sold: Sold, today: date
) -> tuple[Fraction | int, ...] | None:
    def span(days: int, until: int = 0) -> list[Bought]:
        return within(bought, offer, sold, today - timedelta(days - 1), today - timedelta(until))

    if kind in ("hot", "new"):
        month = span(30)
        of_buyer: dict[int, int] = {}
        for one in month:
            of_buyer[one.buyer] = of_buyer.get(one.buyer, 0) + one.orders
        if len(of_buyer) < 2 or (kind == "new" and (today - sold.since).days >= 30):
            return None
        weighed = sum(min(orders, 3) for orders in of_buyer.values())
        return weighed, len(of_buyer), sum(of_buyer.values())
    if kind == "rising":
        week, before = span(7), span(35, until=7)
        growth = Fraction(len(week) + 5, 1) / (Fraction(len(before), 4) + 5)
        buyers = len({one.buyer for one in week})
        if buyers < 2 or growth * 10_000 // 1 < 12_000:
            return None
        return growth * 10_000 // 1, buyers, len(week)
    quarter = span(90)
    days: dict[int, int] = {}
    for one in quarter:
        days[one.buyer] = days.get(one.buyer, 0) + 1
    n, back = len(days), sum(1 for count in days.values() if count > 1)
    if n < 10 or not back:
        return None
    return wilson_bp(back, n), n, n


def wilson_bp(back: int, n: int) -> int:
    """The textbook's lower bound at z = 1.96, in 1/10 000, rounded down."""
    z, p = 1.96, back / n
    centre = p + z * z / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return int((centre - spread) / (1 + z * z / n) * 10_000 + 1e-6)
