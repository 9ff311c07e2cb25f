"""What may happen to orders that a lender pays 先采后付: promises, deeds, repayments, and debts that fall overdue."""

from bench.drills.simulation.happening import Happening, event
from huozhan import finance, ordering, payments
from huozhan.finance.asks import HearLender, RepayLoan
from huozhan.kernel.actor import system
from huozhan.ordering.asks import PayOrders, TradeTypeChoice


@event(9)
async def order_lent(h: Happening) -> str:
    """Cups that the lender shall pay; the buyer goes to its page at once."""
    choice = TradeTypeChoice(seller_id=str(h.trade.chenguang.org_id), trade_type="pay_later")
    wanted = h.trade.want(red=h.chance.randint(1, 40))
    (order,) = (await h.trade.place(*wanted, trade_types=(choice,), from_cart=False)).orders
    h.orders.append(order)
    ask = PayOrders(order_ids=(order.order_id,), method=payments.PaymentMethod.lender)
    return (await h.hall.run(ordering.pay_orders, ask, h.trade.li)).payment_id


@event(10)
async def agree_at_lender(h: Happening) -> str:
    """The buyer agrees on the lender's page."""
    open_ones = h.parties.lender.payable()
    if not open_ones:
        return "none"
    ref = h.chance.choice(open_ones)
    h.parties.lender.agree(ref)
    return ref


@event(12)
async def hear_lender(h: Happening) -> str:
    """A word of the lender's arrives."""
    words = h.parties.lender.words
    if not words:
        return "none"
    word = words.pop(h.chance.randrange(len(words)))
    said = HearLender(message_id=f"l{h.count}", body=word, is_genuine=h.chance.random() < 0.9)
    await h.hall.run(finance.hear_lender, said, system("hooks"))
    return "heard"


@event(4)
async def repay_loan(h: Happening) -> str:
    """The buyer goes to the channel with a debt, or part of it."""
    order = await h.any_order("part_sent", "wait_receive", "success", of="pay_later")
    if order is None:
        return "none"
    amount = h.chance.choice((None, h.chance.randint(1, 2_000)))
    ask = RepayLoan(order_id=order.order_id, amount_minor=amount)
    payment_id = (await h.hall.run(finance.repay_loan, ask, h.trade.li)).payment_id
    if payment_id not in h.payments:
        h.payments.append(payment_id)
    return payment_id


@event(3)
async def lender_acts(h: Happening) -> str:
    """The buyer repays at the lender itself, or a day comes on which a debt is overdue."""
    lender = h.parties.lender
    owing = [ref for ref in lender.loans if lender.owed(ref) > 0]
    if not owing:
        return "none"
    ref, now = h.chance.choice(owing), h.trade.clock.now()
    due_at = lender.loans[ref]["due_at"]
    if due_at is not None and due_at < now:
        lender.falls(ref, "overdue")
    else:
        lender.own_repayment(ref, h.chance.randint(1, lender.owed(ref)))
    lender.tell("loan.changed", loan_ref=ref)
    return ref
