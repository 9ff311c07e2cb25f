"""Replacing 换货、补发: goods are sent instead of money, the same or what is wanted for them, out of stock that was reserved."""

from huozhan import catalogue, fulfilment, ordering
from huozhan.aftersales import going, showing
from huozhan.aftersales.asks import CaseRef, SendBack
from huozhan.aftersales.case import BUYER, MOVES, SELLER, Case, CaseEvent
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.store.wanted import wanted_of
from huozhan.aftersales.swap import given_back
from huozhan.aftersales.views import CaseStateView
from huozhan.catalogue import Claim
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work, use_case

RECEIVE = "replacement_receive.buyer"


class NoReplacement(Refusal):
    """Too few of the goods are in stock to send them once more."""

    code = "aftersales.no_replacement"


async def reserve(work: Work, case: Case) -> bool:
    """Speaks for the goods of a replacement until it is sent or the case goes another way; tells whether it could."""
    try:
        await catalogue.reserve(work, await _claims(work, case))
    except catalogue.OutOfStock:
        return False
    return True


async def _claims(work: Work, case: Case) -> list[Claim]:
    """What goes out to the buyer, line by line: what is wanted instead, or the same."""
    wanted = await wanted_of(work, case)
    going_out = [(line.line_no, wanted.get(line.line_no, line)) for line in await store.lines(work, case)]
    return [
        Claim(order_id=case.case_id, line_no=line_no, sku_id=one.sku_id, quantity=one.quantity)
        for line_no, one in going_out
    ]


async def must_reserve(work: Work, case: Case) -> None:
    """The same, and refuses where too few are left."""
    if not await reserve(work, case):
        raise NoReplacement(number=case.number)


async def agree_to_send(
    work: Work, order: ordering.OrderInCase, case: Case, event: CaseEvent, by: By, *, restock: bool | None
) -> Case:
    """The seller sends the goods, within some days; what came back for them is in stock again or not.

    Of dearer goods the buyer pays the difference first.
    """
    if event is CaseEvent.accept_exchange and case.difference_minor > 0:
        event = CaseEvent.accept_dearer
    rule = going.PAY_DIFFERENCE if event is CaseEvent.accept_dearer else going.SEND_AGAIN
    agreed = case.moved(event, due_at=work.now + going.span(work, order, rule), restocked=restock)
    await going.go(work, agreed, event, by)
    if restock:
        await going.put_back(work, agreed, await store.lines(work, agreed))
    return agreed


@use_case("sale.ship", writes=True)
async def send_replacement(work: Work, ask: SendBack) -> CaseStateView:
    """Tell by which carrier and waybill the replacement goes out."""
    carrier_code, waybill = fulfilment.checked_waybill(ask.carrier_code, ask.waybill)
    order, case = await going.case_for_update(work, ask.case_id, side=SELLER)
    moved = case.moved(
        CaseEvent.send_again,
        due_at=work.now + going.span(work, order, RECEIVE),
        again_carrier=carrier_code,
        again_waybill=waybill,
    )
    await catalogue.take(work, case.case_id, {one.line_no: one.quantity for one in await _claims(work, case)})
    await going.go(work, moved, CaseEvent.send_again, By(SELLER, work.actor.person_id))
    return showing.state_view(moved)


@use_case("sale.amend", writes=True)
async def refund_instead(work: Work, ask: CaseRef) -> CaseStateView:
    """Pay the money back after all where the goods cannot be sent once more."""
    order, case = await going.case_for_update(work, ask.case_id, side=SELLER)
    by = By(SELLER, work.actor.person_id)
    return showing.state_view(await going.give_back(work, order, case, CaseEvent.refund_instead, by))


@use_case("order.confirm", writes=True)
async def receive_replacement(work: Work, ask: CaseRef) -> CaseStateView:
    """Say that the replacement arrived as it should be: the case has come to its end."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    MOVES.after(case.state, CaseEvent.receive_again, number=case.number)
    return showing.state_view(await complete(work, order, case, By(BUYER, work.actor.person_id)))


async def complete(work: Work, order: ordering.OrderInCase, case: Case, by: By) -> Case:
    """The replacement arrived, or counts as arrived: what it costs less goes back to the buyer, and the rest is the seller's."""
    if case.difference_minor >= 0:
        return await going.close(work, order, case, CaseEvent.receive_again, by)
    MOVES.after(case.state, CaseEvent.receive_cheaper, number=case.number)
    back = given_back(await store.lines(work, case), await wanted_of(work, case), -case.difference_minor)
    case = await going.ask_for(work, case, back)
    return await going.give_back(work, order, case, CaseEvent.receive_cheaper, by)
