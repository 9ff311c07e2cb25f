"""What finance shows."""

from datetime import datetime

from huozhan.kernel.shapes import Id, View


class LoanView(View, frozen=True, kw_only=True):
    """A loan as its buyer sees it: what the lender paid or will pay, what is owed to it and by when."""

    order_id: Id
    order_number: str
    state: str
    authorised_minor: int
    held_minor: int
    """Promised for goods that are not received yet; nothing of it is owed."""
    captured_minor: int
    refunded_minor: int
    repaid_minor: int
    owed_minor: int
    on_its_way_minor: int
    """Repayments and refunds that the lender has not taken yet."""
    due_at: datetime | None
    payment_id: Id | None
    """The payment by which it is being repaid."""


class LimitView(View, frozen=True, kw_only=True):
    """What is known of a buyer's limit at the lender; `state` is empty where none was asked for."""

    state: str
    limit_minor: int
    used_minor: int
    left_minor: int
    apply_url: str
    known_at: datetime | None
    term_days: int
    repays_itself: bool
    """Debts are repaid from the wallet on their due day."""


class LoansView(View, frozen=True, kw_only=True):
    """A buyer's limit and loans."""

    limit: LimitView
    owed_minor: int
    overdue_minor: int
    loans: list[LoanView]
    next_cursor: str | None


class RepayingLoan(View, frozen=True, kw_only=True):
    """A payment was opened to repay a lender."""

    order_id: Id
    payment_id: Id
    amount_minor: int


class SwitchView(View, frozen=True, kw_only=True):
    """Whether a supplier takes orders that a lender pays, at which fee now."""

    what: str
    is_on: bool
    fee_bp: int
    switched_at: datetime | None


class SwitchesView(View, frozen=True, kw_only=True):
    """All that a supplier can switch."""

    switches: list[SwitchView]


class AccountErrand(View, frozen=True, kw_only=True):
    """What the lender needs to know of a buyer."""

    org_id: Id
    state: str
    name: str
    currency: str


class AuthorisationErrand(View, frozen=True, kw_only=True):
    """What the lender needs to know to authorise orders."""

    payment_id: Id
    state: str
    buyer_ref: Id
    amount_minor: int
    currency: str
    subject: str
    expires_at: datetime
    term_days: int
    parts: list[tuple[Id, int]]


class DeedErrand(View, frozen=True, kw_only=True):
    """The oldest thing that is asked of the lender about a loan; `deed_id` is None where nothing is."""

    deed_id: Id | None
    kind: str = ""
    amount_minor: int = 0
    currency: str = ""


class Asked(View, frozen=True, kw_only=True):
    """How much was left to be asked."""

    asked: int


class LenderSaid(View, frozen=True, kw_only=True):
    """What the lender answered that does not fit what was asked."""

    kind: str
    loan_ref: str
    amount_minor: int
    taken_minor: int
    currency: str


class EndingProposed(View, frozen=True, kw_only=True):
    """How one person would end it; another one has to say the same."""

    end: str
    taken_minor: int
    by: str
    is_mine: bool


class OddDeedEnded(View, frozen=True, kw_only=True):
    """What became of it: `asked` again, `done`, or `proposed` until a second person says the same."""

    deed_id: Id
    state: str


class LenderDeedView(View, frozen=True, kw_only=True):
    """Something that is asked of the lender and not done, or done otherwise than asked."""

    deed_id: Id
    order_id: Id
    order_number: str
    kind: str
    amount_minor: int
    state: str
    why: str
    asked_at: datetime
    said: LenderSaid | None
    """None where the lender refused it, or has not answered."""
    ends: list[str]
    """In which ways it can end now."""
    proposed: EndingProposed | None


class AgeLine(View, frozen=True, kw_only=True):
    """What was captured and is not settled by the lender's file yet, by how old it is."""

    days: int
    amount_minor: int


class LenderDesk(View, frozen=True, kw_only=True):
    """The operator's view of the lender: its clearing account, how old it is, what is open and what differs."""

    clearing_minor: int
    held_minor: int
    owed_minor: int
    overdue_minor: int
    ages: list[AgeLine]
    second_person_from_minor: int
    """From which difference on two people end what was answered otherwise."""
    open: list[LenderDeedView]
    settled: list[tuple[str, int]]
