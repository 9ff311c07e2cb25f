"""Erasing a person: it stands up here because open orders, money and debts of theirs must be looked for first.

They are looked for twice, as when a shop closes: an order that was being placed at that moment is only seen once its
transaction has ended, and must not come to an organisation with nobody in it.
"""

from huozhan import (
    aftersales,
    carriage,
    catalogue,
    credit,
    finance,
    insurance,
    interest,
    ledger,
    messaging,
    ordering,
    parties,
    payments,
    reviews,
)
from huozhan.kernel.refusals import Refusal
from huozhan.kernel.shapes import Ask, Done, Id
from huozhan.kernel.work import Work, use_case
from huozhan.operations.closing import OLDER, OwesFreight

ERASURE = "person_erasure"


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


class OwnCasesOpen(Refusal):
    """After-sales cases of the organisation's own purchases are open: money may still come of them, or stand in their escrow."""

    code = "operations.own_cases_open"


class MoneyUnderWay(Refusal):
    """Refunds, withdrawals or freight claims of the organisation have not ended: their money may come back to it."""

    code = "operations.money_under_way"


class AboutPerson(Ask, frozen=True):
    """A person whose data may be due to be erased."""

    about_id: Id


@use_case("self", writes=True, is_secret=True, before=parties.prove_erasure)
async def erase_me(work: Work, _ask: parties.EraseMe) -> Done:
    """Erases the actor's personal data for good; what was traded stays, without their name.

    Refuses who leaves an organisation to others without an owner, or one alone with open orders, money, debts or cases
    to answer for. A shop that nobody belongs to any more takes no orders; who leaves one alone is signed out, and erased once
    everything was looked at again.
    """
    await parties.must_be_proven(work)
    person_id = work.actor.person_id
    await parties.lock_to_erase(work, person_id)
    alone = await parties.organisations_left_alone(work, person_id)
    faces = await parties.org_faces(work, alone)
    await catalogue.restrict_shops(work, [one for one in alone if faces[one].can_sell], catalogue.CLOSED)
    await _must_leave_nothing(work, alone)
    if alone:
        await parties.sign_out_everywhere(work, person_id)
        work.set_timer(ERASURE, about=person_id, due_at=work.now + OLDER)
    else:
        await _erase(work, person_id, alone)
    return Done()


@use_case("system", writes=True)
async def erasure_due(work: Work, ask: AboutPerson) -> Done:
    """Erases who has asked for it; what came to stand meanwhile, or a person who has signed in again, keeps their data."""
    person_id = int(ask.about_id)
    await parties.lock_to_erase(work, person_id)
    if not await work.timer_is_due(ERASURE, about=person_id):
        return Done()
    work.clear_timer(ERASURE, about=person_id)
    if await parties.is_signed_in(work, person_id):
        return Done()
    try:
        alone = await parties.organisations_left_alone(work, person_id)
        await _must_leave_nothing(work, alone)
    except Refusal as against:
        await _tell_kept(work, int(against.facts["org_id"]))
        return Done()
    await _erase(work, person_id, alone)
    return Done()


async def _erase(work: Work, person_id: int, alone: list[int]) -> None:
    await parties.erase_person(work, person_id, alone)
    await messaging.forget_author(work, person_id)
    await interest.forget_reader(work, person_id)
    await reviews.forget_author(work, person_id)


async def _tell_kept(work: Work, org_id: int) -> None:
    """Tells who signs in again that an order, money or people came meanwhile, and that nothing was erased."""
    notice = messaging.NoticeToTell(
        org_id=org_id, kind="erasure_kept", link="/account", permission="org.manage"
    )
    await messaging.tell_all(work, [notice])


async def _must_leave_nothing(work: Work, alone: list[int]) -> None:
    """Refuses while anything is left in, or on its way to, organisations that nobody would belong to."""
    for org_id in alone:
        under_way = await payments.money_under_way(work, org_id)
        under_way += await insurance.insurance_under_way(work, org_id)
        if under_way:
            raise MoneyUnderWay(org_id=str(org_id), n=under_way)
        if own_cases := await aftersales.purchases_in_question(work, org_id):
            raise OwnCasesOpen(org_id=str(org_id), n=own_cases)
    parties.must_be_left_empty(
        alone,
        open_orders=await ordering.open_orders(work, alone),
        money_minor={org_id: await _money_minor(work, org_id) for org_id in alone},
    )
    for org_id in alone:
        await _must_owe_nothing(work, org_id)


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
