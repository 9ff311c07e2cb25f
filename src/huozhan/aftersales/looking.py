"""Looking: cases of both sides, one case with all that was said and shown, and what an order's case could be about."""

from datetime import datetime

from huozhan import fulfilment, ordering, parties
from huozhan.aftersales import going, promised, released, showing, swapping
from huozhan.aftersales.applying import freight_most
from huozhan.aftersales.asks import CaseRef, CountCases, ListCases, OpenCasesOf
from huozhan.aftersales.case import (
    BUYER,
    OPEN,
    SELLER,
    WHOSE_TURN,
    Case,
    CaseLine,
    CaseState,
    GoodsStatus,
    Liability,
    after_working_days,
)
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import files, rulings
from huozhan.aftersales.store.wanted import wanted_of
from huozhan.aftersales.views import (
    CaseCard,
    CaseMoment,
    CasePage,
    CasesView,
    CasesWaiting,
    EvidenceView,
    OrderCases,
    SwapView,
)
from huozhan.kernel.paging import read_cursor, write_cursor
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case

COUNT_MAX = 1_000
_STANDING = [state for state in CaseState if state in OPEN or state is CaseState.refunding]
_ENDED = [state for state in CaseState if state not in _STANDING]


@use_case("order.view", writes=False)
async def my_cases(work: Work, ask: ListCases) -> CasesView:
    """List the cases of the buying or the selling side: what stands, the most urgent first, or what has ended."""
    side = SELLER if ask.selling else BUYER
    cursor = read_cursor(ask.cursor, str, int)
    after = going.read_moment(cursor) if cursor else None
    states = _ENDED if ask.ended else _STANDING
    found = await store.page(
        work, side=side, states=states, after=after, newest=ask.ended, limit=ask.size + 1
    )
    shown = found[: ask.size]
    return CasesView(
        cases=await _cards(work, shown, side),
        waiting=await store.open_count(work, side, _turns_of(side), COUNT_MAX),
        at_most=COUNT_MAX,
        next_cursor=_cursor(shown[-1], ended=ask.ended) if len(found) > ask.size else None,
    )


@use_case("order.view", writes=False)
async def cases_waiting(work: Work, ask: CountCases) -> CasesWaiting:
    """Tell how many cases wait for the buying or the selling side."""
    side = SELLER if ask.selling else BUYER
    return CasesWaiting(count=await store.open_count(work, side, _turns_of(side), COUNT_MAX))


def _turns_of(side: str) -> list[str]:
    return [state.value for state, turn in WHOSE_TURN.items() if turn == side]


def _cursor(case: Case, *, ended: bool) -> str:
    at = (case.ended_at if ended else case.due_at) or case.applied_at
    return write_cursor(at.isoformat(), case.case_id)


async def _cards(work: Work, cases: list[Case], side: str) -> list[CaseCard]:
    if not cases:
        return []
    others = {case.case_id: case.seller_id if side == BUYER else case.buyer_id for case in cases}
    faces = await parties.org_faces(work, set(others.values()))
    lines = await store.first_lines(work, cases)
    return [
        CaseCard(
            order_id=str(case.order_id),
            case_id=str(case.case_id),
            number=case.number,
            order_number=case.order_number,
            kind=case.kind,
            state=case.state,
            reason=case.reason,
            who_acts=WHOSE_TURN[case.state],
            until=case.due_at,
            asked_minor=case.asked_minor,
            refunded_minor=case.refunded_minor,
            applied_at=case.applied_at,
            counterparty=_name(faces, others[case.case_id]),
            line=showing.line_view(lines[case.case_id]),
        )
        for case in cases
    ]


def _name(faces: dict[int, parties.OrgFace], org_id: int) -> Bilingual:
    face = faces.get(org_id)
    return face.name if face else Bilingual()


async def sales_in_question(work: Work, seller_id: int) -> tuple[int, datetime | None]:
    """How many cases about a seller's goods are open, and until when the last of them can be complained of."""
    return await store.open_of_seller(work, seller_id), await released.sales_open_until(work, seller_id)


async def purchases_in_question(work: Work, buyer_id: int) -> int:
    """How many cases of a buyer are open: money may still come of each."""
    return await store.open_of_buyer(work, buyer_id)


@use_case("order.view", writes=False)
async def case_page(work: Work, ask: CaseRef) -> CasePage:
    """Show one case to one of its two sides."""
    case = await store.read(work, int(ask.case_id))
    return await page_of(work, case)


async def page_of(work: Work, case: Case) -> CasePage:
    """All of a case, as far as the actor may see it."""
    lines = await store.lines(work, case)
    wanted = await wanted_of(work, case)
    faces = await parties.org_faces(work, [case.buyer_id, case.seller_id])
    carrier = fulfilment.carrier_name(case.carrier_code)
    found = await files.return_place(work, case)
    escalate_from = case.applied_at + work.rules.at("dispute_open.after", case.applied_at).span
    can = showing.deeds(case, work.actor, work.now, escalate_from)
    swaps = await _swaps(work, case, lines) if "modify" in can else {}
    return CasePage(
        order_id=str(case.order_id),
        case_id=str(case.case_id),
        number=case.number,
        order_number=case.order_number,
        side=showing.side_of(case, work.actor.org_id),
        buyer_id=str(case.buyer_id),
        buyer=_name(faces, case.buyer_id),
        seller_id=str(case.seller_id),
        seller=_name(faces, case.seller_id),
        kind=case.kind,
        goods_status=case.goods_status,
        state=case.state,
        reason=case.reason,
        liability=case.liability,
        who_acts=WHOSE_TURN[case.state],
        until=case.due_at,
        can=can,
        escalate_from=escalate_from if case.is_negotiated and not case.refusals else None,
        escalated_at=case.escalated_at,
        evidence_until=case.evidence_until,
        decide_by=_decide_by(work, case),
        extended_by=case.extended_by,
        appealed_by=case.appealed_by,
        rulings=[showing.ruling_view(ruling) for ruling in await rulings.all_of(work, case)],
        asked_minor=case.asked_minor,
        goods_minor=sum(line.goods_minor for line in lines),
        freight_minor=sum(line.freight_minor for line in lines),
        goods_most=sum(line.goods_most for line in lines),
        freight_most=freight_most(lines, case.goods_status, case.liability),
        refunded_minor=case.refunded_minor,
        money_to=case.money_to,
        difference_minor=case.difference_minor,
        topup_minor=case.topup_minor,
        applied_at=case.applied_at,
        ended_at=case.ended_at,
        carrier_code=case.carrier_code,
        carrier=carrier,
        waybill=case.waybill,
        again_carrier=fulfilment.carrier_name(case.again_carrier),
        again_waybill=case.again_waybill,
        restocked=case.restocked,
        lines=[
            showing.line_view(line, wanted.get(line.line_no), swaps.get(line.line_no, ())) for line in lines
        ],
        evidence=[
            EvidenceView(side=one.side, note=one.note, pictures=one.pictures, at=one.given_at)
            for one in await files.evidence(work, case)
        ],
        timeline=[
            CaseMoment(event=move.event, state=move.state, by=move.side, at=move.moved_at, note=move.note)
            for move in await files.moves(work, case)
        ],
        return_place=showing.place_view(found[0], parties.masked(work, found[1], owner=case.case_id))
        if found
        else None,
    )


async def _swaps(work: Work, case: Case, lines: list[CaseLine]) -> dict[int, list[SwapView]]:
    """What the lines of a case could be exchanged for; what never arrived cannot be."""
    if case.goods_status is not GoodsStatus.received:
        return {}
    in_case = {line.line_no for line in lines}
    order = await ordering.order_to_complain_of(work, case.order_id)
    return await swapping.swaps_of(work, [line for line in order.lines if line.line_no in in_case])


def _decide_by(work: Work, case: Case) -> datetime | None:
    if case.state is not CaseState.platform or case.evidence_until is None:
        return None
    days = work.rules.at("dispute_decide.within", case.applied_at).value
    return after_working_days(case.evidence_until, days, work.terms.timezone)


@use_case("order.view", writes=False)
async def cases_of_order(work: Work, ask: OpenCasesOf) -> OrderCases:
    """Show an order's cases, and of which lines another could be applied for."""
    order = await ordering.order_to_complain_of(work, int(ask.order_id))
    taken = await store.lines_taken(work, order.order_id)
    taken |= await store.lines_judged(work, order.order_id)
    is_apart = order.in_stages and order.ended_at is None
    free = [] if is_apart else [line for line in order.lines if line.line_no not in taken]
    until = released.open_until(work, order, Liability.quality)
    is_open = until is None or until > work.now
    most = await released.most_of(work, order) if is_open else {}
    is_buyer = work.actor.org_id == order.buyer_id
    able = [line for line in free if is_buyer and (line.to_receive or most.get(line.line_no, 0))]
    swaps = await swapping.swaps_of(work, able)
    found = [
        showing.line_to_apply(line, most.get(line.line_no, 0), swaps.get(line.line_no, [])) for line in able
    ]
    return OrderCases(
        order_id=ask.order_id,
        cases=[showing.state_view(case) for case in await store.of_order(work, order.order_id)],
        lines=found,
        reasons=showing.reason_views(no_reason=promised.is_promised(work, order)),
    )
