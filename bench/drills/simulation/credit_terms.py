"""What may happen to orders on credit terms 账期, and to the line they are taken from."""

from typing import Any

from bench.drills.simulation.happening import Happening, event, tidying
from bench.drills.simulation.opening import LIMIT_MINOR, terms
from huozhan import credit
from huozhan.credit.asks import (
    AcceptCredit,
    AgreementRef,
    AnswerDispute,
    DisputeBill,
    RepayCredit,
    StopCredit,
)
from huozhan.kernel.refusals import Refusal
from huozhan.ordering.asks import TradeTypeChoice


@event(8)
async def order_on_credit(h: Happening) -> str:
    """Bolts, now and then with cups that are paid into escrow."""
    wanted = {"bolt": h.chance.randint(100, 6_000)}
    if h.chance.random() < 0.2:
        wanted["red"] = h.chance.randint(1, 5)
    choice = (TradeTypeChoice(seller_id=str(h.trade.hongfa.org_id), trade_type="period"),)
    placed = await h.trade.place(*h.trade.want(**wanted), trade_types=choice, from_cart=False)
    h.orders += placed.orders
    return str([order.amount_minor for order in placed.orders])


@event(5)
async def repay(h: Happening) -> str:
    """The buyer goes to the channel with what is owed, or part of it."""
    amount = h.chance.choice((None, None, h.chance.randint(1, 20_000)))
    ask = RepayCredit(agreement_id=h.opened.agreement_id, amount_minor=amount)
    payment_id = (await h.hall.run(credit.repay_credit, ask, h.trade.li)).payment_id
    if payment_id not in h.payments:
        h.payments.append(payment_id)
    return payment_id


@event(2)
async def dispute(h: Happening) -> str:
    """The buyer questions a part of a bill."""
    bills = (await _page(h)).bills
    if not bills:
        return "none"
    bill = h.chance.choice(bills)
    ask = DisputeBill(
        agreement_id=h.opened.agreement_id, bill_id=bill.bill_id, amount_minor=h.chance.randint(1, 500), reason="少了货"
    )  # fmt: skip
    await h.hall.run(credit.dispute_bill, ask, h.trade.li)
    return "disputed"


@event(3)
async def answer_dispute(h: Happening) -> str:
    """The seller answers."""
    open_ones = [bill.dispute for bill in (await _page(h)).bills if bill.dispute]
    if not open_ones:
        return "none"
    agree = h.chance.random() < 0.5
    ask = AnswerDispute(
        agreement_id=h.opened.agreement_id, dispute_id=open_ones[0].dispute_id, agree=agree, answer="数量无误"
    )
    await h.hall.run(credit.answer_dispute, ask, h.trade.hongfa)
    return f"agreed {agree}"


@event(1)
async def stop_line(h: Happening) -> str:
    """The seller stops the line for a while, or lets it run again."""
    deed = h.chance.choice((credit.suspend_credit, credit.resume_credit, credit.resume_credit))
    ask = StopCredit(agreement_id=h.opened.agreement_id, reason="对账中")
    return (await h.hall.run(deed, ask, h.trade.hongfa)).state


@event(1)
async def change_terms(h: Happening) -> str:
    """The seller offers another limit, and the buyer says yes."""
    limit = h.chance.choice((LIMIT_MINOR // 4, LIMIT_MINOR, LIMIT_MINOR * 2))
    ask = terms(h.trade.clock.now(), limit, h.trade.li)
    line = await h.hall.run(credit.grant_credit, ask, h.trade.hongfa)
    offered = line.offered
    if offered is not None:
        yes = AcceptCredit(
            agreement_id=line.agreement_id, version=offered.version, buyer_size=credit.OrgSize.micro
        )
        await h.hall.run(credit.accept_credit, yes, h.trade.li)
    return str(limit)


@tidying
async def repay_all(h: Happening) -> None:
    """In the end the buyer pays what is owed."""
    ask = RepayCredit(agreement_id=h.opened.agreement_id)
    try:
        payment_id = (await h.hall.run(credit.repay_credit, ask, h.trade.li)).payment_id
    except Refusal as refusal:
        h.note(refusal.code)
        return
    while await h.work():
        pass
    if h.parties.channel.payable(payment_id):
        h.parties.channel.pay(payment_id)


async def _page(h: Happening) -> Any:
    return await h.hall.run(credit.credit_page, AgreementRef(agreement_id=h.opened.agreement_id), h.trade.li)
