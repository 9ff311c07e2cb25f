"""The offers of the little trade by name."""

from huozhan import catalogue
from huozhan.kernel.actor import Actor
from tests.ordering.trading import Trade


async def offer_of(trade: Trade, seller: Actor, words: str) -> str:
    """The id of a seller's own offer that is called so."""
    found = await trade.hall.run(catalogue.my_offers, catalogue.MyOffers(words=words), seller)
    return found.items[0].offer_id


async def cups(trade: Trade) -> str:
    """The cups of 晨光."""
    return await offer_of(trade, trade.chenguang, "CUP")


async def bolts(trade: Trade) -> str:
    """The bolts of 宏发."""
    return await offer_of(trade, trade.hongfa, "BOLT")
