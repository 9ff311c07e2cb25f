"""The line: what an order speaks for, what received goods make owed, and that no rush overruns the limit."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from huozhan import credit, ledger, ordering
from huozhan.catalogue import load_categories
from huozhan.credit.using import LineClosed, OverLimit
from huozhan.doors.run import NO_ROOM
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.ledger import NotCovered
from huozhan.ordering.asks import RefundUnshipped
from huozhan.ordering.placing import TradeTypeClosed
from tests.conftest import make_hall
from tests.credit.lending import Lending, open_lending
from tests.ordering.trading import open_trade


async def used(lending: Lending) -> tuple[int, int, int]:
    line = await lending.line()
    return line.held_minor, line.owed_minor, line.left_minor


async def test_an_order_on_credit_is_the_sellers_to_ship_at_once(lending: Lending) -> None:
    order = await lending.order(1_000)

    assert (order.state, order.pay_close_at, order.amount_minor) == ("wait_send", None, 3_500)
    assert await used(lending) == (3_500, 0, 96_500)
    page = await lending.trade.page(order)
    assert (page.money.where, page.money.where_minor, page.money.to_pay_minor) == ("credit", 3_500, 0)
    assert await lending.findings() == []


async def test_received_goods_are_owed_parcel_by_parcel(lending: Lending) -> None:
    order = await lending.order(1_000)
    await lending.trade.ship(order, l1=400)
    await lending.trade.confirm(order)
    assert await used(lending) == (2_100, 1_400, 96_500)

    await lending.trade.ship(order)
    await lending.trade.confirm(order)

    assert await used(lending) == (0, 3_500, 96_500)
    money = (await lending.trade.page(order)).money
    assert (money.where, money.owed_minor, money.released_minor) == ("owed", 3_500, 0)
    assert [bill.amount_minor for bill in (await lending.page()).bills] == [2_100, 1_400]
    assert await lending.trade.owed_to(lending.hongfa) == 0
    assert await lending.findings() == []


async def test_what_is_not_shipped_gives_the_line_back(lending: Lending) -> None:
    order = await lending.order(1_000)
    await lending.trade.ship(order, l1=600)
    ask = RefundUnshipped(order_id=order.order_id, reason="不需要了")
    await lending.hall.run(ordering.refund_unshipped, ask, lending.li)
    await lending.trade.let_pass(hours=48)
    assert await used(lending) == (2_100, 0, 97_900)

    await lending.trade.confirm(order)

    assert await used(lending) == (0, 2_100, 97_900)
    assert await lending.findings() == []


async def test_an_order_that_is_given_up_whole_leaves_nothing(lending: Lending) -> None:
    order = await lending.order(1_000)
    ask = RefundUnshipped(order_id=order.order_id, reason="不需要了")
    await lending.hall.run(ordering.refund_unshipped, ask, lending.li)

    page = await lending.trade.page(order)
    assert (page.state, page.money.where) == ("terminated", "returned")
    assert await used(lending) == (0, 0, 100_000)
    assert await lending.findings() == []


async def test_a_quote_says_what_the_line_has_left_and_why_it_is_closed(lending: Lending) -> None:
    await lending.order(28_000)
    quote = await lending.trade.quote(*lending.trade.want(bolt=1_000))

    (escrow, period) = quote.shares[0].trade_types
    assert (escrow.trade_type, escrow.why) == ("escrow", "")
    assert (period.trade_type, period.why) == ("period", "over_limit")
    assert period.facts == {
        "left_minor": 2_000, "limit_minor": 100_000, "term_kind": "after_receipt", "term_day": 30,
    }  # fmt: skip


async def test_refuses_more_than_is_left_with_the_numbers(lending: Lending) -> None:
    await lending.order(28_000)

    with pytest.raises(TradeTypeClosed) as refused:
        await lending.order(1_000)

    assert refused.value.facts["why"] == "over_limit"
    assert refused.value.facts["left_minor"] == 2_000
    assert await used(lending) == (98_000, 0, 2_000)


@pytest.mark.parametrize(
    ("closing", "why"), [(credit.suspend_credit, "suspended"), (credit.end_credit, "ended")]
)
async def test_a_stopped_line_takes_no_order(lending: Lending, closing: Any, why: str) -> None:
    await lending.stop(closing)

    with pytest.raises(TradeTypeClosed) as refused:
        await lending.order(100)

    assert refused.value.facts["why"] == why


async def test_an_expired_line_takes_no_order(lending: Lending) -> None:
    await lending.trade.let_pass(days=366)

    with pytest.raises(TradeTypeClosed) as refused:
        await lending.order(100)

    assert refused.value.facts["why"] == "expired"


async def test_somebody_elses_line_is_not_mine(lending: Lending) -> None:
    quote = await lending.trade.quote(*lending.trade.want(red=10))

    assert [one.trade_type for one in quote.shares[0].trade_types] == ["escrow"]


async def take(lending: Lending, number: int, amount_minor: int) -> bool:
    """One attempt to speak for an amount; tells whether it was taken."""
    try:
        async with lending.hall.working(system()) as work:
            await credit.take(
                work, seller_id=lending.hongfa.org_id, buyer_id=lending.li.org_id, order_id=number,
                order_number=str(number), amount_minor=amount_minor,
            )  # fmt: skip
    except (OverLimit, NotCovered):
        return False
    return True


async def take_in_the_rush(lending: Lending, number: int) -> bool:
    """The same, done over for as long as it does not fit among the others."""
    while True:
        try:
            return await take(lending, number, 700)
        except NO_ROOM:
            await asyncio.sleep(random.uniform(0.01, 0.1))


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Lending]:
    """A line whose orders come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_lending(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def test_a_thousand_orders_at_once_never_overrun_the_limit(busy: Lending) -> None:
    taken = await asyncio.gather(*[take_in_the_rush(busy, number) for number in range(1, 1_001)])

    assert sum(taken) == 142
    assert await used(busy) == (99_400, 0, 600)


async def test_the_ledger_alone_refuses_an_overrun_in_a_rush(
    busy: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question in the code taken away, the CHECK of the balance still holds."""

    async def plenty(*_: Any) -> ledger.Balance:
        return ledger.Balance(posted_minor=10**12)

    monkeypatch.setattr(ledger, "balance", plenty)
    taken = await asyncio.gather(*[take_in_the_rush(busy, number) for number in range(1, 201)])

    assert sum(taken) == 142
    assert await used(busy) == (99_400, 0, 600)


async def test_an_order_is_not_taken_by_a_line_that_was_stopped_meanwhile(lending: Lending) -> None:
    await lending.stop(credit.suspend_credit)

    with pytest.raises(LineClosed) as refused:
        await take(lending, 1, 100)

    assert refused.value.facts == {"why": "suspended"}
