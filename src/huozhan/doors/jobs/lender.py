"""Errands to the lender: read what is asked, speak outside any transaction, note the answer.

What is asked about one loan is asked in the order in which it was decided: a refund must not overtake the capture it
lessens. Every errand may be run twice, for the lender knows each deed by our id.
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

_FINAL = {"exceeds_authorised", "currency_differs", "invalid", "other_body", "not_found"}
"""Codes with which the lender says that it will never do it."""


async def authorise(hall: Hall, payment_id: int) -> Any:
    """Lets a buyer agree on the lender's page that it pays."""
    errand = await hall.run(
        finance.authorisation_errand, finance.asks.RequestAsk(payment_id=str(payment_id)), system()
    )
    return await hall.outside.lender.authorise(
        errand.payment_id,
        buyer_ref=errand.buyer_ref,
        amount_minor=errand.amount_minor,
        currency=errand.currency,
        subject=errand.subject,
        loans=[
            finance.LenderPart(
                loan_ref=finance.loan_ref(order_id, errand.payment_id), amount_minor=amount_minor
            )
            for order_id, amount_minor in errand.parts
        ],
        term_days=errand.term_days,
        expires_at=errand.expires_at,
        return_url=f"{hall.settings.url}/paid/{payment_id}",
    )


async def account(hall: Hall, *, org_id: int, **_: Any) -> None:
    """Asks how a buyer's account stands; one that the lender does not know is opened for the buyer to apply."""
    if hall.outside.lender is None:
        return
    try:
        errand = await hall.run(
            finance.account_errand, finance.asks.AccountErrandAsk(org_id=str(org_id)), system()
        )
    except NotFound:  # nobody's reference, told to us by mistake
        return
    try:
        told = await hall.outside.lender.account(errand.org_id)
        if told is None:
            told = await hall.outside.lender.open_account(
                errand.org_id,
                name=errand.name,
                currency=errand.currency,
                return_url=f"{hall.settings.url}/pay-later",
            )
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    await hall.run(finance.note_account, finance.asks.NoteAccount(told=told), system())


async def refund(hall: Hall, *, order_id: int, payment_id: int, refund_id: int, **_: Any) -> None:
    """A refund of what a lender paid joins what is to be asked about its loan."""
    ask = finance.asks.RefundToLender(
        order_id=str(order_id), payment_id=str(payment_id), refund_id=str(refund_id)
    )
    await hall.run(finance.refund_to_lender, ask, system())


async def deed(hall: Hall, *, order_id: int, payment_id: int, **_: Any) -> None:
    """Asks the lender for everything that was decided about a loan, the oldest first."""
    about = finance.asks.LoanAsk(order_id=str(order_id), payment_id=str(payment_id))
    while (errand := await hall.run(finance.deed_errand, about, system())).deed_id:
        note = finance.asks.NoteDone(
            order_id=about.order_id, payment_id=about.payment_id, deed_id=errand.deed_id
        )
        try:
            told = await hall.outside.lender.do(
                errand.deed_id,
                kind=errand.kind,
                loan_ref=finance.loan_ref(order_id, payment_id),
                amount_minor=errand.amount_minor,
                currency=errand.currency,
            )
        except PartySilent as silent:
            raise TryLater(SILENCE) from silent
        except PartyRefused as refused:
            if refused.code not in _FINAL:
                raise
            note = msgspec.structs.replace(note, why=refused.code)
        else:
            note = msgspec.structs.replace(note, told=told)
        await hall.run(finance.note_done, note, system())


async def loan(hall: Hall, *, order_id: int, payment_id: int, **_: Any) -> None:
    """Asks how a loan stands."""
    try:
        told = await hall.outside.lender.loan(finance.loan_ref(order_id, payment_id))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    if told is not None:
        note = finance.asks.NoteLoan(order_id=str(order_id), payment_id=str(payment_id), told=told)
        await hall.run(finance.note_loan, note, system())


async def ask_again(hall: Hall) -> int:
    """A round of the worker: asks again about everything that the lender has not answered for too long."""
    asked = await hall.run(finance.ask_again, Nothing(), system())
    return asked.asked


async def debits_due(hall: Hall) -> int:
    """A round of the worker: what is due today is repaid from its buyer's wallet, or its buyer reminded."""
    due = await hall.run(finance.debits_due, Nothing(), system())
    return due.asked


async def debit(hall: Hall, *, order_id: int, payment_id: int, **_: Any) -> None:
    """Debits one loan, or reminds its buyer."""
    ask = finance.asks.LoanAsk(order_id=str(order_id), payment_id=str(payment_id))
    await hall.run(finance.debit_loan, ask, system())


async def settlement_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the lender's file of what passes between the banks on a day, to be booked; and first that of its deeds."""
    if hall.outside.lender is None:
        return
    day = date.fromisoformat(on)
    await loan_file(hall, on=(day - timedelta(days=1)).isoformat())
    good, unread = await lines_of(hall.outside.lender.settlement(day), finance.asks.SettlementLine)
    note = finance.asks.NoteLenderSettlement(on=day, lines=good, unread=unread)
    await hall.run(finance.note_lender_settlement, note, system())


async def loan_file(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the lender's file of what was done to loans on a day, to be compared."""
    if hall.outside.lender is None:
        return
    day = date.fromisoformat(on)
    good, unread = await lines_of(hall.outside.lender.movements(day), finance.asks.LoanFileLine)
    file = finance.asks.NoteLoanFile(on=day, lines=good, unread=unread)
    await hall.run(finance.note_loan_file, file, system())
