"""One table: fact → who reacts to it after commit.

A reaction is `async (work, facts)`: it gets the facts of its kind that one relay round carries, inside the
round's transaction. One that fails is tried again alone, as a job, until it is parked for the operator.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from huozhan import messaging, ordering, parties, payments, search
from huozhan.catalogue import OfferChanged, OfferPublished, OfferTakenDown, PriceChanged, StockChanged
from huozhan.kernel.facts import Fact
from huozhan.kernel.work import Work

Reaction = Callable[[Work, Sequence[Any]], Awaitable[None]]


async def note_offers(work: Work, facts: Sequence[Any]) -> None:
    """What changed about an offer is soon found under its new words, price and place."""
    await search.note_changed(work, {fact.offer_id for fact in facts})


REACTIONS: dict[type[Fact], tuple[Reaction, ...]] = {
    OfferPublished: (note_offers,),
    OfferChanged: (note_offers,),
    OfferTakenDown: (note_offers,),
    PriceChanged: (note_offers,),
    StockChanged: (note_offers,),
    parties.ProofAsked: (messaging.mail_proofs,),
    parties.PasswordChanged: (messaging.mail_password_changed,),
    parties.SupplierApplied: (messaging.tell_of_application,),
    parties.SupplierReviewed: (messaging.tell_of_review,),
    payments.facts.PaymentClosed: (ordering.go_on_once_closed,),
    **dict.fromkeys(ordering.TELLINGS, (ordering.tell_of_orders,)),
}
