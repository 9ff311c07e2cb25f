"""Banking: what an operator sees of the money that came to the custody bank, and of what the bank refused."""

from typing import Any

from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.work import Work, use_case
from huozhan.payments.asks import ListBankReceipts, ListFailedPayouts, ListRefusedLines
from huozhan.payments.bank_money import virtual_account
from huozhan.payments.crediting import LINE_FIELD
from huozhan.payments.store import bank, payouts
from huozhan.payments.views import BankReceiptView, FailedPayoutView, RefusedLineView


@use_case("market.ledger", writes=False)
async def bank_receipts(work: Work, ask: ListBankReceipts) -> Page[BankReceiptView]:
    """Money that came to the bank, newest first; all of it or what is not settled yet."""
    rows = await bank.page(work, before_in(ask.cursor), ask.size + 1, only_open=ask.open)
    shown = rows[: ask.size]
    more = len(rows) > ask.size
    return Page([_receipt(row) for row in shown], write_cursor(shown[-1]["receipt_id"]) if more else None)


@use_case("market.ledger", writes=False)
async def refused_bank_lines(work: Work, ask: ListRefusedLines) -> Page[RefusedLineView]:
    """Statement lines that nobody can credit, newest first, as they came."""
    rows = await bank.refused_lines(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    more = len(rows) > ask.size
    return Page([_refused(work, row) for row in shown], write_cursor(shown[-1]["line_id"]) if more else None)


@use_case("market.ledger", writes=False)
async def failed_payouts(work: Work, ask: ListFailedPayouts) -> Page[FailedPayoutView]:
    """Refunds that the bank could not pay to the account they came from, newest first."""
    rows = await payouts.failed(work, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    more = len(rows) > ask.size
    return Page([_failed(row) for row in shown], write_cursor(shown[-1]["payout_id"]) if more else None)


def _receipt(row: Any) -> BankReceiptView:
    payment_id = row["payment_id"]
    return BankReceiptView(
        receipt_id=str(row["receipt_id"]),
        bank_txn=row["bank_txn"],
        source=row["source"],
        state=row["state"],
        why=row["why"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        payer_name=row["payer_name"],
        payer_account=row["payer_masked"],
        payer_bank=row["payer_bank"],
        virtual_account=row["virtual_account"],
        remark=row["remark"],
        booked_at=row["booked_at"],
        payment_id=str(payment_id) if payment_id else None,
        account_no=virtual_account(payment_id) if payment_id else "",
        payment_minor=row["payment_minor"] or 0,
        payment_state=row["payment_state"] or "",
        subject=row["subject"] or "",
    )


def _refused(work: Work, row: Any) -> RefusedLineView:
    return RefusedLineView(
        line_id=str(row["line_id"]),
        source=row["source"],
        bank_txn=row["bank_txn"],
        why=row["why"],
        body=work.keyring.open(row["body"], field=LINE_FIELD, owner=row["line_id"]),
        noted_at=row["noted_at"],
    )


def _failed(row: Any) -> FailedPayoutView:
    return FailedPayoutView(
        receipt_id=str(row["receipt_id"]),
        payout_id=str(row["payout_id"]),
        payment_id=str(row["payment_id"]),
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        payer_name=row["payer_name"],
        payer_account=row["payer_masked"],
        failed_why=row["ended_why"],
        ended_at=row["ended_at"],
    )
