"""A worker that was away for weeks fetches what it has missed one batch after the other, and lets other jobs pass."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import msgspec

from huozhan import payments
from huozhan.doors.hall import Hall
from huozhan.doors.jobs import payments as errands
from huozhan.doors.jobs.table import TASKS
from huozhan.kernel.actor import system
from huozhan.kernel.clock import MovableClock
from huozhan.kernel.shapes import Nothing
from huozhan.payments.reconciling import FILES_AT_ONCE
from tests.payments.paying import actor

DAYS_AWAY = 40
SOURCES = ("trades", "settlement", "bank", "lender", "lender_settlement", "funder", "funder_settlement")
OPERATOR = actor(1, "market.ledger")


def with_empty_files(hall: Hall) -> list[date]:
    """Every party's files are there and tell nothing; the days for which the bank was asked."""
    asked: list[date] = []

    async def file(_on: date) -> list[Any]:
        return []

    async def bank_day(on: date) -> list[Any]:
        asked.append(on)
        return [{"kind": "total", "currency": "CNY", "opening_minor": 0, "closing_minor": 0}]

    async def statement(_on: date) -> bytes:
        return b""

    party: Any = SimpleNamespace(
        merchant="huozhan", trades=file, settlement=file, movements=file, day=bank_day, statement=statement
    )
    hall.outside = msgspec.structs.replace(
        hall.outside, channel=party, bank=party, lender=party, funder=party, insurer=None
    )
    return asked


async def waiting(hall: Hall) -> tuple[int, int]:
    """Files that are waited for, and jobs about files that are not worked yet."""
    async with hall.pool.acquire() as db:
        files = await db.fetchval("SELECT count(*) FROM awaited_file")
        return files, await db.fetchval("SELECT count(*) FROM job")


async def work_the_oldest(hall: Hall) -> None:
    """The worker takes the job that waits longest."""
    async with hall.pool.acquire() as db:
        row = await db.fetchrow(
            "DELETE FROM job WHERE job_id = (SELECT job_id FROM job ORDER BY run_at, job_id LIMIT 1) RETURNING kind, payload"
        )
    await TASKS[row["kind"]](hall, **msgspec.json.decode(row["payload"]))


async def test_weeks_that_were_missed_are_caught_up_with_in_one_round_of_the_worker(
    hall: Hall, clock: MovableClock
) -> None:
    asked = with_empty_files(hall)
    async with hall.pool.acquire() as db:
        await db.execute("DELETE FROM job")
        await db.execute(
            "INSERT INTO payment (payment_id, payer_id, channel_id, amount_minor, currency, subject, state, opened_at,"
            " expires_at) VALUES (1, 1, 1, 100, 'CNY', '', 'closed', $1, $1)",
            clock.now(),
        )
    clock.pass_(days=DAYS_AWAY)

    await errands.reconcile(hall)

    jobs: list[int] = []
    while (await waiting(hall))[1]:
        jobs.append((await waiting(hall))[1])
        await work_the_oldest(hall)
    assert await waiting(hall) == (0, 0)
    assert len(set(asked)) == len(asked) >= DAYS_AWAY - 1
    assert len(jobs) > (DAYS_AWAY - 1) * len(SOURCES)
    assert max(jobs) <= 2 * (FILES_AT_ONCE + 1), (
        "what comes meanwhile waits for a batch or two, not for weeks"
    )
    closing = await hall.run(payments.closing, Nothing(), OPERATOR)
    assert {day.source for day in closing.days} == set(SOURCES)
    async with hall.pool.acquire() as db:
        found = await payments.verify(hall.work(db, system()))
    assert [one for one in found if one.code == "payments.file_missing"] == []


async def test_a_file_that_is_not_there_waits_for_the_next_round(hall: Hall, clock: MovableClock) -> None:
    with_empty_files(hall)
    async with hall.working(system()) as work:
        await work.db.execute("DELETE FROM job")
        await work.db.execute(
            "INSERT INTO payment (payment_id, payer_id, channel_id, amount_minor, currency, subject, state, opened_at,"
            " expires_at) VALUES (1, 1, 1, 100, 'CNY', '', 'closed', $1, $1)",
            clock.now(),
        )
    hall.outside = msgspec.structs.replace(hall.outside, lender=None, funder=None, bank=None)
    clock.pass_(days=2)

    await errands.reconcile(hall)

    async with hall.pool.acquire() as db:
        kinds = [row["kind"] for row in await db.fetch("SELECT kind FROM job ORDER BY kind")]
    assert "payments.more_files" not in kinds
    assert len(kinds) < FILES_AT_ONCE
