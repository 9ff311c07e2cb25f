"""After-sales 售后: cases about goods that were sent, from the buyer's application to the money. The front desk.

Asks, views and facts are reached as `aftersales.asks.ApplyCase`, `aftersales.views.CasePage`, `aftersales.facts.CaseMoved`.
"""

from huozhan.aftersales import asks, facts, views
from huozhan.aftersales.answering import answer_case, receive_back
from huozhan.aftersales.applying import apply_case, cancel_case, modify_case
from huozhan.aftersales.clocking import case_due, case_refunded
from huozhan.aftersales.looking import case_page, cases_of_order, cases_waiting, my_cases
from huozhan.aftersales.sending import evidence_picture, give_evidence, reveal_return_address, send_back
from huozhan.aftersales.store import SEALED_COLUMNS
from huozhan.aftersales.telling import REFUNDED_JOB, go_on_once_refunded, tell_of_cases
from huozhan.aftersales.verifying import verify

__all__ = [
    "REFUNDED_JOB",
    "SEALED_COLUMNS",
    "answer_case",
    "apply_case",
    "asks",
    "cancel_case",
    "case_due",
    "case_page",
    "case_refunded",
    "cases_of_order",
    "cases_waiting",
    "evidence_picture",
    "facts",
    "give_evidence",
    "go_on_once_refunded",
    "modify_case",
    "my_cases",
    "receive_back",
    "reveal_return_address",
    "send_back",
    "tell_of_cases",
    "verify",
    "views",
]
