"""Freight insurance: who pays the premium, when it is the insurer's, and what the insurer pays for goods that are sent back."""

import msgspec
import pytest

from huozhan import catalogue, insurance, ledger, ordering
from huozhan.aftersales.asks import WantedAsk
from huozhan.insurance.asks import SwitchInsurance
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import Invalid, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import AmendPrice, PlaceOrder
from tests.finance.fast import Fast
from tests.finance.funder import PlainFunder
from tests.insurance.insured import Insured

GOODS, FREIGHT = 90_000, 600 + 24 * 100
ALL = GOODS + FREIGHT
BRINGS = ALL - 1_800
PREMIUM = 540
"""0.6 % of 900.00."""


async def test_a_supplier_gives_it_and_the_freight_of_a_return_is_in_the_buyers_wallet(
    insured: Insured,
) -> None:
    order = await insured.received(red=100)
    assert order.amount_minor == ALL
    assert (await insured.policy(order)).state == "bound"
    assert await insured.available() == BRINGS - PREMIUM
    await insured.agrees()

    case = await insured.sent_back(order, l1=10)

    claim = await insured.claim(order)
    assert (claim.state, claim.most_minor, claim.pays_by) == ("filed", 2_500, None)
    assert await insured.wallet() == 0
    await insured.desk.receive(case)
    await insured.errands()
    claim = await insured.claim(order)
    assert (claim.state, claim.paid_minor) == ("paid", 1_200)
    assert await insured.wallet() == 1_200
    assert await insured.clearing() == 1_200 - PREMIUM
    await insured.agrees()


async def test_the_buyer_buys_it_and_no_refund_of_goods_counts_the_premium(insured: Insured) -> None:
    await insured.switch(is_on=False)
    order = await insured.place(buys=True, red=100)
    assert order.amount_minor == ALL + PREMIUM
    page = await insured.trade.page(order)
    assert (page.goods_minor, page.premium_minor, page.amount_minor) == (GOODS, PREMIUM, ALL + PREMIUM)

    await insured.trade.pay(order)

    assert (await insured.pool(), await insured.clearing()) == (PREMIUM, 0)
    assert await insured.balance(ledger.escrow(int(order.order_id))) == ALL
    await insured.errands()
    assert (await insured.pool(), await insured.clearing()) == (0, -PREMIUM)
    await insured.trade.ship(order)
    await insured.trade.confirm(order)
    assert await insured.available() == BRINGS
    case = await insured.sent_back(order, l1=100)
    assert case.asked_minor == ALL, "quality: goods and freight, and no premium"
    await insured.desk.receive(case)
    await insured.errands()
    assert await insured.wallet() == 1_200
    await insured.agrees()


async def test_an_order_cancelled_whole_before_shipping_gives_the_premium_back(insured: Insured) -> None:
    await insured.switch(is_on=False)
    order = await insured.paid(buys=True, red=10)
    await insured.errands()
    assert await insured.clearing() == -60

    await insured.refund(order)

    policy = await insured.policy(order)
    assert (policy.state, policy.premium_back_minor) == ("ended", 60)
    assert (await insured.trade.page(order)).state == "terminated"
    assert sorted(await insured.refunds(order)) == [60, 10_000 + 800]
    assert await insured.balance(ledger.escrow(int(order.order_id))) == 0
    assert await insured.clearing() == 0
    await insured.agrees()


async def test_a_part_cancelled_before_shipping_leaves_the_insurance_as_it_is(insured: Insured) -> None:
    await insured.switch(is_on=False)
    order = await insured.paid(buys=True, red=10)
    await insured.errands()
    await insured.refund(order, l1=4)

    assert (await insured.policy(order)).state == "bound"
    assert len(await insured.refunds(order)) == 1
    await insured.agrees()


async def test_an_order_that_its_supplier_insures_and_that_is_cancelled_costs_nobody_anything(
    insured: Insured,
) -> None:
    order = await insured.paid(red=10)
    await insured.errands()
    await insured.refund(order)

    assert (await insured.policy(order)).state == "ended"
    assert (await insured.clearing(), await insured.available(), await insured.debt()) == (0, 0, 0)
    await insured.agrees()
    assert {kind for kind, _ in insured.insurer.calls} == {"policies", "cancels"}


async def test_a_supplier_whose_goods_all_came_back_pays_the_premium_out_of_what_it_has(
    insured: Insured,
) -> None:
    order = await insured.paid(red=10)
    await insured.errands()
    await insured.trade.ship(order)
    case = await insured.sent_back(order, l1=10)
    await insured.desk.receive(case)
    await insured.errands()

    assert (await insured.trade.page(order)).state == "terminated"
    assert await insured.debt() == 60
    assert await insured.wallet() == 1_200
    await insured.agrees()
    other = await insured.received(red=10)
    assert (await insured.policy(other)).premium_is_paid
    assert await insured.debt() == 0, "what it earns next pays what it owes"
    await insured.agrees()


async def test_the_insured_sum_is_shared_by_the_cases_of_an_order_and_never_passed(insured: Insured) -> None:
    order = await insured.received(red=100)
    insured.insurer.freight_minor = 2_000
    for most, paid in ((2_500, 2_000), (500, 500)):
        case = await insured.sent_back(order, l1=10)
        assert (await insured.policy(order)).claims[-1].most_minor == most
        await insured.desk.receive(case)
        await insured.errands()
        assert (await insured.policy(order)).claims[-1].paid_minor == paid
    case = await insured.sent_back(order, l1=10)
    await insured.desk.receive(case)
    await insured.errands()

    policy = await insured.policy(order)
    assert (len(policy.claims), policy.paid_minor, policy.left_minor) == (2, 2_500, 0)
    assert await insured.wallet() == 2_500
    await insured.agrees()


async def test_goods_that_the_seller_does_not_take_back_bring_no_freight(insured: Insured) -> None:
    order = await insured.received(red=100)
    case = await insured.sent_back(order, l1=10)
    await insured.desk.receive(case, accept=False, reason="空包裹", pictures=())
    await insured.errands()
    assert (await insured.claim(order)).state == "filed", "the quarrel is not over"
    await insured.desk.cancel(case)
    await insured.errands()

    assert ((await insured.claim(order)).state, await insured.wallet()) == ("dropped", 0)
    assert (await insured.policy(order)).left_minor == 2_500
    await insured.agrees()


async def test_a_seller_who_ignores_a_return_has_received_it_and_the_freight_is_paid(
    insured: Insured,
) -> None:
    order = await insured.received(red=100)
    await insured.sent_back(order, l1=10)
    await insured.trade.let_pass(days=10)
    await insured.errands()

    assert ((await insured.claim(order)).state, await insured.wallet()) == ("paid", 1_200)
    await insured.agrees()


@pytest.mark.parametrize("blue", [10, 12])
async def test_an_exchange_is_insured_as_a_return_is(insured: Insured, blue: int) -> None:
    """Also one for more cups of another colour, whose difference has to be paid: their seller has the first ones."""
    order = await insured.received(red=100)
    wish = WantedAsk(line_no=1, sku_id=str(insured.trade.skus["blue"]), quantity=blue)
    case = await insured.sent_back(
        order, l1=10, kind="exchange", wanted=(wish,), difference_minor=900 * (blue - 10)
    )
    await insured.desk.receive(case)
    await insured.errands()

    assert (await insured.claim(order)).state == "paid"
    await insured.agrees()


async def test_orders_that_cannot_be_insured_say_why_and_their_buyers_pay_nothing(insured: Insured) -> None:
    large = await insured.trade.quote(*insured.trade.want(red=600))
    (share,) = large.shares
    assert (share.insurance.why, share.insurance.payer, share.services) == ("too_large", "", [])
    insure = (str(insured.trade.chenguang.org_id),)
    bought = await insured.trade.quote(*insured.trade.want(red=600), insure=insure)
    assert (bought.premium_minor, bought.quote_hash) == (0, large.quote_hash)
    given = await insured.trade.quote(*insured.trade.want(red=10), insure=insure)
    (share,) = given.shares
    assert (share.insurance.payer, given.premium_minor) == ("seller", 0)
    assert [one.code for one in share.services] == ["freight_insurance"]


@pytest.mark.parametrize(
    ("goods_minor", "premium_minor"), [(1, 30), (5_000, 30), (5_084, 31), (100_000, 600), (500_000, 1_000)]
)
async def test_a_premium_is_a_rate_within_its_least_and_its_most(
    insured: Insured, goods_minor: int, premium_minor: int
) -> None:
    async with insured.hall.working(system()) as work:
        cover = insurance.cover_of(
            work, goods_minor=goods_minor, is_escrowed=True, is_given=False, is_chosen=True
        )
    assert (cover.premium_minor, cover.buyer_minor) == (premium_minor, premium_minor)


async def test_a_price_that_is_amended_leaves_the_premium_as_it_was_agreed(insured: Insured) -> None:
    await insured.switch(is_on=False)
    order = await insured.place(buys=True, red=100)
    ask = AmendPrice(order_id=order.order_id, goods_minor=50_000, reason="老客户")
    shown = await insured.hall.run(ordering.amend_price, ask, insured.trade.chenguang)
    assert shown.amount_minor == 50_000 + FREIGHT + PREMIUM

    await insured.trade.pay(order)

    await insured.agrees()
    assert (await insured.policy(order)).premium_minor == PREMIUM


async def test_insurance_of_what_is_not_bought_is_refused(insured: Insured) -> None:
    lines = insured.trade.want(red=10)
    quoted = await insured.trade.quote(*lines)
    ask = PlaceOrder(
        address_id=insured.trade.address_id, quote_hash=quoted.quote_hash, lines=lines,
        insure=(str(insured.trade.hongfa.org_id),),
    )  # fmt: skip
    with pytest.raises(Invalid):
        await insured.hall.run(ordering.place_order, ask, insured.trade.li)


async def test_the_premium_that_was_shown_is_the_one_that_is_agreed_to(insured: Insured) -> None:
    with pytest.raises(insurance.PremiumMoved):
        await insured.hall.run(
            insurance.switch_insurance, SwitchInsurance(is_on=True, premium_bp=1), insured.trade.chenguang
        )


async def test_nobody_else_sees_a_policy(insured: Insured) -> None:
    order = await insured.paid(red=10)
    assert (await insured.policy(order, insured.trade.chenguang)).order_id == order.order_id
    with pytest.raises(NotFound):
        await insured.policy(order, insured.trade.hongfa)


async def test_a_funder_that_advanced_the_goods_is_repaid_before_the_premium_is_taken(
    insured: Insured,
) -> None:
    funder = PlainFunder()
    insured.hall.outside = msgspec.structs.replace(insured.hall.outside, funder=funder)
    fast = Fast(insured.trade, funder)
    await fast.get_limit(insured.trade.chenguang)
    await fast.switch(insured.trade.chenguang)
    order = await insured.paid(red=100)
    await insured.errands()
    await insured.trade.ship(order)
    await fast.scan(order)
    await fast.errands()
    await insured.trade.confirm(order)
    await fast.errands()

    assert (await fast.one(order)).state == "repaid"
    assert (await insured.policy(order)).premium_is_paid
    assert await insured.available() == BRINGS - 365 - PREMIUM, "the premium comes out of the advance"
    await insured.agrees()


async def test_freight_insurance_can_be_switched_with_the_shops_other_promises(insured: Insured) -> None:
    ask = catalogue.EditShop(services=(catalogue.Service.no_reason, catalogue.Service.freight_insurance))
    await insured.hall.run(catalogue.edit_shop, ask, insured.trade.chenguang)
    await insured.switch(is_on=False)
    assert not (await insured.shop()).is_on
    shop = await insured.hall.run(catalogue.my_shop, Nothing(), insured.trade.chenguang)
    assert shop.services == (catalogue.Service.no_reason,)


async def test_goods_that_bring_less_than_the_premium_leave_the_rest_of_it_owed(insured: Insured) -> None:
    hongfa = insured.trade.hongfa
    await insured.switch(hongfa)
    order = await insured.paid(bolt=5)
    assert order.amount_minor == 18
    await insured.errands()
    await insured.trade.ship(order)
    await insured.trade.confirm(order)

    assert (await insured.policy(order)).premium_is_paid
    assert await insured.balance(ledger.payable_available(hongfa.org_id)) == 0
    assert await insured.balance(ledger.seller_debt(hongfa.org_id)) == 30 - 18
    await insured.agrees()
