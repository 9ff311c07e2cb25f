"""Money under references nobody made, as rows; the whole market's, so not scoped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]


async def park(
    work: Work, receipt_id: int, *, channel_id: int, merchant_ref: str, channel_txn: str, amount_minor: int,
    currency: str, paid_at: datetime | None,
) -> bool:  # fmt: skip
    """Writes down money that came; tells whether its transaction was new, for it can only have come once."""
    return bool(
        await work.db.fetchval(
            "WITH claimed AS (INSERT INTO channel_txn_claim (channel_txn, channel_id, payment_id)"
            "  VALUES ($4, $2, $1) ON CONFLICT DO NOTHING RETURNING 1)"
            " INSERT INTO parked_receipt (receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency,"
            "  paid_at, parked_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM claimed RETURNING true",
            receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency, paid_at, work.now,
        )
    )  # fmt: skip


_SHOWN = (
    "SELECT receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency, returned_minor, paid_at, parked_at,"
    " state, refund_id, asked_at, reason, ended_at, failed_why, payer_id, settled_minor, proposed_by, proposed_why"
    " FROM parked_receipt"
)


async def page(work: Work, before: int, limit: int) -> list[Row]:
    """Receipts, newest first."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE receipt_id < $1 ORDER BY receipt_id DESC LIMIT $2", before, limit
    )
    return rows


async def lock(work: Work, receipt_id: int) -> Row | None:
    """A receipt, locked."""
    row: Row | None = await work.db.fetchrow(f"{_SHOWN} WHERE receipt_id = $1 FOR UPDATE", receipt_id)
    return row


async def lock_refund(work: Work, merchant_ref: str, refund_id: int) -> Row | None:
    """The receipt that a return of ours is about, locked."""
    row: Row | None = await work.db.fetchrow(
        f"{_SHOWN} WHERE refund_id = $1 AND merchant_ref = $2 FOR UPDATE", refund_id, merchant_ref
    )
    return row


async def ask(work: Work, receipt_id: int, refund_id: int, reason: str, ask_at: datetime) -> None:
    """Writes that somebody wants a receipt sent back, and why."""
    await work.db.execute(
        "UPDATE parked_receipt SET state = 'asked', refund_id = $2, reason = $3, asked_at = $4, asked_by = $5,"
        " ask_at = $6, asks = 0, failed_why = '', needs_second = false, proposed_by = NULL, proposed_at = NULL,"
        " proposed_why = '' WHERE receipt_id = $1",
        receipt_id, refund_id, reason, work.now, work.actor.person_id, ask_at,
    )  # fmt: skip


async def end(work: Work, receipt_id: int, returned_minor: int, why: str) -> None:
    """Writes what of a receipt went back; what did not is parked again."""
    await work.db.execute(
        "UPDATE parked_receipt SET returned_minor = returned_minor + $2::bigint,"
        " state = CASE WHEN returned_minor + $2::bigint = amount_minor THEN 'returned' ELSE 'parked' END,"
        " ended_at = $3, failed_why = $4, ask_at = NULL WHERE receipt_id = $1",
        receipt_id, returned_minor, work.now, why,
    )  # fmt: skip


async def park_again(
    work: Work, receipt_id: int, payment_id: int, *, payer_id: int, amount_minor: int, currency: str, why: str
) -> None:
    """Writes down what did not go back of a payment; its transaction is claimed since it came."""
    await work.db.execute(
        "INSERT INTO parked_receipt (receipt_id, channel_id, merchant_ref, channel_txn, amount_minor, currency,"
        " paid_at, parked_at, payer_id, failed_why)"
        " SELECT $1, channel_id, payment_id::text, channel_txn, $3, $4, paid_at, $5, $6, $7 FROM payment WHERE payment_id = $2",
        receipt_id, payment_id, amount_minor, currency, work.now, payer_id, why,
    )  # fmt: skip


async def propose(work: Work, receipt_id: int, why: str) -> None:
    """Writes who would end a receipt, and why; somebody else must agree."""
    await work.db.execute(
        "UPDATE parked_receipt SET needs_second = true, proposed_by = $2, proposed_at = $3, proposed_why = $4"
        " WHERE receipt_id = $1",
        receipt_id, work.actor.person_id, work.now, why,
    )  # fmt: skip


async def settle(work: Work, receipt_id: int, why: str) -> None:
    """Writes that the payer got the rest of a receipt some other way."""
    await work.db.execute(
        "UPDATE parked_receipt SET state = 'settled', settled_minor = amount_minor - returned_minor, settled_by = $2,"
        " ended_at = $3, reason = $4 WHERE receipt_id = $1",
        receipt_id, work.actor.person_id, work.now, why,
    )  # fmt: skip


async def errand(work: Work, receipt_id: int) -> Row | None:
    """What the channel needs to know."""
    row: Row | None = await work.db.fetchrow(f"{_SHOWN} WHERE receipt_id = $1", receipt_id)
    return row


async def on_their_way(work: Work) -> dict[int, int]:
    """What goes back and has not ended, by refund, in the book's currency."""
    rows = await work.db.fetch(
        "SELECT refund_id, amount_minor - returned_minor AS amount_minor FROM parked_receipt"
        " WHERE ask_at IS NOT NULL AND currency = $1",
        work.terms.currency,
    )
    return {row["refund_id"]: row["amount_minor"] for row in rows}


async def parked(work: Work) -> dict[int, int]:
    """What waits for a person, by receipt, in the book's currency."""
    rows = await work.db.fetch(
        "SELECT receipt_id, amount_minor - returned_minor AS amount_minor FROM parked_receipt"
        " WHERE state = 'parked' AND currency = $1",
        work.terms.currency,
    )
    return {row["receipt_id"]: row["amount_minor"] for row in rows}


async def parked_count(work: Work, limit: int) -> int:
    """How many receipts wait for a person; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM parked_receipt WHERE state = 'parked' LIMIT $1) AS waiting",
        limit,
    )
    return count
