"""Money of an order that a special invoice stands for goes back once its red letter is confirmed, and not before."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from huozhan import invoicing
from huozhan.catalogue import load_categories
from huozhan.invoicing import holding
from huozhan.invoicing.asks import CloseInvoice, InvoicedOrder, TaxTold
from huozhan.invoicing.store import reds
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.ordering.views import PlacedOrder
from tests.aftersales.complaining import Desk
from tests.conftest import make_hall
from tests.invoicing.billing import Billing
from tests.invoicing.test_red_letters import give_back
from tests.ordering.staged_trade import StagedTrade
from tests.ordering.trading import open_trade


async def on_its_way(billing: Billing, order: PlacedOrder) -> list[tuple[int, bool, bool]]:
    """Refunds of an order: how much, whether it waits, whether the channel is asked for it."""
    async with billing.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT amount_minor, is_held, EXISTS (SELECT 1 FROM job WHERE kind = 'payments.refund'"
            " AND payload::text LIKE '%' || refund_id || '%') AS asked FROM payment_refund WHERE order_id = $1 ORDER BY refund_id",
            int(order.order_id),
        )
    return [tuple(row) for row in rows]


async def held(billing: Billing, order: PlacedOrder, by: Any = None) -> int:
    """What both sides see waiting."""
    ask = InvoicedOrder(order_id=order.order_id)
    shown = await billing.hall.run(invoicing.order_invoices, ask, by or billing.trade.li)
    return shown.held_minor


async def test_a_refund_waits_until_the_buyer_has_confirmed_the_red_letter(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")

    await give_back(billing, order, l1=5)

    assert await on_its_way(billing, order) == [(5_400, True, False)]
    assert await held(billing, order) == await held(billing, order, billing.trade.chenguang) == 5_400
    assert await billing.trade.findings() == []
    await billing.confirm_red(await billing.page(page.card))
    assert await on_its_way(billing, order) == [(5_400, False, True)]
    assert await held(billing, order) == 0
    assert await billing.findings() == []


async def test_a_refund_goes_when_the_time_to_confirm_is_over(billing: Billing) -> None:
    order = await billing.received(red=10)
    await billing.issued(order, kind="special")
    await give_back(billing, order, l1=5)

    await billing.trade.let_pass(hours=71)
    assert await on_its_way(billing, order) == [(5_400, True, False)]
    await billing.trade.let_pass(hours=1)

    assert await on_its_way(billing, order) == [(5_400, False, True)]


async def test_an_ordinary_invoice_holds_nothing_up(billing: Billing) -> None:
    order = await billing.received(red=10)
    await billing.issued(order)
    await give_back(billing, order, l1=5)
    assert await on_its_way(billing, order) == [(5_400, False, True)]


async def test_a_request_that_is_not_issued_holds_nothing_up(billing: Billing) -> None:
    order = await billing.received(red=10)
    await billing.ask(order, kind="special")
    await give_back(billing, order, l1=5)
    assert await on_its_way(billing, order) == [(5_400, False, True)]


async def test_a_void_invoice_holds_nothing_up_any_more(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")
    await billing.close(invoicing.void_invoice, page.card, billing.trade.chenguang)
    await billing.catch_up()
    await give_back(billing, order, l1=5)
    assert await on_its_way(billing, order) == [(5_400, False, True)]


async def test_a_second_refund_waits_for_its_own_red_letter_and_no_longer_than_its_time(
    billing: Billing,
) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")
    await give_back(billing, order, l1=5)
    await give_back(billing, order, l1=2)
    assert await on_its_way(billing, order) == [(5_400, True, False), (2_160, True, False)]

    billing.tax.silent_after_success = 99
    await billing.confirm_red(await billing.page(page.card))

    assert await on_its_way(billing, order) == [(5_400, False, True), (2_160, True, False)]
    await billing.trade.let_pass(hours=72)
    assert await on_its_way(billing, order) == [(5_400, False, True), (2_160, False, True)], (
        "the tax party is silent"
    )


async def test_a_second_red_letter_lets_the_second_refund_go(billing: Billing) -> None:
    order = await billing.received(red=10)
    page = await billing.issued(order, kind="special")
    await give_back(billing, order, l1=5)
    await give_back(billing, order, l1=5)

    page = await billing.confirm_red(await billing.page(page.card))
    assert (page.reds[-1].amount_minor, page.reds[-1].state) == (5_400, "confirming")
    page = await billing.confirm_red(page)

    assert page.card.state == "red_all_issued"
    assert await on_its_way(billing, order) == [(5_400, False, True)] * 2
    assert await billing.findings() == []


@pytest_asyncio.fixture(loop_scope="session")
async def busy(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Billing]:
    """The same with people who come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield Billing(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def test_two_invoices_of_an_order_that_are_answered_at_once_begin_one_red_letter(
    busy: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both were to be void, the tax party says no to both, and goods came back meanwhile: one of them is reddened."""
    trade = busy.trade
    order = await StagedTrade(trade).one("9-1", "goods_received")
    await trade.pay(order)
    await trade.ship(order)
    await trade.confirm(order)
    first = await busy.issued(order)
    await trade.pay(order)
    await busy.catch_up()
    second = await busy.issued(order)
    for page in (first, second):
        ask = CloseInvoice(invoice_id=page.card.invoice_id, reason="抬头有误")
        await busy.hall.run(invoicing.void_invoice, ask, trade.chenguang)
    desk = Desk(trade)
    await desk.answer(await desk.apply(order, l1=10), agree=True)
    await busy.hall.run(invoicing.follow_order, invoicing.asks.FollowOrder(order_id=order.order_id), system())
    both = asyncio.Event()
    seen = 0

    async def look(*asked: Any) -> int:
        nonlocal seen
        found = await under_way(*asked)
        seen += 1
        if seen > 1:
            both.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(both.wait(), 0.3)
        return found

    under_way = reds.under_way
    monkeypatch.setattr(holding.reds, "under_way", look)
    await asyncio.gather(
        *(
            busy.hall.run(
                invoicing.hear_tax,
                TaxTold(ref=f"void:{page.card.invoice_id}:2", state="refused", reason="void_period_over"),
                system(),
            )
            for page in (first, second)
        )
    )
    monkeypatch.undo()

    async with busy.hall.pool.acquire() as db:
        amounts = await db.fetch(
            "SELECT amount_minor FROM invoice_red WHERE order_id = $1", int(order.order_id)
        )
    assert sum(row["amount_minor"] for row in amounts) == 9_300
    await busy.catch_up()
    assert await busy.findings() == []


async def test_confirming_and_the_clock_at_once_send_the_money_once(busy: Billing) -> None:
    order = await busy.received(red=10)
    page = await busy.issued(order, kind="special")
    await give_back(busy, order, l1=5)
    page = await busy.page(page.card)
    busy.trade.clock.pass_(hours=73)

    due = invoicing.asks.AboutInvoice(about_id=page.reds[-1].red_id)
    await asyncio.gather(
        busy.confirm_red(page), busy.hall.run(invoicing.red_due, due, system()), return_exceptions=True
    )

    assert await on_its_way(busy, order) == [(5_400, False, True)]
    async with busy.hall.pool.acquire() as db:
        jobs = await db.fetchval("SELECT count(*) FROM job WHERE kind = 'payments.refund'")
    assert jobs == 1
