"""Reactions: a supplier hears what the funder decided and paid."""

from collections.abc import Sequence

from huozhan import messaging
from huozhan.finance.facts import AdvanceGiven, AdvanceRefused, FundingDecided
from huozhan.kernel.money import written
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

PAGE = "/desk/fast-arrival"


async def tell_of_funding(work: Work, facts: Sequence[FundingDecided]) -> None:
    """Tells suppliers whether the funder will advance them anything."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind=f"funding_{fact.state}",
                facts={"amount": written(fact.limit_minor)},
                link=PAGE,
                permission="funds.view",
            )
            for fact in facts
        ],
    )


async def tell_of_advances(work: Work, facts: Sequence[AdvanceGiven | AdvanceRefused]) -> None:
    """Tells suppliers what was advanced, and what was not."""
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.seller_id,
                kind="advance_given" if isinstance(fact, AdvanceGiven) else "advance_refused",
                facts={
                    "number": fact.order_number,
                    "amount": written(fact.paid_out_minor) if isinstance(fact, AdvanceGiven) else "",
                    "fee": written(fact.fee_minor) if isinstance(fact, AdvanceGiven) else "",
                },
                link=f"/desk/orders/{fact.order_id}",
                permission="funds.view",
            )
            for fact in facts
        ],
    )
