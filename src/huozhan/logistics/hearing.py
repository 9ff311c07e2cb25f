"""Hearing carriers: whatever comes to the hook is a reason to ask, and only the answer to our own question counts.

So a forged, doubled, late or reordered message moves nothing: answers carry a version, and an older one changes nothing.
"""

import re
from datetime import timedelta
from typing import Any

import msgspec

from huozhan import carriage, ledger, ordering, parties
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done, Nothing, read_json
from huozhan.kernel.work import Work, use_case
from huozhan.logistics.asking import PATIENCE, WAYBILL_JOB
from huozhan.logistics.asks import HearWaybill, NoteWaybill, WaybillRef
from huozhan.logistics.ports import CarrierWaybill, Person, WaybillErrand
from huozhan.logistics.store import switches
from huozhan.logistics.store import waybills as store
from huozhan.logistics.switching import place_of, sealed_sender
from huozhan.logistics.views import Asked
from huozhan.logistics.waybill import MOVES, Waybill, WaybillState

SWEEP_MAX = 100
WEIGH_AGAIN = timedelta(minutes=10)
REVEAL_REASON = "carrier"
_REF = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z-]{4,40}", re.ASCII)
ODD_WEIGHT = "odd: weight"
_OPEN = frozenset({WaybillState.asked, WaybillState.cancelling})


class _Message(msgspec.Struct, frozen=True):
    type: str
    data: dict[str, Any]


@use_case("system", writes=True)
async def hear_waybill(work: Work, ask: HearWaybill) -> Done:
    """Writes down what came to the carriers' hook; where it was really a carrier, it is asked about what it named."""
    try:
        told = read_json(ask.body, _Message)
        kind, reference = told.type[:100], str(told.data.get("ref", ""))[:100]
    except msgspec.MsgspecError:
        kind, reference = "unreadable", ""
    await store.keep(
        work,
        message_id=ask.message_id,
        kind=kind,
        reference=reference,
        body=ask.body,
        is_genuine=ask.is_genuine,
    )
    named = _REF.fullmatch(reference)
    if ask.is_genuine and named:
        work.enqueue(WAYBILL_JOB, {"order_id": int(named[1]), "waybill_id": int(named[2])})
    return Done()


@use_case("system", writes=True)
async def waybill_errand(work: Work, ask: WaybillRef) -> WaybillErrand:
    """Tells the worker what a carrier must know about a waybill; who sends and who receives only while it is asked for."""
    one = await store.read(work, int(ask.order_id), int(ask.waybill_id))
    if one is None:
        raise NotFound(waybill_id=ask.waybill_id)
    price = await carriage.price_of(work, one.carrier_id, one.terms_version, one.region_code)
    errand = WaybillErrand(
        ref=one.ref,
        state=one.state,
        carrier_code=one.carrier_code,
        number=one.number,
        weight_g=one.weight_g,
        currency=work.terms.currency,
        price={name: getattr(price, name) for name in ("first_g", "first_minor", "next_g", "next_minor")},
    )
    if one.state is not WaybillState.asked:
        return errand
    switch = await switches.of_org(work, one.seller_id)
    assert switch is not None, "a waybill is asked for by who has switched on"
    sender = await parties.open_receiver(work, sealed_sender(switch), one.seller_id, REVEAL_REASON)
    receiver = (await ordering.receivers_of(work, [one.order_id], REVEAL_REASON))[one.order_id]
    return msgspec.structs.replace(
        errand,
        sender=Person(
            name=sender.receiver,
            phone=sender.phone,
            division=switch["region_code"],
            address=f"{place_of(switch)} {sender.street}",
        ),
        receiver=Person(
            name=receiver.receiver, phone=receiver.phone, division=one.region_code, address=receiver.street
        ),
    )


@use_case("system", writes=True)
async def note_waybill(work: Work, ask: NoteWaybill) -> Done:
    """Notes how a carrier says that a waybill stands; once it has weighed the parcel its freight is charged."""
    order = await ordering.order_to_ship(work, int(ask.order_id))
    one = await store.lock(work, order.order_id, int(ask.waybill_id))
    if one is None:
        raise NotFound(waybill_id=ask.waybill_id)
    if ask.told is None:
        if MOVES.allows(one.state, "refuse"):
            refused = msgspec.structs.replace(
                one, state=MOVES.after(one.state, "refuse"), why=ask.why, ask_at=None
            )
            await store.save(work, refused)
        return Done()
    if one.state is WaybillState.asked and not await _is_number(work, one, ask.told.waybill):
        odd = msgspec.structs.replace(
            one, state=MOVES.after(one.state, "refuse"), why="odd: waybill", ask_at=None
        )
        await store.save(work, odd)
        return Done()
    if ask.told.ref != one.ref or ask.told.version <= one.version:
        return Done()
    await _follow(work, one, ask.told)
    return Done()


async def _is_number(work: Work, one: Waybill, number: str) -> bool:
    """Whether it can be this waybill's number: one that can be printed, and no other waybill's of the carrier."""
    return bool(_NUMBER.fullmatch(number)) and not await store.is_known(work, one.carrier_code, number)


async def _follow(work: Work, one: Waybill, told: CarrierWaybill) -> None:
    if one.state is WaybillState.asked:
        one = await _given(work, one, told)
    event = {"picked_up": "pick_up", "cancelled": "end"}.get(told.state, "")
    why, state = one.why, one.state
    if event and state not in (WaybillState.picked_up, WaybillState.cancelled):
        if MOVES.allows(state, event) and not (event == "end" and one.sent_at is not None):
            state = MOVES.after(state, event)
        else:
            why = f"odd: {told.state}"
    elif event == "pick_up" and state is WaybillState.cancelled:
        # The bill will name it, and a person decides.
        why = "odd: picked_up"
    is_true = told.weight_g is not None and 0 < told.weight_g <= carriage.asks.WEIGHT_G_MAX
    is_weighed = state is WaybillState.picked_up and is_true
    if told.weight_g is not None and not is_true and one.weighed_g is None:
        # Nothing is charged for it, and it is asked about until the carrier says what can be.
        why = ODD_WEIGHT
    elif is_weighed and why == ODD_WEIGHT:
        why = ""
    after = msgspec.structs.replace(
        one,
        state=state,
        version=told.version,
        why=why,
        picked_up_at=told.picked_up_at or one.picked_up_at or work.now
        if state is WaybillState.picked_up
        else None,
        weighed_g=one.weighed_g or (told.weight_g if is_weighed else None),
        ask_at=_ask_again(work, state, is_weighed=is_weighed or one.weighed_g is not None),
    )
    await store.save(work, after)
    if state is WaybillState.cancelled and one.state is not WaybillState.cancelled:
        await carriage.drop_freight(work, one.order_id, one.waybill_id)
    if after.weighed_g and one.weighed_g is None:
        await _charge(work, after)


def _ask_again(work: Work, state: WaybillState, *, is_weighed: bool) -> Any:
    if state in _OPEN:
        return work.now + work.rule(PATIENCE).span
    if state is WaybillState.picked_up and not is_weighed:
        return work.now + WEIGH_AGAIN
    return None


async def _given(work: Work, one: Waybill, told: CarrierWaybill) -> Waybill:
    given = msgspec.structs.replace(
        one, state=MOVES.after(one.state, "give"), waybill=told.waybill, route=told.route
    )
    await carriage.expect_freight(
        work, order_id=one.order_id, waybill_id=one.waybill_id, carrier_id=one.carrier_id, seller_id=one.seller_id,
        order_number=one.number, waybill=told.waybill, region_code=one.region_code, terms_version=one.terms_version,
        weight_g=one.weight_g,
    )  # fmt: skip
    return given


async def _charge(work: Work, one: Waybill) -> None:
    """Money of the order that is still to be released pays the freight; where there is none the supplier does at once."""
    assert one.weighed_g
    assert one.picked_up_at
    escrow = await ledger.balance(work, ledger.escrow(one.order_id))
    await carriage.weigh_freight(
        work,
        one.order_id,
        one.waybill_id,
        weight_g=one.weighed_g,
        picked_up_at=one.picked_up_at,
        waits=escrow.posted_minor > 0 or await ordering.is_lent(work, one.order_id),
    )


@use_case("system", writes=True)
async def ask_again(work: Work, _ask: Nothing) -> Asked:
    """Leaves a question for every waybill that is owed an answer, or a weight, for too long."""
    owed = await store.take_to_ask(work, work.rule(PATIENCE).span, SWEEP_MAX)
    for order_id, waybill_id in owed:
        work.enqueue(WAYBILL_JOB, {"order_id": order_id, "waybill_id": waybill_id})
    return Asked(asked=len(owed))
