"""Talking about goods and orders: who belongs to them may write to the other side, with what it is about at hand."""

from huozhan import catalogue, messaging
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work, use_case
from huozhan.ordering.asks import WriteAboutOffer, WriteAboutOrder
from huozhan.ordering.order import Order
from huozhan.ordering.store import orders


@use_case("order.place", writes=True)
async def write_about_offer(work: Work, ask: WriteAboutOffer) -> messaging.views.WrittenView:
    """Ask a supplier about goods that are on sale."""
    cards = await catalogue.offer_cards(work, [int(ask.offer_id)])
    if not cards:
        raise NotFound(offer_id=ask.offer_id)
    subject = messaging.Subject(
        kind="offer",
        subject_id=ask.offer_id,
        title=cards[0].title,
        picture=cards[0].picture,
        category_id=cards[0].category_id,
    )
    pair = (work.actor.org_id, int(cards[0].seller_id))
    return await messaging.say(work, pair, messaging.content_of(ask, subject))


@use_case("order.view", writes=True)
async def write_about_order(work: Work, ask: WriteAboutOrder) -> messaging.views.WrittenView:
    """Write to the other side of an order about it."""
    order, _ = await orders.read(work, int(ask.order_id))
    return await messaging.say(
        work, (order.buyer_id, order.seller_id), messaging.content_of(ask, _subject(order))
    )


def _subject(order: Order) -> messaging.Subject:
    first = order.lines[0]
    return messaging.Subject(
        kind="order",
        subject_id=str(order.order_id),
        number=order.number,
        title=first.title,
        picture=first.picture,
        category_id=first.category_id,
        amount_minor=order.amount_minor,
    )
