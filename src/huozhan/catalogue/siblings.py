"""Siblings: the SKUs of an offer that another of its SKUs can be changed for, priced as they were under an older version."""

from collections.abc import Collection, Sequence

import msgspec

from huozhan.catalogue.booked import book_for, booked_e4
from huozhan.catalogue.goods import BookPrice, Goods, QuoteType, Step
from huozhan.catalogue.pricing import step_at
from huozhan.catalogue.store import offers as store
from huozhan.catalogue.store.goods import goods_for
from huozhan.kernel.work import Work


class _SkuThen(msgspec.Struct, frozen=True):
    """A SKU in the snapshot of a version; its other fields are not needed here."""

    sku_id: int
    price_e4: int | None = None
    ladder: tuple[Step, ...] = ()


class _OfferThen(msgspec.Struct, frozen=True):
    """An offer in the snapshot of a version, as far as its prices go."""

    quote_type: QuoteType
    skus: tuple[_SkuThen, ...]
    ladder: tuple[Step, ...] = ()


_read = msgspec.json.Decoder(_OfferThen).decode


class Sibling(msgspec.Struct, frozen=True, kw_only=True):
    """A SKU as it stands now, with the price model that it had under one version of its offer."""

    goods: Goods
    steps: tuple[Step, ...]

    def price_e4(self, counted: int, books: Sequence[BookPrice], own: int) -> int:
        """What a piece cost then where so many pieces counted for the ladder, and so many of its own for a price book."""
        on_ladder = step_at(self.steps, counted).price_e4
        book = book_for(books, own)
        return booked_e4(book.price_e4, book.off_bp, on_ladder) if book else on_ladder


async def siblings(work: Work, versions: Collection[tuple[int, int]]) -> dict[tuple[int, int], list[Sibling]]:
    """All SKUs of these offers, each as one of its versions had it; by offer and version, in the offer's own order.

    What is not in the version is left out: it had no price then.
    """
    read = {key: _read(snapshot) for key, snapshot in (await store.snapshots(work, versions)).items()}
    goods = await goods_for(work, {sku.sku_id for then in read.values() for sku in then.skus})
    return {
        key: [
            Sibling(goods=goods[sku.sku_id], steps=_steps(then, sku))
            for sku in then.skus
            if sku.sku_id in goods
        ]
        for key, then in read.items()
    }


def _steps(then: _OfferThen, sku: _SkuThen) -> tuple[Step, ...]:
    return (sku.ladder if then.quote_type is QuoteType.sku_ladder else then.ladder) or (
        Step(1, sku.price_e4 or 0),
    )
