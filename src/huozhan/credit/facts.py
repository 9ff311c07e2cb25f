"""What happened to a credit line, told to others after commit."""

from huozhan.kernel.facts import Fact


class CreditFact(Fact, frozen=True, kw_only=True):
    """Every fact about a credit line says which one and between whom."""

    agreement_id: int
    seller_id: int
    buyer_id: int

    @property
    def about_id(self) -> int:
        """The agreement."""
        return self.agreement_id


class CreditOffered(CreditFact, frozen=True, kw_only=True):
    """A seller offers terms; the buyer has to say yes."""

    name = "credit.offered"


class CreditAnswered(CreditFact, frozen=True, kw_only=True):
    """The buyer said yes or no."""

    name = "credit.answered"
    accepted: bool


class CreditStopped(CreditFact, frozen=True, kw_only=True):
    """No new orders on credit: suspended or ended by the seller, frozen or ended by the clock."""

    name = "credit.stopped"
    state: str
    by_clock: bool


class CreditResumed(CreditFact, frozen=True, kw_only=True):
    """Orders on credit are taken again: the seller lets them, or what was overdue is paid."""

    name = "credit.resumed"


class BillMade(CreditFact, frozen=True, kw_only=True):
    """Goods were received on credit: what they cost is owed."""

    name = "credit.bill_made"
    order_id: int
    order_number: str
    amount_minor: int
    due_on: str


class StatementMade(CreditFact, frozen=True, kw_only=True):
    """Bills that are due on one day were frozen into a statement."""

    name = "credit.statement_made"
    statement_id: int
    amount_minor: int
    due_on: str


class PaymentReminded(CreditFact, frozen=True, kw_only=True):
    """The buyer is reminded of what is due; `days` after the due day, negative before it."""

    name = "credit.reminded"
    amount_minor: int
    due_on: str
    days: int


class CreditRepaid(CreditFact, frozen=True, kw_only=True):
    """The buyer paid; what was beyond the debt is in the wallet."""

    name = "credit.repaid"
    amount_minor: int
    excess_minor: int


class BillDisputed(CreditFact, frozen=True, kw_only=True):
    """The buyer questions a part of a bill; the seller has to answer."""

    name = "credit.bill_disputed"
    order_number: str
    amount_minor: int


class DisputeAnswered(CreditFact, frozen=True, kw_only=True):
    """The seller agreed, and the part is not owed any more; or did not, and it is due."""

    name = "credit.dispute_answered"
    order_number: str
    amount_minor: int
    agreed: bool
