"""Shirts in four sizes to exchange for one another, and a buyer who has some."""

from huozhan import aftersales, catalogue
from huozhan.aftersales.asks import GiveGoodwill, WantedAsk
from huozhan.aftersales.views import CaseStateView
from huozhan.catalogue.goods import QuoteType
from huozhan.catalogue.offer import Axis, Name, PublishOffer, SkuAsk
from huozhan.ordering.views import PlacedOrder
from tests import world
from tests.aftersales.complaining import Desk
from tests.ordering.trading import Trade

PRICES = {"S": 180_000, "M": 200_000, "L": 200_000, "XL": 240_000}


def shirts(title: Name, freight_code: str = "") -> PublishOffer:
    """Shirts of a price by size, 100 of each."""
    return PublishOffer(
        offer_code="SHIRT",
        category_id="aa-1-13-8",
        title=title,
        quote_type=QuoteType.sku_price,
        options=(Axis(name=Name("尺码", "Size"), values=tuple(Name(size, size) for size in PRICES)),),
        skus=tuple(
            SkuAsk(sku_code=f"SHIRT-{size}", choice=(at,), stock=100, price_e4=price_e4)
            for at, (size, price_e4) in enumerate(PRICES.items())
        ),
        weight_g=250,
        freight_code=freight_code,
    )


SHIRTS = shirts(Name("衬衫", "Shirt"), "STD")


async def open_shirts(trade: Trade) -> None:
    """晨光 sells shirts too, and has an address for what comes back."""
    await trade.hall.run(catalogue.publish_offer, SHIRTS, trade.chenguang)
    await world.address(trade.hall, trade.chenguang, division="510104")
    async with trade.hall.pool.acquire() as db:
        rows = await db.fetch("SELECT sku_code, sku_id FROM sku WHERE sku_code LIKE 'SHIRT-%'")
    trade.skus |= {row["sku_code"].removeprefix("SHIRT-"): row["sku_id"] for row in rows}


async def sent(trade: Trade, **shirts: int) -> PlacedOrder:
    """小李 bought shirts, and they are on their way."""
    order = await trade.paid(**shirts)
    await trade.ship(order)
    return order


def instead(trade: Trade, name: str, quantity: int, line_no: int = 1) -> WantedAsk:
    """So many of another size for a line."""
    return WantedAsk(line_no=line_no, sku_id=str(trade.skus[name]), quantity=quantity)


async def swap(
    desk: Desk, order: PlacedOrder, name: str, back: int, wanted: int = 0, difference: int = 0
) -> CaseStateView:
    """小李 wants another size for so many shirts of line 1, as many if nothing else is said, and agrees to a difference."""
    wish = instead(desk.trade, name, wanted or back)
    return await desk.apply(
        order, l1=back, kind="exchange", reason_code="size", wanted=(wish,), difference_minor=difference
    )


async def sent_back(desk: Desk, case: CaseStateView, **more) -> CaseStateView:
    """The seller agrees, the shirts go back and are accepted."""
    await desk.answer(case, agree=True)
    await desk.send_back(case)
    return await desk.receive(case, **more)


async def fill_wallet(trade: Trade, amount_minor: int) -> None:
    """宏发, who was paid for bolts, gives 小李 so much of it."""
    order = await trade.paid(bolt=50_000)
    await trade.ship(order)
    await trade.confirm(order)
    ask = GiveGoodwill(order_id=order.order_id, amount_minor=amount_minor, reason="老客户")
    await trade.hall.run(aftersales.give_goodwill, ask, trade.hongfa)


async def swapped(desk: Desk, case: CaseStateView, **more) -> CaseStateView:
    """All of an exchange to its end; a difference is paid from the wallet."""
    done = await sent_back(desk, case, **more)
    if done.state == "wait_buyer_pay":
        await desk.pay_difference(case)
    await desk.send_again(case)
    return await desk.got_again(case)
