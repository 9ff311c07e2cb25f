"""Goodwill: what a seller gives a buyer of its own accord, out of what it may withdraw, into the buyer's wallet (E9g).

Nobody has to: so neither the deposit nor a debt pays for it, and what is owed comes first.
"""

import msgspec

from huozhan import ledger
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.work import Work
from huozhan.ledger import write_entry
from huozhan.payments.facts import GoodwillGiven
from huozhan.payments.store import goodwill as store
from huozhan.payments.withdrawing import NotEnoughAvailable, OwesFirst

DAY_MOST = "goodwill.day_most"
NO_ORDER_DAY_MOST = "goodwill.no_order_day_most"


class Goodwill(msgspec.Struct, frozen=True, kw_only=True):
    """What is given to whom and why; `order_id` is None where it is for no order in particular."""

    buyer_id: int
    amount_minor: int
    reason: str
    order_id: int | None = None
    order_number: str = ""


class GoodwillOverLimit(Refusal):
    """So much may be given within a day; without an order less, or nothing: it is no way to move money about."""

    code = "payments.goodwill_over_limit"


async def give_goodwill(work: Work, given: Goodwill) -> store.Row:
    """Pays it at once. Refuses `OwesFirst`, `NotEnoughAvailable` and `GoodwillOverLimit`; the row that was written.

    The limits of a day are counted under the lock of what the seller may withdraw.
    """
    seller_id = work.actor.org_id
    available, debt = ledger.payable_available(seller_id), ledger.seller_debt(seller_id)
    found = await ledger.lock_balances(work, [available, debt])
    if found[debt].posted_minor:
        raise OwesFirst(debt_minor=found[debt].posted_minor)
    if found[available].free_minor < given.amount_minor:
        raise NotEnoughAvailable(available_minor=found[available].free_minor, amount_minor=given.amount_minor)
    await _must_be_within_limits(work, given)
    goodwill_id = work.new_id()
    entry = write_entry(
        "E9g",
        business_key=f"E9g:{goodwill_id}",
        about_id=given.order_id or goodwill_id,
        owners={201: given.buyer_id, 204: seller_id},
        amounts={"goodwill": given.amount_minor},
        memo={"order_number": given.order_number, "reason": given.reason},
    )
    await ledger.post(work, [entry])
    work.record(
        GoodwillGiven(
            goodwill_id=goodwill_id, seller_id=seller_id, buyer_id=given.buyer_id, order_id=given.order_id or 0,
            number=given.order_number, amount_minor=given.amount_minor,
        )
    )  # fmt: skip
    return await store.add(
        work, goodwill_id, buyer_id=given.buyer_id, order_id=given.order_id, order_number=given.order_number,
        amount_minor=given.amount_minor, reason=given.reason,
    )  # fmt: skip


async def _must_be_within_limits(work: Work, given: Goodwill) -> None:
    day = await store.of_last_day(work)
    limits = [(DAY_MOST, day["all_minor"])]
    if given.order_id is None:
        limits.append((NO_ORDER_DAY_MOST, day["no_order_minor"]))
    for rule, used in limits:
        most = work.rule(rule).value
        if used + given.amount_minor > most:
            raise GoodwillOverLimit(amount_minor=given.amount_minor, most_minor=most, used_minor=used)
