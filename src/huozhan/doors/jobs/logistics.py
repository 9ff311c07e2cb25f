"""Errands to the carriers that give waybills: read the intent, speak outside any transaction, note the answer.

Every errand may be run twice, for a carrier knows each waybill by our id; a silent one is asked again later.
"""

from datetime import date
from typing import Any

import msgspec

from huozhan import carriage, logistics
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.day_files import SILENCE, lines_of
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

_FINAL = {"invalid", "unknown_carrier", "other_body", "not_carried"}
"""Codes with which a carrier says that it will never give this waybill."""


async def waybill(hall: Hall, *, order_id: int, waybill_id: int, **_: Any) -> None:
    """Asks a carrier for a waybill, takes one back, or asks how one stands."""
    if hall.outside.waybills is None:
        return
    about = logistics.asks.WaybillRef(order_id=str(order_id), waybill_id=str(waybill_id))
    try:
        errand = await hall.run(logistics.waybill_errand, about, system())
    except NotFound:  # nobody's reference, told to us by mistake
        return
    note = logistics.asks.NoteWaybill(order_id=about.order_id, waybill_id=about.waybill_id)
    try:
        told = await _ask(hall, errand)
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        if refused.code not in _FINAL:
            raise
        note = msgspec.structs.replace(note, why=refused.code)
    else:
        if told is None:
            return
        note = msgspec.structs.replace(note, told=told)
    await hall.run(logistics.note_waybill, note, system())


async def _ask(hall: Hall, errand: logistics.WaybillErrand) -> logistics.CarrierWaybill | None:
    port: logistics.WaybillPort = hall.outside.waybills
    if errand.state == "asked":
        return await port.give(errand)
    if errand.state == "cancelling":
        return await port.cancel(errand.ref)
    return await port.waybill(errand.ref)


async def bill(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the carriers' bill of a day, to be compared."""
    if hall.outside.waybills is None:
        return
    day = date.fromisoformat(on)
    try:
        good, unread = await lines_of(hall.outside.waybills.bill(day), carriage.asks.BillLineIn)
    except PartyRefused as refused:
        if refused.code == "day_open":
            return
        raise
    file = carriage.asks.NoteBill(on=day, lines=good, unread=unread)
    await hall.run(carriage.note_bill, file, system())


async def ask_again(hall: Hall) -> int:
    """A round of the worker: asks again about every waybill that a carrier owes an answer, or a weight, for too long."""
    if hall.outside.waybills is None:
        return 0
    asked = await hall.run(logistics.ask_again, Nothing(), system())
    return asked.asked
