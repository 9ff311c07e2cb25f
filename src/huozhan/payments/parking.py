"""Parking: money under a reference that nobody made waits for a person, who sends it back to whoever paid it."""

from typing import Any

from huozhan import ledger
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Entry, write_entry
from huozhan.payments.asks import ListReceipts, ReceiptAsk, ReturnReceipt
from huozhan.payments.message import Outcome, reference
from huozhan.payments.ports import CHANNEL_ID, ChannelPayment, ChannelRefund
from huozhan.payments.store import callbacks, receipts
from huozhan.payments.views import ReceiptErrand, ReceiptView
from huozhan.payments.waiting import INTENT_PATIENCE


class ReceiptNotParked(Refusal):
    """The money is on its way back, or went back already."""

    code = "payments.receipt_not_parked"


@use_case("market.ledger", writes=False)
async def parked_receipts(work: Work, ask: ListReceipts) -> Page[ReceiptView]:
    """Money that came under references nobody made, newest first."""
    rows = await receipts.page(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    next_cursor = write_cursor(shown[-1]["receipt_id"]) if len(rows) > ask.size else None
    return Page([receipt_view(row) for row in shown], next_cursor)


@use_case("market.ledger", writes=True)
async def return_receipt(work: Work, ask: ReturnReceipt) -> ReceiptView:
    """Sends parked money back to whoever paid it (E14c); the channel is asked after commit."""
    receipt_id = int(ask.receipt_id)
    row = await receipts.lock(work, receipt_id)
    if row is None:
        raise NotFound(receipt_id=ask.receipt_id)
    if row["state"] != "parked":
        raise ReceiptNotParked(state=row["state"])
    refund_id = work.new_id()
    await receipts.ask(work, receipt_id, refund_id, ask.reason, work.now + work.rule(INTENT_PATIENCE).span)
    if row["currency"] == work.terms.currency:
        await ledger.post(work, [_entry("E14c", row, refund_id, left_minor(row))])
    work.enqueue("payments.return", {"receipt_id": receipt_id})
    asked = await receipts.errand(work, receipt_id)
    assert asked is not None
    return receipt_view(asked)


@use_case("system", writes=False)
async def receipt_errand(work: Work, ask: ReceiptAsk) -> ReceiptErrand:
    """Tells the worker what the channel needs to know about money that goes back."""
    row = await receipts.errand(work, int(ask.receipt_id))
    if row is None:
        raise NotFound(receipt_id=ask.receipt_id)
    return ReceiptErrand(
        receipt_id=ask.receipt_id,
        refund_id=str(row["refund_id"] or 0),
        merchant_ref=row["merchant_ref"],
        state=row["state"],
        amount_minor=left_minor(row),
        currency=row["currency"],
    )


async def park(work: Work, callback_id: int, told: ChannelPayment) -> Outcome:
    """Keeps money under an unknown reference on 213; the same transaction told again changes nothing.

    Money in another currency than the book's is kept as a row only: it was never in the book.
    """
    amount_minor, currency = told.paid_amount_minor, told.paid_currency
    if not (amount_minor and currency and told.channel_txn):
        return Outcome.unknown_reference
    if not await receipts.park(
        work, callback_id, channel_id=CHANNEL_ID, merchant_ref=told.merchant_ref, channel_txn=told.channel_txn,
        amount_minor=amount_minor, currency=currency, paid_at=told.paid_at,
    ):  # fmt: skip
        return Outcome.duplicate
    if currency == work.terms.currency:
        await ledger.post(work, [received(callback_id, CHANNEL_ID, amount_minor, told.channel_txn)])
    return Outcome.unknown_reference


async def park_unreturned(work: Work, refund: Any, rest_minor: int, why: str) -> None:
    """Keeps what a channel did not send back of a payment in another currency: a person tries again, or ends it."""
    await receipts.park_again(
        work, work.new_id(), refund["payment_id"], payer_id=refund["buyer_id"], amount_minor=rest_minor,
        currency=refund["currency"], why=why,
    )  # fmt: skip


def received(receipt_id: int, channel_id: int, amount_minor: int, channel_txn: str) -> Entry:
    """Money at the channel that fits nothing we asked for (E14a)."""
    return write_entry(
        "E14a",
        business_key=f"E14a:{channel_id}:{channel_txn}",
        about_id=receipt_id,
        owners={101: channel_id, 213: receipt_id},
        amounts={"amount": amount_minor},
        memo={"channel_txn": channel_txn},
    )


async def end_return(work: Work, told: ChannelRefund, *, is_answer: bool) -> tuple[Outcome, int]:
    """Ends a return as the channel says (E7b); what it did not pay back is parked again. Tells about which receipt."""
    row = await receipts.lock_refund(work, told.merchant_ref, reference(told.merchant_refund_ref))
    if row is None:
        return Outcome.unknown_reference, 0
    receipt_id: int = row["receipt_id"]
    if row["state"] != "asked":
        return Outcome.duplicate, receipt_id
    due_minor = left_minor(row)
    returned_minor = (told.refunded_minor or 0) if told.state == "succeeded" else 0
    fits = (told.amount_minor, told.currency) == (due_minor, row["currency"])
    if not is_answer and not (fits and returned_minor == due_minor):
        return Outcome.doubted, receipt_id
    if not fits or returned_minor > due_minor:
        return Outcome.impossible, receipt_id
    await _end(work, row, returned_minor, told.reason or "")
    return Outcome.ended, receipt_id


async def refuse_return(work: Work, receipt_id: int, refund_id: int, why: str) -> None:
    """Parks money again that the channel will not take back."""
    row = await receipts.lock(work, receipt_id)
    if row is not None and (row["state"], row["refund_id"]) == ("asked", refund_id):
        await _end(work, row, 0, why)


async def _end(work: Work, row: receipts.Row, returned_minor: int, why: str) -> None:
    kept_minor = left_minor(row) - returned_minor
    await receipts.end(work, row["receipt_id"], returned_minor, why)
    if row["currency"] == work.terms.currency:
        entries = [
            _entry(code, row, row["refund_id"], amount_minor)
            for code, amount_minor in (("E7b", returned_minor), ("E14d", kept_minor))
            if amount_minor
        ]
        await ledger.post(work, entries)
    if not kept_minor:
        await callbacks.done(work, row["receipt_id"], Outcome.sent_back)


def _entry(code: str, row: receipts.Row, refund_id: int, amount_minor: int) -> Entry:
    return write_entry(
        code,
        business_key=f"{code}:{refund_id}",
        about_id=row["receipt_id"],
        owners={101: row["channel_id"], 206: refund_id, 213: row["receipt_id"]},
        amounts={"channel" if code == "E7b" else "amount": amount_minor},
        memo={"channel_txn": row["channel_txn"]},
    )


def left_minor(row: receipts.Row) -> int:
    """What of a receipt has not gone back."""
    left: int = row["amount_minor"] - row["returned_minor"]
    return left


def receipt_view(row: Any) -> ReceiptView:
    """A receipt as the operator sees it."""
    return ReceiptView(
        receipt_id=str(row["receipt_id"]),
        merchant_ref=row["merchant_ref"],
        channel_txn=row["channel_txn"],
        state=row["state"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        returned_minor=row["returned_minor"],
        paid_at=row["paid_at"],
        parked_at=row["parked_at"],
        asked_at=row["asked_at"],
        reason=row["reason"],
        ended_at=row["ended_at"],
        failed_why=row["failed_why"],
        settled_minor=row["settled_minor"],
        proposed_by=str(row["proposed_by"]) if row["proposed_by"] else None,
        proposed_why=row["proposed_why"],
    )
