"""The worker's tasks of a day: what is stocked together, and the lists; each in a thread, between two short transactions."""

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


async def make_lists(hall: Hall) -> int:
    """Makes the lists of the last day that was counted, once."""
    async with hall.working(system("jobs")) as work:
        due = await insight.lists_due(work)
    if due is None:
        return 0
    places = await asyncio.to_thread(insight.make_lists, due)
    async with hall.working(system("jobs")) as work:
        return int(await insight.keep_lists(work, due, places))
