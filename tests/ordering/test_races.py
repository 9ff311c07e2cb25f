"""What happens at once: paying against cancelling, and many buyers against few pieces; on real connections."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from huozhan import aftersales, ordering
from huozhan.aftersales.asks import GiveGoodwill
from huozhan.catalogue import OutOfStock, load_categories
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.ordering.asks import CancelOrder, PlaceOrder
from huozhan.ordering.placing import NotOrderable
from huozhan.ordering.store import orders
from tests.conftest import make_hall
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Trade]:
    """A trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield await open_trade(await make_hall(pool, clock, tmp_path), clock)
    finally:
        await pool.close()


async def test_paying_and_cancelling_at_once_leave_one_truth(busy: Trade) -> None:
    for round_no in range(6):
        order = await busy.one(red=10)
        payment_id = await busy.open_payment(order)
        cancel = busy.hall.run(
            ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), busy.li
        )
        both = (cancel, busy.settle(payment_id)) if round_no % 2 else (busy.settle(payment_id), cancel)

        await asyncio.gather(*both, return_exceptions=True)

        page = await busy.page(order)
        assert (page.state, page.closing) == ("wait_send", False)
        assert page.money.escrow_minor == order.amount_minor
    assert await busy.findings() == []


async def test_cancelling_and_opening_a_payment_at_once_never_leave_a_closed_order_payable(
    busy: Trade,
) -> None:
    for _ in range(6):
        order = await busy.one(red=10)
        cancel = busy.hall.run(
            ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), busy.li
        )

        _, opened = await asyncio.gather(cancel, busy.open_payment(order), return_exceptions=True)

        page = await busy.page(order)
        if isinstance(opened, Refusal):
            assert page.state == "closed"
        else:
            assert page.closing
            await busy.close(str(opened))
            assert (await busy.page(order)).state == "closed"
    assert await busy.findings() == []


async def test_many_buyers_of_few_pieces_get_exactly_those(busy: Trade) -> None:
    await busy.one(blue=480)
    lines = busy.want(blue=3)
    quoted = await busy.quote(*lines)
    ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)

    tries = [busy.hall.run(ordering.place_order, ask, busy.li) for _ in range(24)]
    answers = await asyncio.gather(*tries, return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, OutOfStock | NotOrderable)]
    assert (len(answers) - len(refused), await busy.free("blue")) == (6, 2)
    assert await busy.findings() == []


async def test_the_same_key_at_once_places_once(busy: Trade) -> None:
    lines = busy.want(red=7)
    quoted = await busy.quote(*lines)
    ask = PlaceOrder(address_id=busy.address_id, quote_hash=quoted.quote_hash, lines=lines)

    answers = await asyncio.gather(
        *(busy.hall.run(ordering.place_order, ask, busy.li, key="k") for _ in range(5))
    )

    assert all(answer == answers[0] for answer in answers)
    assert await busy.free("red") == 993


async def test_confirming_and_the_clock_at_once_pay_once(busy: Trade) -> None:
    order = await busy.paid(red=10)
    await busy.ship(order)
    busy.clock.pass_(days=30)

    await asyncio.gather(busy.confirm(order), busy.let_pass(seconds=1), return_exceptions=True)

    assert (await busy.page(order)).state == "success"
    assert await busy.owed_to(busy.chenguang) == order.amount_minor - 200
    assert await busy.findings() == []


async def test_an_order_is_worked_by_one_hand_at_a_time(busy: Trade) -> None:
    order_id = int((await busy.one(red=10)).order_id)

    async def look(db: asyncpg.Connection) -> None:
        async with db.transaction():
            await orders.for_update(busy.hall.work(db, busy.li), order_id)

    async with busy.hall.pool.acquire() as one, busy.hall.pool.acquire() as two:
        first = one.transaction()
        await first.start()
        await orders.for_update(busy.hall.work(one, busy.li), order_id)
        second = asyncio.ensure_future(look(two))
        await asyncio.sleep(0.2)
        assert not second.done()
        await first.rollback()
        await second


async def test_many_gifts_at_once_stay_within_the_day(busy: Trade) -> None:
    order = await busy.paid(red=10)
    await busy.ship(order)
    await busy.confirm(order)
    day = Rule(
        code="goodwill.day_most", version=2, value=1_000, unit="minor", effective_from=busy.hall.clock.now()
    )
    busy.hall.rules = RuleBook([*busy.hall.rules, day])
    ask = GiveGoodwill(order_id=order.order_id, amount_minor=300, reason="补运费差价")

    async def once() -> int:
        try:
            return (await busy.hall.run(aftersales.give_goodwill, ask, busy.chenguang)).amount_minor
        except Refusal:
            return 0

    assert sum(await asyncio.gather(*(once() for _ in range(20)))) == 900
