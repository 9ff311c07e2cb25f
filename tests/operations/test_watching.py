"""The pulse, the check of the books, any account, and the log of what operators did."""

from datetime import timedelta

import pytest

from huozhan import ledger, operations, ordering, parties
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.operations import ListAudit, SettleJob, StatementOf, Verify
from huozhan.ordering import SalesByDay
from tests.ordering.trading import Trade


async def test_the_pulse_counts_todays_trade_and_the_money_held(trade: Trade) -> None:
    yesterday = await trade.one(red=1)
    trade.clock.pass_(hours=20)
    paid, _unpaid = await trade.paid(red=10), await trade.one(red=10)
    await trade.pay(yesterday)

    pulse = await trade.hall.run(operations.pulse, Nothing(), trade.people.operator)

    amount = (await trade.page(paid)).amount_minor + (await trade.page(yesterday)).amount_minor
    assert (pulse.orders_placed, pulse.orders_paid, pulse.paid_minor) == (2, 2, amount)
    assert pulse.escrow_minor == amount
    assert (pulse.timers_late, pulse.jobs_failed, pulse.callbacks_in_trouble) == (0, 0, 0)


async def test_a_sellers_takings_are_its_own_day_by_day(trade: Trade) -> None:
    morning = trade.clock.now()
    unpaid = await trade.one(red=10)
    trade.clock.pass_(hours=20)
    today = await trade.paid(red=10)
    await trade.pay(unpaid)
    days = SalesByDay(days=tuple(morning + timedelta(hours=n) for n in (-24, 0, 20)))

    mine = (await trade.hall.run(ordering.sales_by_day, days, trade.chenguang)).days
    theirs = (await trade.hall.run(ordering.sales_by_day, days, trade.hongfa)).days

    paid_minor = (await trade.page(today)).amount_minor + (await trade.page(unpaid)).amount_minor
    assert [(day.placed, day.paid, day.paid_minor) for day in mine] == [
        (0, 0, 0),
        (1, 0, 0),
        (1, 2, paid_minor),
    ]
    assert {(day.placed, day.paid, day.paid_minor) for day in theirs} == {(0, 0, 0)}


async def test_clean_books_have_no_findings(trade: Trade) -> None:
    order = await trade.paid(red=10)
    await trade.ship(order)
    await trade.confirm(order)

    books = await trade.hall.run(operations.verify, Verify(), trade.people.operator)

    assert books.is_clean
    assert books.findings == []


async def test_a_stock_that_does_not_fit_its_reservations_is_found(trade: Trade) -> None:
    await trade.paid(red=10)
    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "UPDATE stock SET reserved = reserved + 1 WHERE sku_id = $1 AND stripe = 0", trade.skus["red"]
        )

    books = await trade.hall.run(operations.verify, Verify(), trade.people.operator)

    assert not books.is_clean
    assert {finding.code for finding in books.findings} == {"catalogue.stock_misfit"}


async def test_an_accounts_statement_ends_at_its_balance(trade: Trade) -> None:
    order = await trade.paid(red=10)
    amount = (await trade.page(order)).amount_minor
    ask = StatementOf(code=ledger.ESCROW, owner_id=order.order_id)

    statement = await trade.hall.run(operations.account_statement, ask, trade.people.operator)

    assert statement.posted_minor == amount == sum(line.change_minor for line in statement.lines.items)
    with pytest.raises(NotFound):
        await trade.hall.run(operations.account_statement, StatementOf(code=999), trade.people.operator)
    with pytest.raises(Forbidden):
        await trade.hall.run(operations.account_statement, ask, trade.chenguang)


async def test_the_chain_tells_how_far_the_book_is_sealed(trade: Trade) -> None:
    await trade.paid(red=10)

    chain = await trade.hall.run(ledger.chain_state, Nothing(), trade.people.operator)

    assert chain.entries_waiting > 0
    assert chain.waiting_since is not None


async def test_the_log_is_searched_by_who_and_by_what(trade: Trade) -> None:
    operator = trade.people.operator
    [application] = (
        await trade.hall.run(
            parties.supplier_applications,
            parties.SupplierApplications(state=parties.ApplicationState.approved, limit=1),
            operator,
        )
    ).items
    shown = await trade.hall.run(
        parties.supplier_application, parties.ShowApplication(application.application_id), operator
    )
    async with trade.hall.working(operator) as work:
        await operations.note_act(work, "job.retry", about="77", reason="channel is back")

    async def found(**wanted: str) -> int:
        return len((await trade.hall.run(operations.audit_log, ListAudit(**wanted), operator)).items)

    assert shown == application
    assert await found(act="job.retry") == await found(about="77") == await found(by=operator.name) == 1
    assert await found(by="nobody at all") == await found(about="78") == 0


async def test_a_job_that_did_not_fail_is_not_there_to_be_settled(trade: Trade) -> None:
    with pytest.raises(NotFound):
        await trade.hall.run(
            operations.retry_job, SettleJob(job_id="1", reason="why not"), trade.people.operator
        )
