"""Money at the custody bank: where a receipt stands, and the account number that each bank payment has of its own."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from huozhan.kernel.ids import human_number, ids_of_human_number
from huozhan.kernel.moves import Moves

ACCOUNT_PREFIX = "8801"
"""With what every virtual account begins that the custody bank keeps for this market."""


class ReceiptState(StrEnum):
    """Where money stands that came to the bank."""

    new = "new"
    waiting = "waiting"
    matched = "matched"
    parked = "parked"
    returning = "returning"
    returned = "returned"


class Parked(StrEnum):
    """Why money waits for a person."""

    unknown_account = "unknown_account"
    no_payment = "no_payment"
    several_payments = "several_payments"
    payment_over = "payment_over"
    third_party = "third_party"
    currency = "currency"
    return_failed = "return_failed"


_S = ReceiptState

MOVES = Moves(
    "bank receipt",
    _S.new,
    {
        # It is some open payment's: all of it that is due has come, or the rest is waited for.
        (_S.new, "wait"): _S.waiting,
        (_S.waiting, "match"): _S.matched,
        (_S.new, "park"): _S.parked,
        # A person says which payment it is for: it is looked at anew.
        (_S.parked, "assign"): _S.new,
        # It goes back: a person or the clock says so, or its payment closed before all had come.
        (_S.parked, "send_back"): _S.returning,
        (_S.waiting, "send_back"): _S.returning,
        (_S.returning, "sent"): _S.returned,
        (_S.returning, "refused"): _S.parked,
    },
)


class PayoutState(StrEnum):
    """Where money stands that goes back to the account it came from."""

    asked = "asked"
    done = "done"
    failed = "failed"
    retried = "retried"


PAYOUT_MOVES = Moves(
    "bank payout",
    PayoutState.asked,
    {
        (PayoutState.asked, "sent"): PayoutState.done,
        (PayoutState.asked, "refused"): PayoutState.failed,
        # A person has it sent once more, under another reference.
        (PayoutState.failed, "retry"): PayoutState.retried,
    },
)


class BankReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Money that came to the custody bank; the payer's number stays sealed."""

    receipt_id: int
    bank_id: int
    bank_txn: str
    amount_minor: int
    currency: str
    payer_name: str
    virtual_account: str
    remark: str
    booked_at: datetime
    state: ReceiptState
    why: str
    payment_id: int | None


class Share(msgspec.Struct, frozen=True):
    """How much of one receipt pays one order."""

    order_id: int
    receipt_id: int
    amount_minor: int


def virtual_account(payment_id: int) -> str:
    """The bank account number of one payment and no other."""
    return human_number(payment_id, ACCOUNT_PREFIX)


def payments_of_account(number: str) -> list[int]:
    """The payments that an account number may be of; empty where it is none of ours."""
    number = "".join(number.split())
    return ids_of_human_number(number[len(ACCOUNT_PREFIX) :]) if number.startswith(ACCOUNT_PREFIX) else []


def shared_out(
    parts: Sequence[tuple[int, int]], receipts: Sequence[tuple[int, int]]
) -> tuple[list[Share], list[tuple[int, int]]]:
    """Fills orders' parts (order, amount) from receipts (receipt, amount) in their order; what is left over comes second."""
    shares: list[Share] = []
    left = dict(receipts)
    for order_id, part_minor in parts:
        due = part_minor
        for receipt_id, available in list(left.items()):
            taken = min(due, available)
            if taken:
                shares.append(Share(order_id, receipt_id, taken))
                left[receipt_id] = available - taken
                due -= taken
        assert due == 0, "shared out only once all that is due has come"
    return shares, [(receipt_id, amount) for receipt_id, amount in left.items() if amount]
