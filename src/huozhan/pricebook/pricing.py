"""What the books of some shops say of goods for one buyer: asked once per quote, and only where a shop is marked.

A book of a level says one thing of a SKU: its price there, or what is off its offer, or what is off the shop.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from huozhan import catalogue
from huozhan.catalogue import BookPrice, Goods
from huozhan.kernel.work import Work
from huozhan.pricebook.book import SOURCE_OF, Kind
from huozhan.pricebook.store import books

PricesOf = Mapping[int, tuple[BookPrice, ...]]
"""By SKU what the books say of it."""


async def prices_for(work: Work, goods: Iterable[Goods]) -> PricesOf:
    """What price books say of these goods now, for the actor's organisation; where no shop has any nothing is asked."""
    asked = [one for one in goods if one.booked_until and one.booked_until > work.now]
    if not asked or not work.actor.org_id:
        return {}
    rows = await books.for_buyer(
        work, sorted({one.seller_id for one in asked}), sorted({one.offer_id for one in asked})
    )
    found = Sayings(rows)
    said = {one.sku_id: found.of(one.seller_id, one.offer_id, one.sku_id) for one in asked}
    return {sku_id: prices for sku_id, prices in said.items() if prices}


async def prices_of_buyers(
    work: Work, pairs: Collection[tuple[int, int]], goods: Collection[Goods]
) -> dict[int, PricesOf]:
    """What price books say of these goods now, by buyer, for each pair of buyer and seller; the market's own jobs ask."""
    if not pairs or not goods:
        return {}
    rows = await books.for_buyers(work, sorted(pairs), sorted({one.offer_id for one in goods}))
    found: dict[int, PricesOf] = {}
    for buyer_id in {row["buyer_id"] for row in rows}:
        said = Sayings([row for row in rows if row["buyer_id"] == buyer_id])
        prices = {one.sku_id: said.of(one.seller_id, one.offer_id, one.sku_id) for one in goods}
        found[buyer_id] = {sku_id: saying for sku_id, saying in prices.items() if saying}
    return found


async def prices_under(
    work: Work, versions: Collection[tuple[int, int]], goods: Collection[Goods]
) -> dict[tuple[int, int], PricesOf]:
    """What these versions of books (by their id) say of these goods, for orders whose lines they priced."""
    if not versions:
        return {}
    rows = await books.under(work, versions, sorted({one.offer_id for one in goods}))
    found: dict[tuple[int, int], PricesOf] = {}
    for key in versions:
        said = Sayings([row for row in rows if (row["book_id"], row["version"]) == key])
        found[key] = {one.sku_id: said.of(one.seller_id, one.offer_id, one.sku_id) for one in goods}
    return found


class Sayings:
    """What was read of books, by shop and book; of two versions of a contract that hold at once the newer one counts."""

    def __init__(self, rows: Sequence[Any]) -> None:
        newest: dict[int, int] = defaultdict(int)
        for row in rows:
            newest[row["book_id"]] = max(newest[row["book_id"]], row["version"])
        self.of_shop: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            if row["version"] == newest[row["book_id"]]:
                self.of_shop[row["seller_id"]].append(row)

    def of(self, seller_id: int, offer_id: int, sku_id: int) -> tuple[BookPrice, ...]:
        """What is said of one SKU."""
        rows = self.of_shop.get(seller_id, ())
        said = [
            _price(row, from_quantity=row["from_quantity"], price_e4=row["price_e4"])
            for row in rows
            if row["sku_id"] == sku_id
        ]
        if not any(one.source is catalogue.Source.member for one in said):
            said += self._off(rows, offer_id)
        return tuple(said)

    @staticmethod
    def _off(rows: Iterable[Any], offer_id: int) -> list[BookPrice]:
        """What a level takes off an offer, or off all of the shop where it says nothing of the offer."""
        of_level = [row for row in rows if row["kind"] == Kind.level]
        for row in of_level:
            if row["offer_id"] == offer_id and row["sku_id"] == 0:
                return [_price(row, off_bp=row["off_bp"])]
        whole = next((row for row in of_level if row["shop_off_bp"]), None)
        return [_price(whole, off_bp=whole["shop_off_bp"])] if whole else []

    def offs(self, seller_id: int, offer_id: int) -> BookPrice | None:
        """What a level takes off the SKUs of an offer that it does not name."""
        return next(iter(self._off(self.of_shop.get(seller_id, ()), offer_id)), None)


def _price(row: Any, **says: Any) -> BookPrice:
    kind = Kind(row["kind"])
    return BookPrice(
        source=SOURCE_OF[kind],
        book_id=row["book_id"],
        version=row["version"],
        takes_coupons=kind is not Kind.contract or row["allows_coupons"],
        **says,
    )
