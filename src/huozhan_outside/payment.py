"""A payment: what the merchant asks, what the channel keeps, what it shows."""

from datetime import datetime
from typing import Annotated

import msgspec

from huozhan_outside.asking import AmountMinor, Ask, Currency, Reference, Url
from huozhan_outside.clock import as_ms, as_text, maybe_text


class OpenPayment(Ask, frozen=True):
    """A merchant asks for money."""

    merchant: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    merchant_ref: Reference
    amount_minor: AmountMinor
    currency: Currency
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    notify_url: Url
    return_url: Url

    @property
    def reference(self) -> str:
        return self.merchant_ref


class SimulatePay(Ask, frozen=True):
    """A payer who pays, perhaps not what was asked."""

    amount_minor: AmountMinor | None = None
    currency: Currency | None = None


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as the merchant sees it."""

    merchant: str
    merchant_ref: str
    channel_payment_id: str
    pay_url: str
    state: str
    amount_minor: int
    currency: str
    subject: str
    expires_at: str
    channel_txn: str | None
    paid_amount_minor: int | None
    paid_currency: str | None
    paid_at: str | None
    refunded_minor: int


class KeptPayment(msgspec.Struct, frozen=True):
    """A row of the channel's payments."""

    merchant_ref: str
    payment_id: str
    asked: bytes
    notify_path: str
    state: str
    channel_txn: str | None
    paid_amount_minor: int | None
    paid_currency: str | None
    paid_at_ms: int | None
    refunded_minor: int
    refunding_minor: int

    @property
    def order(self) -> OpenPayment:
        return _PAYMENTS.decode(self.asked)

    def shown(self, public_url: str) -> Payment:
        """The payment as the merchant sees it."""
        order = self.order
        return Payment(
            merchant=order.merchant,
            merchant_ref=self.merchant_ref,
            channel_payment_id=self.payment_id,
            pay_url=f"{public_url}/channel/pay/{self.payment_id}",
            state=self.state,
            amount_minor=order.amount_minor,
            currency=order.currency,
            subject=order.subject,
            expires_at=as_text(as_ms(order.expires_at)),
            channel_txn=self.channel_txn,
            paid_amount_minor=self.paid_amount_minor,
            paid_currency=self.paid_currency,
            paid_at=maybe_text(self.paid_at_ms),
            refunded_minor=self.refunded_minor,
        )


_PAYMENTS = msgspec.json.Decoder(OpenPayment)
