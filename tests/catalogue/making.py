"""Small offers for the catalogue's tests; each test says only what it is about."""

from typing import Any

import msgspec

from huozhan.catalogue.goods import QuoteType, Step
from huozhan.catalogue.offer import Axis, Name, PublishOffer, SkuAsk
from huozhan.catalogue.publishing import publish_offer
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor

_SHIRTS = PublishOffer(
    offer_code="TEE-1",
    category_id="aa-1-13-8",
    title=Name("纯棉T恤", "Cotton tee"),
    quote_type=QuoteType.offer_ladder,
    ladder=(Step(2, 150_000), Step(20, 140_000)),
    options=(Axis(name=Name("颜色", "Colour"), values=(Name("红", "Red"), Name("蓝", "Blue"))),),
    skus=(
        SkuAsk(sku_code="TEE-1-R", choice=(0,), stock=100),
        SkuAsk(sku_code="TEE-1-B", choice=(1,), stock=50),
    ),
    moq=2,
    weight_g=180,
)


def shirts(**changes: Any) -> PublishOffer:
    """Shirts in red (100 in stock) and blue (50): from 2 at 15.00, from 20 at 14.00."""
    return msgspec.structs.replace(_SHIRTS, **changes)


def grid(colours: int, sizes: int, **changes: Any) -> PublishOffer:
    """A matrix of colours by sizes, each SKU with a price of its own."""
    axes = (
        Axis(
            name=Name("颜色", "Colour"), values=tuple(Name(f"色{n}", f"Colour {n}") for n in range(colours))
        ),
        Axis(name=Name("尺码", "Size"), values=tuple(Name(f"{n}码", f"Size {n}") for n in range(sizes))),
    )
    skus = tuple(
        SkuAsk(sku_code=f"G-{colour}-{size}", choice=(colour, size), price_e4=100_000 + size, stock=10)
        for colour in range(colours)
        for size in range(sizes)
    )
    offer = shirts(offer_code="GRID", quote_type=QuoteType.sku_price, ladder=(), options=axes, skus=skus)
    return msgspec.structs.replace(offer, **changes)


async def sku_ids_of(hall: Hall, offer: PublishOffer, seller: Actor) -> list[int]:
    """Publishes an offer and tells its SKUs' ids in order."""
    published = await hall.run(publish_offer, offer, seller)
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT sku_id FROM sku WHERE offer_id = $1 ORDER BY position", int(published.offer_id)
        )
    return [row["sku_id"] for row in rows]
