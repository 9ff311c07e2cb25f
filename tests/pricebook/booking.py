"""What shops ask of some buyers in these tests, in one line each."""

from datetime import timedelta
from typing import Any

from huozhan import pricebook
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.findings import Finding
from huozhan.pricebook.asks import (
    AnswerContract,
    AssignLevel,
    EndPrices,
    GivePrice,
    LevelPrice,
    OfferContract,
    OfferOff,
    OfferOfShop,
    OfferPrices,
    SetLevelPrices,
    SkuPrice,
)
from huozhan.pricebook.book import Level
from huozhan.pricebook.views import OfferPricesView, Said
from tests.ordering.trading import Trade


def steps(trade: Trade, **prices: int | tuple[tuple[int, int], ...]) -> tuple[SkuPrice, ...]:
    """Rows by the names of goods: red=80_000, or red=((1, 80_000), (50, 70_000))."""
    found = []
    for name, said in prices.items():
        for start, price_e4 in ((1, said),) if isinstance(said, int) else said:
            found.append(SkuPrice(sku_id=str(trade.skus[name]), price_e4=price_e4, from_quantity=start))
    return tuple(found)


async def offer_of(trade: Trade, name: str) -> str:
    """The offer of some goods."""
    async with trade.hall.pool.acquire() as db:
        return str(await db.fetchval("SELECT offer_id FROM sku WHERE sku_id = $1", trade.skus[name]))


async def level(
    trade: Trade, name: str, off_bp: int = 0, *, offers: dict[str, int] | None = None, **prices: int
) -> Said:
    """陈掌柜 says what a level pays: level(trade, "vip", 500, red=80_000)."""
    rows = tuple(LevelPrice(sku_id=str(trade.skus[sku]), price_e4=e4) for sku, e4 in prices.items())
    offs = [OfferOff(offer_id=await offer_of(trade, sku), off_bp=bp) for sku, bp in (offers or {}).items()]
    ask = SetLevelPrices(level=Level(name), off_bp=off_bp, offers=tuple(offs), rows=rows)
    return await trade.hall.run(pricebook.set_level_prices, ask, trade.chenguang)


async def assign(trade: Trade, name: str | None, buyer: Actor | None = None) -> None:
    """陈掌柜 puts 小李 on a level."""
    ask = AssignLevel(buyer_id=str((buyer or trade.li).org_id), level=Level(name) if name else None)
    await trade.hall.run(pricebook.assign_level, ask, trade.chenguang)


async def give(trade: Trade, *, days: int = 30, **prices: Any) -> Said:
    """陈掌柜 gives 小李 a price for an offer: give(trade, red=75_000)."""
    ask = GivePrice(
        buyer_id=str(trade.li.org_id),
        offer_id=await offer_of(trade, next(iter(prices))),
        rows=steps(trade, **prices),
        ends_at=trade.clock.now() + timedelta(days=days),
    )
    return await trade.hall.run(pricebook.give_price, ask, trade.chenguang)


async def take_back(trade: Trade, said: Said) -> None:
    """陈掌柜 takes it back."""
    ask = EndPrices(book_id=said.book_id, reason="行情变了")
    await trade.hall.run(pricebook.take_price_back, ask, trade.chenguang)


async def offer(
    trade: Trade, *, starts: int = 0, days: int = 300, coupons: bool = False, **prices: Any
) -> Said:
    """陈掌柜 offers 小李 a contract list."""
    now = trade.clock.now()
    ask = OfferContract(
        buyer_id=str(trade.li.org_id),
        starts_at=now + timedelta(days=starts),
        ends_at=now + timedelta(days=starts + days),
        allows_coupons=coupons,
        rows=steps(trade, **prices),
    )
    return await trade.hall.run(pricebook.offer_contract, ask, trade.chenguang)


async def accept(trade: Trade, said: Said, buyer: Actor | None = None) -> Said:
    """小李 says yes."""
    ask = AnswerContract(book_id=said.book_id, version=said.version)
    return await trade.hall.run(pricebook.accept_contract, ask, buyer or trade.li)


async def agree(trade: Trade, **how: Any) -> Said:
    """A contract list that both have said yes to."""
    return await accept(trade, await offer(trade, **how))


async def seen(trade: Trade, name: str, actor: Actor | None = None) -> OfferPricesView:
    """What 小李 sees on the page of an offer."""
    one = OfferOfShop(offer_id=await offer_of(trade, name), seller_id=str(trade.chenguang.org_id))
    ask = OfferPrices(offers=(one,))
    return await trade.hall.run(pricebook.offer_prices, ask, actor or trade.li)


async def unit(trade: Trade, quantity: int = 1, name: str = "red") -> tuple[int, str, int]:
    """What a piece costs 小李 now, by which source and which version of it."""
    (share,) = (await trade.quote(*trade.want(**{name: quantity}))).shares
    (line,) = share.lines
    return line.price.price_e4, line.price.basis, line.price.book_version


async def findings(trade: Trade) -> list[Finding]:
    """What any check of the marks finds wrong."""
    async with trade.hall.pool.acquire() as db:
        return await pricebook.verify(trade.hall.work(db, system()))
