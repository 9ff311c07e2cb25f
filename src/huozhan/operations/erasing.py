"""Erasing a person: it stands up here because open orders and money of theirs must be looked for first."""

from huozhan import catalogue, ledger, messaging, ordering, parties
from huozhan.kernel.shapes import Done
from huozhan.kernel.work import Work, use_case


@use_case("self", writes=True, is_secret=True, before=parties.prove_erasure)
async def erase_me(work: Work, _ask: parties.EraseMe) -> Done:
    """Erases the actor's personal data for good; what was traded stays, without their name.

    Refuses who leaves an organisation to others without an owner, or one alone with open orders or money. A shop that
    nobody belongs to any more takes no orders.
    """
    alone = await parties.organisations_left_alone(work)
    faces = await parties.org_faces(work, alone)
    await catalogue.restrict_shops(work, [one for one in alone if faces[one].can_sell], catalogue.CLOSED)
    await parties.erase_person(
        work,
        open_orders=await ordering.open_orders(work, alone),
        money_minor={org_id: await _money_minor(work, org_id) for org_id in alone},
    )
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
