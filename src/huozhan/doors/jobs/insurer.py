"""Errands to the insurer of return freight: read what is asked, speak outside any transaction, note the answer.

What is asked about one policy is asked in the order in which it was decided: nothing overtakes the policy itself. Every
errand may be run twice, for the insurer knows each deed by our id.
"""

from datetime import date, timedelta
from typing import Any

import msgspec

from huozhan import insurance
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.day_files import SILENCE, lines_of
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

_FINAL = {
    "not_insurable", "currency_differs", "invalid", "not_found", "not_covered", "waybill_unknown", "waybill_used", "ended",
    "other_amount", "other_body", "policy_exists", "claimed",
}  # fmt: skip
"""Codes with which the insurer says that it will never do it."""


async def deed(hall: Hall, *, order_id: int, **_: Any) -> None:
    """Asks the insurer for everything that was decided about a policy, the oldest first."""
    insurer: insurance.Insurer | None = hall.outside.insurer
    if insurer is None:
        return
    about = insurance.asks.PolicyAsk(order_id=str(order_id))
    while (errand := await hall.run(insurance.insurer_errand, about, system())).deed_id:
        note = insurance.asks.NoteInsurerDone(order_id=about.order_id, deed_id=errand.deed_id)
        try:
            told = await _do(insurer, errand.deed_id, about.order_id, errand)
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        except PartyRefused as refused:
            if refused.code not in _FINAL:
                raise
            note = msgspec.structs.replace(note, why=refused.code)
        else:
            note = msgspec.structs.replace(note, told=told)
        await hall.run(insurance.note_insurer_done, note, system())


async def _do(
    insurer: insurance.Insurer, deed_id: str, policy_ref: str, errand: insurance.views.InsurerErrand
) -> insurance.InsurerDone:
    if errand.kind == "policies":
        return await insurer.insure(
            deed_id,
            policy_ref=policy_ref,
            subject=errand.order_number,
            premium_minor=errand.amount_minor,
            sum_minor=errand.sum_minor,
            currency=errand.currency,
        )
    if errand.kind == "claims":
        return await insurer.claim(
            deed_id,
            policy_ref=policy_ref,
            carrier_code=errand.carrier_code,
            waybill=errand.waybill,
            weight_g=errand.weight_g,
            most_minor=errand.amount_minor,
            currency=errand.currency,
        )
    return await insurer.do(
        deed_id,
        kind=errand.kind,
        policy_ref=policy_ref,
        amount_minor=errand.amount_minor,
        currency=errand.currency,
    )


async def ask_again(hall: Hall) -> int:
    """A round of the worker: asks again about everything that the insurer has not answered for too long."""
    asked = await hall.run(insurance.ask_insurer_again, Nothing(), system())
    return asked.asked


async def settlement_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the insurer's file of what passes between the banks on a day, to be booked; and first that of its deeds."""
    if hall.outside.insurer is None:
        return
    day = date.fromisoformat(on)
    await deed_file(hall, on=(day - timedelta(days=1)).isoformat())
    good, unread = await lines_of(hall.outside.insurer.settlement(day), insurance.asks.InsurerSettlementLine)
    note = insurance.asks.NoteInsurerSettlement(on=day, lines=good, unread=unread)
    await hall.run(insurance.note_insurer_settlement, note, system())


async def deed_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the insurer's file of premiums and claims of a day, to be compared."""
    if hall.outside.insurer is None:
        return
    day = date.fromisoformat(on)
    good, unread = await lines_of(hall.outside.insurer.movements(day), insurance.asks.InsurerFileLine)
    file = insurance.asks.NoteInsurerFile(on=day, lines=good, unread=unread)
    await hall.run(insurance.note_insurer_file, file, system())
