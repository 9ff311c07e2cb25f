"""A dearer size in an exchange: the difference is paid before it is sent, kept by the market, and the seller's once it arrived."""

import pytest

from huozhan import ledger
from huozhan.aftersales.swapping import DifferenceDue
from huozhan.kernel.actor import system
from huozhan.kernel.moves import NoSuchMove
from huozhan.payments.spending import WalletShort
from tests.aftersales.complaining import Desk
from tests.aftersales.shirts import fill_wallet, open_shirts, sent, sent_back, swap, swapped
from tests.ordering.trading import Trade

MORE = 1_200
"""Three extra large ones at 24.00 instead of medium ones at 20.00."""


@pytest.fixture
async def desk(trade: Trade) -> Desk:
    await open_shirts(trade)
    return Desk(trade)


async def escrow(trade: Trade, case) -> int:
    async with trade.hall.pool.acquire() as db:
        account = ledger.escrow(int(case.case_id))
        return (await ledger.balance(trade.hall.work(db, system()), account)).posted_minor


async def to_pay(trade: Trade, desk: Desk):
    """Three medium shirts are back with the seller, who accepted them; the extra large ones cost 12.00 more."""
    await fill_wallet(trade, 2_000)
    order = await sent(trade, M=10)
    case = await swap(desk, order, "XL", 3, difference=MORE)
    assert (await sent_back(desk, case, restock=True)).state == "wait_buyer_pay"
    return order, case


async def test_the_difference_is_the_sellers_when_the_dearer_shirts_have_arrived(
    trade: Trade, desk: Desk
) -> None:
    order, case = await to_pay(trade, desk)
    with pytest.raises(NoSuchMove):
        await desk.send_again(case)
    assert "send_replacement" not in (await desk.page(case, trade.chenguang)).can
    assert await trade.free("XL") == 97, "held since the seller's yes"

    paid = await desk.pay_difference(case)
    assert paid.amount_minor == MORE
    assert (await desk.wallet(), await escrow(trade, case)) == (800, MORE)
    assert (await desk.page(case)).topup_minor == MORE
    before = await trade.owed_to(trade.chenguang)
    await desk.send_again(case)
    assert await desk.findings() == []
    assert (await desk.got_again(case)).state == "replaced"

    assert await escrow(trade, case) == 0
    assert await trade.owed_to(trade.chenguang) == before + MORE - 24, "2 % are commission"
    assert (await trade.free("XL"), await trade.free("M")) == (97, 93)
    await trade.confirm(order)
    done = await trade.page(order)
    assert (done.state, done.money.released_minor) == ("success", order.amount_minor)
    assert await desk.findings() == []


async def test_what_counts_as_arrived_is_paid_too(trade: Trade, desk: Desk) -> None:
    _, case = await to_pay(trade, desk)
    await desk.pay_difference(case)
    await desk.send_again(case)
    await trade.let_pass(days=10)
    assert (await desk.page(case)).state == "replaced"
    assert await escrow(trade, case) == 0
    assert await desk.findings() == []


@pytest.mark.parametrize("how", ["clock", "buyer", "seller"])
async def test_who_does_not_pay_has_the_money_for_what_went_back(trade: Trade, desk: Desk, how: str) -> None:
    _, case = await to_pay(trade, desk)
    await desk.pay_difference(case, "channel")
    if how == "clock":
        await trade.let_pass(days=3)
    elif how == "buyer":
        await desk.decline_difference(case)
    else:
        await desk.refund_instead(case)
    page = await desk.page(case)
    assert (page.state, page.refunded_minor) == ("refunding", 6_000)
    assert page.timeline[-1].event == ("refund_instead" if how == "seller" else "unpaid")
    assert (await trade.free("XL"), await trade.free("M")) == (100, 93)
    assert await desk.findings() == []


@pytest.mark.parametrize("end", ["instead", "full_ruling", "none_ruling", "cancelled"])
async def test_what_was_paid_goes_back_where_nothing_was_sent(trade: Trade, desk: Desk, end: str) -> None:
    _, case = await to_pay(trade, desk)
    await desk.pay_difference(case)
    if end == "instead":
        await desk.refund_instead(case)
    else:
        await trade.let_pass(days=5)
        assert (await desk.page(case)).state == "platform"
        if end == "cancelled":
            await desk.cancel(case)
        else:
            await trade.let_pass(days=3)
            await desk.rule(case, end.removesuffix("_ruling"))
            assert await escrow(trade, case) == MORE, "it may be appealed"
            await trade.let_pass(days=3)
    assert (await desk.wallet(), await escrow(trade, case)) == (2_000, 0)
    page = await desk.page(case)
    assert page.refunded_minor == (6_000 if end in ("instead", "full_ruling") else 0)
    assert await trade.free("XL") == 100
    assert await desk.findings() == []


@pytest.mark.parametrize(
    ("outcome", "returns", "sellers"),
    [("none", False, True), ("part", False, True), ("full", False, False), ("part", True, False)],
)
async def test_a_ruling_after_it_was_sent_leaves_it_with_whom_the_goods_are(
    trade: Trade, desk: Desk, outcome: str, *, returns: bool, sellers: bool
) -> None:
    _, case = await to_pay(trade, desk)
    await desk.pay_difference(case)
    await desk.send_again(case)
    await desk.escalate(case, "换来的有问题")
    await trade.let_pass(days=3)
    before = await trade.owed_to(trade.chenguang)
    await desk.rule(case, outcome, goods_minor=1_000 if outcome == "part" else 0, needs_return=returns)
    await desk.appeal(case, trade.chenguang)
    await trade.let_pass(days=3)
    await desk.rule(case, outcome, goods_minor=1_000 if outcome == "part" else 0, needs_return=returns)
    await trade.let_pass(days=1)

    assert await escrow(trade, case) == 0
    assert await desk.wallet() == (800 if sellers else 2_000)
    if outcome == "none":
        assert await trade.owed_to(trade.chenguang) == before + MORE - 24
    if returns:
        await desk.send_back(case)
        assert (await desk.receive(case)).refunded_minor == 1_000
    assert await desk.findings() == []


async def test_who_withdraws_before_the_market_keeps_what_was_sent(trade: Trade, desk: Desk) -> None:
    _, case = await to_pay(trade, desk)
    await desk.pay_difference(case)
    await desk.send_again(case)
    await desk.escalate(case, "还没收到")
    assert (await desk.cancel(case)).state == "closed"
    assert (await desk.wallet(), await escrow(trade, case)) == (800, 0)

    cheaper = await swap(desk, await sent(trade, M=10), "S", 3, difference=-600)
    await sent_back(desk, cheaper)
    await desk.send_again(cheaper)
    await desk.escalate(cheaper, "还没收到")
    assert (await desk.cancel(cheaper)).refunded_minor == 600
    assert await desk.findings() == []


async def test_a_wallet_pays_all_of_it_or_nothing_and_only_what_was_agreed(trade: Trade, desk: Desk) -> None:
    order = await sent(trade, M=10)
    for said in (0, 1_100, -1_200):
        with pytest.raises(DifferenceDue) as refused:
            await swap(desk, order, "XL", 3, difference=said)
        assert refused.value.facts["difference_minor"] == MORE
    case = await swap(desk, order, "XL", 3, difference=MORE)
    with pytest.raises(NoSuchMove):
        await desk.pay_difference(case)
    await sent_back(desk, case)
    with pytest.raises(WalletShort):
        await desk.pay_difference(case)
    assert (await desk.page(case)).state == "wait_buyer_pay"
    assert await desk.findings() == []


async def test_of_confirmed_goods_too_and_the_seller_keeps_it_beside_them(trade: Trade, desk: Desk) -> None:
    await fill_wallet(trade, 2_000)
    order = await sent(trade, M=10)
    await trade.confirm(order)
    before = await trade.owed_to(trade.chenguang)
    case = await swapped(desk, await swap(desk, order, "XL", 3, difference=MORE))
    assert case.state == "replaced"
    assert await trade.owed_to(trade.chenguang) == before + MORE - 24
    later = await desk.apply(order, l1=10, freight_minor=0)
    assert later.asked_minor == 20_000
    assert await desk.findings() == []
