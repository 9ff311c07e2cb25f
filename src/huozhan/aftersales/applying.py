"""Applying: a buyer wants money back for goods that were sent; asking for less after a no; wanting nothing any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from huozhan import fulfilment, ordering
from huozhan.aftersales import going, promised, released, replacing, showing, swapping
from huozhan.aftersales.asks import ApplyCase, CancelCase, CaseLineAsk, ModifyCase
from huozhan.aftersales.case import (
    BUYER,
    MOVES,
    NO_REASON,
    REASONS,
    REPLACES,
    Case,
    CaseEvent,
    CaseLine,
    GoodsStatus,
    Kind,
    Liability,
    spread,
)
from huozhan.aftersales.store import cases as store
from huozhan.aftersales.store import files
from huozhan.aftersales.store.cases import By
from huozhan.aftersales.store.wanted import want
from huozhan.aftersales.views import CaseStateView
from huozhan.kernel.ids import human_number
from huozhan.kernel.refusals import Invalid, Refusal, Sort
from huozhan.kernel.work import Work, use_case


class NotSent(Refusal):
    """So many units of a line are not on their way or waiting to be confirmed."""

    code = "aftersales.not_sent"


class CaseIsOpen(Refusal):
    """A case about this line is open already; it must end first."""

    code = "aftersales.case_is_open"


class WindowOver(Refusal):
    """The goods were confirmed too long ago."""

    code = "aftersales.window_over"


class AlreadyRuled(Refusal):
    """The market has ruled on this line; it is not asked a second time."""

    code = "aftersales.already_ruled"


class MoreThanRefundable(Refusal):
    """More is asked than these units cost."""

    code = "aftersales.more_than_refundable"


class ReasonDoesNotFit(Refusal):
    """The reason or the kind of case cannot be meant where the goods are."""

    code = "aftersales.reason_does_not_fit"
    sort = Sort.invalid


@use_case("order.place", writes=True)
async def apply_case(work: Work, ask: ApplyCase) -> CaseStateView:
    """Apply for money back for goods that were sent: some units of some lines, with the reason and what shows it."""
    order = await ordering.order_in_case(work, int(ask.order_id), side=BUYER)
    status, kind = GoodsStatus(ask.goods_status), Kind(ask.kind)
    reason = REASONS.get(ask.reason_code)
    if reason is None or status not in reason.statuses or not _fits(kind, status):
        raise ReasonDoesNotFit(reason_code=ask.reason_code)
    promised.must_be_promised(work, order, ask.reason_code, kind)
    lines, is_released = await _lines(work, order, ask.lines, reason.liability)
    if is_released and status is not GoodsStatus.received:
        raise ReasonDoesNotFit(reason_code=ask.reason_code)
    amounts = _amounts(kind, ask.goods_minor, ask.freight_minor)
    lines = _asked(lines, *amounts, status, reason.liability)
    wanted = await swapping.wanted_instead(work, order, kind, lines, ask.wanted, ask.difference_minor)
    due = work.now + going.span(work, order, going.ANSWER)
    case = _new_case(work, order, ask, reason.liability, lines, due, is_released=is_released)
    if is_released:
        held_minor = await released.hold(work, case) if order.has_paid else 0
        case = msgspec.structs.replace(case, held_minor=held_minor)
    await store.add(work, case, lines, By(BUYER, work.actor.person_id, ask.note))
    if wanted:
        await want(work, case, wanted)
    await files.add_evidence(work, case, BUYER, ask.note, ask.pictures)
    if not is_released:
        await fulfilment.pause_receipt(work, order.order_id, case.case_id, [line.line_no for line in lines])
    going.set_due(work, case)
    going.tell(work, case, CaseEvent.apply, BUYER)
    return showing.state_view(await promised.agree_at_once(work, order, case))


@use_case("order.place", writes=True)
async def modify_case(work: Work, ask: ModifyCase) -> CaseStateView:
    """Ask anew, for no more than before the seller's no could have been asked; the seller has to answer again."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    MOVES.after(case.state, CaseEvent.modify, number=case.number)
    kind = Kind(ask.kind)
    if not _fits(kind, case.goods_status) or (case.reason == NO_REASON and kind is not case.kind):
        raise ReasonDoesNotFit(reason_code=case.reason)
    amounts = _amounts(kind, ask.goods_minor, ask.freight_minor)
    lines = _asked(await store.lines(work, case), *amounts, case.goods_status, case.liability)
    wanted = await swapping.wanted_instead(work, order, kind, lines, ask.wanted, ask.difference_minor)
    await want(work, case, wanted)
    moved = await going.ask_for(
        work,
        case.moved(
            CaseEvent.modify,
            due_at=work.now + going.span(work, order, going.ANSWER),
            kind=kind,
            difference_minor=ask.difference_minor,
        ),
        lines,
    )
    await files.add_evidence(work, moved, BUYER, ask.note, ask.pictures)
    await going.go(work, moved, CaseEvent.modify, By(BUYER, work.actor.person_id, ask.note))
    return showing.state_view(moved)


@use_case("order.place", writes=True)
async def cancel_case(work: Work, ask: CancelCase) -> CaseStateView:
    """Want nothing any more: the case is closed and the clock of receipt runs on."""
    order, case = await going.case_for_update(work, ask.case_id, side=BUYER)
    by = By(BUYER, work.actor.person_id)
    if (
        case.again_waybill
        and case.difference_minor < 0
        and MOVES.allows(case.state, CaseEvent.receive_cheaper)
    ):
        # Who wants nothing more of the market keeps the cheaper goods that were sent, and has the difference back.
        return showing.state_view(await replacing.complete(work, order, case, by))
    return showing.state_view(await going.close(work, order, case, CaseEvent.cancel, by))


def _fits(kind: Kind, status: GoodsStatus) -> bool:
    """What never arrived cannot be sent back."""
    return kind in {Kind.refund_only, Kind.resend} or status is GoodsStatus.received


def _amounts(kind: Kind, goods_minor: int | None, freight_minor: int | None) -> tuple[int | None, int | None]:
    """What is asked; of goods that are to be replaced all that they cost, in case it comes to money after all."""
    return (None, None) if kind in REPLACES else (goods_minor, freight_minor)


async def _lines(
    work: Work, order: ordering.OrderInCase, asked: Sequence[CaseLineAsk], liability: Liability
) -> tuple[list[CaseLine], bool]:
    """The lines with what they could have at the most, and whether their money was released to the seller already."""
    wanted = {line.line_no: line.quantity for line in asked}
    if len(wanted) != len(asked):
        raise Invalid(detail="lines")
    await _must_be_free(work, order, wanted)
    known = {line.line_no: line for line in order.lines}
    if all(no in known and known[no].to_receive >= n for no, n in wanted.items()):
        found = [(known[no], n, known[no].buyer_share_of(n)) for no, n in sorted(wanted.items())]
        return [_line(line, n, goods, freight) for line, n, (goods, freight) in found], False
    most = await released.most_of(work, order)
    lines = []
    for line_no, quantity in sorted(wanted.items()):
        line = known.get(line_no)
        units = most.get(line_no, 0)
        if line is None or quantity > units:
            raise NotSent(line_no=line_no, quantity=max(line.to_receive, units) if line else 0)
        until = released.open_until(work, order, liability)
        if until is not None and until <= work.now:
            raise WindowOver(number=order.number)
        goods, freight = released.share(line, quantity, gone=line.received - units)
        lines.append(_line(line, quantity, goods, freight))
    return lines, True


async def _must_be_free(work: Work, order: ordering.OrderInCase, wanted: Mapping[int, int]) -> None:
    taken = await store.lines_taken(work, order.order_id)
    judged = await store.lines_judged(work, order.order_id)
    for line_no in sorted(wanted):
        if line_no in taken:
            raise CaseIsOpen(line_no=line_no)
        if line_no in judged:
            raise AlreadyRuled(line_no=line_no)


def _line(line: ordering.Line, quantity: int, goods: int, freight: int) -> CaseLine:
    return CaseLine(
        line_no=line.line_no,
        sku_id=line.sku_id,
        offer_id=line.offer_id,
        category_id=line.category_id,
        title=line.title,
        options=line.options,
        picture=line.picture,
        unit=line.unit,
        quantity=quantity,
        goods_minor=goods,
        freight_minor=freight,
        goods_most=goods,
        freight_most=freight,
    )


def freight_most(lines: Sequence[CaseLine], status: GoodsStatus, liability: Liability) -> int:
    """The freight that can be asked back: none where the goods were carried and the buyer only changed their mind."""
    if liability is Liability.wish and status is GoodsStatus.received:
        return 0
    return sum(line.freight_most for line in lines)


def _asked(
    lines: Sequence[CaseLine],
    goods_minor: int | None,
    freight_minor: int | None,
    status: GoodsStatus,
    liability: Liability,
) -> list[CaseLine]:
    """The lines with what is asked for each; of goods that never arrived nothing is kept, so all is asked."""
    most, freight = sum(line.goods_most for line in lines), freight_most(lines, status, liability)
    wanted = (
        most if goods_minor is None else goods_minor,
        freight if freight_minor is None else freight_minor,
    )
    if wanted[0] > most or wanted[1] > freight:
        raise MoreThanRefundable(goods_minor=most, freight_minor=freight)
    if not sum(wanted):
        raise Invalid(field="goods_minor", detail="required field `goods_minor`")
    if status is GoodsStatus.not_received and wanted[0] != most:
        raise MoreThanRefundable(goods_minor=most, freight_minor=freight)
    return spread(lines, *wanted)


def _sum(lines: Sequence[CaseLine]) -> int:
    return sum(line.goods_minor + line.freight_minor for line in lines)


def _new_case(
    work: Work,
    order: ordering.OrderInCase,
    ask: ApplyCase,
    liability: Liability,
    lines: Sequence[CaseLine],
    due_at: datetime,
    *,
    is_released: bool,
) -> Case:
    case_id = work.new_id()
    return Case(
        order_id=order.order_id,
        case_id=case_id,
        number=human_number(case_id, "SH"),
        order_number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        kind=Kind(ask.kind),
        goods_status=GoodsStatus(ask.goods_status),
        state=MOVES.first,
        reason=ask.reason_code,
        liability=liability,
        asked_minor=_sum(lines),
        applied_at=work.now,
        applied_by=work.actor.person_id,
        due_at=due_at,
        is_released=is_released,
        money_to=order.money_to,
        difference_minor=ask.difference_minor,
    )
