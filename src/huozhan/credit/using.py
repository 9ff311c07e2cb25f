"""Using the line: ordering asks what a buyer may have on credit, takes it, and says what became of the goods.

Ordering has locked the order; the agreement is locked after it. What an order speaks for is a hold on the free part of
the limit, so that the ledger itself refuses what would overrun it.
"""

from collections.abc import Collection, Mapping

import msgspec

from huozhan import ledger, payments
from huozhan.credit.agreement import Agreement, day_of, market_day, why_no_orders
from huozhan.credit.bill import MOVES, Bill
from huozhan.credit.clock import set_clock
from huozhan.credit.facts import BillMade
from huozhan.credit.granting import between
from huozhan.credit.store import agreements, bills
from huozhan.credit.term import due_on
from huozhan.kernel.money import written
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments import Release

LATE_INTEREST = "credit.late_interest"


class LineClosed(Refusal):
    """The line takes no order now: it is stopped, has ended, or something on it is overdue."""

    code = "credit.line_closed"


class OverLimit(Refusal):
    """The order is more than what is left of the limit."""

    code = "credit.over_limit"


class CreditOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a buyer may have of a seller on credit; `why` says what stands against it now."""

    limit_minor: int
    left_minor: int
    term_kind: str
    term_day: int
    why: str


async def offers(work: Work, buyer_id: int, amounts: Mapping[int, int]) -> dict[int, CreditOffer]:
    """By seller: on which terms a buyer may have so much on credit; sellers without an agreement are left out."""
    found = [a for a in await agreements.of_buyer(work, buyer_id, amounts) if a.terms is not None]
    if not found:
        return {}
    whys = await _whys(work, found)
    free = await ledger.balances(work, [ledger.credit_free(a.agreement_id) for a in found])
    made = {}
    for agreement in found:
        assert agreement.terms
        left_minor = free[ledger.credit_free(agreement.agreement_id)].free_minor
        over = "over_limit" if amounts[agreement.seller_id] > left_minor else ""
        made[agreement.seller_id] = CreditOffer(
            limit_minor=agreement.terms.limit_minor,
            left_minor=left_minor,
            term_kind=agreement.terms.term_kind,
            term_day=agreement.terms.term_day,
            why=whys[agreement.agreement_id] or over,
        )
    return made


async def _whys(work: Work, found: Collection[Agreement]) -> dict[int, str]:
    """Why each line takes no orders; empty where it does."""
    day = market_day(work)
    late = await bills.overdue(work, [agreement.agreement_id for agreement in found], day)
    whys = {}
    for agreement in found:
        assert agreement.terms
        row = late.get(agreement.agreement_id)
        is_late = row is not None and (day - row["since_on"]).days > agreement.terms.grace_days
        expired = "expired" if agreement.terms.expires_on < day else ""
        whys[agreement.agreement_id] = (
            why_no_orders(agreement.state) or expired or ("overdue" if is_late else "")
        )
    return whys


async def take(
    work: Work, *, seller_id: int, buyer_id: int, order_id: int, order_number: str, amount_minor: int
) -> None:
    """Speaks for an order's amount on the buyer's line, or refuses; nobody else can have it meanwhile."""
    agreement = await agreements.lock_pair(work, seller_id, buyer_id)
    if agreement is None or agreement.terms is None:
        raise LineClosed(why="ended")
    why = (await _whys(work, [agreement]))[agreement.agreement_id]
    if why:
        raise LineClosed(why=why)
    left_minor = (await ledger.balance(work, ledger.credit_free(agreement.agreement_id))).free_minor
    if amount_minor > left_minor:
        raise OverLimit(left_minor=left_minor, amount_minor=amount_minor, left=written(left_minor))
    await agreements.add_order(work, agreement, order_id, order_number, amount_minor)
    await _hold(work, agreement.agreement_id, order_id, 1, amount_minor)


async def bill(work: Work, release: Release) -> None:
    """Goods of an order on credit were received: what they cost is owed from now on, by the term it was placed under."""
    row, agreement = await lock_order(work, release.order_id)
    terms = await agreements.terms_of(work, agreement.agreement_id, row["version"])
    fees = payments.fees_of(work, release)
    received_on = day_of(work, work.now)
    made = Bill(
        bill_id=work.new_id(),
        order_id=release.order_id,
        order_number=release.order_number,
        state=MOVES.first,
        amount_minor=release.amount_minor,
        commission_minor=fees.commission_minor,
        vat_minor=fees.vat_minor,
        received_on=received_on,
        due_on=due_on(terms.term_kind, terms.term_day, received_on),
        interest_bp=work.rule(LATE_INTEREST).value,
        interest_on=received_on,
    )
    await bills.add(work, agreement.agreement_id, made, release.key)
    owed = write_entry(
        "E12a",
        business_key=f"E12a:{release.order_id}:{release.key}",
        about_id=release.order_id,
        owners={901: agreement.agreement_id, 903: agreement.agreement_id},
        amounts={"amount": release.amount_minor},
        memo={"order_number": release.order_number},
    )
    await ledger.post_hold(work, _key(release.order_id, row["hold_no"]), (owed,), "received")
    await _go_on(work, row, billed_minor=release.amount_minor)
    set_clock(work, agreement.agreement_id, work.now)
    work.record(
        between(
            agreement,
            BillMade,
            order_id=release.order_id,
            order_number=release.order_number,
            amount_minor=release.amount_minor,
            due_on=made.due_on.isoformat(),
        )
    )


async def free(work: Work, order_id: int, amount_minor: int) -> None:
    """Goods of an order on credit will not be shipped: the line has their amount again."""
    row, _ = await lock_order(work, order_id)
    await ledger.void_hold(work, _key(order_id, row["hold_no"]), "given back")
    await _go_on(work, row, freed_minor=amount_minor)


async def lock_order(work: Work, order_id: int) -> tuple[agreements.Row, Agreement]:
    """An order on credit and its agreement, locked after the order; what it is not is an error of the caller's."""
    row = await agreements.order(work, order_id)
    assert row is not None, f"order {order_id} is not on credit"
    agreement = await agreements.lock(work, row["agreement_id"])
    assert agreement is not None
    return row, agreement


async def _go_on(work: Work, row: agreements.Row, *, billed_minor: int = 0, freed_minor: int = 0) -> None:
    """What is left of the order is held anew, in the transaction in which the old hold ended."""
    await agreements.lessen_order(work, row, billed_minor=billed_minor, freed_minor=freed_minor)
    left_minor = row["held_minor"] - billed_minor - freed_minor
    if left_minor:
        await _hold(work, row["agreement_id"], row["order_id"], row["hold_no"] + 1, left_minor)


async def _hold(work: Work, agreement_id: int, order_id: int, hold_no: int, amount_minor: int) -> None:
    await ledger.hold(
        work,
        _key(order_id, hold_no),
        ledger.credit_free(agreement_id),
        ledger.credit_owed(agreement_id),
        amount_minor,
    )


def _key(order_id: int, hold_no: int) -> str:
    return f"credit:{order_id}:{hold_no}"
