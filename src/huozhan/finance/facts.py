"""What happened between buyers and the lender, told to others after commit."""

from huozhan.kernel.facts import Fact


class LimitDecided(Fact, frozen=True, kw_only=True):
    """The lender has opened a buyer's limit, changed it, or refused it."""

    name = "finance.limit_decided"
    org_id: int
    state: str
    limit_minor: int

    @property
    def about_id(self) -> int:
        """The buyer's organisation."""
        return self.org_id


class LoanMoved(Fact, frozen=True, kw_only=True):
    """A loan became due, overdue, repaid, or was given up; or goods were received and a day is known."""

    name = "finance.loan_moved"
    order_id: int
    order_number: str
    buyer_id: int
    seller_id: int
    event: str
    owed_minor: int
    due_on: str

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id
