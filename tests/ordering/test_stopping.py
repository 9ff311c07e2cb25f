"""A staged order that ends before its goods leave: on whose account, and where every fen of it goes."""

from datetime import timedelta

import asyncpg
import pytest

from huozhan import ledger, ordering
from huozhan.kernel.moves import NoSuchMove
from huozhan.ordering.amending import NotInStages
from huozhan.ordering.asks import AmendPrice, CancelOrder, PaymentRef
from huozhan.ordering.order import Held
from huozhan.ordering.paying import PaidTooLate
from huozhan.ordering.stopping import AnotherDeposit, PaidDirect
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import Trade


@pytest.fixture
def staged(trade: Trade) -> StagedTrade:
    """The little trade in stages."""
    return StagedTrade(trade)


async def wallet(trade: Trade) -> int:
    """What 小李 has in the wallet."""
    async with trade.hall.pool.acquire() as db:
        work = trade.hall.work(db, trade.system)
        return (await ledger.balance(work, ledger.wallet(trade.li.org_id))).posted_minor


async def test_a_buyer_who_stops_leaves_a_fifth_of_the_contract(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await trade.pay(order)

    ending = (await staged.page(order)).ending
    assert ending is not None
    assert (ending.kept_minor, ending.back_minor) == (18_600, 8_400)
    with pytest.raises(AnotherDeposit):
        await staged.stop(order, kept_minor=18_599)
    await staged.stop(order, kept_minor=18_600)

    page = await staged.page(order)
    assert (page.state, [stage.state for stage in page.stages]) == (
        "terminated",
        ["settlebill", "inactiveandcancel"],
    )
    assert await staged.money(order) == (0, 18_600, 8_400)
    assert await trade.owed_to(trade.chenguang) == 18_600, "nothing was sold: no commission"
    assert await trade.free("red") == 1_000
    assert await trade.findings() == []


async def test_a_small_deposit_is_kept_whole(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("1-9", gate=2)
    await trade.pay(order)
    await staged.declare(order)

    await staged.stop(order)

    assert await staged.money(order) == (0, 9_000, 0)
    assert await staged.queued() == []


async def test_a_deposit_that_was_paid_out_is_given_back_above_the_cap(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)

    await staged.stop(order)

    page = await staged.page(order)
    assert [(stage.state, stage.released_minor, stage.refunded_minor) for stage in page.stages] == [
        ("settlebill", 18_600, 8_400),
        ("inactiveandcancel", 0, 0),
    ]
    # 540 of commission were charged on 270.00; the share of what went back is returned with it.
    assert await trade.owed_to(trade.chenguang) == 27_000 - 540 - 8_400 + 168
    assert await trade.findings() == []


async def test_a_buyer_cannot_take_back_alone_what_was_paid_direct(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)
    await trade.pay(order)

    assert "stop" not in (await staged.page(order)).can
    with pytest.raises(PaidDirect):
        await staged.stop(order)


async def test_goods_that_left_are_not_stopped(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("9-1", "goods_received")
    await trade.pay(order)
    await trade.ship(order)

    for deed in (staged.stop, staged.give_up):
        with pytest.raises(NoSuchMove):
            await deed(order)


async def test_a_seller_who_gives_up_returns_the_escrow(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await trade.pay(order)

    await staged.give_up(order)

    assert await staged.money(order) == (0, 0, 27_000)
    assert await staged.states(order) == ["cancel", "inactiveandcancel"]
    assert (await wallet(trade), len(await staged.queued())) == (0, 1)
    assert await trade.findings() == []


async def test_a_seller_who_gives_up_gives_back_what_was_paid_out_and_the_earnest_money_once_more(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("3-7", is_earnest=True)
    await staged.to_second(order)
    await staged.push(order)
    await trade.pay(order)
    assert await trade.owed_to(trade.chenguang) == 93_000 - 1_800

    await staged.give_up(order)

    page = await staged.page(order)
    assert await staged.money(order) == (0, 0, 93_000)
    assert [stage.state for stage in page.stages] == ["cancel", "cancel"]
    assert [(claim.cause, claim.amount_minor) for claim in page.claims] == [("earnest", 18_600)]
    assert await wallet(trade) == 18_600
    assert await trade.owed_to(trade.chenguang) == 0
    async with trade.hall.pool.acquire() as db:
        debt = await ledger.balance(
            trade.hall.work(db, trade.system), ledger.seller_debt(trade.chenguang.org_id)
        )
    assert debt.posted_minor == 18_600, "what its money did not cover the seller owes"
    assert await trade.findings() == []


async def test_a_seller_who_does_not_act_in_time_lets_the_buyer_go_free(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("3-7")
    await trade.pay(order)
    await trade.let_pass(days=15)
    page = await staged.page(order)
    assert (page.is_late, [claim.cause for claim in page.claims]) == (True, ["late"])
    assert page.ending is not None
    assert (page.ending.kept_minor, page.ending.back_minor) == (0, 27_000)

    await staged.stop(order, kept_minor=0)

    assert await staged.money(order) == (0, 0, 27_000)
    assert await wallet(trade) == 1_350, "a twentieth of the goods that were paid"
    assert await trade.findings() == []


async def test_a_seller_who_does_nothing_for_long_loses_the_order(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await trade.pay(order)

    await trade.let_pass(days=15)
    await trade.let_pass(days=15)

    page = await staged.page(order)
    assert (page.state, page.timeline[-1].event) == ("terminated", "leave_due")
    assert await staged.money(order) == (0, 0, 27_000)
    assert await trade.findings() == []


async def test_a_late_seller_who_acts_goes_on(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await trade.pay(order)
    await trade.let_pass(days=16)

    await staged.declare(order)
    await trade.let_pass(days=20)

    page = await staged.page(order)
    assert (page.is_late, [stage.state for stage in page.stages]) == (False, ["success", "waitsellerpush"])


async def test_a_stage_that_is_not_paid_in_time_ends_the_order(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)

    await trade.let_pass(days=6)
    await staged.push(order)
    await trade.let_pass(days=6)
    assert (await staged.page(order)).state == "wait_send", "pushed again, the time began anew"
    await trade.let_pass(days=1)

    page = await staged.page(order)
    assert (page.state, page.timeline[-1].event) == ("terminated", "stop_due")
    assert await staged.money(order) == (0, 18_600, 8_400)
    assert await trade.findings() == []


async def test_a_payer_who_is_faster_than_the_closing_has_paid(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)
    payment_id = await trade.open_payment(order)

    await trade.let_pass(days=7)
    page = await staged.page(order)
    assert (page.state, page.closing, page.who_acts) == ("wait_send", True, "market")
    with pytest.raises(Held):
        await staged.push(order)
    await trade.settle(payment_id)

    page = await staged.page(order)
    assert (page.closing, [stage.state for stage in page.stages]) == (False, ["success", "waitsellersend"])
    assert await trade.findings() == []


async def test_an_open_payment_is_closed_before_the_order_ends(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)
    payment_id = await trade.open_payment(order)

    await staged.stop(order)
    assert (await staged.page(order)).closing
    await trade.close(payment_id)

    page = await staged.page(order)
    assert (page.state, page.timeline[-1].event, page.timeline[-1].reason) == ("terminated", "stop", "不做了")
    await trade.settle(payment_id, channel_txn="too-late")
    assert await staged.money(order) == (0, 18_600, 8_400)
    assert await trade.findings() == []


async def test_money_that_comes_twice_lets_an_order_end_that_waited_for_it(
    trade: Trade, staged: StagedTrade, db: asyncpg.Connection
) -> None:
    order = await staged.one("3-7")
    other = await trade.one(bolt=100)
    alone, together = await trade.open_payment(order), await trade.open_payment(order, other)
    await trade.settle(alone)
    await staged.give_up(order)
    assert (await staged.page(order)).closing

    await trade.settle(together)
    (job,) = await db.fetch(
        "DELETE FROM job WHERE kind = 'ordering.payment_closed' RETURNING payload->>'payment_id' AS of"
    )
    await trade.hall.run(ordering.payment_closed, PaymentRef(payment_id=job["of"]), trade.system)

    page = await staged.page(order)
    assert (page.state, page.closing, page.timeline[-1].event) == ("terminated", False, "give_up")
    assert (await trade.page(other)).state == "wait_send"
    assert await trade.findings() == []


async def test_an_unpaid_order_in_stages_closes_and_drops_them(trade: Trade, staged: StagedTrade) -> None:
    by_hand, by_clock = await staged.one("3-6-1"), await staged.one("3-6-1")
    ask = CancelOrder(order_id=by_hand.order_id, reason="拍错了")
    await trade.hall.run(ordering.cancel_order, ask, trade.li)
    await trade.let_pass(days=1)

    for order in (by_hand, by_clock):
        page = await staged.page(order)
        assert (page.state, {stage.state for stage in page.stages}) == (
            "closed",
            {"cancel", "inactiveandcancel"},
        )
    with pytest.raises((PaidTooLate, NoSuchMove)):
        await trade.open_payment(by_clock)
    assert await trade.findings() == []


async def test_money_for_a_closed_order_in_stages_goes_back(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-7")
    payment_id = await trade.open_payment(order)
    await trade.let_pass(days=1)
    await trade.close(payment_id)
    assert (await staged.page(order)).state == "closed"

    await trade.settle(payment_id)

    assert (await staged.page(order)).state == "closed"
    assert await trade.findings() == []


async def amend(trade: Trade, order_id: str, goods: int, freight: int | None = None) -> None:
    ask = AmendPrice(order_id=order_id, reason="老客户优惠", goods_minor=goods, freight_minor=freight)
    await trade.hall.run(ordering.amend_price, ask, trade.chenguang)


async def test_an_amendment_before_payment_splits_all_stages_anew(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-6-1")

    await amend(trade, order.order_id, 80_000, 2_000)

    page = await staged.page(order)
    assert [stage.amount_minor for stage in page.stages] == [24_000, 50_000, 8_000]
    assert page.until == trade.clock.now() + timedelta(days=5)
    assert await trade.findings() == []


async def test_time_to_pay_a_stage_that_ran_out_while_its_payment_was_closed_begins_anew(
    trade: Trade, staged: StagedTrade
) -> None:
    order = await staged.one("3-7")
    await staged.to_second(order)
    await staged.push(order)
    payment_id = await trade.open_payment(order)
    await trade.let_pass(days=6, hours=23)
    await amend(trade, order.order_id, 80_000)
    await trade.let_pass(hours=2)
    assert (await staged.page(order)).state == "wait_send", "the channel has not answered yet"

    await trade.close(payment_id)

    page = await staged.page(order)
    assert [(s.state, s.amount_minor) for s in page.stages][1:] == [("waitbuyerpay", 56_000)]
    assert page.stages[1].pay_due_at == trade.clock.now() + timedelta(days=7)
    await trade.let_pass(days=7)
    assert (await staged.page(order)).state == "terminated", "nobody paid it"
    assert await trade.findings() == []


async def test_a_later_amendment_goes_over_the_unpaid_stages(trade: Trade, staged: StagedTrade) -> None:
    order = await staged.one("3-6-1")
    await trade.pay(order)

    await amend(trade, order.order_id, 80_000)
    page = await staged.page(order)
    # 530.00 are left for 6 and 1 parts of seven, and the freight.
    assert [stage.amount_minor for stage in page.stages] == [27_000, 45_429 + 3_000, 7_571]
    with pytest.raises(NotInStages):
        await amend(trade, order.order_id, 26_999)

    await staged.declare(order)
    await staged.confirm(order)
    await staged.push(order)
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)
    await trade.pay(order)
    assert await staged.money(order) == (0, 83_000, 0)
    assert await trade.owed_to(trade.chenguang) == 83_000 - 1_600
    assert await trade.findings() == []
