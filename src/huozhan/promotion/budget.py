"""The market's money in prices: a budget per promotion, held by orders, spent when they are paid, given back by refunds.

What is left of a budget is an account of the ledger that cannot fall below what is held on it, so that two orders at
once cannot both have the last of it. What is spent of it is the market's own expense (401) in the orders' escrow.
"""

from collections.abc import Collection

from huozhan import ledger
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import Entry, write_entry


class BudgetUsedUp(Refusal):
    """The market has spent what it set aside for these coupons."""

    code = "promotion.budget_used_up"


async def grant(work: Work, promotion_id: int, amount_minor: int) -> None:
    """Sets a budget aside (M4a)."""
    await ledger.post(work, [_entry("M4a", f"M4a:{promotion_id}", promotion_id, promotion_id, amount_minor)])


async def left(work: Work, promotion_ids: Collection[int]) -> dict[int, int]:
    """What is left of some budgets once every order that holds a part of them is paid."""
    if not promotion_ids:
        return {}
    found = await ledger.balances(work, [ledger.budget_free(one) for one in promotion_ids])
    return {account.owner_id: stands.posted_minor - stands.held_minor for account, stands in found.items()}


async def hold(work: Work, promotion_id: int, order_id: int, amount_minor: int, shrunk: int = 0) -> None:
    """Speaks for an order's part of a budget; `shrunk` says how often that part has become smaller."""
    free, granted = ledger.budget_free(promotion_id), ledger.budget_granted(promotion_id)
    try:
        await ledger.hold(work, _hold_key(order_id, shrunk), free, granted, amount_minor)
    except ledger.NotCovered as refusal:
        raise BudgetUsedUp from refusal


async def spend(work: Work, promotion_id: int, order_id: int, shrunk: int, amount_minor: int) -> None:
    """The order is paid: what it held is spent, and stands in its escrow (M4b, E1)."""
    await ledger.post_hold(
        work, _hold_key(order_id, shrunk), _spent(promotion_id, order_id, amount_minor), "paid"
    )


async def spend_again(work: Work, promotion_id: int, order_id: int, amount_minor: int) -> None:
    """An order that had let go of its part is paid after all: it has what is left of the budget, or nothing."""
    try:
        await ledger.post(work, _spent(promotion_id, order_id, amount_minor))
    except ledger.NotCovered as refusal:
        raise BudgetUsedUp from refusal


async def let_go(work: Work, order_id: int, shrunk: int, why: str) -> None:
    """The order ended unpaid, or was amended: its part is free again."""
    await ledger.void_hold(work, _hold_key(order_id, shrunk), why)


async def give_back(work: Work, promotion_id: int, order_id: int, key: str, amount_minor: int) -> None:
    """A refund: the market's part of it leaves escrow, and is in the budget again (E7a, M4c)."""
    back = write_entry(
        "E7a",
        business_key=f"E7a:coupon:{order_id}:{key}",
        about_id=order_id,
        owners={ledger.ESCROW: order_id, ledger.COUPON_SUBSIDY: promotion_id},
        amounts={"coupon": amount_minor},
        memo={"promotion_id": str(promotion_id)},
    )
    await ledger.post(work, [back, _restored(promotion_id, order_id, key, amount_minor)])


async def restore(work: Work, promotion_id: int, order_id: int, key: str, amount_minor: int) -> None:
    """A refund after release: the seller gives the market's part back (E8), and it is in the budget again (M4c)."""
    await ledger.post(work, [_restored(promotion_id, order_id, key, amount_minor)])


def _restored(promotion_id: int, order_id: int, key: str, amount_minor: int) -> Entry:
    return _entry("M4c", f"M4c:{order_id}:{key}", order_id, promotion_id, amount_minor)


def _spent(promotion_id: int, order_id: int, amount_minor: int) -> tuple[Entry, Entry]:
    added = write_entry(
        "E1",
        business_key=f"E1:coupon:{order_id}",
        about_id=order_id,
        owners={ledger.COUPON_SUBSIDY: promotion_id, ledger.ESCROW: order_id},
        amounts={"coupon": amount_minor},
        memo={"promotion_id": str(promotion_id)},
    )
    return added, _entry("M4b", f"M4b:{order_id}", order_id, promotion_id, amount_minor)


def _entry(code: str, key: str, about_id: int, promotion_id: int, amount_minor: int) -> Entry:
    accounts = (ledger.budget_free(promotion_id), ledger.budget_granted(promotion_id))
    return write_entry(
        code,
        business_key=key,
        about_id=about_id,
        owners={account.code: account.owner_id for account in accounts},
        amounts={"amount": amount_minor},
    )


def _hold_key(order_id: int, shrunk: int) -> str:
    return f"coupon:{order_id}:{shrunk}" if shrunk else f"coupon:{order_id}"
