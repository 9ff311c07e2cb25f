"""From cases to what people see."""

from collections.abc import Sequence
from datetime import datetime

from huozhan.aftersales import released
from huozhan.aftersales.case import (
    BUYER,
    MARKET,
    MOVES,
    NO_REASON,
    REASONS,
    SELLER,
    WHOSE_TURN,
    Case,
    CaseEvent,
    CaseLine,
    CaseState,
)
from huozhan.aftersales.store.cases import ReturnPlace
from huozhan.aftersales.store.rulings import Ruling
from huozhan.aftersales.swap import Wanted
from huozhan.aftersales.views import (
    CaseLineView,
    CaseStateView,
    LineToApply,
    ReasonView,
    ReturnPlaceView,
    RulingView,
    SwapView,
    WantedView,
)
from huozhan.kernel.actor import Actor
from huozhan.ordering import Line
from huozhan.parties import MaskedReceiver

_DEEDS = {
    BUYER: {
        "modify": (CaseEvent.modify, "order.place"),
        "cancel": (CaseEvent.cancel, "order.place"),
        "send_back": (CaseEvent.send_back, "order.place"),
        "pay_difference": (CaseEvent.pay_difference, "order.pay"),
        "decline_difference": (CaseEvent.unpaid, "order.place"),
        "receive_replacement": (CaseEvent.receive_again, "order.confirm"),
    },
    SELLER: {
        "answer": (CaseEvent.refuse, "sale.amend"),
        "receive_back": (CaseEvent.accept, "sale.amend"),
        "send_replacement": (CaseEvent.send_again, "sale.ship"),
        "refund_instead": (CaseEvent.refund_instead, "sale.amend"),
    },
}
"""What each side may do, by the move it makes and the permission it needs."""


def side_of(case: Case, org_id: int) -> str:
    """Which side of a case an organisation is; the market where it is neither."""
    return {case.buyer_id: BUYER, case.seller_id: SELLER}.get(org_id, MARKET)


def deeds(case: Case, actor: Actor, now: datetime, escalate_from: datetime) -> list[str]:
    """What the actor's side may do now."""
    side = side_of(case, actor.org_id)
    if side == MARKET:
        is_ripe = case.evidence_until is not None and case.evidence_until <= now
        may = actor.may("market.operate") and MOVES.allows(case.state, CaseEvent.rule)
        return ["rule"] if may and is_ripe else []
    found = [
        deed
        for deed, (event, permission) in _DEEDS[side].items()
        if MOVES.allows(case.state, event) and actor.may(permission)
    ]
    if not actor.may("order.place" if side == BUYER else "sale.amend"):
        return found
    is_early = case.is_negotiated and not case.refusals and now < escalate_from
    has_time = case.evidence_until is None or case.evidence_until > now
    more = {
        "escalate": side == BUYER and case.buyer_may_call and not is_early,
        "give_evidence": case.is_open and case.state is not CaseState.ruled and has_time,
        "extend": MOVES.allows(case.state, CaseEvent.extend) and not case.extended_by and has_time,
        "appeal": MOVES.allows(case.state, CaseEvent.appeal) and not case.appealed_by,
    }
    return found + [deed for deed, allowed in more.items() if allowed]


def ruling_view(ruling: Ruling) -> RulingView:
    """A ruling, without who of the market made it."""
    fields = {name: getattr(ruling, name) for name in RulingView.__struct_fields__}
    return RulingView(**fields)


def state_view(case: Case) -> CaseStateView:
    """Where a case stands now."""
    return CaseStateView(
        order_id=str(case.order_id),
        case_id=str(case.case_id),
        number=case.number,
        kind=case.kind,
        state=case.state,
        who_acts=WHOSE_TURN[case.state],
        until=case.due_at,
        asked_minor=case.asked_minor,
        refunded_minor=case.refunded_minor,
        difference_minor=case.difference_minor,
    )


def line_view(line: CaseLine, wanted: Wanted | None = None, swaps: Sequence[SwapView] = ()) -> CaseLineView:
    """A line of a case, with what is wanted instead of it, and what could be."""
    return CaseLineView(
        line_no=line.line_no,
        offer_id=str(line.offer_id),
        category_id=line.category_id,
        title=line.title,
        options=line.options,
        picture=line.picture,
        unit=line.unit,
        quantity=line.quantity,
        goods_minor=line.goods_minor,
        freight_minor=line.freight_minor,
        goods_most=line.goods_most,
        wanted=_wanted_view(wanted) if wanted else None,
        swaps=list(swaps),
    )


def _wanted_view(wanted: Wanted) -> WantedView:
    return WantedView(
        sku_id=str(wanted.sku_id),
        options=wanted.options,
        quantity=wanted.quantity,
        price_e4=wanted.price_e4,
        difference_minor=wanted.difference_minor,
    )


def place_view(place: ReturnPlace, masked: MaskedReceiver) -> ReturnPlaceView:
    """Where goods go back to, masked."""
    return ReturnPlaceView(
        country=place.country,
        province=place.province,
        city=place.city,
        county=place.county,
        postcode=place.postcode,
        receiver=masked.receiver,
        phone=masked.phone,
        street=masked.street,
    )


def line_to_apply(line: Line, confirmed: int, swaps: list[SwapView]) -> LineToApply:
    """A line of which some units could be in a case, with what all of them cost: those not confirmed yet come first."""
    most = line.to_receive or confirmed
    goods, freight = (
        line.buyer_share_of(most)
        if line.to_receive
        else released.share(line, most, gone=line.received - confirmed)
    )
    return LineToApply(
        line_no=line.line_no,
        offer_id=str(line.offer_id),
        category_id=line.category_id,
        title=line.title,
        options=line.options,
        picture=line.picture,
        unit=line.unit,
        most=most,
        goods_minor=goods,
        freight_minor=freight,
        swaps=swaps,
    )


def reason_views(*, no_reason: bool) -> list[ReasonView]:
    """The reasons to choose among; none is needed only where the shop promises so."""
    return [
        ReasonView(code=code, statuses=sorted(reason.statuses))
        for code, reason in REASONS.items()
        if code != NO_REASON or no_reason
    ]
