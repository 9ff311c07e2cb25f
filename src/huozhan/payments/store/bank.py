"""Money that came to the custody bank, as rows; the whole market's, so not scoped."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work
from huozhan.payments.bank_money import BankReceipt, ReceiptState, Share
from huozhan.payments.statement import BadLine, BankLine

Row = Mapping[str, Any]

_FIELDS = ", ".join(BankReceipt.__struct_fields__)


async def claim(
    work: Work, bank_id: int, lines: Sequence[tuple[int, BankLine]]
) -> tuple[set[int], dict[str, bytes]]:
    """Claims the bank's transactions: which receipts are new, and what was told before of those that are not."""
    txns = [line.bank_txn for _, line in lines]
    taken = await work.db.fetch(
        "INSERT INTO bank_txn_claim (bank_txn, bank_id, receipt_id, fingerprint)"
        " SELECT bank_txn, $1, receipt_id, fingerprint FROM unnest($2::text[], $3::bigint[], $4::bytea[])"
        "   AS l(bank_txn, receipt_id, fingerprint) ORDER BY bank_txn"
        " ON CONFLICT (bank_txn, bank_id) DO NOTHING RETURNING receipt_id",
        bank_id, txns, [receipt_id for receipt_id, _ in lines], [line.fingerprint for _, line in lines],
    )  # fmt: skip
    known = await work.db.fetch(
        "SELECT bank_txn, fingerprint FROM bank_txn_claim WHERE bank_txn = ANY ($1::text[]) AND bank_id = $2",
        txns, bank_id,
    )  # fmt: skip
    return {row["receipt_id"] for row in taken}, {row["bank_txn"]: row["fingerprint"] for row in known}


_ADD = """
WITH added AS (
    INSERT INTO bank_receipt (receipt_id, bank_id, bank_txn, source, amount_minor, currency, payer_name, payer_account,
                              payer_masked, payer_bank, virtual_account, remark, booked_at, noted_at, state)
    SELECT receipt_id, $1, bank_txn, $2, amount_minor, currency, payer_name, payer_account, payer_masked, payer_bank,
           virtual_account, remark, booked_at, $3, $4
      FROM unnest($7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::bytea[], $13::text[],
                  $14::text[], $15::text[], $16::text[], $17::timestamptz[])
        AS l(receipt_id, bank_txn, amount_minor, currency, payer_name, payer_account, payer_masked, payer_bank,
             virtual_account, remark, booked_at)
)
INSERT INTO bank_receipt_move (receipt_id, move_id, event, state, why, moved_at, person_id, reason)
SELECT receipt_id, move_id, 'begin', $4, '', $3, $5, '' FROM unnest($7::bigint[], $6::bigint[]) AS m(receipt_id, move_id)
"""


async def add(
    work: Work, bank_id: int, source: str, lines: Sequence[tuple[int, BankLine, bytes, str]]
) -> None:
    """Writes money that came, with the payer's number sealed and masked."""
    rows = [
        (receipt_id, line.bank_txn, line.amount_minor, line.currency, line.payer_name, sealed, masked, line.payer_bank,
         line.virtual_account, line.remark, line.booked_at)
        for receipt_id, line, sealed, masked in lines
    ]  # fmt: skip
    await work.db.execute(
        _ADD, bank_id, source, work.now, ReceiptState.new, work.actor.person_id, [work.new_id() for _ in rows],
        *[[row[i] for row in rows] for i in range(11)],
    )  # fmt: skip


async def refuse(
    work: Work, bank_id: int, source: str, lines: Sequence[tuple[bytes, int, BadLine, bytes]]
) -> int:
    """Keeps lines that cannot be credited; tells how many are new."""
    kept = await work.db.fetch(
        "INSERT INTO bank_line_refused (line_hash, line_id, bank_id, source, bank_txn, why, body, noted_at)"
        " SELECT line_hash, line_id, $1, $2, bank_txn, why, body, $3"
        "   FROM unnest($4::bytea[], $5::bigint[], $6::text[], $7::text[], $8::bytea[])"
        "     AS l(line_hash, line_id, bank_txn, why, body)"
        " ON CONFLICT (line_hash) DO NOTHING RETURNING 1",
        bank_id, source, work.now, [line_hash for line_hash, *_ in lines], [line_id for _, line_id, *_ in lines],
        [line.bank_txn for *_, line, _ in lines], [line.why for *_, line, _ in lines], [body for *_, body in lines],
    )  # fmt: skip
    return len(kept)


async def refused_lines(work: Work, before: int, limit: int) -> list[Row]:
    """Lines that were refused, newest first."""
    rows: list[Row] = await work.db.fetch(
        "SELECT line_id, source, bank_txn, why, body, noted_at FROM bank_line_refused WHERE line_id < $1"
        " ORDER BY line_id DESC LIMIT $2",
        before, limit,
    )  # fmt: skip
    return rows


async def lock(work: Work, receipt_id: int) -> BankReceipt | None:
    """Money that came, locked."""
    row = await work.db.fetchrow(
        f"SELECT {_FIELDS} FROM bank_receipt WHERE receipt_id = $1 FOR UPDATE", receipt_id
    )
    return _receipt(row) if row else None


def _receipt(row: Row) -> BankReceipt:
    return BankReceipt(**{**dict(row), "state": ReceiptState(row["state"])})


async def move(
    work: Work, receipt_ids: Collection[int], event: str, was: ReceiptState, state: ReceiptState, *,
    why: str = "", payment_id: int | None = None, reason: str = "",
) -> list[int]:  # fmt: skip
    """Moves receipts that are where they are believed to be, and writes who, when and why; tells which have moved."""
    rows = await work.db.fetch(
        "WITH moved AS (UPDATE bank_receipt SET state = $4, why = $5, payment_id = coalesce($6, payment_id)"
        "  WHERE receipt_id = ANY ($1::bigint[]) AND state = $3 RETURNING receipt_id),"
        " noted AS (INSERT INTO bank_receipt_move (receipt_id, move_id, event, state, why, moved_at, person_id, reason)"
        "  SELECT receipt_id, move_id, $2, $4, $5, $7, $8, $9 FROM moved"
        "    JOIN unnest($1::bigint[], $10::bigint[]) AS m(id, move_id) ON m.id = receipt_id)"
        " SELECT receipt_id FROM moved ORDER BY receipt_id",
        list(receipt_ids), event, was, state, why, payment_id, work.now, work.actor.person_id, reason,
        [work.new_id() for _ in receipt_ids],
    )  # fmt: skip
    return [row["receipt_id"] for row in rows]


async def waiting_for(work: Work, payment_id: int) -> list[BankReceipt]:
    """Money of a payment of which more is still to come, the first first; the caller holds the payment's lock."""
    rows = await work.db.fetch(
        f"SELECT {_FIELDS} FROM bank_receipt WHERE payment_id = $1 AND state = 'waiting' ORDER BY receipt_id",
        payment_id,
    )
    return [_receipt(row) for row in rows]


async def came_for(work: Work, payment_ids: Collection[int]) -> dict[int, int]:
    """What has come so far for each of these payments."""
    rows = await work.db.fetch(
        "SELECT payment_id, sum(amount_minor)::bigint AS amount_minor FROM bank_receipt"
        " WHERE payment_id = ANY ($1::bigint[]) AND state IN ('waiting', 'matched') GROUP BY payment_id",
        list(payment_ids),
    )
    return {row["payment_id"]: row["amount_minor"] for row in rows}


async def open_over(work: Work, amount_minor: int, limit: int) -> list[Row]:
    """Open bank payments of which exactly so much is still to come."""
    rows: list[Row] = await work.db.fetch(
        "SELECT p.payment_id, p.payer_id FROM payment p WHERE p.method = 'bank' AND p.state = 'open'"
        " AND p.amount_minor >= $1 AND p.amount_minor = $1 + coalesce((SELECT sum(r.amount_minor) FROM bank_receipt r"
        "   WHERE r.payment_id = p.payment_id AND r.state = 'waiting'), 0) ORDER BY p.payment_id LIMIT $2",
        amount_minor, limit,
    )  # fmt: skip
    return rows


async def add_shares(work: Work, payment_id: int, shares: Sequence[Share]) -> None:
    """Writes which money paid which order."""
    await work.db.execute(
        "INSERT INTO bank_receipt_share (payment_id, order_id, receipt_id, amount_minor)"
        " SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])",
        payment_id, [s.order_id for s in shares], [s.receipt_id for s in shares], [s.amount_minor for s in shares],
    )  # fmt: skip


async def shares_of(work: Work, payment_id: int, order_ids: Collection[int]) -> list[Share]:
    """Which money paid these orders."""
    rows = await work.db.fetch(
        "SELECT order_id, receipt_id, amount_minor FROM bank_receipt_share"
        " WHERE payment_id = $1 AND order_id = ANY ($2::bigint[]) ORDER BY order_id, receipt_id",
        payment_id, list(order_ids),
    )  # fmt: skip
    return [Share(row["order_id"], row["receipt_id"], row["amount_minor"]) for row in rows]


_TAKE_BACK = """
WITH left_over AS (
    SELECT receipt_id, amount_minor - refunded_minor AS open_minor,
           sum(amount_minor - refunded_minor) OVER (ORDER BY receipt_id) - (amount_minor - refunded_minor) AS before_minor
      FROM bank_receipt_share WHERE payment_id = $1 AND order_id = $2
), taken AS (
    SELECT receipt_id, least(open_minor, $3::bigint - before_minor)::bigint AS amount_minor
      FROM left_over WHERE before_minor < $3::bigint AND open_minor > 0
)
UPDATE bank_receipt_share s SET refunded_minor = s.refunded_minor + t.amount_minor FROM taken t
 WHERE s.payment_id = $1 AND s.order_id = $2 AND s.receipt_id = t.receipt_id
RETURNING s.receipt_id, t.amount_minor
"""


async def take_back(work: Work, payment_id: int, order_id: int, amount_minor: int) -> list[tuple[int, int]]:
    """Takes a refund out of what paid an order: how much goes back to where each receipt came from."""
    rows = await work.db.fetch(_TAKE_BACK, payment_id, order_id, amount_minor)
    return [(row["receipt_id"], row["amount_minor"]) for row in rows]


_SHOWN = """
SELECT r.receipt_id, r.bank_txn, r.source, r.amount_minor, r.currency, r.payer_name, r.payer_masked, r.payer_bank,
       r.virtual_account, r.remark, r.booked_at, r.noted_at, r.state, r.why, r.payment_id, p.amount_minor AS payment_minor,
       p.subject, p.state AS payment_state
  FROM bank_receipt r LEFT JOIN payment p ON p.payment_id = r.payment_id
"""


async def page(work: Work, before: int, limit: int, *, only_open: bool) -> list[Row]:
    """Money that came, newest first; or only what is not settled yet."""
    rows: list[Row] = await work.db.fetch(
        f"{_SHOWN} WHERE r.receipt_id < $1 AND ($3 OR r.state IN ('new', 'waiting', 'parked', 'returning'))"
        " ORDER BY r.receipt_id DESC LIMIT $2",
        before, limit, not only_open,
    )  # fmt: skip
    return rows


async def show(work: Work, receipt_id: int) -> Row | None:
    """Money that came, as it is shown."""
    row: Row | None = await work.db.fetchrow(f"{_SHOWN} WHERE r.receipt_id = $1", receipt_id)
    return row


async def unmatched(work: Work) -> tuple[dict[int, int], dict[int, int]]:
    """What stands on 213 for the bank, by receipt, in the book's currency; and what of it is on its way back."""
    rows = await work.db.fetch(
        "SELECT receipt_id, amount_minor, state FROM bank_receipt"
        " WHERE state IN ('new', 'waiting', 'parked', 'returning') AND currency = $1",
        work.terms.currency,
    )
    stands = {row["receipt_id"]: row["amount_minor"] for row in rows}
    return stands, {row["receipt_id"]: row["amount_minor"] for row in rows if row["state"] == "returning"}


async def parked_count(work: Work, limit: int) -> int:
    """How much money waits for a person; counted up to a bound."""
    count: int = await work.db.fetchval(
        "SELECT count(*) FROM (SELECT 1 FROM bank_receipt WHERE state IN ('new', 'waiting', 'parked', 'returning')"
        " AND state = 'parked' LIMIT $1) AS parked",
        limit,
    )
    return count
