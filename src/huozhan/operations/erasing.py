"""Erasing a person: it stands up here because open orders, money and debts of theirs must be looked for first."""

from huozhan import aftersales, carriage, catalogue, credit, finance, ledger, messaging, ordering, parties
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case
from huozhan.operations.closing import OwesFreight


class OwesLender(Refusal):
    """The organisation owes a lender for orders that it paid; nobody would be left to repay."""

    code = "operations.owes_lender"


class OwesBills(Refusal):
    """The organisation owes suppliers for goods it had on credit."""

    code = "operations.owes_bills"


class OwesMarket(Refusal):
    """The organisation owes the market what buyers got in its place."""

    code = "operations.owes_market"


class AnswersForCases(Refusal):
    """Buyers have after-sales cases open with the organisation."""

    code = "operations.answers_for_cases"


@use_case("self", writes=True, is_secret=True, before=parties.prove_erasure)
async def erase_me(work: Work, _ask: parties.EraseMe) -> Done:
    """Erases the actor's personal data for good; what was traded stays, without their name.

    Refuses who leaves an organisation to others without an owner, or one alone with open orders, money, debts or cases
    to answer for. A shop that nobody belongs to any more takes no orders.
    """
    alone = await parties.organisations_left_alone(work)
    faces = await parties.org_faces(work, alone)
    await catalogue.restrict_shops(work, [one for one in alone if faces[one].can_sell], catalogue.CLOSED)
    await parties.erase_person(
        work,
        open_orders=await ordering.open_orders(work, alone),
        money_minor={org_id: await _money_minor(work, org_id) for org_id in alone},
    )
    for org_id in alone:
        await _must_owe_nothing(work, org_id)
    await messaging.forget_author(work, work.actor.person_id)
    return Done()


async def _money_minor(work: Work, org_id: int) -> int:
    accounts = [
        ledger.wallet(org_id),
        ledger.payable_pending(org_id),
        ledger.payable_available(org_id),
        ledger.deposit(org_id),
    ]
    return sum(balance.posted_minor for balance in (await ledger.balances(work, accounts)).values())


async def _must_owe_nothing(work: Work, org_id: int) -> None:
    """Refuses while somebody waits for the organisation's money or for its answer."""
    owed = {
        OwesLender: await finance.owed_by(work, org_id),
        OwesBills: await credit.owed_by(work, org_id),
        OwesFreight: await carriage.owed_by(work, org_id),
        OwesMarket: (await ledger.balance(work, ledger.seller_debt(org_id))).posted_minor,
    }
    for refusal, amount_minor in owed.items():
        if amount_minor:
            raise refusal(org_id=str(org_id), amount_minor=amount_minor)
    cases, _ = await aftersales.sales_in_question(work, org_id)
    if cases:
        raise AnswersForCases(org_id=str(org_id), n=cases)
