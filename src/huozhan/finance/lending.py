"""Lending: ordering says what becomes of an order that a lender pays; under the order's lock, the loan's after it.

Nothing here speaks to the lender: what it has to be asked is written down, and the worker asks in that order.
"""

from collections.abc import Collection, Sequence

import msgspec

from huozhan import ledger, payments
from huozhan.finance.asking import ask_lender, refresh_limit
from huozhan.finance.loan import MOVES, DeedKind, LentOrder, Loan, LoanEvent, LoanState
from huozhan.finance.store import loans, requests
from huozhan.kernel.work import Work
from huozhan.ledger import Entry, write_entry
from huozhan.payments import Refund, Release

SERVICE_FEE = "pay_later.service_fee"
FREE_OF_INTEREST = "pay_later.free_of_interest"
PINNED_RULES = (SERVICE_FEE, FREE_OF_INTEREST)
"""Rules whose versions an order pins when it is placed."""
LENDER_ID = payments.FUNDER_ID
PAY_LATER = "pay_later"


class LimitOfBuyer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a buyer's limit, which of the suppliers asked about take it, and on which terms."""

    why: str
    limit_minor: int
    left_minor: int
    term_days: int
    fee_bp: int
    taken_by: frozenset[int]


async def limit_of_buyer(work: Work, takers: Collection[int]) -> LimitOfBuyer:
    """What the acting buyer may have of these suppliers, who all take lent orders, by the lender's limit as far as we know it.

    The lender decides when it is asked; where no supplier takes lent orders nothing is asked at all.
    """
    row = await requests.account(work, work.actor.org_id) if takers else None
    state = row["state"] if row else ""
    return LimitOfBuyer(
        why={"open": "", "refused": "lender_refused"}.get(state, "no_limit"),
        limit_minor=row["limit_minor"] if row else 0,
        left_minor=max(row["limit_minor"] - row["used_minor"], 0) if row else 0,
        term_days=work.rule(FREE_OF_INTEREST).span.days,
        fee_bp=work.rule(SERVICE_FEE).value,
        taken_by=frozenset(takers),
    )


async def request(work: Work, payment_id: int, orders: Sequence[LentOrder]) -> None:
    """Keeps what a payment by the lender is asked for: free of interest as long as its orders have pinned."""
    spans = [work.rules.pinned(FREE_OF_INTEREST, one.rules, one.placed_at).span.days for one in orders]
    await requests.request(work, payment_id, min(spans))


async def authorised(work: Work, payment_id: int, order: LentOrder) -> None:
    """The lender has promised to pay an order: the promise is remembered, no money moves (E13a)."""
    loan = await _new_loan(work, payment_id, order)
    await loans.add(work, loan, "authorise")
    await ledger.post(work, [_memo("E13a", loan, str(payment_id), loan.authorised_minor)])
    refresh_limit(work, loan.buyer_id)


async def authorised_late(work: Work, payment_id: int, order: LentOrder) -> None:
    """The lender has promised to pay an order that needs it no more: all of it is given free at once (E13a, E13v)."""
    promised = await _new_loan(work, payment_id, order)
    loan = msgspec.structs.replace(
        promised,
        state=MOVES.after(promised.state, LoanEvent.void_all),
        voided_minor=promised.authorised_minor,
    )
    await loans.add(work, loan, LoanEvent.void_all)
    await ledger.post(
        work,
        [
            _memo("E13a", loan, str(payment_id), loan.authorised_minor),
            _memo("E13v", loan, f"late:{payment_id}", loan.authorised_minor),
        ],
    )
    await ask_lender(work, loan, DeedKind.voids, "late", loan.authorised_minor)


async def release(work: Work, release: Release) -> int:
    """Goods of a lent order were received: the lender owes their price (E13), the seller has it less fees (E4).

    Tells how much of a carrier's freight the seller's part has paid.
    """
    loan = await _live(work, release.order_id)
    amount_minor = release.amount_minor - release.subsidy_minor
    service_minor = loan.service_of(amount_minor)
    if amount_minor:
        after = msgspec.structs.replace(
            loan,
            state=MOVES.after(loan.state, LoanEvent.capture),
            captured_minor=loan.captured_minor + amount_minor,
            service_minor=loan.service_minor + service_minor,
        )
        await loans.save(work, after, LoanEvent.capture)
        await ledger.post(
            work,
            [
                write_entry(
                    "E13",
                    business_key=f"E13:{release.order_id}:{release.key}",
                    about_id=release.order_id,
                    owners={103: LENDER_ID, 202: release.order_id},
                    amounts={"captured": amount_minor},
                    memo={"order_number": release.order_number},
                ),
                _memo("E13d", loan, release.key, amount_minor),
            ],
        )
        await ask_lender(work, after, DeedKind.captures, release.key, amount_minor)
    return await payments.release(work, msgspec.structs.replace(release, service_minor=service_minor))


async def give_back(work: Work, refund: Refund) -> None:
    """Goods of a lent order will not be sent, or came back unconfirmed: the lender's promise is so much less (E13v)."""
    loan = await _live(work, refund.order_id)
    after = msgspec.structs.replace(loan, voided_minor=loan.voided_minor + refund.amount_minor)
    event = None
    if after.voided_minor == after.authorised_minor:
        event = LoanEvent.void_all
        after = msgspec.structs.replace(after, state=MOVES.after(loan.state, event))
    await loans.save(work, after, event)
    await ledger.post(work, [_memo("E13v", loan, refund.key, refund.amount_minor)])
    await ask_lender(work, after, DeedKind.voids, refund.key, refund.amount_minor)


async def refund_lent(
    work: Work, *, order_id: int, payment_id: int, refund_id: int, amount_minor: int
) -> None:
    """A refund of received goods goes to the lender first, once: it lessens the debt before the buyer gets anything."""
    loan = await loans.lock(work, order_id, payment_id)
    assert loan is not None, f"no lender paid order {order_id}"
    await ask_lender(work, loan, DeedKind.refunds, str(refund_id), amount_minor, about_id=refund_id)


async def promised(work: Work, after: int, limit: int) -> list[tuple[int, int]]:
    """What the book remembers of promises by order, in order of their ids, for ordering to compare with what it says."""
    held = await ledger.open_balances(work, ledger.LOAN_HELD, after, limit)
    return [(order_id, balance.posted_minor) for order_id, balance in held]


def lessened(loan: Loan, key: str, amount_minor: int) -> Entry:
    """The memo that a buyer owes the lender so much less."""
    return _memo("E13x", loan, key, amount_minor)


def _memo(code: str, loan: Loan, key: str, amount_minor: int) -> Entry:
    return write_entry(
        code,
        business_key=f"{code}:{loan.order_id}:{loan.payment_id}:{key}",
        about_id=loan.order_id,
        owners={921: loan.order_id, 922: LENDER_ID, 923: loan.order_id},
        amounts={"amount": amount_minor},
        memo={"order_number": loan.order_number},
    )


async def _new_loan(work: Work, payment_id: int, order: LentOrder) -> Loan:
    fee = work.rules.pinned(SERVICE_FEE, order.rules, order.placed_at)
    return Loan(
        order_id=order.order_id,
        payment_id=payment_id,
        order_number=order.number,
        buyer_id=order.buyer_id,
        seller_id=order.seller_id,
        state=LoanState.authorised,
        authorised_minor=await payments.hand_over(work, payment_id, order.order_id),
        fee_bp=fee.value,
    )


async def _live(work: Work, order_id: int) -> Loan:
    loan = await loans.lock_live(work, order_id)
    assert loan is not None, f"no lender pays order {order_id}"
    return loan
