"""Invoicing 发票: what buyers ask for, sellers issue and refunds take back, through the tax party. The front desk.

Asks, views and facts are reached as `invoicing.asks.AskInvoice`, `invoicing.views.InvoicePage`, `invoicing.facts.InvoiceMoved`.
"""

from huozhan.invoicing import asks, facts, views
from huozhan.invoicing.adapters import TAX_HOOK, HttpTaxParty
from huozhan.invoicing.fee_billing import FEE_JOB, bill_fees, retry_fee_invoice, set_fee_issuer
from huozhan.invoicing.fee_hearing import FILES_JOB as FEE_FILES_JOB
from huozhan.invoicing.fee_hearing import ask_fees_again, fee_errand, hear_fee, is_of_fees, keep_fee_file
from huozhan.invoicing.fee_looking import fee_desk, fee_file, my_fee_invoices
from huozhan.invoicing.going import ASK_JOB, FILES_JOB
from huozhan.invoicing.hearing import (
    ask_tax_again,
    hear_record,
    hear_tax,
    keep_tax_file,
    note_tax_message,
    tax_errand,
    tax_message,
    tax_message_worked,
)
from huozhan.invoicing.holding import refund_held_due
from huozhan.invoicing.invoice import InvoiceState, Kind
from huozhan.invoicing.issuing import enter_invoice, invoice_due, issue_invoice, refuse_invoice, void_invoice
from huozhan.invoicing.looking import (
    invoice_file,
    invoice_page,
    invoice_record,
    invoiceable_with,
    invoices_to_issue,
    my_invoices,
    order_invoices,
)
from huozhan.invoicing.ports import TaxAnswer, TaxParty, TaxRecord
from huozhan.invoicing.rating import my_rates, save_rates
from huozhan.invoicing.reddening import confirm_red, follow_order, red_due, retry_red
from huozhan.invoicing.reporting import (
    REPORT_JOB,
    AskReport,
    KeepReport,
    ReportRef,
    ask_report,
    keep_report,
    quarter_of,
    report_errand,
    tax_report_file,
    tax_reports,
)
from huozhan.invoicing.requesting import ask_invoice, withdraw_invoice
from huozhan.invoicing.store import SEALED_COLUMNS
from huozhan.invoicing.telling import FOLLOW_JOB, follow_money_back, tell_of_invoices
from huozhan.invoicing.title import TitleKind
from huozhan.invoicing.titling import drop_title, my_titles, save_title, set_default_title
from huozhan.invoicing.verifying import verify
from huozhan.invoicing.wishing import WISH_JOB, drop_wish, follow_wishes, fulfil_wish, note_wishes

__all__ = [
    "ASK_JOB",
    "FEE_FILES_JOB",
    "FEE_JOB",
    "FILES_JOB",
    "FOLLOW_JOB",
    "REPORT_JOB",
    "SEALED_COLUMNS",
    "TAX_HOOK",
    "WISH_JOB",
    "AskReport",
    "HttpTaxParty",
    "InvoiceState",
    "KeepReport",
    "Kind",
    "ReportRef",
    "TaxAnswer",
    "TaxParty",
    "TaxRecord",
    "TitleKind",
    "ask_fees_again",
    "ask_invoice",
    "ask_report",
    "ask_tax_again",
    "asks",
    "bill_fees",
    "confirm_red",
    "drop_title",
    "drop_wish",
    "enter_invoice",
    "facts",
    "fee_desk",
    "fee_errand",
    "fee_file",
    "follow_money_back",
    "follow_order",
    "follow_wishes",
    "fulfil_wish",
    "hear_fee",
    "hear_record",
    "hear_tax",
    "invoice_due",
    "invoice_file",
    "invoice_page",
    "invoice_record",
    "invoiceable_with",
    "invoices_to_issue",
    "is_of_fees",
    "issue_invoice",
    "keep_fee_file",
    "keep_report",
    "keep_tax_file",
    "my_fee_invoices",
    "my_invoices",
    "my_rates",
    "my_titles",
    "note_tax_message",
    "note_wishes",
    "order_invoices",
    "quarter_of",
    "red_due",
    "refund_held_due",
    "refuse_invoice",
    "report_errand",
    "retry_fee_invoice",
    "retry_red",
    "save_rates",
    "save_title",
    "set_default_title",
    "set_fee_issuer",
    "tax_errand",
    "tax_message",
    "tax_message_worked",
    "tax_report_file",
    "tax_reports",
    "tell_of_invoices",
    "verify",
    "views",
    "void_invoice",
    "withdraw_invoice",
]
