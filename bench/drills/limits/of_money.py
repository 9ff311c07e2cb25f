"""Limits of payments, refunds, withdrawals and the book."""

from typing import Any

import msgspec

from bench.drills.limits.attacking import Attack, Stage, limit
from huozhan import catalogue, operations, ordering, payments
from huozhan.ordering.asks import CancelOrder, PaymentCallback, RefundUnshipped, TimerDue
from huozhan.ordering.views import PlacedOrder
from huozhan.payments.asks import (
    AddBankAccount,
    CallbackAsk,
    NoteCallback,
    ReturnReceipt,
    Withdraw,
)
from huozhan.payments.ports import BankTransfer, ChannelPayment, ChannelRefund

MERCHANT = "huozhan"
HOLDER, NUMBER = "佛山市禅城区宏发五金厂", "6222021208001234567"
_ENTRIES = "SELECT count(*)::int FROM ledger_entry WHERE code = $1 AND about_id = $2"
_FREE = "SELECT (posted_minor - held_minor)::int FROM ledger_balance WHERE code = $1 AND owner_id = $2"


async def _noted(stage: Stage, told: Any, *, party: str = "channel", is_answer: bool = False) -> str:
    body = payments.write_message(told)
    assert body is not None
    note = NoteCallback(
        party=party,
        message_id=f"m{stage.next()}",
        body=body,
        is_genuine=True,
        merchant=MERCHANT,
        is_answer=is_answer,
    )
    return (await stage.hall.run(payments.note_callback, note, stage.system)).callback_id


async def _settle(stage: Stage, told: Any, **how: Any) -> None:
    """A message of the channel comes and is worked on."""
    ask = PaymentCallback(callback_id=await _noted(stage, told, **how))
    await stage.hall.run(ordering.payment_settled, ask, stage.system)


async def _hear(stage: Stage, told: Any, **how: Any) -> None:
    ask = CallbackAsk(callback_id=await _noted(stage, told, **how))
    await stage.hall.run(payments.hear_callback, ask, stage.system)


async def _told(stage: Stage, payment_id: str, **changes: Any) -> ChannelPayment:
    amount_minor = await stage.value(
        "SELECT amount_minor FROM payment WHERE payment_id = $1", int(payment_id)
    )
    said: dict[str, Any] = {
        "merchant": MERCHANT, "merchant_ref": payment_id, "state": "paid", "amount_minor": amount_minor,
        "currency": "CNY", "channel_txn": f"ct-{payment_id}", "paid_amount_minor": amount_minor,
        "paid_currency": "CNY", "paid_at": stage.trade.clock.now(),
    }  # fmt: skip
    return ChannelPayment(**said | changes)


async def _unpaid(stage: Stage) -> tuple[PlacedOrder, str]:
    order = await stage.order(paid=False)
    return order, await stage.trade.open_payment(order)


@limit
async def a_payment_is_taken_once(stage: Stage) -> Attack:
    """The channel tells of one transaction a thousand times."""
    order, payment_id = await _unpaid(stage)
    told = await _told(stage, payment_id)
    return Attack(lambda _: _settle(stage, told), _ENTRIES, ("E1", int(order.order_id)), 1)


@limit
async def two_transactions_pay_a_payment_once(stage: Stage) -> Attack:
    """The channel tells of a thousand transactions of one payment."""
    order, payment_id = await _unpaid(stage)
    told = await _told(stage, payment_id)
    return Attack(
        lambda n: _settle(stage, msgspec.structs.replace(told, channel_txn=f"ct-{payment_id}-{n}")),
        _ENTRIES, ("E1", int(order.order_id)), 1,
    )  # fmt: skip


@limit
async def a_transaction_pays_one_payment(stage: Stage) -> Attack:
    """One transaction is said to pay two payments."""
    (one, first), (two, second) = await _unpaid(stage), await _unpaid(stage)
    said = [await _told(stage, first), await _told(stage, second, channel_txn=f"ct-{first}")]
    return Attack(
        lambda n: _settle(stage, said[n % 2]),
        "SELECT count(*)::int FROM ledger_entry WHERE code = 'E1' AND about_id = ANY ($1::bigint[])",
        ([int(one.order_id), int(two.order_id)],), 1,
    )  # fmt: skip


@limit
async def another_amount_goes_back_once(stage: Stage) -> Attack:
    """The channel's own answer says that another amount came: it is sent back once and pays nothing."""
    _, payment_id = await _unpaid(stage)
    told = await _told(stage, payment_id, paid_amount_minor=1)
    return Attack(
        lambda _: _settle(stage, told, is_answer=True),
        "SELECT count(*)::int FROM payment_refund WHERE payment_id = $1 AND refund_key = 'mismatched'",
        (int(payment_id),), 1,
    )  # fmt: skip


@limit
async def paying_and_cancelling_leave_one_truth(stage: Stage) -> Attack:
    """An order that is paid and cancelled at once is paid; one that closed gives its money back."""
    order, payment_id = await _unpaid(stage)
    told = await _told(stage, payment_id)
    cancel = CancelOrder(order_id=order.order_id, reason="不要了")

    async def attempt(number: int) -> None:
        if number % 2:
            await _settle(stage, told)
        else:
            await stage.hall.run(ordering.cancel_order, cancel, stage.trade.li)

    return Attack(
        attempt, "SELECT count(*)::int FROM trade_order WHERE order_id = $1 AND state = 'wait_send'"
        " AND paid_minor = goods_minor + freight_minor AND refunded_minor = 0", (int(order.order_id),), 1,
    )  # fmt: skip


@limit
async def money_that_comes_late_goes_back_once(stage: Stage) -> Attack:
    """The order was closed: what is told a thousand times is paid back once."""
    order, payment_id = await _unpaid(stage)
    stage.trade.clock.pass_(days=2)
    await stage.hall.run(ordering.pay_close_due, TimerDue(about_id=order.order_id), stage.system)
    await stage.trade.close(payment_id)
    told = await _told(stage, payment_id)
    return Attack(
        lambda _: _settle(stage, told),
        "SELECT count(*)::int FROM payment_refund WHERE payment_id = $1", (int(payment_id),), 1,
    )  # fmt: skip


@limit
async def a_refund_ends_once(stage: Stage) -> Attack:
    """The channel says a thousand times that it paid back."""
    order = await stage.order()
    await stage.hall.run(
        ordering.refund_unshipped, RefundUnshipped(order_id=order.order_id, reason="不要了"), stage.trade.li
    )
    async with stage.hall.pool.acquire() as db:
        row = await db.fetchrow(
            "SELECT payment_id, refund_id, amount_minor FROM payment_refund WHERE order_id = $1",
            int(order.order_id),
        )
    told = ChannelRefund(
        merchant_refund_ref=str(row["refund_id"]), merchant_ref=str(row["payment_id"]), state="succeeded",
        amount_minor=row["amount_minor"], currency="CNY", refunded_minor=row["amount_minor"],
    )  # fmt: skip
    return Attack(
        lambda _: _hear(stage, told), "SELECT count(*)::int FROM outbox WHERE fact = 'payments.refund_done'"
        " AND (body->>'refund_id')::bigint = $1", (row["refund_id"],), 1,
    )  # fmt: skip


@limit
async def parked_money_goes_back_once(stage: Stage) -> Attack:
    """A thousand operators send the same receipt back."""
    told = await _told_of_nobody(stage)
    await _settle(stage, told, is_answer=True)
    receipt_id = await stage.value(
        "SELECT receipt_id FROM parked_receipt WHERE merchant_ref = $1", told.merchant_ref
    )
    ask = ReturnReceipt(receipt_id=str(receipt_id), reason="付错了")
    return Attack(
        lambda _: stage.hall.run(operations.return_receipt, ask, stage.trade.people.operator),
        "SELECT count(*)::int FROM ledger_entry WHERE code = 'E14c' AND about_id = $1", (receipt_id,), 1, 1,
    )  # fmt: skip


@limit
async def money_of_nobody_is_parked_once(stage: Stage) -> Attack:
    """The channel answers a thousand times that it took money for a reference nobody made."""
    told = await _told_of_nobody(stage)
    return Attack(
        lambda _: _settle(stage, told, is_answer=True),
        "SELECT count(*)::int FROM parked_receipt WHERE merchant_ref = $1", (told.merchant_ref,), 1,
    )  # fmt: skip


async def _told_of_nobody(stage: Stage) -> ChannelPayment:
    number = stage.next()
    return ChannelPayment(
        merchant=MERCHANT, merchant_ref=f"till-{number}", state="paid", amount_minor=8_800, currency="CNY",
        channel_txn=f"ct-till-{number}", paid_amount_minor=8_800, paid_currency="CNY", paid_at=stage.trade.clock.now(),
    )  # fmt: skip


async def _earned(stage: Stage) -> str:
    """宏发 has earned something and has a bank account; tells the account. What it withdrew before was on another day."""
    stage.trade.clock.pass_(days=2)
    order = await stage.order(100_000)
    await stage.trade.ship(order)
    await stage.trade.confirm(order)
    ask = AddBankAccount(number=NUMBER, holder=HOLDER, bank_name="工商银行")
    return (await stage.hall.run(payments.add_bank_account, ask, stage.trade.hongfa)).accounts[0].account_id


async def _available(stage: Stage) -> int:
    return int(await stage.value(_FREE, 204, stage.trade.hongfa.org_id))


async def _asked(stage: Stage) -> tuple[Withdraw, str]:
    ask = Withdraw(account_id=await _earned(stage), amount_minor=10_000)
    return ask, (await stage.hall.run(payments.withdraw, ask, stage.trade.hongfa)).withdrawal_id


async def _word(stage: Stage, withdrawal_id: str, state: str) -> BankTransfer:
    return BankTransfer(
        ref=payments.transfer_ref(str(stage.trade.hongfa.org_id), withdrawal_id), state=state, amount_minor=10_000,
        currency="CNY", account_no=NUMBER,
    )  # fmt: skip


@limit
async def no_more_leaves_than_is_available(stage: Stage) -> Attack:
    """Each attempt withdraws a seventh of what is available."""
    account_id = await _earned(stage)
    available = await _available(stage)
    ask = Withdraw(account_id=account_id, amount_minor=available // 7)
    return Attack(
        lambda _: stage.hall.run(payments.withdraw, ask, stage.trade.hongfa),
        _FREE, (204, stage.trade.hongfa.org_id), available - 7 * ask.amount_minor, 7,
    )  # fmt: skip


@limit
async def no_more_often_than_a_day_allows(stage: Stage) -> Attack:
    """So many withdrawals a day, however many ask at once."""
    ask = Withdraw(account_id=await _earned(stage), amount_minor=111)
    times = stage.hall.rules.at("withdraw.day_times", stage.trade.clock.now()).value
    return Attack(
        lambda _: stage.hall.run(payments.withdraw, ask, stage.trade.hongfa),
        "SELECT count(*)::int FROM withdrawal WHERE amount_minor = $1", (111,), times, times,
    )  # fmt: skip


@limit
async def one_key_is_one_withdrawal(stage: Stage) -> Attack:
    """Every attempt is answered with the same withdrawal."""
    ask = Withdraw(account_id=await _earned(stage), amount_minor=777)
    return Attack(
        lambda _: stage.hall.run(payments.withdraw, ask, stage.trade.hongfa, key="one-key"),
        "SELECT count(*)::int FROM withdrawal WHERE amount_minor = $1", (777,), 1,
    )  # fmt: skip


@limit
async def a_withdrawal_is_paid_out_once(stage: Stage) -> Attack:
    """The bank says a thousand times that it paid out."""
    _, withdrawal_id = await _asked(stage)
    told = await _word(stage, withdrawal_id, "succeeded")
    return Attack(lambda _: _hear(stage, told, party="bank"), _ENTRIES, ("E6b", int(withdrawal_id)), 1)


@limit
async def a_withdrawal_comes_back_once(stage: Stage) -> Attack:
    """The bank answers a thousand times that it failed: the money is available again once."""
    _, withdrawal_id = await _asked(stage)
    held = await _available(stage)
    told = await _word(stage, withdrawal_id, "failed")
    return Attack(
        lambda _: _hear(stage, told, party="bank", is_answer=True),
        _FREE, (204, stage.trade.hongfa.org_id), held + 10_000,
    )  # fmt: skip


@limit
async def nothing_goes_to_an_account_that_cools_off(stage: Stage) -> Attack:
    """The account was replaced a moment ago."""
    await _earned(stage)
    ask = AddBankAccount(number="62170012345678", holder=HOLDER, bank_name="建设银行")
    replaced = await stage.hall.run(payments.add_bank_account, ask, stage.trade.hongfa)
    withdraw = Withdraw(account_id=replaced.accounts[0].account_id, amount_minor=333)
    return Attack(
        lambda _: stage.hall.run(payments.withdraw, withdraw, stage.trade.hongfa),
        "SELECT count(*)::int FROM withdrawal WHERE amount_minor = $1", (333,), 0, 0,
    )  # fmt: skip


@limit
async def an_account_is_named_once(stage: Stage) -> Attack:
    """A thousand times the same number is one account."""
    ask = AddBankAccount(number="62148512345678", holder=HOLDER, bank_name="招商银行")
    return Attack(
        lambda _: stage.hall.run(payments.add_bank_account, ask, stage.trade.hongfa),
        "SELECT count(*)::int FROM bank_account WHERE bank_name = $1", ("招商银行",), 1,
    )  # fmt: skip


@limit
async def a_closed_order_reopens_once(stage: Stage) -> Attack:
    """The clock closed it, its shop allows it, the money came in time: it goes on once."""
    shop = catalogue.EditShop(reopens_late=True)
    await stage.hall.run(catalogue.edit_shop, shop, stage.trade.hongfa)
    order, payment_id = await _unpaid(stage)
    stage.trade.clock.pass_(days=1)
    await stage.hall.run(ordering.pay_close_due, TimerDue(about_id=order.order_id), stage.system)
    await stage.trade.close(payment_id)
    told = await _told(stage, payment_id)
    return Attack(
        lambda _: _settle(stage, told),
        "SELECT count(*)::int FROM order_move WHERE order_id = $1 AND event = 'reopen'", (int(order.order_id),), 1,
    )  # fmt: skip
