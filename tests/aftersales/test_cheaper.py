"""A cheaper size in an exchange: the difference goes back once the exchange is complete, by the entries that refunds have."""

from datetime import timedelta

import msgspec
import pytest

from huozhan import aftersales, catalogue, ordering, pricebook
from huozhan.aftersales.asks import OpenCasesOf
from huozhan.aftersales.swapping import DifferenceBack
from huozhan.kernel.refusals import Invalid
from huozhan.ordering.asks import AmendPrice
from tests.aftersales.complaining import Desk
from tests.aftersales.shirts import PRICES, SHIRTS, instead, open_shirts, sent, sent_back, swap, swapped
from tests.ordering.trading import Trade
from tests.promotion import promoting


@pytest.fixture
async def desk(trade: Trade) -> Desk:
    await open_shirts(trade)
    return Desk(trade)


async def test_the_buyer_has_to_say_which_difference_was_seen(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    for said in (0, -500, -601, -599):
        with pytest.raises(DifferenceBack) as refused:
            await swap(desk, order, "S", 3, difference=said)
        assert refused.value.facts == {"difference_minor": -600, "amount": "6.00"}
    with pytest.raises(Invalid):
        await desk.apply(order, l1=3, kind="exchange", difference_minor=-600)

    case = await swap(desk, order, "S", 3, difference=-600)
    assert (case.difference_minor, case.asked_minor) == (-600, 6_000)
    assert await desk.findings() == []


@pytest.mark.parametrize("released", [False, True])
async def test_the_difference_is_refunded_when_the_cheaper_shirts_have_arrived(
    trade: Trade, desk: Desk, *, released: bool
) -> None:
    order = await sent(trade, M=10)
    if released:
        await trade.confirm(order)
    before = await trade.owed_to(trade.chenguang)
    case = await swap(desk, order, "S", 3, difference=-600)
    await sent_back(desk, case, restock=True)
    await desk.send_again(case)
    assert (await desk.page(case)).refunded_minor == 0, "nothing goes back before they have arrived"
    done = await desk.got_again(case)
    assert (done.state, done.refunded_minor) == ("refunding", 600)
    await desk.paid_out(case)

    assert (await desk.page(case)).state == "success"
    assert (await trade.free("M"), await trade.free("S")) == (93, 97)
    if not released:
        await trade.confirm(order)
        before = 0
    page = await trade.page(order)
    freight = page.amount_minor - 20_000
    assert page.state == "success"
    if released:
        assert await trade.owed_to(trade.chenguang) == before - 600 + 12, "2 % of it was commission"
    else:
        assert (page.money.refunded_minor, page.money.released_minor) == (600, 19_400 + freight)
        assert await trade.owed_to(trade.chenguang) == 19_400 - 388 + freight
    assert await desk.findings() == []


async def test_what_counts_as_arrived_gives_the_difference_back_too(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "S", 10, difference=-2_000)
    await sent_back(desk, case)
    await desk.send_again(case)
    await trade.let_pass(days=10)
    assert (await desk.page(case)).refunded_minor == 2_000
    await desk.paid_out(case)
    assert (await trade.page(order)).state == "success"
    assert await desk.findings() == []


@pytest.mark.parametrize("end", ["instead", "ruling", "modify"])
async def test_where_it_ends_in_money_all_of_it_goes_back_and_no_difference(
    trade: Trade, desk: Desk, end: str
) -> None:
    order = await sent(trade, M=10)
    case = await swap(desk, order, "S", 3, difference=-600)
    if end == "modify":
        await desk.answer(case, agree=False, reason="没有现货")
        moved = await desk.modify(case, kind="return_refund", goods_minor=6_000)
        assert (moved.difference_minor, (await desk.page(case)).lines[0].wanted) == (0, None)
        await sent_back(desk, case)
    elif end == "instead":
        await sent_back(desk, case)
        await desk.refund_instead(case)
    else:
        await desk.answer(case, agree=True)
        await desk.send_back(case)
        await trade.let_pass(days=10)
        await trade.let_pass(days=3)
        await desk.rule(case, "full")
        await trade.let_pass(days=3)
    assert (await desk.page(case)).refunded_minor == 6_000
    assert await trade.free("S") == 100
    assert await desk.findings() == []


async def test_fewer_pieces_of_another_size_are_cheaper_too(trade: Trade, desk: Desk) -> None:
    """Six medium shirts at 20.00 go back, five large ones at 24.00 would cost the same, four cost 24.00 less."""
    order = await sent(trade, M=10)
    case = await swap(desk, order, "XL", 6, 4, difference=-2_400)
    done = await swapped(desk, case)
    assert done.refunded_minor == 2_400
    assert await trade.free("XL") == 96
    assert await desk.findings() == []


async def test_lines_of_a_case_are_counted_against_one_another(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10, S=10)
    lines = {line.goods.options.en: line.line_no for line in (await trade.page(order)).lines}
    wanted = (instead(trade, "S", 5, lines["M"]), instead(trade, "M", 2, lines["S"]))
    case = await desk.apply(
        order, **{f"l{lines['M']}": 5, f"l{lines['S']}": 2}, kind="exchange", reason_code="size",
        wanted=wanted, difference_minor=-600,
    )  # fmt: skip
    assert (await swapped(desk, case)).refunded_minor == 600
    page = await desk.page(case)
    assert {line.options.en: line.goods_minor for line in page.lines} == {"M": 600, "S": 0}
    assert await desk.findings() == []


async def test_prices_are_those_of_the_order_with_what_the_seller_took_off(trade: Trade, desk: Desk) -> None:
    """The order was amended to three quarters of its price, and shirts cost twice as much since."""
    order = await trade.one(M=10)
    ask = AmendPrice(order_id=order.order_id, reason="老客户", goods_minor=15_000)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)
    await trade.pay(order)
    await trade.ship(order)
    dear = tuple(
        catalogue.SkuAsk(sku_code=f"SHIRT-{size}", choice=(at,), price_e4=2 * price_e4)
        for at, (size, price_e4) in enumerate(PRICES.items())
    )
    await trade.hall.run(catalogue.publish_offer, msgspec.structs.replace(SHIRTS, skus=dear), trade.chenguang)

    case = await swap(desk, order, "S", 4, difference=-600)
    assert (case.asked_minor, (await swapped(desk, case)).refunded_minor) == (6_000, 600)
    assert await desk.findings() == []


async def test_a_step_that_was_reached_holds_for_what_is_wanted(trade: Trade, desk: Desk) -> None:
    """A hundred cups cost 9.00 each; three go back and two blue ones come, as if they had been bought with them."""
    order = await sent(trade, red=60, blue=40)
    lines = {line.goods.options.en: line.line_no for line in (await trade.page(order)).lines}
    case = await desk.apply(
        order, **{f"l{lines['Red']}": 3}, kind="exchange", reason_code="size",
        wanted=(instead(trade, "blue", 2, lines["Red"]),), difference_minor=-900,
    )  # fmt: skip
    (line,) = (await desk.page(case)).lines
    assert line.wanted is not None
    assert line.wanted.price_e4 == 90_000
    assert (await swapped(desk, case)).refunded_minor == 900
    assert await desk.findings() == []


async def test_the_price_book_of_the_order_prices_what_is_wanted(trade: Trade, desk: Desk) -> None:
    """小李 paid 15.00 for M by a price of its own; S is 14.00 in the same book then, whatever it says since, and L is in none."""
    async with trade.hall.pool.acquire() as db:
        offer_id = await db.fetchval("SELECT offer_id FROM sku WHERE sku_id = $1", trade.skus["M"])
    for more_e4 in (0, 30_000):
        ask = pricebook.asks.GivePrice(
            buyer_id=str(trade.li.org_id), offer_id=str(offer_id), ends_at=trade.clock.now() + timedelta(days=90),
            rows=tuple(
                pricebook.asks.SkuPrice(sku_id=str(trade.skus[name]), price_e4=price_e4 + more_e4)
                for name, price_e4 in (("M", 150_000), ("S", 140_000))
            ),
        )  # fmt: skip
        await trade.hall.run(pricebook.give_price, ask, trade.chenguang)
        if not more_e4:
            order = await sent(trade, M=10)
    page = await trade.hall.run(aftersales.cases_of_order, OpenCasesOf(order_id=order.order_id), trade.li)
    assert {one.options.en: (one.price_e4, one.piece_difference_minor) for one in page.lines[0].swaps} == {
        "S": (140_000, -100), "L": (200_000, 500), "XL": (240_000, 900),
    }  # fmt: skip
    case = await swap(desk, order, "S", 3, difference=-300)
    assert (await swapped(desk, case)).refunded_minor == 300
    assert await desk.findings() == []


@pytest.mark.parametrize("released", [False, True])
async def test_the_market_has_its_part_of_a_coupon_back_with_the_difference(
    trade: Trade, desk: Desk, *, released: bool
) -> None:
    """Of 200.00 the market paid 40.00; of a difference of 10.00 the buyer has 8.00 back and the campaign 2.00."""
    made = await promoting.market_coupon(trade, 4_000, budget=10_000)
    await promoting.claim(trade, made)
    order = await sent(trade, M=10)
    if released:
        await trade.confirm(order)
    assert (await promoting.budget_of(trade, made))[2] == 4_000

    case = await swap(desk, order, "S", 5, difference=-800)
    assert (await swapped(desk, case)).refunded_minor == 800
    assert (await promoting.budget_of(trade, made))[2] == 3_800
    assert await promoting.findings(trade) == []
    assert await desk.findings() == []


async def test_what_was_exchanged_can_be_complained_of_again(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    await trade.confirm(order)
    await desk.paid_out(await swapped(desk, await swap(desk, order, "S", 10, difference=-2_000)))

    case = await desk.apply(order, l1=10, freight_minor=0)
    assert case.asked_minor == 18_000, "what the seller has of them still"
    assert (await desk.answer(case, agree=True)).refunded_minor == 18_000
    assert await desk.findings() == []
