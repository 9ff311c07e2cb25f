"""Amending: before payment a seller changes goods and freight amounts; a higher total needs the buyer's yes."""

from collections.abc import Mapping, Sequence

import msgspec

from huozhan import staging
from huozhan.kernel.money import BASIS_POINTS, E4_PER_MINOR, divide_half_up, split
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import staged
from huozhan.ordering.asks import AcceptAmendment, AmendPrice, LineAmount
from huozhan.ordering.discounting import amended_minor, follow_amendment, subsidies_of, subsidy_under
from huozhan.ordering.facts import OrderAmended
from huozhan.ordering.order import PAY_CLOSE, Line, Order, OrderEvent
from huozhan.ordering.paying import close_payments_first
from huozhan.ordering.placing import NothingToPay, must_be_payable
from huozhan.ordering.showing import state_view
from huozhan.ordering.store import discounts, log, orders
from huozhan.ordering.store.log import Amendment
from huozhan.ordering.views import OrderStateView


class NothingAmended(Refusal):
    """The amounts are what they were."""

    code = "ordering.nothing_amended"


class NotInStages(Refusal):
    """The new amounts leave an unpaid stage nothing to pay, or are below what is paid already."""

    code = "ordering.not_in_stages"


class AnotherOffer(Refusal):
    """The seller offers another amount by now than the buyer has read."""

    code = "ordering.another_offer"


@use_case("sale.amend", writes=True)
async def amend_price(work: Work, ask: AmendPrice) -> OrderStateView:
    """Change an unpaid order's amounts: at once where the buyer pays no more, else once the buyer says yes."""
    order = await orders.for_update(work, int(ask.order_id), side="seller")
    event = _amending(order)
    order.must_allow(event)
    line_goods = _line_goods(order, ask.lines, ask.goods_minor)
    freight_minor = order.freight_minor if ask.freight_minor is None else ask.freight_minor
    goods_minor = sum(line_goods)
    subsidy_minor = await subsidy_under(work, order, line_goods)
    amount_minor = goods_minor + freight_minor - subsidy_minor + order.premium_minor
    if amount_minor == order.premium_minor:
        raise NothingToPay
    must_be_payable(amount_minor)
    if line_goods == [line.goods_minor for line in order.lines] and freight_minor == order.freight_minor:
        raise NothingAmended
    if order.stages and staging.resplit(order.stages, goods_minor, freight_minor) is None:
        raise NotInStages(number=order.number)
    amendment = Amendment(
        amendment_id=work.new_id(),
        state="offered",
        goods_minor=goods_minor,
        freight_minor=freight_minor,
        was_minor=order.amount_minor,
        line_goods=tuple(line_goods),
        subsidy_minor=subsidy_minor,
        is_abnormal=is_abnormal(work, order.amount_minor, amount_minor),
        reason=ask.reason,
        amended_at=work.now,
        amended_by=work.actor.person_id,
    )
    await log.add_amendment(work, order.order_id, amendment)
    if amount_minor > order.amount_minor:
        work.record(_amended(order, amount_minor, is_offer=True))
        return state_view(order)
    return state_view(await _apply_or_wait(work, order, amendment))


@use_case("order.place", writes=True)
async def accept_amendment(work: Work, ask: AcceptAmendment) -> OrderStateView:
    """Say yes to a higher amount; an open payment over the old one is closed at the channel first."""
    order = await orders.for_update(work, int(ask.order_id), side="buyer")
    order.must_allow(_amending(order))
    amendment = await log.waiting_amendment(work, order.order_id)
    if amendment is None or amendment.state != "offered":
        raise NotFound(order_id=ask.order_id)
    amount_minor = amended_minor(order, amendment)
    if ask.amount_minor not in (None, amount_minor):
        raise AnotherOffer(amount_minor=amount_minor)
    return state_view(await _apply_or_wait(work, order, amendment))


def _amending(order: Order) -> OrderEvent:
    """An order in stages may be amended after its first stage is paid too: what is unpaid takes the difference."""
    return OrderEvent.amend_stages if order.stages and order.paid_minor else OrderEvent.amend


def is_abnormal(work: Work, was_minor: int, is_minor: int) -> bool:
    """Tells whether a change is so large that it is flagged (rule amend.abnormal_bp, domain rule B1.2)."""
    return abs(is_minor - was_minor) * BASIS_POINTS > was_minor * work.rule("amend.abnormal_bp").value


def _line_goods(order: Order, lines: Sequence[LineAmount], goods_minor: int | None) -> list[int]:
    """What each line's goods shall cost: line by line, or a total spread over the lines by what they cost now."""
    if goods_minor is not None:
        if lines:
            raise Invalid(detail="lines, goods_minor")
        return split(goods_minor, [line.goods_minor for line in order.lines])
    asked: Mapping[int, int] = {line.line_no: line.goods_minor for line in lines}
    if len(asked) != len(lines) or not asked.keys() <= {line.line_no for line in order.lines}:
        raise Invalid(detail="lines")
    return [asked.get(line.line_no, line.goods_minor) for line in order.lines]


async def _apply_or_wait(work: Work, order: Order, amendment: Amendment) -> Order:
    if not order.payments:
        return await _apply(work, order, amendment, orders.by_actor(work.actor))
    await log.set_amendment(work, order.order_id, amendment.amendment_id, "closing")
    return await close_payments_first(work, order, _amending(order), amendment.reason)


async def apply_waiting(work: Work, order: Order, by: orders.By) -> None:
    """Applies the amendment that waited for the payment channel."""
    amendment = await log.waiting_amendment(work, order.order_id)
    if amendment is not None and amendment.state == "closing":
        await _apply(work, order, amendment, by)


async def _apply(work: Work, order: Order, amendment: Amendment, by: orders.By) -> Order:
    """The order costs this now; the time to pay begins anew."""
    event = _amending(order)
    rule = work.rules.pinned("pay_close.negotiated", order.rule_pins, order.placed_at)
    lines = _amended_lines(order, amendment)
    amended = order.with_lines({line.line_no: line for line in lines}).moved(
        event,
        subsidy_minor=sum(line.subsidy_minor for line in lines),
        goods_minor=amendment.goods_minor,
        freight_minor=amendment.freight_minor,
        pay_close_at=work.now + rule.span,
    )
    if order.subsidy_minor:
        await discounts.clear_subsidies(work, order.order_id)
    await orders.save(work, amended, event, reason=amendment.reason, by=by, lines=lines)
    await follow_amendment(work, order, amended)
    await log.set_amendment(work, order.order_id, amendment.amendment_id, "applied")
    if event is OrderEvent.amend:
        work.set_timer(
            PAY_CLOSE, about=order.order_id, due_at=amended.pay_close_at, rule_version=rule.version
        )
    changed = staging.resplit(order.stages, amended.goods_minor, amended.freight_minor)
    if changed:
        await staging.set_amounts(work, order.order_id, changed)
        amended = await staged.pay_anew(work, amended.with_stages(*changed))
    work.record(_amended(order, amended.amount_minor, is_offer=False))
    return amended


def _amended_lines(order: Order, amendment: Amendment) -> list[Line]:
    """Lines with their new amounts; freight and the market's part are allocated anew by them."""
    freight = split(amendment.freight_minor, amendment.line_goods)
    subsidies = subsidies_of(order, amendment)
    return [
        msgspec.structs.replace(line, freight_minor=share, subsidy_minor=subsidy)
        if goods == line.goods_minor
        else msgspec.structs.replace(
            line,
            goods_minor=goods,
            freight_minor=share,
            subsidy_minor=subsidy,
            price_e4=divide_half_up(goods * E4_PER_MINOR, line.quantity),
            basis="amended",
            discount_minor=0,
        )
        for line, goods, share, subsidy in zip(
            order.lines, amendment.line_goods, freight, subsidies, strict=True
        )
    ]


def _amended(order: Order, amount_minor: int, *, is_offer: bool) -> OrderAmended:
    return OrderAmended(
        order_id=order.order_id,
        number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        amount_minor=amount_minor,
        is_offer=is_offer,
    )
