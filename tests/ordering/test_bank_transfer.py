"""Company bank transfer 对公转账: matched in full, in part, too much, from somebody else, too late; and sent back."""

from datetime import timedelta

import pytest

from huozhan import ledger, operations, ordering, payments
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import Forbidden, NotFound
from huozhan.ordering.asks import CancelOrder, RefundUnshipped, RenewPayment
from huozhan.ordering.methods import NotRenewable, RenewedAlready
from huozhan.payments import PaymentMethod
from huozhan.payments.asks import AssignBankReceipt, RetryPayout, ReturnBankReceipt
from huozhan.payments.crediting import NoOpenBankPayment, NotToBeMatched
from huozhan.payments.sending_back import NotToBeReturned
from tests.ordering.banking import Banking
from tests.ordering.trading import Trade


@pytest.fixture
def bank(trade: Trade) -> Banking:
    """The bank of this trade."""
    return Banking(trade)


async def test_a_transfer_to_the_payments_own_account_pays_its_order(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)

    await bank.send(payment, 10_800)

    page = await trade.page(order)
    assert (payment.method, payment.state, payment.amount_minor) == ("bank", "open", 10_800)
    assert (page.state, page.money.escrow_minor) == ("wait_send", 10_800)
    assert (await bank.shown(payment.payment_id)).state == "paid"
    assert await bank.receipts() == [("matched", "")]
    assert await bank.codes() == ["E14a", "E14b"]
    assert await bank.balance(ledger.custody_bank(1)) == 10_800
    await bank.whole()


async def test_the_same_line_told_again_changes_nothing(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    line = await bank.send(payment, 10_800)

    again = await bank.tell(line, line)

    assert (again.added, again.known, again.refused) == (0, 2, 0)
    assert await bank.codes() == ["E14a", "E14b"]
    await bank.whole()


async def test_too_little_keeps_the_order_waiting_until_the_rest_has_come(
    trade: Trade, bank: Banking
) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)

    await bank.send(payment, 4_000)
    shown = await bank.shown(payment.payment_id)
    assert (shown.state, shown.received_minor) == ("open", 4_000)
    assert (await trade.page(order)).state == "wait_pay"
    await bank.whole()
    await bank.send(payment, 6_800)

    assert (await trade.page(order)).state == "wait_send"
    assert await bank.receipts() == [("matched", ""), ("matched", "")]
    assert await bank.wallet() == 0
    await bank.whole()


async def test_what_is_too_much_is_in_the_buyers_wallet(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)

    await bank.send(payment, 11_000)

    assert (await trade.page(order)).money.escrow_minor == 10_800
    assert await bank.wallet() == 200
    await bank.whole()


async def test_one_transfer_pays_several_orders(trade: Trade, bank: Banking) -> None:
    cups, bolts = (await trade.place(*trade.want(red=10, bolt=1_000))).orders
    payment = await bank.choose(cups, bolts)

    await bank.send(payment, 5_000)
    await bank.send(payment, payment.amount_minor - 5_000)

    assert [(await trade.page(order)).state for order in (cups, bolts)] == ["wait_send", "wait_send"]
    await bank.whole()


async def test_without_the_account_exact_amount_and_name_find_the_payment(
    trade: Trade, bank: Banking
) -> None:
    order = await trade.one(red=10)
    await bank.choose(order)

    await bank.tell(bank.line(10_800, account_name="小李 杂货店"))

    assert (await trade.page(order)).state == "wait_send"
    await bank.whole()


async def test_the_account_is_found_in_the_remark_too(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)

    await bank.tell(bank.line(10_800, remark=f"货款 {payment.account_no}"))

    assert (await trade.page(order)).state == "wait_send"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"amount_minor": 10_799}, "no_payment"),
        ({"account_name": "别人商行"}, "no_payment"),
        ({"virtual_account": "88010000000000000000001"}, "unknown_account"),
        ({"virtual_account": "6222"}, "unknown_account"),
        ({"currency": "USD"}, "currency"),
    ],
)
async def test_money_for_nobody_is_parked_and_goes_back_after_ten_days(
    trade: Trade, bank: Banking, told: dict[str, object], why: str
) -> None:
    order = await trade.one(red=10)
    await bank.choose(order)

    await bank.tell(bank.line(10_800) | told)
    assert await bank.receipts() == [("parked", why)]
    await bank.whole()
    trade.clock.pass_(days=9, hours=23)
    await bank.fire()
    assert await bank.receipts() == [("parked", why)]
    trade.clock.pass_(hours=1)
    await bank.fire()

    assert await bank.receipts() == [("returning", "")]
    (payout,) = await bank.payouts()
    assert await bank.answer(payout, currency=told.get("currency", "CNY")) == "ended"
    assert await bank.receipts() == [("returned", "")]
    assert await bank.balance(ledger.custody_bank(1)) == 0
    assert (await trade.page(order)).money.escrow_minor == 0
    await bank.whole()


async def test_two_payments_of_one_amount_are_left_to_a_person(trade: Trade, bank: Banking) -> None:
    for _ in range(2):
        await bank.choose(await trade.one(red=10))

    await bank.tell(bank.line(10_800))

    assert await bank.receipts() == [("parked", "several_payments")]


async def test_a_third_partys_money_waits_until_an_operator_credits_it(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 10_800, account_name="小李的表哥")
    assert await bank.receipts() == [("parked", "third_party")]
    assert (await trade.page(order)).state == "wait_pay"
    (shown,) = (
        await trade.hall.run(
            payments.bank_receipts, payments.asks.ListBankReceipts(open=True), trade.people.operator
        )
    ).items

    ask = AssignBankReceipt(
        receipt_id=shown.receipt_id, account_no=shown.account_no, reason="付款人已出具代付说明"
    )
    with pytest.raises(Forbidden):
        await trade.hall.run(operations.assign_bank_receipt, ask, trade.li)
    await trade.hall.run(operations.assign_bank_receipt, ask, trade.people.operator)
    await bank.work()

    assert (await trade.page(order)).state == "wait_send"
    with pytest.raises(NotToBeMatched):
        await trade.hall.run(operations.assign_bank_receipt, ask, trade.people.operator)
    trade.clock.pass_(days=11)
    await bank.fire()
    assert await bank.receipts() == [("matched", "")]
    await bank.whole()


async def test_money_is_credited_to_open_bank_payments_only(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 10_800)
    await bank.send(payment, 10_800)
    assert await bank.receipts() == [("matched", ""), ("parked", "payment_over")]
    parked = (await bank.fetch("SELECT receipt_id FROM bank_receipt ORDER BY receipt_id"))[1]["receipt_id"]
    ask = AssignBankReceipt(receipt_id=str(parked), account_no=payment.account_no, reason="再记一次")

    with pytest.raises(NoOpenBankPayment):
        await trade.hall.run(operations.assign_bank_receipt, ask, trade.people.operator)

    assert (await trade.page(order)).money.escrow_minor == 10_800
    await bank.whole()


async def test_an_operator_sends_money_back_and_it_cannot_be_matched_meanwhile(
    trade: Trade, bank: Banking
) -> None:
    await bank.tell(bank.line(5_000))
    (row,) = await bank.fetch("SELECT receipt_id FROM bank_receipt")
    ask = ReturnBankReceipt(receipt_id=str(row["receipt_id"]), reason="付款人付错")
    await trade.hall.run(operations.return_bank_receipt, ask, trade.people.operator)

    payment = await bank.choose(await trade.one(red=10))
    assign = AssignBankReceipt(receipt_id=ask.receipt_id, account_no=payment.account_no, reason="其实是他的")
    with pytest.raises(NotToBeMatched):
        await trade.hall.run(operations.assign_bank_receipt, assign, trade.people.operator)
    with pytest.raises(NotToBeReturned):
        await trade.hall.run(operations.return_bank_receipt, ask, trade.people.operator)
    await bank.whole()
    (payout,) = await bank.payouts()

    assert await bank.answer(payout, state="failed") == "ended"

    assert await bank.receipts() == [("parked", "return_failed")]
    assert await bank.balance(ledger.unmatched(row["receipt_id"])) == 5_000
    await trade.hall.run(operations.return_bank_receipt, ask, trade.people.operator)
    assert await bank.answer((await bank.payouts())[1]) == "ended"
    assert await bank.receipts() == [("returned", "")]
    await bank.whole()


async def test_a_word_about_another_amount_or_account_ends_nothing(trade: Trade, bank: Banking) -> None:
    await bank.tell(bank.line(5_000))
    (row,) = await bank.fetch("SELECT receipt_id FROM bank_receipt")
    ask = ReturnBankReceipt(receipt_id=str(row["receipt_id"]), reason="付款人付错")
    await trade.hall.run(operations.return_bank_receipt, ask, trade.people.operator)
    (payout,) = await bank.payouts()

    assert await bank.answer(payout, amount_minor=4_999) == "impossible"
    assert await bank.answer(payout, account_no="6222021208000000001") == "impossible"
    assert await bank.answer(payout, currency="USD") == "impossible"
    assert await bank.receipts() == [("returning", "")]
    assert await bank.answer(payout) == "ended"
    assert await bank.answer(payout) == "duplicate"


async def test_a_refund_goes_back_to_the_paying_accounts_and_to_no_other(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 4_000)
    await bank.send(payment, 6_800)

    ask = RefundUnshipped(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)

    assert (await trade.page(order)).state == "terminated"
    first, second = await bank.payouts()
    assert [first["amount_minor"], second["amount_minor"]] == [4_000, 6_800]
    await bank.whole()
    assert await bank.answer(first) == "ended"
    await bank.whole()
    assert await bank.answer(second, state="failed") == "ended"
    assert await bank.wallet() == 0
    await bank.whole()
    retry = RetryPayout(
        receipt_id=str(second["receipt_id"]), payout_id=str(second["payout_id"]), reason="对方账户已恢复"
    )
    await trade.hall.run(operations.retry_payout, retry, trade.people.operator)
    with pytest.raises(NoSuchMove):
        await trade.hall.run(operations.retry_payout, retry, trade.people.operator)
    assert await bank.answer((await bank.payouts())[2]) == "ended"

    (refund,) = await bank.fetch("SELECT state, channel_minor, wallet_minor FROM payment_refund")
    assert tuple(refund) == ("done", 10_800, 0)
    assert await bank.balance(ledger.custody_bank(1)) == 0
    await bank.whole()


async def test_refunds_in_parts_never_exceed_what_an_account_paid(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    for amount in (3_000, 3_000, 4_800):
        await bank.send(payment, amount)

    for quantity in (1, 2, 3, 4):
        line = ordering.asks.LineQuantity(line_no=1, quantity=quantity)
        ask = RefundUnshipped(order_id=order.order_id, reason="少要", lines=(line,))
        await trade.hall.run(ordering.refund_unshipped, ask, trade.li)
        for payout in await bank.payouts():
            if payout["state"] == "asked":
                await bank.answer(payout)

    shares = await bank.fetch("SELECT amount_minor, refunded_minor FROM bank_receipt_share")
    assert all(share["amount_minor"] == share["refunded_minor"] for share in shares)
    assert await bank.balance(ledger.custody_bank(1)) == 0
    await bank.whole()


async def test_an_order_waits_seven_days_for_a_transfer_and_once_as_long_again(
    trade: Trade, bank: Banking
) -> None:
    order = await trade.one(red=10)
    placed = trade.clock.now()
    await trade.let_pass(hours=2)
    payment = await bank.choose(order)
    assert (await trade.page(order)).until == placed + timedelta(days=7, hours=2)
    await trade.let_pass(days=1)
    await bank.choose(order)
    assert (await trade.page(order)).until == placed + timedelta(days=7, hours=2)

    renewed = await trade.hall.run(
        ordering.renew_bank_payment, RenewPayment(payment_id=payment.payment_id), trade.li
    )

    assert renewed.expires_at == placed + timedelta(days=14, hours=2)
    assert (await trade.page(order)).until == renewed.expires_at
    with pytest.raises(RenewedAlready):
        await trade.hall.run(
            ordering.renew_bank_payment, RenewPayment(payment_id=payment.payment_id), trade.li
        )
    with pytest.raises(NotFound):
        await trade.hall.run(
            ordering.renew_bank_payment, RenewPayment(payment_id=payment.payment_id), trade.people.hengxin
        )


async def test_choosing_anew_gives_no_new_week(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    await bank.choose(order)
    until = (await trade.page(order)).until
    await trade.let_pass(days=3)

    by_channel = await bank.choose(order, method=PaymentMethod.channel)
    by_bank = await bank.choose(order)

    assert by_channel.payment_id != by_bank.payment_id
    assert (await trade.page(order)).until == until
    with pytest.raises(NotRenewable):
        await trade.hall.run(
            ordering.renew_bank_payment, RenewPayment(payment_id=by_channel.payment_id), trade.li
        )


async def test_when_the_time_is_over_what_came_goes_back_and_later_money_waits(
    trade: Trade, bank: Banking
) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 4_000)

    await trade.let_pass(days=7)
    await bank.closed(payment.payment_id)
    await bank.send(payment, 6_800)

    assert (await trade.page(order)).state == "closed"
    assert await bank.receipts() == [("returning", ""), ("parked", "payment_over")]
    (payout,) = await bank.payouts()
    assert await bank.answer(payout) == "ended"
    assert await bank.balance(ledger.custody_bank(1)) == 6_800
    await bank.whole()


async def test_a_cancelled_order_gives_back_what_had_come(trade: Trade, bank: Banking) -> None:
    order = await trade.one(red=10)
    payment = await bank.choose(order)
    await bank.send(payment, 4_000)

    await trade.hall.run(
        ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不想要了"), trade.li
    )
    await bank.closed(payment.payment_id)

    assert (await trade.page(order)).state == "closed"
    assert await bank.receipts() == [("returning", "")]
    await bank.whole()


async def test_the_wallet_pays_at_once_and_only_what_it_holds(trade: Trade, bank: Banking) -> None:
    first = await bank.choose(await trade.one(red=10))
    await bank.send(first, 10_800 + 9_000)
    order = await trade.one(red=8)
    assert order.amount_minor == 8_700

    payment = await bank.choose(order, method=PaymentMethod.wallet)

    assert payment.state == "paid"
    assert (await trade.page(order)).state == "wait_send"
    assert await bank.wallet() == 300
    with pytest.raises(payments.spending.WalletShort) as refused:
        await bank.choose(await trade.one(red=1), method=PaymentMethod.wallet)
    assert refused.value.facts == {
        "balance_minor": 300, "amount_minor": 1_600, "missing_minor": 1_300, "balance": "3.00", "missing": "13.00"
    }  # fmt: skip
    assert await bank.wallet() == 300
    await bank.whole()


async def test_what_the_wallet_paid_goes_back_into_it(trade: Trade, bank: Banking) -> None:
    first = await bank.choose(await trade.one(red=10))
    await bank.send(first, 10_800 + 9_000)
    order = await trade.one(red=8)
    await bank.choose(order, method=PaymentMethod.wallet)

    ask = RefundUnshipped(order_id=order.order_id, reason="不要了")
    await trade.hall.run(ordering.refund_unshipped, ask, trade.li)

    assert (await trade.page(order)).state == "terminated"
    assert await bank.wallet() == 9_000
    await bank.whole()


async def test_a_transfer_closes_with_its_time_when_its_order_was_paid_another_way(
    trade: Trade, bank: Banking
) -> None:
    order = await trade.one(red=10)
    by_channel = await trade.open_payment(order)
    payment = await bank.choose(order)
    await trade.settle(by_channel)  # the payer was faster than our closing
    assert (await bank.shown(payment.payment_id)).state == "open"
    await trade.let_pass(days=6, hours=23)
    assert (await bank.shown(payment.payment_id)).state == "open"

    await trade.let_pass(hours=1)

    assert (await bank.shown(payment.payment_id)).state == "closed"
    assert await bank.fetch("SELECT kind FROM timer WHERE about_id = $1", int(payment.payment_id)) == []
    await bank.whole()


async def test_a_transfer_that_is_paid_leaves_no_timer(trade: Trade, bank: Banking) -> None:
    payment = await bank.choose(await trade.one(red=10))

    await bank.send(payment, 10_800)

    assert await bank.fetch("SELECT kind FROM timer WHERE about_id = $1", int(payment.payment_id)) == []


async def test_a_renewed_transfer_has_the_new_time(trade: Trade, bank: Banking) -> None:
    payment = await bank.choose(await trade.one(red=10))
    ask = RenewPayment(payment_id=payment.payment_id)
    renewed = await trade.hall.run(ordering.renew_bank_payment, ask, trade.li)

    (timer,) = await bank.fetch("SELECT kind, due_at FROM timer WHERE about_id = $1", int(payment.payment_id))

    assert (timer["kind"], timer["due_at"]) == ("bank_expiry", renewed.expires_at)
