"""From cases to what people see."""

from huozhan.aftersales.case import (
    BUYER,
    MOVES,
    REASONS,
    SELLER,
    WHOSE_TURN,
    Case,
    CaseEvent,
    CaseLine,
)
from huozhan.aftersales.store.cases import ReturnPlace
from huozhan.aftersales.views import (
    CaseLineView,
    CaseStateView,
    LineToApply,
    ReasonView,
    ReturnPlaceView,
)
from huozhan.kernel.actor import Actor
from huozhan.ordering import Line
from huozhan.parties import MaskedReceiver

_DEEDS = {
    BUYER: {
        "modify": (CaseEvent.modify, "order.place"),
        "cancel": (CaseEvent.cancel, "order.place"),
        "send_back": (CaseEvent.send_back, "order.place"),
    },
    SELLER: {
        "answer": (CaseEvent.refuse, "sale.amend"),
        "receive_back": (CaseEvent.accept, "sale.amend"),
    },
}
"""What each side may do, by the move it makes and the permission it needs."""


def side_of(case: Case, org_id: int) -> str:
    """Which side of a case an organisation is."""
    return BUYER if org_id == case.buyer_id else SELLER


def deeds(case: Case, actor: Actor) -> list[str]:
    """What the actor's side may do now."""
    side = side_of(case, actor.org_id)
    found = [
        deed
        for deed, (event, permission) in _DEEDS[side].items()
        if MOVES.allows(case.state, event) and actor.may(permission)
    ]
    if case.is_open and actor.may("order.place" if side == BUYER else "sale.amend"):
        found.append("give_evidence")
    return found


def state_view(case: Case) -> CaseStateView:
    """Where a case stands now."""
    return CaseStateView(
        order_id=str(case.order_id),
        case_id=str(case.case_id),
        number=case.number,
        state=case.state,
        who_acts=WHOSE_TURN[case.state],
        until=case.due_at,
        asked_minor=case.asked_minor,
        refunded_minor=case.refunded_minor,
    )


def line_view(line: CaseLine) -> CaseLineView:
    """A line of a case."""
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


def line_to_apply(line: Line) -> LineToApply:
    """A line of which some units could be in a case, with what all of them cost."""
    goods, freight = line.share_of(line.to_receive)
    return LineToApply(
        line_no=line.line_no,
        offer_id=str(line.offer_id),
        category_id=line.category_id,
        title=line.title,
        options=line.options,
        picture=line.picture,
        unit=line.unit,
        most=line.to_receive,
        goods_minor=goods,
        freight_minor=freight,
    )


def reason_views() -> list[ReasonView]:
    """The reasons to choose among."""
    return [ReasonView(code=code, statuses=sorted(reason.statuses)) for code, reason in REASONS.items()]
