"""What buyers of the scene put together while picking."""

from huozhan import insight
from huozhan.insight.asks import BuildAssortment
from tests.ordering.trading import Trade


async def assorted(trade: Trade, things: dict[str, str]) -> None:
    """小李 has an assortment of red cups."""
    ask = BuildAssortment(
        budget_minor=400_000, to="510104", offers=(things["offer"],), offers_least=1, share_bp=10_000
    )
    made = await trade.hall.run(insight.build_assortment, ask, trade.li)
    things["assortment"] = made.assortment_id
    things["assortment_sku"] = made.shares[0].lines[0].sku_id
