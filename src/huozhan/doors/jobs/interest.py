"""The worker's tasks about what buyers keep an eye on."""

from huozhan import interest
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system

FORGET_ROWS_MAX = 5_000


async def forget_old_history(hall: Hall) -> int:
    """Forgets what was looked at, and what was waited for, longer ago than is kept."""
    async with hall.working(system("jobs")) as work:
        watches = await interest.forget_ended_watches(work, FORGET_ROWS_MAX)
        return watches + await interest.forget_old_history(work, FORGET_ROWS_MAX)


async def look_at_watched(hall: Hall) -> int:
    """Looks at watched goods that are due."""
    async with hall.working(system("jobs")) as work:
        return await interest.watch_round(work)
