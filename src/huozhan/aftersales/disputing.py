"""A case before the market: how it comes there, time for evidence, an appeal."""

from huozhan.aftersales import going, showing
from huozhan.aftersales.asks import AppealRuling, EscalateCase, ExtendEvidence, TimerDue
from huozhan.aftersales.case import BUYER, CLOCK, MOVES, SELLER, Case, CaseEvent
from huozhan.aftersales.sending import EvidenceClosed
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import files
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.views import CaseStateView
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderInCase

AFTER = "dispute_open.after"
EVIDENCE, MORE = "dispute_evidence.within", "dispute_evidence.more"


class TooEarly(Refusal):
    """The seller has not said no yet, and still has time to agree."""

    code = "aftersales.too_early"


class NoMoreTime(Refusal):
    """More time for evidence was given once already."""

    code = "aftersales.no_more_time"


class AppealedAlready(Refusal):
    """A ruling is appealed once; the second one stands."""

    code = "aftersales.appealed_already"


@use_case("order.place", writes=True)
async def escalate_case(work: Work, ask: EscalateCase) -> CaseStateView:
    """Have the market rule, after one no or some days without agreement."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    MOVES.after(case.state, CaseEvent.escalate, number=case.number)
    if not case.buyer_may_call:
        raise TooEarly(number=case.number)
    if (
        case.is_negotiated
        and not case.refusals
        and work.now < case.applied_at + going.span(work, order, AFTER)
    ):
        raise TooEarly(number=case.number)
    await files.add_evidence(work, case, BUYER, ask.note, ())
    moved = await bring_before_the_market(work, order, case, By(BUYER, work.actor.person_id, ask.note))
    return showing.state_view(moved)


@use_case("system", writes=True)
async def case_escalate_due(work: Work, ask: TimerDue) -> Done:
    """Both sides have not agreed for long: the case comes before the market by itself."""
    if await store.order_of(work, int(ask.about_id), "either") is not None:
        order, case = await going.case_for_update(work, ask.about_id)
        if case.is_negotiated and await work.timer_is_due(going.ESCALATE, about=case.case_id):
            await bring_before_the_market(work, order, case, By(CLOCK, 0))
    return Done()


@use_case("order.view", writes=True)
async def extend_evidence(work: Work, ask: ExtendEvidence) -> CaseStateView:
    """Ask for more time for evidence, once in a case."""
    order, case = await going.case_for_update(work, ask.case_id)
    side = _side(work, case)
    MOVES.after(case.state, CaseEvent.extend, number=case.number)
    assert case.evidence_until is not None
    if case.extended_by:
        raise NoMoreTime(number=case.number)
    if case.evidence_until <= work.now:
        raise EvidenceClosed(number=case.number)
    until = case.evidence_until + going.span(work, order, MORE)
    moved = case.moved(CaseEvent.extend, due_at=until, evidence_until=until, extended_by=side)
    await going.go(work, moved, CaseEvent.extend, By(side, work.actor.person_id))
    return showing.state_view(moved)


@use_case("order.view", writes=True)
async def appeal_ruling(work: Work, ask: AppealRuling) -> CaseStateView:
    """Have the market rule once more; the second ruling stands."""
    order, case = await going.case_for_update(work, ask.case_id)
    side = _side(work, case)
    MOVES.after(case.state, CaseEvent.appeal, number=case.number)
    if case.appealed_by:
        raise AppealedAlready(number=case.number)
    until = work.now + going.span(work, order, EVIDENCE)
    moved = case.moved(CaseEvent.appeal, due_at=until, evidence_until=until, appealed_by=side)
    await files.add_evidence(work, moved, side, ask.note, ())
    await going.go(work, moved, CaseEvent.appeal, By(side, work.actor.person_id, ask.note))
    return showing.state_view(moved)


async def bring_before_the_market(work: Work, order: OrderInCase, case: Case, by: By) -> Case:
    """Both sides have some days for evidence, then the market rules by what is on file."""
    until = work.now + going.span(work, order, EVIDENCE)
    moved = case.moved(CaseEvent.escalate, due_at=until, escalated_at=work.now, evidence_until=until)
    await going.go(work, moved, CaseEvent.escalate, by)
    return moved


def _side(work: Work, case: Case) -> str:
    side = BUYER if work.actor.org_id == case.buyer_id else SELLER
    work.actor.must("order.place" if side == BUYER else "sale.amend")
    return side
