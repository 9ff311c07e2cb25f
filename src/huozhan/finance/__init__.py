"""Finance 金融: orders that a lender pays (先采后付), what a funder advances sellers (极速到账); ports and records, never the lender. The front desk.

Asks, views, facts and what the lender answers are reached as `finance.asks.RepayLoan`, `finance.views.LoanView`,
`finance.facts.LoanMoved`, `finance.ports.LenderLoan`.
"""

from huozhan.finance import asks, facts, funder_asks, funder_ports, funder_views, ports, views
from huozhan.finance.adapters import HttpLender
from huozhan.finance.advance import Brought, PickedUp
from huozhan.finance.advancing import (
    ADVANCE_JOB,
    FAST_RULES,
    FEE,
    goods_settled,
    picked_up,
    takes_advances,
    why_not,
)
from huozhan.finance.applying import account_errand, apply_for_limit, note_account
from huozhan.finance.asking import ACCOUNT_JOB, DEBIT_JOB, DEED_JOB, LOAN_JOB
from huozhan.finance.debiting import agree_to_debit, debit_loan, debits_due
from huozhan.finance.ending import CannotEndSo, SecondPersonNeeded, end_odd_deed
from huozhan.finance.funder_adapter import HttpFunder
from huozhan.finance.funder_ending import AdvanceTakenBack, end_deed
from huozhan.finance.funder_hearing import (
    advance_errand,
    advance_ref,
    ask_funder_again,
    hear_funder,
    note_advance_done,
)
from huozhan.finance.funder_ports import Funder, FunderDone
from huozhan.finance.funder_reconciling import (
    believe_advance_file_empty,
    note_advance_file,
    note_funder_settlement,
    recheck_advance_files,
)
from huozhan.finance.funder_telling import tell_of_advances, tell_of_funding
from huozhan.finance.funder_watching import funder_desk, odd_advance_deeds_waiting, spoken_for
from huozhan.finance.hearing import (
    ask_again,
    authorisation_errand,
    deed_errand,
    hear_lender,
    loan_ref,
    note_done,
    note_loan,
    refund_to_lender,
)
from huozhan.finance.lending import (
    PINNED_RULES,
    LimitOfBuyer,
    authorised,
    authorised_late,
    give_back,
    limit_of_buyer,
    promised,
    refund_lent,
    release,
    request,
)
from huozhan.finance.loan import LentOrder, LoanState
from huozhan.finance.looking import (
    loan_of_order,
    my_loans,
    my_switches,
    order_loan,
    owed_by,
    switch_finance,
)
from huozhan.finance.ports import Lender, LenderAccount, LenderDone, LenderLoan, LenderPart
from huozhan.finance.reconciling import (
    believe_loan_file_empty,
    note_lender_settlement,
    note_loan_file,
    recheck_loan_files,
)
from huozhan.finance.repaying import MoreThanOwed, NothingOwed, repaid, repay_loan
from huozhan.finance.switching import (
    FUNDER_ACCOUNT_JOB,
    NoFunding,
    advances_on_order,
    apply_for_fast_arrival,
    fast_arrival,
    funder_errand,
    note_funder_account,
    switch_fast_arrival,
)
from huozhan.finance.telling import tell_of_debits, tell_of_limits, tell_of_loans
from huozhan.finance.verifying import clearing_since, verify
from huozhan.finance.watching import lender_desk, odd_deeds_waiting

__all__ = [
    "ACCOUNT_JOB",
    "ADVANCE_JOB",
    "DEBIT_JOB",
    "DEED_JOB",
    "FAST_RULES",
    "FEE",
    "FUNDER_ACCOUNT_JOB",
    "LOAN_JOB",
    "PINNED_RULES",
    "AdvanceTakenBack",
    "Brought",
    "CannotEndSo",
    "Funder",
    "FunderDone",
    "HttpFunder",
    "HttpLender",
    "Lender",
    "LenderAccount",
    "LenderDone",
    "LenderLoan",
    "LenderPart",
    "LentOrder",
    "LimitOfBuyer",
    "LoanState",
    "MoreThanOwed",
    "NoFunding",
    "NothingOwed",
    "PickedUp",
    "SecondPersonNeeded",
    "account_errand",
    "advance_errand",
    "advance_ref",
    "advances_on_order",
    "agree_to_debit",
    "apply_for_fast_arrival",
    "apply_for_limit",
    "ask_again",
    "ask_funder_again",
    "asks",
    "authorisation_errand",
    "authorised",
    "authorised_late",
    "believe_advance_file_empty",
    "believe_loan_file_empty",
    "clearing_since",
    "debit_loan",
    "debits_due",
    "deed_errand",
    "end_deed",
    "end_odd_deed",
    "facts",
    "fast_arrival",
    "funder_asks",
    "funder_desk",
    "funder_errand",
    "funder_ports",
    "funder_views",
    "give_back",
    "goods_settled",
    "hear_funder",
    "hear_lender",
    "lender_desk",
    "limit_of_buyer",
    "loan_of_order",
    "loan_ref",
    "my_loans",
    "my_switches",
    "note_account",
    "note_advance_done",
    "note_advance_file",
    "note_done",
    "note_funder_account",
    "note_funder_settlement",
    "note_lender_settlement",
    "note_loan",
    "note_loan_file",
    "odd_advance_deeds_waiting",
    "odd_deeds_waiting",
    "order_loan",
    "owed_by",
    "picked_up",
    "ports",
    "promised",
    "recheck_advance_files",
    "recheck_loan_files",
    "refund_lent",
    "refund_to_lender",
    "release",
    "repaid",
    "repay_loan",
    "request",
    "spoken_for",
    "switch_fast_arrival",
    "switch_finance",
    "takes_advances",
    "tell_of_advances",
    "tell_of_debits",
    "tell_of_funding",
    "tell_of_limits",
    "tell_of_loans",
    "verify",
    "views",
    "why_not",
]
