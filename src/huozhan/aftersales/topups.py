"""Where what a buyer paid more in an exchange goes when the case ends: to the seller, or back the way it came."""

import msgspec

from huozhan import ordering, payments
from huozhan.aftersales.case import Case, CaseState
from huozhan.kernel.work import Work
from huozhan.payments import Refund, Release

KEY = "difference"


async def settle_topup(work: Work, order: ordering.OrderInCase, case: Case, *, to_seller: bool) -> Case:
    """Empties the case's escrow (E4 or E7a); of a difference that is not paid yet nothing more is taken. The case afterwards."""
    if case.topup_minor:
        await (_release(work, order, case) if to_seller else _give_back(work, case))
        return msgspec.structs.replace(case, topup_minor=0)
    if case.state is CaseState.wait_buyer_pay:
        return await without_payment(work, case)
    return case


async def without_payment(work: Work, case: Case) -> Case:
    """The case with no payment under way; one that was is closed at the channel, and goes back if the payer is faster."""
    if case.topup_payment_id:
        await payments.close_at_channel(work, case.topup_payment_id)
    return msgspec.structs.replace(case, topup_payment_id=0)


async def send_back(work: Work, case: Case, payment_id: int, amount_minor: int, key: str) -> None:
    """Sends money out of the case's escrow back to its payer, once under a key."""
    await payments.refund_escrow(
        work,
        Refund(
            order_id=case.case_id,
            payment_id=payment_id,
            buyer_id=case.buyer_id,
            key=key,
            amount_minor=amount_minor,
            reason=case.number,
            order_number=case.order_number,
        ),
    )


async def _give_back(work: Work, case: Case) -> None:
    await send_back(work, case, case.topup_payment_id, case.topup_minor, KEY)


async def _release(work: Work, order: ordering.OrderInCase, case: Case) -> None:
    """The seller's, less our commission: sold at its own price, by the rules of the order."""
    await payments.release(
        work,
        Release(
            order_id=case.case_id,
            seller_id=case.seller_id,
            key=KEY,
            goods_minor=(case.topup_minor,),
            rules=order.rule_pins,
            order_number=case.order_number,
            escrow_id=case.case_id,
        ),
    )
