"""Where an order's money is, as its sides see it."""

from datetime import date

from huozhan.kernel.shapes import View


class MoneyView(View, frozen=True, kw_only=True):
    """Where the order's money is now, and where most of it is: `buyer`, `credit`, `owed`, `overdue`, `lender`, `escrow`,
    `seller`, `returned`.
    """

    where: str
    where_minor: int
    due_on: date | None
    """By the end of which day goods on credit are to be paid."""
    to_pay_minor: int
    credit_minor: int
    """What is taken on credit and not received yet: owed once it is."""
    owed_minor: int
    """What is received on credit and not paid."""
    escrow_minor: int
    released_minor: int
    refunded_minor: int
    lender_minor: int = 0
    """What a lender has promised for goods that are not received yet."""
