"""The day's close: it holds once every file is read and agrees, and each thing that is wrong fails a check of its own."""

from datetime import date, timedelta
from typing import Any

from huozhan import ledger, operations, payments
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.operations.day_closing import DayClose, DayToClose
from huozhan.payments.asks import BankDayLine, BankDayTotal, NoteBankDay, NoteFile, TradeLine
from tests.ordering.trading import Trade
from tests.payments.paying import actor

DAY = date(2026, 3, 1)
NEXT = DAY + timedelta(days=1)


async def close(trade: Trade, on: date = DAY) -> DayClose:
    return await trade.hall.run(operations.day_close, DayToClose(on=on), actor(1, "market.ledger"))


async def not_holding(trade: Trade, on: date = DAY) -> dict[str, str]:
    """Checks and accounts that do not hold, and how."""
    found = await close(trade, on)
    checks = {check.code: str(check.state) for check in found.checks if check.state != "holds"}
    return checks | {str(line.code): str(line.state) for line in found.clearing if line.state != "holds"}


async def files(trade: Trade, *, bank_net_minor: int = 10_735) -> None:
    """A paid order's files: traded on the first, settled on the second less 0.65, and both of the bank's days."""
    async with trade.hall.pool.acquire() as db:
        payment = await db.fetchrow("SELECT payment_id, channel_txn, amount_minor FROM payment")
    line = TradeLine(
        kind="payment", currency="CNY", merchant_ref=str(payment["payment_id"]), channel_txn=payment["channel_txn"],
        amount_minor=payment["amount_minor"], fee_minor=65,
    )  # fmt: skip
    run: Any = trade.hall.run
    await run(payments.note_trades, NoteFile(on=DAY, merchant="huozhan", lines=[line]), system())
    await run(payments.note_settlement, NoteFile(on=NEXT, merchant="huozhan", lines=[line]), system())
    await run(payments.note_bank_day, bank_day(DAY, 0), system())
    settled = BankDayLine(
        bank_txn="st-1", direction="in", ref=f"settlement:{NEXT}", amount_minor=bank_net_minor, currency="CNY"
    )
    await run(payments.note_bank_day, bank_day(NEXT, 0, settled), system())


def bank_day(on: date, opening_minor: int, *lines: BankDayLine) -> NoteBankDay:
    in_minor = sum(line.amount_minor for line in lines)
    total = BankDayTotal(
        currency="CNY", opening_minor=opening_minor, in_minor=in_minor, closing_minor=opening_minor + in_minor,
        count=len(lines),
    )  # fmt: skip
    return NoteBankDay(on=on, lines=list(lines), totals=[total])


async def test_a_day_is_closed_once_every_file_is_read_and_everything_agrees(trade: Trade) -> None:
    await trade.paid(red=10)
    before = await close(trade)
    assert not before.is_closed
    assert {file.source: file.state for file in before.files} == dict.fromkeys(
        ("trades", "settlement", "bank"), "awaited"
    )
    assert await not_holding(trade) == dict.fromkeys(
        ("channel_day", "settlement_day", "bank_opens", "bank_account"), "waits"
    )

    await files(trade)

    after = await close(trade)
    assert (after.is_closed, await not_holding(trade)) == (True, {})
    numbers = {check.code: (check.ours_minor, check.theirs_minor) for check in after.checks}
    assert (numbers["channel_day"], numbers["orders_escrow"]) == ((10_800, 10_800), (10_800, 10_800))
    assert numbers["bank_account"] == (10_735, 10_735)
    assert (after.money.custody_minor, after.money.customers_minor, after.money.own_minor) == (
        10_735,
        10_800,
        -65,
    )
    settled = {check.code: check for check in (await close(trade, NEXT)).checks}["settlement_day"]
    assert (settled.state, settled.ours_minor, settled.theirs_minor) == ("holds", 10_735, 10_735)


async def test_a_settlement_that_came_short_fails_its_check_and_grows_old(
    trade: Trade, clock: MovableClock
) -> None:
    await trade.paid(red=10)
    await files(trade, bank_net_minor=10_000)

    assert await not_holding(trade, NEXT) == {"channel_day": "waits", "settlement_day": "fails"}
    (bank,) = [file for file in (await close(trade, NEXT)).files if file.source == "bank"]
    assert (bank.open, (await close(trade, NEXT)).is_closed) == (1, False)
    clock.pass_(days=2)
    assert (await not_holding(trade, NEXT))["214"] == "fails"
    async with trade.hall.pool.acquire() as db:
        found = await payments.verify(trade.hall.work(db, system()))
    assert [finding.facts["account"] for finding in found if finding.code == "payments.clearing_old"] == [214]


async def test_money_that_is_nobodys_fails_the_check_of_escrow(trade: Trade) -> None:
    await trade.paid(red=10)
    await files(trade)
    async with trade.hall.working(system()) as work:
        stray = ledger.write_entry(
            "E1", business_key="E1:stray", about_id=7, owners={101: 1, 202: 7}, amounts={"paid": 5}
        )
        await ledger.post(work, [stray])

    assert await not_holding(trade) == {"orders_escrow": "fails", "channel_account": "fails"}
