"""A refund: what the merchant asks, what the channel keeps, what it shows."""

import msgspec

from huozhan_outside.asking import AmountMinor, Ask, Currency, Reference, Url
from huozhan_outside.clock import maybe_text


class AskRefund(Ask, frozen=True):
    """A merchant gives money back."""

    merchant_refund_ref: Reference
    merchant_ref: Reference
    amount_minor: AmountMinor
    currency: Currency
    notify_url: Url

    @property
    def reference(self) -> str:
        return self.merchant_refund_ref


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """A refund as the merchant sees it."""

    merchant_refund_ref: str
    merchant_ref: str
    channel_refund_id: str
    state: str
    amount_minor: int
    currency: str
    refunded_minor: int | None
    ended_at: str | None
    reason: str | None


class KeptRefund(msgspec.Struct, frozen=True):
    """A row of the channel's refunds."""

    merchant_refund_ref: str
    refund_id: str
    asked: bytes
    notify_path: str
    state: str
    refunded_minor: int | None
    ended_at_ms: int | None
    reason: str | None

    @property
    def order(self) -> AskRefund:
        return _REFUNDS.decode(self.asked)

    def shown(self) -> Refund:
        """The refund as the merchant sees it."""
        order = self.order
        return Refund(
            merchant_refund_ref=self.merchant_refund_ref,
            merchant_ref=order.merchant_ref,
            channel_refund_id=self.refund_id,
            state=self.state,
            amount_minor=order.amount_minor,
            currency=order.currency,
            refunded_minor=self.refunded_minor,
            ended_at=maybe_text(self.ended_at_ms),
            reason=self.reason,
        )


_REFUNDS = msgspec.json.Decoder(AskRefund)
