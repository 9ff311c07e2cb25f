"""Reactions: who hears that a contract went on, and which changes of an order its contract follows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huozhan import messaging, ordering
from huozhan.contracts.contract import BUYER, SELLER
from huozhan.contracts.drafting import follow_later
from huozhan.contracts.facts import ContractMoved, PackageReady, SigningFailed
from huozhan.contracts.store import contracts
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell

PAGES = {BUYER: "/contracts/{contract_id}", SELLER: "/desk/contracts/{contract_id}"}
CONCERNS = "order.view"


class Telling(NamedTuple):
    """Under which words a move is told, and whether its maker hears of it too."""

    kind: str
    is_told_to_both: bool = False


TELLINGS: Mapping[str, Telling] = {
    "write": Telling("contract_to_sign", is_told_to_both=True),
    "sign": Telling("contract_signed_by_other"),
    "seal": Telling("contract_in_force", is_told_to_both=True),
    "refuse": Telling("contract_refused"),
    "withdraw": Telling("contract_withdrawn"),
    "expire": Telling("contract_expired", is_told_to_both=True),
}
FOLLOWED = (
    ordering.facts.OrderAmended,
    ordering.facts.LongerPromiseAnswered,
    ordering.facts.OrderExempted,
    ordering.facts.OrderClosed,
    ordering.facts.OrderStopped,
)
"""What may change what a contract says of its order, or end what there is to contract about."""


async def tell_of_contracts(work: Work, facts: Sequence[ContractMoved]) -> None:
    """Tells the side that must act next or that waited for it; both where market or clock made the move."""
    await messaging.tell_all(work, [notice for fact in facts for notice in _notices(fact)])


def _notices(fact: ContractMoved) -> list[NoticeToTell]:
    telling = TELLINGS.get(fact.event)
    if telling is None:
        return []
    org_ids = {BUYER: fact.buyer_id, SELLER: fact.seller_id}
    return [
        NoticeToTell(
            org_id=org_id,
            kind=telling.kind,
            facts={"number": fact.order_number, "version": fact.version_no},
            link=PAGES[side].format(contract_id=fact.contract_id),
            permission=CONCERNS,
        )
        for side, org_id in org_ids.items()
        if telling.is_told_to_both or side != fact.by
    ]


async def tell_of_signing(work: Work, facts: Sequence[SigningFailed | PackageReady]) -> None:
    """Tells an organisation that the authority did not sign for it, or that its package is written."""
    kinds = {SigningFailed: "contract_signing_failed", PackageReady: "contract_package_ready"}
    await messaging.tell_all(
        work,
        [
            NoticeToTell(
                org_id=fact.org_id,
                kind=kinds[type(fact)],
                facts={"number": fact.number},
                link=PAGES[fact.side].format(contract_id=fact.contract_id),
                permission=CONCERNS,
            )
            for fact in facts
        ],
    )


async def follow_orders(work: Work, facts: Sequence[ordering.facts.OrderFact]) -> None:
    """Leaves a job for each order that has a contract and may have changed."""
    for order_id in {fact.order_id for fact in facts}:
        if await contracts.of_order(work, order_id) is not None:
            follow_later(work, order_id)
