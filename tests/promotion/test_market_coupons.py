"""The market's coupons: its money beside the buyer's in escrow, out of a budget that is never overdrawn."""

import asyncio
from pathlib import Path

import asyncpg
import msgspec
import pytest

from huozhan import catalogue, ledger, ordering, promotion
from huozhan.catalogue.freight import ChargeBy, Tariff
from huozhan.catalogue.freighting import EditFreight, FreightTerms
from huozhan.catalogue.goods import Step
from huozhan.catalogue.offer import Name, SkuAsk
from huozhan.catalogue.shop import EditShop
from huozhan.kernel import database
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.refusals import Forbidden
from huozhan.ledger import Account
from huozhan.ordering.asks import (
    AcceptAmendment,
    AmendPrice,
    CancelOrder,
    LineAmount,
    LineQuantity,
    PlaceOrder,
    QuoteAsk,
    RefundUnshipped,
)
from huozhan.ordering.placing import PriceMoved
from huozhan.ordering.quoting import NoSuchCoupon
from huozhan.ordering.views import PlacedOrder
from huozhan.promotion.budget import BudgetUsedUp
from tests.aftersales.complaining import Desk
from tests.conftest import make_hall
from tests.ordering.trading import BOLTS, Trade, open_trade
from tests.promotion import promoting


async def give_back(trade: Trade, order: PlacedOrder, line_no: int, quantity: int) -> int:
    lines = (LineQuantity(line_no=line_no, quantity=quantity),)
    ask = RefundUnshipped(order_id=order.order_id, reason="拍错了", lines=lines)
    refund = await trade.hall.run(ordering.refund_unshipped, ask, trade.li)
    if refund.state == "asked":
        answer = ordering.asks.AnswerRefund(order_id=order.order_id, refund_id=refund.refund_id, agree=True)
        refund = await trade.hall.run(ordering.answer_refund, answer, trade.seller_of(order))
    return refund.amount_minor


async def book(trade: Trade, code: int, owner_id: int = 0) -> int:
    async with trade.hall.pool.acquire() as db:
        account = Account(code, owner_id)
        found = await ledger.balances(trade.hall.work(db, system()), [account])
        return found[account].posted_minor


async def cancel(trade: Trade, order: PlacedOrder) -> None:
    await trade.hall.run(
        ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), trade.li
    )


async def amend(trade: Trade, order: PlacedOrder, *goods: int) -> None:
    lines = tuple(LineAmount(line_no=no, goods_minor=minor) for no, minor in enumerate(goods, start=1))
    ask = AmendPrice(order_id=order.order_id, reason="老客户优惠", lines=lines)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)


async def caps_at_ten(trade: Trade, *, freight_minor: int) -> None:
    """陈掌柜 sells caps at 10.00 however many, sent for one fee or none."""
    terms = FreightTerms(
        charge_by=ChargeBy.piece,
        tariff=Tariff(first_unit=1_000, first_fee_minor=freight_minor, next_unit=1_000, next_fee_minor=0),
    )
    await trade.hall.run(
        catalogue.edit_freight,
        EditFreight(code="FLAT", name=Name("一口价", "Flat"), terms=terms),
        trade.chenguang,
    )
    caps = msgspec.structs.replace(
        BOLTS,
        offer_code="CAP",
        skus=(SkuAsk(sku_code="CAP-1", stock=1_000),),
        ladder=(Step(1, 100_000),),
        freight_code="FLAT" if freight_minor else "",
    )
    await trade.hall.run(catalogue.publish_offer, caps, trade.chenguang)
    async with trade.hall.pool.acquire() as db:
        trade.skus["cap"] = await db.fetchval("SELECT sku_id FROM sku WHERE sku_code = 'CAP-1'")


async def vector_order(trade: Trade, *, freight_minor: int) -> tuple[PlacedOrder, int]:
    """Goods 1,000.00 and the freight, with a coupon of 20.00, paid; and the promotion's id."""
    await caps_at_ten(trade, freight_minor=freight_minor)
    made = await promoting.market_coupon(trade, 2_000, 50_000, budget=10_000)
    await promoting.claim(trade, made)
    quoted = await trade.quote(*trade.want(cap=100))
    assert (quoted.goods_minor, quoted.freight_minor, quoted.subsidy_minor) == (100_000, freight_minor, 2_000)
    order = await trade.one(cap=100)
    assert order.amount_minor == quoted.amount_minor == 98_000 + freight_minor
    assert await promoting.budget_of(trade, made) == (10_000, 2_000, 0)
    await trade.pay(order)
    assert await promoting.budget_of(trade, made) == (8_000, 0, 2_000)
    return order, int(made.promotion_id)


async def test_the_worked_vector_holds_from_quote_to_release(trade: Trade) -> None:
    """Domain rule B5.3: goods 1,000.00, freight 15.00, coupon 20.00, commission 2 % with 6 % tax inside."""
    order, promotion_id = await vector_order(trade, freight_minor=1_500)
    order_id, seller_id = int(order.order_id), int(order.seller_id)
    assert await book(trade, 101, 1) == 99_500
    assert await book(trade, 401, promotion_id) == 2_000
    assert await book(trade, 202, order_id) == 101_500

    await trade.ship(order)
    await trade.confirm(order)

    assert await book(trade, 202, order_id) == 0
    assert await trade.owed_to(trade.chenguang) == 99_500
    assert (await book(trade, 301), await book(trade, 210)) == (1_887, 113)
    assert await book(trade, 401, promotion_id) == 2_000
    assert await book(trade, 203, seller_id) + await book(trade, 204, seller_id) == 99_500
    assert await promoting.findings(trade) == []


async def test_the_vector_with_its_freight_and_a_refund_of_goods_alone(trade: Trade) -> None:
    """B5.3 to its end: 30 % of the goods go back and no freight; of the 715.00 left the seller has 701.00."""
    order, promotion_id = await vector_order(trade, freight_minor=1_500)
    await trade.ship(order)
    desk = Desk(trade)
    case = await desk.apply(order, l1=30, goods_minor=29_400, freight_minor=0)

    await desk.answer(case, agree=True)
    await desk.paid_out(case)

    assert (
        await book(trade, 202, int(order.order_id)) == 71_500 - 450
    )  # the freight of the thirty is the seller's at once
    assert await book(trade, 401, promotion_id) == 2_000 - 600
    await trade.confirm(order)
    assert await trade.owed_to(trade.chenguang) == 70_100
    assert (await book(trade, 301), await book(trade, 210)) == (1_321, 79)
    assert await desk.findings() == []


@pytest.mark.parametrize(
    ("freight_minor", "back_minor", "seller_minor"), [(0, 29_400, 68_600), (1_500, 29_400 + 450, 69_650)]
)
async def test_a_refund_before_release_gives_both_their_money_back(
    trade: Trade, freight_minor: int, back_minor: int, seller_minor: int
) -> None:
    """The vector's refund of 30 % of the goods: 294.00 to the buyer, 6.00 to the campaign; freight goes by its share."""
    order, promotion_id = await vector_order(trade, freight_minor=freight_minor)
    escrow_minor = 100_000 + freight_minor

    assert await give_back(trade, order, 1, 30) == back_minor

    assert await book(trade, 202, int(order.order_id)) == escrow_minor - back_minor - 600
    assert await book(trade, 401, promotion_id) == 1_400
    assert (await trade.page(order)).money.refunded_minor == back_minor
    await trade.ship(order)
    await trade.confirm(order)
    assert await trade.owed_to(trade.chenguang) == seller_minor
    assert (await book(trade, 301), await book(trade, 210)) == (1_321, 79)
    assert await book(trade, 202, int(order.order_id)) == 0
    assert await promoting.findings(trade) == []


@pytest.mark.parametrize("parts", [(1, 2, 4, 93), (99, 1), (33, 33, 34), (100,)])
async def test_any_sequence_of_refunds_gives_each_what_it_paid(trade: Trade, parts: tuple[int, ...]) -> None:
    order, promotion_id = await vector_order(trade, freight_minor=1_500)

    back = [await give_back(trade, order, 1, part) for part in parts]

    assert sum(back) == order.amount_minor
    assert await book(trade, 401, promotion_id) == 0
    page = await trade.page(order)
    assert (page.state, page.money.escrow_minor, page.money.refunded_minor) == ("terminated", 0, 99_500)
    (shown,) = (
        await trade.hall.run(
            promotion.market_promotions, promotion.asks.MyPromotions(), trade.people.operator
        )
    ).items
    assert (shown.use.off_minor, shown.use.back_minor, shown.budget_minor) == (2_000, 2_000, 10_000)
    assert await promoting.findings(trade) == []


async def test_one_coupon_over_several_shops_is_shared_by_what_their_goods_cost(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 1_000, budget=1_000)
    await promoting.claim(trade, made)

    cups, bolts = (await trade.place(*trade.want(red=30, bolt=2_858))).orders

    offs = {one.seller_id: (await trade.page(one)).offs for one in (cups, bolts)}
    assert {seller: [(off.funder, off.amount_minor) for off in found] for seller, found in offs.items()} == {
        str(trade.chenguang.org_id): [("market", 750)],
        str(trade.hongfa.org_id): [("market", 250)],
    }
    await cancel(trade, bolts)
    assert await promoting.budget_of(trade, made) == (1_000, 750, 0)
    await trade.pay(cups)
    assert await promoting.budget_of(trade, made) == (250, 0, 750)
    assert await promoting.findings(trade) == []


async def test_an_unpaid_order_lets_its_part_go(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30)
    assert await promoting.budget_of(trade, made) == (2_000, 2_000, 0)

    await trade.let_pass(hours=25)

    assert (await trade.page(order)).state == "closed"
    assert await promoting.budget_of(trade, made) == (2_000, 0, 0)
    assert await promoting.phases(trade) == ["usable"]


async def test_a_budget_that_is_used_up_offers_nothing_more(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, budget=3_000)
    for _ in range(2):
        await promoting.claim(trade, made)
    lines = trade.want(red=30)
    before = await trade.quote(*lines)
    await trade.one(red=40)

    after = await trade.quote(*lines)
    assert (before.subsidy_minor, after.subsidy_minor, after.coupons) == (2_000, 0, [])
    ask = PlaceOrder(address_id=trade.address_id, quote_hash=before.quote_hash, lines=lines)
    with pytest.raises(PriceMoved):
        await trade.hall.run(ordering.place_order, ask, trade.li)


async def test_an_order_paid_too_late_has_what_is_left_of_the_budget_or_its_money_back(trade: Trade) -> None:
    await trade.hall.run(catalogue.edit_shop, EditShop(reopens_late=True), trade.chenguang)
    made = await promoting.market_coupon(trade, 2_000, budget=3_000)
    for _ in range(2):
        await promoting.claim(trade, made)
    late = await trade.one(red=30)
    payment_id = await trade.open_payment(late)
    await trade.let_pass(hours=24)
    await trade.close(payment_id)
    taker = await trade.one(red=40)

    await trade.settle(payment_id)
    page = await trade.page(late)
    assert (page.state, page.money.refunded_minor) == ("closed", late.amount_minor)
    assert await promoting.budget_of(trade, made) == (3_000, 2_000, 0)

    await cancel(trade, taker)
    again = await trade.one(red=20)
    payment_id = await trade.open_payment(again)
    await trade.let_pass(hours=24)
    await trade.close(payment_id)
    await trade.settle(payment_id)
    assert (await trade.page(again)).state == "wait_send"
    assert await promoting.budget_of(trade, made) == (1_000, 0, 2_000)
    assert await promoting.findings(trade) == []


async def test_an_amendment_shares_the_markets_part_anew(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30, blue=10)
    assert [line.subsidy_minor for line in (await trade.page(order)).lines] == [1_500, 500]

    await amend(trade, order, 10_000, 9_000)

    page = await trade.page(order)
    assert [line.subsidy_minor for line in page.lines] == [1_053, 947]
    assert page.amount_minor == 19_000 + page.freight_minor - 2_000
    await amend(trade, order, 1_000, 501)
    page = await trade.page(order)
    assert ([line.subsidy_minor for line in page.lines], page.amount_minor) == (
        [999, 500],
        2 + page.freight_minor,
    )
    assert await promoting.budget_of(trade, made) == (2_000, 1_499, 0)
    assert await promoting.findings(trade) == []
    await trade.pay(order)
    assert await promoting.budget_of(trade, made) == (501, 0, 1_499)
    assert await promoting.findings(trade) == []


async def test_a_part_that_became_smaller_twice_is_let_go_whole(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30)
    await amend(trade, order, 1_001)
    await amend(trade, order, 301)
    assert await promoting.budget_of(trade, made) == (2_000, 300, 0)
    assert await promoting.findings(trade) == []

    await cancel(trade, order)

    assert await promoting.budget_of(trade, made) == (2_000, 0, 0)
    assert await promoting.phases(trade) == ["usable"]
    assert await promoting.findings(trade) == []


async def test_goods_that_no_longer_reach_the_coupon_lose_it_and_the_buyer_has_it_back(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, 25_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30)
    freight_minor = order.amount_minor - 28_000

    await amend(trade, order, 24_999)

    page = await trade.page(order)
    assert (page.amount_minor, page.subsidy_minor, page.offs) == (24_999 + freight_minor, 0, [])
    assert page.amount_minor < order.amount_minor
    assert await promoting.phases(trade) == ["usable"]
    assert await promoting.budget_of(trade, made) == (2_000, 0, 0)
    await trade.pay(order)
    assert await promoting.budget_of(trade, made) == (2_000, 0, 0)
    assert await promoting.findings(trade) == []


async def test_a_buyer_who_would_pay_more_without_the_coupon_is_asked_first(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, 30_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30)

    await amend(trade, order, 29_000)

    page = await trade.page(order)
    (offered,) = page.amendments
    assert (page.amount_minor, page.subsidy_minor) == (order.amount_minor, 2_000)
    assert (offered.state, offered.subsidy_minor) == ("offered", 0)
    assert offered.amount_minor == order.amount_minor + 1_000
    assert await promoting.phases(trade) == ["spent"]
    await trade.hall.run(ordering.accept_amendment, AcceptAmendment(order_id=order.order_id), trade.li)
    page = await trade.page(order)
    assert (page.amount_minor, page.subsidy_minor) == (order.amount_minor + 1_000, 0)
    assert await promoting.phases(trade) == ["usable"]
    assert await promoting.findings(trade) == []


async def test_a_coupon_over_two_shops_is_measured_by_both_and_each_order_loses_its_own_part(
    trade: Trade,
) -> None:
    made = await promoting.market_coupon(trade, 1_000, 35_000, budget=1_000)
    await promoting.claim(trade, made)
    cups, bolts = (await trade.place(*trade.want(red=30, bolt=2_858))).orders
    if cups.seller_id != str(trade.chenguang.org_id):
        cups, bolts = bolts, cups

    await amend(trade, cups, 25_000)
    assert ((await trade.page(cups)).subsidy_minor, await promoting.phases(trade)) == (750, ["spent"])
    await amend(trade, cups, 24_000)

    assert (await trade.page(cups)).subsidy_minor == 0
    assert (await trade.page(bolts)).subsidy_minor == 250
    assert await promoting.phases(trade) == ["spent"]
    assert await promoting.budget_of(trade, made) == (1_000, 250, 0)
    await cancel(trade, bolts)
    assert await promoting.phases(trade) == ["usable"]
    assert await promoting.budget_of(trade, made) == (1_000, 0, 0)
    assert await promoting.findings(trade) == []


async def test_freight_that_is_amended_leaves_the_coupon_alone(trade: Trade) -> None:
    made = await promoting.market_coupon(trade, 2_000, 30_000, budget=2_000)
    await promoting.claim(trade, made)
    order = await trade.one(red=30)

    ask = AmendPrice(order_id=order.order_id, reason="包邮", freight_minor=0)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)

    page = await trade.page(order)
    assert (page.amount_minor, page.subsidy_minor) == (28_000, 2_000)


async def test_verify_sees_a_budget_that_was_tampered_with(trade: Trade, db: asyncpg.Connection) -> None:
    made = await promoting.market_coupon(trade, 2_000, budget=2_000)
    await promoting.claim(trade, made)
    await trade.paid(red=30)
    assert await promoting.findings(trade) == []

    await db.execute("UPDATE promotion_use SET amount_minor = amount_minor - 1")
    await db.execute("UPDATE promotion SET claimed = claimed + 1")

    assert [finding.code for finding in await promoting.findings(trade)] == [
        "promotion.budget_apart", "promotion.claims_apart",
    ]  # fmt: skip


async def test_only_who_sets_the_markets_rules_spends_its_money(trade: Trade) -> None:
    with pytest.raises(Forbidden):
        await promoting.market_coupon(trade, 2_000, budget=2_000, operator=trade.chenguang)


async def test_thirty_orders_at_once_cannot_overdraw_a_budget(
    open_dsn: str, clock: MovableClock, tmp_path: Path
) -> None:
    pool = await database.open_pool(open_dsn)
    try:
        trade = await open_trade(await make_hall(pool, clock, tmp_path), clock)
        made = await promoting.market_coupon(trade, 1_000, budget=10_500, per_buyer=100)
        coupons = [await promoting.claim(trade, made) for _ in range(30)]
        lines = trade.want(red=2)
        asks = []
        for coupon in coupons:
            quoted = await trade.hall.run(
                ordering.quote,
                QuoteAsk(address_id=trade.address_id, lines=lines, coupons=(coupon,)),
                trade.li,
            )
            asks.append(
                PlaceOrder(
                    address_id=trade.address_id, quote_hash=quoted.quote_hash, lines=lines, coupons=(coupon,)
                )
            )
        ended = await asyncio.gather(
            *(trade.hall.run(ordering.place_order, ask, trade.li) for ask in asks), return_exceptions=True
        )

        placed = [one for one in ended if not isinstance(one, BaseException)]
        assert len(placed) == 10
        assert {type(one) for one in ended if isinstance(one, BaseException)} <= {BudgetUsedUp, NoSuchCoupon}
        assert await promoting.budget_of(trade, made) == (10_500, 10_000, 0)
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("fields", "buyer_minor", "market_minor"),
    [({"l1": 30}, 29_400, 600), ({"l1": 30, "goods_minor": 14_700}, 14_700, 300)],
    ids=["all of their money", "half of it"],
)
async def test_goods_that_were_sent_give_the_market_its_share_back_too(
    trade: Trade, fields: dict[str, int], buyer_minor: int, market_minor: int
) -> None:
    """Thirty caps are of poor quality: what goes back to the buyer takes the market's part of it along."""
    order, promotion_id = await vector_order(trade, freight_minor=0)
    await trade.ship(order)
    desk = Desk(trade)
    case = await desk.apply(order, **fields)

    await desk.answer(case, agree=True)

    assert (await trade.page(order)).money.refunded_minor == buyer_minor
    assert await book(trade, 401, promotion_id) == 2_000 - market_minor
    await trade.confirm(order)
    assert await book(trade, 202, int(order.order_id)) == 0
    assert await promoting.findings(trade) == []


@pytest.mark.parametrize(
    ("fields", "buyer_minor", "market_minor"),
    [
        ({"l1": 30}, 29_400, 600),
        ({"l1": 30, "goods_minor": 14_700}, 14_700, 300),
        ({"l1": 100}, 98_000, 2_000),
    ],
    ids=["a part", "half of its money", "everything"],
)
async def test_goods_complained_of_after_release_give_the_market_its_share_back(
    trade: Trade, fields: dict[str, int], buyer_minor: int, market_minor: int
) -> None:
    """What the market's coupon paid leaves the seller with what the buyer paid, and the campaign has it again."""
    order, promotion_id = await vector_order(trade, freight_minor=0)
    await trade.ship(order)
    await trade.confirm(order)
    desk = Desk(trade)
    case = await desk.apply(order, **fields)
    assert case.asked_minor == buyer_minor

    await desk.answer(case, agree=True)

    assert await book(trade, 401, promotion_id) == 2_000 - market_minor
    assert await book(trade, 911, promotion_id) == 8_000 + market_minor
    commission = 2_000 * (buyer_minor + market_minor) // 100_000
    assert await trade.owed_to(trade.chenguang) == 98_000 - buyer_minor - market_minor + commission
    assert await promoting.findings(trade) == []


async def test_the_last_fen_of_the_buyer_takes_the_last_of_the_market_along(trade: Trade) -> None:
    """A third of the money of each part goes back on the way, the rest after release: nothing stays with the seller."""
    order, promotion_id = await vector_order(trade, freight_minor=1_500)
    await trade.ship(order)
    desk = Desk(trade)
    await desk.answer(await desk.apply(order, l1=37, goods_minor=12_345, freight_minor=111), agree=True)
    await trade.confirm(order)
    for units in (41, 59):
        await desk.answer(await desk.apply(order, l1=units), agree=True)

    assert await trade.owed_to(trade.chenguang) == 0
    assert await book(trade, 401, promotion_id) == 0
    assert await promoting.findings(trade) == []
