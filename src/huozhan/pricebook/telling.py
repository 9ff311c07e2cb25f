"""Reactions: who hears of prices between a shop and a buyer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from huozhan import messaging
from huozhan.kernel.work import Work
from huozhan.messaging import NoticeToTell
from huozhan.pricebook.facts import (
    ContractAnswered,
    ContractEnded,
    ContractOffered,
    LevelAssigned,
    PriceFact,
    PriceGiven,
)

PAGES = {"buyer": "/prices", "seller": "/desk/prices"}
PERMISSIONS = {"buyer": "order.view", "seller": "offer.view"}


class Telling(NamedTuple):
    """Which side hears of a fact, and under which words."""

    side: str
    kind: Callable[[Any], str]


TELLINGS: Mapping[type[PriceFact], Telling] = {
    LevelAssigned: Telling("buyer", lambda fact: "price_level" if fact.level else "price_level_gone"),
    PriceGiven: Telling("buyer", lambda fact: "price_given" if fact.is_given else "price_taken_back"),
    ContractOffered: Telling("buyer", lambda _: "price_contract_offered"),
    ContractAnswered: Telling(
        "seller", lambda fact: "price_contract_accepted" if fact.is_accepted else "price_contract_declined"
    ),
    ContractEnded: Telling("seller", lambda _: "price_contract_ended"),
}


async def tell_of_prices(work: Work, facts: Sequence[PriceFact]) -> None:
    """Tells buyers and sellers what happened to the prices between them."""
    await messaging.tell_all(work, [_notice(fact) for fact in facts])


def _notice(fact: PriceFact) -> NoticeToTell:
    side, kind = TELLINGS[type(fact)]
    return NoticeToTell(
        org_id=fact.buyer_id if side == "buyer" else fact.seller_id,
        kind=kind(fact),
        facts={},
        link=PAGES[side] + (f"/{fact.book_id}" if fact.book_id else ""),
        permission=PERMISSIONS[side],
    )
