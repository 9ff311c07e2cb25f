"""The lender's files: what a day brought, and what passes between the two banks for it on the day after."""

from datetime import date, timedelta

import msgspec

from huozhan_outside.clock import as_text, day_bounds_ms
from huozhan_outside.store import Store
from huozhan_outside.trading import SettledTrade

SIGNS = {"captures": 1, "refunds": -1, "repayments": -1}
"""Whether the lender owes the market for it, or the market the lender; what only frees a limit moves no money."""


class Movement(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the lender's file of a day."""

    kind: str
    lender_txn: str
    ref: str
    loan_ref: str
    amount_minor: int
    currency: str
    at: str


def loan_file(store: Store, day: date) -> list[Movement]:
    """Everything that was done to loans on one day, with what of it was taken."""
    rows = store.rows(
        "SELECT kind, lender_txn, ref, loan_ref, taken_minor, currency, at_ms FROM loan_deed"
        " WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms, ref",
        *day_bounds_ms(day),
    )
    return [
        Movement(
            kind=kind,
            lender_txn=lender_txn,
            ref=ref,
            loan_ref=loan_ref,
            amount_minor=taken_minor,
            currency=currency,
            at=as_text(at_ms),
        )
        for kind, lender_txn, ref, loan_ref, taken_minor, currency, at_ms in rows
    ]


def settlement_lines(store: Store, day: date) -> list[SettledTrade]:
    """What of the day before moves money, as the lender owes it."""
    return [
        SettledTrade(
            kind=line.kind,
            channel_txn=line.lender_txn,
            merchant_ref=line.loan_ref,
            merchant_refund_ref=line.ref,
            amount_minor=line.amount_minor,
            currency=line.currency,
            at=line.at,
            fee_minor=0,
            net_minor=SIGNS[line.kind] * line.amount_minor,
        )
        for line in loan_file(store, day - timedelta(days=1))
        if line.kind in SIGNS and line.amount_minor
    ]
