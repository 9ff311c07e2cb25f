"""How a case goes on, whoever moves it: locked after its order, saved with its timer, told, settled or closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from huozhan import catalogue, fulfilment, ordering, parties
from huozhan.aftersales import released
from huozhan.aftersales.case import MARKET, MOVES, RESERVED, Case, CaseEvent, CaseLine, CaseState
from huozhan.aftersales.facts import CaseMoved
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store.cases import By, ReturnPlace
from huozhan.aftersales.topups import settle_topup
from huozhan.kernel.paging import BadCursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.parties import DeliveryAddress

DUE, ESCALATE = "case_due", "case_escalate"
ANSWER, MODIFY = "refund_answer.shipped", "refund_modify.buyer"
AUTO = "dispute_open.auto"
SEND, RECEIVE = "return_send.buyer", "return_receive.seller"
SEND_AGAIN, PAY_DIFFERENCE = "replacement_send.seller", "exchange_pay.buyer"


def read_moment(cursor: tuple[int | str, ...]) -> tuple[datetime, int]:
    """Where a list that is ordered by a moment goes on."""
    try:
        at = datetime.fromisoformat(str(cursor[0]))
    except ValueError as error:
        raise BadCursor from error
    if at.tzinfo is None:
        raise BadCursor
    return at, int(cursor[1])


async def case_for_update(
    work: Work, case_id: str, *, side: str = "either"
) -> tuple[ordering.OrderInCase, Case]:
    """A case with its order, both locked: the order first, because it is the root of all that belongs to it."""
    order_id = await store.order_of(work, int(case_id), side)
    if order_id is None:
        raise NotFound(case_id=case_id)
    order = await ordering.order_in_case(work, order_id, side=side)
    return order, await store.for_update(work, order_id, int(case_id))


def span(work: Work, order: ordering.OrderInCase, rule: str) -> timedelta:
    """How long somebody has, by the rule the order was placed under."""
    return work.rules.pinned(rule, order.rule_pins, order.placed_at).span


def set_due(work: Work, case: Case) -> None:
    """Sets the clocks of a case: when somebody's silence is an answer, and when a quarrel goes to the market by itself."""
    if case.due_at is None or case.state is CaseState.platform:
        work.clear_timer(DUE, about=case.case_id)
    else:
        work.set_timer(DUE, about=case.case_id, due_at=case.due_at)
    if case.is_negotiated:
        work.set_timer(ESCALATE, about=case.case_id, due_at=case.applied_at + work.rule(AUTO).span)
    else:
        work.clear_timer(ESCALATE, about=case.case_id)


def tell(work: Work, case: Case, event: CaseEvent, by: str) -> None:
    """Records that a case went on."""
    work.record(
        CaseMoved(
            order_id=case.order_id,
            case_id=case.case_id,
            number=case.number,
            order_number=case.order_number,
            buyer_id=case.buyer_id,
            seller_id=case.seller_id,
            event=event,
            state=case.state,
            by=by,
            amount_minor=case.refunded_minor or case.asked_minor,
        )
    )


async def go(work: Work, moved: Case, event: CaseEvent, by: By) -> None:
    """Saves a case that went on, sets its clock and says so."""
    await store.save(work, moved, event, by)
    if moved.is_replaced and moved.state not in RESERVED:
        await catalogue.release(work, moved.case_id)
    set_due(work, moved)
    tell(work, moved, event, by.side)


async def close(work: Work, order: ordering.OrderInCase, case: Case, event: CaseEvent, by: By) -> Case:
    """Ends a case without money: the goods' clock of receipt runs on with what was left.

    What the buyer paid for dearer goods is the seller's where these were sent.
    """
    MOVES.after(case.state, event, number=case.number)
    case = await settle_topup(work, order, case, to_seller=bool(case.again_waybill))
    closed = case.moved(event, due_at=None, ended_at=work.now)
    await go(work, closed, event, by)
    if case.is_released:
        await released.free(work, case)
    else:
        await fulfilment.resume_receipt(work, order, case.case_id)
    return closed


async def give_back(
    work: Work,
    order: ordering.OrderInCase,
    case: Case,
    event: CaseEvent,
    by: By,
    *,
    restock: bool = False,
) -> Case:
    """Settles the goods of a case: their money goes back as far as it was asked, the seller has the rest."""
    MOVES.after(case.state, event, number=case.number)
    case = await settle_topup(work, order, case, to_seller=False)
    lines = await store.lines(work, case)
    back_minor, refund_id = await _settle(work, order, case, lines)
    refunding = case.moved(
        event,
        due_at=None,
        refunded_minor=back_minor,
        refund_id=refund_id,
        restocked=restock or bool(case.restocked),
    )
    await go(work, refunding, event, by)
    if restock:
        await put_back(work, case, lines)
    return refunding if refund_id else await end(work, refunding)


async def put_back(work: Work, case: Case, lines: Sequence[CaseLine]) -> None:
    """What came back is in stock again."""
    quantities: dict[int, int] = {}
    for line in lines:
        quantities[line.sku_id] = quantities.get(line.sku_id, 0) + line.quantity
    await catalogue.put_back(work, quantities, reason=case.number)


async def _settle(
    work: Work, order: ordering.OrderInCase, case: Case, lines: list[CaseLine]
) -> tuple[int, int]:
    """Sends the money back from where it is: out of escrow, or from the seller; tells how much and by which refund."""
    if case.is_released:
        return await released.take_back(work, order, case, lines)
    given = {line.line_no: line.given for line in lines}
    settled = await fulfilment.settle_parcels(work, order, case.case_id, given, reason=case.number)
    return settled.back_minor, settled.refund_id


async def ask_for(work: Work, case: Case, lines: Sequence[CaseLine]) -> Case:
    """The case with other amounts for its lines, as a ruling or the buyer says."""
    await store.set_amounts(work, case, lines)
    return msgspec.structs.replace(
        case, asked_minor=sum(line.goods_minor + line.freight_minor for line in lines)
    )


async def end(work: Work, case: Case) -> Case:
    """The money of a case is where it belongs, or nobody has to pay it out: the case has come to its end."""
    done = case.moved(CaseEvent.refunded, due_at=None, ended_at=work.now)
    await go(work, done, CaseEvent.refunded, By(MARKET, 0))
    return done


async def agree_to_return(
    work: Work,
    order: ordering.OrderInCase,
    case: Case,
    by: By,
    address: DeliveryAddress,
    *,
    event: CaseEvent = CaseEvent.agree_return,
) -> Case:
    """Goods come back first: the buyer learns where to, and has some days to send them."""
    agreed = case.moved(event, due_at=work.now + span(work, order, SEND))
    await take_back(work, agreed, address)
    await go(work, agreed, event, by)
    return agreed


async def take_back(work: Work, case: Case, address: DeliveryAddress) -> None:
    """Keeps where the goods of a case go back to: a copy of the seller's address as it is now."""
    place = ReturnPlace(
        country=address.country,
        province=address.province,
        city=address.city,
        county=address.county,
        postcode=address.postcode,
    )
    await store.set_return_place(work, case, place, parties.reseal(work, address, owner=case.case_id))
