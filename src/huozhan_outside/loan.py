"""What a lender is asked, and what it keeps and shows: accounts of buyers, authorisations, loans, what was done to them."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from huozhan_outside.asking import AmountMinor, Ask, Currency, NamedAsk, Reference, Url
from huozhan_outside.clock import as_text, maybe_text

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
    buyer_ref TEXT PRIMARY KEY,
    account_id TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    limit_minor INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS authorisation (
    ref TEXT PRIMARY KEY,
    authorisation_id TEXT NOT NULL UNIQUE,
    asked BLOB NOT NULL,
    notify_path TEXT NOT NULL,
    state TEXT NOT NULL,
    lender_txn TEXT UNIQUE,
    authorised_at_ms INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS loan (
    loan_ref TEXT PRIMARY KEY,
    buyer_ref TEXT NOT NULL,
    currency TEXT NOT NULL,
    notify_path TEXT NOT NULL,
    term_days INTEGER NOT NULL,
    authorised_minor INTEGER NOT NULL,
    voided_minor INTEGER NOT NULL DEFAULT 0,
    captured_minor INTEGER NOT NULL DEFAULT 0,
    refunded_minor INTEGER NOT NULL DEFAULT 0,
    repaid_minor INTEGER NOT NULL DEFAULT 0,
    stage TEXT NOT NULL DEFAULT 'authorised',
    due_at_ms INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (voided_minor + captured_minor <= authorised_minor),
    CHECK (refunded_minor + repaid_minor <= captured_minor)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS loan_by_buyer ON loan (buyer_ref);
CREATE TABLE IF NOT EXISTS loan_deed (
    ref TEXT PRIMARY KEY,
    lender_txn TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    asked BLOB NOT NULL,
    loan_ref TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    taken_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
"""

Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
TermDays = Annotated[int, msgspec.Meta(ge=1, le=365)]
DeedKind = Literal["captures", "voids", "refunds", "repayments"]


class OpenAccount(Ask, frozen=True):
    """A merchant's buyer wants a limit; the buyer says so itself on the lender's page."""

    buyer_ref: Reference
    name: Subject
    currency: Currency
    notify_url: Url
    return_url: Url

    @property
    def reference(self) -> str:
        return self.buyer_ref


class LoanPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One order of an authorisation: a loan of its own once the buyer has agreed."""

    loan_ref: Reference
    amount_minor: AmountMinor


class AskAuthorisation(Ask, frozen=True):
    """A merchant asks that a buyer's orders be paid by the lender; the buyer agrees once for all of them."""

    merchant: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    merchant_ref: Reference
    buyer_ref: Reference
    amount_minor: AmountMinor
    currency: Currency
    subject: Subject
    loans: Annotated[tuple[LoanPart, ...], msgspec.Meta(min_length=1, max_length=50)]
    term_days: TermDays
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    notify_url: Url
    return_url: Url

    @property
    def reference(self) -> str:
        return self.merchant_ref


class AskDeed(NamedAsk, frozen=True):
    """Something is done to a loan: captured, given free, lessened by a refund, repaid."""

    loan_ref: Reference
    amount_minor: AmountMinor
    currency: Currency


class OwnRepayment(Ask, frozen=True):
    """A buyer who repays at the lender itself, for tests and demonstrations."""

    amount_minor: AmountMinor


class Decision(Ask, frozen=True):
    """What the lender decides of an account, for tests and demonstrations."""

    limit_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer's account as the merchant sees it."""

    buyer_ref: str
    state: str
    currency: str
    limit_minor: int
    used_minor: int
    apply_url: str
    version: int


class Authorisation(msgspec.Struct, frozen=True, kw_only=True):
    """An authorisation as the merchant sees it."""

    merchant: str
    merchant_ref: str
    state: str
    amount_minor: int
    currency: str
    pay_url: str
    channel_txn: str | None
    paid_amount_minor: int | None
    paid_currency: str | None
    paid_at: str | None


class Loan(msgspec.Struct, frozen=True, kw_only=True):
    """A loan as the merchant sees it; a higher version was true later."""

    loan_ref: str
    buyer_ref: str
    currency: str
    stage: str
    authorised_minor: int
    voided_minor: int
    captured_minor: int
    refunded_minor: int
    repaid_minor: int
    due_at: str | None
    version: int


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to a loan: how much of what was asked was taken, and how the loan stands since."""

    ref: str
    kind: str
    loan_ref: str
    lender_txn: str
    amount_minor: int
    taken_minor: int
    currency: str
    at: str
    loan: Loan


class KeptAccount(msgspec.Struct, frozen=True):
    """A row of accounts."""

    buyer_ref: str
    account_id: str
    asked: bytes
    notify_path: str
    state: str
    limit_minor: int
    version: int

    @property
    def order(self) -> OpenAccount:
        return _ACCOUNTS.decode(self.asked)


class KeptAuthorisation(msgspec.Struct, frozen=True):
    """A row of authorisations."""

    ref: str
    authorisation_id: str
    asked: bytes
    notify_path: str
    state: str
    lender_txn: str | None
    authorised_at_ms: int | None

    @property
    def order(self) -> AskAuthorisation:
        return _AUTHORISATIONS.decode(self.asked)

    def shown(self, public_url: str) -> Authorisation:
        """The authorisation as the merchant sees it."""
        order = self.order
        given = self.state == "paid"
        return Authorisation(
            merchant=order.merchant,
            merchant_ref=self.ref,
            state=self.state,
            amount_minor=order.amount_minor,
            currency=order.currency,
            pay_url=f"{public_url}/lender/consent/{self.authorisation_id}",
            channel_txn=self.lender_txn,
            paid_amount_minor=order.amount_minor if given else None,
            paid_currency=order.currency if given else None,
            paid_at=maybe_text(self.authorised_at_ms),
        )


class KeptLoan(msgspec.Struct, frozen=True):
    """A row of loans."""

    loan_ref: str
    buyer_ref: str
    currency: str
    notify_path: str
    term_days: int
    authorised_minor: int
    voided_minor: int
    captured_minor: int
    refunded_minor: int
    repaid_minor: int
    stage: str
    due_at_ms: int | None
    version: int

    @property
    def held_minor(self) -> int:
        """Authorised, and neither captured nor given free."""
        return self.authorised_minor - self.voided_minor - self.captured_minor

    @property
    def owed_minor(self) -> int:
        """What the buyer owes."""
        return self.captured_minor - self.refunded_minor - self.repaid_minor

    def shown(self) -> Loan:
        """The loan as the merchant sees it."""
        facts: dict[str, Any] = {
            name: getattr(self, name) for name in Loan.__struct_fields__ if name in KeptLoan.__struct_fields__
        }
        return Loan(**facts, due_at=maybe_text(self.due_at_ms))


class KeptDeed(msgspec.Struct, frozen=True):
    """A row of what was done."""

    ref: str
    lender_txn: str
    kind: str
    asked: bytes
    loan_ref: str
    amount_minor: int
    taken_minor: int
    currency: str
    at_ms: int

    def shown(self, loan: Loan) -> Done:
        """What was done, with the loan as it stands now."""
        return Done(
            ref=self.ref,
            kind=self.kind,
            loan_ref=self.loan_ref,
            lender_txn=self.lender_txn,
            amount_minor=self.amount_minor,
            taken_minor=self.taken_minor,
            currency=self.currency,
            at=as_text(self.at_ms),
            loan=loan,
        )


_ACCOUNTS = msgspec.json.Decoder(OpenAccount)
_AUTHORISATIONS = msgspec.json.Decoder(AskAuthorisation)
