"""What payments shows: to a buyer, to a seller, to the worker."""

from datetime import date, datetime

from huozhan.kernel.shapes import Bilingual, Id, View


class PaymentPart(View, frozen=True, kw_only=True):
    """An order in a payment, or the deposit that it pays (`about`)."""

    order_id: Id
    amount_minor: int
    about: str = "order"


class PaymentView(View, frozen=True, kw_only=True):
    """A payment as its payer sees it; `pay_url` is empty until the channel has opened it.

    `account_no` is the account of a bank transfer, which this payment has of its own; of what was sent there
    `received_minor` has come.
    """

    payment_id: Id
    method: str
    state: str
    purpose: str
    """`orders`, or `credit`: then its one part is an agreement."""
    amount_minor: int
    currency: str
    subject: str
    pay_url: str
    opened_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    parts: list[PaymentPart]
    account_no: str = ""
    received_minor: int = 0


class StatementNoted(View, frozen=True, kw_only=True):
    """What became of the lines of a statement: new money, known before, refused; the rest is no money that came to us."""

    lines: int
    added: int
    known: int
    refused: int


class BankReceiptView(View, frozen=True, kw_only=True):
    """Money that came to the bank; `why` says what a person has to decide, `account_no` is of the payment it seems to be for."""

    receipt_id: Id
    bank_txn: str
    source: str
    state: str
    why: str
    amount_minor: int
    currency: str
    payer_name: str
    payer_account: str
    payer_bank: str
    virtual_account: str
    remark: str
    booked_at: datetime
    payment_id: Id | None
    account_no: str
    payment_minor: int
    payment_state: str
    subject: str


class RefusedLineView(View, frozen=True, kw_only=True):
    """A statement line that nobody can credit, as it came, and which field is the matter."""

    line_id: Id
    source: str
    bank_txn: str
    why: str
    body: str
    noted_at: datetime


class FailedPayoutView(View, frozen=True, kw_only=True):
    """A refund that the bank could not pay to the account the money came from."""

    receipt_id: Id
    payout_id: Id
    payment_id: Id
    amount_minor: int
    currency: str
    payer_name: str
    payer_account: str
    failed_why: str
    ended_at: datetime


class Funds(View, frozen=True, kw_only=True):
    """A seller's money: earned and waiting, free to withdraw, on its way to the bank, put down as a deposit, owed to
    the market since a moment; and a buyer's wallet."""

    currency: str
    pending_minor: int
    available_minor: int
    in_transit_minor: int
    in_cases_minor: int
    """What is spoken for by after-sales cases of confirmed goods until they end."""
    deposit_minor: int
    debt_minor: int
    owes_since: datetime | None
    wallet_minor: int
    wallet_held_minor: int
    """The part of the wallet that is on its way to the bank."""


class SupplierTake(View, frozen=True, kw_only=True):
    """What a seller paid for an order after the fact, and out of what; our commission that came back to it."""

    cause: str
    amount_minor: int
    available_minor: int
    deposit_minor: int
    pool_minor: int
    debt_minor: int
    commission_minor: int
    taken_at: datetime


class CarrierPayoutView(View, frozen=True, kw_only=True):
    """Money on its way to a carrier; `can` is what the one who looks may do about it."""

    carrier_id: Id
    payout_id: Id
    state: str
    amount_minor: int
    account: str
    account_name: str
    bank_name: str
    asked_at: datetime
    ended_at: datetime | None
    reason: str
    can: list[str]


class FundLine(View, frozen=True, kw_only=True):
    """One change of the money, explained: `event` is a journal code, `memo` what the amounts rest on."""

    line_id: str
    at: datetime
    event: str
    account: str
    change_minor: int
    about_id: Id
    memo: dict[str, str | int]


class FundMonth(View, frozen=True, kw_only=True):
    """A month with what it began and ended with (the running one with what there is now)."""

    first_on: date
    last_on: date
    opening_minor: int
    closing_minor: int


class FundMonths(View, frozen=True, kw_only=True):
    """Months, the running one first."""

    months: list[FundMonth]


class ExportView(View, frozen=True, kw_only=True):
    """A file of records: `waiting` until the worker has written it; `sha256` in hexadecimal digits once it is there."""

    export_id: Id
    kind: str
    side: str
    format: str
    from_on: date
    until_on: date
    state: str
    lines_total: int
    lines_done: int
    trouble: str
    opening_minor: int
    closing_minor: int
    sha256: str
    asked_at: datetime
    ended_at: datetime | None


class ExportFile(View, frozen=True, kw_only=True):
    """A file of records with its content."""

    file_name: str
    format: str
    content: bytes


class ExportErrand(View, frozen=True, kw_only=True):
    """What the worker needs to know to write a file: whose it is, its days and what they began and ended with by account."""

    state: str
    kind: str
    side: str
    format: str
    lang: str
    name_zh: str
    name_en: str
    from_on: date
    until_on: date
    lines_total: int
    opening: dict[str, int]
    closing: dict[str, int]
    opening_minor: int
    closing_minor: int


class StatementCheck(View, frozen=True, kw_only=True):
    """Whether this market made a file with that hash, for whom and about which days."""

    is_known: bool
    organisation: Bilingual = Bilingual()
    kind: str = ""
    side: str = ""
    format: str = ""
    from_on: date | None = None
    until_on: date | None = None
    made_at: datetime | None = None


class DepositView(View, frozen=True, kw_only=True):
    """A seller's deposit beside what the rules ask; `missing_minor` is what would make it whole, debts included."""

    deposit_minor: int
    required_minor: int
    floor_minor: int
    debt_minor: int
    missing_minor: int
    restricted_why: str
    """Why the shop may not sell now: `deposit`, `closed`, or empty."""


class PayingDeposit(View, frozen=True, kw_only=True):
    """A payment that was opened for a deposit."""

    payment_id: Id
    amount_minor: int


class DepositLine(View, frozen=True, kw_only=True):
    """One seller's deposit and debt, and how it stands against the rules."""

    org_id: Id
    organisation: Bilingual
    deposit_minor: int
    debt_minor: int
    state: str


class DepositsView(View, frozen=True, kw_only=True):
    """What the pool holds, what the rules ask, and a page of sellers."""

    pool_minor: int
    required_minor: int
    floor_minor: int
    sellers: list[DepositLine]
    next_cursor: str | None


class SellersJudged(View, frozen=True, kw_only=True):
    """The last seller of a part of the round; 0 where the round is over."""

    last: int


class BankAccountView(View, frozen=True, kw_only=True):
    """A bank account, its number masked."""

    account_id: Id
    number: str
    holder: str
    bank_name: str
    added_at: datetime
    usable_at: datetime
    is_current: bool


class BankAccounts(View, frozen=True, kw_only=True):
    """All bank accounts the organisation has given, the current one first."""

    accounts: list[BankAccountView]


class WithdrawalView(View, frozen=True, kw_only=True):
    """A withdrawal and where it stands."""

    withdrawal_id: Id
    state: str
    source: str
    """`available` or `wallet`."""
    amount_minor: int
    account_number: str
    asked_at: datetime
    approve_until: datetime | None
    """Until when a second person may approve it, where it waits for that."""
    can: list[str]
    """What the one who looks may do: approve, refuse, take_back."""
    ended_at: datetime | None
    reason: str


class Noted(View, frozen=True, kw_only=True):
    """A callback that was written down; `kind` is what it claims to be about."""

    callback_id: Id
    kind: str


class PaymentErrand(View, frozen=True, kw_only=True):
    """What the channel or the lender needs to know to open a payment; a part is an order and its amount."""

    payment_id: Id
    payer_id: Id
    method: str
    state: str
    amount_minor: int
    currency: str
    subject: str
    expires_at: datetime
    parts: list[tuple[Id, int]]


class RefundErrand(View, frozen=True, kw_only=True):
    """What the channel needs to know to pay a refund."""

    refund_id: Id
    payment_id: Id
    state: str
    amount_minor: int
    currency: str


class ReceiptView(View, frozen=True, kw_only=True):
    """Money that came under a reference nobody made, or that a channel did not send back in another currency.

    `parked` waits for a person, `asked` is on its way back, `returned` is back; `settled` was given back another way,
    which `proposed_by` proposed where two people have to agree.
    """

    receipt_id: Id
    merchant_ref: str
    channel_txn: str
    state: str
    amount_minor: int
    currency: str
    returned_minor: int
    paid_at: datetime | None
    parked_at: datetime
    asked_at: datetime | None
    reason: str
    ended_at: datetime | None
    failed_why: str
    settled_minor: int
    proposed_by: str | None
    proposed_why: str


class ReceiptErrand(View, frozen=True, kw_only=True):
    """What the channel needs to know to pay a receipt back."""

    receipt_id: Id
    refund_id: Id
    merchant_ref: str
    state: str
    amount_minor: int
    currency: str


class TransferErrand(View, frozen=True, kw_only=True):
    """What the bank needs to know to pay a withdrawal out; the number is in the clear."""

    withdrawal_id: Id
    state: str
    amount_minor: int
    currency: str
    account_no: str
    account_name: str
    bank_name: str


class Swept(View, frozen=True, kw_only=True):
    """How many answers are owed to us."""

    asked: int


class DifferenceView(View, frozen=True, kw_only=True):
    """What a file of the channel and our rows do not agree on.

    `source` is the file (`trades` or `settlement`), `kind` payment or refund, `ref` our reference. `effect_minor` is what
    the channel's account has more (or less, below zero) than our rows explain; it is booked until the difference ends.
    """

    difference_id: Id
    on: date
    source: str
    kind: str
    ref: str
    channel_txn: str
    sort: str
    channel_minor: int
    ours_minor: int
    effect_minor: int
    said: str
    """What nobody can read, as it came; empty where it can be read."""
    state: str
    found_at: datetime
    ended_at: datetime | None
    reason: str


class ReconciledDay(View, frozen=True, kw_only=True):
    """A file that was compared: its lines, what differed, and what of it is still open."""

    on_day: date
    source: str
    lines: int
    differing: int
    open: int
    noted_at: datetime


class AwaitedFile(View, frozen=True, kw_only=True):
    """A file that is due and was not read: since when it comes empty, and how much we hold for done on its day."""

    on: date
    source: str
    due_at: datetime
    asked_at: datetime | None
    doubted_at: datetime | None
    held: int
    why: str
    said: str
    is_late: bool


class CustodyState(View, frozen=True, kw_only=True):
    """The custody bank's account (102): what is booked on it, and what the bank has told of it."""

    booked_minor: int
    on: date | None = None
    """The newest day that the bank has closed and told; None before the first."""
    closing_minor: int = 0
    untold_minor: int = 0
    """What our rows have more (or less) that the bank's days do not tell yet."""
    missing_on: date | None = None
    """A day before the newest that the bank has not told: what moved on it is in the newest balance, but nobody knows what."""

    @property
    def unexplained_minor(self) -> int:
        """What nothing explains, where every day is told; anything but zero is a fault."""
        if self.on is None or self.missing_on is not None:
            return 0
        return self.booked_minor - self.closing_minor - self.untold_minor


class DayFileState(View, frozen=True, kw_only=True):
    """A file that a day's close needs: read, awaited, late or doubted; its lines and what of them is open."""

    source: str
    on: date
    state: str
    lines: int
    differing: int
    open: int


class ClearingAge(View, frozen=True, kw_only=True):
    """Since when something stands on a clearing account; None where nothing does."""

    code: int
    since: datetime | None
    days_max: int
    is_old: bool


class Closing(View, frozen=True, kw_only=True):
    """The channel's account (101): what is booked on it, and what explains it."""

    days: list[ReconciledDay]
    awaited: list[AwaitedFile]
    custody: CustodyState
    booked_minor: int
    trades_minor: int
    differences_minor: int

    @property
    def unexplained_minor(self) -> int:
        """What nothing explains; anything but zero is a fault."""
        return self.booked_minor - self.trades_minor - self.differences_minor
