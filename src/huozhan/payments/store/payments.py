"""Payments as rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from huozhan.kernel.work import Work
from huozhan.payments.payment import Part, Payment, PaymentMethod, PaymentState, Purpose

Row = Mapping[str, Any]


async def add(
    work: Work, payment: Payment, *, subject: str, expires_at: datetime, ask_at: datetime | None
) -> None:
    """Writes a new payment with its parts and its first move, in one statement."""
    await work.db.execute(
        "WITH payment_ AS (INSERT INTO payment (payment_id, payer_id, channel_id, amount_minor, currency, subject,"
        "  state, opened_at, expires_at, ask_at, method, purpose) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $17, $18)),"
        " move AS (INSERT INTO payment_move (payment_id, move_id, event, state, moved_at, person_id, door, reason)"
        "  VALUES ($1, $11, 'begin', $7, $8, $12, $13, ''))"
        " INSERT INTO payment_part (payment_id, order_id, seller_id, amount_minor)"
        " SELECT $1, * FROM unnest($14::bigint[], $15::bigint[], $16::bigint[])",
        payment.payment_id, payment.payer_id, payment.channel_id, payment.amount_minor, payment.currency, subject,
        payment.state, work.now, expires_at, ask_at, work.new_id(), work.actor.person_id, work.actor.door,
        payment.order_ids, [part.seller_id for part in payment.parts], [part.amount_minor for part in payment.parts],
        payment.method,
        payment.purpose,
    )  # fmt: skip


_PARTS = """
array(SELECT ARRAY[t.order_id, t.seller_id, t.amount_minor] FROM payment_part t
       WHERE t.payment_id = p.payment_id ORDER BY t.order_id) AS parts
"""


async def lock(work: Work, payment_id: int) -> Row | None:
    """A payment, locked, with its parts; not scoped, because outside parties name it."""
    row: Row | None = await work.db.fetchrow(
        f"SELECT p.*, {_PARTS} FROM payment p WHERE payment_id = $1 FOR UPDATE OF p", payment_id
    )
    return row


def as_payment(row: Row) -> Payment:
    """A payment from its row."""
    return Payment(
        payment_id=row["payment_id"],
        payer_id=row["payer_id"],
        channel_id=row["channel_id"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        state=PaymentState(row["state"]),
        method=PaymentMethod(row["method"]),
        purpose=Purpose(row["purpose"]),
        parts=tuple(Part(order_id=o, seller_id=s, amount_minor=a) for o, s, a in row["parts"]),
    )


async def move(
    work: Work, payment_id: int, event: str, state: PaymentState, reason: str, pay_url: str = ""
) -> None:
    """Moves a payment and writes who, when and why; a state that waits for nobody is asked about no more."""
    await work.db.execute(
        "WITH moved AS (UPDATE payment SET state = $3, pay_url = coalesce(nullif($8, ''), pay_url),"
        "  ask_at = CASE WHEN $3 IN ('opening', 'open', 'closing') THEN ask_at END WHERE payment_id = $1)"
        " INSERT INTO payment_move (payment_id, move_id, event, state, moved_at, person_id, door, reason)"
        " VALUES ($1, $4, $2, $3, $5, $6, $7, $9)",
        payment_id, event, state, work.new_id(), work.now, work.actor.person_id, work.actor.door, pay_url, reason,
    )  # fmt: skip


_SETTLE = """
WITH claimed AS (
    INSERT INTO channel_txn_claim (channel_txn, channel_id, payment_id) VALUES ($4, $10, $1)
        ON CONFLICT DO NOTHING RETURNING 1
), moved AS (
    UPDATE payment SET state = $3, channel_txn = $4, paid_at = $5, ask_at = NULL
     WHERE payment_id = $1 AND EXISTS (SELECT 1 FROM claimed) RETURNING 1
), noted AS (
    INSERT INTO payment_move (payment_id, move_id, event, state, moved_at, person_id, door, reason)
    SELECT $1, $6, $2, $3, $7, $8, $9, '' FROM claimed
), heard AS (
    UPDATE outside_callback SET done_at = $7, outcome = CASE WHEN EXISTS (SELECT 1 FROM claimed) THEN $3
        ELSE 'txn_reused' END
     WHERE callback_id = $11
)
SELECT count(*) FROM moved
"""


async def settle(
    work: Work,
    payment: Payment,
    event: str,
    state: PaymentState,
    txn: str,
    paid_at: datetime,
    callback_id: int,
) -> bool:
    """Claims the channel's transaction for the payment and moves it; tells whether the transaction was free."""
    return bool(
        await work.db.fetchval(
            _SETTLE,
            payment.payment_id,
            event,
            state,
            txn,
            paid_at,
            work.new_id(),
            work.now,
            work.actor.person_id,
            work.actor.door,
            payment.channel_id,
            callback_id,
        )
    )


async def pay(work: Work, payment_id: int, state: PaymentState, txn: str) -> None:
    """Marks a payment as paid that no channel has to tell of."""
    await work.db.execute(
        "WITH moved AS (UPDATE payment SET state = $2, channel_txn = $3, paid_at = $5, ask_at = NULL WHERE payment_id = $1)"
        " INSERT INTO payment_move (payment_id, move_id, event, state, moved_at, person_id, door, reason)"
        " VALUES ($1, $4, 'pay', $2, $5, $6, $7, '')",
        payment_id, state, txn, work.new_id(), work.now, work.actor.person_id, work.actor.door,
    )  # fmt: skip


async def renew(work: Work, payment_id: int, expires_at: datetime) -> None:
    """Gives an open payment more time."""
    await work.db.execute("UPDATE payment SET expires_at = $2 WHERE payment_id = $1", payment_id, expires_at)


async def end_parts(work: Work, payment_id: int, order_ids: Collection[int], state: str) -> list[Row]:
    """Decides over parts that waited and returns them with their payer and channel."""
    rows: list[Row] = await work.db.fetch(
        "UPDATE payment_part t SET state = $3 FROM payment p"
        " WHERE t.payment_id = $1 AND p.payment_id = $1 AND t.order_id = ANY ($2::bigint[]) AND t.state = 'waiting'"
        " RETURNING t.order_id, t.amount_minor, p.payer_id, p.channel_id, p.channel_txn, p.currency, p.method",
        payment_id, list(order_ids), state,
    )  # fmt: skip
    return rows


async def show(work: Work, payment_id: int) -> Row | None:
    """A payment of the actor's organisation."""
    row: Row | None = await work.db.fetchrow(
        f"SELECT p.*, {_PARTS} FROM payment p WHERE payment_id = $1 AND payer_id = $2",
        payment_id,
        work.actor.org_id,
    )
    return row


async def of_payer(work: Work, before: int, limit: int) -> Sequence[Row]:
    """Payments of the actor's organisation, newest first."""
    rows: list[Row] = await work.db.fetch(
        f"SELECT p.*, {_PARTS} FROM payment p WHERE payer_id = $1 AND payment_id < $2"
        " ORDER BY payment_id DESC LIMIT $3",
        work.actor.org_id, before, limit,
    )  # fmt: skip
    return rows


async def errand(work: Work, payment_id: int) -> Row | None:
    """What the channel needs to know; not scoped, because the worker asks."""
    row: Row | None = await work.db.fetchrow(
        "SELECT p.payment_id, p.payer_id, p.state, p.amount_minor, p.currency, p.subject, p.expires_at, p.method,"
        f" {_PARTS} FROM payment p WHERE payment_id = $1",
        payment_id,
    )
    return row


async def take_to_ask(work: Work, patience: timedelta, limit: int) -> list[tuple[str, int, int]]:
    """Payments, refunds, returns, withdrawals and payouts that are owed an answer: (what, aggregate, id); each is asked ever more rarely."""
    found: list[tuple[str, int, int]] = []
    for what, table, aggregate, id_ in (
        ("payment", "payment", "payment_id", "payment_id"),
        ("refund", "payment_refund", "payment_id", "refund_id"),
        ("return", "parked_receipt", "receipt_id", "refund_id"),
        ("transfer", "withdrawal", "org_id", "withdrawal_id"),
        ("payout", "bank_payout", "receipt_id", "payout_id"),
        ("carrier", "carrier_payout", "carrier_id", "payout_id"),
    ):
        rows = await work.db.fetch(
            f"UPDATE {table} SET asks = asks + 1, ask_at = $1::timestamptz + $2::interval * (1 << least(asks, 5))"
            f" WHERE ({aggregate}, {id_}) IN (SELECT {aggregate}, {id_} FROM {table} WHERE ask_at <= $1"
            "  ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED)"
            f" RETURNING {aggregate} AS aggregate_id, {id_} AS id",
            work.now, patience, limit,
        )  # fmt: skip
        found += [(what, row["aggregate_id"], row["id"]) for row in rows]
    return found
