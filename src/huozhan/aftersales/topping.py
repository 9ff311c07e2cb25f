"""Topping up 补差价: what an exchange for a dearer SKU costs more waits in an escrow of the case's own (E1, E3).

It is paid once the seller has accepted what came back, and before the replacement is sent. It is the seller's when the replacement
is received (E4), and goes back the way it came where the case ends otherwise (E7a, E7b).
"""

from collections.abc import Sequence

import msgspec

from huozhan import ordering, payments
from huozhan.aftersales import going, showing
from huozhan.aftersales.asks import CaseRef, DifferencePaid, PayDifference
from huozhan.aftersales.case import BUYER, MOVES, Case, CaseEvent, CaseState
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.topups import send_back, without_payment
from huozhan.aftersales.views import CaseStateView, PayingDifferenceView
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.payments import Part, PaymentMethod, Purpose

PAY = "exchange_pay.buyer"
PAID_JOB = "aftersales.difference_paid"
LATE = "late"


@use_case("order.pay", writes=True)
async def pay_difference(work: Work, ask: PayDifference) -> PayingDifferenceView:
    """Pay what the wanted goods cost more: at once from the wallet, or open a payment at the channel in place of one before."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    MOVES.after(case.state, CaseEvent.pay_difference, number=case.number)
    method = PaymentMethod(ask.method)
    await without_payment(work, case)
    payment_id = await payments.open_payment(
        work,
        payer_id=case.buyer_id,
        parts=[Part(order_id=case.case_id, seller_id=case.seller_id, amount_minor=case.difference_minor)],
        subject=case.number,
        expires_at=case.due_at or work.now,
        method=method,
        purpose=Purpose.difference,
    )
    case = msgspec.structs.replace(case, topup_payment_id=payment_id)
    await store.set_topup_payment(work, case)
    if method is PaymentMethod.wallet:
        await payments.pay_from_wallet(work, payment_id)
        await payments.take_into_escrow(work, payment_id, case.case_id)
        await _take(work, order, case, By(BUYER, work.actor.person_id))
    return PayingDifferenceView(
        case_id=ask.case_id,
        payment_id=str(payment_id),
        method=method,
        amount_minor=case.difference_minor,
    )


@use_case("system", writes=True)
async def difference_paid(work: Work, ask: DifferencePaid) -> Done:
    """The channel has the difference, and it is in the case's escrow: the seller may send, or it came too late and goes back."""
    order, case = await going.case_for_update(work, ask.case_id)
    is_its_own = int(ask.payment_id) == case.topup_payment_id
    if is_its_own and case.state is CaseState.wait_buyer_pay:
        await _take(work, order, case, By(BUYER, 0))
    elif not is_its_own:
        await send_back(work, case, int(ask.payment_id), ask.amount_minor, LATE)
    return Done()


async def _take(work: Work, order: ordering.OrderInCase, case: Case, by: By) -> None:
    paid = case.moved(
        CaseEvent.pay_difference,
        due_at=work.now + going.span(work, order, going.SEND_AGAIN),
        topup_minor=case.difference_minor,
    )
    await going.go(work, paid, CaseEvent.pay_difference, by)


@use_case("order.place", writes=True)
async def decline_difference(work: Work, ask: CaseRef) -> CaseStateView:
    """Not pay more after all: the goods are with the seller, so all that they cost comes back."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    by = By(BUYER, work.actor.person_id)
    return showing.state_view(await going.give_back(work, order, case, CaseEvent.unpaid, by))


async def note_paid(work: Work, facts: Sequence[payments.facts.PaymentSettled]) -> None:
    """Leaves a job for each case whose difference was paid, because going on locks its order."""
    for fact in facts:
        if fact.purpose == Purpose.difference:
            (case_id,) = fact.order_ids
            work.enqueue(
                PAID_JOB,
                {"case_id": case_id, "payment_id": fact.payment_id, "amount_minor": fact.amount_minor},
                dedupe_key=f"{PAID_JOB}:{fact.payment_id}",
            )
