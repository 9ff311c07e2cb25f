"""Errands to the payment channel and the bank: read the intent, speak outside any transaction, note the answer.

Every errand may be run twice: the outside references are our own ids, and an answer about something that has ended
changes nothing. A silent party is asked again later; it never uses up a job's attempts.
"""

import contextlib
import hashlib
from collections.abc import Awaitable, Mapping
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from huozhan import carriage, finance, insurance, ordering, payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import funder, insurer, lender
from huozhan.doors.jobs.day_files import SILENCE, lines_of
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system
from huozhan.kernel.files import read_rows
from huozhan.kernel.ids import is_id
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.signed_http import PartyRefused, PartySilent

STATEMENT_LINES_AT_ONCE = 500
STATEMENTS_REMEMBERED = 5
_READ: WeakKeyDictionary[Hall, dict[str, bytes]] = WeakKeyDictionary()
"""What each day's statement was when it was last read whole."""
_AT_THE_BANK = {"transfer", "payout", "carrier"}
_FINAL = {"exceeds_paid", "not_paid", "not_found", "currency_differs", "invalid", "no_account", "loan_exists"}
"""Codes with which a party says that it will never do it."""


async def collect(hall: Hall, *, payment_id: int, **_: Any) -> None:
    """Opens a payment at the channel; one that is to be closed already is not opened."""
    errand = await hall.run(
        payments.payment_errand, payments.asks.AboutAsk(about_id=str(payment_id)), system()
    )
    if errand.state != payments.PaymentState.opening:
        return
    if errand.method == payments.PaymentMethod.lender:
        await _note_opening(hall, errand, lender.authorise(hall, payment_id))
        return
    told = hall.outside.channel.open(
        errand.payment_id,
        amount_minor=errand.amount_minor,
        currency=errand.currency,
        subject=errand.subject,
        expires_at=errand.expires_at,
        return_url=f"{hall.settings.url}/paid/{payment_id}",
    )
    await _note_opening(hall, errand, told)


async def _note_opening(hall: Hall, errand: Any, opening: Awaitable[Any]) -> None:
    try:
        told = await opening
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        if refused.code not in _FINAL:
            raise
        await hall.run(payments.note_closed, payments.asks.PaymentAsk(payment_id=errand.payment_id), system())
        return
    await _note_payment(hall, told)


async def close(hall: Hall, *, payment_id: int, **_: Any) -> None:
    """Closes a payment at the channel, or learns that the payer was faster; one that it never saw is closed."""
    ref = str(payment_id)
    try:
        told = await (await _party_of(hall, ref)).close(ref)
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    if told is None:
        await hall.run(payments.note_closed, payments.asks.PaymentAsk(payment_id=ref), system())
    else:
        await _note_payment(hall, told)


async def refund(hall: Hall, *, payment_id: int, refund_id: int, **_: Any) -> None:
    """Asks the channel to pay a refund."""
    ask = payments.asks.RefundAsk(payment_id=str(payment_id), refund_id=str(refund_id))
    errand = await hall.run(payments.refund_errand, ask, system())
    await _pay_back(hall, errand, "refund", of=errand.payment_id, payment_ref=errand.payment_id)


async def return_receipt(hall: Hall, *, receipt_id: int, **_: Any) -> None:
    """Asks the channel to pay money back that came under a reference nobody made."""
    ask = payments.asks.ReceiptAsk(receipt_id=str(receipt_id))
    errand = await hall.run(payments.receipt_errand, ask, system())
    await _pay_back(hall, errand, "return", of=errand.receipt_id, payment_ref=errand.merchant_ref)


async def _pay_back(hall: Hall, errand: Any, what: str, *, of: str, payment_ref: str) -> None:
    if errand.state != "asked":
        return
    try:
        told = await hall.outside.channel.refund(
            errand.refund_id,
            payment_ref=payment_ref,
            amount_minor=errand.amount_minor,
            currency=errand.currency,
        )
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        await _refuse(hall, refused, what, of, errand.refund_id)
        return
    await _note_answer(hall, "channel", told)


async def transfer(hall: Hall, *, org_id: int, withdrawal_id: int, **_: Any) -> None:
    """Asks the bank to pay a withdrawal out."""
    ask = payments.asks.TransferAsk(org_id=str(org_id), withdrawal_id=str(withdrawal_id))
    errand = await hall.run(payments.transfer_errand, ask, system())
    await _transfer(hall, errand, "transfer", payments.transfer_ref(ask.org_id, ask.withdrawal_id))


async def payout(hall: Hall, *, receipt_id: int, payout_id: int, **_: Any) -> None:
    """Asks the bank to send money back to the account it came from."""
    ask = payments.asks.PayoutAsk(receipt_id=str(receipt_id), payout_id=str(payout_id))
    errand = await hall.run(payments.payout_errand, ask, system())
    await _transfer(hall, errand, "payout", payments.payout_ref(ask.receipt_id, ask.payout_id))


async def carrier_payout(hall: Hall, *, carrier_id: int, payout_id: int, **_: Any) -> None:
    """Asks the bank to pay a carrier."""
    ask = payments.asks.CarrierPayoutAsk(carrier_id=str(carrier_id), payout_id=str(payout_id))
    errand = await hall.run(payments.carrier_payout_errand, ask, system())
    await _transfer(hall, errand, "carrier", payments.payout_ref(ask.carrier_id, ask.payout_id))


async def _transfer(hall: Hall, errand: Any, what: str, ref: str) -> None:
    if errand.state != "asked":
        return
    try:
        told = await hall.outside.bank.transfer(
            ref,
            amount_minor=errand.amount_minor,
            currency=errand.currency,
            account_no=errand.account_no,
            account_name=errand.account_name,
            bank_name=errand.bank_name,
        )
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        of, _, own = ref.partition("-")
        await _refuse(hall, refused, what, of, own)
        return
    await _note_answer(hall, "bank", told)


async def statement(hall: Hall, *, on: str, **_: Any) -> None:
    """Reads the bank's statement of a day; what was read before changes nothing, so it is not even looked at."""
    try:
        body = await hall.outside.bank.statement(date.fromisoformat(on))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    read = _READ.setdefault(hall, {})
    digest = hashlib.sha256(body).digest()
    if read.get(on) == digest:
        return
    lines = body.splitlines(keepends=True)
    for at in range(0, len(lines), STATEMENT_LINES_AT_ONCE):
        part = payments.asks.NoteStatement(body=b"".join(lines[at : at + STATEMENT_LINES_AT_ONCE]))
        await hall.run(payments.note_statement, part, system())
    read[on] = digest
    for old in sorted(read)[:-STATEMENTS_REMEMBERED]:
        del read[old]


async def read_statements(hall: Hall) -> int:
    """A round of the worker: leaves the statements of yesterday and today to be read."""
    if hall.outside.bank is None:
        return 0
    today = hall.clock.now().astimezone(payments.BANK_DAYS).date()
    async with hall.working(system("bank")) as work:
        for on in (today - timedelta(days=1), today):
            payments.fetch_statement(work, on)
    return 0


async def ask(hall: Hall, *, what: str, of: str, ref: str, **_: Any) -> None:
    """Asks a party how something stands; what it knows nothing of is sent again."""
    try:
        if what == "payment":
            told = await (await _party_of(hall, ref)).payment(ref)
        elif what == "refund":
            told = await hall.outside.channel.refund_of(ref, payment_ref=of)
        elif what == "return":
            receipt = payments.asks.ReceiptAsk(receipt_id=of)
            errand = await hall.run(payments.receipt_errand, receipt, system())
            told = await hall.outside.channel.refund_of(ref, payment_ref=errand.merchant_ref)
        else:
            told = await hall.outside.bank.transfer_of(payments.transfer_ref(of, ref))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    with contextlib.suppress(NotFound):  # somebody else's reference, told to us by mistake
        if told is None:
            await _send_again(hall, what, of, ref)
        elif what == "payment":
            await _note_payment(hall, told)
        else:
            await _note_answer(hall, "bank" if what in _AT_THE_BANK else "channel", told)


async def trades(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the channel's trades of a day, to be compared."""
    await _note_file(hall, payments.note_trades, hall.outside.channel.trades, date.fromisoformat(on))


async def settlement(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches the channel's settlement of a day, to be booked and compared with the trades it is for."""
    day = date.fromisoformat(on)
    await trades(hall, on=(day - timedelta(days=1)).isoformat())
    await _note_file(hall, payments.note_settlement, hall.outside.channel.settlement, day)


async def bank_day(hall: Hall, *, on: str, **_: Any) -> None:
    """Fetches a closed day of the bank: credits what nobody read before, and compares all of it; one that is not over waits.

    What other parties paid out on that day is asked of them first: until their file is read, the money stands as a difference.
    """
    if hall.outside.bank is None:
        return
    for settled in (settlement, lender.settlement_file, funder.settlement_file, insurer.settlement_file):
        with contextlib.suppress(TryLater):
            await settled(hall, on=on)
    await statement(hall, on=on)
    try:
        told = await hall.outside.bank.day(date.fromisoformat(on))
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    except PartyRefused as refused:
        if refused.code == "day_open":
            return
        raise
    lines, unread = read_rows([row for row in told if not _is_total(row)], payments.asks.BankDayLine)
    totals, no_totals = read_rows([row for row in told if _is_total(row)], payments.asks.BankDayTotal)
    closed = payments.asks.NoteBankDay(
        on=date.fromisoformat(on), lines=lines, totals=totals, unread=unread + no_totals
    )
    await hall.run(payments.note_bank_day, closed, system())


def _is_total(row: Any) -> bool:
    return isinstance(row, Mapping) and row.get("kind") == "total"


async def _note_file(hall: Hall, note: Any, fetch: Any, day: date) -> None:
    lines, unread = await lines_of(fetch(day), payments.asks.TradeLine)
    file = payments.asks.NoteFile(on=day, merchant=hall.outside.channel.merchant, lines=lines, unread=unread)
    await hall.run(note, file, system())


async def reconcile(hall: Hall) -> int:
    """A round of the worker: fetches the files that are there by now, and ends differences that are none any more."""
    await more_files(hall)
    await hall.run(payments.recheck_differences, Nothing(), system())
    await hall.run(finance.recheck_loan_files, Nothing(), system())
    await hall.run(finance.recheck_advance_files, Nothing(), system())
    await hall.run(insurance.recheck_insurer_files, Nothing(), system())
    await hall.run(carriage.recheck_bills, Nothing(), system())
    return 0


async def more_files(hall: Hall, **_: Any) -> None:
    """Leaves some of the files that are there by now to be fetched; after a long gap these are followed by the next."""
    sources: list[payments.asks.FileSource] = ["trades", "settlement"]
    if hall.outside.bank is not None:
        sources.append("bank")
    if hall.outside.lender is not None:
        sources += ["lender", "lender_settlement"]
    if hall.outside.funder is not None:
        sources += ["funder", "funder_settlement"]
    if hall.outside.insurer is not None:
        sources += ["insurer", "insurer_settlement"]
    if hall.outside.waybills is not None and await _has_carriers(hall):
        sources.append("carrier")
    await hall.run(payments.reconcile_due, payments.asks.ReconcileDue(sources=tuple(sources)), system())


async def _has_carriers(hall: Hall) -> bool:
    async with hall.working(system()) as work:
        return await carriage.has_contracts(work)


async def callback(hall: Hall, *, callback_id: int, kind: str, **_: Any) -> None:
    """Works on a noted callback: a payment's is ordering's to judge, the rest is our own."""
    if kind.startswith("payment."):
        await hall.run(
            ordering.payment_settled, ordering.asks.PaymentCallback(callback_id=str(callback_id)), system()
        )
    else:
        await hall.run(
            payments.hear_callback, payments.asks.CallbackAsk(callback_id=str(callback_id)), system()
        )


async def sweep(hall: Hall) -> int:
    """A round of the worker: asks about everything that has waited too long for an answer."""
    swept = await hall.run(payments.sweep, Nothing(), system())
    return swept.asked


async def _send_again(hall: Hall, what: str, of: str, ref: str) -> None:
    """Runs the first errand again; it does nothing where there is no such intent of ours."""
    if not (is_id(of) and is_id(ref)):
        return
    if what == "refund":
        await refund(hall, payment_id=int(of), refund_id=int(ref))
    elif what == "return":
        await return_receipt(hall, receipt_id=int(of))
    elif what == "transfer":
        await transfer(hall, org_id=int(of), withdrawal_id=int(ref))
    elif what == "payout":
        await payout(hall, receipt_id=int(of), payout_id=int(ref))
    elif what == "carrier":
        await carrier_payout(hall, carrier_id=int(of), payout_id=int(ref))
    else:
        await _begin_again(hall, int(ref))


async def _party_of(hall: Hall, ref: str) -> Any:
    """Who is asked about a payment: the channel, or the lender where it pays; of what is not ours, the channel."""
    if ref.isascii() and ref.isdigit() and len(ref) <= 18:
        with contextlib.suppress(NotFound):
            errand = await hall.run(payments.payment_errand, payments.asks.AboutAsk(about_id=ref), system())
            if errand.method == payments.PaymentMethod.lender:
                return hall.outside.lender
    return hall.outside.channel


async def _begin_again(hall: Hall, payment_id: int) -> None:
    errand = await hall.run(
        payments.payment_errand, payments.asks.AboutAsk(about_id=str(payment_id)), system()
    )
    if errand.state == payments.PaymentState.closing:
        await close(hall, payment_id=payment_id)
    else:
        await collect(hall, payment_id=payment_id)


async def _note_payment(hall: Hall, told: Any) -> None:
    if told.state == "open":
        opened = payments.asks.NoteOpened(payment_id=told.merchant_ref, pay_url=told.pay_url)
        await hall.run(payments.note_opened, opened, system())
    elif told.state == "closed":
        await hall.run(payments.note_closed, payments.asks.PaymentAsk(payment_id=told.merchant_ref), system())
    else:
        is_lenders = await _party_of(hall, told.merchant_ref) is hall.outside.lender
        await _note_answer(hall, "lender" if is_lenders else "channel", told)


async def _note_answer(hall: Hall, party: str, told: Any) -> None:
    """Notes an answer as if it had been called back, marked as the party's own truth."""
    body = payments.write_message(told)
    if body is None:
        return
    noted = payments.asks.NoteCallback(
        party=party,
        message_id="",
        body=body,
        is_genuine=True,
        merchant=(hall.outside.lender if party == "lender" else hall.outside.channel).merchant,
        is_answer=True,
    )
    await hall.run(payments.note_callback, noted, system())


async def _refuse(hall: Hall, refused: PartyRefused, what: Any, of: str, ref: str) -> None:
    if refused.code not in _FINAL:
        raise refused
    await hall.run(
        payments.note_refused, payments.asks.RefuseAsk(what=what, of=of, ref=ref, why=refused.code), system()
    )
