"""What buyers and sellers see of credit terms."""

from datetime import date, datetime

from huozhan.catalogue import CreditTerms
from huozhan.kernel.shapes import Bilingual, Id, View


class OpenCreditView(View, frozen=True, kw_only=True):
    """What a shop says of credit to buyers it does not know yet."""

    terms: CreditTerms | None


class TermsView(View, frozen=True, kw_only=True):
    """Terms of credit: `term_day` counts days after receipt, or names the day of the month."""

    version: int
    limit_minor: int
    term_kind: str
    term_day: int
    grace_days: int
    expires_on: date
    seller_size: str
    custom: str


class AgreementView(View, frozen=True, kw_only=True):
    """A credit line as one of its sides sees it.

    `used_minor` of the limit is held for orders (`held_minor`) or owed for goods received (`owed_minor`); interest for
    being late comes on top. `why` says why the line takes no orders now, in words under `trade_type.why.<why>`.
    """

    agreement_id: Id
    side: str
    counterparty_id: Id
    counterparty: Bilingual
    state: str
    reason: str
    why: str
    terms: TermsView | None
    offered: TermsView | None
    """Terms that wait for the buyer's yes."""
    used_minor: int
    held_minor: int
    owed_minor: int
    left_minor: int
    overdue_minor: int
    overdue_since_on: date | None
    interest_minor: int
    next_due_on: date | None
    next_due_minor: int


class StatementView(View, frozen=True, kw_only=True):
    """A statement as it was frozen, and what of it is open now."""

    statement_id: Id
    due_on: date
    stated_at: datetime
    amount_minor: int
    bills: int
    open_minor: int


class DisputeView(View, frozen=True, kw_only=True):
    """A question about a part of a bill, and its answer."""

    dispute_id: Id
    state: str
    amount_minor: int
    reason: str
    answer: str


class BillView(View, frozen=True, kw_only=True):
    """What one receipt of goods made owed; `dispute_until_on` while it may still be questioned."""

    bill_id: Id
    order_id: Id
    order_number: str
    state: str
    amount_minor: int
    paid_minor: int
    reduced_minor: int
    open_minor: int
    interest_minor: int
    received_on: date
    due_on: date
    is_overdue: bool
    statement_id: Id | None
    dispute: DisputeView | None
    dispute_until_on: date | None


class PaymentMadeView(View, frozen=True, kw_only=True):
    """What one payment did: paid bills and interest; `excess_minor` went into the buyer's wallet."""

    payment_id: Id
    paid_at: datetime
    amount_minor: int
    principal_minor: int
    interest_minor: int
    excess_minor: int


class CreditPage(View, frozen=True, kw_only=True):
    """One credit line with its newest statements, bills and payments, and what this side may do now."""

    line: AgreementView
    statements: list[StatementView]
    bills: list[BillView]
    payments: list[PaymentMadeView]
    can: list[str]


class RepayingView(View, frozen=True, kw_only=True):
    """A payment that was opened for what is owed."""

    agreement_id: Id
    payment_id: Id
    amount_minor: int


class OrderCreditView(View, frozen=True, kw_only=True):
    """Where the money of an order on credit is: held, owed by a day, paid."""

    agreement_id: Id
    held_minor: int
    owed_minor: int
    paid_minor: int
    due_on: date | None
    is_overdue: bool
