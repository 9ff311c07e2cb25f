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
from huozhan.ledger.holding import expire_holds, hold, post_hold, void_hold
from huozhan.ledger.journal import write_entry
from huozhan.ledger.posting import NotCovered, post
from huozhan.ledger.proving import verify
from huozhan.ledger.reading import (
    Balance,
    ChainState,
    StatementLine,
    TrialBalance,
    balance,
    balances,
    chain_state,
    draw_trial_balance,
    escrow_balances,
    statement,
    trial_balance,
)
from huozhan.ledger.sealing import BLOCK_ENTRIES_MAX, seal_chain

__all__ = [
    "BLOCK_ENTRIES_MAX",
    "CHART",
    "ESCROW",
    "Account",
    "Balance",
    "ChainState",
    "Entry",
    "NotCovered",
    "Posting",
    "StatementLine",
    "TrialBalance",
    "balance",
    "balances",
    "chain_state",
    "channel_clearing",
    "channel_fees",
    "commission",
    "custody_bank",
    "draw_trial_balance",
    "escrow",
    "escrow_balances",
    "expire_holds",
    "hold",
    "payable_available",
    "payable_pending",
    "post",
    "post_hold",
    "refund_payable",
    "seal_chain",
    "statement",
    "trial_balance",
    "unmatched",
    "vat",
    "verify",
    "void_hold",
    "wallet",
    "withdrawal",
    "write_entry",
]
