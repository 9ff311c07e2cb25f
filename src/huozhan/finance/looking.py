"""Looking: a buyer's limit and debts at the lender, a supplier's switches."""

from huozhan import catalogue
from huozhan.finance import asks
from huozhan.finance.applying import limit_view
from huozhan.finance.lending import PAY_LATER, SERVICE_FEE
from huozhan.finance.loan import Loan
from huozhan.finance.store import loans, requests
from huozhan.finance.views import LoansView, LoanView, SwitchesView, SwitchView
from huozhan.kernel.paging import before_in, write_cursor
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.shapes import Nothing
from huozhan.kernel.work import Work, use_case


class FeeMoved(Refusal):
    """The fee is another one now than was shown."""

    code = "finance.fee_moved"


@use_case("order.view", writes=False)
async def my_loans(work: Work, ask: asks.ListLoans) -> LoansView:
    """Show the organisation's limit at the lender, what it owes there, and for which orders."""
    found = await loans.of_buyer(work, before_in(ask.cursor), ask.size + 1)
    shown, more = found[: ask.size], len(found) > ask.size
    owed = await loans.owed(work, work.actor.org_id)
    return LoansView(
        limit=limit_view(work, await requests.account(work, work.actor.org_id)),
        owed_minor=owed["owed_minor"],
        overdue_minor=owed["overdue_minor"],
        loans=[loan_view(loan, under_way) for loan, under_way in shown],
        next_cursor=write_cursor(shown[-1][0].order_id) if more else None,
    )


async def owed_by(work: Work, org_id: int) -> int:
    """How much an organisation owes the lender."""
    owed_minor: int = (await loans.owed(work, org_id))["owed_minor"]
    return owed_minor


@use_case("order.view", writes=False)
async def loan_of_order(work: Work, ask: asks.LoanOfOrder) -> LoanView:
    """Show what the lender pays for an order that the organisation bought, and what is owed for it."""
    found = await loans.of_order(work, int(ask.order_id))
    if found is None:
        raise NotFound(order_id=ask.order_id)
    return loan_view(*found)


async def order_loan(work: Work, order_id: int) -> LoanView | None:
    """The loan of an order of the acting buyer; None where it is not theirs or no lender pays it."""
    found = await loans.of_order(work, order_id)
    return loan_view(*found) if found else None


@use_case("funds.view", writes=False)
async def my_switches(work: Work, _ask: Nothing) -> SwitchesView:
    """Show whether the shop takes orders that a lender pays, and what that costs."""
    rows = {row["what"]: row for row in await requests.switches(work, work.actor.org_id)}
    row = rows.get(PAY_LATER)
    return SwitchesView(
        switches=[
            SwitchView(
                what=PAY_LATER,
                is_on=bool(row and row["is_on"]),
                fee_bp=work.rule(SERVICE_FEE).value,
                switched_at=row["switched_at"] if row else None,
            )
        ]
    )


@use_case("credit.grant", writes=True)
async def switch_finance(work: Work, ask: asks.SwitchFinance) -> SwitchesView:
    """Take orders that a lender pays, at the fee that was shown, or take no more of them."""
    fee_bp = work.rule(SERVICE_FEE).value
    if ask.is_on and ask.fee_bp != fee_bp:
        raise FeeMoved(fee_bp=fee_bp)
    await requests.switch(work, ask.what, is_on=ask.is_on, fee_bp=fee_bp)
    if ask.what == PAY_LATER:
        await catalogue.note_lent(work, work.actor.org_id, takes_lent=ask.is_on)
    return await my_switches(work, Nothing())


def loan_view(loan: Loan, on_its_way_minor: int) -> LoanView:
    """A loan as its buyer sees it."""
    return LoanView(
        order_id=str(loan.order_id),
        order_number=loan.order_number,
        state=loan.state,
        authorised_minor=loan.authorised_minor,
        held_minor=loan.held_minor,
        captured_minor=loan.captured_minor,
        refunded_minor=loan.refunded_minor,
        repaid_minor=loan.repaid_minor,
        owed_minor=loan.owed_minor,
        on_its_way_minor=on_its_way_minor,
        due_at=loan.due_at,
        payment_id=str(loan.paying_id) if loan.paying_id else None,
    )
