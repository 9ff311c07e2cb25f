"""What happened to payments, refunds and withdrawals."""

from huozhan.kernel.facts import Fact


class PaymentSettled(Fact, frozen=True):
    """The channel has the payer's money for these orders."""

    name = "payments.settled"
    payment_id: int
    payer_id: int
    order_ids: list[int]
    amount_minor: int
    purpose: str = "orders"

    @property
    def about_id(self) -> int:
        """The payment."""
        return self.payment_id


class PaymentClosed(Fact, frozen=True):
    """The channel takes no money for this payment any more; nothing was credited to its orders."""

    name = "payments.closed"
    payment_id: int
    payer_id: int
    order_ids: list[int]

    @property
    def about_id(self) -> int:
        """The payment."""
        return self.payment_id


class PaymentMismatched(Fact, frozen=True):
    """The payer paid another amount than was asked; it goes back and the orders stay unpaid."""

    name = "payments.mismatched"
    payment_id: int
    payer_id: int
    order_ids: list[int]
    asked_minor: int
    paid_minor: int
    paid_currency: str

    @property
    def about_id(self) -> int:
        """The payment."""
        return self.payment_id


class ForeignSettled(Fact, frozen=True):
    """Money in another currency that no channel sent back was given back some other way, as an operator says."""

    name = "payments.foreign_settled"
    receipt_id: int
    merchant_ref: str
    payer_id: int
    reason: str

    @property
    def about_id(self) -> int:
        """The receipt."""
        return self.receipt_id


class BankMoneyCame(Fact, frozen=True):
    """Money came to the bank for a payment: some is still to come, or it was too much and the rest is in the wallet."""

    name = "payments.bank_money_came"
    payment_id: int
    payer_id: int
    amount_minor: int
    left_minor: int
    excess_minor: int

    @property
    def about_id(self) -> int:
        """The payment."""
        return self.payment_id


class RefundHeld(Fact, frozen=True):
    """A refund was asked for that waits before a gate of its order."""

    name = "payments.refund_held"
    refund_id: int
    order_id: int
    buyer_id: int
    amount_minor: int

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id


class RefundDone(Fact, frozen=True):
    """A refund has ended: through the channel, into the buyer's wallet, or part and part."""

    name = "payments.refund_done"
    refund_id: int
    payment_id: int
    order_id: int
    """0 where the money had paid no order."""
    buyer_id: int
    to_channel_minor: int
    to_wallet_minor: int
    purpose: str = "orders"
    """What the payment was for; of a difference the order is a case of after-sales."""

    @property
    def about_id(self) -> int:
        """The order, or the payment where the money had paid none."""
        return self.order_id or self.payment_id


class WithdrawalDone(Fact, frozen=True):
    """The bank has paid a withdrawal out."""

    name = "payments.withdrawal_done"
    withdrawal_id: int
    org_id: int
    amount_minor: int
    source: str = "available"

    @property
    def about_id(self) -> int:
        """The withdrawal."""
        return self.withdrawal_id


class WithdrawalFailed(Fact, frozen=True):
    """The bank has refused a withdrawal; the money is available again."""

    name = "payments.withdrawal_failed"
    withdrawal_id: int
    org_id: int
    amount_minor: int
    reason: str
    source: str = "available"

    @property
    def about_id(self) -> int:
        """The withdrawal."""
        return self.withdrawal_id


class WithdrawalWaits(Fact, frozen=True):
    """A withdrawal waits for a second person of its organisation."""

    name = "payments.withdrawal_waits"
    withdrawal_id: int
    org_id: int
    amount_minor: int
    source: str

    @property
    def about_id(self) -> int:
        """The withdrawal."""
        return self.withdrawal_id


class WithdrawalRefused(Fact, frozen=True):
    """A colleague said no to a withdrawal, or nobody said yes in time; the money is free again."""

    name = "payments.withdrawal_refused"
    withdrawal_id: int
    org_id: int
    amount_minor: int
    source: str

    @property
    def about_id(self) -> int:
        """The withdrawal."""
        return self.withdrawal_id


class ExportReady(Fact, frozen=True):
    """A file of fund records was written."""

    name = "payments.export_ready"
    export_id: int
    org_id: int
    side: str

    @property
    def about_id(self) -> int:
        """The file."""
        return self.export_id


class DepositMoved(Fact, frozen=True):
    """A seller's deposit is enough again, low, or below the floor; a penalty was taken from it, or it was given back."""

    name = "payments.deposit_moved"
    org_id: int
    state: str
    amount_minor: int

    @property
    def about_id(self) -> int:
        """The seller."""
        return self.org_id


class GoodwillGiven(Fact, frozen=True):
    """A seller gave a buyer something of its own accord; `order_id` is 0 where it is for no order in particular."""

    name = "payments.goodwill_given"
    goodwill_id: int
    seller_id: int
    buyer_id: int
    order_id: int
    number: str
    amount_minor: int

    @property
    def about_id(self) -> int:
        """The order, or what was given."""
        return self.order_id or self.goodwill_id


class CarrierPayoutEnded(Fact, frozen=True):
    """Money for a carrier was paid by the bank, or did not go after all."""

    name = "payments.carrier_payout_ended"
    carrier_id: int
    payout_id: int
    amount_minor: int
    is_paid: bool

    @property
    def about_id(self) -> int:
        """The carrier."""
        return self.carrier_id


class SupplierCharged(Fact, frozen=True):
    """A seller had to pay for an order after the fact; `cause` is a breach's, or names the refund after `refund:`."""

    name = "payments.supplier_charged"
    order_id: int
    number: str
    seller_id: int
    buyer_id: int
    cause: str
    amount_minor: int
    debt_minor: int
    """The part that neither its money nor its deposit covered: it owes it now."""

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id
