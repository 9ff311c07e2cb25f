"""What may happen to orders that are paid into escrow, by the channel, from the wallet or by transfer."""

from typing import Any

from bench.drills.simulation.happening import Happening, at_once, event, tidying
from bench.drills.simulation.opening import HOLDERS
from huozhan import fulfilment, operations, ordering, payments
from huozhan.fulfilment.asks import ConfirmReceipt, ExtendReceipt, ParcelAsk, ParcelLineAsk, Ship
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import (
    AcceptAmendment,
    AmendPrice,
    AnswerRefund,
    CancelOrder,
    DeclareLack,
    LineQuantity,
    OrderRef,
    PayOrders,
    RefundUnshipped,
    RenewPayment,
    TakeBackRefund,
)
from huozhan.payments import PaymentMethod
from huozhan.payments.asks import AssignBankReceipt, PaymentAsk, RetryPayout, ReturnBankReceipt

STRANGER = "陌生人贸易行"


@event(16)
async def place(h: Happening) -> str:
    """Somebody buys cups, bolts or both, now and then a machine."""
    wanted = {
        name: h.chance.randint(1, most)
        for name, most in (("red", 40), ("blue", 6), ("bolt", 900))
        if h.chance.random() < 0.55
    } or {"red": 1}
    if h.chance.random() < 0.08:
        wanted["mill"] = h.chance.randint(1, 3)
    placed = await h.trade.place(*h.trade.want(**wanted), from_cart=False)
    h.orders += placed.orders
    return str([order.amount_minor for order in placed.orders])


@event(18)
async def go_to_pay(h: Happening) -> str:
    """One order or some are to be paid together, mostly at the channel."""
    orders = {
        order.order_id
        for _ in range(h.chance.choice((1, 1, 1, 2, 3)))
        if (order := await h.any_order("wait_pay"))
    }
    if not orders:
        return "none"
    method = h.chance.choices((PaymentMethod.channel, PaymentMethod.bank, PaymentMethod.wallet), (7, 2, 2))[0]
    paying = await h.hall.run(
        ordering.pay_orders, PayOrders(order_ids=tuple(sorted(orders)), method=method), h.trade.li
    )
    kept = h.payments if method is PaymentMethod.channel else h.bank_payments
    if method is not PaymentMethod.wallet and paying.payment_id not in kept:
        kept.append(paying.payment_id)
    return f"{method} {paying.payment_id}"


@event(20)
async def pay(h: Happening) -> str:
    """The payer pays at the channel, if it knows the payment by now."""
    ready = [ref for ref in h.payments if h.parties.channel.payable(ref)]
    return f"paid {h.parties.channel.pay(h.chance.choice(ready))}" if ready else "none"


@event(8)
async def send_money(h: Happening) -> str:
    """Money comes to a payment's account at the bank: all of it, less, more, a stranger's, another currency's."""
    if not h.bank_payments:
        return "none"
    payment_id = h.chance.choice(h.bank_payments[-4:])
    shown = await h.hall.run(payments.payment, PaymentAsk(payment_id=payment_id), h.trade.li)
    roll = h.chance.random()
    amount, payer, currency, account = shown.amount_minor, HOLDERS["li"][0], "CNY", shown.account_no
    if roll < 0.2:
        amount = max(1, amount // 3)
    elif roll < 0.3:
        amount += h.chance.randint(1, 500)
    elif roll < 0.4:
        payer = STRANGER
    elif roll < 0.45:
        currency = "USD"
    elif roll < 0.5:
        account = ""
    return h.parties.bank.receive(amount, payer=payer, virtual_account=account, currency=currency)


@event(2)
async def renew(h: Happening) -> str:
    """A transfer needs more time."""
    if not h.bank_payments:
        return "none"
    ask = RenewPayment(payment_id=h.chance.choice(h.bank_payments[-4:]))
    await h.hall.run(ordering.renew_bank_payment, ask, h.trade.li)
    return "renewed"


@event(3)
async def judge_receipt(h: Happening) -> str:
    """An operator sends parked money back, or says for which payment it is."""
    async with h.hall.pool.acquire() as db:
        receipt_id = await db.fetchval(
            "SELECT receipt_id FROM bank_receipt WHERE state IN ('parked', 'waiting') ORDER BY receipt_id LIMIT 1"
        )
    if receipt_id is None:
        return "none"
    ref, why = str(receipt_id), "已电话核实"
    if h.bank_payments and h.chance.random() < 0.5:
        payment_id = h.chance.choice(h.bank_payments[-4:])
        shown = await h.hall.run(payments.payment, PaymentAsk(payment_id=payment_id), h.trade.li)
        assign = AssignBankReceipt(receipt_id=ref, account_no=shown.account_no, reason=why)
        await h.hall.run(operations.assign_bank_receipt, assign, h.operator)
        return "assigned"
    await h.hall.run(
        operations.return_bank_receipt, ReturnBankReceipt(receipt_id=ref, reason=why), h.operator
    )
    return "returned"


@tidying
async def return_parked(h: Happening) -> None:
    """What lies parked goes back."""
    async with h.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT receipt_id FROM bank_receipt WHERE state = 'parked' ORDER BY receipt_id"
        )
    for row in rows:
        ask = ReturnBankReceipt(receipt_id=str(row["receipt_id"]), reason="无法匹配")
        await h.hall.run(operations.return_bank_receipt, ask, h.operator)


@event(2)
async def retry_payouts(h: Happening) -> str:
    """An operator has money sent back once more that the bank refused."""
    async with h.hall.pool.acquire() as db:
        rows = await db.fetch(
            "SELECT receipt_id, payout_id FROM bank_payout WHERE state = 'failed' AND refund_id <> 0 ORDER BY payout_id LIMIT 9"
        )
    for row in rows:
        ask = RetryPayout(
            receipt_id=str(row["receipt_id"]), payout_id=str(row["payout_id"]), reason="账户已核对"
        )
        try:
            await h.hall.run(operations.retry_payout, ask, h.operator)
        except Refusal as refusal:
            h.note(refusal.code)
    return str(len(rows) or "none")


at_once(retry_payouts)


@event(16)
async def ship(h: Happening) -> Any:
    """The seller sends some of an order, or all that is left."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    lines = (ParcelLineAsk(line_no=1, quantity=h.chance.randint(1, 6)),) if h.chance.random() < 0.4 else ()
    waybill = f"SF{7_000_000_000_000 + h.count}"
    parcel = ParcelAsk(carrier_code="SF", waybill=waybill, lines=lines)
    ask = Ship(order_id=order.order_id, parcels=(parcel,))
    return (await h.hall.run(fulfilment.ship, ask, h.trade.seller_of(order))).state


@event(12)
async def confirm(h: Happening) -> Any:
    """The buyer has what was sent."""
    order = await h.any_order("part_sent", "wait_receive")
    if order is None:
        return "none"
    ask = ConfirmReceipt(order_id=order.order_id)
    return (await h.hall.run(fulfilment.confirm_receipt, ask, h.trade.li)).released_minor


@event(2)
async def extend(h: Happening) -> Any:
    """A parcel may take longer to be received."""
    order = await h.any_order("part_sent", "wait_receive")
    if order is None:
        return "none"
    parcels = (await h.trade.parcels(order)).parcels
    if not parcels:
        return "none"
    parcel = h.chance.choice(parcels)
    ask = ExtendReceipt(
        order_id=order.order_id, parcel_id=parcel.parcel_id, days=h.chance.choice(parcel.can_extend or [7])
    )
    await h.hall.run(fulfilment.extend_receipt, ask, h.trade.li)
    return "extended"


@event(8)
async def ask_back(h: Happening) -> Any:
    """The buyer wants money back for what is not shipped."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    lines = (LineQuantity(line_no=1, quantity=h.chance.randint(1, 4)),) if h.chance.random() < 0.6 else ()
    ask = RefundUnshipped(order_id=order.order_id, reason="不要了", lines=lines)
    return (await h.hall.run(ordering.refund_unshipped, ask, h.trade.li)).amount_minor


@event(6)
async def end_question(h: Happening) -> str:
    """A question for money back is answered or taken back."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    refunds = [refund for refund in (await h.trade.page(order)).refunds if refund.state == "asked"]
    if not refunds:
        return "none"
    refund_id, roll = refunds[0].refund_id, h.chance.random()
    if roll < 0.3:
        back = TakeBackRefund(order_id=order.order_id, refund_id=refund_id)
        await h.hall.run(ordering.take_back_refund, back, h.trade.li)
        return "taken back"
    answer = AnswerRefund(order_id=order.order_id, refund_id=refund_id, agree=roll < 0.7, reason="好")
    await h.hall.run(ordering.answer_refund, answer, h.trade.seller_of(order))
    return f"answered {roll < 0.7}"


@event(4)
async def cancel(h: Happening) -> Any:
    """Buyer or seller gives an order up."""
    order = await h.any_order("wait_pay")
    if order is None:
        return "none"
    who = h.trade.li if h.chance.random() < 0.5 else h.trade.seller_of(order)
    ask = CancelOrder(order_id=order.order_id, reason="不要了")
    return (await h.hall.run(ordering.cancel_order, ask, who)).state


@event(5)
async def amend(h: Happening) -> Any:
    """The seller lowers a price, or asks for more."""
    order = await h.any_order("wait_pay")
    if order is None:
        return "none"
    factor = h.chance.choice((50, 90, 100, 120))
    freight = h.chance.choice((None, 0, 500))
    goods = max(1, order.amount_minor * factor // 100)
    ask = AmendPrice(order_id=order.order_id, reason="优惠", goods_minor=goods, freight_minor=freight)
    return (await h.hall.run(ordering.amend_price, ask, h.trade.seller_of(order))).state


@event(3)
async def accept(h: Happening) -> Any:
    """The buyer agrees to a higher price."""
    order = await h.any_order("wait_pay")
    if order is None:
        return "none"
    return (
        await h.hall.run(ordering.accept_amendment, AcceptAmendment(order_id=order.order_id), h.trade.li)
    ).state


@event(3)
async def lack(h: Happening) -> Any:
    """The seller has not got what was paid: it goes back at once, with compensation."""
    order = await h.any_order("wait_send", "part_sent")
    if order is None:
        return "none"
    lines = (LineQuantity(line_no=1, quantity=h.chance.randint(1, 3)),) if h.chance.random() < 0.5 else ()
    ask = DeclareLack(order_id=order.order_id, reason="断货", lines=lines)
    await h.hall.run(ordering.declare_lack, ask, h.trade.seller_of(order))
    return "lacked"


async def page_of(h: Happening, order_id: str) -> Any:
    """An order as its buyer sees it."""
    return await h.hall.run(ordering.order_page, OrderRef(order_id=order_id), h.trade.li)
