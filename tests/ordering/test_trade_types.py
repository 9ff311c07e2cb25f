"""Trade types: chosen at the quote for each supplier, bound into its hash, and asked at one place what they mean."""

from typing import Any

import pytest
import pytest_asyncio

from huozhan import ordering
from huozhan.kernel.wording import LANGUAGES, load_words
from huozhan.ordering.asks import PlaceOrder, QuoteAsk, RefundUnshipped, TradeTypeChoice
from huozhan.ordering.order import TradeType
from huozhan.ordering.placing import PriceMoved, TradeTypeClosed
from huozhan.ordering.views import QuoteView
from huozhan.ordering.ways import WAYS
from tests.credit.lending import Lending
from tests.ordering.trading import Trade


@pytest_asyncio.fixture(loop_scope="session")
async def trusted(trade: Trade) -> None:
    """宏发 trusts 小李 with 1,000.00."""
    await Lending(trade).grant()


def on_credit(trade: Trade, *sellers: Any) -> tuple[TradeTypeChoice, ...]:
    return tuple(TradeTypeChoice(seller_id=str(one.org_id), trade_type="period") for one in sellers)


async def quoted(trade: Trade, *sellers: Any, **goods: int) -> QuoteView:
    ask = QuoteAsk(
        address_id=trade.address_id, lines=trade.want(**goods), trade_types=on_credit(trade, *sellers)
    )
    return await trade.hall.run(ordering.quote, ask, trade.li)


async def test_a_quote_names_the_trade_types_of_each_supplier(trade: Trade) -> None:
    quote = await quoted(trade, red=10, bolt=100)

    assert [[one.trade_type for one in share.trade_types] for share in quote.shares] == [
        ["escrow"],
        ["escrow"],
    ]
    assert [share.trade_type for share in quote.shares] == ["escrow", "escrow"]
    assert quote.pay_first_minor == quote.amount_minor


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_trade_type_says_what_it_protects(lang: str) -> None:
    words = load_words()

    assert set(WAYS) == set(TradeType)
    for trade_type in WAYS:
        assert words.has(f"trade_type.name.{trade_type}")
        assert words.say(f"trade_type.says.{trade_type}", lang)


@pytest.mark.usefixtures("trusted")
async def test_the_choice_is_part_of_the_bargain(trade: Trade) -> None:
    escrow, credit = await quoted(trade, bolt=100), await quoted(trade, trade.hongfa, bolt=100)
    assert escrow.quote_hash != credit.quote_hash

    ask = PlaceOrder(
        address_id=trade.address_id,
        quote_hash=escrow.quote_hash,
        lines=trade.want(bolt=100),
        trade_types=on_credit(trade, trade.hongfa),
    )
    with pytest.raises(PriceMoved):
        await trade.hall.run(ordering.place_order, ask, trade.li)


@pytest.mark.usefixtures("trusted")
async def test_a_purchase_mixes_trade_types_and_each_order_has_one(trade: Trade) -> None:
    quote = await quoted(trade, trade.hongfa, red=10, bolt=100)
    assert (quote.can_be_placed, quote.pay_first_minor) == (True, 10_000 + 600 + 200)

    placed = await trade.place(*trade.want(red=10, bolt=100), trade_types=on_credit(trade, trade.hongfa))

    cups, bolts = sorted(placed.orders, key=lambda order: order.trade_type)
    assert [(one.trade_type, one.state) for one in (cups, bolts)] == [
        ("escrow", "wait_pay"),
        ("period", "wait_send"),
    ]
    assert bolts.pay_close_at is None


@pytest.mark.usefixtures("trusted")
async def test_goods_on_credit_are_shipped_before_money(trade: Trade) -> None:
    (order,) = (await trade.place(*trade.want(bolt=1_000), trade_types=on_credit(trade, trade.hongfa))).orders
    page = await trade.page(order)
    assert (page.who_acts, page.money.where, page.money.credit_minor) == ("seller", "credit", 3_500)
    assert page.money.escrow_minor == 0

    await trade.ship(order, l1=600)
    ask = RefundUnshipped(order_id=order.order_id, reason="不需要了")
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)
    await trade.let_pass(hours=48)
    await trade.confirm(order)

    page = await trade.page(order)
    assert (page.state, page.money.owed_minor, page.money.refunded_minor) == ("success", 2_100, 1_400)
    assert await trade.findings() == []


@pytest.mark.usefixtures("trusted")
async def test_a_broken_promise_counts_for_credit_too(trade: Trade) -> None:
    (order,) = (await trade.place(*trade.want(bolt=1_000), trade_types=on_credit(trade, trade.hongfa))).orders

    await trade.let_pass(hours=48)

    page = await trade.page(order)
    assert (page.is_late, [claim.cause for claim in page.claims]) == (True, ["late"])


@pytest.mark.usefixtures("trusted")
async def test_a_trade_type_that_the_supplier_does_not_offer_is_refused(trade: Trade) -> None:
    choice = on_credit(trade, trade.chenguang)
    quote = await quoted(trade, trade.chenguang, red=10)
    assert not quote.can_be_placed

    with pytest.raises(TradeTypeClosed) as refused:
        await trade.place(*trade.want(red=10), trade_types=choice)

    assert refused.value.facts == {
        "seller_id": str(trade.chenguang.org_id), "trade_type": "period", "why": "not_offered",
    }  # fmt: skip
    assert await trade.free("red") == 1_000
