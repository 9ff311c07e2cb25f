"""The worker's rounds for parties: what is too old is forgotten, sealed fields get the newest key."""

from huozhan import parties
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

FORGET_ROWS_MAX = 2_000


async def forget_old_secrets(hall: Hall) -> int:
    """Drops codes, links, sessions and counted tries that are past their time."""
    async with hall.working(system("jobs")) as work:
        return await parties.forget_old(work, FORGET_ROWS_MAX)


async def reseal_parties(hall: Hall) -> int:
    """Goes on with a key rotation; finds nothing to do where every field has the newest key."""
    async with hall.working(system("jobs")) as work:
        return await parties.reseal_batch(work)
