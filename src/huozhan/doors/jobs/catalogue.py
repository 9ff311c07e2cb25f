"""Checks and publishes imported tables, piece by piece."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from huozhan import catalogue
from huozhan.catalogue import Batches, ImportFile, ImportState, Report, Unreadable
from huozhan.doors.hall import Hall
from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.actor import system

SPELL_SECONDS = 45.0
"""How long one run of a job publishes before it lets other jobs have their turn; well within a job's lease."""


async def check_import(hall: Hall, *, import_id: str, **_: Any) -> None:
    """Reads a whole table and reports every bad cell; run again, it reports anew."""
    file = await _file(hall, int(import_id), ImportState.uploaded)
    if file is None:
        return
    actor, report = file.acting(system()), Report()
    try:
        batches = await asyncio.to_thread(file.batches)
        while batch := await asyncio.to_thread(batches.next):
            async with hall.working(actor) as work:
                report.add(batch, await catalogue.faults_of(work, batch))
    except Unreadable as trouble:
        async with hall.working(actor) as work:
            await catalogue.note_unreadable(work, file.import_id, trouble)
        return
    async with hall.working(actor) as work:
        await catalogue.note_checked(work, file.import_id, report, batches.strangers)


async def apply_import(hall: Hall, *, import_id: str, **_: Any) -> None:
    """Publishes a table's good offers from where it stopped, and comes again while there are more."""
    file = await _file(hall, int(import_id), ImportState.applying)
    if file is None:
        return
    batches = await asyncio.to_thread(file.batches)
    if await _publish(hall, file, batches, until=time.monotonic() + SPELL_SECONDS):
        raise TryLater(timedelta(0))


async def _publish(hall: Hall, file: ImportFile, batches: Batches, until: float) -> bool:
    """Tells whether there is more to publish than the time allowed."""
    actor, done = file.acting(system()), file.offers_done
    while True:
        batch = await asyncio.to_thread(batches.next)
        async with hall.working(actor) as work:
            is_ours = await catalogue.publish_batch(work, file, done, batch)
            if not is_ours:
                raise TryLater(timedelta(seconds=5))
        done += len(batch)
        if done >= file.offers_total:
            return False
        if time.monotonic() > until:
            return True


async def _file(hall: Hall, import_id: int, state: ImportState) -> ImportFile | None:
    async with hall.working(system()) as work:
        file = await catalogue.import_file(work, import_id)
    return file if file is not None and file.state == state else None
