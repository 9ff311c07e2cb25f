"""The ledger: accounts, entries that only ever add, holds, and the chain that proves nothing was changed."""

from huozhan.ledger.account import (
    CHART,
    ESCROW,
    Account,
    channel_clearing,
    channel_fees,
    commission,
    custody_bank,
    escrow,
    payable_available,
    payable_pending,
    refund_payable,
    unmatched,
    vat,
    wallet,
    withdrawal,
)
from huozhan.ledger.entry import Entry, Posting
from huozhan.ledger.journal import write_entry

__all__ = [
    "CHART",
    "ESCROW",
    "Account",
    "Entry",
    "Posting",
    "channel_clearing",
    "channel_fees",
    "commission",
    "custody_bank",
    "escrow",
    "payable_available",
    "payable_pending",
    "refund_payable",
    "unmatched",
    "vat",
    "wallet",
    "withdrawal",
    "write_entry",
]
