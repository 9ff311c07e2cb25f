"""Posting: whole or not at all, once, covered, and the same by both roads."""

import asyncio
from typing import Any

import asyncpg
import pytest

from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.ledger import (
    Account,
    Entry,
    NotCovered,
    Posting,
    channel_clearing,
    commission,
    escrow,
    payable_available,
    payable_pending,
    post,
    seal_chain,
    statement,
    vat,
    write_entry,
)
from tests.conftest import OPENING, make_hall
from tests.ledger.books import CHANNEL, CHENGUANG, codes, earned, freed, paid, posted, working


@pytest.fixture(params=["at_once", "plainly"], autouse=True)
def road(request: pytest.FixtureRequest, hall: Hall) -> str:
    """Every test here runs by the clever statement and by its plain twin."""
    plain = Rule(
        code="ledger.plain_writes", version=9, value=1, unit="flag", effective_from=OPENING.replace(year=2025)
    )
    if request.param == "plainly":
        hall.rules = RuleBook([*hall.rules, plain])
    return str(request.param)


async def test_moves_what_was_paid_into_the_orders_escrow(hall: Hall) -> None:
    work = working(hall)

    await post(work, [paid(11, 12_800)])

    assert await posted(work, channel_clearing(CHANNEL), escrow(11), escrow(12)) == [12_800, 12_800, 0]
    assert await codes(work) == []


async def test_repeats_change_nothing(hall: Hall, db: asyncpg.Connection) -> None:
    work = working(hall)

    await post(work, [paid(11, 12_800)])
    await post(work, [paid(11, 12_800), paid(12, 500)])

    assert await posted(work, escrow(11), escrow(12)) == [12_800, 500]
    assert await db.fetchval("SELECT count(*) FROM ledger_entry") == 2
    assert await codes(work) == []


async def test_a_key_used_for_other_content_is_a_bug(hall: Hall) -> None:
    work = working(hall)
    await post(work, [paid(11, 12_800)])

    with pytest.raises(AssertionError, match="other content"):
        await post(work, [paid(11, 12_801)])


async def test_refuses_to_take_more_than_an_account_holds(hall: Hall, db: asyncpg.Connection) -> None:
    work = working(hall)
    await post(work, [paid(11, 100)])

    with pytest.raises(NotCovered):
        async with db.transaction():
            await post(work, [earned(11, CHENGUANG, 101)])
    with pytest.raises(NotCovered):
        async with db.transaction():
            await post(work, [earned(12, CHENGUANG, 1)])

    assert await posted(work, escrow(11), payable_pending(CHENGUANG)) == [100, 0]
    assert await db.fetchval("SELECT count(*) FROM ledger_entry") == 1
    assert await codes(work) == []


async def test_entries_of_one_call_count_together(hall: Hall) -> None:
    work = working(hall)

    await post(work, [paid(11, 100), earned(11, CHENGUANG, 100), freed(CHENGUANG, 100)])

    assert await posted(work, escrow(11), payable_pending(CHENGUANG), payable_available(CHENGUANG)) == [
        0,
        0,
        100,
    ]
    assert await codes(work) == []


async def test_plays_the_vector_of_the_journal_rules(hall: Hall) -> None:
    """Goods 1 000.00, freight 15.00, coupon 20.00, commission 2 % with 6 % tax inside; 30 % refunded first."""
    work = working(hall)
    seller_and_fees = (payable_pending(CHENGUANG), commission(), vat())
    coupon = Account(401)
    owners = {101: CHANNEL, 202: 11, 203: CHENGUANG, 206: 91}

    await post(work, [paid(11, 99_500, coupon_minor=2_000)])
    assert await posted(work, channel_clearing(CHANNEL), coupon, escrow(11)) == [99_500, 2_000, 101_500]

    refund = {"buyer": 29_400, "coupon": 600}
    await post(work, [write_entry("E7a", business_key="E7a:91", about_id=11, owners=owners, amounts=refund)])
    assert await posted(work, escrow(11), Account(206, 91), coupon) == [71_500, 29_400, 1_400]

    rest = {"seller": 70_100, "commission": 1_321, "vat": 79}
    await post(work, [write_entry("E4", business_key="E4:11", about_id=11, owners=owners, amounts=rest)])
    assert await posted(work, escrow(11), *seller_and_fees) == [0, 70_100, 1_321, 79]
    assert await codes(work) == []


async def test_writes_who_did_it_and_what_it_rests_on(hall: Hall, db: asyncpg.Connection) -> None:
    work = working(hall)
    explained = write_entry(
        "E1", business_key="E1:11", about_id=11, owners={101: CHANNEL, 202: 11}, amounts={"paid": 5},
        memo={"order_number": "N1", "rate_bp": 200},
    )  # fmt: skip

    await post(work, [explained])

    row = await db.fetchrow("SELECT actor_kind, door, memo, happened_at FROM ledger_entry")
    assert tuple(row) == ("system", "test", '{"order_number":"N1","rate_bp":200}', work.now)
    page = await statement(work, [escrow(11)], None, 10)
    assert [(line.event, line.change_minor, line.memo["rate_bp"]) for line in page.items] == [("E1", 5, 200)]


async def test_the_journal_names_the_only_lawful_moves(hall: Hall) -> None:
    work = working(hall)
    crooked = Entry(
        code="E1",
        business_key="x",
        about_id=1,
        postings=(Posting(escrow(1), payable_available(CHENGUANG), 5),),
    )

    with pytest.raises(AssertionError):
        await post(work, [crooked])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_posting SET amount_minor = 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "TRUNCATE ledger_entry CASCADE",
        "TRUNCATE ledger_claim",
        "TRUNCATE ledger_block",
        "UPDATE ledger_claim SET fingerprint = ''",
        "UPDATE ledger_entry SET memo = 'x'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_claim SET entry_id = 1",
        "DELETE FROM ledger_claim",
        "DELETE FROM ledger_block",
        "UPDATE ledger_block SET hash = ''",
    ],
)
async def test_the_book_refuses_to_be_changed(hall: Hall, db: asyncpg.Connection, sql: str) -> None:
    work = working(hall)
    await post(work, [paid(11, 100)])
    await seal_chain(work)

    with pytest.raises(asyncpg.RestrictViolationError):
        async with db.transaction():
            await db.execute(sql)


async def test_parallel_postings_lose_nothing(
    open_dsn: str, clock: MovableClock, tmp_path: Any, road: str
) -> None:
    """Twenty hands pay and release at once, each event twice; opposite directions over the same two sellers."""
    pool = await asyncpg.create_pool(open_dsn, min_size=8, max_size=8)
    hall = await make_hall(pool, clock, tmp_path)
    sellers = (CHENGUANG, CHENGUANG + 1)

    async def one_hand(order_id: int) -> None:
        own = sellers if order_id % 2 else sellers[::-1]
        entries = [paid(order_id, 100)]
        entries += [earned(order_id, seller, 50, f"E4:{order_id}:{seller}") for seller in own]
        entries += [freed(seller, 50, f"E5:{order_id}:{seller}") for seller in own]
        for _ in range(2):
            while True:
                try:
                    async with pool.acquire() as db, db.transaction():
                        await post(hall.work(db, system("test")), entries)
                    break
                except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                    continue

    await asyncio.gather(*(one_hand(order_id) for order_id in range(1, 21)))

    async with pool.acquire() as db:
        work = hall.work(db, system("test"))
        assert await posted(work, *(payable_available(seller) for seller in sellers)) == [1_000, 1_000]
        assert await posted(work, channel_clearing(CHANNEL)) == [2_000]
        assert await codes(work) == []
    await pool.close()
