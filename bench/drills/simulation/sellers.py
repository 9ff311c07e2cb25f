"""What sellers do with their money: withdrawals small and large, deposits; what the market takes from them."""

from typing import Any

from bench.drills.simulation.happening import Happening, event
from huozhan import operations, payments
from huozhan.kernel.shapes import Nothing
from huozhan.payments.asks import (
    AnswerWithdrawal,
    ApproveWithdrawal,
    FillPool,
    PayDeposit,
    Penalise,
    Withdraw,
    WithdrawalRef,
)


@event(6)
async def withdraw(h: Happening) -> str:
    """Somebody sends some of what is there to the bank."""
    name = h.chance.choice(("chenguang", "hongfa", "hongfa", "li"))
    clerk = h.opened.clerk
    actor = clerk.actor if name == "hongfa" else getattr(h.trade.people, name)
    funds = await h.hall.run(payments.funds, Nothing(), actor)
    source: Any = "wallet" if name == "li" else "available"
    amount = (funds.wallet_minor if name == "li" else funds.available_minor) // h.chance.choice((1, 2, 3))
    if not amount:
        return "none"
    if name != "hongfa":
        amount = min(amount, 900_000)
    ask = Withdraw(
        account_id=h.opened.accounts[name], amount_minor=amount, source=source,
        code=clerk.code(h.trade.clock) if name == "hongfa" else "",
    )  # fmt: skip
    asked = await h.hall.run(payments.withdraw, ask, actor)
    if asked.state == "waiting":
        h.withdrawals.append(asked.withdrawal_id)
    return f"{name} {amount} {asked.state}"


@event(4)
async def end_withdrawal(h: Happening) -> str:
    """A large withdrawal is approved, refused or taken back."""
    if not h.withdrawals:
        return "none"
    withdrawal_id, roll = h.chance.choice(h.withdrawals[-3:]), h.chance.random()
    owner, clerk = h.opened.owner, h.opened.clerk
    if roll < 0.6:
        approve = ApproveWithdrawal(withdrawal_id=withdrawal_id, code=owner.code(h.trade.clock))
        return (await h.hall.run(payments.approve_withdrawal, approve, owner.actor)).state
    if roll < 0.8:
        refuse = AnswerWithdrawal(withdrawal_id=withdrawal_id, reason="本月不提")
        return (await h.hall.run(payments.refuse_withdrawal, refuse, owner.actor)).state
    back = WithdrawalRef(withdrawal_id=withdrawal_id)
    return (await h.hall.run(payments.take_back_withdrawal, back, clerk.actor)).state


@event(4)
async def pay_deposit(h: Happening) -> str:
    """A seller goes to the channel with a deposit."""
    seller = h.chance.choice((h.trade.chenguang, h.trade.hongfa))
    ask = PayDeposit(amount_minor=h.chance.choice((5_000, 50_000)))
    payment_id = (await h.hall.run(payments.pay_deposit, ask, seller)).payment_id
    h.payments.append(payment_id)
    return payment_id


@event(1)
async def penalise(h: Happening) -> str:
    """The market takes a penalty out of a deposit."""
    seller = h.chance.choice((h.trade.chenguang, h.trade.hongfa))
    ask = Penalise(org_id=str(seller.org_id), amount_minor=h.chance.choice((500, 20_000)), reason="虚假发货")
    return str((await h.hall.run(operations.penalise, ask, h.operator)).deposit_minor)


@event(1)
async def fill_pool(h: Happening) -> str:
    """The market sets money aside for what badges promise."""
    ask = FillPool(amount_minor=1_000, reason="补充保障金")
    return str((await h.hall.run(operations.fill_pool, ask, h.operator)).pool_minor)
