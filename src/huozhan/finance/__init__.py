"""Finance 金融: orders that a lender pays (先采后付), and what buyers owe it; ports and records, never the lender. The front desk.

Asks, views, facts and what the lender answers are reached as `finance.asks.RepayLoan`, `finance.views.LoanView`,
`finance.facts.LoanMoved`, `finance.ports.LenderLoan`.
"""

from huozhan.finance import asks, facts, ports, views
from huozhan.finance.adapters import HttpLender
from huozhan.finance.applying import account_errand, apply_for_limit, note_account
from huozhan.finance.asking import ACCOUNT_JOB, DEED_JOB, LOAN_JOB
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
from huozhan.finance.telling import tell_of_limits, tell_of_loans
from huozhan.finance.verifying import verify
from huozhan.finance.watching import lender_desk

__all__ = [
    "ACCOUNT_JOB",
    "DEED_JOB",
    "LOAN_JOB",
    "PINNED_RULES",
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
    "NothingOwed",
    "account_errand",
    "apply_for_limit",
    "ask_again",
    "asks",
    "authorisation_errand",
    "authorised",
    "authorised_late",
    "believe_loan_file_empty",
    "deed_errand",
    "facts",
    "give_back",
    "hear_lender",
    "lender_desk",
    "limit_of_buyer",
    "loan_of_order",
    "loan_ref",
    "my_loans",
    "my_switches",
    "note_account",
    "note_done",
    "note_lender_settlement",
    "note_loan",
    "note_loan_file",
    "order_loan",
    "owed_by",
    "ports",
    "promised",
    "recheck_loan_files",
    "refund_lent",
    "refund_to_lender",
    "release",
    "repaid",
    "repay_loan",
    "request",
    "switch_finance",
    "tell_of_limits",
    "tell_of_loans",
    "verify",
    "views",
]
