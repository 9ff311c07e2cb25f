"""Closing a shop: it stands up here because open orders must be looked for before the deposit goes back."""

from huozhan import aftersales, catalogue, ordering, payments
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Done, Nothing
from huozhan.kernel.work import Work, use_case


class SalesOpen(Refusal):
    """A shop closes for good once none of its orders is open."""

    code = "operations.sales_open"


class CasesOpen(Refusal):
    """The deposit answers for after-sales cases that have not ended."""

    code = "operations.cases_open"


class AfterSalesOpen(Refusal):
    """The deposit answers for orders until so long after they ended, and as long as their goods can be complained of."""

    code = "operations.after_sales_open"


@use_case("org.manage", writes=True)
async def close_shop(work: Work, _ask: Nothing) -> Done:
    """Closes the actor's shop and gives its deposit back, once nothing is open and the time for after-sales is over."""
    work.actor.must("shop.edit")
    seller_id = work.actor.org_id
    await catalogue.restrict_shops(work, [seller_id], catalogue.CLOSED)
    still_open, last_ended_at = await ordering.sales_left(work, seller_id)
    if still_open:
        raise SalesOpen(n=still_open)
    cases, complained_until = await aftersales.sales_in_question(work, seller_id)
    if cases:
        raise CasesOpen(n=cases)
    if last_ended_at is not None:
        until = last_ended_at + work.rule("deposit.release_after").span
        until = max(until, complained_until or until)
        if until > work.now:
            raise AfterSalesOpen(days=(until - last_ended_at).days, until=until)
    await payments.release_deposit(work, seller_id)
    return Done()


@use_case("org.manage", writes=True)
async def open_shop(work: Work, _ask: Nothing) -> Done:
    """Opens a shop that was closed; where the rules ask for a deposit, it sells once that is paid in."""
    work.actor.must("shop.edit")
    await catalogue.open_shop(work, work.actor.org_id)
    await payments.judge(work, [work.actor.org_id])
    return Done()
