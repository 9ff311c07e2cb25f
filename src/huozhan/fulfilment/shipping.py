"""Shipping: parcels of an order leave the seller, one order at a time or a batch of waybills at once."""

from collections import defaultdict
from collections.abc import Sequence

from huozhan import ordering
from huozhan.fulfilment.asks import ParcelAsk, Ship, ShipMany, ShipRow
from huozhan.fulfilment.carrier import check_waybill, find_carrier
from huozhan.fulfilment.clock import first_due, next_due, set_clock
from huozhan.fulfilment.facts import ParcelSent
from huozhan.fulfilment.parcel import Parcel, ParcelKind
from huozhan.fulfilment.store import parcels as store
from huozhan.fulfilment.store.parcels import Claim
from huozhan.fulfilment.views import BadRow, ShipManyView, ShippedView
from huozhan.fulfilment.watching import watch
from huozhan.kernel.refusals import Invalid, Refusal
from huozhan.kernel.work import Work, use_case


class WaybillTaken(Refusal):
    """The waybill went with another parcel not long ago."""

    code = "fulfilment.waybill_taken"


class NothingToShip(Refusal):
    """Nothing of the order is left to ship."""

    code = "fulfilment.nothing_to_ship"


@use_case("sale.ship", writes=True)
async def ship(work: Work, ask: Ship) -> ShippedView:
    """Send one or several parcels of an order, each with a waybill or by own hands."""
    return await _ship(work, int(ask.order_id), ask.parcels)


@use_case("sale.ship", writes=True)
async def ship_many(work: Work, ask: ShipMany) -> ShipManyView:
    """Send many orders by a list of waybills: good rows go through, bad rows are named with the reason."""
    done: list[ShippedView] = []
    bad: list[BadRow] = []
    for row_no, row in enumerate(ask.rows, start=1):
        try:
            async with work.db.transaction():
                done.append(await _ship_row(work, row))
        except Refusal as refusal:
            facts = {name: str(value) for name, value in refusal.facts.items()}
            bad.append(BadRow(row_no=row_no, number=row.number, code=refusal.code, facts=facts))
    return ShipManyView(shipped=done, bad=bad)


async def _ship_row(work: Work, row: ShipRow) -> ShippedView:
    order_id = await ordering.sale_by_number(work, row.number.strip())
    carrier = find_carrier(row.carrier_code)
    parcel = ParcelAsk(carrier_code=carrier.carrier_code, waybill=check_waybill(carrier, row.waybill))
    return await _ship(work, order_id, [parcel])


async def _ship(work: Work, order_id: int, asked: Sequence[ParcelAsk]) -> ShippedView:
    """Everything that can refuse comes before anything is gathered in the work: a batch goes on after a bad row."""
    order = await ordering.order_to_ship(work, order_id, side="seller")
    before = await store.parcels(work, order_id)
    order = await ordering.held_up_under_way(
        work, order, {ask.carrier_code for ask in asked if ask.carrier_code}
    )
    new = _parcels(work, order, asked, first_no=len(before) + 1)
    await _claim(work, order_id, new)
    await store.add_parcels(work, new)
    sums: dict[int, int] = defaultdict(int)
    for parcel in new:
        for line_no, quantity in parcel.lines.items():
            sums[line_no] += quantity
    due_at = next_due([*before, *new])
    state = await ordering.shipped(work, order_id, sums, due_at)
    set_clock(work, order_id, due_at)
    watch(work, order, before, new)
    for parcel in new:
        work.record(
            ParcelSent(
                order_id=order_id,
                parcel_id=parcel.parcel_id,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
            )
        )
        if parcel.kind is ParcelKind.carrier:
            work.enqueue(
                "fulfilment.subscribe",
                {"order_id": order_id, "parcel_id": parcel.parcel_id},
                dedupe_key=f"fulfilment.subscribe:{parcel.parcel_id}",
            )
    return ShippedView(
        order_id=str(order_id),
        number=order.number,
        state=state,
        parcel_ids=[str(parcel.parcel_id) for parcel in new],
    )


def _parcels(
    work: Work, order: ordering.views.OrderToShip, asked: Sequence[ParcelAsk], *, first_no: int
) -> list[Parcel]:
    """The parcels that are asked for; one without lines holds everything left."""
    left = {line.line_no: line.to_ship for line in order.lines}
    parcels = []
    for parcel_no, ask in enumerate(asked, start=first_no):
        lines: dict[int, int] = defaultdict(int)
        for line in ask.lines:
            lines[line.line_no] += line.quantity
        if not ask.lines:
            lines.update({line_no: quantity for line_no, quantity in left.items() if quantity > 0})
        if not lines:
            raise NothingToShip(number=order.number)
        for line_no, quantity in lines.items():
            left[line_no] = left.get(line_no, 0) - quantity
        carrier_code, waybill = _way(ask)
        parcels.append(
            Parcel(
                order_id=order.order_id,
                parcel_id=work.new_id(),
                parcel_no=parcel_no,
                number=order.number,
                buyer_id=order.buyer_id,
                seller_id=order.seller_id,
                kind=ParcelKind(ask.kind),
                carrier_code=carrier_code,
                waybill=waybill,
                shipped_at=work.now,
                tracked=False,
                signed_at=None,
                confirm_due_at=first_due(work, order, carrier_code),
                received_at=None,
                received_by="",
                lines=lines,
            )
        )
    return parcels


def _way(ask: ParcelAsk) -> tuple[str, str]:
    if ask.kind != ParcelKind.carrier:
        if ask.carrier_code or ask.waybill:
            raise Invalid(detail="carrier_code, waybill")
        return "", ""
    if not ask.carrier_code or not ask.waybill:
        raise Invalid(detail="carrier_code, waybill")
    carrier = find_carrier(ask.carrier_code)
    return carrier.carrier_code, check_waybill(carrier, ask.waybill)


async def _claim(work: Work, order_id: int, parcels: Sequence[Parcel]) -> None:
    """A waybill goes with one parcel, and not again before rule waybill.reuse allows it."""
    wanted = [Claim(p.carrier_code, p.waybill, p.parcel_id) for p in parcels if p.kind is ParcelKind.carrier]
    names = {(claim.carrier_code, claim.waybill) for claim in wanted}
    if len(names) < len(wanted):
        raise WaybillTaken(waybill=", ".join(claim.waybill for claim in wanted))
    if wanted:
        taken = names - await store.claim_waybills(work, order_id, wanted, work.rule("waybill.reuse").span)
        if taken:
            raise WaybillTaken(waybill=min(taken)[1])
