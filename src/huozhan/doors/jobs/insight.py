"""The worker's task of learning: once a day, in a thread, between two short transactions."""

import asyncio

from huozhan import insight
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import system


async def learn(hall: Hall) -> int:
    """Learns which offers are stocked together, where a day has passed since the last time."""
    async with hall.working(system("jobs")) as work:
        lesson = await insight.lesson_due(work)
    if lesson is None:
        return 0
    found = await asyncio.to_thread(insight.learn, lesson)
    async with hall.working(system("jobs")) as work:
        await insight.keep_neighbours(work, lesson, found)
    return 0
