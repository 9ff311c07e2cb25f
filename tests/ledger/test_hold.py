"""Holds: counted at once, ended exactly once."""

from datetime import timedelta

import asyncpg
import pytest

from huozhan.doors.hall import Hall
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.moves import NoSuchMove
from huozhan.kernel.refusals import NotFound
from huozhan.kernel.work import Work
from huozhan.ledger import (
    Entry,
    NotCovered,
    balance,
    custody_bank,
    expire_holds,
    hold,
    payable_available,
    post,
    post_hold,
    void_hold,
    withdrawal,
    write_entry,
)
from tests.ledger.books import CHENGUANG, codes, earned, freed, paid, posted, working

MONEY = payable_available(CHENGUANG)


async def rich(hall: Hall) -> Work:
    """Chenguang has 100 available."""
    work = working(hall)
    await post(work, [paid(11, 100), earned(11, CHENGUANG, 100), freed(CHENGUANG, 100)])
    return work


def paid_out(amount_minor: int, number: int = 1) -> tuple[Entry, ...]:
    owners = {204: CHENGUANG, 207: number, 102: 1}
    return tuple(
        write_entry(
            code,
            business_key=f"{code}:{number}",
            about_id=number,
            owners=owners,
            amounts={part: amount_minor},
        )
        for code, part in (("E6a", "available"), ("E6b", "amount"))
    )


async def state(work: Work) -> tuple[int, int]:
    found = await balance(work, MONEY)
    return found.posted_minor, found.held_minor


async def test_a_hold_counts_against_the_balance_at_once(hall: Hall, db: asyncpg.Connection) -> None:
    work = await rich(hall)

    await hold(work, "w1", MONEY, withdrawal(1), 70)
    await hold(work, "w1", MONEY, withdrawal(1), 70)

    assert await state(work) == (100, 70)
    for deed in (hold(work, "w2", MONEY, withdrawal(2), 31), post(work, paid_out(31, 3)[:1])):
        with pytest.raises(NotCovered):
            async with db.transaction():
                await deed
    assert await state(work) == (100, 70)
    assert await codes(work) == []


async def test_a_hold_is_posted_whole_or_in_part_and_frees_the_rest(hall: Hall) -> None:
    work = await rich(hall)
    await hold(work, "w1", MONEY, withdrawal(1), 70)

    await post_hold(work, "w1", paid_out(60), "bank paid less")

    assert await state(work) == (40, 0)
    assert await posted(work, withdrawal(1), custody_bank(1)) == [0, -60]
    assert await codes(work) == []


async def test_no_more_is_posted_than_was_held(hall: Hall) -> None:
    work = await rich(hall)
    await hold(work, "w1", MONEY, withdrawal(1), 70)

    with pytest.raises(AssertionError):
        await post_hold(work, "w1", paid_out(71), "paid")


async def test_a_hold_ends_once(hall: Hall) -> None:
    work = await rich(hall)
    await hold(work, "w1", MONEY, withdrawal(1), 70)
    await void_hold(work, "w1", "bank refused")

    with pytest.raises(NoSuchMove):
        await void_hold(work, "w1", "again")
    with pytest.raises(NoSuchMove):
        await post_hold(work, "w1", paid_out(70), "too late")
    with pytest.raises(NotFound):
        await void_hold(work, "w9", "there is none")
    assert await state(work) == (100, 0)


async def test_a_hold_expires_when_its_time_is_over_and_not_before(hall: Hall, clock: MovableClock) -> None:
    work = await rich(hall)
    await hold(work, "w1", MONEY, withdrawal(1), 70, clock.now() + timedelta(hours=1))
    await hold(work, "w2", MONEY, withdrawal(2), 30)

    clock.pass_(minutes=59)
    assert await expire_holds(working(hall)) == 0
    clock.pass_(minutes=1)
    assert await expire_holds(working(hall)) == 1
    assert await expire_holds(working(hall)) == 0

    assert await state(work) == (100, 30)


async def test_a_hold_needs_an_account_that_has_something(hall: Hall, db: asyncpg.Connection) -> None:
    with pytest.raises(NotCovered):
        async with db.transaction():
            await hold(working(hall), "w1", MONEY, withdrawal(1), 1)


async def test_a_hold_is_posted_by_its_own_move_alone_be_it_the_last_fen(
    hall: Hall, db: asyncpg.Connection
) -> None:
    work = await rich(hall)
    await hold(work, "W:1", MONEY, withdrawal(1), 60)
    with pytest.raises(AssertionError, match="holds 60, not 0"):
        await post_hold(work, "W:1", (paid(12, 30),), "")

    await post_hold(work, "W:1", (*paid_out(1), paid(12, 500)), "paid out")

    assert await state(work) == (99, 0)
    assert await db.fetchval("SELECT posted_minor FROM ledger_hold WHERE business_key = 'W:1'") == 1


async def test_a_hold_that_is_voided_posts_nothing(hall: Hall, db: asyncpg.Connection) -> None:
    work = await rich(hall)
    await hold(work, "W:1", MONEY, withdrawal(1), 60)

    await void_hold(work, "W:1", "taken back")

    assert await state(work) == (100, 0)
    assert await db.fetchval("SELECT posted_minor FROM ledger_hold WHERE business_key = 'W:1'") == 0
