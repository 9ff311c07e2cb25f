"""Compensation that was paid for a delay which a disruption excuses goes back, as long as the buyer still has it."""

from huozhan import ledger, messaging, payments
from huozhan.kernel.actor import Actor, system
from tests.disruption.disrupting import Disruption
from tests.ordering.trading import Trade


async def has(trade: Trade, *accounts: ledger.Account) -> list[int]:
    """What stands on these accounts."""
    async with trade.hall.pool.acquire() as db:
        found = await ledger.balances(trade.hall.work(db, system()), list(accounts))
    return [found[account].posted_minor for account in accounts]


def accounts(trade: Trade, seller: Actor) -> tuple[ledger.Account, ...]:
    return (
        ledger.wallet(trade.li.org_id),
        ledger.payable_available(seller.org_id),
        ledger.seller_debt(seller.org_id),
    )


async def odd(trade: Trade) -> list[str]:
    """What does not hold in the books, apart from the seal of the chain, which is the worker's."""
    async with trade.hall.pool.acquire() as db:
        work = trade.hall.work(db, system())
        found = [*await trade.findings(), *await payments.verify(work), *await ledger.verify(work)]
    return [finding.code for finding in found if finding.code != "ledger.unsealed_tail"]


async def test_what_became_debt_is_owed_no_more(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    began = disruption.at(hours=1)
    await trade.let_pass(hours=50)
    wallet, available, debt = await has(trade, *accounts(trade, trade.chenguang))
    assert (wallet, available, debt) == (4_000, 0, 4_000)

    await disruption.publish(from_at=began, until_at=disruption.at())

    assert await has(trade, *accounts(trade, trade.chenguang)) == [0, 0, 0]
    told = (await trade.hall.run(messaging.notices, messaging.Notices(), trade.li)).items
    assert "claim_taken_back" in {notice.kind for notice in told}
    assert await odd(trade) == []

    await trade.let_pass(days=5)
    page = await trade.page(order)
    assert (page.is_late, [claim.reversed_at for claim in page.claims]) == (True, [None]), "broken after all"
    assert await has(trade, *accounts(trade, trade.chenguang)) == [4_000, 0, 4_000]
    assert await odd(trade) == []
    await disruption.publish(from_at=disruption.at(days=-8), until_at=disruption.at(days=9))
    assert await has(trade, *accounts(trade, trade.chenguang)) == [0, 0, 0]
    assert await odd(trade) == []


async def test_what_the_buyer_withdrew_stays_theirs(trade: Trade, disruption: Disruption) -> None:
    order = await trade.paid(red=80)
    began = disruption.at(hours=1)
    await trade.let_pass(hours=50)
    async with trade.hall.working(system()) as work:
        await ledger.hold(work, "t", ledger.wallet(trade.li.org_id), ledger.withdrawal(1), 1)

    await disruption.publish(from_at=began, until_at=disruption.at(hours=200))

    page = await trade.page(order)
    assert (page.is_late, [claim.reversed_at for claim in page.claims]) == (False, [None])
    assert await has(trade, *accounts(trade, trade.chenguang)) == [4_000, 0, 4_000]
