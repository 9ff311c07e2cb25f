"""What the worker knows how to do: timer kind → use case, job kind → task, and its regular rounds."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec

from huozhan import (
    aftersales,
    carriage,
    catalogue,
    certificates,
    contracts,
    credit,
    finance,
    fulfilment,
    insurance,
    interest,
    invoicing,
    logistics,
    messaging,
    operations,
    ordering,
    payments,
    pricebook,
    reviews,
    search,
)
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import contracts as papers
from huozhan.doors.jobs import disruption, funder, insurer, lender, tax, tax_reports
from huozhan.doors.jobs import ledger as ledger_rounds
from huozhan.doors.jobs import logistics as carriers
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.aftersales import case_refunded, difference_paid
from huozhan.doors.jobs.catalogue import apply_import, check_import
from huozhan.doors.jobs.fulfilment import subscribe, work_scan
from huozhan.doors.jobs.funds import make_export, watch_deposits
from huozhan.doors.jobs.insight import learn, make_lists
from huozhan.doors.jobs.interest import forget_old_history, look_at_watched
from huozhan.doors.jobs.meaning import TitleReader
from huozhan.doors.jobs.measures import count_day, forget_person, forget_searches, rank_some
from huozhan.doors.jobs.messaging import count_rates, forget_old_mail, send_mail
from huozhan.doors.jobs.ordering import bank_money, excuse, pay_claim, payment_closed, rank, rank_daily
from huozhan.doors.jobs.parties import Rotation, forget_old_secrets
from huozhan.doors.jobs.pictures import PictureIndexer, forget_photos
from huozhan.doors.jobs.queue import Task
from huozhan.doors.jobs.relay import react_later
from huozhan.doors.jobs.scenes import count_service
from huozhan.doors.jobs.search import Indexer, Learning, count_words, gather_same, watch_searches
from huozhan.kernel.actor import system
from huozhan.kernel.work import UseCase
from huozhan.messaging import MAIL_JOB
from huozhan.reactions import FOLLOW_JOB

IDEMPOTENCY_KEPT = timedelta(hours=96)
_PRUNE_ROWS_MAX = 5_000


class Housekeeping(msgspec.Struct, frozen=True):
    """A regular round of the worker; a round that did something is run again at once."""

    name: str
    round: Callable[[Hall], Awaitable[int]]
    every_seconds: float


async def run_reaction(hall: Hall, *, reaction: str, fact: str, body: dict[str, Any], **_: Any) -> None:
    """Runs a reaction that failed in the relay again, in a transaction of its own."""
    async with hall.working(system("relay")) as work:
        await react_later(work, reaction, fact, body)


async def prune_idempotency(hall: Hall) -> int:
    """Forgets idempotency keys after the span in which a repeat may come."""
    async with hall.pool.acquire() as db:
        rows = await db.fetch(
            "DELETE FROM idempotency WHERE (scope_id, use_case, key) IN ("
            " SELECT scope_id, use_case, key FROM idempotency WHERE used_at < $1 ORDER BY used_at LIMIT $2)"
            " RETURNING 1",
            hall.clock.now() - IDEMPOTENCY_KEPT, _PRUNE_ROWS_MAX,
        )  # fmt: skip
    return len(rows)


async def reread_rules(hall: Hall) -> int:
    """Takes up newly published rules."""
    await hall.reread_rules()
    return 0


TIMERS: Mapping[str, UseCase[Any, Any]] = {
    "pay_close": ordering.pay_close_due,
    "ship_promise": ordering.ship_promise_due,
    "refund_answer": ordering.refund_answer_due,
    "auto_refund": ordering.auto_refund_due,
    "stage_pay": ordering.stage_pay_due,
    "stage_confirm": ordering.stage_confirm_due,
    "auto_confirm": fulfilment.auto_confirm_due,
    "no_track": fulfilment.no_track_due,
    "pickup": fulfilment.pickup_due_passed,
    operations.DEPOSIT_BACK: operations.deposit_back_due,
    operations.ERASURE: operations.erasure_due,
    "withdraw_approval": payments.withdraw_approval_due,
    "case_due": aftersales.case_due,
    "case_escalate": aftersales.case_escalate_due,
    "exemption_review": ordering.filing_overdue,
    "credit_day": credit.credit_day_due,
    certificates.OVER_TIMER: certificates.certificate_over_due,
    contracts.SIGN_TIMER: contracts.contract_sign_due,
    carriage.FREIGHT_TIMER: carriage.freight_due,
    interest.OVER_TIMER: interest.watch_over_due,
    "settle_hold": payments.settle_hold_due,
    "bank_expiry": payments.bank_expiry_due,
    "bank_return": payments.bank_return_due,
    "invoice_due": invoicing.invoice_due,
    "invoice_red_due": invoicing.red_due,
    "invoice_refund_held": invoicing.refund_held_due,
    "talk_unread_buyer": messaging.buyer_unread_due,
    "talk_unread_seller": messaging.seller_unread_due,
    reviews.WINDOW_TIMER: reviews.review_window_due,
}

TASKS: Mapping[str, Task] = {
    "reaction": run_reaction,
    catalogue.CHECK_JOB: check_import,
    catalogue.APPLY_JOB: apply_import,
    "ordering.payment_closed": payment_closed,
    "ordering.pay_claim": pay_claim,
    "ordering.bank_money": bank_money,
    ordering.EXCUSE_JOB: excuse,
    pricebook.RANK_JOB: rank,
    "payments.collect": errands.collect,
    "payments.close": errands.close,
    "payments.refund": errands.refund,
    "payments.return": errands.return_receipt,
    "payments.transfer": errands.transfer,
    "payments.ask": errands.ask,
    payments.EXPORT_JOB: make_export,
    "payments.bank_day": errands.bank_day,
    "payments.callback": errands.callback,
    "payments.settlement": errands.settlement,
    payments.MORE_FILES_JOB: errands.more_files,
    "payments.payout": errands.payout,
    "payments.carrier_payout": errands.carrier_payout,
    "payments.statement": errands.statement,
    "payments.trades": errands.trades,
    finance.ACCOUNT_JOB: lender.account,
    finance.ADVANCE_JOB: funder.advance,
    finance.FUNDER_ACCOUNT_JOB: funder.account,
    "finance.advance_file": funder.advance_file,
    "finance.funder_settlement_file": funder.settlement_file,
    insurance.DEED_JOB: insurer.deed,
    "insurance.deed_file": insurer.deed_file,
    "insurance.settlement_file": insurer.settlement_file,
    finance.DEED_JOB: lender.deed,
    finance.LOAN_JOB: lender.loan,
    finance.DEBIT_JOB: lender.debit,
    "finance.loan_file": lender.loan_file,
    "finance.settlement_file": lender.settlement_file,
    "finance.refund": lender.refund,
    logistics.WAYBILL_JOB: carriers.waybill,
    "carriage.bill": carriers.bill,
    "fulfilment.subscribe": subscribe,
    "fulfilment.scan": work_scan,
    aftersales.REFUNDED_JOB: case_refunded,
    aftersales.PAID_JOB: difference_paid,
    contracts.WRITE_JOB: papers.write,
    contracts.SIGN_JOB: papers.sign,
    contracts.FOLLOW_JOB: papers.follow,
    contracts.REVOKE_JOB: papers.revoke,
    contracts.PACKAGE_JOB: papers.pack,
    FOLLOW_JOB: disruption.follow,
    ordering.FOLLOW_JOB: disruption.follow_filing,
    invoicing.ASK_JOB: tax.ask,
    invoicing.FILES_JOB: tax.fetch_files,
    invoicing.FOLLOW_JOB: tax.follow,
    invoicing.WISH_JOB: tax.wish,
    invoicing.FEE_JOB: tax.fee,
    invoicing.FEE_FILES_JOB: tax.fee_files,
    invoicing.REPORT_JOB: tax_reports.make,
    "invoicing.heard": tax.heard,
    search.FORGET_JOB: forget_person,
    MAIL_JOB: send_mail,
}

HOUSEKEEPING: tuple[Housekeeping, ...] = (
    Housekeeping("prune_idempotency", prune_idempotency, 60.0),
    Housekeeping("reread_rules", reread_rules, 5.0),
    Housekeeping("forget_old_secrets", forget_old_secrets, 300.0),
    Housekeeping("forget_old_mail", forget_old_mail, 300.0),
    Housekeeping("learn_neighbours", learn, 600.0),
    Housekeeping("daily_lists", make_lists, 120.0),
    Housekeeping("forget_old_history", forget_old_history, 3_600.0),
    Housekeeping("watched_goods", look_at_watched, 5.0),
    Housekeeping("response_rates", count_rates, 300.0),
    Housekeeping("measures", count_day, 60.0),
    Housekeeping("ranking", rank_some, 60.0),
    Housekeeping("forget_searches", forget_searches, 300.0),
    Housekeeping("service", count_service, 300.0),
    Housekeeping("levels", rank_daily, 300.0),
    Housekeeping("rotation", Rotation().round, 60.0),
    Housekeeping("index", Indexer().round, 0.1),
    Housekeeping("picture_index", PictureIndexer().round, 0.2),
    Housekeeping("identical_goods", gather_same, 0.5),
    Housekeeping("title_meanings", TitleReader().round, 2.0),
    Housekeeping("forget_photos", forget_photos, 300.0),
    Housekeeping("watched_searches", watch_searches, 60.0),
    Housekeeping("learn_categories", Learning().round, 30.0),
    Housekeeping("hot_words", count_words, 600.0),
    Housekeeping("seal_ledger", ledger_rounds.seal, 1.0),
    Housekeeping("expire_holds", ledger_rounds.expire_holds, 5.0),
    Housekeeping("watch_deposits", watch_deposits, 60.0),
    Housekeeping("ask_outside", errands.sweep, 5.0),
    Housekeeping("ask_tax", tax.sweep, 15.0),
    Housekeeping("bill_fees", tax.bill_fees, 900.0),
    Housekeeping("bank_statements", errands.read_statements, 60.0),
    Housekeeping("reconcile", errands.reconcile, 300.0),
    Housekeeping("revocations", papers.read_revocations, 300.0),
    Housekeeping("ask_lender", lender.ask_again, 5.0),
    Housekeeping("ask_funder", funder.ask_again, 5.0),
    Housekeeping("ask_insurer", insurer.ask_again, 5.0),
    Housekeeping("ask_carriers", carriers.ask_again, 15.0),
    Housekeeping("debit_loans", lender.debits_due, 60.0),
)
