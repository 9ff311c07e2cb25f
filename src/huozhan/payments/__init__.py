"""Payments: what buyers pay and sellers receive, spoken for with the channel and the bank. The front desk.

Asks, views, facts and what outside parties answer are reached as `payments.asks.Withdraw`, `payments.views.Funds`,
`payments.facts.RefundDone`, `payments.ports.ChannelPayment`.
"""

from huozhan.payments import asks, facts, ports, views
from huozhan.payments.adapters import HttpBank, HttpChannel
from huozhan.payments.advancing import advance
from huozhan.payments.approving import (
    approve_withdrawal,
    refuse_withdrawal,
    take_back_withdrawal,
    withdraw_approval_due,
)
from huozhan.payments.bank_closing import note_bank_day
from huozhan.payments.banking import bank_receipts, failed_payouts, refused_bank_lines
from huozhan.payments.carrier_paying import (
    CarrierAccount,
    answer_carrier_payout,
    ask_carrier_payout,
    carrier_payout_errand,
    carrier_payouts,
    paid_to_carriers,
    payouts_by_id,
)
from huozhan.payments.charging import bear_freight, charge_freight, give_freight_back
from huozhan.payments.comparing import DayFile, compare_day, explain_line, open_differences, recheck
from huozhan.payments.counting import money_waiting
from huozhan.payments.crediting import assign_bank_receipt, import_statement, match_receipt, note_statement
from huozhan.payments.day_closing import DayNumbers, day_numbers, newest_day
from huozhan.payments.days import day_bounds
from huozhan.payments.depositing import (
    deposit,
    fill_pool,
    list_deposits,
    pay_deposit,
    penalise,
    release_deposit,
    watch_deposits,
)
from huozhan.payments.differing import UnreadLine, closing, differences, end_difference, unread_lines
from huozhan.payments.exporting import (
    EXPORT_JOB,
    ask_export,
    check_statement,
    end_export,
    export_errand,
    export_file,
    export_page,
    my_exports,
)
from huozhan.payments.foreign import settle_receipt
from huozhan.payments.funding import (
    funder_settled,
    funder_settlements,
    repaid_to_funder,
    settled_with_funder,
)
from huozhan.payments.funds import export_funds, fund_lines, fund_months, funds, sorts_of
from huozhan.payments.gating import bind_held, held_refunds, let_go, lift_gate, order_of_held, set_gate
from huozhan.payments.giving_back import give_compensation_back
from huozhan.payments.goodwill import Goodwill, give_goodwill
from huozhan.payments.hearing import fetch_statement, hear_callback, note_refused, sweep
from huozhan.payments.matching import Ours
from huozhan.payments.message import write_message
from huozhan.payments.opening import (
    bank_expiry_due,
    close_at_channel,
    method_of,
    my_payments,
    note_closed,
    note_opened,
    open_payment,
    payment,
    payment_errand,
    payment_to_show,
    renew_payment,
)
from huozhan.payments.parking import parked_receipts, receipt_errand, return_receipt
from huozhan.payments.payment import Part, PaymentMethod, PaymentState, Purpose, Refund, Release, Settled
from huozhan.payments.ports import (
    FAST_FUNDER_ID,
    FUNDER_ID,
    Bank,
    BankTransfer,
    Channel,
    ChannelPayment,
    ChannelRefund,
)
from huozhan.payments.proving import verify
from huozhan.payments.real_channels import BadChannel, real_channel
from huozhan.payments.reconciling import (
    believe_empty,
    doubt_sums,
    must_be_doubted,
    note_settlement,
    note_trades,
    recheck_differences,
    reconcile,
    reconcile_due,
)
from huozhan.payments.refunding import (
    end_lender_refund,
    refund_errand,
    refund_escrow,
    refund_under,
    refunds_by_id,
)
from huozhan.payments.releasing import PINNED_RULES, fees_of, release, seller_part, settle_hold_due
from huozhan.payments.sealed import SEALED_COLUMNS
from huozhan.payments.sending_back import (
    bank_return_due,
    payout_errand,
    payout_ref,
    retry_payout,
    return_bank_receipt,
)
from huozhan.payments.settling import hand_over, note_callback, return_late, settle, take_into_escrow
from huozhan.payments.spending import pay_from_wallet, wallet_balance
from huozhan.payments.stages import DirectStage, keep_deposit, take_stage, take_stage_direct
from huozhan.payments.standing import judge
from huozhan.payments.statement import BANK_DAYS
from huozhan.payments.store.goodwill import page as goodwill_page
from huozhan.payments.taking import (
    ClawBack,
    Compensation,
    Earned,
    claw_back,
    compensate,
    left_to_claw_back,
    net_debt,
    takes_of,
)
from huozhan.payments.telling import (
    tell_of_bank_money,
    tell_of_charges,
    tell_of_deposits,
    tell_of_exports,
    tell_of_foreign,
    tell_of_goodwill,
    tell_of_mismatches,
    tell_of_refunds,
    tell_of_withdrawals,
)
from huozhan.payments.watching import callbacks_in_trouble
from huozhan.payments.withdrawing import (
    add_bank_account,
    bank_accounts,
    money_under_way,
    my_withdrawals,
    transfer_errand,
    transfer_ref,
    withdraw,
)

__all__ = [
    "BANK_DAYS",
    "EXPORT_JOB",
    "FAST_FUNDER_ID",
    "FUNDER_ID",
    "PINNED_RULES",
    "SEALED_COLUMNS",
    "BadChannel",
    "Bank",
    "BankTransfer",
    "CarrierAccount",
    "Channel",
    "ChannelPayment",
    "ChannelRefund",
    "ClawBack",
    "Compensation",
    "DayFile",
    "DayNumbers",
    "DirectStage",
    "Earned",
    "Goodwill",
    "HttpBank",
    "HttpChannel",
    "Ours",
    "Part",
    "PaymentMethod",
    "PaymentState",
    "Purpose",
    "Refund",
    "Release",
    "Settled",
    "UnreadLine",
    "add_bank_account",
    "advance",
    "answer_carrier_payout",
    "approve_withdrawal",
    "ask_carrier_payout",
    "ask_export",
    "asks",
    "assign_bank_receipt",
    "bank_accounts",
    "bank_expiry_due",
    "bank_receipts",
    "bank_return_due",
    "bear_freight",
    "believe_empty",
    "bind_held",
    "callbacks_in_trouble",
    "carrier_payout_errand",
    "carrier_payouts",
    "charge_freight",
    "check_statement",
    "claw_back",
    "close_at_channel",
    "closing",
    "compare_day",
    "compensate",
    "day_bounds",
    "day_numbers",
    "deposit",
    "differences",
    "doubt_sums",
    "end_difference",
    "end_export",
    "end_lender_refund",
    "explain_line",
    "export_errand",
    "export_file",
    "export_funds",
    "export_page",
    "facts",
    "failed_payouts",
    "fees_of",
    "fetch_statement",
    "fill_pool",
    "fund_lines",
    "fund_months",
    "funder_settled",
    "funder_settlements",
    "funds",
    "give_compensation_back",
    "give_freight_back",
    "give_goodwill",
    "goodwill_page",
    "hand_over",
    "hear_callback",
    "held_refunds",
    "import_statement",
    "judge",
    "keep_deposit",
    "left_to_claw_back",
    "let_go",
    "lift_gate",
    "list_deposits",
    "match_receipt",
    "method_of",
    "money_under_way",
    "money_waiting",
    "must_be_doubted",
    "my_exports",
    "my_payments",
    "my_withdrawals",
    "net_debt",
    "newest_day",
    "note_bank_day",
    "note_callback",
    "note_closed",
    "note_opened",
    "note_refused",
    "note_settlement",
    "note_statement",
    "note_trades",
    "open_differences",
    "open_payment",
    "order_of_held",
    "paid_to_carriers",
    "parked_receipts",
    "pay_deposit",
    "pay_from_wallet",
    "payment",
    "payment_errand",
    "payment_to_show",
    "payout_errand",
    "payout_ref",
    "payouts_by_id",
    "penalise",
    "ports",
    "real_channel",
    "receipt_errand",
    "recheck",
    "recheck_differences",
    "reconcile",
    "reconcile_due",
    "refund_errand",
    "refund_escrow",
    "refund_under",
    "refunds_by_id",
    "refuse_withdrawal",
    "refused_bank_lines",
    "release",
    "release_deposit",
    "renew_payment",
    "repaid_to_funder",
    "retry_payout",
    "return_bank_receipt",
    "return_late",
    "return_receipt",
    "seller_part",
    "set_gate",
    "settle",
    "settle_hold_due",
    "settle_receipt",
    "settled_with_funder",
    "sorts_of",
    "sweep",
    "take_back_withdrawal",
    "take_into_escrow",
    "take_stage",
    "take_stage_direct",
    "takes_of",
    "tell_of_bank_money",
    "tell_of_charges",
    "tell_of_deposits",
    "tell_of_exports",
    "tell_of_foreign",
    "tell_of_goodwill",
    "tell_of_mismatches",
    "tell_of_refunds",
    "tell_of_withdrawals",
    "transfer_errand",
    "transfer_ref",
    "unread_lines",
    "verify",
    "views",
    "wallet_balance",
    "watch_deposits",
    "withdraw",
    "withdraw_approval_due",
    "write_message",
]
