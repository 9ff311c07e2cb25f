"""Reactions: both sides hear what the insurer decided and paid."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.insurance.facts import ClaimMoved, PolicyMoved
from huozhan.insurance.policy import ClaimState, Payer, PolicyState
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

_TOLD = frozenset({ClaimState.filed, ClaimState.paid, ClaimState.refused})


async def tell_of_policies(work: Work, facts: Sequence[PolicyMoved]) -> None:
    """Whoever paid for an insurance that did not come about hears of it; a buyer has the premium back."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.buyer_id if fact.payer == Payer.buyer else fact.seller_id,
                kind=f"insurance_refused_{fact.payer}",
                facts={"number": fact.order_number, "amount": written(fact.premium_minor)},
                link=f"/orders/{fact.order_id}"
                if fact.payer == Payer.buyer
                else f"/desk/orders/{fact.order_id}",
                permission="order.view",
            )
            for fact in facts
            if fact.state == PolicyState.refused
        ],
    )


async def tell_of_claims(work: Work, facts: Sequence[ClaimMoved]) -> None:
    """A buyer hears that the freight of goods sent back is claimed, was paid into the wallet, or is not paid."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.buyer_id,
                kind=f"insurance_claim_{fact.state}",
                facts={"number": fact.order_number, "amount": written(fact.amount_minor)},
                link=f"/cases/{fact.case_id}",
                permission="order.view",
            )
            for fact in facts
            if fact.state in _TOLD
        ],
    )
