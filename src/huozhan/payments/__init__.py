"""Payments: what buyers pay and sellers receive, spoken for with the channel and the bank."""

from huozhan.payments.asks import (
    AddBankAccount,
    FundLines,
    MyPayments,
    MyWithdrawals,
    NoteCallback,
    PaymentAsk,
    Withdraw,
)
from huozhan.payments.facts import (
    PaymentClosed,
    PaymentMismatched,
    PaymentSettled,
    RefundDone,
    WithdrawalDone,
    WithdrawalFailed,
)
from huozhan.payments.payment import Part, PaymentState, Refund, Release, Settled
from huozhan.payments.views import BankAccounts, FundLine, Funds, PaymentView, WithdrawalView

__all__ = [
    "AddBankAccount",
    "BankAccounts",
    "FundLine",
    "FundLines",
    "Funds",
    "MyPayments",
    "MyWithdrawals",
    "NoteCallback",
    "Part",
    "PaymentAsk",
    "PaymentClosed",
    "PaymentMismatched",
    "PaymentSettled",
    "PaymentState",
    "PaymentView",
    "Refund",
    "RefundDone",
    "Release",
    "Settled",
    "Withdraw",
    "WithdrawalDone",
    "WithdrawalFailed",
    "WithdrawalView",
]
