"""Errands of ordering: what waited for the payment channel to close a payment, for claims, for money at the bank; levels by rule."""

from typing import Any

from huozhan import ordering, pricebook
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system


async def payment_closed(hall: Hall, *, payment_id: int, **_: Any) -> None:
    """Does what waited until a payment was closed."""
    await hall.run(ordering.payment_closed, ordering.asks.PaymentRef(payment_id=str(payment_id)), system())


async def pay_claim(hall: Hall, *, order_id: int, cause: str, **_: Any) -> None:
    """Pays a claim that a former version only wrote down."""
    await hall.run(ordering.pay_claim, ordering.asks.ClaimRef(order_id=str(order_id), cause=cause), system())


async def bank_money(hall: Hall, *, receipt_id: int, **_: Any) -> None:
    """Finds out for whom money at the bank is."""
    await hall.run(ordering.bank_money_came, ordering.asks.BankMoney(receipt_id=str(receipt_id)), system())


async def excuse(hall: Hall, *, order_id: int, **_: Any) -> None:
    """Takes back what an order that is not late after all gave its buyer."""
    await hall.run(ordering.excuse_late, ordering.asks.OrderRef(order_id=str(order_id)), system())


async def rank(hall: Hall, *, seller_id: int, buyer_id: int, **_: Any) -> None:
    """Looks at a shop's buyers, or one of them, by the rules of its levels."""
    ask = ordering.RankBuyers(seller_id=str(seller_id), buyer_id=str(buyer_id))
    await hall.run(ordering.rank_buyers, ask, system())


async def rank_daily(hall: Hall) -> int:
    """A round of the worker: every shop with rules for levels is looked at once a day."""
    async with hall.working(system("levels")) as work:
        return await pricebook.want_daily_rankings(work)
