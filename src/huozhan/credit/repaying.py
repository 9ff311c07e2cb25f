"""Repaying: the buyer pays all or part of what is owed, through the channel, straight to the seller (E12)."""

from huozhan import ledger, payments
from huozhan.credit.agreement import MOVES as AGREEMENT_MOVES
from huozhan.credit.agreement import Agreement, market_day
from huozhan.credit.asks import RepayCredit
from huozhan.credit.bill import MOVES, Bill, Paid, is_settled, pay_off
from huozhan.credit.clock import CREDIT_DAY
from huozhan.credit.facts import CreditRepaid, CreditResumed
from huozhan.credit.granting import between, move
from huozhan.credit.store import agreements, bills
from huozhan.credit.views import RepayingView
from huozhan.kernel.money import written
from huozhan.kernel.refusals import NotFound, Refusal
from huozhan.kernel.work import Work, use_case
from huozhan.ledger import Entry, write_entry
from huozhan.payments import Part, Purpose, Settled

PAY_WITHIN = "credit.pay_within"


class NothingOwed(Refusal):
    """Nothing is owed to this seller."""

    code = "credit.nothing_owed"


class MoreThanOwed(Refusal):
    """So much is not owed."""

    code = "credit.more_than_owed"


@use_case("order.pay", writes=True)
async def repay_credit(work: Work, ask: RepayCredit) -> RepayingView:
    """Open a payment to a seller for what is owed, all of it or part; one that was open before is closed."""
    agreement = await agreements.lock(work, int(ask.agreement_id), "buyer")
    if agreement is None:
        raise NotFound(agreement_id=ask.agreement_id)
    unpaid = [bill.accrued(market_day(work)) for bill in await bills.open_bills(work, agreement.agreement_id)]
    owed_minor = sum(bill.open_minor + bill.interest_open_minor for bill in unpaid)
    if not owed_minor:
        raise NothingOwed
    amount_minor = ask.amount_minor or owed_minor
    if amount_minor > owed_minor:
        raise MoreThanOwed(owed_minor=owed_minor, owed=written(owed_minor))
    before = await agreements.payment_of(work, agreement.agreement_id)
    if before:
        await payments.close_at_channel(work, before)
    payment_id = await payments.open_payment(
        work,
        payer_id=agreement.buyer_id,
        parts=[
            Part(order_id=agreement.agreement_id, seller_id=agreement.seller_id, amount_minor=amount_minor)
        ],
        subject=", ".join(dict.fromkeys(bill.order_number for bill in unpaid[:3])),
        expires_at=work.now + work.rule(PAY_WITHIN).span,
        purpose=Purpose.credit,
    )
    await agreements.set_payment(work, agreement.agreement_id, payment_id)
    return RepayingView(agreement_id=ask.agreement_id, payment_id=str(payment_id), amount_minor=amount_minor)


async def repaid(work: Work, settled: Settled) -> None:
    """The channel has the buyer's money: it meets the bills, the oldest due first; what is beyond them is in the wallet."""
    (part,) = settled.parts
    agreement = await agreements.lock(work, part.order_id)
    assert agreement is not None, f"there is no agreement {part.order_id}"
    amount_minor = await payments.hand_over(work, settled.payment_id, agreement.agreement_id)
    unpaid = [bill.accrued(market_day(work)) for bill in await bills.open_bills(work, agreement.agreement_id)]
    done, excess_minor = pay_off(unpaid, amount_minor)
    principal_minor = sum(paid.principal_minor for paid in done)
    interest_minor = sum(paid.interest_minor for paid in done)
    await ledger.post(work, _entries(agreement, settled, done, excess_minor))
    await payments.net_debt(work, agreement.seller_id)
    left = {bill.bill_id: bill for bill in unpaid} | {paid.bill.bill_id: paid.bill for paid in done}
    moved = [as_paid(bill) for bill in left.values()]
    await bills.save(work, agreement.agreement_id, moved)
    await bills.add_payment(
        work, agreement.agreement_id, settled.payment_id, principal_minor=principal_minor,
        interest_minor=interest_minor, excess_minor=excess_minor,
    )  # fmt: skip
    work.record(between(agreement, CreditRepaid, amount_minor=amount_minor, excess_minor=excess_minor))
    await after_paying(work, agreement)


def as_paid(bill: Bill) -> Bill:
    """The bill after money met it, or some of it was forgiven: settled once nothing of it is open."""
    state = MOVES.after(bill.state, "settle" if is_settled(bill) else "lessen")
    return bill.in_state(state)


def _entries(agreement: Agreement, settled: Settled, done: list[Paid], excess_minor: int) -> list[Entry]:
    commission_minor = sum(paid.commission_minor for paid in done)
    vat_minor = sum(paid.vat_minor for paid in done)
    principal_minor = sum(paid.principal_minor for paid in done)
    entries = [
        write_entry(
            "E12",
            business_key=f"E12:{settled.payment_id}",
            about_id=agreement.agreement_id,
            owners={101: settled.channel_id, 204: agreement.seller_id, 201: agreement.buyer_id},
            amounts={
                "seller": principal_minor - commission_minor - vat_minor,
                "interest": sum(paid.interest_minor for paid in done),
                "commission": commission_minor,
                "vat": vat_minor,
                "excess": excess_minor,
            },
            memo={"payment_id": str(settled.payment_id), "channel_txn": settled.channel_txn},
        )
    ]
    if principal_minor:
        entries.append(restored(agreement.agreement_id, f"{settled.payment_id}", principal_minor))
    return entries


def restored(agreement_id: int, key: str, amount_minor: int) -> Entry:
    """The memo that so much is not owed any more and may be ordered for again."""
    return write_entry(
        "E12b",
        business_key=f"E12b:{agreement_id}:{key}",
        about_id=agreement_id,
        owners={901: agreement_id, 903: agreement_id},
        amounts={"amount": amount_minor},
    )


async def after_paying(work: Work, agreement: Agreement) -> None:
    """A frozen line goes on once nothing is overdue; a line without open bills is not looked at any more."""
    late = await bills.overdue(work, [agreement.agreement_id], market_day(work))
    if not late and AGREEMENT_MOVES.allows(agreement.state, "clear"):
        await move(work, agreement, "clear")
        work.record(between(agreement, CreditResumed))
    if not await bills.open_bills(work, agreement.agreement_id):
        work.clear_timer(CREDIT_DAY, about=agreement.agreement_id)
