"""A bill: what is owed for goods received together, by when, and how payments meet it. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import msgspec

from huozhan.kernel.money import BASIS_POINTS, divide_half_up
from huozhan.kernel.moves import Moves


class BillState(StrEnum):
    """Where a bill stands; overdue is a matter of the day, not a state."""

    billable = "billable"
    stated = "stated"
    settled = "settled"


MOVES = Moves(
    "credit_bill",
    BillState.billable,
    {
        (BillState.billable, "state"): BillState.stated,
        (BillState.billable, "lessen"): BillState.billable,
        (BillState.billable, "settle"): BillState.settled,
        (BillState.stated, "lessen"): BillState.stated,
        (BillState.stated, "settle"): BillState.settled,
    },
)


class Bill(msgspec.Struct, frozen=True, kw_only=True):
    """What one receipt of goods made owed.

    `amount_minor` is paid, given back (`reduced_minor`) or open. Of a payment the seller has the amount without the
    market's part, which is counted as a share of running totals so that any sequence of payments ends at the same fen.
    `disputed_minor` is carved out of what is open: it is not due while the dispute lasts.
    """

    bill_id: int
    order_id: int
    order_number: str
    state: BillState
    amount_minor: int
    commission_minor: int
    vat_minor: int
    paid_minor: int = 0
    reduced_minor: int = 0
    disputed_minor: int = 0
    received_on: date
    due_on: date
    statement_id: int = 0
    interest_bp: int
    """What one day late costs, in basis points of what is open."""
    interest_minor: int = 0
    """Interest up to `interest_on`, of which `interest_paid_minor` is paid."""
    interest_paid_minor: int = 0
    interest_on: date

    @property
    def open_minor(self) -> int:
        """What is neither paid nor given back."""
        return self.amount_minor - self.paid_minor - self.reduced_minor

    @property
    def due_minor(self) -> int:
        """What is open and not disputed."""
        return self.open_minor - self.disputed_minor

    def accrued(self, day: date) -> "Bill":
        """The bill with its interest counted up to a day: nothing before the due day has passed."""
        days = (day - max(self.interest_on, self.due_on)).days
        if days <= 0:
            return self
        more = divide_half_up(self.due_minor * days * self.interest_bp, BASIS_POINTS)
        return msgspec.structs.replace(self, interest_minor=self.interest_minor + more, interest_on=day)

    def in_state(self, state: BillState) -> "Bill":
        """The bill after a move."""
        return msgspec.structs.replace(self, state=state)

    @property
    def interest_open_minor(self) -> int:
        """Interest that is not paid."""
        return self.interest_minor - self.interest_paid_minor

    def market_share(self, until_minor: int) -> tuple[int, int]:
        """Commission and its tax in the first `until_minor` of the bill that are paid."""
        return (
            divide_half_up(self.commission_minor * until_minor, self.amount_minor),
            divide_half_up(self.vat_minor * until_minor, self.amount_minor),
        )


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """What one payment does to one bill; the bill is already as it stands afterwards."""

    bill: Bill
    principal_minor: int
    interest_minor: int
    commission_minor: int
    vat_minor: int


def pay_off(bills: Sequence[Bill], amount_minor: int) -> tuple[list[Paid], int]:
    """Lets a payment meet bills, the oldest due first: of each its interest, then itself. Tells what is left over.

    The bills are accrued to the day; what is disputed is not touched unless nothing else is open.
    """
    left = amount_minor
    done: dict[int, Paid] = {}
    ordered = sorted(bills, key=lambda bill: (bill.due_on, bill.bill_id))
    for reach in ("due", "open"):
        for bill in ordered:
            at_hand = done[bill.bill_id].bill if bill.bill_id in done else bill
            interest = min(left, at_hand.interest_open_minor)
            room = at_hand.due_minor if reach == "due" else at_hand.open_minor
            principal = min(left - interest, room)
            if interest + principal:
                done[bill.bill_id] = _paid(done.get(bill.bill_id), at_hand, principal, interest)
                left -= interest + principal
    return list(done.values()), left


def _paid(before: Paid | None, bill: Bill, principal: int, interest: int) -> Paid:
    commission_was, vat_was = bill.market_share(bill.paid_minor)
    commission_is, vat_is = bill.market_share(bill.paid_minor + principal)
    paid = msgspec.structs.replace(
        bill,
        paid_minor=bill.paid_minor + principal,
        interest_paid_minor=bill.interest_paid_minor + interest,
        disputed_minor=min(bill.disputed_minor, bill.open_minor - principal),
    )
    return Paid(
        bill=paid,
        principal_minor=principal + (before.principal_minor if before else 0),
        interest_minor=interest + (before.interest_minor if before else 0),
        commission_minor=commission_is - commission_was + (before.commission_minor if before else 0),
        vat_minor=vat_is - vat_was + (before.vat_minor if before else 0),
    )


def is_settled(bill: Bill) -> bool:
    """Tells whether nothing of it, nor of its interest, is open."""
    return bill.open_minor == 0 and bill.interest_open_minor == 0
