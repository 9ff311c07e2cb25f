"""Giving back: compensation that turns out not to be owed returns to whom it was taken from, while the buyer still has it."""

from huozhan import ledger
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.standing import judge
from huozhan.payments.store import takes
from huozhan.payments.taking import POOL_ID, net_debt


async def give_compensation_back(work: Work, order_id: int, cause: str) -> bool:
    """Takes a compensation out of the buyer's wallet again (E9r); tells whether it was still there, whole and free.

    What was withdrawn or is being withdrawn stays with the buyer (B1.8). What had become debt goes to the supplier's
    available money, out of which debts are netted first. The caller holds the order.
    """
    taken = await takes.find(work, order_id, cause)
    if taken is None:
        return False
    seller_id = taken["seller_id"]
    wallet = ledger.wallet(taken["buyer_id"])
    found = await ledger.lock_balances(
        work,
        [
            ledger.payable_available(seller_id),
            ledger.seller_debt(seller_id),
            ledger.deposit(seller_id),
            ledger.insurance_pool(POOL_ID),
            wallet,
        ],
    )
    if found[wallet].free_minor < taken["amount_minor"]:
        return False
    times = await takes.reverse(work, order_id, cause)
    entry = write_entry(
        "E9r",
        business_key=f"E9r:{order_id}:{cause}:{times}",
        about_id=order_id,
        owners={201: taken["buyer_id"], 204: seller_id, 205: seller_id, 209: POOL_ID},
        amounts={
            "available": taken["available_minor"] + taken["debt_minor"],
            "deposit": taken["deposit_minor"],
            "pool": taken["pool_minor"],
        },
        memo={"cause": cause},
    )
    await ledger.post(work, [entry])
    await net_debt(work, seller_id)
    if taken["deposit_minor"]:
        await judge(work, [seller_id])
    return True
