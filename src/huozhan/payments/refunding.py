"""Refunding: money goes back the way it came; what the channel cannot return goes into the buyer's wallet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from huozhan import ledger
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Entry, write_entry
from huozhan.payments.asks import RefundAsk
from huozhan.payments.facts import RefundDone, RefundHeld
from huozhan.payments.message import Outcome, reference
from huozhan.payments.parking import park_unreturned
from huozhan.payments.payment import PaymentMethod, Refund
from huozhan.payments.ports import FUNDER_ID, ChannelRefund
from huozhan.payments.sending_back import send_refund_back
from huozhan.payments.store import refunds
from huozhan.payments.views import RefundErrand
from huozhan.payments.waiting import INTENT_PATIENCE


async def refund_escrow(work: Work, refund: Refund) -> int:
    """Sends part of an order's escrow back to its buyer (E7a); once per key, whoever repeats it. Tells the refund's id."""
    memo = {"order_number": refund.order_number, "reason": refund.reason}
    return await ask_refund(
        work, payment_id=refund.payment_id, order_id=refund.order_id, key=refund.key, buyer_id=refund.buyer_id,
        amount_minor=refund.amount_minor, currency=work.terms.currency, reason=refund.reason,
        entries=lambda refund_id: [
            write_entry(
                "E7a", business_key=f"E7a:{refund_id}", about_id=refund.order_id,
                owners={202: refund.escrow_id or refund.order_id, 206: refund_id}, amounts={"buyer": refund.amount_minor}, memo=memo,
            )
        ],
    )  # fmt: skip


async def ask_refund(
    work: Work, *, payment_id: int, order_id: int, key: str, buyer_id: int, amount_minor: int, currency: str,
    reason: str, entries: Callable[[int], Sequence[Entry]],
) -> int:  # fmt: skip
    """Writes a refund with its entries and tells its id; it goes back the way the payment came: through the channel, to the paying account, to the wallet.

    The refund's id is the channel's key for it, so that no retry pays twice. Money in another currency than the
    book's was never in the book; it goes back without an entry.
    """
    refund_id = work.new_id()
    ask_at = work.now + work.rule(INTENT_PATIENCE).span
    row = await refunds.add(
        work, refund_id=refund_id, payment_id=payment_id, order_id=order_id, key=key, buyer_id=buyer_id,
        amount_minor=amount_minor, currency=currency, reason=reason, ask_at=ask_at,
    )  # fmt: skip
    if row is None:
        known_id, known = await refunds.known_under(work, payment_id, order_id, key)
        assert known == amount_minor, f"{key} was refunded with another amount"
        return known_id
    if currency == work.terms.currency:
        await ledger.post(work, entries(refund_id))
    if row["is_held"]:
        work.record(
            RefundHeld(refund_id=refund_id, order_id=order_id, buyer_id=buyer_id, amount_minor=amount_minor)
        )
        return refund_id
    await send_on(
        work, PaymentMethod(row["method"]), payment_id=payment_id, order_id=order_id, refund_id=refund_id,
        amount_minor=amount_minor,
    )  # fmt: skip
    return refund_id


async def send_on(
    work: Work, method: PaymentMethod, *, payment_id: int, order_id: int, refund_id: int, amount_minor: int
) -> None:
    """Leaves a refund to whoever sends it back the way its payment came."""
    if method == PaymentMethod.bank:
        await send_refund_back(
            work, payment_id=payment_id, order_id=order_id, refund_id=refund_id, amount_minor=amount_minor
        )
    elif method == PaymentMethod.wallet:
        await refuse_refund(work, payment_id, refund_id, "")
    elif method == PaymentMethod.lender:
        work.enqueue(
            "finance.refund", {"payment_id": payment_id, "order_id": order_id, "refund_id": refund_id}
        )
    else:
        work.enqueue("payments.refund", {"payment_id": payment_id, "refund_id": refund_id})


@use_case("system", writes=False)
async def refund_errand(work: Work, ask: RefundAsk) -> RefundErrand:
    """Tells the worker what the channel needs to know about a refund."""
    row = await refunds.errand(work, int(ask.payment_id), int(ask.refund_id))
    if row is None:
        raise NotFound(refund_id=ask.refund_id)
    return RefundErrand(
        **{**dict(row), "payment_id": str(row["payment_id"]), "refund_id": str(row["refund_id"])}
    )


async def refund_under(work: Work, payment_id: int, order_id: int, key: str) -> int:
    """Which refund stands under a key."""
    return (await refunds.known_under(work, payment_id, order_id, key))[0]


async def refunds_by_id(work: Work, refund_ids: Sequence[int]) -> dict[int, int]:
    """What these refunds came to, for a context above to compare with what it gave back."""
    return await refunds.amounts(work, refund_ids)


async def end_refund(work: Work, told: ChannelRefund, *, is_answer: bool) -> Outcome:
    """Ends a refund as the channel says (E7b); what fell short or failed is the buyer's in the wallet.

    The wallet holds the book's currency only: what fell short in another one is parked for a person.
    """
    row = await refunds.lock(work, reference(told.merchant_ref), reference(told.merchant_refund_ref))
    if row is None:
        return Outcome.unknown_reference
    if row["state"] != "asked":
        return Outcome.duplicate
    expected = (row["amount_minor"], row["currency"])
    refunded_minor = (told.refunded_minor or 0) if told.state == "succeeded" else 0
    if (told.amount_minor, told.currency) != expected or refunded_minor != row["amount_minor"]:
        if not is_answer:
            return Outcome.doubted
        if (told.amount_minor, told.currency) != expected or refunded_minor > row["amount_minor"]:
            return Outcome.impossible
    await _end(work, row, refunded_minor, told.reason or "")
    return Outcome.ended


async def refuse_refund(work: Work, payment_id: int, refund_id: int, why: str) -> None:
    """Gives the buyer a refund in the wallet that no channel pays back; one in another currency is parked."""
    row = await refunds.lock(work, payment_id, refund_id)
    if row is not None and row["state"] == "asked":
        await _end(work, row, 0, why)


async def end_lender_refund(
    work: Work, payment_id: int, refund_id: int, *, debt_minor: int, lost_minor: int
) -> None:
    """Ends a refund of what a lender paid (E7b): it lessens the buyer's debt first, then what the market lost of the
    price, and what is more is in the wallet."""
    row = await refunds.lock(work, payment_id, refund_id)
    if row is not None and row["state"] == "asked":
        parts = {"funder": debt_minor, "lost": lost_minor}
        await _end(work, row, debt_minor + lost_minor, "", goes_to=parts)


async def _end(
    work: Work, row: Any, channel_minor: int, why: str, *, goes_to: Mapping[str, int] | None = None
) -> None:
    refund_id, payment_id = row["refund_id"], row["payment_id"]
    wallet_minor = row["amount_minor"] - channel_minor
    if row["currency"] != work.terms.currency and wallet_minor:
        await refunds.end(work, payment_id, refund_id, channel_minor, 0, why, wallet_minor)
        await park_unreturned(work, row, wallet_minor, why)
        return
    await refunds.end(work, payment_id, refund_id, channel_minor, wallet_minor, why)
    if row["currency"] == work.terms.currency:
        await ledger.post(
            work,
            [
                write_entry(
                    "E7b",
                    business_key=f"E7b:{refund_id}",
                    about_id=row["order_id"] or payment_id,
                    owners={206: refund_id, 101: row["channel_id"], 103: FUNDER_ID, 201: row["buyer_id"]},
                    amounts={**(goes_to or {"channel": channel_minor}), "wallet": wallet_minor},
                    memo={"reason": row["reason"]},
                )
            ],
        )
    work.record(
        RefundDone(
            refund_id=refund_id,
            payment_id=payment_id,
            order_id=row["order_id"],
            buyer_id=row["buyer_id"],
            to_channel_minor=channel_minor,
            to_wallet_minor=wallet_minor,
            purpose=row["purpose"],
        )
    )
