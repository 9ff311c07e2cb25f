"""What a contract about an order says of it: the order as it stands, with the rule versions it was placed under."""

from collections.abc import Mapping

import msgspec

from huozhan import credit, parties
from huozhan.kernel.work import Work
from huozhan.ordering import showing
from huozhan.ordering.deeds import Beside
from huozhan.ordering.order import OrderState
from huozhan.ordering.store import discounts, log, orders
from huozhan.ordering.views import OrderPage


class OrderToContract(msgspec.Struct, frozen=True, kw_only=True):
    """An order of the actor's organisation; receiver, phone and street stay masked, for a contract is never erased."""

    page: OrderPage
    terms: credit.views.TermsView | None
    """The terms of credit it was taken under."""
    promise_hours: int
    rule_pins: Mapping[str, int]


async def may_be_contracted(work: Work, order_id: int) -> bool:
    """Tells whether there is something to contract about: an order that closed unpaid binds nobody."""
    order, _ = await orders.read(work, order_id)
    return order.state is not OrderState.closed


async def order_to_contract(work: Work, order_id: int) -> OrderToContract:
    """The order that a contract is about; refuses where the actor's organisation is on neither side of it."""
    order, row = await orders.read(work, order_id)
    story = await log.story(work, order_id)
    sealed = parties.SealedReceiver(receiver=row["receiver"], phone=row["phone"], street=row["street"])
    masked = parties.masked(work, sealed, owner=order_id)
    offs = await discounts.of_order(work, order_id) if order.is_promoted else ()
    on_credit = await credit.order_credit(work, order_id) if order.credit_minor else None
    terms = await credit.terms_of_order(work, order_id) if order.credit_minor else None
    return OrderToContract(
        page=showing.order_page(work, order, row, story, masked, [], Beside(), on_credit, offs),
        terms=terms,
        promise_hours=order.promise_hours,
        rule_pins=order.rule_pins,
    )
