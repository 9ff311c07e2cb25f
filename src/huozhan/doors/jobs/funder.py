"""Errands to the funder of fast arrival: read what is asked, speak outside any transaction, note the answer.

What is asked about one advance is asked in the order in which it was decided: nothing overtakes the advance itself. Every
errand may be run twice, for the funder knows each deed by our id.
"""

from datetime import date, timedelta
from typing import Any

import msgspec

from huozhan import finance
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.day_files import SILENCE, lines_of
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

_FINAL = {
    "no_account", "over_limit", "advance_exists", "exceeds_open", "not_whole", "currency_differs", "invalid",
    "other_body", "not_found",
}  # fmt: skip
"""Codes with which the funder says that it will never do it."""


async def account(hall: Hall, *, org_id: int, **_: Any) -> None:
    """Asks how a supplier's account stands; one that the funder does not know is opened for the supplier to apply."""
    funder: finance.Funder | None = hall.outside.funder
    if funder is None:
        return
    ask = finance.funder_asks.FunderAccountAsk(org_id=str(org_id))
    try:
        errand = await hall.run(finance.funder_errand, ask, system())
    except NotFound:  # nobody's reference, told to us by mistake
        return
    try:
        told = await funder.account(errand.org_id)
        if told is None:
            told = await funder.open_account(
                errand.org_id,
                name=errand.name,
                currency=errand.currency,
                return_url=f"{hall.settings.url}/desk/fast-arrival",
            )
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    await hall.run(finance.note_funder_account, finance.funder_asks.NoteFunderAccount(told=told), system())


async def advance(hall: Hall, *, order_id: int, parcel_id: int, **_: Any) -> None:
    """Asks the funder for everything that was decided about an advance, the oldest first."""
    about = finance.funder_asks.AdvanceAsk(order_id=str(order_id), parcel_id=str(parcel_id))
    while (errand := await hall.run(finance.advance_errand, about, system())).deed_id:
        note = finance.funder_asks.NoteAdvanceDone(
            order_id=about.order_id, parcel_id=about.parcel_id, deed_id=errand.deed_id
        )
        try:
            told = await _do(hall.outside.funder, errand.deed_id, about, errand)
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        except PartyRefused as refused:
            if refused.code not in _FINAL:
                raise
            note = msgspec.structs.replace(note, why=refused.code)
        else:
            note = msgspec.structs.replace(note, told=told)
        await hall.run(finance.note_advance_done, note, system())


async def _do(
    funder: finance.Funder,
    deed_id: str,
    about: finance.funder_asks.AdvanceAsk,
    errand: finance.funder_views.AdvanceErrand,
) -> finance.FunderDone:
    ref = finance.advance_ref(about.order_id, about.parcel_id)
    if errand.kind == "advances":
        return await funder.advance(
            deed_id,
            advance_ref=ref,
            account_ref=errand.seller_id,
            subject=errand.order_number,
            amount_minor=errand.amount_minor,
            fee_minor=errand.fee_minor,
            currency=errand.currency,
        )
    return await funder.do(
        deed_id,
        kind=errand.kind,
        advance_ref=ref,
        amount_minor=errand.amount_minor,
        fee_minor=errand.fee_minor,
        currency=errand.currency,
    )


async def ask_again(hall: Hall) -> int:
    """A round of the worker: asks again about everything that the funder has not answered for too long."""
    asked = await hall.run(finance.ask_funder_again, Nothing(), system())
    return asked.asked


async def settlement_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the funder's file of what passes between the banks on a day, to be booked; and first that of its deeds."""
    if hall.outside.funder is None:
        return
    day = date.fromisoformat(on)
    await advance_file(hall, on=(day - timedelta(days=1)).isoformat())
    good, unread = await lines_of(
        hall.outside.funder.settlement(day), finance.funder_asks.FunderSettlementLine
    )
    note = finance.funder_asks.NoteFunderSettlement(on=day, lines=good, unread=unread)
    await hall.run(finance.note_funder_settlement, note, system())


async def advance_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the funder's file of what was done to advances on a day, to be compared."""
    if hall.outside.funder is None:
        return
    day = date.fromisoformat(on)
    good, unread = await lines_of(hall.outside.funder.movements(day), finance.funder_asks.AdvanceFileLine)
    file = finance.funder_asks.NoteAdvanceFile(on=day, lines=good, unread=unread)
    await hall.run(finance.note_advance_file, file, system())
