"""Revealing: a seller reads in plain where an order goes, and that is written down."""

from huozhan import parties
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Ask, Id, Reason
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.handing import receivers_of


class RevealReceiver(Ask, frozen=True):
    """Which order's receiver is wanted in plain, and what for."""

    order_id: Id
    reason: Reason


@use_case("sale.ship", writes=True, is_secret=True)
async def reveal_receiver(work: Work, ask: RevealReceiver) -> parties.PlainReceiver:
    """Shows the receiver of a sale in plain, on record and not too often."""
    plain = (await receivers_of(work, [int(ask.order_id)], ask.reason)).get(int(ask.order_id))
    if plain is None:
        raise NotFound(order_id=ask.order_id)
    return parties.PlainReceiver(receiver=plain.receiver, phone=plain.phone, street=plain.street)
