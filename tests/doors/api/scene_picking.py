"""What buyers of the scene put together while picking."""

from huozhan import insight, interest
from huozhan.insight.asks import BuildAssortment
from huozhan.interest.asks import WatchGoods
from tests.ordering.trading import Trade


async def assorted(trade: Trade, things: dict[str, str]) -> None:
    """小李 has an assortment of red cups, and waits for very many of them."""
    ask = BuildAssortment(
        budget_minor=400_000, to="510104", offers=(things["offer"],), offers_least=1, share_bp=10_000
    )
    made = await trade.hall.run(insight.build_assortment, ask, trade.li)
    things["assortment"] = made.assortment_id
    things["assortment_sku"] = made.shares[0].lines[0].sku_id
    wanted = WatchGoods(offer_id=things["offer"], kind="stock", pieces=9_000_000)
    things["watch"] = (await trade.hall.run(interest.watch_goods, wanted, trade.li)).watch_id
