"""What the clock does when somebody did not act in time, and what follows once a refund has ended."""

from huozhan import ordering, parties
from huozhan.aftersales import going, replacing, ruling
from huozhan.aftersales.asks import Refunded, TimerDue
from huozhan.aftersales.case import CLOCK, Case, CaseEvent, CaseState, Kind
from huozhan.aftersales.disputing import bring_before_the_market
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import rulings
from huozhan.aftersales.store.cases import By
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case

_BY_CLOCK = By(CLOCK, 0)


@use_case("system", writes=True)
async def case_due(work: Work, ask: TimerDue) -> Done:
    """Somebody did not act in time: what B1.3 says happens instead, if the case still waits for it."""
    if await store.order_of(work, int(ask.about_id), "either") is not None:
        order, case = await going.case_for_update(work, ask.about_id)
        if await work.timer_is_due(going.DUE, about=case.case_id):
            await _act(work, order, case)
    return Done()


async def _act(work: Work, order: ordering.OrderInCase, case: Case) -> None:
    if case.state is CaseState.wait_seller:
        await _agree(work, order, case)
    elif case.state is CaseState.wait_buyer_receive:
        await replacing.complete(work, order, case, _BY_CLOCK)
    elif case.state is CaseState.wait_buyer_pay:
        await going.give_back(work, order, case, CaseEvent.unpaid, _BY_CLOCK)
    elif case.is_replaced and case.state in {CaseState.wait_seller_receive, CaseState.wait_seller_send}:
        await bring_before_the_market(work, order, case, _BY_CLOCK)
    elif case.state is CaseState.wait_seller_receive:
        restock = bool(case.rulings) and (await rulings.last(work, case)).restock
        await going.give_back(work, order, case, CaseEvent.accept, _BY_CLOCK, restock=restock)
    elif case.state is CaseState.ruled:
        await ruling.carry_out(work, order, case)
    elif case.state in {CaseState.wait_buyer_modify, CaseState.wait_buyer_send}:
        await going.close(work, order, case, CaseEvent.lapse, _BY_CLOCK)


async def _agree(work: Work, order: ordering.OrderInCase, case: Case) -> None:
    """Silence counts as a yes; where goods cannot come back for want of an address, or not be replaced, the market steps in."""
    if case.kind is Kind.refund_only:
        await going.give_back(work, order, case, CaseEvent.agree_refund, _BY_CLOCK)
        return
    if case.is_replaced and not await replacing.reserve(work, case):
        await bring_before_the_market(work, order, case, _BY_CLOCK)
        return
    if case.kind is Kind.resend:
        await replacing.agree_to_send(work, order, case, CaseEvent.agree_resend, _BY_CLOCK, restock=None)
        return
    address = await parties.default_address(work, case.seller_id)
    if address is None:
        await bring_before_the_market(work, order, case, _BY_CLOCK)
    else:
        await going.agree_to_return(work, order, case, _BY_CLOCK, address)


@use_case("system", writes=True)
async def case_refunded(work: Work, ask: Refunded) -> Done:
    """The money of a case is with the buyer: the case has come to its end."""
    order = await ordering.order_in_case(work, int(ask.order_id))
    case_id = await store.refunding(work, order.order_id, int(ask.refund_id))
    if case_id is not None:
        await going.end(work, await store.for_update(work, order.order_id, case_id))
    return Done()
