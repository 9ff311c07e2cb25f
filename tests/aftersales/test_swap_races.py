"""Exchanges for another size, many hands at once: the last pieces go to one, a difference is paid once; on real connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import asyncpg
import pytest_asyncio

from huozhan import catalogue
from huozhan.catalogue import load_categories
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.refusals import Refusal
from tests.aftersales.complaining import Desk
from tests.aftersales.shirts import fill_wallet, open_shirts, sent, sent_back, swap
from tests.aftersales.test_dearer import MORE, escrow
from tests.conftest import make_hall
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Desk]:
    """A trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        trade = await open_trade(await make_hall(pool, clock, tmp_path), clock)
        await open_shirts(trade)
        yield Desk(trade)
    finally:
        await pool.close()


async def done(*tries: Awaitable[object]) -> int:
    """How many of them were not refused; nothing else may go wrong."""
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert [one for one in ended if isinstance(one, BaseException) and not isinstance(one, Refusal)] == []
    return sum(not isinstance(one, BaseException) for one in ended)


async def leave(trade: Trade, name: str, pieces: int) -> None:
    ask = catalogue.AdjustStock(
        sku_id=str(trade.skus[name]), quantity=pieces - await trade.free(name), reason="盘点"
    )
    await trade.hall.run(catalogue.adjust_stock, ask, trade.chenguang)


async def test_the_last_pieces_are_promised_once_to_cases_and_orders(busy: Desk) -> None:
    trade = busy.trade
    cases = [await swap(busy, await sent(trade, M=3), "L", 3) for _ in range(3)]
    await leave(trade, "L", 5)

    agreed = await done(*(busy.answer(case, agree=True) for case in cases), trade.one(L=3))

    assert agreed == 1, "five pieces are enough for one of the four"
    assert await trade.free("L") == 2
    assert await busy.findings() == []


async def test_two_hands_that_agree_hold_the_goods_once(busy: Desk) -> None:
    trade = busy.trade
    case = await swap(busy, await sent(trade, M=3), "L", 3)
    free = await trade.free("L")

    agreed = await done(*(busy.answer(case, agree=True) for _ in range(2)), busy.cancel(case))

    state = (await busy.page(case)).state
    assert agreed >= 1
    assert await trade.free("L") == free - (3 if state == "wait_buyer_send" else 0)
    assert await busy.findings() == []


async def test_a_difference_is_paid_once_however_many_pay_or_decline(busy: Desk) -> None:
    trade = busy.trade
    await fill_wallet(trade, 4 * MORE)
    for round_no in range(3):
        before = await busy.wallet()
        case = await swap(busy, await sent(trade, M=3), "XL", 3, difference=MORE)
        await sent_back(busy, case)
        hands = [busy.pay_difference(case) for _ in range(3)]
        if round_no:
            hands.insert(round_no, busy.decline_difference(case))

        assert await done(*hands) == 1

        paid = (await busy.page(case)).topup_minor
        assert (await busy.wallet(), await escrow(trade, case)) == (before - paid, paid)
    assert await busy.findings() == []


async def test_the_channels_word_and_the_end_of_the_time_leave_one_truth(busy: Desk) -> None:
    trade = busy.trade
    for round_no in range(3):
        case = await swap(busy, await sent(trade, M=3), "XL", 3, difference=MORE)
        await sent_back(busy, case)
        payment_id = (await busy.pay_difference(case, "channel")).payment_id
        await trade.settle(payment_id)
        heard = busy.difference_heard(case, payment_id, MORE)
        declined = busy.decline_difference(case)
        hands = (heard, declined) if round_no % 2 else (declined, heard)

        await done(*hands)
        await busy.difference_heard(case, payment_id, MORE)

        page = await busy.page(case)
        assert (page.state, page.topup_minor) in [("wait_seller_send", MORE), ("refunding", 0)]
        assert await escrow(trade, case) == page.topup_minor
    assert await busy.findings() == []
