"""What is asked of payments through a door."""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from huozhan import parties
from huozhan.kernel.money import AMOUNT_MINOR_MAX
from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason, ShortText

AccountNumber = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9A-Za-z ]{6,42}(?!\n)$", examples=["6222021208001234567"])
]
AmountMinor = Annotated[int, msgspec.Meta(ge=1, le=AMOUNT_MINOR_MAX)]


STATEMENT_CHARACTERS_MAX = 900_000


class PaymentAsk(Ask, frozen=True, kw_only=True):
    """One payment."""

    payment_id: Id


class MyPayments(Ask, frozen=True, kw_only=True):
    """A page of the organisation's own payments, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


FundSide = Literal["seller", "buyer"]
FundSort = Literal[
    "",
    "proceeds",
    "payment",
    "refund",
    "compensation",
    "deposit",
    "freight",
    "insurance",
    "debt",
    "withdrawal",
]
AmountLimit = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MINOR_MAX)]


class Wanted(Ask, frozen=True, kw_only=True):
    """Which changes are looked for: within days of the market (both included), of one sort, about one order, of some size."""

    from_on: date | None = None
    until_on: date | None = None
    sort: FundSort = ""
    number: Annotated[str, msgspec.Meta(max_length=40)] = ""
    least_minor: AmountLimit | None = None
    most_minor: AmountLimit | None = None


class FundLines(Wanted, frozen=True, kw_only=True):
    """A page of what moved the organisation's money, on one side of its trade or in one account, newest first."""

    side: Literal["", "seller", "buyer"] = ""
    account: Literal["", "pending", "available", "deposit", "debt", "wallet"] = ""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ListMonths(Ask, frozen=True, kw_only=True):
    """The months of one side of the organisation's trade."""

    side: FundSide = "seller"


class AskExport(Wanted, frozen=True, kw_only=True):
    """Have records written to a file: what is looked for, or as a `statement` all of some days with what they began and
    ended with."""

    side: FundSide = "seller"
    kind: Literal["records", "statement"] = "records"
    format: Literal["csv", "xlsx", "pdf"] = "csv"


class MyExports(Ask, frozen=True, kw_only=True):
    """A page of the organisation's files, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ExportRef(Ask, frozen=True, kw_only=True):
    """One of the organisation's files."""

    export_id: Id


class ExportErrandAsk(Ask, frozen=True, kw_only=True):
    """One file that the worker is to write."""

    org_id: Id
    export_id: Id


class ExportPage(ExportErrandAsk, frozen=True, kw_only=True):
    """The next lines of a file that the worker writes."""

    cursor: Cursor = ""
    done: int = 0


class EndExport(ExportErrandAsk, frozen=True, kw_only=True):
    """A file that was written, or why it could not be."""

    content: bytes = b""
    trouble: str = ""


class CheckStatement(Ask, frozen=True, kw_only=True):
    """The SHA-256 of a file that somebody was given, in hexadecimal digits."""

    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{64}(?!\n)$", examples=["0" * 64])]


class PayDeposit(Ask, frozen=True, kw_only=True):
    """So much is to be put down as a deposit."""

    amount_minor: AmountMinor


class Penalise(Ask, frozen=True, kw_only=True):
    """A penalty that a seller pays out of its deposit, and why."""

    org_id: Id
    amount_minor: AmountMinor
    reason: Reason


class FillPool(Ask, frozen=True, kw_only=True):
    """So much of the market's own money is set aside for claims that badges promise, and why."""

    amount_minor: AmountMinor
    reason: Reason


class ListDeposits(Ask, frozen=True, kw_only=True):
    """A page of sellers with a deposit or a debt, in order of their ids."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class SellersAfter(Ask, frozen=True, kw_only=True):
    """The next sellers of a round."""

    after: int = 0
    limit: int = 500


class ExportFunds(Ask, frozen=True, kw_only=True):
    """The seller's money line by line for a spreadsheet, so many lines at once."""

    cursor: Cursor = ""


class MyWithdrawals(Ask, frozen=True, kw_only=True):
    """A page of the organisation's withdrawals, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class AddBankAccount(Ask, frozen=True, kw_only=True):
    """The account that withdrawals go to from now on."""

    number: AccountNumber
    holder: ShortText
    bank_name: ShortText


class Withdraw(Ask, frozen=True, kw_only=True):
    """Send money to the bank account, a seller's available or a buyer's wallet; `code` is the person's second step."""

    account_id: Id
    amount_minor: AmountMinor
    source: Literal["available", "wallet"] = "available"
    code: parties.StepCode = ""


class WithdrawalRef(Ask, frozen=True, kw_only=True):
    """One of the organisation's withdrawals."""

    withdrawal_id: Id


class ApproveWithdrawal(Ask, frozen=True, kw_only=True):
    """Say yes to a colleague's withdrawal; `code` is one's own second step."""

    withdrawal_id: Id
    code: parties.StepCode = ""


class AnswerWithdrawal(Ask, frozen=True, kw_only=True):
    """Say no to a withdrawal, and why."""

    withdrawal_id: Id
    reason: Reason


class NoteCallback(Ask, frozen=True, kw_only=True):
    """What an outside party sent, or answered when it was asked; `is_genuine` says its signature held."""

    party: str
    message_id: str
    body: bytes
    is_genuine: bool
    merchant: str = ""
    """The name that the channel knows us by; a payment of anybody else is none of ours."""
    is_answer: bool = False


class CallbackAsk(Ask, frozen=True, kw_only=True):
    """One noted callback."""

    callback_id: Id


class AboutAsk(Ask, frozen=True, kw_only=True):
    """One payment, refund or withdrawal that the worker runs an errand for."""

    about_id: Id


class RefundAsk(Ask, frozen=True, kw_only=True):
    """One refund of one payment."""

    payment_id: Id
    refund_id: Id


class TransferAsk(Ask, frozen=True, kw_only=True):
    """One withdrawal of one organisation."""

    org_id: Id
    withdrawal_id: Id


class ListReceipts(Ask, frozen=True, kw_only=True):
    """A page of money that came under references nobody made, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ReturnReceipt(Ask, frozen=True, kw_only=True):
    """Parked money, and why it goes back to whoever paid it."""

    receipt_id: Id
    reason: Reason


class SettleReceipt(Ask, frozen=True, kw_only=True):
    """Money in another currency that the channel will not send back, and how the payer got it instead."""

    receipt_id: Id
    reason: Reason


class ReceiptAsk(Ask, frozen=True, kw_only=True):
    """One receipt that the worker runs an errand for."""

    receipt_id: Id


class NoteOpened(Ask, frozen=True, kw_only=True):
    """The channel has opened a payment; there the payer can pay."""

    payment_id: Id
    pay_url: str


class CarrierPayoutAsk(Ask, frozen=True):
    """Money that is to go to a carrier."""

    carrier_id: Id
    payout_id: Id


class RefuseAsk(Ask, frozen=True, kw_only=True):
    """A refund (of a payment), a return or payout (of a receipt), a transfer (of an organisation), money of a carrier, that its party will never do."""

    what: Literal["refund", "return", "transfer", "payout", "carrier"]
    of: Id
    ref: Id
    why: str


class Reconcile(Ask, frozen=True, kw_only=True):
    """The day whose files are to be fetched and compared: its trades, and what was settled on it."""

    on: date


class TradeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the channel's files; the total at a settlement's end carries no references.

    `merchant` is empty where the file says it once for all of its lines; `fee_minor` is known once it is settled.
    """

    kind: str
    currency: str
    channel_txn: str = ""
    merchant_ref: str = ""
    merchant_refund_ref: str | None = None
    amount_minor: int = 0
    fee_minor: int = 0
    at: datetime | None = None
    merchant: str = ""


class NoteFile(Ask, frozen=True, kw_only=True):
    """The channel's file of a day; `merchant` is the name it knows us by."""

    on: date
    merchant: str
    lines: list[TradeLine]
    unread: list[str] = []
    """Lines that nobody can read, as they came."""


FileSource = Literal[
    "trades", "settlement", "bank", "lender", "lender_settlement", "funder", "funder_settlement", "carrier",
    "insurer", "insurer_settlement",
]  # fmt: skip
"""Files of a day that are waited for; a lender's and a funder's are what it did, and what passed between the banks."""


class ReconcileDue(Ask, frozen=True, kw_only=True):
    """Whose files the worker can fetch."""

    sources: tuple[FileSource, ...]


class BankDayLine(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of a closed day of the custody bank; `ref` is ours where we asked for it, or names a settlement."""

    bank_txn: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    direction: Literal["in", "out"]
    ref: str = ""
    amount_minor: AmountMinor
    currency: str
    at: datetime | None = None


class BankDayTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What a closed day began and ended with in one currency, in minor units."""

    currency: str
    opening_minor: int
    in_minor: int = 0
    out_minor: int = 0
    closing_minor: int
    count: int = 0


class NoteBankDay(Ask, frozen=True, kw_only=True):
    """A closed day of the custody bank: every movement, and its balances by currency."""

    on: date
    lines: list[BankDayLine]
    totals: list[BankDayTotal]
    unread: list[str] = []


class ListDifferences(Ask, frozen=True, kw_only=True):
    """A page of differences between the parties' files and our rows: the open ones, or all; of one source, or all."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE
    state: Literal["open", "all"] = "open"
    source: Literal["all", "trades", "settlement", "bank", "lender", "funder", "carrier", "insurer"] = "all"


class BelieveEmpty(Ask, frozen=True, kw_only=True):
    """A file that comes empty although we hold something for done on its day, and why it is to be taken so."""

    on: date
    source: FileSource
    reason: Reason


class EndDifference(Ask, frozen=True, kw_only=True):
    """How a difference ends: its reason is known, its fee is taken as it is, or what is missing is written off."""

    difference_id: Id
    end: Literal["explain", "accept", "write_off"]
    reason: Reason


class NoteStatement(Ask, frozen=True, kw_only=True):
    """Lines of a statement as the bank told them, one JSON object in each."""

    body: bytes


class ImportStatement(Ask, frozen=True, kw_only=True):
    """A statement as a table (CSV); its first row names the columns, in Chinese or as the API does."""

    content: Annotated[str, msgspec.Meta(min_length=1, max_length=STATEMENT_CHARACTERS_MAX)]


class ListBankReceipts(Ask, frozen=True, kw_only=True):
    """A page of money that came to the bank, newest first; all of it or what is not settled yet."""

    open: bool = False
    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class ListRefusedLines(Ask, frozen=True, kw_only=True):
    """A page of statement lines that nobody can credit, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class AssignBankReceipt(Ask, frozen=True, kw_only=True):
    """Parked money, the account number of the payment it is for, and how one knows."""

    receipt_id: Id
    account_no: Annotated[
        str, msgspec.Meta(min_length=6, max_length=64, examples=["88010123456789012345678"])
    ]
    reason: Reason


class ReturnBankReceipt(Ask, frozen=True, kw_only=True):
    """Parked money, and why it goes back to the account it came from."""

    receipt_id: Id
    reason: Reason


class PayoutAsk(Ask, frozen=True, kw_only=True):
    """Money on its way back that the worker runs an errand for."""

    receipt_id: Id
    payout_id: Id


class ListFailedPayouts(Ask, frozen=True, kw_only=True):
    """A page of refunds that the bank could not pay to the account they came from, newest first."""

    cursor: Cursor = ""
    size: PageSize = PAGE_SIZE


class RetryPayout(Ask, frozen=True, kw_only=True):
    """A refund that the bank could not pay, and why it may go now."""

    receipt_id: Id
    payout_id: Id
    reason: Reason
