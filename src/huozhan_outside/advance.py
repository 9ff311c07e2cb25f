"""What a funder is asked, and what it keeps and shows: advances on parcels, what was done to them, and its files."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from huozhan_outside.asking import AmountMinor, Currency, NamedAsk, Reference
from huozhan_outside.clock import as_text, day_bounds_ms
from huozhan_outside.loan import Subject
from huozhan_outside.store import Store
from huozhan_outside.trading import SettledTrade

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
CREATE TABLE IF NOT EXISTS advance (
    advance_ref TEXT PRIMARY KEY,
    account_ref TEXT NOT NULL,
    currency TEXT NOT NULL,
    advanced_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL,
    repaid_minor INTEGER NOT NULL DEFAULT 0,
    lost_minor INTEGER NOT NULL DEFAULT 0,
    cancelled_minor INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (fee_minor < advanced_minor),
    CHECK (repaid_minor + lost_minor + cancelled_minor <= advanced_minor)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS advance_by_account ON advance (account_ref);
CREATE TABLE IF NOT EXISTS advance_deed (
    ref TEXT PRIMARY KEY,
    funder_txn TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    asked BLOB NOT NULL,
    advance_ref TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    fee_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
"""

Kind = Literal["advances", "repayments", "losses", "cancels"]
SIGNS = {"advances": 1, "repayments": -1, "cancels": -1}
"""Whether the funder owes the market for it, or the market the funder; a loss moves no money."""


class AskAdvance(NamedAsk, frozen=True):
    """A market asks that a supplier be advanced what a parcel will bring, less the funder's fee."""

    advance_ref: Reference
    account_ref: Reference
    subject: Subject
    amount_minor: AmountMinor
    fee_minor: int
    currency: Currency


class AskDeed(NamedAsk, frozen=True):
    """Something is done to an advance: repaid, lost to a refund, or undone before any money moved."""

    advance_ref: Reference
    amount_minor: AmountMinor
    fee_minor: int
    currency: Currency


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """An advance as the market sees it; a higher version was true later."""

    advance_ref: str
    account_ref: str
    currency: str
    advanced_minor: int
    fee_minor: int
    repaid_minor: int
    lost_minor: int
    cancelled_minor: int
    version: int

    @property
    def open_minor(self) -> int:
        """What may still come back."""
        return self.advanced_minor - self.repaid_minor - self.lost_minor - self.cancelled_minor


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to an advance, and how it stands since."""

    ref: str
    kind: str
    advance_ref: str
    funder_txn: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: str
    advance: Advance


class KeptDeed(msgspec.Struct, frozen=True):
    """A row of what was done."""

    ref: str
    funder_txn: str
    kind: str
    asked: bytes
    advance_ref: str
    amount_minor: int
    fee_minor: int
    currency: str
    at_ms: int

    def shown(self, advance: Advance) -> Done:
        """What was done, with the advance as it stands now."""
        return Done(
            ref=self.ref,
            kind=self.kind,
            advance_ref=self.advance_ref,
            funder_txn=self.funder_txn,
            amount_minor=self.amount_minor,
            fee_minor=self.fee_minor,
            currency=self.currency,
            at=as_text(self.at_ms),
            advance=advance,
        )


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the funder's file of a day."""

    kind: str
    funder_txn: str
    ref: str
    advance_ref: str
    amount_minor: int
    fee_minor: int
    currency: str
    at: str


def advance_file(store: Store, day: date) -> list[Movement]:
    """Everything that was done to advances on one day."""
    rows = store.rows(
        "SELECT kind, funder_txn, ref, advance_ref, amount_minor, fee_minor, currency, at_ms FROM advance_deed"
        " WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms, ref",
        *day_bounds_ms(day),
    )
    return [
        Movement(
            kind=kind,
            funder_txn=funder_txn,
            ref=ref,
            advance_ref=advance_ref,
            amount_minor=amount_minor,
            fee_minor=fee_minor,
            currency=currency,
            at=as_text(at_ms),
        )
        for kind, funder_txn, ref, advance_ref, amount_minor, fee_minor, currency, at_ms in rows
    ]


def settlement_lines(store: Store, day: date) -> list[SettledTrade]:
    """What of the day before moves money, as the funder owes it: advances and what undoes them less the fee."""
    return [
        SettledTrade(
            kind=line.kind,
            channel_txn=line.funder_txn,
            merchant_ref=line.advance_ref,
            merchant_refund_ref=line.ref,
            amount_minor=line.amount_minor,
            currency=line.currency,
            at=line.at,
            fee_minor=SIGNS[line.kind] * line.fee_minor,
            net_minor=SIGNS[line.kind] * (line.amount_minor - line.fee_minor),
        )
        for line in advance_file(store, day - timedelta(days=1))
        if line.kind in SIGNS
    ]
