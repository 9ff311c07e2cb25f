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


async def test_what_a_funder_and_carriers_leave_open_is_counted_for_who_minds_the_money(trade: Trade) -> None:
    now = trade.clock.now()
    async with trade.hall.pool.acquire() as db:
        await db.execute(
            "INSERT INTO advance (order_id, parcel_id, order_number, buyer_id, seller_id, state, brings_minor, advanced_minor,"
            " fee_minor, fee_bp, fee_version, asked_at) VALUES (1, 1, 'n', 2, 3, 'asked', 10, 10, 1, 40, 1, $1)",
            now,
        )
        await db.execute(
            "INSERT INTO advance_deed (order_id, parcel_id, deed_id, kind, deed_key, amount_minor, state, asked_at, ended_at)"
            " SELECT 1, 1, n, 'losses', n, 10, state, $1, $1"
            "   FROM unnest(ARRAY['odd', 'odd', 'done', 'ended']) WITH ORDINALITY AS t(state, n)",
            now,
        )
        await db.execute(
            "INSERT INTO carrier_bill_line (on_day, nth, carrier_id, bill_txn, order_id, waybill_id, waybill, weight_g,"
            " amount_minor, currency, sort, state, billed_at) SELECT '2026-02-01', n, 1, 't', 1, n, 'w', 1, 5, 'CNY', 'twice',"
            " state, $1 FROM unnest(ARRAY['open', 'disputed', 'open', 'void']) WITH ORDINALITY AS t(state, n)",
            now,
        )

    assert await counted(trade) == {}
    assert await counted(trade, "market.ledger") == {"funder": 2, "carrier_bills": 3}
