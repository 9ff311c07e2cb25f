"""Freight insurance of cases: what goods sent back, taken or not taken mean to a claim (B1.6, E16).

A reaction: a case never waits for an insurer. What counts is how the case stands when it is heard of, so that facts may come late or twice.
"""

from collections.abc import Sequence

from huozhan import insurance, ordering
from huozhan.aftersales.case import Case, CaseEvent, CaseState
from huozhan.aftersales.facts import CaseMoved
from huozhan.aftersales.store import cases as store
from huozhan.kernel.work import Work

FOLLOWED = frozenset(
    {
        CaseEvent.send_back,
        CaseEvent.accept,
        CaseEvent.accept_exchange,
        CaseEvent.accept_dearer,
        CaseEvent.refund_instead,
        CaseEvent.carry_out_refund,
        CaseEvent.agree_refund,
        CaseEvent.refunded,
        CaseEvent.carry_out_nothing,
        CaseEvent.cancel,
        CaseEvent.lapse,
    }
)
TAKEN_BACK = frozenset(
    {
        CaseState.refunding,
        CaseState.success,
        CaseState.wait_buyer_pay,
        CaseState.wait_seller_send,
        CaseState.wait_buyer_receive,
        CaseState.replaced,
    }
)
"""States of a case with a waybill in which the seller has its goods, or is held to have them."""


async def follow_insurance(work: Work, facts: Sequence[CaseMoved]) -> None:
    """Claims the freight of goods sent back, has it paid once they were taken, and drops the claim where they are not."""
    for order_id, case_id in sorted(
        {(fact.order_id, fact.case_id) for fact in facts if fact.event in FOLLOWED}
    ):
        case = await store.read_of_order(work, order_id, case_id)
        if not case.waybill:
            continue
        await insurance.file_claim(work, await _sent_back(work, case))
        if case.state in TAKEN_BACK:
            await insurance.goods_taken_back(work, case.order_id, case.case_id)
        elif case.state is CaseState.closed:
            await insurance.drop_claim(work, case.order_id, case.case_id)


async def _sent_back(work: Work, case: Case) -> insurance.SentBack:
    order = await ordering.order_to_complain_of(work, case.order_id)
    weights = {line.line_no: line.weight_g for line in order.lines}
    lines = await store.lines(work, case)
    return insurance.SentBack(
        order_id=case.order_id,
        case_id=case.case_id,
        case_number=case.number,
        carrier_code=case.carrier_code,
        waybill=case.waybill,
        weight_g=sum(weights[line.line_no] * line.quantity for line in lines),
    )
