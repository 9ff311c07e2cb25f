"""A payment: what one buyer pays at once, for one order or for several."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.moves import Moves


class PaymentMethod(StrEnum):
    """The way a buyer pays: through the online channel, by transfer to the custody bank, from the wallet, or by a lender's limit."""

    channel = "channel"
    bank = "bank"
    wallet = "wallet"
    lender = "lender"


class PaymentState(StrEnum):
    """Where a payment stands with the channel."""

    opening = "opening"
    open = "open"
    closing = "closing"
    closed = "closed"
    paid = "paid"
    mismatched = "mismatched"


MOVES = Moves(
    "payment",
    PaymentState.opening,
    {
        (PaymentState.opening, "open"): PaymentState.open,
        (PaymentState.opening, "ask_to_close"): PaymentState.closing,
        (PaymentState.open, "ask_to_close"): PaymentState.closing,
        # The channel closes by itself what has expired, and what we asked it to close.
        (PaymentState.opening, "close"): PaymentState.closed,
        (PaymentState.open, "close"): PaymentState.closed,
        (PaymentState.closing, "close"): PaymentState.closed,
        # The callback may overtake the channel's first answer, and the payer may overtake our closing.
        (PaymentState.opening, "pay"): PaymentState.paid,
        (PaymentState.open, "pay"): PaymentState.paid,
        (PaymentState.closing, "pay"): PaymentState.paid,
        (PaymentState.closed, "pay"): PaymentState.paid,
        (PaymentState.opening, "mismatch"): PaymentState.mismatched,
        (PaymentState.open, "mismatch"): PaymentState.mismatched,
        (PaymentState.closing, "mismatch"): PaymentState.mismatched,
        (PaymentState.closed, "mismatch"): PaymentState.mismatched,
    },
)


class Purpose(StrEnum):
    """What a payment pays: orders, each a part, or as its one part what is owed under an agreement of credit, to a lender for
    an order, or as the difference of an exchange.
    """

    orders = "orders"
    credit = "credit"
    loan = "loan"
    difference = "difference"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An order's share of a payment; of one on credit the agreement's, of a difference the case's (its id stands for the order's)."""

    order_id: int
    seller_id: int
    amount_minor: int


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment with its parts."""

    payment_id: int
    payer_id: int
    channel_id: int
    amount_minor: int
    currency: str
    state: PaymentState
    method: PaymentMethod
    purpose: Purpose = Purpose.orders
    parts: tuple[Part, ...]

    @property
    def order_ids(self) -> list[int]:
        """The orders it pays."""
        return [part.order_id for part in self.parts]


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What a callback that was believed means: this payment is paid; its parts wait for the word of who asked for it."""

    payment_id: int
    payer_id: int
    channel_id: int
    purpose: Purpose
    channel_txn: str
    paid_at: datetime
    parts: tuple[Part, ...]
    method: PaymentMethod = PaymentMethod.channel


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """Received goods of one order, to be paid out to its seller.

    `goods_minor` has one amount per line, freight is free of commission. `charged_minor` says of each line from which
    amount to which its commission is counted, so that it is rounded once per line however many parcels it comes in;
    without it each amount is a whole line. `key` makes it happen once within the order; `rules` are the versions the order has pinned.
    """

    order_id: int
    seller_id: int
    key: str
    goods_minor: tuple[int, ...]
    freight_minor: int = 0
    charged_minor: tuple[tuple[int, int], ...] = ()
    rules: Mapping[str, int] = {}
    order_number: str = ""
    escrow_id: int = 0
    """Whose escrow it comes out of: a stage's, or the order's own where none is named."""
    subsidy_minor: int = 0
    """What of it the market pays in the buyer's place: it is in escrow, whoever lends the buyer's part."""
    service_minor: int = 0
    """What the seller pays for being paid by a lender, with the tax inside it; commission is counted beside it."""
    funder_minor: int = 0
    """What of the seller's part a funder has advanced and is repaid first."""
    premium_minor: int = 0
    """A premium of freight insurance that the seller gives: out of its part, after the funder and before a carrier."""

    carrier_id: int = 0
    carried_minor: int = 0
    """Freight of waybills that the market gave, owed to this carrier: out of what is left for the seller, as far as it goes."""

    @property
    def amount_minor(self) -> int:
        """Goods and freight."""
        return sum(self.goods_minor) + self.freight_minor


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """Money of an order's escrow that goes back to the buyer; `key` makes it happen once within the order."""

    order_id: int
    payment_id: int
    buyer_id: int
    key: str
    amount_minor: int
    reason: str
    order_number: str = ""
    escrow_id: int = 0
    """Whose escrow it comes out of: a stage's, or the order's own where none is named."""
