"""Credit notes: goods that were billed come back, so less is owed; what was paid already is the buyer's again (B1.5a)."""

import msgspec

from huozhan import ledger, payments
from huozhan.credit.agreement import market_day
from huozhan.credit.bill import Bill
from huozhan.credit.repaying import after_paying, as_paid, restored
from huozhan.credit.store import bills
from huozhan.credit.using import lock_order
from huozhan.kernel.work import Work


async def note(work: Work, claw: payments.ClawBack) -> int:
    """Takes so much off an order's bills: off what is open first, then out of the seller's money for what was paid.

    The caller holds the order. What is questioned goes last of what is open. Tells what the buyer has of it in all: no
    more than was owed, where a part of the bill had been forgiven before.
    """
    row, agreement = await lock_order(work, claw.order_id)
    found = await bills.of_order(work, row["agreement_id"], claw.order_id)
    lessened, left_minor = _take_off([bill.accrued(market_day(work)) for bill in found], claw.amount_minor)
    reduced_minor = claw.amount_minor - left_minor
    if reduced_minor:
        await bills.save(work, agreement.agreement_id, lessened)
        key = f"note:{claw.order_id}:{claw.key}"
        await ledger.post(work, [restored(agreement.agreement_id, key, reduced_minor)])
        await after_paying(work, agreement)
    paid = _earned(found)
    gone = await payments.left_to_claw_back(work, claw.order_id, earned=paid)
    back_minor = min(left_minor, gone.goods_minor)
    if back_minor:
        asked = msgspec.structs.replace(
            claw, payment_id=0, goods_minor=back_minor, freight_minor=0, earned=paid
        )
        await payments.claw_back(work, asked)
    return reduced_minor + back_minor


def _take_off(found: list[Bill], amount_minor: int) -> tuple[list[Bill], int]:
    """The bills with so much less open, what is due before what is questioned; tells what they could not bear."""
    left, lessened = amount_minor, {bill.bill_id: bill for bill in found}
    for reach in ("due_minor", "open_minor"):
        for bill in list(lessened.values()):
            less = min(left, getattr(bill, reach))
            if less:
                lessened[bill.bill_id] = as_paid(
                    msgspec.structs.replace(
                        bill,
                        reduced_minor=bill.reduced_minor + less,
                        disputed_minor=min(bill.disputed_minor, bill.open_minor - less),
                    )
                )
                left -= less
    before = {bill.bill_id: bill for bill in found}
    return [bill for bill in lessened.values() if bill is not before[bill.bill_id]], left


def _earned(found: list[Bill]) -> payments.Earned:
    """What the seller was paid on these bills; commission was a share of the whole bill, so it comes back as one."""
    shares = [bill.market_share(bill.paid_minor) for bill in found]
    return payments.Earned(
        goods_minor=sum(bill.paid_minor for bill in found),
        commission_minor=sum(commission for commission, _ in shares),
        vat_minor=sum(vat for _, vat in shares),
    )
