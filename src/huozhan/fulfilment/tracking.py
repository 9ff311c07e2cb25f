"""Tracking: what carriers say about parcels, kept as it came, then worked; early, late, twice or out of order."""

from datetime import UTC, datetime

import msgspec

from huozhan import ordering, parties
from huozhan.fulfilment.asks import CarrierMessage, ParcelRef, ParcelsOf, RecordScan
from huozhan.fulfilment.carrier import carriers_by_code
from huozhan.fulfilment.clock import next_due, receipt_due, set_clock
from huozhan.fulfilment.facts import ParcelScanned
from huozhan.fulfilment.parcel import ON_THE_WAY, PICKED_UP, SIGNED, Parcel, station
from huozhan.fulfilment.receiving import extensions_left
from huozhan.fulfilment.store import doubts
from huozhan.fulfilment.store import parcels as store
from huozhan.fulfilment.store.parcels import Scan
from huozhan.fulfilment.views import ParcelLineView, ParcelsView, ParcelView, ScanView, Subscription
from huozhan.fulfilment.watching import LATE_PICKUP, NO_TRACK
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual, Done, read_json
from huozhan.kernel.work import Work, use_case
from huozhan.ordering import OrderEvent

NO_SCAN = 0
"""The scan state before the first true scan."""

PHONE_TAIL = 4
"""So many digits of the receiver's phone some carriers ask for before they tell anything."""


class _Told(msgspec.Struct, frozen=True):
    """A scan as a carriers' hub tells it."""

    carrier_code: str
    waybill: str
    scan_id: str
    state: int
    at: datetime
    place_zh: str = ""
    place_en: str = ""
    note: str = ""


class _Message(msgspec.Struct, frozen=True):
    """A hub's message around a scan."""

    type: str
    data: _Told


@use_case("system", writes=True)
async def note_carrier_message(work: Work, ask: CarrierMessage) -> Done:
    """Keep a carrier's message as it came, and have it worked."""
    if await store.add_message(work, ask.message_id, ask.body):
        work.enqueue(
            "fulfilment.scan", {"message_id": ask.message_id}, dedupe_key=f"fulfilment.scan:{ask.message_id}"
        )
    return Done()


@use_case("system", writes=True)
async def record_scan(work: Work, ask: RecordScan) -> Done:
    """Work one kept message: the scan joins its parcel's trace, and a signature sets the clock of receipt."""
    body = await store.open_message(work, ask.message_id)
    if body is not None:
        await store.message_worked(work, ask.message_id, await _work(work, body))
    return Done()


async def _work(work: Work, body: str) -> str:
    """Tells what became of a message. Hubs write a state as text or as a number."""
    try:
        told = read_json(body, _Message, strict=False).data
    except msgspec.MsgspecError:
        return "unreadable"
    claim = await store.claimed_by(work, told.carrier_code, told.waybill)
    if claim is None:
        return "unknown_waybill"
    order_id, parcel_id = claim
    order = await ordering.order_to_ship(work, order_id)
    scan = Scan(
        parcel_id=parcel_id,
        scan_id=told.scan_id,
        state=told.state,
        scanned_at=told.at.astimezone(UTC),
        place=Bilingual(zh=told.place_zh, en=told.place_en),
        note=told.note,
    )
    if not await store.add_scan(work, order_id, scan):
        return "known"
    parcels = await store.parcels(work, order_id)
    parcel = next(p for p in parcels if p.parcel_id == parcel_id)
    if scan.state != NO_SCAN:
        await doubts.settle_seen(work, order_id, parcel_id, scan.scanned_at)
    await _follow(work, order, parcels, parcel, scan)
    if _is_picked_up(parcel, scan):
        await ordering.picked_up(work, order_id, parcel_id, parcel.left, seller_id=order.seller_id)
    work.record(
        ParcelScanned(
            order_id=order.order_id, parcel_id=parcel_id, buyer_id=order.buyer_id, seller_id=order.seller_id
        )
    )
    return "worked"


def _is_picked_up(parcel: Parcel, scan: Scan) -> bool:
    """Whether a scan is the first word of a carrier that has the parcel, of which no case is open and nothing is received."""
    is_first = scan.state == PICKED_UP or (not parcel.tracked and scan.state in ON_THE_WAY)
    return is_first and parcel.received_at is None and parcel.paused_at is None


async def _follow(
    work: Work, order: ordering.views.OrderToShip, parcels: list[Parcel], parcel: Parcel, scan: Scan
) -> None:
    """What a new scan means for its parcel's clock; the earliest signature counts."""
    tracked = parcel.tracked or scan.state != NO_SCAN
    signed_at = parcel.signed_at
    if scan.state in SIGNED and scan.scanned_at >= parcel.shipped_at:
        signed_at = min(signed_at or scan.scanned_at, scan.scanned_at)
    moved = msgspec.structs.replace(parcel, tracked=tracked, signed_at=signed_at)
    if parcel.received_at is not None or signed_at == parcel.signed_at:
        if moved != parcel:
            await store.move_clock(work, moved)
        return
    moved = msgspec.structs.replace(moved, confirm_due_at=receipt_due(work, order, moved))
    await store.move_clock(work, moved)
    next_at = next_due([moved if p.parcel_id == moved.parcel_id else p for p in parcels])
    await ordering.receipt_moved(work, order.order_id, OrderEvent.signed, next_at, "")
    set_clock(work, order.order_id, next_at)


@use_case("order.view", writes=False)
async def parcels_of(work: Work, ask: ParcelsOf) -> ParcelsView:
    """Show the parcels of an order with what is in them and where they have been."""
    order = await ordering.order_goods(work, int(ask.order_id))
    side = "buyer" if work.actor.org_id == order.buyer_id else "seller"
    scans = await store.scans(work, order.order_id)
    doubted = await doubts.open_of(work, order.order_id)
    return ParcelsView(
        order_id=ask.order_id,
        parcels=[
            _view(
                work,
                order,
                parcel,
                [s for s in scans if s.parcel_id == parcel.parcel_id],
                side,
                no_track=(NO_TRACK, parcel.parcel_id) in doubted,
            )
            for parcel in await store.parcels(work, order.order_id)
        ],
        late_pickup=(LATE_PICKUP, 0) in doubted,
    )


@use_case("system", writes=True)
async def subscription_errand(work: Work, ask: ParcelRef) -> Subscription:
    """Tell the worker what a carriers' hub must know to follow a parcel; the phone's tail is noted as revealed."""
    order = await ordering.order_goods(work, int(ask.order_id))
    parcel = next(
        (p for p in await store.parcels(work, order.order_id) if p.parcel_id == int(ask.parcel_id)), None
    )
    if parcel is None:
        raise NotFound(parcel_id=ask.parcel_id)
    face = (await parties.org_faces(work, [order.seller_id])).get(order.seller_id)
    receiver = (await ordering.receivers_of(work, [order.order_id], "carrier"))[order.order_id]
    digits = "".join(character for character in receiver.phone if character.isdigit())
    return Subscription(
        carrier_code=parcel.carrier_code,
        waybill=parcel.waybill,
        from_division=(face.city_code or face.province_code) if face else "",
        to_division=order.region_code,
        receiver_phone_tail=digits[-PHONE_TAIL:] if len(digits) >= PHONE_TAIL else None,
    )


def _view(
    work: Work,
    order: ordering.views.OrderToShip,
    parcel: Parcel,
    scans: list[Scan],
    side: str,
    *,
    no_track: bool,
) -> ParcelView:
    carrier = carriers_by_code().get(parcel.carrier_code)
    lines = {line.line_no: line for line in order.lines}
    return ParcelView(
        parcel_id=str(parcel.parcel_id),
        parcel_no=parcel.parcel_no,
        kind=parcel.kind,
        state="received" if parcel.received_at else "signed" if parcel.signed_at else "sent",
        carrier_code=parcel.carrier_code,
        carrier=Bilingual(zh=carrier.name_zh, en=carrier.name_en) if carrier else Bilingual(),
        waybill=parcel.waybill,
        shipped_at=parcel.shipped_at,
        signed_at=parcel.signed_at,
        confirm_due_at=None if parcel.received_at else parcel.confirm_due_at,
        received_at=parcel.received_at,
        received_by=parcel.received_by,
        lines=[line_view(lines[line_no], quantity) for line_no, quantity in parcel.lines.items()],
        scans=[
            ScanView(
                state=scan.state,
                station=station(scan.state),
                at=scan.scanned_at,
                place=scan.place,
                note=scan.note,
            )
            for scan in scans
        ],
        can_extend=extensions_left(work, order, parcel, side),
        no_track=no_track,
    )


def line_view(line: ordering.views.LineToShip, quantity: int) -> ParcelLineView:
    """So many of a line, by the words and the picture it is known by."""
    return ParcelLineView(
        line_no=line.line_no,
        title=line.title,
        options=line.options,
        picture=line.picture,
        unit=line.unit,
        quantity=quantity,
    )
