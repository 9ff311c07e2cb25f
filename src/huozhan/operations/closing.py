"""Closing a shop: it stands up here because open orders must be looked for before the deposit goes back.

A shop closes first. An order that was being placed at that moment may still come to stand, and is only seen once its
transaction has ended: so the deposit goes back by a timer, after everything was counted once more.
"""

from datetime import timedelta

from huozhan import aftersales, carriage, catalogue, insurance, ordering, payments
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Ask, Done, Id, Nothing
from huozhan.kernel.work import Work, use_case

DEPOSIT_BACK = "shop_deposit_back"
OLDER = timedelta(minutes=1)
"""No transaction is open so long: an order that was being placed when the shop closed stands by then, or never will."""
LOOK_AGAIN = timedelta(hours=6)


class SalesOpen(Refusal):
    """A shop closes for good once none of its orders is open."""

    code = "operations.sales_open"


class CasesOpen(Refusal):
    """The deposit answers for after-sales cases that have not ended."""

    code = "operations.cases_open"


class AfterSalesOpen(Refusal):
    """The deposit answers for orders until so long after they ended, and as long as their goods can be complained of."""

    code = "operations.after_sales_open"


class OwesFreight(Refusal):
    """The organisation owes carriers freight that is not in the book yet."""

    code = "operations.owes_freight"


class InsuranceOpen(Refusal):
    """An insurer has not answered yet, and has a premium to come of the organisation then."""

    code = "operations.insurance_open"


class AboutShop(Ask, frozen=True):
    """A closed shop whose deposit may be due to go back."""

    about_id: Id


@use_case("org.manage", writes=True)
async def close_shop(work: Work, _ask: Nothing) -> Done:
    """Closes the actor's shop, once nothing is open and the time for after-sales is over; its deposit follows shortly."""
    work.actor.must("shop.edit")
    seller_id = work.actor.org_id
    await catalogue.restrict_shops(work, [seller_id], catalogue.CLOSED)
    if against := await _what_stands_against(work, seller_id):
        raise against
    work.set_timer(DEPOSIT_BACK, about=seller_id, due_at=work.now + OLDER)
    return Done()


@use_case("system", writes=True)
async def deposit_back_due(work: Work, ask: AboutShop) -> Done:
    """Gives the deposit of a closed shop back; what came to stand after all while it closed is waited for."""
    seller_id = int(ask.about_id)
    if not await catalogue.lock_closed(work, seller_id) or not await work.timer_is_due(
        DEPOSIT_BACK, about=seller_id
    ):
        return Done()
    if await _what_stands_against(work, seller_id):
        work.set_timer(DEPOSIT_BACK, about=seller_id, due_at=work.now + LOOK_AGAIN)
        return Done()
    work.clear_timer(DEPOSIT_BACK, about=seller_id)
    await payments.release_deposit(work, seller_id)
    return Done()


async def _what_stands_against(work: Work, seller_id: int) -> Refusal | None:
    """Why a shop's deposit may not go back yet."""
    still_open, last_ended_at = await ordering.sales_left(work, seller_id)
    if still_open:
        return SalesOpen(n=still_open)
    cases, complained_until = await aftersales.sales_in_question(work, seller_id)
    if cases:
        return CasesOpen(n=cases)
    if freight_minor := await carriage.owed_by(work, seller_id):
        return OwesFreight(amount_minor=freight_minor)
    if waiting := await insurance.insurance_under_way(work, seller_id):
        return InsuranceOpen(n=waiting)
    if last_ended_at is not None:
        until = last_ended_at + work.rule("deposit.release_after").span
        until = max(until, complained_until or until)
        if until > work.now:
            return AfterSalesOpen(days=(until - last_ended_at).days, until=until)
    return None


@use_case("org.manage", writes=True)
async def open_shop(work: Work, _ask: Nothing) -> Done:
    """Opens a shop that was closed; where the rules ask for a deposit, it sells once that is paid in."""
    work.actor.must("shop.edit")
    seller_id = work.actor.org_id
    await catalogue.open_shop(work, seller_id)
    work.clear_timer(DEPOSIT_BACK, about=seller_id)
    await payments.judge(work, [seller_id])
    return Done()
