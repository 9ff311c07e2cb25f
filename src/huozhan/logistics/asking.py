"""Asking: a supplier asks for a waybill, sends goods under it, or takes it back before the pick-up.

The intent is committed first; the worker calls the carrier afterwards under our own id, and a waybill that is owed an answer
for too long is asked about.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from huozhan import carriage, fulfilment, ordering
from huozhan.kernel.refusals import Invalid, NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.logistics.asks import AskWaybill, WaybillRef, WaybillsOf
from huozhan.logistics.goods import goods_of
from huozhan.logistics.store import switches
from huozhan.logistics.store import waybills as store
from huozhan.logistics.switching import NoCarrier
from huozhan.logistics.views import CarrierQuote, WaybillsView, WaybillView
from huozhan.logistics.waybill import LIVE, MOVES, Waybill, WaybillState
from huozhan.ordering import OrderState

PATIENCE = "payments.intent_patience"
WAYBILL_JOB = "logistics.waybill"
WAYBILLS_OF_ORDER_MAX = 50
_SHIPPABLE = frozenset({OrderState.wait_send, OrderState.part_sent})


class NotSwitchedOn(Refusal):
    """The shop takes no waybills of the market: it is switched on first, with the address where parcels are fetched."""

    code = "logistics.not_switched_on"


class NothingLeft(Refusal):
    """All goods of the order are sent or spoken for by another waybill, or more is asked for than is left."""

    code = "logistics.nothing_left"


class WeightNeeded(Refusal):
    """The offers do not say what the goods weigh: a weight is given for the parcel."""

    code = "logistics.weight_needed"


class TooHeavy(Refusal):
    """No carrier takes so much as one parcel: the goods go under several waybills, each with its own."""

    code = "logistics.too_heavy"


class NotToBeCancelled(Refusal):
    """The waybill is not given yet, or goods were sent under it, or the courier has them."""

    code = "logistics.not_to_be_cancelled"


class TooManyWaybills(Refusal):
    """An order has so many waybills and no more."""

    code = "logistics.too_many_waybills"


@use_case("sale.ship", writes=True)
async def ask_waybill(work: Work, ask: AskWaybill) -> WaybillView:
    """Ask a carrier of the market for a waybill for all that is left of an order, or for some of it."""
    order = await ordering.order_to_ship(work, int(ask.order_id), side="seller")
    switch = await switches.of_org(work, order.seller_id)
    if switch is None or not switch["is_on"]:
        raise NotSwitchedOn
    terms = await carriage.terms_now(work, ask.carrier_code)
    if terms is None:
        raise NoCarrier
    before = await store.of_order(work, order.order_id)
    if len(before) >= WAYBILLS_OF_ORDER_MAX:
        raise TooManyWaybills(most=WAYBILLS_OF_ORDER_MAX)
    lines = _wanted(ask, _left(order, before))
    if order.state not in _SHIPPABLE or not lines:
        raise NothingLeft(number=order.number)
    weight_g = ask.weight_g or _weight(order, lines)
    if not weight_g:
        raise WeightNeeded(number=order.number)
    if weight_g > carriage.asks.WEIGHT_G_MAX:
        raise TooHeavy(most_kg=carriage.asks.WEIGHT_G_MAX // 1_000)
    asked = Waybill(
        order_id=order.order_id,
        waybill_id=work.new_id(),
        number=order.number,
        seller_id=order.seller_id,
        buyer_id=order.buyer_id,
        carrier_id=terms.carrier_id,
        carrier_code=terms.carrier_code,
        terms_version=terms.version,
        region_code=order.region_code,
        lines=tuple(sorted(lines.items())),
        weight_g=weight_g,
        estimate_minor=terms.price(order.region_code).fee(weight_g),
        state=MOVES.first,
        asked_at=work.now,
    )
    await store.add(work, asked, work.now + work.rule(PATIENCE).span)
    ask_carrier(work, asked)
    return waybill_view(asked)


@use_case("sale.ship", writes=True)
async def cancel_waybill(work: Work, ask: WaybillRef) -> WaybillView:
    """Take a waybill back that nothing was sent under; it costs nothing unless the courier was faster."""
    order = await ordering.order_to_ship(work, int(ask.order_id), side="seller")
    one = await _locked(work, order.order_id, ask.waybill_id)
    if one.sent_at is not None or not MOVES.allows(one.state, "cancel"):
        raise NotToBeCancelled(state=one.state)
    after = msgspec.structs.replace(
        one, state=MOVES.after(one.state, "cancel"), ask_at=work.now + work.rule(PATIENCE).span
    )
    await store.save(work, after)
    ask_carrier(work, after)
    return waybill_view(after)


@use_case("sale.ship", writes=True)
async def send_waybill(work: Work, ask: WaybillRef) -> fulfilment.views.ShippedView:
    """Send the goods of a waybill under it: the parcel is followed as any other."""
    order = await ordering.order_to_ship(work, int(ask.order_id), side="seller")
    one = await _locked(work, order.order_id, ask.waybill_id)
    if one.sent_at is not None or one.state not in (WaybillState.given, WaybillState.picked_up):
        raise NotToBeCancelled(state=one.state)
    parcel = fulfilment.asks.ParcelAsk(
        carrier_code=one.carrier_code,
        waybill=one.waybill,
        lines=tuple(
            fulfilment.asks.ParcelLineAsk(line_no=line_no, quantity=quantity)
            for line_no, quantity in one.lines
        ),
    )
    shipped = await fulfilment.ship(work, fulfilment.asks.Ship(order_id=ask.order_id, parcels=(parcel,)))
    await store.save(work, msgspec.structs.replace(one, sent_at=work.now))
    return shipped


@use_case("order.view", writes=False)
async def waybills_of(work: Work, ask: WaybillsOf) -> WaybillsView:
    """Show the waybills of an order that one sells, and what the carriers would cost for the rest of it."""
    order = await ordering.order_goods(work, int(ask.order_id))
    if order.seller_id != work.actor.org_id:
        raise NotFound(order_id=ask.order_id)
    found = await store.of_order(work, order.order_id)
    left = {line_no: quantity for line_no, quantity in _left(order, found).items() if quantity > 0}
    switch = await switches.of_org(work, order.seller_id)
    is_on = bool(switch and switch["is_on"])
    weight_g = _weight(order, left)
    can_ask = bool(left) and order.state in _SHIPPABLE and len(found) < WAYBILLS_OF_ORDER_MAX
    return WaybillsView(
        number=order.number,
        left=goods_of(order, sorted(left.items())),
        waybills=[waybill_view(one) for one in found],
        is_on=is_on,
        can_ask=can_ask,
        quotes=await _quotes(work, order.region_code, weight_g) if can_ask and is_on else [],
        weight_g=weight_g,
    )


async def _quotes(work: Work, region_code: str, weight_g: int) -> list[CarrierQuote]:
    """The carriers that go there; without a weight each shows what its first weight costs."""
    quotes = []
    for offered in await carriage.offered_carriers(work):
        fitting = [price for price in offered.prices if region_code.startswith(price.region_code)]
        if not fitting:
            continue
        best = max(fitting, key=lambda price: len(price.region_code))
        price = carriage.Price(**msgspec.structs.asdict(best))
        quotes.append(
            CarrierQuote(
                carrier_code=offered.carrier_code,
                carrier=fulfilment.carrier_name(offered.carrier_code),
                estimate_minor=price.fee(max(weight_g, 1)),
            )
        )
    return quotes


def ask_carrier(work: Work, one: Waybill) -> None:
    """Leaves a job that speaks to the carrier about a waybill, after commit."""
    work.enqueue(WAYBILL_JOB, {"order_id": one.order_id, "waybill_id": one.waybill_id})


def waybill_view(one: Waybill) -> WaybillView:
    """A waybill as its supplier sees it."""
    can = []
    if one.sent_at is None and one.state in (WaybillState.given, WaybillState.picked_up):
        can += ["print", "send"]
    elif one.state in (WaybillState.given, WaybillState.picked_up):
        can.append("print")
    if one.sent_at is None and MOVES.allows(one.state, "cancel"):
        can.append("cancel")
    assert one.asked_at is not None
    return WaybillView(
        order_id=str(one.order_id),
        waybill_id=str(one.waybill_id),
        number=one.number,
        carrier_code=one.carrier_code,
        carrier=fulfilment.carrier_name(one.carrier_code),
        waybill=one.waybill,
        route=one.route,
        state=one.state,
        weight_g=one.weight_g,
        weighed_g=one.weighed_g,
        estimate_minor=one.estimate_minor,
        lines=list(one.lines),
        asked_at=one.asked_at,
        sent_at=one.sent_at,
        picked_up_at=one.picked_up_at,
        why=one.why,
        can=can,
    )


def _left(order: ordering.views.OrderToShip, waybills: Sequence[Waybill]) -> dict[int, int]:
    """What of each line is neither sent nor spoken for by a waybill."""
    left = {line.line_no: line.to_ship for line in order.lines}
    for one in waybills:
        if one.sent_at is None and one.state in LIVE | {WaybillState.picked_up}:
            for line_no, quantity in one.lines:
                left[line_no] = left.get(line_no, 0) - quantity
    return left


def _wanted(ask: AskWaybill, left: Mapping[int, int]) -> dict[int, int]:
    wanted: dict[int, int] = defaultdict(int)
    for line in ask.lines:
        wanted[line.line_no] += line.quantity
    if not ask.lines:
        return {line_no: quantity for line_no, quantity in left.items() if quantity > 0}
    for line_no, quantity in wanted.items():
        if line_no not in left:
            raise Invalid(field="lines", detail=f"line_no {line_no}")
        if quantity > left[line_no]:
            raise NothingLeft(number="", left=left[line_no])
    return dict(wanted)


def _weight(order: ordering.views.OrderToShip, lines: Mapping[int, int]) -> int:
    """What the goods weigh by their offers; 0 where one of them does not say."""
    weights = {line.line_no: line.weight_g for line in order.lines}
    if not all(weights[line_no] for line_no in lines):
        return 0
    return sum(weights[line_no] * quantity for line_no, quantity in lines.items())


async def _locked(work: Work, order_id: int, waybill_id: str) -> Waybill:
    one = await store.lock(work, order_id, int(waybill_id))
    if one is None:
        raise NotFound(waybill_id=waybill_id)
    return one
