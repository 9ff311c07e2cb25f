"""After-sales 售后: cases about goods that were sent, from the buyer's application to the money. The front desk.

Asks, views and facts are reached as `aftersales.asks.ApplyCase`, `aftersales.views.CasePage`, `aftersales.facts.CaseMoved`.
"""

from huozhan.aftersales import asks, facts, views
from huozhan.aftersales.answering import answer_case, receive_back
from huozhan.aftersales.applying import apply_case, cancel_case, modify_case
from huozhan.aftersales.clocking import case_due, case_refunded
from huozhan.aftersales.complaints import complaints_to_judge
from huozhan.aftersales.disputing import (
    appeal_ruling,
    case_escalate_due,
    escalate_case,
    extend_evidence,
)
from huozhan.aftersales.goodwill import give_goodwill, goodwill_given
from huozhan.aftersales.insured import follow_insurance
from huozhan.aftersales.looking import (
    case_page,
    cases_of_order,
    cases_waiting,
    my_cases,
    purchases_in_question,
    sales_in_question,
)
from huozhan.aftersales.released import given_back_after_release
from huozhan.aftersales.replacing import receive_replacement, refund_instead, send_replacement
from huozhan.aftersales.ruling import case_on_file, cases_before_market, cases_to_rule, rule_case
from huozhan.aftersales.sending import (
    evidence_picture,
    give_evidence,
    picture_on_file,
    reveal_return_address,
    send_back,
)
from huozhan.aftersales.store import SEALED_COLUMNS
from huozhan.aftersales.talking import write_about_case
from huozhan.aftersales.telling import REFUNDED_JOB, go_on_once_refunded, tell_of_cases
from huozhan.aftersales.topping import (
    PAID_JOB,
    decline_difference,
    difference_paid,
    note_paid,
    pay_difference,
)
from huozhan.aftersales.verifying import verify

__all__ = [
    "PAID_JOB",
    "REFUNDED_JOB",
    "SEALED_COLUMNS",
    "answer_case",
    "appeal_ruling",
    "apply_case",
    "asks",
    "cancel_case",
    "case_due",
    "case_escalate_due",
    "case_on_file",
    "case_page",
    "case_refunded",
    "cases_before_market",
    "cases_of_order",
    "cases_to_rule",
    "cases_waiting",
    "complaints_to_judge",
    "decline_difference",
    "difference_paid",
    "escalate_case",
    "evidence_picture",
    "extend_evidence",
    "facts",
    "follow_insurance",
    "give_evidence",
    "give_goodwill",
    "given_back_after_release",
    "go_on_once_refunded",
    "goodwill_given",
    "modify_case",
    "my_cases",
    "note_paid",
    "pay_difference",
    "picture_on_file",
    "purchases_in_question",
    "receive_back",
    "receive_replacement",
    "refund_instead",
    "reveal_return_address",
    "rule_case",
    "sales_in_question",
    "send_back",
    "send_replacement",
    "tell_of_cases",
    "verify",
    "views",
    "write_about_case",
]
