"""Hearing the lender: its word is a reason to ask, and only its answer counts.

So a false, forged, doubled, late or reordered message moves nothing: a loan's answers carry a version, and one that was
true earlier than what is known changes nothing.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from huozhan import ledger, payments
from huozhan.finance import asks
from huozhan.finance.asking import DEED_JOB, LOAN_JOB, PATIENCE, refresh_limit
from huozhan.finance.facts import LoanMoved
from huozhan.finance.lending import LENDER_ID, lessened, refund_lent
from huozhan.finance.loan import DEED_MOVES, MOVES, DeedKind, DeedState, Loan, LoanEvent, event_of_word
from huozhan.finance.ports import LenderDone, LenderLoan
from huozhan.finance.store import loans, requests
from huozhan.finance.views import Asked, AuthorisationErrand, DeedErrand, LenderSaid
from huozhan.kernel.ids import is_id
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Done, Nothing, read_json
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry

SWEEP_MAX = 100
DEBIT_TIME = "pay_later.debit_time"


class _Message(msgspec.Struct, frozen=True):
    type: str
    data: dict[str, object]


@use_case("system", writes=True)
async def hear_lender(work: Work, ask: asks.HearLender) -> Done:
    """Writes down what came to the lender's hook; where it was really the lender, it is asked about what it named."""
    try:
        message = read_json(ask.body, _Message)
    except msgspec.MsgspecError:
        message = _Message("unreadable", {})
    field = {"account": "buyer_ref", "authorisation": "merchant_ref", "loan": "loan_ref"}.get(
        message.type.partition(".")[0], ""
    )
    reference = _short(str(message.data.get(field, "")))
    await requests.hear(
        work, message_id=ask.message_id, kind=_short(message.type), reference=reference, body=ask.body,
        is_genuine=ask.is_genuine,
    )  # fmt: skip
    if ask.is_genuine:
        _ask_about(work, field, reference)
    return Done()


def _short(text: str) -> str:
    """What is kept of a stranger's word beside the whole message: no more than a line, and nothing that no text can hold."""
    return text[:64].replace("\0", "")


def _ask_about(work: Work, field: str, reference: str) -> None:
    """Leaves the question to the worker; a reference that cannot be ours is asked about by nobody."""
    first, _, second = reference.partition("-")
    if field == "loan_ref" and is_id(first) and is_id(second):
        work.enqueue(LOAN_JOB, {"order_id": int(first), "payment_id": int(second)})
    elif field == "buyer_ref" and is_id(reference):
        refresh_limit(work, int(reference))
    elif field == "merchant_ref" and is_id(reference):
        work.enqueue("payments.ask", {"what": "payment", "of": reference, "ref": reference})


def loan_ref(order_id: int | str, payment_id: int | str) -> str:
    """What the lender knows a loan by."""
    return f"{order_id}-{payment_id}"


@use_case("system", writes=False)
async def authorisation_errand(work: Work, ask: asks.RequestAsk) -> AuthorisationErrand:
    """Tells the worker what the lender needs to know to authorise the orders of a payment."""
    errand = await payments.payment_errand(work, payments.asks.AboutAsk(about_id=ask.payment_id))
    term_days = await requests.term_of(work, int(ask.payment_id))
    if term_days is None:
        raise NotFound(payment_id=ask.payment_id)
    return AuthorisationErrand(
        payment_id=errand.payment_id,
        state=errand.state,
        buyer_ref=errand.payer_id,
        amount_minor=errand.amount_minor,
        currency=errand.currency,
        subject=errand.subject,
        expires_at=errand.expires_at,
        term_days=term_days,
        parts=errand.parts,
    )


@use_case("system", writes=True)
async def refund_to_lender(work: Work, ask: asks.RefundToLender) -> Done:
    """A refund of what a lender paid joins what is asked of it, if it has not joined already."""
    refund_ask = payments.asks.RefundAsk(payment_id=ask.payment_id, refund_id=ask.refund_id)
    errand = await payments.refund_errand(work, refund_ask)
    if errand.state == "asked":
        await refund_lent(
            work, order_id=int(ask.order_id), payment_id=int(ask.payment_id), refund_id=int(ask.refund_id),
            amount_minor=errand.amount_minor,
        )  # fmt: skip
    return Done()


@use_case("system", writes=False)
async def deed_errand(work: Work, ask: asks.LoanAsk) -> DeedErrand:
    """Tells the worker what is to be asked of the lender next about a loan."""
    row = await loans.next_deed(work, int(ask.order_id), int(ask.payment_id))
    if row is None:
        return DeedErrand(deed_id=None)
    return DeedErrand(
        deed_id=str(row["deed_id"]),
        kind=row["kind"],
        amount_minor=row["amount_minor"],
        currency=work.terms.currency,
    )


@use_case("system", writes=True)
async def note_done(work: Work, ask: asks.NoteDone) -> Done:
    """Ends what was asked as the lender answered; an answer that does not fit what was asked is kept for a person."""
    loan = await loans.lock(work, int(ask.order_id), int(ask.payment_id))
    row = await loans.lock_deed(work, int(ask.order_id), int(ask.payment_id), int(ask.deed_id))
    if loan is None or row is None or row["state"] != DeedState.asked:
        return Done()
    state = DeedState(row["state"])
    told = ask.told
    if told is None or not _fits(work, loan, row, told):
        why = ask.why or "answered_otherwise"
        odd = DEED_MOVES.after(state, "differ")
        said = msgspec.json.encode(said_of(told)).decode() if told else ""
        await loans.end_deed(work, loan, row["deed_id"], odd, why=why, told=said)
        return Done()
    done = DEED_MOVES.after(state, "do")
    await loans.end_deed(work, loan, row["deed_id"], done, taken_minor=told.taken_minor)
    await _take_word(work, loan, told.loan, first_due=row["kind"] == DeedKind.captures)
    await book_taken(work, loan, row, told.taken_minor)
    refresh_limit(work, loan.buyer_id)
    return Done()


async def book_taken(work: Work, loan: Loan, row: loans.Row, taken_minor: int) -> None:
    """The lender has taken so much of a refund or repayment; the rest is the buyer's in the wallet.

    Of a refund the market has first what it wrote off: nobody paid that part of the price, so nobody has it back.
    """
    if row["kind"] == DeedKind.refunds:
        back_minor = min(row["amount_minor"] - taken_minor, loan.lost_minor)
        if back_minor:
            await loans.recover(work, loan, back_minor)
        await payments.end_lender_refund(
            work, loan.payment_id, row["about_id"], debt_minor=taken_minor, lost_minor=back_minor
        )
    elif row["kind"] == DeedKind.repayments and taken_minor < row["amount_minor"]:
        await _give_excess(work, loan, row, row["amount_minor"] - taken_minor)


def said_of(told: LenderDone) -> LenderSaid:
    """What is shown to a person of an answer that does not fit."""
    return LenderSaid(
        kind=told.kind,
        loan_ref=told.loan_ref,
        amount_minor=told.amount_minor,
        taken_minor=told.taken_minor,
        currency=told.currency,
    )


def _fits(work: Work, loan: Loan, row: loans.Row, told: LenderDone) -> bool:
    asked = (str(row["deed_id"]), row["kind"], row["amount_minor"], work.terms.currency)
    takes_all = row["kind"] in (DeedKind.captures, DeedKind.voids)
    return (
        (told.ref, told.kind, told.amount_minor, told.currency) == asked
        and told.loan_ref == loan_ref(loan.order_id, loan.payment_id)
        and 0 <= told.taken_minor <= told.amount_minor
        and (told.taken_minor == told.amount_minor or not takes_all)
    )


@use_case("system", writes=True)
async def note_loan(work: Work, ask: asks.NoteLoan) -> Done:
    """Writes down how the lender says a loan stands."""
    loan = await loans.lock(work, int(ask.order_id), int(ask.payment_id))
    if loan is not None:
        await _take_word(work, loan, ask.told)
        refresh_limit(work, loan.buyer_id)
    return Done()


async def _take_word(work: Work, loan: Loan, told: LenderLoan, *, first_due: bool = False) -> None:
    """Makes the lender's word ours, where it is newer than what is known and can be true."""
    if told.version <= loan.version or not _can_be(work, loan, told):
        return
    less_minor = told.refunded_minor + told.repaid_minor - loan.refunded_minor - loan.repaid_minor
    after = msgspec.structs.replace(
        loan,
        refunded_minor=told.refunded_minor,
        repaid_minor=told.repaid_minor,
        stage=told.stage,
        due_at=told.due_at,
        version=told.version,
        told_captured_minor=told.captured_minor,
    )
    after = msgspec.structs.replace(after, debit_at=_debit_at(work, loan, after))
    event = event_of_word(after)
    if event and MOVES.allows(loan.state, event):
        after = msgspec.structs.replace(after, state=MOVES.after(loan.state, event))
    moved = event if after.state is not loan.state else None
    await loans.save(work, after, moved)
    if less_minor:
        await ledger.post(work, [lessened(loan, f"v{told.version}", less_minor)])
    if first_due and after.owed_minor:
        moved = LoanEvent.capture
    if moved:
        work.record(_moved(after, moved))


def _debit_at(work: Work, before: Loan, after: Loan) -> datetime | None:
    """When the debt is debited: at the rule's hour of its due day; as before while that day stays the same."""
    if after.due_at is None or not after.owed_minor:
        return None
    if after.due_at == before.due_at and before.version:
        return before.debit_at
    local = after.due_at.astimezone(ZoneInfo(work.terms.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + work.rule(DEBIT_TIME).span


def _can_be(work: Work, loan: Loan, told: LenderLoan) -> bool:
    """Whether the lender can be right: no debt beyond what we captured, nothing taken back that it once took."""
    return (
        told.currency == work.terms.currency
        and told.loan_ref == loan_ref(loan.order_id, loan.payment_id)
        and told.captured_minor <= loan.captured_minor - loan.written_minor
        and loan.refunded_minor <= told.refunded_minor
        and loan.repaid_minor <= told.repaid_minor
        and told.refunded_minor + told.repaid_minor <= told.captured_minor
    )


def _moved(loan: Loan, event: LoanEvent) -> LoanMoved:
    return LoanMoved(
        order_id=loan.order_id,
        order_number=loan.order_number,
        buyer_id=loan.buyer_id,
        seller_id=loan.seller_id,
        event=event,
        owed_minor=loan.owed_minor,
        due_on=loan.due_at.date().isoformat() if loan.due_at else "",
    )


async def _give_excess(work: Work, loan: Loan, row: loans.Row, excess_minor: int) -> None:
    """What a buyer repaid beyond the debt is theirs in the wallet (E13e)."""
    entry = write_entry(
        "E13e",
        business_key=f"E13e:{row['deed_id']}",
        about_id=loan.order_id,
        owners={103: LENDER_ID, 201: loan.buyer_id},
        amounts={"excess": excess_minor},
        memo={"order_number": loan.order_number},
    )
    await ledger.post(work, [entry])


@use_case("system", writes=True)
async def ask_again(work: Work, _ask: Nothing) -> Asked:
    """Leaves everything to be asked again that the lender has not answered for too long."""
    waiting = await loans.take_to_ask(work, work.now + work.rule(PATIENCE).span, SWEEP_MAX)
    for order_id, payment_id in waiting:
        work.enqueue(DEED_JOB, {"order_id": order_id, "payment_id": payment_id})
    return Asked(asked=len(waiting))
