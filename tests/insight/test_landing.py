"""Landing: an offer's page tells what its comparison and a quote tell, at the quantity that can be ordered."""

import pytest

from huozhan import catalogue, insight
from huozhan.catalogue.listing import OwnOffer
from huozhan.insight.asks import CompareOffers, LandedCost
from huozhan.insight.views import Landed
from huozhan.kernel.actor import Actor, anonymous
from huozhan.kernel.refusals import NotFound
from tests.interest.looking import cups
from tests.ordering.trading import Trade

CHENGDU = "510100"


async def landed(trade: Trade, offer_id: str, who: Actor | None = None, **more: object) -> Landed:
    ask = LandedCost(offer_id=offer_id, **{"quantity": 120, "to": CHENGDU, **more})  # type: ignore[arg-type]
    return await trade.hall.run(insight.landed_cost, ask, who or anonymous())


async def test_the_page_the_comparison_and_the_quote_agree(trade: Trade) -> None:
    cup = await cups(trade)
    shown = await landed(trade, cup, trade.li)
    ask = CompareOffers(offers=(cup,), quantity=120, to=CHENGDU)
    (beside,) = (await trade.hall.run(insight.compare_offers, ask, trade.li)).offers
    (share,) = (await trade.quote(*trade.want(red=120))).shares

    assert (
        (shown.landed_minor, shown.landed_e4) == (beside.landed_minor, beside.landed_e4) == (111_500, 92_917)
    )
    assert (shown.goods_minor, shown.freight_minor) == (share.goods_minor, share.freight_minor)


async def test_a_named_option_a_small_quantity_and_no_place(trade: Trade) -> None:
    blue = str(trade.skus["blue"])
    shown = await landed(trade, await cups(trade), sku_id=blue, quantity=1, to="")

    assert (shown.sku_id, shown.pieces, shown.price_e4) == (blue, 1, 100_000)
    assert (shown.goods_minor, shown.freight_minor, shown.landed_minor) == (1_000, None, None)
    assert not (await landed(trade, await cups(trade), sku_id=blue, quantity=600)).is_enough


async def test_what_is_not_on_sale_costs_nothing_at_any_door(trade: Trade) -> None:
    cup = await cups(trade)
    await trade.hall.run(catalogue.pause_offer, OwnOffer(offer_id=cup), trade.chenguang)

    with pytest.raises(NotFound):
        await landed(trade, cup)
