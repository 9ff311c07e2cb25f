"""Wishing: what a buyer said at checkout becomes a request by itself once an invoice of the order may be asked for.

The order carries the wish out as a fact, so placing it costs nothing more; whether the title is the buyer's is judged here.
"""

from collections.abc import Sequence
from typing import Any

from huozhan import ordering
from huozhan.invoicing.asks import FollowOrder, InvoicedOrder
from huozhan.invoicing.invoice import Kind
from huozhan.invoicing.rating import rates_of
from huozhan.invoicing.requesting import NotReceived, request, why_not_now
from huozhan.invoicing.sharing import NothingLeft
from huozhan.invoicing.store import titles, wishes
from huozhan.invoicing.title import SpecialNeedsMore
from huozhan.invoicing.wish import MOVES, WishState
from huozhan.invoicing.worth import worth_of
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderState

WISH_JOB = "invoicing.wish"
TAKEN_BACK, CLOSED, NO_TITLE = "taken_back", "closed", "no_title"


async def note_wishes(work: Work, facts: Sequence[ordering.facts.InvoiceWished]) -> None:
    """Reaction: keeps what buyers wished for; each is looked at at once, for a shop may invoice what is only paid."""
    await wishes.add(
        work, [(one.order_id, one.buyer_id, one.title_id, one.kind) for one in facts], WishState.open
    )
    for one in facts:
        work.enqueue(WISH_JOB, {"order_id": one.order_id})


async def follow_wishes(work: Work, facts: Sequence[Any]) -> None:
    """Reaction: looks at the wishes of orders that went on."""
    for order_id in await wishes.open_of(work, {fact.order_id for fact in facts}):
        work.enqueue(WISH_JOB, {"order_id": order_id})


@use_case("system", writes=True)
async def fulfil_wish(work: Work, ask: FollowOrder) -> Done:
    """Makes a wish a request where an invoice may be asked for now; one that never can be is dropped, and says why."""
    wish = await wishes.lock(work, int(ask.order_id))
    if wish is None or wish["state"] != WishState.open:
        return Done()
    worth = await worth_of(work, [wish["order_id"]])
    order = worth[wish["order_id"]].order
    rates = await rates_of(work, order.seller_id)
    why_not = why_not_now(work, order, rates)
    if isinstance(why_not, NotReceived) and order.state is not OrderState.closed:
        return Done()
    title = await titles.one(work, wish["buyer_id"], wish["title_id"])
    why = ""
    if why_not is not None:
        why = CLOSED if order.state is OrderState.closed else why_not.code
    elif title is None:
        why = NO_TITLE
    elif wish["kind"] == Kind.special and not title["can_special"]:
        why = SpecialNeedsMore.code
    if title is None or why:
        await _drop(work, wish, why)
        return Done()
    try:
        asked = await request(
            work, wish["buyer_id"], worth, rates, title=title, kind=Kind(wish["kind"]), note=""
        )
    except NothingLeft:
        await _drop(work, wish, NothingLeft.code)
        return Done()
    await wishes.save(work, wish["order_id"], _moved(wish, "ask"), invoice_id=int(asked.invoice_id))
    return Done()


@use_case("order.pay", writes=True)
async def drop_wish(work: Work, ask: InvoicedOrder) -> Done:
    """Take back the wish for an invoice that was said at checkout; one can still be asked for by hand."""
    wish = await wishes.lock(work, int(ask.order_id))
    if wish is None or wish["buyer_id"] != work.actor.org_id:
        raise NotFound(order_id=ask.order_id)
    await _drop(work, wish, TAKEN_BACK)
    return Done()


async def _drop(work: Work, wish: wishes.Row, why: str) -> None:
    await wishes.save(work, wish["order_id"], _moved(wish, "drop"), why=why)


def _moved(wish: wishes.Row, event: str) -> WishState:
    return MOVES.after(WishState(wish["state"]), event, order_id=str(wish["order_id"]))
