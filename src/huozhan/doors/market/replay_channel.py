"""The payment channel of a replay: it lives in this process, knows the port's words, and calls back as hooks are heard."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

MERCHANT = "replay"


class ReplayChannel:
    """Keeps what it was asked for; a payment is paid when its buyer says so, and the market is told of it.

    A callback goes the way of `doors/hooks` from behind the signature on: kept, then worked by a job, judged under
    the order's lock. Nothing travels on a wire, so nothing is signed. Transaction and message carry names made from
    the payment's reference: paid again after a kill, it is the same payment told twice.
    """

    merchant = MERCHANT

    def __init__(self) -> None:
        self._payments: dict[str, payments.ports.ChannelPayment] = {}
        self._refunds: dict[str, payments.ports.ChannelRefund] = {}

    async def open(
        self,
        ref: str,
        *,
        amount_minor: int,
        currency: str,
        subject: str,  # noqa: ARG002 -- shown to payers where there is a page
        expires_at: datetime,  # noqa: ARG002 -- every buyer here pays on the day
        return_url: str,  # noqa: ARG002
    ) -> payments.ports.ChannelPayment:
        """Lets a payer pay."""
        return self._payments.setdefault(
            ref,
            payments.ports.ChannelPayment(
                merchant=MERCHANT,
                merchant_ref=ref,
                state="open",
                amount_minor=amount_minor,
                currency=currency,
                pay_url=f"/replay/{ref}",
            ),
        )

    async def payment(self, ref: str) -> payments.ports.ChannelPayment | None:
        """Tells how a payment stands."""
        return self._payments.get(ref)

    async def close(self, ref: str) -> payments.ports.ChannelPayment | None:
        """Lets nobody pay any more; where the payer was faster, the payment is answered as paid."""
        known = self._payments.get(ref)
        if known is not None and known.state == "open":
            known = self._payments[ref] = msgspec.structs.replace(known, state="closed")
        return known

    async def refund(
        self, ref: str, *, payment_ref: str, amount_minor: int, currency: str
    ) -> payments.ports.ChannelRefund:
        """Pays money back to the payer."""
        return self._refunds.setdefault(
            ref,
            payments.ports.ChannelRefund(
                merchant_refund_ref=ref,
                merchant_ref=payment_ref,
                state="succeeded",
                amount_minor=amount_minor,
                currency=currency,
                refunded_minor=amount_minor,
            ),
        )

    async def refund_of(self, ref: str, *, payment_ref: str) -> payments.ports.ChannelRefund | None:  # noqa: ARG002
        """Tells how a refund stands."""
        return self._refunds.get(ref)

    def page_of(self, pay_url: str, lang: str) -> str:  # noqa: ARG002
        """Nobody looks at a page in a replay."""
        return pay_url

    async def trades(self, on: date) -> list[Mapping[str, Any]]:
        """The file of a day's payments."""
        return [
            msgspec.to_builtins(payment)
            for payment in self._payments.values()
            if payment.paid_at is not None and payment.paid_at.date() == on
        ]

    async def settlement(self, on: date) -> list[Mapping[str, Any]]:  # noqa: ARG002
        """The file of what is paid out: nothing while the replay runs."""
        return []

    async def pay(self, hall: Hall, ref: str) -> None:
        """The buyer pays; the market is told."""
        known = self._payments[ref]
        paid = self._payments[ref] = msgspec.structs.replace(
            known,
            state="paid",
            channel_txn=f"replay-{ref}",
            paid_amount_minor=known.amount_minor,
            paid_currency=known.currency,
            paid_at=hall.clock.now(),
        )
        body = payments.write_message(paid)
        assert body is not None, "a paid payment has been decided"
        note = payments.asks.NoteCallback(
            party="channel", message_id=f"replay-{ref}", body=body, is_genuine=True, merchant=MERCHANT
        )
        await hall.run(payments.note_callback, note, system("hooks"))
