"""Errands to the carriers: follow a parcel, and work what was told of it."""

from datetime import timedelta
from typing import Any

from huozhan import fulfilment
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.signed_http import PartySilent

SILENCE = timedelta(seconds=5)


async def subscribe(hall: Hall, *, order_id: int, parcel_id: int, **_: Any) -> None:
    """Asks the carriers' hub to tell every scan of a parcel."""
    ask = fulfilment.asks.ParcelRef(order_id=str(order_id), parcel_id=str(parcel_id))
    errand = await hall.run(fulfilment.subscription_errand, ask, system())
    try:
        await hall.outside.carrier.subscribe(errand)
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent


async def work_scan(hall: Hall, *, message_id: str, **_: Any) -> None:
    """Works one kept message of a carrier."""
    await hall.run(fulfilment.record_scan, fulfilment.asks.RecordScan(message_id=message_id), system())
