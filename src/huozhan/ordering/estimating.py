"""Estimates: what baskets would cost at a door, each for itself, before anybody has an address or a cart."""

from collections.abc import Sequence

from huozhan import catalogue, pricebook
from huozhan.kernel.work import Work
from huozhan.ordering.asks import WantedLine
from huozhan.ordering.purchase import Quote, assemble, wanted_lines
from huozhan.ordering.quoting import at_hand


async def estimate(work: Work, baskets: Sequence[Sequence[WantedLine]], region: str) -> list[Quote]:
    """Quotes each basket for itself at a region (a division code, or a country abroad), paid by escrow.

    Prices, promotions and freight are those of `quote`: one function assembles both. What is left out is what needs a buyer's
    choice: other trade types and insurance.
    """
    wanted = [wanted_lines(lines) for lines in baskets]
    skus = {line.sku_id for lines in wanted for line in lines}
    goods, templates = await catalogue.goods_with_freight(work, skus)
    prices = await pricebook.prices_for(work, goods.values())
    hand = await at_hand(work, goods.values())
    return [assemble(lines, goods, templates, region, {}, hand, prices=prices) for lines in wanted]
