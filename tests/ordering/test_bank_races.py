"""What happens at once about other ways to pay: one wallet, one line of the bank, one operator's decision; on real connections."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest_asyncio

from huozhan import operations, payments
from huozhan.catalogue import load_categories
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.payments import PaymentMethod
from huozhan.payments.asks import AssignBankReceipt, NoteStatement, ReturnBankReceipt
from huozhan.payments.spending import WalletShort
from tests.conftest import make_hall
from tests.ordering.banking import Banking
from tests.ordering.trading import Trade, open_trade


@pytest_asyncio.fixture(loop_scope="session")
async def bank(open_dsn: str, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Banking]:
    """A bank beside a trade whose people come through connections of their own and really commit."""
    db = await asyncpg.connect(open_dsn)
    await load_categories(db)
    await db.close()
    pool = await open_pool(open_dsn, size_min=2, size_max=8)
    try:
        yield Banking(await open_trade(await make_hall(pool, clock, tmp_path), clock))
    finally:
        await pool.close()


async def test_a_wallet_that_holds_one_order_pays_one_of_six(bank: Banking) -> None:
    trade: Trade = bank.trade
    first = await bank.choose(await trade.one(red=10))
    await bank.send(first, 10_800 + 8_700)
    orders = [await trade.one(red=8) for _ in range(6)]

    ended = await asyncio.gather(
        *(bank.choose(order, method=PaymentMethod.wallet) for order in orders), return_exceptions=True
    )

    refused = [one for one in ended if isinstance(one, BaseException)]
    states = [(await trade.page(order)).state for order in orders]
    assert sorted(states) == ["wait_pay"] * 5 + ["wait_send"]
    assert len(refused) == 5
    assert {type(one).__name__ for one in refused} <= {WalletShort.__name__, "NotCovered", "Busy"}
    assert await bank.wallet() == 0
    await bank.whole()


async def test_a_line_told_by_eight_at_once_is_credited_once(bank: Banking) -> None:
    trade = bank.trade
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    body = msgspec.json.encode(bank.line(10_800, virtual_account=payment.account_no))

    await asyncio.gather(
        *(trade.hall.run(payments.note_statement, NoteStatement(body=body), system()) for _ in range(8))
    )
    await asyncio.gather(*(bank.work() for _ in range(4)))

    assert await bank.receipts() == [("matched", "")]
    assert (await trade.page(order)).money.escrow_minor == 10_800
    await bank.whole()


async def test_crediting_and_sending_back_at_once_do_one_of_the_two(bank: Banking) -> None:
    trade, operator = bank.trade, bank.trade.people.operator
    for round_no in range(4):
        payment = await bank.choose(await trade.one(red=10))
        await bank.send(payment, 10_800, account_name="小李的表哥")
        rows = await bank.fetch("SELECT receipt_id FROM bank_receipt WHERE state = 'parked'")
        receipt_id = str(rows[0]["receipt_id"])
        credit = trade.hall.run(
            operations.assign_bank_receipt,
            AssignBankReceipt(receipt_id=receipt_id, account_no=payment.account_no, reason="代付"),
            operator,
        )
        back = trade.hall.run(
            operations.return_bank_receipt, ReturnBankReceipt(receipt_id=receipt_id, reason="退回"), operator
        )

        await asyncio.gather(*((credit, back) if round_no % 2 else (back, credit)), return_exceptions=True)
        await bank.work()

        (row,) = await bank.fetch("SELECT state FROM bank_receipt WHERE receipt_id = $1", int(receipt_id))
        paid = (await bank.shown(payment.payment_id)).state == "paid"
        assert (row["state"], paid) in {("matched", True), ("returning", False)}
        await bank.whole()
