"""Looking: the lines of one side, and one line with its statements, bills and payments."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from huozhan import ledger, parties
from huozhan.credit.agreement import AgreementState, Terms, day_of, market_day, why_no_orders
from huozhan.credit.asks import AgreementRef, ListCredit
from huozhan.credit.bill import Bill, BillState
from huozhan.credit.store import agreements, bills
from huozhan.credit.term import working_day_after
from huozhan.credit.views import (
    AgreementView,
    BillView,
    CreditPage,
    DisputeView,
    OrderCreditView,
    PaymentMadeView,
    StatementView,
    TermsView,
)
from huozhan.kernel.paging import Page, before_in, write_cursor
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.shapes import Bilingual
from huozhan.kernel.work import Work, use_case

STATEMENTS_SHOWN = 24
BILLS_SHOWN = 100
PAYMENTS_SHOWN = 24


@use_case("order.view", writes=False)
async def my_credit(work: Work, ask: ListCredit) -> Page[AgreementView]:
    """The credit lines that sellers have granted the organisation, the newest first."""
    return await _page(work, "buyer", ask)


@use_case("funds.view", writes=False)
async def credit_given(work: Work, ask: ListCredit) -> Page[AgreementView]:
    """The credit lines that the organisation has granted its buyers, the newest first."""
    return await _page(work, "seller", ask)


@use_case("order.view", writes=False)
async def credit_page(work: Work, ask: AgreementRef) -> CreditPage:
    """One credit line of either side: terms, what is used, statements, bills, payments."""
    return await credit_view(work, int(ask.agreement_id))


async def credit_view(work: Work, agreement_id: int) -> CreditPage:
    """One credit line of the actor's organisation as a whole."""
    line = await agreement_view(work, agreement_id)
    rows = await bills.shown_bills(work, agreement_id, BILLS_SHOWN)
    return CreditPage(
        line=line,
        statements=[
            StatementView(**dict(row) | {"statement_id": str(row["statement_id"])})
            for row in await bills.statements(work, agreement_id, STATEMENTS_SHOWN)
        ],
        bills=[_bill_view(work, row) for row in rows],
        payments=[
            PaymentMadeView(
                payment_id=str(row["payment_id"]),
                paid_at=row["paid_at"],
                amount_minor=row["amount_minor"],
                principal_minor=row["principal_minor"],
                interest_minor=row["interest_minor"],
                excess_minor=row["excess_minor"],
            )
            for row in await bills.payments(work, agreement_id, PAYMENTS_SHOWN)
        ],
        can=_deeds(work, line),
    )


def _deeds(work: Work, line: AgreementView) -> list[str]:
    """What this side may do now."""
    state = AgreementState(line.state)
    deeds = {
        "buyer": {
            "accept": ("credit.accept", line.offered is not None and state is not AgreementState.frozen),
            "decline": ("credit.accept", line.offered is not None),
            "repay": ("order.pay", line.owed_minor + line.interest_minor > 0),
            "dispute": ("order.pay", line.owed_minor > 0),
        },
        "seller": {
            "grant": ("credit.grant", True),
            "suspend": ("credit.grant", state is AgreementState.active),
            "resume": ("credit.grant", state is AgreementState.suspended),
            "end": (
                "credit.grant",
                state in {AgreementState.active, AgreementState.suspended, AgreementState.frozen},
            ),
            "answer_dispute": ("credit.grant", True),
        },
    }
    return [deed for deed, (needs, open_) in deeds[line.side].items() if open_ and work.actor.may(needs)]


async def agreement_view(work: Work, agreement_id: int) -> AgreementView:
    """One agreement of the actor's organisation."""
    row = await agreements.show(work, agreement_id)
    if row is None:
        raise NotFound(agreement_id=str(agreement_id))
    return (await _views(work, [row]))[0]


async def terms_of_order(work: Work, order_id: int) -> TermsView | None:
    """The terms under which an order was taken on credit; None where it was not. Its reader may see the order."""
    row = await agreements.terms_of_order(work, order_id)
    return _terms_view(agreements.as_terms(row), row["version"]) if row else None


async def owed_by(work: Work, buyer_id: int) -> int:
    """How much an organisation owes for goods it had on credit, interest up to today with it."""
    unpaid = [bill.accrued(market_day(work)) for bill in await bills.unpaid_of(work, buyer_id)]
    return sum(bill.open_minor + bill.interest_open_minor for bill in unpaid)


async def _page(work: Work, side: str, ask: ListCredit) -> Page[AgreementView]:
    rows = await agreements.page(work, side, before_in(ask.cursor), ask.size + 1)
    shown = rows[: ask.size]
    cursor = write_cursor(shown[-1]["agreement_id"]) if len(rows) > ask.size else None
    return Page(await _views(work, shown), cursor)


async def _views(work: Work, rows: Sequence[agreements.Row]) -> list[AgreementView]:
    ids = [row["agreement_id"] for row in rows]
    others = {_other(work, row)[1] for row in rows}
    faces = await parties.org_faces(work, others) if others else {}
    free = await ledger.balances(work, [ledger.credit_free(id_) for id_ in ids])
    owed = await ledger.balances(work, [ledger.credit_owed(id_) for id_ in ids])
    unpaid = {id_: await bills.open_bills(work, id_) for id_ in ids}
    return [
        _view(
            work,
            row,
            faces,
            free[ledger.credit_free(row["agreement_id"])],
            owed[ledger.credit_owed(row["agreement_id"])].posted_minor,
            unpaid[row["agreement_id"]],
        )
        for row in rows
    ]


def _other(work: Work, row: agreements.Row) -> tuple[str, int]:
    """The side of the actor's organisation, and who is on the other one."""
    if row["seller_id"] == work.actor.org_id:
        return "seller", row["buyer_id"]
    return "buyer", row["seller_id"]


def _view(
    work: Work,
    row: agreements.Row,
    faces: Mapping[int, parties.OrgFace],
    free: ledger.Balance,
    owed_minor: int,
    unpaid: Sequence[Bill],
) -> AgreementView:
    side, other = _other(work, row)
    day = market_day(work)
    accrued = [bill.accrued(day) for bill in unpaid]
    late = [bill for bill in unpaid if bill.due_minor and bill.due_on < day]
    coming = [bill.due_on for bill in unpaid if bill.due_minor and bill.due_on >= day]
    next_due_on = min(coming, default=None)
    terms = agreements.as_terms(row) if row["version"] else None
    since = min((bill.due_on for bill in late), default=None)
    return AgreementView(
        agreement_id=str(row["agreement_id"]),
        side=side,
        counterparty_id=str(other),
        counterparty=faces[other].name if other in faces else Bilingual(),
        state=row["state"],
        reason=row["reason"],
        why=_why(AgreementState(row["state"]), terms, since, day),
        terms=_terms_view(terms, row["version"]) if terms else None,
        offered=_terms_view(_waiting_terms(row), row["offered_version"]) if row["offered_version"] else None,
        used_minor=owed_minor + free.held_minor,
        held_minor=free.held_minor,
        owed_minor=owed_minor,
        left_minor=free.free_minor,
        overdue_minor=sum(bill.due_minor for bill in late),
        overdue_since_on=since,
        interest_minor=sum(bill.interest_open_minor for bill in accrued),
        next_due_on=next_due_on,
        next_due_minor=sum(bill.due_minor for bill in unpaid if bill.due_on == next_due_on),
    )


def _why(state: AgreementState, terms: Terms | None, overdue_since: date | None, day: date) -> str:
    """Why the line takes no orders, as `using` decides it."""
    if state in {AgreementState.offered, AgreementState.declined} or terms is None:
        return ""
    is_late = overdue_since is not None and day - overdue_since > timedelta(days=terms.grace_days)
    return why_no_orders(state) or ("expired" if terms.expires_on < day else "overdue" if is_late else "")


def _waiting_terms(row: agreements.Row) -> Terms:
    """The terms that stand beside those in force, their columns called alike."""
    return agreements.as_terms(
        {name.removeprefix("w_"): value for name, value in row.items() if name.startswith("w_")}
    )


def _terms_view(terms: Terms, version: int) -> TermsView:
    return TermsView(
        version=version,
        limit_minor=terms.limit_minor,
        term_kind=terms.term_kind,
        term_day=terms.term_day,
        grace_days=terms.grace_days,
        expires_on=terms.expires_on,
        seller_size=terms.seller_size,
        custom=terms.custom,
    )


def _bill_view(work: Work, row: Any) -> BillView:
    bill, day = bills.as_bill(row).accrued(market_day(work)), market_day(work)
    last_on = (
        working_day_after(day_of(work, row["stated_at"]), work.rule("credit.dispute_within").value)
        if row["stated_at"]
        else None
    )
    may_dispute = (
        bill.state is BillState.stated and last_on is not None and day <= last_on and not bill.disputed_minor
    )
    return BillView(
        bill_id=str(bill.bill_id),
        order_id=str(bill.order_id),
        order_number=bill.order_number,
        state=bill.state,
        amount_minor=bill.amount_minor,
        paid_minor=bill.paid_minor,
        reduced_minor=bill.reduced_minor,
        open_minor=bill.open_minor,
        interest_minor=bill.interest_open_minor,
        received_on=bill.received_on,
        due_on=bill.due_on,
        is_overdue=bool(bill.due_minor) and bill.due_on < day,
        statement_id=str(bill.statement_id) if bill.statement_id else None,
        dispute=DisputeView(
            dispute_id=str(row["dispute_id"]),
            state=row["dispute_state"],
            amount_minor=row["dispute_minor"],
            reason=row["dispute_reason"],
            answer=row["dispute_answer"],
        )
        if row["dispute_id"]
        else None,
        dispute_until_on=last_on if may_dispute else None,
    )


async def order_credit(work: Work, order_id: int) -> OrderCreditView | None:
    """Where the money of an order on credit is; None where the order is not on credit. Its reader may see the order."""
    row = await agreements.order(work, order_id)
    if row is None:
        return None
    made = await bills.of_order(work, row["agreement_id"], order_id)
    unpaid = [bill.due_on for bill in made if bill.open_minor]
    due_on = min(unpaid, default=None)
    return OrderCreditView(
        agreement_id=str(row["agreement_id"]),
        held_minor=row["held_minor"],
        owed_minor=sum(bill.open_minor for bill in made),
        paid_minor=sum(bill.paid_minor for bill in made),
        due_on=due_on,
        is_overdue=due_on is not None and due_on < market_day(work),
    )
