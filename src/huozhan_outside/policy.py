"""What an insurer of return freight is asked, and what it keeps and shows: policies, premiums, claims, and its files."""

from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from huozhan_outside.asking import AmountMinor, CarrierCode, Currency, NamedAsk, Reference, Waybill
from huozhan_outside.clock import as_text, day_bounds_ms
from huozhan_outside.loan import Subject
from huozhan_outside.store import Store
from huozhan_outside.trading import SettledTrade

SCHEMA = """
CREATE TABLE IF NOT EXISTS policy (
    policy_ref TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    currency TEXT NOT NULL,
    due_minor INTEGER NOT NULL,
    sum_minor INTEGER NOT NULL,
    premium_minor INTEGER NOT NULL DEFAULT 0,
    paid_minor INTEGER NOT NULL DEFAULT 0,
    is_ended INTEGER NOT NULL DEFAULT 0,
    CHECK (premium_minor IN (0, due_minor)),
    CHECK (paid_minor <= sum_minor)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS policy_deed (
    ref TEXT PRIMARY KEY,
    insurer_txn TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    asked BLOB NOT NULL,
    policy_ref TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claimed_waybill (
    waybill TEXT PRIMARY KEY,
    ref TEXT NOT NULL
) WITHOUT ROWID;
"""

SIGNS = {"premiums": -1, "cancels": 1, "claims": 1}
"""Whether the insurer owes the market for it, or the market the insurer; taking an order on moves no money."""

FIRST_KG_MINOR, NEXT_KG_MINOR, GRAMS_PER_KG = 1_000, 200, 1_000
"""What this insurer holds a return for: its first kilogram, and each one begun after it."""


class AskPolicy(NamedAsk, frozen=True):
    """A market asks that the freight of an order's return be insured, for a premium and up to a sum."""

    policy_ref: Reference
    subject: Subject
    amount_minor: AmountMinor
    sum_minor: AmountMinor
    currency: Currency


class AskPremium(NamedAsk, frozen=True):
    """A premium is owed to the insurer, or a policy ends and its premium is owed back."""

    policy_ref: Reference
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=10**15)]
    currency: Currency


class AskClaim(NamedAsk, frozen=True):
    """Goods were sent back and taken: what their freight cost is to be paid, up to so much."""

    policy_ref: Reference
    carrier_code: CarrierCode
    waybill: Waybill
    weight_g: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    most_minor: AmountMinor
    currency: Currency


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A policy as the market sees it."""

    policy_ref: str
    subject: str
    currency: str
    due_minor: int
    sum_minor: int
    premium_minor: int
    paid_minor: int
    is_ended: bool


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What was done about a policy, and how it stands since."""

    ref: str
    kind: str
    policy_ref: str
    insurer_txn: str
    amount_minor: int
    currency: str
    at: str
    policy: Policy


class KeptDeed(msgspec.Struct, frozen=True):
    """A row of what was done."""

    ref: str
    insurer_txn: str
    kind: str
    asked: bytes
    policy_ref: str
    amount_minor: int
    currency: str
    at_ms: int

    def shown(self, policy: Policy) -> Done:
        """What was done, with the policy as it stands now."""
        return Done(
            ref=self.ref,
            kind=self.kind,
            policy_ref=self.policy_ref,
            insurer_txn=self.insurer_txn,
            amount_minor=self.amount_minor,
            currency=self.currency,
            at=as_text(self.at_ms),
            policy=policy,
        )


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the insurer's file of a day."""

    kind: Literal["premiums", "cancels", "claims"]
    insurer_txn: str
    ref: str
    policy_ref: str
    amount_minor: int
    currency: str
    at: str


def freight_minor(weight_g: int) -> int:
    """What sending so much back costs, as this insurer counts; it knows no carrier's prices."""
    kilograms = max(-(-weight_g // GRAMS_PER_KG), 1)
    return FIRST_KG_MINOR + (kilograms - 1) * NEXT_KG_MINOR


def deed_file(store: Store, day: date) -> list[Movement]:
    """Every premium, premium given back and claim of one day."""
    rows = store.rows(
        "SELECT kind, insurer_txn, ref, policy_ref, amount_minor, currency, at_ms FROM policy_deed"
        " WHERE at_ms >= ? AND at_ms < ? AND kind <> 'policies' AND amount_minor > 0 ORDER BY at_ms, ref",
        *day_bounds_ms(day),
    )
    return [
        Movement(
            kind=kind,
            insurer_txn=insurer_txn,
            ref=ref,
            policy_ref=policy_ref,
            amount_minor=amount_minor,
            currency=currency,
            at=as_text(at_ms),
        )
        for kind, insurer_txn, ref, policy_ref, amount_minor, currency, at_ms in rows
    ]


def settlement_lines(store: Store, day: date) -> list[SettledTrade]:
    """What of the day before moves money, as the insurer owes it: claims and premiums given back, less premiums."""
    return [
        SettledTrade(
            kind=line.kind,
            channel_txn=line.insurer_txn,
            merchant_ref=line.policy_ref,
            merchant_refund_ref=line.ref,
            amount_minor=line.amount_minor,
            currency=line.currency,
            at=line.at,
            fee_minor=0,
            net_minor=SIGNS[line.kind] * line.amount_minor,
        )
        for line in deed_file(store, day - timedelta(days=1))
    ]
