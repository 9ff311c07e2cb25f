"""What waits for the operator's people is counted for whoever looks, and not read."""

from datetime import timedelta

import msgspec

from huozhan import operations
from huozhan.kernel.shapes import Nothing
from huozhan.operations.waiting import COUNT_MAX
from tests.ordering.trading import Trade
from tests.payments.paying import actor


async def counted(trade: Trade, *permissions: str) -> dict[str, int]:
    """What is counted for a person with these permissions, without the nothings."""
    waiting = await trade.hall.run(operations.waiting, Nothing(), actor(1, "market.view", *permissions))
    return {name: count for name, count in msgspec.structs.asdict(waiting).items() if count}


async def test_each_list_is_counted_for_who_may_work_on_it_up_to_a_bound(trade: Trade) -> None:
    now = trade.clock.now()
    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO parked_receipt (receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency, parked_at)"
            " SELECT n, 1, 'till', 'ct_' || n, 100, 'CNY', $1 FROM generate_series(1, $2::int) AS n",
            now,
            COUNT_MAX + 1,
        )
        await db.execute(
            "INSERT INTO job (job_id, kind, payload, run_at, queued_at, attempts, is_dead) VALUES (1, 'x', '{}', $1, $1, 9, true)",
            now,
        )
        await db.execute(
            "INSERT INTO awaited_file (channel_id, on_day, source, due_at)"
            " VALUES (1, '2026-02-01', 'trades', $1), (1, '2026-02-02', 'trades', $2)",
            now - timedelta(hours=6),
            now - timedelta(hours=5),
        )

    assert await counted(trade) == {"jobs_failed": 1}
    assert await counted(trade, "market.ledger") == {"jobs_failed": 1, "receipts": COUNT_MAX, "files": 1}
