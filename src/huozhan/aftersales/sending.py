"""Goods on their way back, and what both sides say and show."""

from huozhan import fulfilment, parties
from huozhan.aftersales import going, showing
from huozhan.aftersales.asks import EvidencePicture, GiveEvidence, RevealReturn, SendBack
from huozhan.aftersales.case import BUYER, SELLER, CaseEvent, CaseState
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import files
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.views import CaseStateView, ReturnAddress
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case


class CaseIsOver(Refusal):
    """The case is over; nothing is added to it."""

    code = "aftersales.case_is_over"


class EvidenceClosed(Refusal):
    """The time for evidence is over; the market judges by what is on file."""

    code = "aftersales.evidence_closed"


@use_case("order.place", writes=True)
async def send_back(work: Work, ask: SendBack) -> CaseStateView:
    """Tell by which carrier and waybill the goods go back."""
    carrier_code, waybill = fulfilment.checked_waybill(ask.carrier_code, ask.waybill)
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    moved = case.moved(
        CaseEvent.send_back,
        due_at=work.now + going.span(work, order, going.RECEIVE),
        carrier_code=carrier_code,
        waybill=waybill,
    )
    await going.go(work, moved, CaseEvent.send_back, By(BUYER, work.actor.person_id))
    return showing.state_view(moved)


@use_case("order.view", writes=True)
async def give_evidence(work: Work, ask: GiveEvidence) -> Done:
    """Say and show something in a case that is not over."""
    _, case = await going.case_for_update(work, ask.case_id)
    side = BUYER if work.actor.org_id == case.buyer_id else SELLER
    work.actor.must("order.place" if side == BUYER else "sale.amend")
    if not case.is_open:
        raise CaseIsOver(number=case.number)
    if case.state is CaseState.ruled or (case.evidence_until and case.evidence_until <= work.now):
        raise EvidenceClosed(number=case.number)
    await files.add_evidence(work, case, side, ask.note, ask.pictures)
    return Done()


@use_case("order.place", writes=True, is_secret=True)
async def reveal_return_address(work: Work, ask: RevealReturn) -> ReturnAddress:
    """Show in plain where goods go back to, on record and not too often."""
    case = await store.read(work, int(ask.case_id))
    found = await files.return_place(work, case)
    if found is None or work.actor.org_id != case.buyer_id:
        raise NotFound(case_id=ask.case_id)
    plain = await parties.open_receiver(work, found[1], case.case_id, ask.reason)
    return ReturnAddress(receiver=plain.receiver, phone=plain.phone, street=plain.street)


@use_case("market.view", writes=False)
async def picture_on_file(work: Work, ask: EvidencePicture) -> Done:
    """Tell whether a picture is evidence of a case that came before the market."""
    case = await store.read_on_file(work, int(ask.case_id))
    if not await files.shows(work, case, ask.picture_id):
        raise NotFound(picture_id=ask.picture_id)
    return Done()


@use_case("order.view", writes=False)
async def evidence_picture(work: Work, ask: EvidencePicture) -> Done:
    """Tell whether a picture is evidence of a case within reach; doors fetch the file."""
    case = await store.read(work, int(ask.case_id))
    if not await files.shows(work, case, ask.picture_id):
        raise NotFound(picture_id=ask.picture_id)
    return Done()
