"""What the seller says: money back, goods back first, or no; and what becomes of goods that came back."""

from huozhan import ordering, parties
from huozhan.aftersales import going, promised, replacing, showing
from huozhan.aftersales.applying import AlreadyRuled
from huozhan.aftersales.asks import AnswerCase, ReceiveBack
from huozhan.aftersales.case import MOVES, SELLER, Case, CaseEvent, Kind
from huozhan.aftersales.store import files, rulings
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.views import CaseStateView
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.work import Work, use_case


class NoReturnAddress(Refusal):
    """Goods can only come back to an address; the seller has none."""

    code = "aftersales.no_return_address"


@use_case("sale.amend", writes=True)
async def answer_case(work: Work, ask: AnswerCase) -> CaseStateView:
    """Agree to what the buyer asks, or refuse with a reason; a return is agreed to with the address to send it to."""
    order, case = await going.case_for_update(work, ask.case_id, side=SELLER)
    by = By(SELLER, work.actor.person_id, ask.reason)
    if not ask.agree:
        return showing.state_view(await _refuse(work, order, case, CaseEvent.refuse, by, ask.pictures))
    if case.kind is Kind.refund_only:
        return showing.state_view(await going.give_back(work, order, case, CaseEvent.agree_refund, by))
    MOVES.after(case.state, CaseEvent.agree_return, number=case.number)
    if case.is_replaced:
        await replacing.must_reserve(work, case)
    if case.kind is Kind.resend:
        agreed = await replacing.agree_to_send(work, order, case, CaseEvent.agree_resend, by, restock=None)
        return showing.state_view(agreed)
    address = (
        await parties.delivery_address(work, int(ask.address_id))
        if ask.address_id
        else await parties.default_address(work, case.seller_id)
    )
    if address is None:
        raise NoReturnAddress
    return showing.state_view(await going.agree_to_return(work, order, case, by, address))


@use_case("sale.amend", writes=True)
async def receive_back(work: Work, ask: ReceiveBack) -> CaseStateView:
    """Say that the goods came back: the money goes to the buyer; or reject them with a reason and what shows it."""
    order, case = await going.case_for_update(work, ask.case_id, side=SELLER)
    by = By(SELLER, work.actor.person_id, ask.reason)
    if not ask.accept:
        return showing.state_view(await _refuse(work, order, case, CaseEvent.reject, by, ask.pictures))
    if case.kind is Kind.exchange:
        moved = await replacing.agree_to_send(
            work, order, case, CaseEvent.accept_exchange, by, restock=ask.restock
        )
        return showing.state_view(moved)
    restock = ask.restock or (bool(case.rulings) and (await rulings.last(work, case)).restock)
    return showing.state_view(await going.give_back(work, order, case, CaseEvent.accept, by, restock=restock))


async def _refuse(
    work: Work,
    order: ordering.OrderInCase,
    case: Case,
    event: CaseEvent,
    by: By,
    pictures: tuple[str, ...],
) -> Case:
    if case.rulings:
        raise AlreadyRuled(line_no=0)
    promised.must_not_be_refused(case, goods_seen=event is CaseEvent.reject, pictures=pictures)
    if len(by.note) < 2:
        raise Invalid(field="reason", detail="required field `reason`")
    due_at = work.now + going.span(work, order, going.MODIFY)
    refused = case.moved(event, due_at=due_at, refusals=case.refusals + 1)
    await files.add_evidence(work, refused, SELLER, by.note, pictures)
    await going.go(work, refused, event, by)
    return refused
