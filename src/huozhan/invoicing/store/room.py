"""What each order may still be invoiced for: one row per order, which the database itself keeps within what was paid."""

from collections.abc import Mapping, Sequence
from typing import Any

from huozhan.kernel.work import Work

Row = Mapping[str, Any]
_ROOM = "paid_minor - refunded_minor - claimed_minor - blue_minor + red_minor + owed_red_minor"

# What was paid and given back only ever grows, so the greater of two readings is the later one. Where more stands on
# invoices than is paid by now, the rest is owed as a red letter.
_NOTE = f"""
INSERT INTO invoice_order AS o (order_id, buyer_id, seller_id, paid_minor, refunded_minor)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) ORDER BY 1
    ON CONFLICT (order_id) DO UPDATE
   SET paid_minor = greatest(o.paid_minor, EXCLUDED.paid_minor),
       refunded_minor = greatest(o.refunded_minor, EXCLUDED.refunded_minor),
       owed_red_minor = greatest(
           o.claimed_minor + o.blue_minor - o.red_minor
           - greatest(o.paid_minor, EXCLUDED.paid_minor) + greatest(o.refunded_minor, EXCLUDED.refunded_minor), 0)
RETURNING order_id, {_ROOM} AS room_minor, claimed_minor, owed_red_minor
"""


async def note(work: Work, orders: Sequence[tuple[int, int, int, int, int]]) -> dict[int, Row]:
    """Writes what was paid and given back: (order, buyer, seller, paid, refunded), in order of id; the rows stay locked.

    Tells what each may still be invoiced for, and what is owed as a red letter.
    """
    rows = await work.db.fetch(_NOTE, *[[one[at] for one in orders] for at in range(5)])
    return {row["order_id"]: row for row in rows}


async def claim(work: Work, amounts: Mapping[int, int]) -> bool:
    """Speaks for so much of each order; False where one has not got it any more."""
    ids = sorted(amounts)
    done = await work.db.fetch(
        f"UPDATE invoice_order o SET claimed_minor = claimed_minor + n.amount"
        f"  FROM unnest($1::bigint[], $2::bigint[]) AS n(order_id, amount)"
        f" WHERE o.order_id = n.order_id AND {_ROOM} >= n.amount RETURNING o.order_id",
        ids, [amounts[id_] for id_ in ids],
    )  # fmt: skip
    return len(done) == len(ids)


# `owed_red_minor` is counted anew by every change, from what stands and what is paid.
_MOVE = """
UPDATE invoice_order o
   SET claimed_minor = o.claimed_minor + n.claimed, blue_minor = o.blue_minor + n.blue, red_minor = o.red_minor + n.red,
       owed_red_minor = greatest(o.claimed_minor + n.claimed + o.blue_minor + n.blue - o.red_minor - n.red
                                 - o.paid_minor + o.refunded_minor, 0)
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[]) AS n(order_id, claimed, blue, red)
 WHERE o.order_id = n.order_id
"""


async def change(
    work: Work, amounts: Mapping[int, int], *, claimed: int = 0, blue: int = 0, red: int = 0
) -> None:
    """Moves each order's amount by these signs: asked for to invoiced is `claimed=-1, blue=1`."""
    ids = sorted(amounts)
    signed = [[sign * amounts[id_] for id_ in ids] for sign in (claimed, blue, red)]
    await work.db.execute(_MOVE, ids, *signed)


async def owed(work: Work, order_ids: Sequence[int]) -> dict[int, int]:
    """What of these orders is owed as red letters; only those that owe something, locked: one red letter at a time begins."""
    rows = await work.db.fetch(
        "SELECT order_id, owed_red_minor FROM invoice_order WHERE order_id = ANY ($1::bigint[]) AND owed_red_minor > 0"
        " ORDER BY order_id FOR UPDATE",
        list(order_ids),
    )
    return {row["order_id"]: row["owed_red_minor"] for row in rows}


async def of_order(work: Work, order_id: int) -> Row | None:
    """An order's row, where anybody ever asked for an invoice of it."""
    row: Row | None = await work.db.fetchrow(
        f"SELECT *, {_ROOM} AS room_minor FROM invoice_order WHERE order_id = $1", order_id
    )
    return row


_APART = """
WITH said AS (
    SELECT p.order_id,
           coalesce(sum(p.amount_minor) FILTER (WHERE i.state IN
               ('init', 'issuing', 'failed', 'verifying', 'verify_failed')), 0)::bigint AS claimed_minor,
           coalesce(sum(p.amount_minor) FILTER (WHERE i.state IN
               ('issued', 'red_issuing', 'red_part_issued', 'red_all_issued', 'invaliding')), 0)::bigint AS blue_minor,
           coalesce(sum(p.red_minor) FILTER (WHERE i.state <> 'deprecated'), 0)::bigint AS red_minor
      FROM invoice_part p JOIN invoice i USING (invoice_id) GROUP BY p.order_id
)
SELECT o.order_id, o.claimed_minor, o.blue_minor, o.red_minor, s.claimed_minor AS said_claimed,
       s.blue_minor AS said_blue, s.red_minor AS said_red
  FROM invoice_order o LEFT JOIN said s USING (order_id)
 WHERE (o.claimed_minor, o.blue_minor, o.red_minor)
       IS DISTINCT FROM (coalesce(s.claimed_minor, 0), coalesce(s.blue_minor, 0), coalesce(s.red_minor, 0))
 ORDER BY o.order_id LIMIT $1
"""


async def apart(work: Work, limit: int) -> list[Row]:
    """Orders whose row says something else than their invoices."""
    rows: list[Row] = await work.db.fetch(_APART, limit)
    return rows


async def orders_after(work: Work, after: int, limit: int) -> list[Row]:
    """The next rows, in order of id."""
    rows: list[Row] = await work.db.fetch(
        "SELECT * FROM invoice_order WHERE order_id > $1 ORDER BY order_id LIMIT $2", after, limit
    )
    return rows
