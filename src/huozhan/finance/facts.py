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


class FundingDecided(Fact, frozen=True, kw_only=True):
    """The funder has opened a supplier's limit, or stopped it."""

    name = "finance.funding_decided"
    org_id: int
    state: str
    limit_minor: int

    @property
    def about_id(self) -> int:
        """The supplier's organisation."""
        return self.org_id


class AdvanceGiven(Fact, frozen=True, kw_only=True):
    """The funder has advanced what a parcel will bring."""

    name = "finance.advance_given"
    order_id: int
    order_number: str
    seller_id: int
    paid_out_minor: int
    fee_minor: int

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id


class AdvanceRefused(Fact, frozen=True, kw_only=True):
    """The funder does not advance a parcel; its goods are paid as always."""

    name = "finance.advance_refused"
    order_id: int
    order_number: str
    seller_id: int
    why: str

    @property
    def about_id(self) -> int:
        """The order."""
        return self.order_id


class LoanDebited(Fact, frozen=True, kw_only=True):
    """A loan's due day came: so much was taken from the buyer's wallet, and so much is still owed."""

    name = "finance.loan_debited"
    order_id: int
    order_number: str
    buyer_id: int
    taken_minor: int
    rest_minor: int
    due_on: str

    @property
    def about_id(self) -> int:
        """The order that was lent."""
        return self.order_id
