"""A whole trade, from quote to the seller's balance."""

from tests.ordering.trading import Trade


async def test_a_trade_goes_from_quote_to_the_sellers_balance(trade: Trade) -> None:
    order = await trade.paid(red=60, blue=60)
    await trade.ship(order)
    received = await trade.confirm(order)

    assert received.state == "success"
    assert await trade.findings() == []
