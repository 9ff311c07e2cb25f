"""From orders and quotes to what people see."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from huozhan import catalogue, credit, insurance, payments, promotion, staging
from huozhan.catalogue import Goods, PricedLine, Trouble, TroubleKind, WayKind
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work
from huozhan.ordering.clock_views import ExemptionView
from huozhan.ordering.deeds import PERMISSION, Beside, deeds_of
from huozhan.ordering.discounting import amended_minor
from huozhan.ordering.ending import ending_now, kept_in_all
from huozhan.ordering.exemption import Exemption
from huozhan.ordering.money_view import MoneyView
from huozhan.ordering.order import Line, Order, OrderEvent, OrderState
from huozhan.ordering.purchase import InvalidLine, Quote, Share
from huozhan.ordering.store.discounts import Discount
from huozhan.ordering.store.log import Amendment, RefundRow, Story
from huozhan.ordering.store.orders import Delivery, names
from huozhan.ordering.views import (
    AmendmentView,
    ClaimView,
    DeliveryView,
    GoodsView,
    InvalidLineView,
    MomentView,
    NoteView,
    OrderLineView,
    OrderPage,
    OrderStateView,
    PriceView,
    QuoteLineView,
    QuoteView,
    RefundLine,
    RefundView,
    ShareView,
    SupplierView,
    TradeTypeView,
    TroubleView,
    WayView,
)
from huozhan.ordering.waiting import BUYER, SELLER, Waiting, who_acts
from huozhan.ordering.ways import WAYS, escrow_minor
from huozhan.parties import MaskedReceiver, OrgFace
from huozhan.staging import EndingView, Plan, PlanView


def quote_view(
    work: Work, address_id: str, made: Quote, quote_hash: str, faces: Mapping[int, OrgFace]
) -> QuoteView:
    """A quote with the words and moments around it."""
    pay_close_at = work.now + work.rule("pay_close.spot").span
    goods_minor = sum(share.goods_minor for share in made.shares)
    freight_minor = sum(share.freight_minor for share in made.shares)
    return QuoteView(
        address_id=address_id,
        shares=[
            ShareView(
                supplier=supplier_view(share.seller_id, faces),
                freight_template_id=str(share.freight_template_id),
                trade_type=share.trade_type,
                plan_code=share.plan_code,
                trade_types=[
                    TradeTypeView(
                        trade_type=one.trade_type,
                        why=one.why,
                        facts=one.facts,
                        plan=_plan_view(work, share, one.plan) if one.plan else None,
                    )
                    for one in share.choices
                ],
                lines=[
                    QuoteLineView(
                        goods=goods_view(line.goods),
                        offer_version=line.goods.offer_version,
                        quantity=line.priced.quantity,
                        is_sample=line.is_sample,
                        price=price_view(line.priced),
                        offs=promotion.off_views(line.cuts),
                        goods_minor=line.goods_minor,
                        freight_minor=line.freight_minor,
                    )
                    for line in share.lines
                ],
                list_minor=sum(line.priced.amount_minor for line in share.lines),
                offs=promotion.off_views(cut for line in share.lines for cut in line.cuts),
                nudge=promotion.nudge_of(made.nudges, share.seller_id),
                goods_minor=share.goods_minor,
                freight_minor=share.freight_minor,
                subsidy_minor=share.subsidy_minor,
                insurance=insurance.cover_view(work, share.cover),
                amount_minor=share.amount_minor,
                pay_close_at=pay_close_at if WAYS[share.trade_type].pays_first else None,
                promise_hours=share.promise_hours,
                services=catalogue.service_views(work, share.services, work.now),
            )
            for share in made.shares
        ],
        troubles=trouble_views(made.troubles),
        undeliverable=[str(seller_id) for seller_id in made.undeliverable],
        invalid=invalid_views(made.invalid),
        coupons=list(made.coupons),
        goods_minor=goods_minor,
        freight_minor=freight_minor,
        subsidy_minor=sum(share.subsidy_minor for share in made.shares),
        premium_minor=sum(share.cover.buyer_minor for share in made.shares),
        amount_minor=made.amount_minor,
        pay_first_minor=sum(
            _first_minor(work, share) for share in made.shares if WAYS[share.trade_type].pays_first
        ),
        quote_hash=quote_hash,
        can_be_placed=bool(made.shares)
        and not (made.troubles or made.undeliverable or any(share.choice.why for share in made.shares)),
    )


def _first_minor(work: Work, share: Share) -> int:
    """What is to be paid of a share right after placing: all of it, or its first stage."""
    plan = share.choice.plan
    return _plan_view(work, share, plan).stages[0].amount_minor if plan else share.amount_minor


def _plan_view(work: Work, share: Share, plan: Plan) -> PlanView:
    cap_bp = work.rule("stage.deposit_cap_bp").value
    return staging.plan_view(plan, share.goods_minor, share.freight_minor, cap_bp)


def supplier_view(org_id: int, faces: Mapping[int, OrgFace]) -> SupplierView:
    """A supplier's face; an organisation that has none any more still has its place."""
    face = faces.get(org_id)
    if face is None:
        return SupplierView(org_id=str(org_id), name=Bilingual(), supplier_kind="", verified=False)
    return SupplierView(
        org_id=str(org_id), name=face.name, supplier_kind=face.supplier_kind, verified=face.verified
    )


def goods_view(goods: Goods) -> GoodsView:
    """Goods as a line shows them."""
    return GoodsView(
        sku_id=str(goods.sku_id),
        offer_id=str(goods.offer_id),
        category_id=goods.category_id,
        title=goods.title,
        options=goods.options,
        picture=goods.picture,
        unit=goods.unit,
    )


def price_view(line: PricedLine) -> PriceView:
    """A price with its reasons."""
    return PriceView(
        price_e4=line.price_e4,
        amount_minor=line.amount_minor,
        basis=line.basis,
        step_from=line.step_from,
        counted_quantity=line.counted_quantity,
        pieces_more=line.next_step.pieces_more if line.next_step else 0,
        next_price_e4=line.next_step.price_e4 if line.next_step else 0,
        list_price_e4=line.list_price_e4,
        book_version=line.book.version if line.book else 0,
        takes_coupons=line.book is None or line.book.takes_coupons,
    )


def trouble_views(troubles: Sequence[Trouble]) -> list[TroubleView]:
    """Troubles with their ways out."""
    return [
        TroubleView(
            code=trouble.code,
            offer_id=str(trouble.offer_id),
            sku_id=str(trouble.sku_id),
            facts=trouble.facts,
            ways=[
                WayView(
                    kind=way.kind,
                    offer_id=str(way.offer_id),
                    sku_id=str(way.sku_id),
                    seller_id=str(way.seller_id),
                    quantity=way.quantity,
                    amount_minor=way.amount_minor,
                    cost_minor=way.cost_minor,
                )
                for way in trouble.ways
            ],
        )
        for trouble in troubles
    ]


def worth_telling(troubles: Sequence[TroubleView]) -> list[TroubleView]:
    """Troubles without those that the way out of another one mends: more pieces up to the MOQ often are whole lots too."""
    added = {
        way.sku_id: way.quantity
        for trouble in troubles
        for way in trouble.ways
        if way.kind == WayKind.add_pieces
    }
    return [
        trouble
        for trouble in troubles
        if trouble.code != TroubleKind.not_whole_lots
        or (trouble.facts["quantity"] + added.get(trouble.sku_id, 0)) % trouble.facts["lot"]
    ]


def invalid_views(invalid: Sequence[InvalidLine]) -> list[InvalidLineView]:
    """What cannot be bought, and why."""
    return [
        InvalidLineView(
            sku_id=str(line.wanted.sku_id),
            goods=goods_view(line.goods) if line.goods else None,
            quantity=line.wanted.quantity,
            is_sample=line.wanted.is_sample,
            why=line.why,
        )
        for line in invalid
    ]


def state_view(order: Order) -> OrderStateView:
    """Where an order stands now."""
    return OrderStateView(
        order_id=str(order.order_id),
        number=order.number,
        state=order.state,
        amount_minor=order.amount_minor,
        closing=order.is_closing,
    )


def refund_view(refund: RefundRow) -> RefundView:
    """A question for money back, and its answer."""
    return RefundView(
        refund_id=str(refund.refund_id),
        state=refund.state,
        amount_minor=refund.amount_minor,
        reason=refund.reason,
        asked_at=refund.asked_at,
        answer_due_at=refund.answer_due_at,
        answered_at=refund.answered_at,
        answered_by=refund.answered_by,
        answer=refund.answer,
        lines=[RefundLine(line_no=no, quantity=n) for no, n in refund.wanted.items()],
    )


def order_page(
    work: Work,
    order: Order,
    row: Mapping[str, Any],
    story: Story,
    masked: MaskedReceiver,
    takes: Sequence[payments.views.SupplierTake],
    beside: Beside,
    on_credit: credit.views.OrderCreditView | None,
    offs: Iterable[Discount] = (),
) -> OrderPage:
    """An order as the actor's side sees it."""
    side = BUYER if work.actor.org_id == order.buyer_id else SELLER
    buyer, seller = names(row)
    taken = {take.cause: take for take in takes}
    open_refund = next((refund for refund in story.refunds if refund.state == "asked"), None)
    who, until = who_acts(
        Waiting(
            state=order.state,
            pay_close_at=order.pay_close_at,
            ship_promise_at=order.ship_promise_at,
            receive_due_at=order.receive_due_at,
            is_closing=order.is_closing,
            refund_until=open_refund.answer_due_at if open_refund else None,
            stage=staging.at_hand(order.stages),
        )
    )
    can = [deed for deed in deeds_of(work, order, story, side, beside) if work.actor.may(PERMISSION[deed])]
    return OrderPage(
        order_id=str(order.order_id),
        number=order.number,
        side=side,
        state=order.state,
        trade_type=order.trade_type,
        buyer_id=str(order.buyer_id),
        buyer=buyer,
        seller_id=str(order.seller_id),
        seller=seller,
        placed_at=order.placed_at,
        list_minor=sum(line.goods_minor + line.discount_minor for line in order.lines),
        offs=promotion.off_views(offs),
        goods_minor=order.goods_minor,
        freight_minor=order.freight_minor,
        subsidy_minor=order.subsidy_minor,
        premium_minor=order.premium_minor,
        amount_minor=order.amount_minor,
        who_acts=who,
        until=until,
        can=can,
        closing=order.is_closing,
        is_late=order.is_late,
        money=_money(order, on_credit),
        agreement_id=on_credit.agreement_id if on_credit else None,
        payment_id=str(order.payment_id or max(order.payments, default=0))
        if order.payment_id or order.payments
        else None,
        delivery=_delivery_view(msgspec.json.decode(row["delivery"], type=Delivery), masked),
        lines=[_line_view(order, line) for line in order.lines],
        timeline=[
            MomentView(
                event=move.event,
                state=move.state,
                at=move.moved_at,
                by={order.buyer_id: BUYER, order.seller_id: SELLER}.get(move.org_id, "market"),
                reason=move.reason,
            )
            for move in story.moves
        ],
        refunds=[refund_view(refund) for refund in story.refunds],
        amendments=[_amendment_view(order, amendment) for amendment in story.amendments],
        claims=[
            ClaimView(
                cause=claim.cause,
                goods_minor=claim.goods_minor,
                amount_minor=claim.amount_minor,
                made_at=claim.made_at,
                paid_at=claim.paid_at,
                taken=taken.get(claim.cause) if side == SELLER else None,
                reversed_at=claim.reversed_at,
            )
            for claim in story.claims
        ],
        notes=[
            NoteView(text=note.note, private=note.is_private, by_org_id=str(note.org_id), at=note.noted_at)
            for note in story.notes
        ],
        ship_promise_at=order.ship_promise_at,
        services=catalogue.service_views(work, order.services, order.placed_at),
        exemptions=[_exemption_view(work, one) for one in order.exemptions],
        longer=beside.longer,
        filings=list(beside.filings) if side == SELLER else [],
        stages=staging.stage_views(order.stages),
        stage_no=stage.stage_no if (stage := staging.at_hand(order.stages)) else None,
        ending=_ending(work, order, can),
    )


def _ending(work: Work, order: Order, can: Sequence[str]) -> EndingView | None:
    """What happens to the money if this side ends the order in stages now."""
    if "stop" in can:
        event = OrderEvent.leave if order.is_late else OrderEvent.stop
    elif "give_up" in can:
        event = OrderEvent.give_up
    else:
        return None
    ending = ending_now(work, order, event)
    return EndingView(
        kept_minor=kept_in_all(order, ending),
        back_minor=ending.all_back_minor,
        earnest_minor=ending.earnest_minor,
    )


def _exemption_view(work: Work, one: Exemption) -> ExemptionView:
    return ExemptionView(
        exemption_id=str(one.exemption_id),
        source=one.source,
        kind=one.kind,
        title=one.title,
        carriers=list(one.carriers),
        from_at=one.from_at,
        until_at=one.until_at,
        runs=one.from_at <= work.now < one.until_at,
    )


def _money(order: Order, on_credit: credit.views.OrderCreditView | None) -> MoneyView:
    stage = staging.payable(order.stages)
    is_lent = WAYS[order.trade_type].is_lent
    unpaid_minor = stage.amount_minor if stage else 0 if order.stages else order.amount_minor
    places = {
        "buyer": unpaid_minor if order.state is OrderState.wait_pay else 0,
        "overdue": on_credit.owed_minor if on_credit and on_credit.is_overdue else 0,
        "owed": on_credit.owed_minor if on_credit else 0,
        "credit": on_credit.held_minor if on_credit else 0,
        "lender": escrow_minor(order) if is_lent else 0,
        "escrow": 0 if is_lent else escrow_minor(order),
        "seller": on_credit.paid_minor if on_credit else order.released_minor,
        "returned": order.refunded_minor - order.subsidy_back_minor,
    }
    where, where_minor = next(((place, amount) for place, amount in places.items() if amount), ("", 0))
    return MoneyView(
        where=where,
        where_minor=where_minor,
        due_on=on_credit.due_on if on_credit else None,
        to_pay_minor=places["buyer"] or (stage.amount_minor if stage else 0),
        credit_minor=places["credit"],
        owed_minor=places["owed"],
        escrow_minor=places["escrow"],
        released_minor=places["seller"],
        refunded_minor=places["returned"],
        lender_minor=places["lender"],
    )


def _delivery_view(delivery: Delivery, masked: MaskedReceiver) -> DeliveryView:
    return DeliveryView(
        country=delivery.country,
        division_code=delivery.division_code,
        province=delivery.province,
        city=delivery.city,
        county=delivery.county,
        postcode=delivery.postcode,
        receiver=masked.receiver,
        phone=masked.phone,
        street=masked.street,
    )


def _line_view(order: Order, line: Line) -> OrderLineView:
    return OrderLineView(
        line_no=line.line_no,
        goods=GoodsView(
            sku_id=str(line.sku_id),
            offer_id=str(line.offer_id),
            category_id=line.category_id,
            title=line.title,
            options=line.options,
            picture=line.picture,
            unit=line.unit,
        ),
        offer_version=line.offer_version,
        quantity=line.quantity,
        price_e4=line.price_e4,
        basis=line.basis,
        step_from=line.step_from,
        is_sample=line.is_sample,
        book_version=line.book_version,
        discount_minor=line.discount_minor,
        subsidy_minor=line.subsidy_minor,
        goods_minor=line.goods_minor,
        freight_minor=line.freight_minor,
        shipped=line.shipped,
        received=line.received,
        refunded=line.refunded,
        returned=line.returned,
        to_ship=order.to_ship(line) if order.paid_at else 0,
    )


def _amendment_view(order: Order, amendment: Amendment) -> AmendmentView:
    return AmendmentView(
        amendment_id=str(amendment.amendment_id),
        state=amendment.state,
        goods_minor=amendment.goods_minor,
        freight_minor=amendment.freight_minor,
        amount_minor=amended_minor(order, amendment),
        subsidy_minor=amendment.subsidy_minor,
        was_minor=amendment.was_minor,
        is_abnormal=amendment.is_abnormal,
        reason=amendment.reason,
        amended_at=amendment.amended_at,
    )
