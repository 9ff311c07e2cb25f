"""Crediting: what the bank received is written down once, matched with the payment it is for, or parked (E14a, E14b)."""

import hashlib
from collections.abc import Sequence

from huozhan import ledger, parties
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import write_entry
from huozhan.payments.asks import AssignBankReceipt, ImportStatement, NoteStatement
from huozhan.payments.bank_money import (
    MOVES,
    BankReceipt,
    Parked,
    ReceiptState,
    payments_of_account,
    shared_out,
    virtual_account,
)
from huozhan.payments.facts import BankMoneyCame, PaymentSettled
from huozhan.payments.payment import MOVES as PAYMENT_MOVES
from huozhan.payments.payment import Payment, PaymentMethod, PaymentState, Settled
from huozhan.payments.ports import BANK_ID
from huozhan.payments.statement import BadLine, BankLine, plain, read_lines, table_lines, told_lines
from huozhan.payments.store import bank, payments
from huozhan.payments.views import StatementNoted
from huozhan.payments.waiting import BANK_EXPIRY

MATCH_JOB = "ordering.bank_money"
RETURN_TIMER = "bank_return"
RETURN_AFTER = "bank.return_after"
ASSIGNED = "assigned"
"""Why money is looked at anew: a person has said for which payment it is."""
ACCOUNT_FIELD = "bank_receipt.payer_account"
LINE_FIELD = "bank_line.body"
LINES_MAX = 5_000
LINE_CHARACTERS_MAX = 4_000
_SHOWN_DIGITS = 4
_CANDIDATES_MAX = 20


class TooManyLines(Refusal):
    """A table of a statement holds so many lines and no more."""

    code = "payments.too_many_lines"


class NotToBeMatched(Refusal):
    """The money is matched or on its way back; only what is parked can be matched by hand."""

    code = "payments.not_to_be_matched"


class NoOpenBankPayment(Refusal):
    """No payment by bank transfer that is still open has this account number."""

    code = "payments.no_open_bank_payment"


@use_case("system", writes=True)
async def note_statement(work: Work, ask: NoteStatement) -> StatementNoted:
    """Writes down what the bank's own statement tells; told again, nothing changes."""
    return await _note(work, told_lines(ask.body), "bank")


@use_case("market.ledger", writes=True)
async def import_statement(work: Work, ask: ImportStatement) -> StatementNoted:
    """Writes down the lines of a statement that was uploaded as a table; told again, nothing changes."""
    lines = table_lines(ask.content.encode())
    if len(lines) > LINES_MAX:
        raise TooManyLines(most=LINES_MAX)
    return await _note(work, lines, "file")


async def _note(work: Work, lines: Sequence[str], source: str) -> StatementNoted:
    good, bad = read_lines(lines)
    named = [(work.new_id(), line) for line in good]
    once = {line.bank_txn: (receipt_id, line) for receipt_id, line in reversed(named)}
    new, known = await bank.claim(work, BANK_ID, list(once.values()))
    contradictions = [_contradiction(line) for _, line in named if known[line.bank_txn] != line.fingerprint]
    added = [(receipt_id, line) for receipt_id, line in named if receipt_id in new]
    if added:
        await _add(work, source, added)
    bad += contradictions
    if bad:
        await _refuse(work, source, bad)
    return StatementNoted(
        lines=len(lines),
        added=len(added),
        known=len(good) - len(added) - len(contradictions),
        refused=len(bad),
    )


def _contradiction(line: BankLine) -> BadLine:
    """The same transaction, told otherwise than before: what was told first stands, and a person reads this."""
    body = f"{line.bank_txn} {line.amount_minor} {line.currency} {line.payer_account} {line.payer_name} {line.virtual_account}"
    return BadLine(body=body, bank_txn=line.bank_txn, why="contradicts")


async def _add(work: Work, source: str, added: Sequence[tuple[int, BankLine]]) -> None:
    sealed = [
        (
            receipt_id,
            line,
            work.keyring.seal(line.payer_account, field=ACCOUNT_FIELD, owner=receipt_id),
            "*" * (len(line.payer_account) - _SHOWN_DIGITS) + line.payer_account[-_SHOWN_DIGITS:],
        )
        for receipt_id, line in added
    ]
    await bank.add(work, BANK_ID, source, sealed)
    await ledger.post(
        work,
        [
            write_entry(
                "E14a", business_key=f"E14a:{receipt_id}", about_id=receipt_id,
                owners={102: BANK_ID, 213: receipt_id}, amounts={"bank": line.amount_minor},
                memo={"bank_txn": line.bank_txn, "payer": line.payer_name},
            )
            for receipt_id, line in added
            if line.currency == work.terms.currency
        ],
    )  # fmt: skip
    for receipt_id, _ in added:
        work.enqueue(MATCH_JOB, {"receipt_id": receipt_id})


async def _refuse(work: Work, source: str, bad: Sequence[BadLine]) -> int:
    kept = []
    for line in bad:
        line_id, body = work.new_id(), line.body[:LINE_CHARACTERS_MAX]
        line_hash = hashlib.sha256(f"{line.why}\0{line.body}".encode()).digest()
        kept.append((line_hash, line_id, line, work.keyring.seal(body, field=LINE_FIELD, owner=line_id)))
    return await bank.refuse(work, BANK_ID, source, kept)


async def match_receipt(work: Work, receipt_id: int) -> Settled | None:
    """Finds the payment that money at the bank is for; None where none is settled by it.

    What a person has said comes first, its own account number next, then the exact amount from an organisation of that very name. A stranger's money
    is credited to nobody before a person has looked.
    """
    receipt = await bank.lock(work, receipt_id)
    if receipt is None or receipt.state is not ReceiptState.new:
        return None
    payment, why = await _meant(work, receipt)
    if payment is None or why:
        await _park(work, receipt, why or Parked.no_payment, payment)
        return None
    return await _credit(work, receipt, payment)


@use_case("market.ledger", writes=True)
async def assign_bank_receipt(work: Work, ask: AssignBankReceipt) -> Done:
    """Says for which open payment parked money is; the worker credits it at once, if the payment is open still."""
    receipt = await bank.lock(work, int(ask.receipt_id))
    if receipt is None:
        raise NotFound(receipt_id=ask.receipt_id)
    if receipt.state is not ReceiptState.parked or receipt.currency != work.terms.currency:
        raise NotToBeMatched(state=receipt.state)
    payment = await _of_account(work, ask.account_no)
    if payment is None or payment.state is not PaymentState.open:
        raise NoOpenBankPayment(account_no=ask.account_no)
    await bank.move(
        work, [receipt.receipt_id], "assign", receipt.state, MOVES.after(receipt.state, "assign"), why=ASSIGNED,
        payment_id=payment.payment_id, reason=ask.reason,
    )  # fmt: skip
    work.clear_timer(RETURN_TIMER, about=receipt.receipt_id)
    work.enqueue(MATCH_JOB, {"receipt_id": receipt.receipt_id})
    return Done()


async def _meant(work: Work, receipt: BankReceipt) -> tuple[Payment | None, str]:
    """The payment that money seems to be for, and why it is not simply credited to it."""
    if receipt.currency != work.terms.currency:
        return None, Parked.currency
    if receipt.why == ASSIGNED and receipt.payment_id:
        row = await payments.lock(work, receipt.payment_id)
        assert row is not None
        said = payments.as_payment(row)
        return said, "" if said.state is PaymentState.open else Parked.payment_over
    named = [receipt.virtual_account] if receipt.virtual_account else receipt.remark.split()
    for number in named:
        payment = await _of_account(work, number)
        if payment is not None:
            if payment.state is not PaymentState.open:
                return payment, Parked.payment_over
            return payment, "" if await _is_called(work, payment.payer_id, receipt) else Parked.third_party
    if receipt.virtual_account:
        return None, Parked.unknown_account
    return await _by_amount_and_name(work, receipt)


async def _of_account(work: Work, number: str) -> Payment | None:
    for payment_id in payments_of_account(number):
        row = await payments.lock(work, payment_id)
        if row is not None and row["method"] == PaymentMethod.bank:
            return payments.as_payment(row)
    return None


async def _by_amount_and_name(work: Work, receipt: BankReceipt) -> tuple[Payment | None, str]:
    found = await bank.open_over(work, receipt.amount_minor, _CANDIDATES_MAX)
    own = [row["payment_id"] for row in found if await _is_called(work, row["payer_id"], receipt)]
    if len(own) != 1:
        return None, Parked.several_payments if own else Parked.no_payment
    row = await payments.lock(work, own[0])
    assert row is not None
    payment = payments.as_payment(row)
    return payment, "" if payment.state is PaymentState.open else Parked.payment_over


async def _is_called(work: Work, org_id: int, receipt: BankReceipt) -> bool:
    face = (await parties.org_faces(work, [org_id]))[org_id]
    return plain(receipt.payer_name) in {plain(face.name.zh), plain(face.name.en)} - {""}


async def _park(work: Work, receipt: BankReceipt, why: str, meant: Payment | None) -> None:
    """Leaves money for a person to decide about; after its time it goes back by itself."""
    await bank.move(
        work, [receipt.receipt_id], "park", receipt.state, MOVES.after(receipt.state, "park"), why=why,
        payment_id=meant.payment_id if meant else None,
    )  # fmt: skip
    rule = work.rule(RETURN_AFTER)
    work.set_timer(
        RETURN_TIMER, about=receipt.receipt_id, due_at=work.now + rule.span, rule_version=rule.version
    )


async def _credit(work: Work, receipt: BankReceipt, payment: Payment) -> Settled | None:
    """Adds money to what has come for a payment; once all that is due is there, the payment is paid."""
    await bank.move(
        work, [receipt.receipt_id], "wait", receipt.state, MOVES.after(receipt.state, "wait"),
        payment_id=payment.payment_id,
    )  # fmt: skip
    came = await bank.waiting_for(work, payment.payment_id)
    left_minor = payment.amount_minor - sum(one.amount_minor for one in came)
    work.record(
        BankMoneyCame(
            payment_id=payment.payment_id,
            payer_id=payment.payer_id,
            amount_minor=receipt.amount_minor,
            left_minor=max(left_minor, 0),
            excess_minor=max(-left_minor, 0),
        )
    )
    if left_minor > 0:
        return None
    return await _paid(work, payment, came)


async def _paid(work: Work, payment: Payment, came: Sequence[BankReceipt]) -> Settled:
    """All that is due has come: it is shared out among the orders, and what is too much is the buyer's (E14b)."""
    waiting = ReceiptState.waiting
    ids = [one.receipt_id for one in came]
    await bank.move(work, ids, "match", waiting, MOVES.after(waiting, "match"))
    shares, excess = shared_out(
        [(part.order_id, part.amount_minor) for part in payment.parts],
        [(one.receipt_id, one.amount_minor) for one in came],
    )
    await bank.add_shares(work, payment.payment_id, shares)
    await ledger.post(
        work,
        [
            write_entry(
                "E14b", business_key=f"E14b:{receipt_id}:excess", about_id=payment.payment_id,
                owners={213: receipt_id, 201: payment.payer_id}, amounts={"excess": amount_minor},
                memo={"account_no": virtual_account(payment.payment_id)},
            )
            for receipt_id, amount_minor in excess
        ],
    )  # fmt: skip
    return await settle_here(work, payment, came[-1].bank_txn)


async def settle_here(work: Work, payment: Payment, txn: str) -> Settled:
    """Marks a payment as paid that no channel has to tell of; its parts wait for ordering's word."""
    await payments.pay(work, payment.payment_id, PAYMENT_MOVES.after(payment.state, "pay"), txn)
    work.clear_timer(BANK_EXPIRY, about=payment.payment_id)
    work.record(
        PaymentSettled(
            payment_id=payment.payment_id,
            payer_id=payment.payer_id,
            order_ids=payment.order_ids,
            amount_minor=payment.amount_minor,
            purpose=payment.purpose,
        )
    )
    return Settled(
        payment_id=payment.payment_id,
        payer_id=payment.payer_id,
        channel_id=payment.channel_id,
        purpose=payment.purpose,
        channel_txn=txn,
        paid_at=work.now,
        parts=payment.parts,
        method=payment.method,
    )
