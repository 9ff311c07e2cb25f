"""What may happen to orders that are paid into escrow."""

from typing import Any

from bench.drills.simulation.happening import Happening, event
from huozhan import fulfilment, ordering, payments
from huozhan.fulfilment.asks import ConfirmReceipt, ParcelAsk, ParcelLineAsk, Ship
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import (
    AmendPrice,
    AnswerRefund,
    CancelOrder,
    LineQuantity,
    PayOrders,
    RefundUnshipped,
    TakeBackRefund,
)
from huozhan.payments.asks import AddBankAccount, Withdraw

HOLDERS = {"义乌市晨光小商品有限公司": "6222021208001234567", "佛山市禅城区宏发五金厂": "6217001180000000001"}


@event(16)
async def place(h: Happening) -> str:
    """Somebody buys cups, bolts or both."""
    wanted = {
        name: h.chance.randint(1, most)
        for name, most in (("red", 12), ("blue", 6), ("bolt", 900))
        if h.chance.random() < 0.55
    } or {"red": 1}
    placed = await h.trade.place(*h.trade.want(**wanted), from_cart=False)
    h.orders += placed.orders
    return str([order.amount_minor for order in placed.orders])


@event(18)
async def go_to_pay(h: Happening) -> str:
    """One order or two are to be paid together."""
    orders = [order for order in (h.any_order(), h.any_order() if h.chance.random() < 0.2 else None) if order]
    if not orders:
        return "none"
    ask = PayOrders(order_ids=tuple(sorted({order.order_id for order in orders})))
    payment_id = (await h.hall.run(ordering.pay_orders, ask, h.trade.li)).payment_id
    if payment_id not in h.payments:
        h.payments.append(payment_id)
    return payment_id


@event(20)
async def pay(h: Happening) -> str:
    """The payer pays at the channel, if it knows the payment by now."""
    ready = [ref for ref in h.payments if ref in h.parties.channel.payments]
    ready = [ref for ref in ready if h.parties.channel.payments[ref].state == "open"]
    return h.parties.channel.pay(h.chance.choice(ready)) if ready else "none"


@event(25)
async def hear(h: Happening) -> str:
    """A party's message arrives."""
    return await h.deliver()


@event(40)
async def work(h: Happening) -> str:
    """The worker takes a turn."""
    return str(await h.work())


@event(12)
async def time_passes(h: Happening) -> str:
    """Minutes, hours or days."""
    minutes = h.chance.choice((1, 5, 30, 60, 60, 360, 1_440, 2_880, 10_080))
    h.trade.clock.pass_(minutes=minutes)
    return str(minutes)


@event(16)
async def ship(h: Happening) -> Any:
    """The seller sends some of an order, or all that is left."""
    order = h.any_order()
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
    order = h.any_order()
    if order is None:
        return "none"
    return (
        await h.hall.run(fulfilment.confirm_receipt, ConfirmReceipt(order_id=order.order_id), h.trade.li)
    ).released_minor


@event(8)
async def ask_back(h: Happening) -> Any:
    """The buyer wants money back for what is not shipped."""
    order = h.any_order()
    if order is None:
        return "none"
    lines = (LineQuantity(line_no=1, quantity=h.chance.randint(1, 4)),) if h.chance.random() < 0.6 else ()
    ask = RefundUnshipped(order_id=order.order_id, reason="不要了", lines=lines)
    return (await h.hall.run(ordering.refund_unshipped, ask, h.trade.li)).amount_minor


@event(6)
async def end_question(h: Happening) -> str:
    """A question for money back is answered or taken back."""
    order = h.any_order()
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


@event(5)
async def cancel(h: Happening) -> Any:
    """Buyer or seller gives an order up."""
    order = h.any_order()
    if order is None:
        return "none"
    who = h.trade.li if h.chance.random() < 0.5 else h.trade.seller_of(order)
    return (
        await h.hall.run(ordering.cancel_order, CancelOrder(order_id=order.order_id, reason="不要了"), who)
    ).state


@event(4)
async def amend(h: Happening) -> Any:
    """The seller lowers a price."""
    order = h.any_order()
    if order is None:
        return "none"
    ask = AmendPrice(order_id=order.order_id, reason="优惠", goods_minor=max(1, order.amount_minor // 2))
    return (await h.hall.run(ordering.amend_price, ask, h.trade.seller_of(order))).state


@event(5)
async def withdraw(h: Happening) -> str:
    """A seller sends half of what is available to the bank."""
    seller = h.chance.choice((h.trade.chenguang, h.trade.hongfa))
    funds = await h.hall.run(payments.funds, Nothing(), seller)
    amount = min(funds.available_minor // 2, 900_000)
    if not amount:
        return "none"
    holder = list(HOLDERS)[0 if seller is h.trade.chenguang else 1]
    account = AddBankAccount(number=HOLDERS[holder], holder=holder, bank_name="工商银行")
    account_id = (await h.hall.run(payments.add_bank_account, account, seller)).accounts[0].account_id
    await h.hall.run(payments.withdraw, Withdraw(account_id=account_id, amount_minor=amount), seller)
    return str(amount)
