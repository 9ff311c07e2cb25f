"""Many hands on one hold, on connections of their own: it ends once."""

import asyncio
from pathlib import Path

from huozhan.doors.run import tried_again
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.database import open_pool
from huozhan.kernel.moves import NoSuchMove
from huozhan.ledger import balance, hold, payable_available, post, void_hold, withdrawal
from tests.conftest import make_hall
from tests.ledger.books import CHENGUANG, earned, freed, paid

MONEY = payable_available(CHENGUANG)


async def test_a_hold_that_many_end_at_once_ends_once(
    open_dsn: str, clock: MovableClock, tmp_path: Path
) -> None:
    pool = await open_pool(open_dsn, size_min=8, size_max=8)
    hall = await make_hall(pool, clock, tmp_path)
    async with hall.working(system()) as work:
        await post(work, [paid(11, 100), earned(11, CHENGUANG, 100), freed(CHENGUANG, 100)])
        for number in (1, 2, 3):
            await hold(work, f"w{number}", MONEY, withdrawal(number), 30)

    async def end_first() -> None:
        async with hall.working(system()) as work:
            await void_hold(work, "w1", "the bank refused")

    answers = await asyncio.gather(*(tried_again(end_first) for _ in range(8)), return_exceptions=True)

    async with hall.working(system()) as work:
        stands = await balance(work, MONEY)
    await pool.close()
    assert [type(answer) for answer in answers if answer] == [NoSuchMove] * 7
    assert (stands.posted_minor, stands.held_minor) == (100, 60)
