"""Credit 账期: what sellers trust their buyers with, and how it is billed and paid. The front desk.

Asks, views and facts are reached as `credit.asks.GrantCredit`, `credit.views.AgreementView`, `credit.facts.BillMade`.
"""

from huozhan.credit import asks, facts, views
from huozhan.credit.agreement import OrgSize
from huozhan.credit.clock import credit_day_due
from huozhan.credit.disputing import answer_dispute, dispute_bill
from huozhan.credit.granting import (
    accept_credit,
    decline_credit,
    end_credit,
    grant_credit,
    resume_credit,
    suspend_credit,
)
from huozhan.credit.looking import credit_given, credit_page, my_credit, order_credit, owed_by, terms_of_order
from huozhan.credit.noting import note
from huozhan.credit.opening import my_open_credit, say_open_credit
from huozhan.credit.repaying import repaid, repay_credit
from huozhan.credit.telling import TELLINGS, tell_of_credit
from huozhan.credit.term import TermKind
from huozhan.credit.using import CreditOffer, bill, free, offers, take
from huozhan.credit.verifying import orders_on_credit, verify

__all__ = [
    "TELLINGS",
    "CreditOffer",
    "OrgSize",
    "TermKind",
    "accept_credit",
    "answer_dispute",
    "asks",
    "bill",
    "credit_day_due",
    "credit_given",
    "credit_page",
    "decline_credit",
    "dispute_bill",
    "end_credit",
    "facts",
    "free",
    "grant_credit",
    "my_credit",
    "my_open_credit",
    "note",
    "offers",
    "order_credit",
    "orders_on_credit",
    "owed_by",
    "repaid",
    "repay_credit",
    "resume_credit",
    "say_open_credit",
    "suspend_credit",
    "take",
    "tell_of_credit",
    "terms_of_order",
    "verify",
    "views",
]
